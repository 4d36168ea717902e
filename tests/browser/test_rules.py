"""A new version of a plan's rules, made by clicking: its form, what it means, and who stands under it then."""

import re
from collections.abc import Callable

from tests.browser.conftest import Visitor, reload_until
from tests.browser.test_pages import check


def test_an_organiser_makes_a_version_after_seeing_what_it_means(visit: Callable[..., Visitor]) -> None:
    organiser = visit("hq-organiser")
    organiser.open("/plans")
    organiser.press(organiser.page.get_by_role("link", name="Congresses at all levels").first)
    organiser.press(organiser.page.get_by_role("link", name="Rules and their versions"))
    assert "Version 1" in organiser.told
    assert check(organiser, organiser.path) == []
    organiser.press(organiser.page.get_by_role("link", name="Make a new version"))
    organiser.send()
    assert "These are the rules" in organiser.told or "Reason" in organiser.told
    organiser.fill(targets__women="20", reason="The assembly has decided so.")
    organiser.page.get_by_label("Only those not yet begun").check()
    assert check(organiser, organiser.path) == []
    organiser.send()
    assert "What the change means" in organiser.told
    reached = re.search(r"reaches ([\d,\s]+) of ([\d,\s]+) congresses", organiser.told)
    assert reached is not None, organiser.told
    assert check(organiser, organiser.path) == []
    organiser.send()
    assert "The new version is made" in organiser.told
    assert "The assembly has decided so." in organiser.told
    assert "15 → 20" in organiser.told
    assert "Only those not yet begun" in organiser.told
    # Those that have begun keep the first; the others follow in a moment.
    plan = organiser.path
    organiser.open(plan)
    reload_until(organiser, "Version 2", 30)
    assert re.search(r"[1-9][\d,]* congresses stand under it", organiser.told)
    reader = visit("union-clerk")
    assert reader.open(plan) == 200
    assert "Make a new version" not in reader.told
