"""A request that is sent and changes a cookie is taken from our own pages only."""

import ast
from collections.abc import Iterator

import pytest

from gateway.clients import Documents, Passes
from gateway.counting import CountedHere
from gateway.domain import Route, RouteTable
from gateway.limits import Limits, Rates
from gateway.operations import Asked, Context, FromAnotherSite, decide
from tests.architecture.the_code import sources, syntax

# How a cookie is written, and taken away, in this code.
WRITING = {"write", "clear", "remember", "set_cookie", "delete_cookie"}
# The way to the eID and back: links, and the second comes from another site by nature. They are bound by the
# attempt's own cookie and its state.
BY_LINK = {"start_sign_in", "finish_sign_in"}


def views_that_write_cookies() -> Iterator[tuple[str, set[str]]]:
    for path in sources("identity/routes", "portal", "gateway"):
        functions = [node for node in ast.walk(syntax(path)) if isinstance(node, ast.FunctionDef)]
        # By themselves, or by a helper beside them.
        writing = WRITING | {
            one.name for one in functions if not one.decorator_list and called(one) & WRITING
        }
        for node in functions:
            if node.decorator_list and called(node) & writing:
                yield node.name, {ast.unparse(one).partition("(")[0] for one in node.decorator_list}


def called(node: ast.FunctionDef) -> set[str]:
    calls = (one.func for one in ast.walk(node) if isinstance(one, ast.Call))
    return {func.attr if isinstance(func, ast.Attribute) else ast.unparse(func) for func in calls}


def test_every_route_that_changes_a_cookie_is_known_and_says_so() -> None:
    found = dict(views_that_write_cookies())
    assert set(found) == {
        *BY_LINK,
        *("start_joining", "enter_by_code", "sign_out", "choose_language", "ask_for_access", "act_in_unit"),
    }
    assert {name for name, marks in found.items() if "sets_cookie" not in marks} == BY_LINK
    assert all("pages.get" in found[name] for name in BY_LINK)


class NoDocuments(Documents):
    def __init__(self, *routes: Route) -> None:
        self._only = RouteTable(routes)

    def table(self) -> RouteTable:
        return self._only


class NoPasses(Passes):
    def __init__(self) -> None:
        pass


@pytest.mark.parametrize(
    "told",
    [
        {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": ""}, {}, {"referer": ""},
        {"referer": "https://evil.example/a"}, {"referer": "https://["}, {"referer": "https://a]b/"},
        {"referer": "//["}, {"referer": "https://sammelan.example.evil/"}, {"referer": "https://sammelan\u2100.example"},
    ],
)  # fmt: skip
def test_the_gateway_asks_where_it_comes_from_also_without_a_session(told: dict[str, str]) -> None:
    route = Route("identity", "POST", "/sign-in/fallback", "public", own_site=True)
    context = Context(
        NoDocuments(route), NoPasses(), Limits(Rates(9, 9, 9, 9), CountedHere()), "https://sammelan.example"
    )
    with pytest.raises(FromAnotherSite):
        decide(context, Asked("POST", "/sign-in/fallback", "", False, told, "127.0.0.1"))
    own = {"origin": "https://sammelan.example"}
    assert decide(context, Asked("POST", "/sign-in/fallback", "", False, own, "127.0.0.1")).route is route
