"""Which operation a request means, as pure functions: canonical paths and an exact route table."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from servicekit.refusals import Malformed, NotFound, Refusal
from servicekit.serving.patience import PATIENCE_SECONDS
from servicekit.words import N_

# Ids, codes and file names need no more; what is not written in it has two spellings, and two spellings are a way in.
SEGMENT = r"[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,99}"
_CANONICAL = re.compile(rf"/|(?:/{SEGMENT})+")
MAX_PATH = 1_000
MAX_QUERY = 6_000
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Each begins a sign-in at an eID or leaves an entry in the audit, for anybody who asks: with a limit of their own.
COSTLY = (
    "/sign-in/start/",
    "/sign-in/join/",
    "/sign-in/callback",
    "/sign-in/fallback",
    "/sign-in/request",
    "/eid/backchannel-logout/",
    "/oauth/",
)
PARAMETER = re.compile(r"\{[A-Za-z0-9_]+\}")


class PathNotCanonical(Malformed):
    title = N_("This address is not written in its one proper form.")


class NoSuchOperation(NotFound):
    title = N_("There is nothing at this address.")
    tells_why = True


class MethodNotAllowed(Refusal):
    status = 405
    title = N_("This address does not take that method.")


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: `permission` is a permission, or `public`, `signed-in` or `arrived`.

    `seconds`: how long it may take, once its body is there. `own_site`: it is called from our own pages only.
    `max_body`: it takes a file of so many bytes at most; None where it takes what every operation takes.
    `sessionless`: it answers everybody alike.
    """

    service: str
    method: str
    template: str
    permission: str
    operation: str = ""
    seconds: float = PATIENCE_SECONDS
    own_site: bool = False
    max_body: int | None = None
    sessionless: bool = False


@dataclass
class _Node:
    fixed: dict[str, "_Node"] = field(default_factory=dict)
    any: "_Node | None" = None
    routes: dict[str, Route] = field(default_factory=dict)


class RouteTable:
    """All operations of all services, found by exact path; a fixed segment wins over a parameter."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(sorted(routes, key=lambda r: (r.template, r.method)))
        self._root = _Node()
        for route in self.routes:
            node = self._root
            for segment in _segments(route.template):
                if PARAMETER.fullmatch(segment):
                    node.any = node.any or _Node()
                    node = node.any
                else:
                    node = node.fixed.setdefault(segment, _Node())
            if route.method in node.routes:
                raise RouteTwice(f"{route.method} {route.template}")
            node.routes[route.method] = route

    def match(self, method: str, path: str) -> Route:
        """Raises NoSuchOperation or MethodNotAllowed."""
        nodes = self._nodes(_segments(path))
        if not nodes:
            raise NoSuchOperation
        wanted = "GET" if method == "HEAD" else method
        for node in nodes:
            if wanted in node.routes:
                return node.routes[wanted]
        raise MethodNotAllowed

    def _nodes(self, segments: tuple[str, ...]) -> list[_Node]:
        level = [self._root]
        for segment in segments:
            level = [
                child for node in level for child in (node.fixed.get(segment), node.any) if child is not None
            ]
        return [node for node in level if node.routes]


class RouteTwice(ValueError):
    """Two services publish the same operation."""


def _segments(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/")) if path != "/" else ()


def canonical(raw: str) -> str:
    """The path of a raw request target; raises PathNotCanonical for any that has another spelling."""
    path, _, query = raw.partition("?")
    if len(path) > MAX_PATH or len(query) > MAX_QUERY or not _CANONICAL.fullmatch(path):
        raise PathNotCanonical
    return path


def routes_of(service: str, document: Mapping[str, Any]) -> list[Route]:
    """The operations in a service's OpenAPI document; one without x-permission is left out of the door."""
    found = []
    for template, item in document.get("paths", {}).items():
        for method, operation in item.items():
            permission = operation.get("x-permission") if isinstance(operation, dict) else None
            if method.upper() in METHODS and isinstance(permission, str):
                found.append(
                    Route(
                        service,
                        method.upper(),
                        template,
                        permission,
                        str(operation.get("operationId", "")),
                        seconds=operation.get("x-seconds", PATIENCE_SECONDS),
                        own_site=operation.get("x-own-site") is True,
                        max_body=operation.get("x-max-body"),
                        sessionless=operation.get("x-sessionless") is True,
                    )
                )
    return found


def merged(documents: Mapping[str, Mapping[str, Any]], title: str, version: str) -> dict[str, Any]:
    """One OpenAPI document of all services' /api operations; names of schemas are kept apart by service."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for service, document in sorted(documents.items()):
        own = _renamed(document, service)
        for template, item in own.get("paths", {}).items():
            if template.startswith("/api/"):
                paths[template] = {
                    key: _of_service(value, service) if key.upper() in METHODS else value
                    for key, value in item.items()
                }
        for name, schema in own.get("components", {}).get("schemas", {}).items():
            schemas[f"{service}.{name}"] = schema
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "tags": [{"name": service} for service in sorted(documents)],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "session"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
        "security": [{"session": []}, {"bearer": []}],
    }


def _of_service(operation: Mapping[str, Any], service: str) -> dict[str, Any]:
    open_to_all: dict[str, Any] = {"security": []} if operation.get("x-permission") == "public" else {}
    name = f"{service}.{operation.get('operationId', '')}"
    return {**operation, **open_to_all, "operationId": name, "tags": [service]}


def _renamed(node: Any, service: str) -> Any:
    """A copy whose references name the service's schemas."""
    if isinstance(node, Mapping):
        return {
            key: (
                value.replace("#/components/schemas/", f"#/components/schemas/{service}.")
                if key == "$ref" and isinstance(value, str)
                else _renamed(value, service)
            )
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [_renamed(one, service) for one in node]
    return node
