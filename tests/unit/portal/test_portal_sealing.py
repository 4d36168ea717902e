"""Sealed reports on their page: what is there, what may be done, and how it is checked."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, g, render_template

from portal.frame.forms import Form
from portal.sealing.views import COMMAND, COMMAND_OF_PROOF, KEYS_NAME, held_of, sealed_of
from portal.shared.units import unit_of
from tests.unit.portal.test_portal_superior_pages import portal  # noqa: F401

UNIT = {
    "id": "u1", "code": "U1", "names": {"en": "<i>North"}, "level": "district", "parent_id": None, "path": ["u1"],
    "children_count": 2, "valid_to": None,
}  # fmt: skip
MADE = {
    "id": "r1", "plan_id": "p1", "unit_id": "u1", "at": "2026-11-20T10:00:00+00:00", "by_name": "<b>Chief",
    "hash": "abcdef0123456789" * 4, "count": 1200, "missing": 3,
}  # fmt: skip


@pytest.fixture
def english(portal: Flask) -> Iterator[None]:  # noqa: F811
    with portal.test_request_context("/plans/p1/sealed/u1"):
        g.language = "en"
        g.unread = 0
        yield


def the_page(*made: dict[str, Any], seals: bool = True) -> str:
    return render_template(
        "sealed.html", plan={"id": "p1", "name": "Cycle", "names": {"en": "Cycle"}}, unit=unit_of(UNIT), trail=(),
        made=[sealed_of(one) for one in made], seals=seals, command=COMMAND, keys_name=KEYS_NAME, form=Form(),
    )  # fmt: skip


@pytest.mark.usefixtures("english")
def test_what_was_sealed_is_listed_with_its_files() -> None:
    found = the_page(MADE)
    assert "1,200 congresses · 3 not approved" in found
    assert "SHA-256 abcdef0123456789…" in found
    for link in ("/api/congress/sealed-reports/r1/paper", "/api/congress/sealed-reports/r1"):
        assert f'href="{link}"' in found
    assert "&lt;b&gt;Chief" in found
    assert "all approved" in the_page({**MADE, "missing": 0})
    assert "None yet." in the_page()


@pytest.mark.usefixtures("english")
def test_whoever_may_seals_and_everybody_reads_how_it_is_checked() -> None:
    assert 'action="/plans/p1/sealed/u1"' in the_page()
    other = the_page(seals=False)
    assert 'action="/plans/p1/sealed/u1"' not in other
    assert COMMAND in other
    assert f'download="{KEYS_NAME}"' in other


@pytest.mark.usefixtures("english")
def test_a_congress_is_proved_by_each_report_in_which_it_stands() -> None:
    one = {
        "id": "r1",
        "at": MADE["at"],
        "hash": MADE["hash"],
        "unit_id": "u0",
        "code": "U0",
        "names": {"en": "<i>All"},
    }
    words = {"unit": unit_of(UNIT), "trail": (), "command": COMMAND_OF_PROOF, "back": "/congresses/c1"}
    found = render_template("sealed_proofs.html", held=[held_of("c1", one)], **words)
    assert 'href="/api/congress/congresses/c1/proof?report_id=r1"' in found
    assert "&lt;i&gt;All" in found
    assert COMMAND_OF_PROOF in found
    assert "None yet." in render_template("sealed_proofs.html", held=[], **words)
