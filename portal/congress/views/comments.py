"""The thread on a congress, as a reader sees it: the newest first."""

from dataclasses import dataclass

from portal.congress.views.congress import field_word, figure_word
from portal.congress.views.files import File, file_of
from portal.shared.units import Document, Words

TOLD = "mentions/"  # before an account, as the name of a tick


@dataclass(frozen=True, slots=True)
class Line:
    """One comment. `above`: of a unit above; `link` leads to where it is changed, where it may be."""

    id: str
    at: str
    name: str
    above: bool
    text: str
    about: Words | None = None
    changed_at: str = ""
    withdrawn_at: str = ""
    by_program: bool = False
    told: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    link: str = ""
    withdraw_link: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """`people` may be told of what is written next: their names by the name of the tick."""

    lines: tuple[Line, ...]
    total: int
    may_write: bool
    action: str
    people: tuple[tuple[str, str], ...] = ()


def thread_of(found: Document, congress: Document, plan: Document, own: tuple[str, ...]) -> Thread:
    """`own`: the reader's accounts."""
    start = f"/congresses/{congress['id']}"
    people = {account: name for account, name in found["people"].items() if account not in own}
    return Thread(
        lines=tuple(line_of(one, plan, found["people"], start) for one in found["items"]),
        total=found["total"],
        may_write=found["may_write"],
        action=f"{start}/comment",
        people=tuple((f"{TOLD}{account}", name) for account, name in sorted(people.items())),
    )


def line_of(one: Document, plan: Document, people: Document, start: str) -> Line:
    place = f"{start}/comments/{one['id']}"
    return Line(
        id=one["id"],
        at=one["at"],
        name=one["by_name"],
        above=one["above"],
        text=one["text"],
        about=field_word(one["about"], plan) if one["about"] else None,
        changed_at=one["changed_at"] or "",
        withdrawn_at=one["withdrawn_at"] or "",
        by_program=one["by_program"],
        told=tuple(people[account] for account in one["mentions"] if account in people),
        files=tuple(
            file_of(file, "congress", f"comments/{one['id']}", may_remove=False) for file in one["files"]
        ),
        link=place if one["own"] and (one["may_change"] or one["may_add_files"]) else "",
        withdraw_link=f"{place}/withdraw" if one["may_withdraw"] else "",
    )


def parts_of(plan: Document) -> list[tuple[str, Words]]:
    """What a comment may be about besides the whole: steps by their names, figures by their titles."""
    steps: list[tuple[str, Words]] = [(one["key"], one["names"]) for one in plan["milestones"]]
    return [*steps, *((key, figure_word(key)) for key in plan["results_fields"])]
