"""Takes the pictures of docs/images anew, in a real browser before a running house with its sample.

make up                                       # in another window
.venv/bin/python -m deploy.pictures           # or with the address of the house behind it
"""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import requests
from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import BUSY_SECONDS, CHROMIUM, FLAGS, Visitor
from tests.processes import ROOT

IMAGES = ROOT / "docs/images"
HOUSE = "http://localhost:8800"


@dataclass(frozen=True)
class Picture:
    """Of the page that stands at `path` for one of the sample people."""

    name: str
    who: str
    path: str
    width: int
    height: int


PICTURES = (
    Picture("dashboard", "hq-organiser", "/dashboard", 1280, 1000),
    Picture("phone", "upazila-clerk", "/", 390, 844),
)


def take(browser: Browser, house: str, picture: Picture, folder: Path) -> Path:
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        locale="en-GB",
        service_workers="block",
    )
    context.set_default_timeout(BUSY_SECONDS * 1000)
    visitor = Visitor(house, context, context.new_page(), [])
    visitor.sign_in(picture.who)
    if visitor.page.locator("html").get_attribute("lang") != "en":
        visitor.speak("en")
    deadline = time.monotonic() + BUSY_SECONDS
    # What is not there at the moment belongs into no picture.
    while visitor.open(picture.path) != requests.codes.ok or visitor.page.locator("main .note.warn").count():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{picture.name}: {visitor.told[:300]}")
        time.sleep(2)
    file = folder / f"{picture.name}.png"
    visitor.page.screenshot(path=file)
    context.close()
    return file


def main(house: str = HOUSE) -> int:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for picture in PICTURES:
            print(take(browser, house, picture, IMAGES).relative_to(ROOT))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
