"""The start page, made of what the services say: one task before all others, then the rest, figures, lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from portal.congress.views.lists import CLOSING
from portal.plans.views.progress import Share, share_of
from portal.shared.states import DUE, State
from portal.shared.units import Document, Names
from portal.shared.words import TaskWords
from portal.start.words import OTHER_TASK

# As servicekit.calendar.waiting ranks them.
ASIDE = "aside"
RANKS = ("first", "others", "own", ASIDE)
# So many lines of lists that several services answer are shown together.
LINES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Line:
    link: str
    names: Names
    word: str
    who: str
    also: tuple[Names, ...]
    at: str | None
    due: str | None
    state: State | None
    count: int | None
    total: int | None


@dataclass(frozen=True, slots=True)
class Task:
    """`words` are texts of ours, to be translated, with `n` and `milestone` to fill in."""

    key: str
    words: TaskWords
    link: str
    unit: Names | None
    about: Names | None
    milestone: Names | None
    who: str
    count: int
    oldest: str | None
    due: str | None
    state: State | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    link: str
    unit: Names
    about: Names
    milestone: Names
    share: Share
    change: int | None  # in a week, of what is done; None where the day a week ago was not kept

    def list_of(self, which: str) -> str:
        """The congresses that a part of the figure counts, by the milestone that closes them."""
        query = urlencode({"which": which, "milestone": CLOSING})
        return f"{self.link.replace('/dashboard/', '/lists/', 1)}?{query}"


@dataclass(frozen=True, slots=True)
class ShortList:
    title: str
    key: str
    link: str
    about: Names | None
    lines: tuple[Line, ...]
    total: int | None

    @property
    def further(self) -> bool:
        return self.total is None or self.total > len(self.lines)


@dataclass(frozen=True, slots=True)
class Home:
    """`asides`: what nobody waits for. `silent`: the parts that do not answer.

    `calm`: nothing waits and nothing is overdue, as far as is known.
    """

    lead: Task | None
    tasks: tuple[Task, ...]
    asides: tuple[Task, ...]
    figures: tuple[Figure, ...]
    lists: tuple[ShortList, ...]
    silent: tuple[str, ...]
    units_unseen: int

    @property
    def calm(self) -> bool:
        return not (self.lead or self.silent or any(one.share.overdue for one in self.figures))


def home_of(
    answers: Mapping[str, Document | None], words: Mapping[str, TaskWords], titles: Mapping[str, str]
) -> Home:
    """`answers`: of each service its own, None of one that was silent. Any kind of task has its place by itself."""
    there = [one for one in answers.values() if one is not None]
    found = sorted((task for one in there for task in one["tasks"]), key=_place)
    tasks = [_task(one, words) for one in found if one["rank"] != ASIDE]
    return Home(
        lead=tasks[0] if tasks else None,
        tasks=tuple(tasks[1:]),
        asides=tuple(_task(one, words) for one in found if one["rank"] == ASIDE),
        figures=tuple(_figure(one) for answer in there for one in answer["figures"]),
        lists=tuple(_lists([one for answer in there for one in answer["lists"]], titles)),
        silent=tuple(name for name, answer in answers.items() if answer is None),
        units_unseen=max((one["units_left_out"] for one in there), default=0),
    )


def _place(task: Document) -> tuple[int, str, str]:
    """What others wait for before one's own, then what is due first; what is due on no day comes before both."""
    rank = RANKS.index(task["rank"]) if task["rank"] in RANKS else len(RANKS)
    return rank, task["due"] or "", task["key"]


def _task(answer: Document, words: Mapping[str, TaskWords]) -> Task:
    return Task(
        key=answer["key"],
        words=words.get(answer["key"], OTHER_TASK),
        link=answer["link"],
        unit=answer["unit"],
        about=answer["about"],
        milestone=answer["step"],
        who=answer["who"],
        count=answer["count"],
        oldest=answer["oldest"],
        due=answer["due"],
        state=DUE.get(answer["urgency"]),
        lines=tuple(_line(one) for one in answer["lines"]),
    )


def _line(answer: Document) -> Line:
    return Line(
        link=answer["link"],
        names=answer["names"],
        word=answer["word"],
        who=answer["who"],
        also=tuple(answer["also"]),
        at=answer["at"],
        due=answer["due"],
        state=DUE.get(answer["urgency"]),
        count=answer["count"],
        total=answer["total"],
    )


def _figure(answer: Document) -> Figure:
    before, share = answer["done_before"], share_of(answer)
    change = None if before is None else share.done - before
    return Figure(answer["link"], answer["unit"], answer["about"], answer["step"], share, change)


def _lists(answers: Sequence[Document], titles: Mapping[str, str]) -> list[ShortList]:
    """Those of one kind and place from several services are one, the newest first; in the order of their titles."""
    together: dict[tuple[str, str], list[Document]] = {}
    for one in answers:
        together.setdefault((one["key"], one["link"]), []).append(one)
    shown = []
    for (key, link), parts in together.items():
        lines = [line for part in parts for line in part["lines"]]
        if len(parts) > 1:
            lines.sort(key=lambda line: line["at"] or "", reverse=True)
            lines = lines[:LINES_SHOWN]
        totals = [part["total"] for part in parts]
        total = None if None in totals else sum(totals)
        if key in titles:
            about = parts[0]["about"]
            shown.append(ShortList(titles[key], key, link, about, tuple(_line(one) for one in lines), total))
    order = list(titles)
    return sorted(shown, key=lambda one: order.index(one.key))
