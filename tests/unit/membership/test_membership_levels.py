"""Level schemes are data, and wrong data is told."""

from pathlib import Path

import pytest

from membership.domain.units import LevelSchemeUnreadable, read_level_scheme

EXAMPLES = Path(__file__).parents[3] / "examples"

GOOD = """
key = "small"
[[levels]]
key = "centre"
names = { en = "Centre" }
children = ["cell"]
[[levels]]
key = "cell"
names = { en = "Cell" }
"""


@pytest.mark.parametrize(
    ("country", "parent", "child"),
    [
        ("bangladesh", "centre", "division"),
        ("bangladesh", "upazila", "union"),
        ("vietnam", "province", "district"),
        ("vietnam", "district", "commune"),
        ("vietnam", "province", "commune"),
    ],
)
def test_the_sample_schemes_allow_their_own_levels(country: str, parent: str, child: str) -> None:
    scheme = read_level_scheme((EXAMPLES / country / "levels.toml").read_text())
    assert scheme.top == "centre"
    assert scheme.allows(parent, child)
    assert not scheme.allows(child, parent)
    assert all(set(level.names) == {"en", "bn", "vi"} for level in scheme.levels)


def test_a_level_without_children_is_the_lowest() -> None:
    assert read_level_scheme(GOOD).levels[-1].children == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("key =", "Invalid value"),
        ("", "key and levels"),
        ('key = "small"', "key and levels"),
        ('key = "small"\nlevels = ["centre"]', "a level needs a key"),
        (GOOD.replace('key = "cell"', 'key = "Cell!"'), "a level needs a key"),
        (GOOD.replace('names = { en = "Cell" }', ""), "needs names"),
        (GOOD.replace('names = { en = "Cell" }', 'names = { en = " " }'), "needs names"),
        (GOOD.replace('["cell"]', '"cell"'), "list of children"),
        (GOOD.replace('["cell"]', '["ward"]'), "unknown child ward"),
        (GOOD.replace('["cell"]', "[]"), "cell is not below centre"),
        (GOOD.replace('key = "cell"', 'key = "centre"'), "named twice"),
    ],
)
def test_a_scheme_that_cannot_hold_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(LevelSchemeUnreadable) as refused:
        read_level_scheme(text)
    assert why in str(refused.value)
