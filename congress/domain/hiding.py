"""Small counts of people: which figures of a level are not told outside its chain of command, so that nobody is known
again by them.

A figure of fewer than `LEAST` people is hidden, and so is one that leaves fewer than that of its whole: the other
people are told by it. Where one figure of a sum alone is hidden, or those hidden are fewer than that together, the rest
of the sum tells them, so another is hidden with them (complementary suppression). Nobody at all is told: that is no
person.
"""

from collections.abc import Iterator, Mapping, Sequence

LEAST = 5
# Of a whole: parts that tell of people what they are.
_TRAITS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "summoned": (
        ("women",),
        ("minority",),
        ("young",),
        ("age_under_36", "age_36_to_50", "age_over_50"),
        ("education_school", "education_degree", "education_higher"),
    ),
    "committee_elected": (
        ("committee_women",),
        ("committee_young",),
        ("committee_minority",),
        ("committee_first_time",),
    ),
}
# Figures of the committee are of those elected and those appointed together.
_TOGETHER = {"committee_elected": ("committee_elected", "committee_appointed")}
TRAITS = frozenset(key for groups in _TRAITS.values() for group in groups for key in group)

# A column and a figure, which ends in REST where it is what a part leaves of its whole. Several parts leave nothing.
Cell = tuple[str, str]
REST = "~"


def hidden(columns: Mapping[str, Mapping[str, int]], sums: Sequence[tuple[str, ...]] = ()) -> set[Cell]:
    """The cells that are not told. `columns`: figures by column; `sums`: columns of which the first is the sum of the
    others, as what was reported is what was approved and what was not.
    """
    cells = dict(_cells(columns))
    equations = [*_across(columns), *_over(columns, sums)]
    closed = {cell for cell, value in cells.items() if 0 < value < LEAST}
    while wanting := _next(equations, cells, closed):
        closed.add(wanting)
    return {cell for cell in closed if not cell[1].endswith(REST)}


def _cells(columns: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[Cell, int]]:
    for column, figures in columns.items():
        for whole, groups in _TRAITS.items():
            of = sum(figures.get(one, 0) for one in _TOGETHER.get(whole, (whole,)))
            for group in groups:
                told = [figures.get(key, 0) for key in group]
                if not any(told):
                    continue  # nobody has said it
                yield from (((column, key), value) for key, value in zip(group, told, strict=True))
                if len(group) == 1:
                    yield (column, group[0] + REST), max(of - sum(told), 0)


def _across(columns: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[Cell, ...]]:
    for column in columns:
        for groups in _TRAITS.values():
            for group in groups:
                yield (*((column, key) for key in group), (column, group[0] + REST))


def _over(
    columns: Mapping[str, Mapping[str, int]], sums: Sequence[tuple[str, ...]]
) -> Iterator[tuple[Cell, ...]]:
    for several in sums:
        for groups in _TRAITS.values():
            for group in groups:
                for key in (*group, group[0] + REST):
                    yield tuple((column, key) for column in several if column in columns)


def _next(equations: Sequence[tuple[Cell, ...]], cells: Mapping[Cell, int], closed: set[Cell]) -> Cell | None:
    """The smallest beside hidden ones that would be known without it, or are together as few people themselves.

    Somebody before nobody: what is nobody hides nothing.
    """
    for equation in equations:
        there = [cell for cell in equation if cell in cells]
        hidden_there = [cell for cell in there if cell in closed]
        open_ones = [cell for cell in there if cell not in closed]
        known = len(hidden_there) == 1 or 0 < sum(cells[cell] for cell in hidden_there) < LEAST
        if hidden_there and open_ones and known:
            return min(open_ones, key=lambda cell: (not cells[cell], cells[cell], cell))
    return None
