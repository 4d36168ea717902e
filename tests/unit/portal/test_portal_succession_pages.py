"""What the pages about bans, periods and successors say, in three languages."""

from collections.abc import Iterator

import pytest
from flask import Flask, g, render_template

from portal.access.views.grants import ADOPT, HAND_OVER, LIFT_BAN, PERIOD, RESUME, grant_of
from portal.access.views.offers import offer_of
from portal.access.views.succession import handover_of
from portal.access.words import CHAINS
from portal.frame.forms import Form
from portal.frame.pager import Pager
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


def test_what_was_suspended_with_it_comes_back_only_where_it_is_chosen(language: str) -> None:
    form = Form({"reason": "over"}, 3)
    shown = render_template(
        "grant_act.html", act=RESUME, grant=GRANT, form=form, suspended=[GRANT], preview=None, **AROUND
    )
    assert f'name="also/{GRANT.id}" value="yes"' in shown
    assert "checked" not in shown
    assert ("What is not chosen stays suspended." in shown) is (language == "en")
    alone = render_template(
        "grant_act.html", act=RESUME, grant=GRANT, form=form, suspended=[], preview=None, **AROUND
    )
    assert "also/" not in alone


def test_an_offer_says_whose_grant_it_takes_the_place_of(language: str) -> None:
    given = {"given_by_name": "Karim", "valid_to": "2027-06-30", "hanging": 3}
    answer = {**OLD, "role_names": {}, "permissions": [], "for_machine": False, "takes_place_of": [given]}
    yes, barred = {"allowed": True, "refusal": None}, {"type": "/problems/barred", "title": "Barred."}
    answer["acts"] = {"accept": yes, "decline": yes}
    page = {"done": "", "form": Form(), "waiting": False}
    shown = render_template("offers.html", offers=[offer_of(answer)], **page)
    assert "Karim" in shown
    assert ("takes the place of what Karim gave you" in shown) is (language == "en")
    assert ("3 grants that hang on that go over" in shown) is (language == "en")
    assert f'action="/offers/{answer["id"]}/accept"' in shown
    answer["acts"] = {"accept": {"allowed": False, "refusal": barred}, "decline": yes}
    refused = render_template("offers.html", offers=[offer_of(answer)], **page)
    assert "/accept" not in refused
    assert "Barred." in refused
    assert "/decline" in refused
    nothing = render_template("offers.html", offers=[offer_of({**answer, "takes_place_of": []})], **page)
    assert nothing.count("Karim") < shown.count("Karim")


def test_a_period_is_sent_only_after_its_preview(language: str) -> None:
    form = Form({"valid_to": "2027-06-30", "chain": "mine", "reason": "<b>longer</b>"}, 3)
    asked = render_template(
        "period.html", act=PERIOD, grant=GRANT, form=form, chains=list(CHAINS.items()), preview=None, **AROUND
    )
    assert 'name="seen"' not in asked
    assert 'value="mine" checked' in asked
    preview = {"valid_to": "2027-06-30", "taken_from": "Karim", "following": 7, "cut_short": 61}
    shown = render_template(
        "period.html", act=PERIOD, grant=GRANT, form=form, chains=[], preview=preview, cut=[GRANT], **AROUND
    )
    assert {"en": "61 grants that hang", "bn": "৬১", "vi": "61"}[language] in shown
    assert GRANT.name in shown
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


def test_what_goes_over_can_be_chosen_a_page_at_a_time(language: str) -> None:
    answer = {
        "count": 120,
        "direct_count": 110,
        "ends_own": True,
        "grants": [OLD],
        "left": [{"grant": OLD, "why": "own"}],
        "left_count": 70,
    }
    shown = handover_of(answer, ROLES)
    form = Form({"to": "deputy", "grant-old": "yes", "reason": "<b>part</b>"}, 4)
    around = {
        "own": True,
        "grant": GRANT,
        "form": form,
        "to": "deputy",
        "chosen": "Deputy · administrator",
        "left": shown.left,
        "left_count": shown.left_count,
        "left_next": "/grants/old/succession/choose?left_after=x",
        "done": "",
        **AROUND,
    }
    listed = Pager(51, 100, 110, "/grants/old/succession/choose?after=x", "/grants/old/succession/choose")
    page = render_template("succession_choose.html", going=shown.grants, pager=listed, **around)
    assert 'name="grant-old" value="yes" checked' in page
    assert 'name="version" value="4"' in page
    assert ('name="once"' in page, "<b>" in page) == (True, False)
    assert "choose?after=x" in page
    assert "left_after=x" in page
    assert ("Your own access stays" in page) is (language == "en")
    empty = render_template("succession_choose.html", going=(), pager=listed, **around)
    assert 'type="checkbox"' not in empty
