"""Every text of the house is there in Bangla and Vietnamese, whole, with the same places to fill."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[3]
PARTS = (
    "portal", "identity", "membership", "congress", "notifications", "gateway", "servicekit", "sammelan",
    "practice_eid", "practice_mail",
)  # fmt: skip
PLACE = re.compile(r"%\([a-z_]+\)s|\{[a-z_]+(?:![rs])?\}")
LANGUAGES = ("bn", "vi")


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the sources say now, by the same tool and settings as the catalogues were made with."""
    file = tmp_path_factory.mktemp("texts") / "texts.pot"
    command = [
        sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg",
        "-k", "N_", "-k", "NN_:1,2", "-k", "_", "-k", "gettext", "-k", "ngettext:1,2", "-o", str(file), *PARTS,
    ]  # fmt: skip
    subprocess.run(command, cwd=ROOT, check=True)
    with file.open("rb") as source:
        return read_po(source)


def catalogue(language: str) -> Catalog:
    path = ROOT / "translations" / language / "LC_MESSAGES" / "sammelan.po"
    with path.open("rb") as source:
        return read_po(source, locale=language)


def singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def strings(message: Message) -> Iterator[str]:
    yield from (message.string,) if isinstance(message.string, str) else message.string or ("",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(texts: Catalog, language: str) -> None:
    there = catalogue(language)
    missing = []
    for message in texts:
        if message.id:
            found = there.get(singular(message))
            if found is None or not all(strings(found)) or "fuzzy" in found.flags:
                missing.append(singular(message))
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_its_header_without_which_it_is_not_compiled(language: str) -> None:
    assert not catalogue(language).fuzzy


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_left_over(texts: Catalog, language: str) -> None:
    assert [singular(one) for one in catalogue(language) if one.id and texts.get(singular(one)) is None] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_fills_the_same_places(language: str) -> None:
    for message in catalogue(language):
        if message.id:
            for text in strings(message):
                assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(singular(message))), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_compiles_without_a_complaint(language: str) -> None:
    assert [list(errors) for _, errors in catalogue(language).check() if errors] == []


def test_a_share_is_written_in_one_way(texts: Catalog) -> None:
    """As formats.percent writes it, in every language."""
    said = [str(message.id) for message in texts if message.id]
    assert [text for text in said if re.search(r"(?<!{)per ?cent\b", text, re.IGNORECASE)] == []


def test_bangla_is_written_in_bangla_and_vietnamese_with_its_signs() -> None:
    bangla = "".join(text for one in catalogue("bn") if one.id for text in strings(one))
    letters = [sign for sign in bangla if sign.isalpha()]
    assert sum("\u0980" <= sign <= "\u09ff" for sign in letters) / len(letters) > 0.8
    vietnamese = "".join(text for one in catalogue("vi") if one.id for text in strings(one))
    assert re.search(r"[ăâđêôơưạảấầếềộợụừ]", vietnamese)


def test_a_number_and_its_classifier_are_one_word_in_bangla() -> None:
    assert [text for message in catalogue("bn") for text in strings(message) if ")s টি" in text] == []


def test_the_eid_has_one_name_in_bangla() -> None:
    assert [text for message in catalogue("bn") for text in strings(message) if "eID" in text] == []
