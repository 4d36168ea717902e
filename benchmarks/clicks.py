"""How often an approver clicks to decide 46 reports, two of them returned, in a real browser against a running house.

One by one, each report read, and with those that are not returned ticked together; from the sign-in page on. Each
further fresh sign-in, which approvals ask for after five minutes, is three clicks more.
"""

import csv
import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Locator, sync_playwright

from congress.domain.history import By
from congress.domain.progress import Report, record_milestone, report_results, submit
from membership.domain.units import read_level_scheme
from membership.operations import import_units
from portal.congress.routes.approvals import SHOWN
from servicekit.ids import new_id
from tests.browser.conftest import BUSY_SECONDS, CHROMIUM, FLAGS, Visitor
from tests.journeys.whole_house import (
    FIGURES,
    Json,
    Post,
    WholeHouse,
    a_whole_house,
    begin_with_first_administrator,
    eventually,
    some_rows,
)
from tests.processes import ROOT, DatabaseServer, free_port

REPORTS, RETURNED = 46, 2
CLICKS_LIMIT = 60
# What the same took when each decision led back to its own report.
BEFORE = 184
# Where each report is a page of its own; beside the list, on a wider screen, it takes as many clicks.
WIDTH = 1024
UPAZILA, APPROVER = "BD-U011", "upazila-clerk"
ABOVE = ("BD", "BD-V01", "BD-D01", UPAZILA)
REASON = "The list of attendance has another number."


def units() -> bytes:
    """An upazila with so many unions, in the form of the real file."""
    rows = list(csv.DictReader(io.StringIO(some_rows(ABOVE).decode())))
    for number in range(REPORTS):
        row = dict.fromkeys(rows[0], "")
        row |= {"code": f"BD-X{number:02}", "parent_code": UPAZILA, "level": "union"}
        rows.append({**row, "name_en": f"Union {number:02}", "name_bn": f"ইউনিয়ন {number:02}"})
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def grow(whole: WholeHouse) -> None:
    scheme = read_level_scheme((ROOT / "examples/bangladesh/levels.toml").read_text(encoding="utf-8"))
    imported = import_units(whole.membership, units(), scheme=scheme)
    if imported.errors:
        raise RuntimeError(str(imported.errors[:3]))
    whole.units = {unit.code: unit for unit in whole.membership.units.all()}
    for service in ("identity", "congress"):
        with whole.database(service) as database:
            eventually(
                lambda database=database: database.mongo["units"].count_documents({}) >= len(whole.units),  # type: ignore[misc]
                f"{service} knows the units",
                120,
            )
    begin_with_first_administrator(whole)
    whole.give(Post("hq-organiser", APPROVER, "approver", UPAZILA))


def all_sent(whole: WholeHouse) -> Json:
    """A plan under which every union has sent its report."""
    plan = whole.cascaded(whole.a_plan("union"))
    context = whole.congress
    rules, today = context.plans.get(plan["id"]), context.clock.today()
    by = By("clerk", context.clock.now(), today, name="Jamil Udoy")
    for there in list(context.congresses.of_plan(plan["id"])):
        one = there
        for key in ("plan", "opened", "closed"):
            one = record_milestone(rules, one, Report(key, today - timedelta(days=3)), None, by, new_id())
        one = submit(rules, report_results(rules, one, FIGURES, by, new_id()), by, new_id())
        context.congresses.save(one, there.version)
    whole.settled(120)
    return plan


@dataclass
class Clerk:
    """Somebody before a browser whose clicks are counted."""

    visitor: Visitor
    clicks: int = 0

    def sign_in(self) -> None:
        self.visitor.come_to_sign_in()
        self.visitor.through_the_eid(APPROVER)
        self.clicks += 2  # the eID, and oneself
        self.visitor.accept_offers()

    def click(self, what: Locator) -> None:
        self.clicks += 1
        what.click()

    def press(self, role: str, name: str) -> None:
        """What leads to another page; by way of the eID where it last saw the person too long ago."""
        page = self.visitor.page
        self._press(page.get_by_role(role, name=name).first)  # type: ignore[arg-type]
        if page.get_by_role("heading", name="Sign in once more").count():
            self.visitor.through_the_eid(APPROVER)
            self.clicks += 2
            self._press(page.get_by_role(role, name=name).first)  # type: ignore[arg-type]

    def _press(self, what: Locator) -> None:
        self.clicks += 1
        self.visitor.press(what)

    def open_queue(self, plan: Json) -> None:
        link = self.visitor.page.locator(f'a[href^="/approvals/{plan["id"]}/"]')
        link.wait_for()
        self._press(link.first)

    def open_first(self) -> None:
        self._press(self.visitor.page.locator("main tbody th a").first)

    def return_it(self) -> None:
        page = self.visitor.page
        self.click(page.locator(".wrong:has([name='reasons/present']) summary"))
        page.locator("textarea:focus").fill(REASON)
        self.press("button", "Return it")


def one_by_one(clerk: Clerk, plan: Json) -> None:
    clerk.open_queue(plan)
    clerk.open_first()
    for number in range(1, REPORTS + 1):
        if number <= RETURNED:
            clerk.return_it()
        else:
            clerk.press("button", "Approve and next" if number < REPORTS else "Approve and lock")


def ticked(clerk: Clerk, plan: Json) -> None:
    clerk.open_queue(plan)
    clerk.open_first()
    for _ in range(RETURNED):
        clerk.return_it()
    clerk.press("link", "Back to the queue")
    for _ in range(0, REPORTS - RETURNED, SHOWN):
        clerk.press("link", "Tick all without cautions")
        clerk.press("button", "Approve the ticked ones")
        clerk.press("button", "Approve and lock")


WAYS: dict[str, Callable[[Clerk, Json], None]] = {"one by one": one_by_one, "ticked together": ticked}


@contextmanager
def a_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def count(whole: WholeHouse, browser: Browser, way: Callable[[Clerk, Json], None]) -> int:
    plan = all_sent(whole)
    context = browser.new_context(viewport={"width": WIDTH, "height": 800}, locale="en-GB")
    context.set_default_timeout(BUSY_SECONDS * 1000)
    complaints: list[str] = []
    base = whole.person("hq-organiser").base
    clerk = Clerk(Visitor(base, context, context.new_page(), complaints))
    clerk.sign_in()
    way(clerk, plan)
    context.close()
    decided = [one.state.value for one in whole.congress.congresses.of_plan(plan["id"])]
    if (decided.count("approved"), decided.count("returned")) != (REPORTS - RETURNED, RETURNED):
        raise RuntimeError(f"not decided as it was meant: {sorted(decided)}")
    return clerk.clicks


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        server = DatabaseServer(free_port(), Path(name) / "db")
        server.start()
        try:
            with a_whole_house(server, Path(name) / "house") as whole, a_browser() as browser:
                grow(whole)
                counted = {what: count(whole, browser, way) for what, way in WAYS.items()}
        finally:
            if server.process is not None:
                server.process.kill()
    for what, clicks in counted.items():
        print(
            f"{REPORTS} reports, {RETURNED} returned, {what}: {clicks} clicks   "
            f"(limit {CLICKS_LIMIT}, before {BEFORE}): {clicks / CLICKS_LIMIT:.2f} times"
        )
    return 0 if max(counted.values()) <= CLICKS_LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
