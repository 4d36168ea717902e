"""What a service owns it also calls by name; the portal holds no second list of such names."""

import ast
import tomllib
from collections import Counter

import pytest

from portal.shared.clients.titles import OWNERS
from servicekit.words.titles import FIGURES, PERMISSIONS, SORTS
from tests.architecture.the_code import sources, syntax
from tests.processes import ROOT
from tests.titles import titles_in, titles_of


def owned(sort: str) -> Counter[str]:
    return Counter(key for service in OWNERS for key in titles_of(service).of.get(sort, {}))


@pytest.mark.parametrize("service", OWNERS)
def test_every_service_titles_what_is_known_of_it(service: str) -> None:
    titles = titles_of(service)
    assert titles.name
    assert set(titles.of) <= set(SORTS)
    assert all(title for sort in titles.of.values() for title in sort.values())


def test_every_permission_has_one_title() -> None:
    table = tomllib.loads((ROOT / "identity/roles.toml").read_text(encoding="utf-8"))
    assert owned(PERMISSIONS) == Counter(table["permissions"].keys())


def test_every_figure_stands_in_one_group() -> None:
    groups = [group for service in OWNERS for group in titles_of(service).groups.get(FIGURES, ())]
    assert Counter(key for group in groups for key in group.keys) == owned(FIGURES)
    first = {key for service in OWNERS for key in titles_of(service).first.get(FIGURES, ())}
    assert first <= owned(FIGURES).keys()


@pytest.mark.parametrize("language", ["bn", "vi"])
@pytest.mark.parametrize("service", OWNERS)
def test_titles_are_told_in_the_readers_language(service: str, language: str) -> None:
    english, theirs = titles_in("en")[service], titles_in(language)[service]
    assert theirs.name != english.name
    for sort, titles in english.of.items():
        assert list(theirs.of[sort]) == list(titles), "in the same order"
        assert [key for key in titles if theirs.of[sort][key] == titles[key]] == []


def test_the_portal_holds_no_second_list() -> None:
    """A table of its pages whose keys are a service's, and whose values are texts of ours."""
    keys = {key for sort in SORTS for key in owned(sort)}
    found = [
        f"{path.relative_to(ROOT)}:{table.lineno}"
        for path in sources("portal")
        for table in ast.walk(syntax(path))
        if isinstance(table, ast.Dict)
        for key, value in zip(table.keys, table.values, strict=True)
        if isinstance(key, ast.Constant) and key.value in keys and "N_(" in ast.unparse(value)
    ]
    assert found == []
