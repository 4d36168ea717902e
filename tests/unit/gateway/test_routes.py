"""Which paths have one spelling, and which operation a request means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain import (
    MethodNotAllowed,
    NoSuchOperation,
    PathNotCanonical,
    Route,
    RouteTable,
    RouteTwice,
    canonical,
    merged,
    routes_of,
)
from gateway.forward import headers_in

TABLE = RouteTable(
    [
        Route("portal", "GET", "/", "public"),
        Route("congress", "GET", "/api/congress/plans", "congress:read"),
        Route("congress", "POST", "/api/congress/plans", "plan:manage"),
        Route("congress", "GET", "/api/congress/plans/{plan_id}", "congress:read"),
        Route("congress", "GET", "/api/congress/plans/new", "plan:manage"),
        Route("congress", "POST", "/api/congress/plans/{plan_id}/cascade", "plan:manage"),
    ]
)


@pytest.mark.parametrize("target", ["/", "/a", "/a/b-c/d_e", "/static/app.css", "/a?x=%2F..%2F", "/x~y"])
def test_a_path_with_one_spelling_is_canonical(target: str) -> None:
    assert canonical(target) == target.split("?")[0]


@pytest.mark.parametrize(
    "target",
    [
        "", "a", "//", "/a//b", "/a/", "/.", "/..", "/a/../b", "/a/./b", "/a/%2e%2e/b", "/a%2Fb", "/%61pi",
        "/a\\b", "/a;b", "/a b", "/a%00", "/a\x00", "/é", "/a/.hidden", "http://other/a", "/" + "a" * 101,
        "/a" * 600, "/a?" + "x" * 6001, "/a#b", "/a:b", "/a@b", "/*", "*",
    ],
)  # fmt: skip
def test_any_other_spelling_is_refused(target: str) -> None:
    with pytest.raises(PathNotCanonical):
        canonical(target)


@given(st.text(max_size=60))
def test_what_passes_means_the_same_to_everybody(target: str) -> None:
    try:
        path = canonical(target)
    except PathNotCanonical:
        return
    assert "//" not in path
    assert "%" not in path
    assert not any(segment in (".", "..") for segment in path.split("/"))


@pytest.mark.parametrize(
    ("method", "path", "template"),
    [
        ("GET", "/", "/"),
        ("GET", "/api/congress/plans", "/api/congress/plans"),
        ("HEAD", "/api/congress/plans", "/api/congress/plans"),
        ("GET", "/api/congress/plans/abc", "/api/congress/plans/{plan_id}"),
        ("GET", "/api/congress/plans/new", "/api/congress/plans/new"),
        ("POST", "/api/congress/plans/new/cascade", "/api/congress/plans/{plan_id}/cascade"),
    ],
)
def test_a_request_finds_its_operation(method: str, path: str, template: str) -> None:
    assert TABLE.match(method, path).template == template


@pytest.mark.parametrize(
    "path", ["/x", "/api", "/api/congress", "/api/congress/plans/a/b", "/internal/token"]
)
def test_what_is_not_published_is_not_there(path: str) -> None:
    with pytest.raises(NoSuchOperation):
        TABLE.match("GET", path)


@pytest.mark.parametrize("method", ["DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"])
def test_a_method_that_is_not_published_is_refused(method: str) -> None:
    with pytest.raises(MethodNotAllowed):
        TABLE.match(method, "/api/congress/plans")


def test_two_services_cannot_publish_the_same_operation() -> None:
    with pytest.raises(RouteTwice):
        RouteTable([Route("a", "GET", "/x/{i}", "public"), Route("b", "GET", "/x/{j}", "public")])


def test_an_operation_without_a_permission_stays_outside_the_door() -> None:
    document = {"paths": {"/a": {"get": {"x-permission": "public"}, "post": {}}, "/b": {"parameters": []}}}
    assert [(r.method, r.template) for r in routes_of("portal", document)] == [("GET", "/a")]


def test_what_an_operation_says_of_itself_is_known_at_the_door() -> None:
    said = {"x-permission": "public", "x-seconds": 20, "x-sessionless": True, "x-own-site": True}
    (route,) = routes_of("portal", {"paths": {"/a": {"get": said}}})
    assert (route.seconds, route.sessionless, route.own_site) == (20, True, True)
    (other,) = routes_of("portal", {"paths": {"/a": {"get": {"x-permission": "public"}}}})
    assert not other.sessionless


def test_schemas_of_two_services_with_one_name_are_kept_apart() -> None:
    def document(kind: str) -> dict[str, object]:
        reference = {"$ref": "#/components/schemas/Page"}
        return {
            "paths": {f"/api/{kind}": {"get": {"x-permission": "public", "responses": {"200": reference}}}},
            "components": {"schemas": {"Page": {"type": kind}}},
        }

    whole = merged({"a": document("object"), "b": document("array")}, "t", "1")
    assert whole["components"]["schemas"] == {"a.Page": {"type": "object"}, "b.Page": {"type": "array"}}
    assert whole["paths"]["/api/array"]["get"]["responses"]["200"] == {"$ref": "#/components/schemas/b.Page"}


def test_a_cookie_that_could_not_stand_in_a_header_is_left_out() -> None:
    given = {"language": "en\r\nX-Forged: 1", "attempt": "good", "session": "s"}
    assert headers_in({}, given, "identity")["cookie"].count("\r") == 0
    assert "attempt=good" in headers_in({}, given, "identity")["cookie"]


@pytest.mark.parametrize(
    "value", ["x; __Host-attempt=EVIL", "x;y", "a b", 'a"b', "a,b", "a\\b", "", "x" * 201, "é"]
)
def test_no_cookie_becomes_two_on_its_way(value: str) -> None:
    assert "cookie" not in headers_in({}, {"language": value}, "identity")
