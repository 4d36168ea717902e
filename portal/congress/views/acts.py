"""What a reader can do with a congress now, and which of it the page is about."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from portal.congress.views.returned import CameBack, came_back
from portal.congress.views.versions import steps_ever
from portal.shared.clients.acts import offered, over_others, within_reach
from portal.shared.units import Document, Names


@dataclass(frozen=True, slots=True)
class Act:
    """`main` is the one that the page is about."""

    kind: str
    link: str
    milestone: Names = field(default_factory=dict)
    main: bool = False
    over: bool = False  # over the heads of units between, who should act first


def acts_of(congress: Document, plan: Document) -> tuple[Act, ...]:
    """What this reader can do now; the main one is what brings the report on: figures that are missing come first."""
    names = {milestone["key"]: milestone["names"] for milestone in steps_ever(plan)}
    start = f"/congresses/{congress['id']}"
    steps = {milestone["key"]: milestone for milestone in congress["milestones"]}
    acts: list[Act] = []
    for step in congress["next_steps"]:
        if step["kind"] == "decide":
            # Whoever has had a part in it reads there why somebody else decides.
            if within_reach(congress, "approve"):
                acts.append(Act("decide", f"{start}/decide", over=over_others(congress, "approve")))
        elif step["kind"] == "milestone":
            milestone = steps[step["milestone"]]
            if offered(milestone, "record"):
                form = "record-above" if step.get("superiors", False) else "record"
                link = f"{start}/{form}?milestone={milestone['key']}"
                if milestone["key"] == congress["taken_by"] and offered(congress, "take-over"):
                    acts.append(Act("take-over", f"{start}/take-over"))
                    continue
                over = over_others(milestone, "record")
                acts.append(Act("milestone", link, names.get(milestone["key"], {}), over=over))
        elif offered(congress, step["kind"]):
            acts.append(Act(step["kind"], f"{start}/{step['kind']}"))
    came = came_back(congress)
    if came is not None and not came.changed and offered(congress, "results"):
        # Sent again as it is, it would come back as it is.
        others = [one for one in acts if one.kind != "results"]
        acts = [Act("correct", _wrong(congress, came)), *others]
    given = congress["results"] and all(act.kind not in ("results", "correct") for act in acts)
    if given and offered(congress, "results"):
        acts.append(Act("results", f"{start}/results"))
    if offered(congress, "undo-approval"):
        acts.append(Act("undo-approval", f"{start}/undo-approval"))
    if offered(congress, "reopen") or offered(congress, "reopen-topmost"):
        acts.append(Act("reopen", f"{start}/reopen", over=over_others(congress, "reopen")))
    main = _main(acts, results_missing=not congress["results"])
    return tuple(
        replace(one, main=one is main) for one in sorted(acts, key=lambda one: (one is not main, one.over))
    )


def next_form(congress: Document) -> str:
    """Where whoever reported the figures goes on: to send them, where nothing else is missing; else no further.

    What was just written is answered without what its reader may do with it: who reports may send.
    """
    ready = any(step["kind"] == "submit" for step in congress["next_steps"])
    return "/submit" if ready else ""


def _wrong(congress: Document, came: CameBack) -> str:
    """Where what is wrong is corrected: a day that alone is named, else the figures."""
    start = f"/congresses/{congress['id']}"
    days = [entry for entry in congress["entries"] if entry["milestone"] in came.reasons]
    wrong = [entry for entry in days if congress["current"].get(entry["milestone"])]
    if wrong and {entry["milestone"] for entry in wrong} == set(came.reasons):
        return f"{start}/record?corrects={wrong[-1]['id']}"
    return f"{start}/results"


def _main(acts: Sequence[Act], *, results_missing: bool) -> Act | None:
    for kind in ("decide", "correct", "submit", "take-over", *report_order(results_missing=results_missing)):
        for act in acts:
            if act.kind == kind and not act.over:
                return act
    return None


def report_order(*, results_missing: bool) -> tuple[str, str]:
    """Whether the figures or the next milestone is what the report needs next, where both can be given."""
    return ("results", "milestone") if results_missing else ("milestone", "results")
