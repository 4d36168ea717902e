"""What is typed into a form of the portal, or stands in its hidden fields, is never a fault of ours.

Each kind of form that the pages lead to is sent by the first person who meets it: once for each odd value in all that
can be typed, and for some in all that its page carries as well.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
import requests

from tests.journeys.addresses import Scene, set_scene
from tests.journeys.whole_house import (
    a_whole_house,
    begin_with_first_administrator,
    give_all_posts,
    import_tree,
)
from tests.people import Person
from tests.processes import DatabaseServer

READERS = ("union-clerk", "district-secretary", "hq-organiser", "auditor")
# What no page of ours carries: tried in the hidden fields too.
FORGED = ("9" * 5_000, "{0} {a.b} {count} %(n)s", "../../x")
TYPED = (
    "",
    "\x00\r\n\r\nX: y",
    "[" * 3_000,
    "45.6",
    "2026-02-30",
    "31/12/9999",
    "\u202e\u200bনাম",
    "women",
    "@",
)
ENDS = ("/sign-", "/api", "/static")  # what ends the walk, and what is no page
LEAST_KINDS = 30


@dataclass
class Shown:
    action: str
    method: str
    multipart: bool
    typed: dict[str, str] = field(default_factory=dict)
    carried: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Shown] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in said:
            self.links.append(said["href"].partition("#")[0])
        if tag == "form":
            form = Shown(
                said.get("action", ""), said.get("method", "get"), "multipart" in said.get("enctype", "")
            )
            self.forms.append(form)
        elif tag in ("input", "select", "textarea", "button") and "name" in said and self.forms:
            form = self.forms[-1]
            fields = form.carried if said.get("type") == "hidden" else form.typed
            fields[said["name"]] = said.get("value", "")


def kind_of(link: str) -> str:
    path, _, query = link.partition("?")
    names = "&".join(sorted(part.partition("=")[0] for part in query.split("&") if part))
    return re.sub(r"/[a-z2-7]{20}", "/*", path) + "?" + names


def pages(person: Person) -> Iterator[tuple[str, requests.Response]]:
    """Each kind of page that links lead to from the start."""
    queue, met = deque(["/"]), {kind_of("/")}
    while queue:
        path = queue.popleft()
        answer = person.http.get(person.base + path, headers={"Accept": "text/html"}, timeout=30)
        yield path, answer
        for link in Page(answer.text).links if "text/html" in answer.headers["Content-Type"] else ():
            if link.startswith("/") and not link.startswith(ENDS) and kind_of(link) not in met:
                met.add(kind_of(link))
                queue.append(link)


def sent(person: Person, form: Shown, values: dict[str, str]) -> requests.Response:
    more: dict[str, Any] = {"data": values}
    if form.method.lower() == "get":
        more = {"params": {name: value[:1_000] for name, value in values.items()}}
    elif form.multipart:
        more = {"files": {name: (None, value) for name, value in values.items()}}
    return person.http.request(
        form.method.upper(),
        person.base + form.action,
        headers={"Accept": "text/html", "Origin": person.base},
        timeout=30,
        allow_redirects=False,
        **more,
    )


@pytest.fixture(scope="module")
def trodden(database_server: DatabaseServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A house of its own, for its people do what odd values let them do."""
    with a_whole_house(database_server, tmp_path_factory.mktemp("odd")) as whole:
        import_tree(whole)
        begin_with_first_administrator(whole)
        give_all_posts(whole)
        yield set_scene(whole)


def test_no_value_in_a_form_is_too_strange(trodden: Scene) -> None:
    tried: set[str] = set()
    faults = []
    for key in READERS:
        person = trodden.whole.person(key)
        for path, answer in pages(person):
            if answer.status_code >= 500:
                faults.append(f"{key} {path}: {answer.status_code}")
            for form in Page(answer.text).forms if "text/html" in answer.headers["Content-Type"] else ():
                kind = f"{form.method} {kind_of(form.action)}"
                if (
                    kind in tried
                    or not form.action.startswith("/")
                    or form.action.startswith(("/sign-", "/api"))
                ):
                    continue
                tried.add(kind)
                for odd in (*TYPED, *FORGED):
                    token = {"csrf": form.carried.get("csrf", "")}
                    carried = dict.fromkeys(form.carried, odd) if odd in FORGED else form.carried
                    code = sent(
                        person, form, {**carried, **dict.fromkeys(form.typed, odd), **token}
                    ).status_code
                    if code >= 500 or code == 429:
                        faults.append(f"{key} {kind} {odd[:20]!r}: {code}")
    assert faults == []
    assert len(tried) >= LEAST_KINDS
