"""The report of a congress as a paper: what stands in it, in the reader's language. It names no person."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from congress.domain.history import Act, Congress
from congress.domain.plan import Plan
from congress.domain.progress import is_held
from congress.domain.results import FIGURES
from congress.rendering.tables import STATES
from servicekit.out.exports.tables import Reader
from servicekit.words import N_
from servicekit.words.formats import day, instant, number
from servicekit.words.i18n import translate

TEMPLATE = Path(__file__).parent / "report.typ"
NOTHING = "–"
MOST_PAGES = 200
REPORT = N_("Report of a congress")
AS_IT_STOOD = N_("As it stood on {when}")
PAGE = N_("Page {number} of {count}")
FACTS = (N_("Code"), N_("Level of the unit"), N_("Deadline"), N_("State"), N_("Kind of congress"))
STEPS, STEPS_HEAD = N_("Milestones"), (N_("Milestone"), N_("Due"), N_("Done on"), N_("Note"))
RESULTS, RESULTS_HEAD = N_("Results"), (N_("Figure"), N_("Value"))
NO_RESULTS = N_("No results have been entered yet.")
DECISIONS, DECISIONS_HEAD = N_("Sent up and decided"), (N_("When"), N_("What"), N_("Reasons"))
NO_DECISIONS = N_("The report has not been sent up yet.")
AS_A_WHOLE = N_("The report as a whole")
SIGNATURES = (N_("On behalf of the unit"), N_("On behalf of the superior unit"))


def report_values(plan: Plan, congress: Congress, reader: Reader, now: datetime) -> dict[str, Any]:
    """As report.typ takes them."""
    language = reader.language

    def say(text: str) -> str:
        return translate(text, language)

    unit = reader.named(congress.unit.names) or congress.unit.code
    kind = plan.content_type(congress.content_type)
    facts = (
        congress.unit.code,
        reader.level(congress.unit.level),
        day(congress.deadline, language),
        say(STATES[congress.state]),
        reader.named(kind.names) if kind else congress.content_type,
    )
    return {
        "language": language,
        "title": f"{say(REPORT)}: {unit}",
        "kicker": say(REPORT),
        "unit": unit,
        "plan": reader.named(plan.names) or plan.name,
        "facts": [[say(word), said] for word, said in zip(FACTS, facts, strict=True)],
        "sections": [
            _section(say, STEPS, STEPS_HEAD, "", [5, 3, 3, 5], _steps(plan, congress, reader)),
            _section(say, RESULTS, RESULTS_HEAD, NO_RESULTS, [5, 2], _results(congress, reader), right=[1]),
            _section(
                say, DECISIONS, DECISIONS_HEAD, NO_DECISIONS, [3, 4, 7], _decisions(plan, congress, reader)
            ),
        ],
        "signatures": [say(word) for word in SIGNATURES],
        "footer": say(AS_IT_STOOD).format(when=instant(now, language, reader.zone)),
        "page": say(PAGE),
        "digits": [number(page, language) for page in range(MOST_PAGES)],
    }


def _section(
    say: Any, title: str, head: Iterable[str], none: str, widths: list[int], rows: Any, right: Any = ()
) -> dict[str, Any]:
    return {
        "title": say(title),
        "head": [say(word) for word in head],
        "none": say(none),
        "widths": widths,
        "right": list(right),
        "rows": list(rows),
    }


def _steps(plan: Plan, congress: Congress, reader: Reader) -> Iterable[list[str]]:
    current = congress.current
    for milestone in plan.milestones:
        entry = current.get(milestone.key)
        held = is_held(plan, congress, milestone)
        yield [
            reader.named(milestone.names) or milestone.key,
            day(milestone.due(congress.deadline), reader.language) if held else NOTHING,
            day(entry.date if entry else None, reader.language),
            entry.note if entry else "",
        ]


def _results(congress: Congress, reader: Reader) -> Iterable[list[str]]:
    results = congress.results or {}
    for figure in FIGURES:
        if figure.key in results:
            yield [translate(figure.title, reader.language), number(results[figure.key], reader.language)]


def _decisions(plan: Plan, congress: Congress, reader: Reader) -> Iterable[list[str]]:
    for act in congress.acts:
        reasons = "\n".join(_reasons(plan, act, reader))
        yield [
            instant(act.at, reader.language, reader.zone),
            translate(STATES[act.kind], reader.language),
            reasons,
        ]


def _reasons(plan: Plan, act: Act, reader: Reader) -> Iterable[str]:
    titles = {figure.key: translate(figure.title, reader.language) for figure in FIGURES}
    titles |= {one.key: reader.named(one.names) or one.key for one in plan.milestones}
    for key, reason in act.reasons.items():
        yield f"{titles.get(key, translate(AS_A_WHOLE, reader.language))}: {reason}"
    if act.over_reason:
        yield act.over_reason
