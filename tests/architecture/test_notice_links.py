"""A notice leads to a page that there is: notifications writes the links, and the pages are the portal's."""

import ast
import inspect
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from notifications.domain import kinds
from portal.frame.query import EVERYWHERE
from servicekit.ids import new_id
from tests.architecture.the_code import environment, make_app, sources, syntax
from tests.processes import ROOT


def links() -> dict[str, str]:
    """By the name of what makes it."""
    found: dict[str, str] = {}
    for name, value in vars(kinds).items():
        if name.isupper() and isinstance(value, str):
            found[name] = value
        elif inspect.isfunction(value) and value.__module__ == kinds.__name__:
            found[name] = value(*(new_id() for _ in inspect.signature(value).parameters))
    return found


LINKS = links()


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(tmp_path_factory.mktemp("portal")).items():
            patch.setenv(name, value)
        app = make_app("portal")
        yield app
        app.extensions["kit"].database.client.close()


def wrong_with(portal: Flask, link: str) -> str:
    """Why a reader who follows the link stands before no page; empty where there is one."""
    asked = urlsplit(link)
    try:
        endpoint, _ = portal.url_map.bind("sammelan.example.org").match(asked.path, method="GET")
    except (HTTPException, RequestRedirect) as error:
        return type(error).__name__
    taken = getattr(portal.view_functions[endpoint], "takes", frozenset()) | EVERYWHERE
    return ", ".join(sorted(parse_qs(asked.query, keep_blank_values=True).keys() - taken))


@pytest.mark.parametrize("name", LINKS)
def test_the_link_of_a_notice_is_a_page_of_the_portal(portal: Flask, name: str) -> None:
    assert wrong_with(portal, LINKS[name]) == "", LINKS[name]


@pytest.mark.parametrize(
    ("link", "wrong"),
    [
        ("/nowhere", "NotFound"),
        ("/plans/p1/cascade", "MethodNotAllowed"),
        ("/units//access", "RequestRedirect"),
        ("/offers?unit=u1", "unit"),
    ],
)
def test_a_link_that_leads_nowhere_is_found(portal: Flask, link: str, wrong: str) -> None:
    assert wrong_with(portal, link) == wrong


def test_links_of_notices_are_written_in_one_place() -> None:
    assert {"MY_TASKS", "link_to_grant", "link_to_congress"} <= LINKS.keys()
    elsewhere = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources("notifications/domain", "notifications/operations")
        if path.name != "kinds.py"
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("/")
    ]
    assert elsewhere == []
