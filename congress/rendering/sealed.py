"""A sealed report as a paper, in the reader's language; it carries the hash of what is signed."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from congress.domain.hiding import LEAST
from congress.domain.history import State
from congress.domain.results import FIGURES
from congress.domain.sealing import HIDDEN
from congress.rendering.report import MOST_PAGES, PAGE
from congress.rendering.tables import STATES
from servicekit.out.exports.tables import Reader
from servicekit.words import N_
from servicekit.words.formats import instant, number
from servicekit.words.i18n import translate

SEALED = N_("Sealed report")
AS_SEALED = N_("Sealed on {when}")
FACTS = (
    N_("Code"),
    N_("Level of the unit"),
    N_("Cycle"),
    N_("Congresses at and below it"),
    N_("Not approved"),
    N_("Ended before they reported"),
    N_("SHA-256 of the signed report"),
    N_("Root of the congresses"),
)
STEPS_HEAD = (N_("Milestone"), N_("Done"), N_("Of"))
FIGURES_HEAD = (N_("Figure"), N_("Reported"), N_("Approved"))
MISSING, MISSING_HEAD = N_("Not approved when it was sealed"), (N_("Code"), N_("Level"), N_("State"))
NOTHING_MISSING = N_("Nothing: every report in it was approved.")
NO_FIGURES = N_("No results were entered.")
LEVEL_STEPS, LEVEL_FIGURES = N_("{level}: milestones"), N_("{level}: results")
FEW = N_("fewer than {least}, or told by others")

Json = Mapping[str, Any]


def sealed_values(report: Json, signed: str, reader: Reader) -> dict[str, Any]:
    """As report.typ takes them."""
    language = reader.language

    def say(text: str, **values: str) -> str:
        return translate(text, language).format_map(values) if values else translate(text, language)

    unit, plan = report["unit"], report["plan"]
    name = reader.named(unit["names"]) or unit["code"]
    when = instant(datetime.fromisoformat(report["sealed_at"]), language, reader.zone)
    facts = (
        unit["code"],
        reader.level(unit["level"]),
        plan["cycle"],
        number(report["congresses"]["count"], language),
        number(report["missing"]["count"], language),
        number(report["ended"], language),
        _parted(signed),
        _parted(report["congresses"]["root"]),
    )
    return {
        "language": language,
        "title": f"{say(SEALED)}: {name}",
        "kicker": say(SEALED),
        "unit": name,
        "plan": reader.named(plan["names"]) or plan["name"],
        "facts": [[say(word), told] for word, told in zip(FACTS, facts, strict=True)],
        "sections": [*_levels(report, reader, say), _missing(report, reader, say)],
        "signatures": [],
        "footer": say(AS_SEALED, when=when),
        "page": say(PAGE),
        "digits": [number(page, language) for page in range(MOST_PAGES)],
    }


def _parted(signed: str) -> str:
    """In groups, as people compare them."""
    return " ".join(signed[place : place + 8] for place in range(0, len(signed), 8))


def _levels(report: Json, reader: Reader, say: Any) -> Iterator[dict[str, Any]]:
    for one in report["levels"]:
        level = reader.level(one["level"])
        steps = [
            [
                reader.named(step["names"]) or step["key"],
                number(one["milestones"].get(step["key"], 0), reader.language),
                number(one["congresses"], reader.language),
            ]
            for step in report["plan"]["milestones"]
        ]
        yield _section(say(LEVEL_STEPS, level=level), map(say, STEPS_HEAD), "", [6, 2, 2], steps)
        yield _section(
            say(LEVEL_FIGURES, level=level),
            map(say, FIGURES_HEAD),
            say(NO_FIGURES),
            [6, 2, 2],
            _figures(one["figures"], reader, say),
        )


def _figures(found: Json, reader: Reader, say: Any) -> Iterator[list[str]]:
    reported, approved = found["reported"], found["approved"]
    for figure in FIGURES:
        if figure.key in reported:
            told = (reported[figure.key], approved.get(figure.key, 0))
            yield [say(figure.title), *(_cell(value, reader, say) for value in told)]


def _cell(value: object, reader: Reader, say: Any) -> str:
    if value == HIDDEN:
        return str(say(FEW, least=number(LEAST, reader.language)))
    return number(value if isinstance(value, int) else 0, reader.language)


def _missing(report: Json, reader: Reader, say: Any) -> dict[str, Any]:
    rows = [
        [one["code"], reader.level(one["level"]), say(STATES[State(one["state"])])]
        for one in report["missing"]["first"]
    ]
    left = report["missing"]["count"] - len(rows)
    if left:
        rows.append([say(N_("{number} more"), number=number(left, reader.language)), "", ""])
    return _section(say(MISSING), map(say, MISSING_HEAD), say(NOTHING_MISSING), [4, 4, 3], rows, right=())


def _section(
    title: str, head: Iterable[str], none: str, widths: list[int], rows: Iterable[Any], right: Any = (1, 2)
) -> dict[str, Any]:
    return {
        "title": title,
        "head": list(head),
        "none": none,
        "widths": widths,
        "right": list(right),
        "rows": list(rows),
    }
