"""A question beside a figure and its answer, on the page of the congress, with a script and without."""

from collections.abc import Callable

import pytest

from servicekit.ids import new_id
from tests.browser.conftest import DESK, PHONE, Visitor
from tests.browser.test_files import CORRECTING, open_report


@pytest.mark.parametrize(("language", "width", "scripts"), [("en", DESK, True), ("bn", PHONE, False)])
def test_a_comment_is_written_changed_and_withdrawn(
    visit: Callable[..., Visitor], language: str, width: int, scripts: bool
) -> None:
    clerk = visit(CORRECTING, language, width, scripts=scripts)
    open_report(clerk)
    congress = clerk.path
    said, better = f"<b>Three were ill</b> {new_id()}", f"Four were ill {new_id()}"
    clerk.fill(text=said, about="present")
    clerk.press(clerk.page.locator("#comments form button"))
    line = clerk.page.locator("#comments li", has_text=said)
    assert line.count() == 1
    assert clerk.page.evaluate("document.documentElement.scrollWidth <= innerWidth") if scripts else True
    clerk.press(line.locator('a[href*="/comments/"]').first)
    clerk.fill(text=better)
    clerk.send()
    assert said not in clerk.told
    changed = clerk.page.locator("#comments li", has_text=better)
    clerk.press(changed.locator('a[href$="/withdraw"]'))
    clerk.send()
    assert better not in clerk.told
    clerk.open(f"{congress}/comment?about=present")
    assert clerk.page.locator("select[name=about]").input_value() == "present"
    clerk.send()  # with nothing typed
    assert clerk.page.locator(".fault").count() >= 1
    assert clerk.complaints == []
