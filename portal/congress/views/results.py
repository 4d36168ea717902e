"""The form of a report: its figures in their groups, each with its bounds and what was approved the last time, and the
sums and shares of what is typed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from portal.congress.views.congress import figure_word, groups_for, last_figures
from portal.frame.forms import Form
from portal.shared.units import Document, Titled
from servicekit.words.titles import Group

# A bound above this is there against slips of the finger, and tells nobody anything.
WORTH_SAYING = 1_000

Read = Callable[[str], float | None]


@dataclass(frozen=True, slots=True)
class Share:
    """A figure as a part of others; `total` is 0 where there is nothing to be a part of yet."""

    part: str
    wholes: tuple[str, ...]
    words: tuple[Titled, ...]
    value: int
    total: int


@dataclass(frozen=True, slots=True)
class Field:
    """`at_most`: bounds, each the figures that together are it."""

    key: str
    word: Titled
    needed: bool
    mean: bool
    most: int | None
    at_most: tuple[tuple[Titled, ...], ...]
    last: float | None
    share: Share | None

    @property
    def name(self) -> str:
        return name_of(self.key)


@dataclass(frozen=True, slots=True)
class Sum:
    """`state`: nothing is typed yet (empty), or of the whole (alone); else right, short or over, by `rest`."""

    parts: tuple[str, ...]
    whole: str
    word: Titled
    exact: bool
    state: str
    together: float
    rest: float


@dataclass(frozen=True, slots=True)
class FormGroup:
    """`folded`: nothing in it is needed, typed, wrong or returned."""

    title: str
    hint: str
    fields: tuple[Field, ...]
    sums: tuple[Sum, ...]
    typed: int
    folded: bool


def name_of(key: str) -> str:
    return f"figures/{key}"


def form_groups(
    keys: Sequence[str], groups: Sequence[Group], rules: Document, form: Form, congress: Document
) -> tuple[FormGroup, ...]:
    """`keys`: the figures that the plan asks for; `rules`: how figures hang together, as congress says."""
    typed = _reader(form)
    last = last_figures(congress)
    reasons = (congress.get("since_return") or {}).get("reasons", {})
    about = {one["key"]: one for one in rules["items"]}
    shares = {one["part"]: _share(one, typed) for one in rules["shares"] if set(one["wholes"]) <= set(keys)}
    found = []
    for group in groups_for(keys, groups):
        fields = tuple(_field(about[key], rules, keys, last, shares) for key in group.keys if key in about)
        known = {one.key for one in fields}
        sums = tuple(
            _sum(one, typed)
            for one in rules["sums"]
            if one["whole"] in keys and known.intersection(one["parts"]) and set(one["parts"]) <= set(keys)
        )
        count = sum(bool(form.values.get(one.name)) for one in fields)
        wanted = any(one.needed or one.name in form.faults or one.key in reasons for one in fields)
        found.append(FormGroup(group.title, group.hint, fields, sums, count, not (wanted or count)))
    return tuple(found)


def _reader(form: Form) -> Read:
    """What is typed, as a number; what is none finds its fault when the form is sent."""
    aside = Form(form.values, grouping=form.grouping)
    return lambda key: aside.figure(name_of(key))


def _field(
    about: Document,
    rules: Document,
    keys: Sequence[str],
    last: Mapping[str, float],
    shares: Mapping[str, Share],
) -> Field:
    key = about["key"]
    bounds = [one["wholes"] for one in rules["at_most"] if one["part"] == key]
    return Field(
        key=key,
        word=figure_word(key),
        needed=about["needed"],
        mean=about["mean"],
        most=about["most"] if about["most"] <= WORTH_SAYING else None,
        at_most=tuple(tuple(map(figure_word, wholes)) for wholes in bounds if set(wholes) <= set(keys)),
        last=last.get(key),
        share=shares.get(key),
    )


def _share(said: Document, typed: Read) -> Share:
    value, wholes = typed(said["part"]), [typed(key) for key in said["wholes"]]
    total = sum(one or 0 for one in wholes) if value is not None else 0
    return Share(
        name_of(said["part"]),
        tuple(map(name_of, said["wholes"])),
        tuple(map(figure_word, said["wholes"])),
        round(value or 0),
        round(total),
    )


def _sum(said: Document, typed: Read) -> Sum:
    given = [value for value in map(typed, said["parts"]) if value is not None]
    together, total = sum(given), typed(said["whole"])
    rest = together - (total or 0)
    if not given:
        state = "empty"
    elif total is None:
        state = "alone"
    else:
        state = "over" if rest > 0 else "short" if rest < 0 else "right"
    parts = tuple(map(name_of, said["parts"]))
    whole = said["whole"]
    return Sum(parts, name_of(whole), figure_word(whole), said["exact"], state, together, abs(rest))
