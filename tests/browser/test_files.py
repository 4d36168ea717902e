"""Files of a report on its page: added with the script and without, opened, refused, removed."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Route

from servicekit.ids import new_id
from tests.browser.conftest import DESK, PHONE, Visitor
from tests.papers import a_pdf, a_picture

CORRECTING = "two-posts"  # whose report came back


def open_report(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.press(visitor.page.locator('main a[href^="/congresses/"]').first)
    visitor.open("/".join(visitor.path.partition("?")[0].split("/")[:3]))


def add(visitor: Visitor, file: Path) -> None:
    visitor.page.set_input_files("#file", str(file))
    visitor.press(visitor.page.locator("#files form button"))


def reload_until_there(visitor: Visitor, what: Locator, seconds: float = 30) -> None:
    """The examiner needs a moment."""
    deadline = time.monotonic() + seconds
    while not what.count():
        assert time.monotonic() < deadline
        time.sleep(0.3)
        visitor.page.reload()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_file_is_added_opened_and_removed(
    visit: Callable[..., Visitor], tmp_path: Path, scripts: bool
) -> None:
    minutes = tmp_path / f"minutes {new_id()}.pdf"
    minutes.write_bytes(a_pdf(padding=400_000))
    clerk = visit(CORRECTING, "en", PHONE if scripts else DESK, scripts=scripts)
    open_report(clerk)
    add(clerk, minutes)
    assert "The file has arrived." in clerk.told
    link = clerk.page.locator(f'#files a:text-is("{minutes.name}")')
    reload_until_there(clerk, link)
    with clerk.page.expect_download() as download:
        link.click()
    assert Path(download.value.path()).read_bytes() == minutes.read_bytes()
    clerk.press(clerk.page.locator("#files li", has_text=minutes.name).locator('a[href$="/remove"]'))
    clerk.send()
    assert "The file is removed, for good." in clerk.told
    assert minutes.name not in clerk.told


def test_an_upload_goes_on_by_itself_when_the_network_is_back(
    visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    minutes = tmp_path / f"minutes {new_id()}.pdf"
    minutes.write_bytes(a_pdf(padding=400_000))
    clerk = visit(CORRECTING, "bn", PHONE)
    open_report(clerk)
    offsets: list[str] = []

    def lose_the_first(route: Route) -> None:
        offsets.append(route.request.headers["upload-offset"])
        if len(offsets) == 1:
            clerk.page.context.set_offline(True)
            route.abort("internetdisconnected")
        else:
            route.continue_()

    clerk.page.route(
        "**/arriving",
        lambda route: (lose_the_first if route.request.method == "PATCH" else Route.continue_)(route),
    )
    clerk.page.set_input_files("#file", str(minutes))
    clerk.page.locator("#files form button").click()
    told = clerk.page.locator("#files [data-told]")
    told.get_by_text("নেটওয়ার্ক").wait_for()
    with clerk.page.expect_navigation(url="**done=file-added*"):
        clerk.page.context.set_offline(False)
    assert offsets == ["0", "0"]
    reload_until_there(clerk, clerk.page.locator(f'#files a:text-is("{minutes.name}")'))
    clerk.press(clerk.page.locator("#files li", has_text=minutes.name).locator('a[href$="/remove"]'))
    clerk.send()


@pytest.mark.parametrize("scripts", [True, False])
def test_what_is_not_taken_is_said_where_it_was_chosen(
    visit: Callable[..., Visitor], tmp_path: Path, scripts: bool
) -> None:
    page = tmp_path / "minutes.pdf"
    page.write_text("<html>")
    clerk = visit(CORRECTING, "en", DESK, scripts=scripts)
    open_report(clerk)
    clerk.page.set_input_files("#file", str(page))
    clerk.page.locator("#files form button").click()
    clerk.page.get_by_text("Only PDF documents and pictures").wait_for()
    assert clerk.page.locator("#files").inner_text().count("Only PDF documents and pictures") == 1


def test_a_photograph_can_be_looked_at(visit: Callable[..., Visitor], tmp_path: Path) -> None:
    photograph = tmp_path / f"{new_id()}.jpg"
    photograph.write_bytes(a_picture(size=(1600, 1200)))
    clerk = visit(CORRECTING, "bn", PHONE)
    open_report(clerk)
    add(clerk, photograph)
    line = clerk.page.locator("#files li", has_text=photograph.name)
    look = line.locator("summary")
    reload_until_there(clerk, look)
    look.click()
    line.locator("img").wait_for()
    clerk.page.wait_for_function(
        "[...document.querySelectorAll('#files img')].some(one => one.naturalWidth === 640)"
    )
    clerk.press(line.locator('a[href$="/remove"]'))
    clerk.send()
