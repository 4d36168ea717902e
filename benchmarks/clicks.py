"""How often the people of the portal press to do their work, in a real browser against a running house.

What is counted is what the pages hear: each press of a mouse or a finger, and each choice in a list. Keys are not: a
person types, and goes from field to field by the keyboard, the one of a telephone too; into the first field of a form
they press, unless the page has put them there. Each further fresh sign-in, which approvals ask for after five minutes,
is three clicks more.
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

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from congress.domain.history import By
from congress.domain.progress import Report, record_milestone, report_results, submit
from membership.domain.units import read_level_scheme
from membership.operations import import_units
from portal.congress.routes.approvals import SHOWN
from servicekit.ids import new_id
from tests.browser.conftest import BUSY_SECONDS, CHROMIUM, DESK, FLAGS, PHONE, Visitor
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
# How often somebody presses at most.
DECIDING, NAMES, ONE_CONGRESS, REMINDING, REPORTING, ASKING = 60, 1, 2, 2, 8, 2
# Where each report is a page of its own; beside the list, on a wider screen, it takes as many clicks.
WIDTH = 1024
UPAZILA = "BD-U011"
CHIEF, APPROVER, NEWCOMER = "hq-organiser", "upazila-clerk", "no-grant"
# The secretary of one union, and whoever reports for all others.
SECRETARY, OTHERS = "union-clerk", "two-posts"
ABOVE = ("BD", "BD-V01", "BD-D01", UPAZILA)
REASON = "The list of attendance has another number."
# As whoever reports released it to the line above.
CONTACT = {"office_phone": "+88029990000", "office_email": None}
# No form of these jobs has more of them, one after the other.
FIELDS_MOST = 60
OFFERED_AT_ONCE = 15
HELD_DAYS, LATE_DAYS, NEWEST_DAYS = 3, 5, 80
LISTENER = """for (const kind of ["pointerdown", "change"]) addEventListener(kind, heard => {
    if (kind === "pointerdown" || heard.target.matches("select")) window.pressedHere()
}, true)"""


class Counted:
    """Somebody before a browser whose presses are counted where they land: in the page, whosever page it is."""

    def __init__(self, browser: Browser, base: str, who: str, width: int = WIDTH) -> None:
        self.who, self.clicks = who, 0
        self.context = browser.new_context(
            viewport={"width": width, "height": 800}, locale="en-GB", service_workers="block"
        )
        self.context.set_default_timeout(BUSY_SECONDS * 1000)
        self.context.expose_binding("pressedHere", lambda _source: self._heard())
        self.context.add_init_script(LISTENER)
        self.visitor = Visitor(base, self.context, self.context.new_page(), [])

    def _heard(self) -> None:
        self.clicks += 1

    @property
    def page(self) -> Page:
        return self.visitor.page

    def sign_in(self) -> None:
        self.visitor.come_to_sign_in()
        self.visitor.through_the_eid(self.who)

    def press(self, what: Locator) -> None:
        """What leads to another page; by way of the eID where it last saw the person too long ago."""
        again = what.first
        self.visitor.press(again)
        if self.page.get_by_role("heading", name="Sign in once more").count():
            self.visitor.through_the_eid(self.who)
            self.visitor.press(again)

    def button(self, name: str) -> None:
        self.press(self.page.get_by_role("button", name=name))

    def link(self, name: str) -> None:
        self.press(self.page.get_by_role("link", name=name))

    def type_into(self, **fields: str) -> None:
        """One field after the other by the keyboard; what stands between them is gone over."""
        for number, (name, text) in enumerate(fields.items()):
            field = self.page.locator(f'main [name="{name.replace("__", "/")}"]')
            for _ in range(FIELDS_MOST):
                if field.evaluate("one => one === document.activeElement"):
                    break
                if number:
                    self.page.keyboard.press("Tab")
                else:
                    field.click()
            else:
                raise RuntimeError(f"{name} is not reached by the keyboard")
            self.page.keyboard.press("ControlOrMeta+A")
            self.page.keyboard.type(text)


# ---------------------------------------------------------------- what they do


def open_queue(approver: Counted, plan: Json) -> None:
    link = approver.page.locator(f'a[href^="/approvals/{plan["id"]}/"]')
    link.first.wait_for()
    approver.press(link)
    approver.press(approver.page.locator("main tbody th a"))


def return_it(approver: Counted) -> None:
    approver.page.locator(".wrong:has([name='reasons/present']) summary").click()
    approver.page.locator("textarea:focus").wait_for()
    approver.page.keyboard.type(REASON)
    approver.button("Return it")


def one_by_one(approver: Counted, plan: Json) -> None:
    open_queue(approver, plan)
    for number in range(1, REPORTS + 1):
        if number <= RETURNED:
            return_it(approver)
        else:
            approver.button("Approve and next" if number < REPORTS else "Approve and lock")


def ticked(approver: Counted, plan: Json) -> None:
    open_queue(approver, plan)
    for _ in range(RETURNED):
        return_it(approver)
    approver.link("Back to the queue")
    for _ in range(0, REPORTS - RETURNED, SHOWN):
        approver.link("Tick all without cautions")
        approver.button("Approve the ticked ones")
        approver.button("Approve and lock")


def open_late_list(chief: Counted) -> None:
    """From the number on the first page to whom it counts, with who must act and how to reach them."""
    chief.link("All that is overdue at any milestone, with who must act")


def open_last_row(chief: Counted) -> None:
    chief.press(chief.page.locator("main tbody th a").last)


def find_congress(chief: Counted, unit: str) -> None:
    """Any of them, however long the list is, by the search that stands on every page."""
    chief.page.locator(".find input").click()
    chief.page.keyboard.type(unit)
    with chief.page.expect_navigation():
        chief.page.keyboard.press("Enter")
    chief.press(chief.page.locator('#found a[href^="/congresses/"]'))


def remind_the_late(chief: Counted) -> None:
    open_late_list(chief)
    chief.press(chief.page.locator("form.remind button"))


def report_congress(clerk: Counted, figures: Json) -> None:
    """The day that it closed, its results, and the whole of it sent up."""
    clerk.link("Report it")
    clerk.button("Record the milestone")
    clerk.link("Enter the results")
    clerk.type_into(**{f"figures__{key}": str(value) for key, value in figures.items()})
    clerk.button("Save the results")
    clerk.button("Send the report")


def fill_in_request(newcomer: Counted, unit_code: str) -> None:
    newcomer.link("Ask for access")
    newcomer.type_into(unit_code=unit_code, office="Secretary")


def ask_for_access(newcomer: Counted, unit_code: str) -> None:
    fill_in_request(newcomer, unit_code)
    newcomer.button("Send the request")


# ---------------------------------------------------------------- where they do it


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
    for service in ("identity", "congress", "notifications"):
        with whole.database(service) as database:
            eventually(
                lambda database=database: database.mongo["units"].count_documents({}) >= len(whole.units),  # type: ignore[misc]
                f"{service} knows the units",
                120,
            )
    begin_with_first_administrator(whole)
    whole.give(Post(CHIEF, APPROVER, "approver", UPAZILA))
    for number in range(REPORTS):
        holder = OTHERS if number else SECRETARY
        whole.give(Post(CHIEF, holder, "clerk", f"BD-X{number:02}"))
        # An offer finds its person when they sign in, and nobody is offered more than a few at once.
        if number % OFFERED_AT_ONCE == 0:
            whole.sign_in_again(holder)
            whole.person(holder)
    whole.sign_in_again(OTHERS)
    for holder in (APPROVER, SECRETARY, OTHERS):
        whole.person(holder).send("PATCH", "/api/identity/me", CONTACT).raise_for_status()


def all_sent(whole: WholeHouse) -> Json:
    """A plan under which every union has sent its report."""
    return a_plan_with(whole, ("plan", "opened", "closed"), sent=True)


def all_late(whole: WholeHouse) -> Json:
    """A plan under which every union is late: it has its congress to close, and its report to send."""
    today = whole.congress.clock.today()
    late, newest = (today - timedelta(days=days) for days in (LATE_DAYS, NEWEST_DAYS))
    # The first page shows the newest of its plans.
    return a_plan_with(
        whole,
        ("plan", "opened"),
        opens_on=newest.isoformat(),
        deadlines={"union": late.isoformat()},
    )


def a_plan_with(whole: WholeHouse, done: tuple[str, ...], *, sent: bool = False, **changes: object) -> Json:
    plan = whole.cascaded(whole.a_plan("union", **changes))
    context = whole.congress
    rules, today = context.plans.get(plan["id"]), context.clock.today()
    by = By("clerk", context.clock.now(), today, name="Jamil Udoy")
    for there in list(context.congresses.of_plan(plan["id"])):
        one = there
        for key in done:
            day = today - timedelta(days=HELD_DAYS)
            one = record_milestone(rules, one, Report(key, day), None, by, new_id())
        if sent:
            one = submit(rules, report_results(rules, one, FIGURES, by, new_id()), by, new_id())
        context.congresses.save(one, there.version)
    whole.settled(120)
    return plan


# ---------------------------------------------------------------- what is counted


@dataclass(frozen=True)
class Job:
    """Who does what, and how often they press at most."""

    person: str
    what: str
    limit: int
    clicks: int = 0


@contextmanager
def a_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def at_work(browser: Browser, base: str, who: str, width: int = WIDTH) -> Iterator[Counted]:
    """Signed in, on the first page, in the language of these words, and nothing counted yet."""
    counted = Counted(browser, base, who, width)
    counted.sign_in()
    if counted.page.locator("html").get_attribute("lang") != "en":
        counted.visitor.speak("en")
    counted.clicks = 0
    yield counted
    counted.context.close()


def decided(whole: WholeHouse, browser: Browser, base: str, way: Callable[[Counted, Json], None]) -> int:
    """From the sign-in page on."""
    plan = all_sent(whole)
    approver = Counted(browser, base, APPROVER)
    approver.sign_in()
    way(approver, plan)
    approver.context.close()
    states = [one.state.value for one in whole.congress.congresses.of_plan(plan["id"])]
    needed((states.count("approved"), states.count("returned")) == (REPORTS - RETURNED, RETURNED), "decided")
    return approver.clicks


def needed(done: object, what: str) -> None:
    """A count of what was not done is none."""
    if not done:
        raise RuntimeError(f"not {what} as it was meant")


def counted_jobs(whole: WholeHouse, browser: Browser) -> Iterator[Job]:
    base = whole.person(CHIEF).base
    plan = all_late(whole)
    with at_work(browser, base, CHIEF, DESK) as chief:
        open_late_list(chief)
        told = chief.page.locator("main table tbody")
        numbers = told.locator(f'a[href="tel:{CONTACT["office_phone"]}"]').count()
        needed((told.locator("tr").count(), numbers) == (REPORTS, REPORTS), "listed with contact")
        yield Job(
            "headquarters", f"all late names, {REPORTS} here, with how to reach them", NAMES, chief.clicks
        )
    with at_work(browser, base, CHIEF, DESK) as chief:
        open_late_list(chief)
        open_last_row(chief)
        needed("/congresses/" in chief.visitor.path, "opened")
        yield Job(
            "headquarters", "a late congress, by the list behind the number", ONE_CONGRESS, chief.clicks
        )
    with at_work(browser, base, CHIEF, DESK) as chief:
        find_congress(chief, f"Union {REPORTS - 1}")
        needed("/congresses/" in chief.visitor.path, "found")
        yield Job("headquarters", "any late congress, by its name in the search", ONE_CONGRESS, chief.clicks)
    with at_work(browser, base, CHIEF, DESK) as chief:
        remind_the_late(chief)
        needed("The reminders are on their way" in chief.visitor.told, "reminded")
        yield Job("headquarters", "all that are late reminded", REMINDING, chief.clicks)
    with at_work(browser, base, SECRETARY, PHONE) as clerk:
        report_congress(clerk, FIGURES)
        sent = whole.congress_of(SECRETARY, plan, "BD-X00")["state"]
        needed(sent == "submitted", "sent")
        yield Job(
            "secretary", "the day, the results and the report sent, on a telephone", REPORTING, clerk.clicks
        )
    with at_work(browser, base, NEWCOMER, PHONE) as newcomer:
        ask_for_access(newcomer, UPAZILA)
        needed("Your request is on its way." in newcomer.visitor.told, "asked")
        yield Job("newcomer", "access asked for, from the refusal on", ASKING, newcomer.clicks)
    # Last: what is returned here would wait for the secretary before everything else.
    for how, way in (("one by one", one_by_one), ("the others ticked together", ticked)):
        what = f"{REPORTS} reports decided, {RETURNED} of them returned, {how}; with the sign-in"
        yield Job("approver", what, DECIDING, decided(whole, browser, base, way))


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        server = DatabaseServer(free_port(), Path(name) / "db")
        server.start()
        try:
            with a_whole_house(server, Path(name) / "house") as whole, a_browser() as browser:
                grow(whole)
                jobs = list(counted_jobs(whole, browser))
        finally:
            if server.process is not None:
                server.process.kill()
    print(f"{'person':13} {'job':82} clicks limit")
    for job in jobs:
        print(f"{job.person:13} {job.what:82} {job.clicks:6} {job.limit:5}")
    return 0 if all(job.clicks <= job.limit for job in jobs) else 1


if __name__ == "__main__":
    sys.exit(main())
