"""Every refusal can happen, says what it means in every language, and is told from the others."""

import ast
import re
from collections import defaultdict

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from servicekit.refusals import Refusal
from servicekit.words.i18n import LANGUAGES
from tests.architecture.the_code import PACKAGES, modules, sources, syntax
from tests.processes import ROOT

# The kinds, which others are made of; and those whose text is a peer's or a schema's.
KINDS: set[type[Refusal]] = {Refusal} | {
    cls for cls in Refusal.__subclasses__() if cls.__module__ == "servicekit.refusals"
}
WITHOUT_TITLE = {"PeerRefused", "FieldRefused"}


def refusals() -> list[type[Refusal]]:
    modules()
    found: dict[type[Refusal], None] = {}
    waiting: list[type[Refusal]] = [Refusal]
    while waiting:
        for cls in waiting.pop().__subclasses__():
            if cls.__module__.split(".")[0] in PACKAGES and cls not in found:
                found[cls] = None
                waiting.append(cls)
    return [cls for cls in found if cls not in KINDS]


def names_used() -> set[str]:
    """Names that stand in an expression: neither a definition nor an import."""
    used = set()
    for path in sources():
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.Name):
                used.add(node.id)
            elif isinstance(node, ast.Attribute):
                used.add(node.attr)
    return used


def titles_marked() -> set[str]:
    """The texts inside N_() of all class bodies."""
    return {
        statement.value.args[0].value
        for path in sources()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Call)
        and getattr(statement.value.func, "id", "") == "N_"
        and isinstance(statement.value.args[0], ast.Constant)
        and isinstance(statement.value.args[0].value, str)
    }


def test_there_are_refusals_to_look_at() -> None:
    assert len(refusals()) > 60


def test_every_refusal_is_raised_somewhere() -> None:
    used = names_used()
    assert [f"{c.__module__}.{c.__name__}" for c in refusals() if c.__name__ not in used] == []


def test_every_refusal_has_a_title_of_its_own_that_is_marked_for_translation() -> None:
    marked = titles_marked()
    own = [cls for cls in refusals() if cls.__name__ not in WITHOUT_TITLE]
    assert [cls.__name__ for cls in own if "title" not in vars(cls) or cls.title not in marked] == []


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_title_is_translated_with_the_same_places(language: str) -> None:
    path = ROOT / "translations" / language / "LC_MESSAGES" / "sammelan.po"
    with path.open("rb") as text:
        catalogue: Catalog = read_po(text, locale=language)
    missing = []
    for cls in (*KINDS, *refusals()):
        if not cls.title:
            continue
        message = catalogue.get(cls.title)
        said = message.string if message is not None and not message.fuzzy else ""
        if not said or places(str(said)) != places(cls.title):
            missing.append(cls.title)
    assert missing == []


def places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_within_a_service_a_problem_type_means_one_thing() -> None:
    by_slug: dict[tuple[str, str], set[tuple[int, str]]] = defaultdict(set)
    for cls in (*KINDS, *refusals()):
        package = cls.__module__.split(".")[0]
        for service in PACKAGES if package == "servicekit" else (package,):
            by_slug[service, cls.slug()].add((cls.status, cls.title))
    assert {key: meanings for key, meanings in by_slug.items() if len(meanings) > 1} == {}
