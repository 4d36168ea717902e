"""What the pages about bans, periods and successors say, in three languages."""

from collections.abc import Iterator

import pytest
from flask import Flask, g, render_template

from portal.forms import Form
from portal.views.grants import ADOPT, HAND_OVER, LIFT_BAN, PERIOD, grant_of
from portal.views.succession import handover_of
from portal.words import CHAINS
from tests.architecture.the_code import environment, make_app
from tests.unit.portal.test_portal_succession_views import OLD, ROLES

BARRED = grant_of(
    {**OLD, "status": "revoked", "barred": True, "barred_from": "r", "ended_reason": "Left"}, ROLES
)
GRANT = grant_of(OLD, ROLES)
ABOVE = {"en": "North", "bn": "উত্তরাঞ্চল", "vi": "Miền Bắc"}
AROUND = {"trail": (), "action": "/grants/old/succession", "back": "/grants/old"}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(tmp_path_factory.mktemp("portal")).items():
            patch.setenv(name, value)
        yield make_app("portal")


@pytest.fixture(params=["en", "bn", "vi"])
def language(portal: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    with portal.test_request_context("/grants/old"):
        g.language = request.param
        g.unread = 0
        yield str(request.param)


def test_a_ban_says_why_and_from_where(language: str) -> None:
    shown = render_template(
        "grant_act.html", act=LIFT_BAN, grant=BARRED, form=Form(), preview=None, barred_from=ABOVE, **AROUND
    )
    assert "Left" in shown
    assert ABOVE[language] in shown
    assert ("Lift the ban" in shown) is (language == "en")
    unseen = render_template(
        "grant_act.html", act=LIFT_BAN, grant=BARRED, form=Form(), preview=None, barred_from={}, **AROUND
    )
    assert ABOVE[language] not in unseen


def test_a_period_is_sent_only_after_its_preview(language: str) -> None:
    form = Form({"valid_to": "2027-06-30", "chain": "mine", "reason": "<b>longer</b>"}, 3)
    asked = render_template(
        "period.html", act=PERIOD, grant=GRANT, form=form, chains=list(CHAINS.items()), preview=None, **AROUND
    )
    assert 'name="seen"' not in asked
    assert 'value="mine" checked' in asked
    preview = {"valid_to": "2027-06-30", "taken_from": "Karim", "following": 7}
    shown = render_template(
        "period.html", act=PERIOD, grant=GRANT, form=form, chains=[], preview=preview, **AROUND
    )
    assert 'name="seen" value="yes"' in shown
    assert 'name="version" value="3"' in shown
    assert "Karim" in shown
    assert "<b>" not in shown


def test_a_successor_is_told_what_goes_what_stays_and_how_much_is_not_listed(language: str) -> None:
    answer = {
        "count": 12,
        "ends_own": True,
        "grants": [OLD],
        "left": [{"grant": OLD, "why": "own"}],
        "left_count": 4,
    }
    shown = render_template(
        "succession.html",
        act=HAND_OVER,
        own=True,
        grant=GRANT,
        form=Form({"to": "deputy", "reason": "A new post"}, 1),
        choices=[("deputy", "Deputy · administrator")],
        chosen="Deputy · administrator",
        preview=handover_of(answer, ROLES),
        **AROUND,
    )
    numbers = {"en": ("12", "11", "4", "3"), "bn": ("১২", "১১", "৪", "৩"), "vi": ("12", "11", "4", "3")}
    assert all(number in shown for number in numbers[language])
    assert 'name="seen" value="yes"' in shown
    assert ("Your own access ends" in shown) is (language == "en")


def test_where_nobody_could_follow_the_page_leads_to_giving_access(language: str) -> None:
    shown = render_template(
        "succession.html",
        act=ADOPT, own=False, grant=GRANT, form=Form({"to": ""}, 1), choices=[], chosen="", preview=None, **AROUND,
    )  # fmt: skip
    assert f'href="/units/{GRANT.unit_id}/access/new"' in shown
    assert 'name="to"' not in shown
