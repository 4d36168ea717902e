"""What failed beside requests: seen, tried again and cancelled by whoever manages the topmost unit, and nobody else."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from servicekit.data.database import Database
from servicekit.data.events import Origin
from servicekit.ids import new_id
from servicekit.work.jobs import job as rules
from servicekit.work.jobs.job import Job, Owner, State
from servicekit.work.jobs.store import JobStore
from tests.browser.conftest import DESK, PHONE, Running, Visitor, database_url, reload_until
from tests.browser.test_asked_files import look
from tests.browser.test_pages import check

WRONG = "<b>ValueError</b>"
# No worker takes it while the test looks at it.
LATER = timedelta(days=9)
LANGUAGES = [("en", DESK, True), ("bn", PHONE, False), ("vi", PHONE, True)]


@pytest.fixture
def store(running: Running) -> Iterator[JobStore]:
    database = Database(database_url(running), "sammelan_congress")
    with database.client:
        yield JobStore(database, lambda: Origin(datetime.now(UTC), "somebody"))


def a_job(store: JobStore, *, failed: bool) -> Job:
    now = datetime.now(UTC)
    owner = Owner(new_id(), f"Rahima {new_id()}")
    job = store.add(Job(new_id(), "test", owner, {}, now, now + LATER))
    return store.save(rules.dead(rules.taken(job, "w", now), WRONG, now)) if failed else job


@pytest.mark.parametrize(("language", "width", "scripts"), LANGUAGES)
def test_a_failed_task_is_tried_again_and_a_waiting_one_cancelled(
    visit: Callable[..., Visitor], store: JobStore, language: str, width: int, scripts: bool
) -> None:
    failed, waiting = a_job(store, failed=True), a_job(store, failed=False)
    chief = visit("hq-organiser", language, width, scripts=scripts)
    chief.open_menu()
    chief.press(chief.page.locator('nav a[href="/jobs"]'))
    assert WRONG in chief.page.locator("main li", has_text=failed.owner.name).inner_text()
    look(chief, f"jobs-{language}")
    chief.press(chief.page.locator(f'a[href="/jobs/congress/{failed.id}/retry"]'))
    chief.send()  # with nothing typed
    assert chief.page.locator(".fault").count() >= 1
    look(chief, f"jobs-fault-{language}")
    chief.fill(reason="the disk has room again")
    chief.send()
    assert "done=job-retry" in chief.path
    assert chief.page.locator(".note").count() >= 1
    # The house's own worker may have taken it by now, and failed at it again.
    assert (tried := store.find(failed.id)) is not None
    assert tried.moves > failed.moves
    chief.press(chief.page.locator(f'a[href="/jobs/congress/{waiting.id}/cancel"]'))
    chief.fill(reason="asked for by mistake")
    chief.send()
    assert "done=job-cancel" in chief.path
    assert (found := store.find(waiting.id)) is not None
    assert found.state is State.CANCELLED
    assert chief.complaints == []


def test_the_pages_are_accessible_at_both_widths_in_each_language(
    visit: Callable[..., Visitor], store: JobStore
) -> None:
    failed, waiting = a_job(store, failed=True), a_job(store, failed=False)
    chief = visit("hq-organiser")
    faults = []
    for language, _width, _scripts in LANGUAGES:
        chief.speak(language)
        for path in (
            "/jobs",
            "/jobs?state=dead",
            f"/jobs/congress/{failed.id}/retry",
            f"/jobs/congress/{waiting.id}/cancel",
        ):
            assert chief.open(path) == 200
            faults += check(chief, path)
    chief.speak("en")
    assert faults == []


def test_what_ended_while_somebody_typed_is_said_and_their_words_stay(
    visit: Callable[..., Visitor], store: JobStore
) -> None:
    waiting = a_job(store, failed=False)
    chief = visit("hq-organiser")
    chief.open(f"/jobs/congress/{waiting.id}/cancel")
    chief.fill(reason="no longer needed")
    store.save(rules.done(waiting, {}, datetime.now(UTC)))
    chief.send()
    assert "This task is over already." in chief.told
    assert chief.page.locator("textarea[name=reason]").input_value() == "no longer needed"
    chief.open(f"/jobs/congress/{waiting.id}/cancel")
    assert chief.page.locator("main form").count() == 0
    assert "This task is over already." in chief.told


def test_the_act_stands_in_the_audit(visit: Callable[..., Visitor], store: JobStore) -> None:
    waiting = a_job(store, failed=False)
    chief = visit("hq-organiser")
    chief.open(f"/jobs/congress/{waiting.id}/cancel")
    reason = f"mistake {new_id()}"
    chief.fill(reason=reason)
    chief.send()
    chief.open(f"/audit?record_id={waiting.id}")
    reload_until(chief, "Task cancelled", 30)
    chief.page.locator("main table summary").first.click()
    assert reason in chief.told


def test_nobody_further_down_finds_them(visit: Callable[..., Visitor], store: JobStore) -> None:
    """An administrator of a district holds the same role, over less."""
    failed = a_job(store, failed=True)
    secretary = visit("district-secretary")
    assert secretary.page.locator('a[href="/jobs"]').count() == 0
    for path in ("/jobs", f"/jobs/congress/{failed.id}/retry"):
        assert secretary.open(path) == 403
    assert failed.owner.name not in secretary.told
