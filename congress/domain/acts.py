"""What a caller may do with a congress now, and why not: by the rules that will decide when it is done.

Acts are named as their addresses end. What an act is told besides (a day, figures, reasons) is judged when it comes.
"""

from congress.domain import (
    approval,
    blocking,
    decisions,
    explanations,
    extensions,
    gaps,
    opening,
    pilots,
    postponing,
    progress,
    reopening,
    taking_over,
    undoing,
)
from congress.domain.approval import OverOthers
from congress.domain.history import By, Congress
from congress.domain.plan import Milestone, Plan
from congress.domain.reopening import ReopenedBySuperior
from servicekit.access.decision import Caller, as_just_seen, why_not_by
from servicekit.refusals import Acts, Check, Refusal

REPORT, APPROVE, MANAGE = "congress:report", "congress:approve", "plan:manage"
# Stands for what is typed, which is judged when it comes.
_SOMETHING = "-"


class _Asked:
    """One caller before one congress. `between`: the units over whose heads they would act."""

    def __init__(self, plan: Plan, congress: Congress, caller: Caller, by: By, between: int) -> None:
        self.plan, self.congress, self.by, self.between = plan, congress, by, between
        self.caller, self.seen = caller, as_just_seen(caller)

    def why_not(self, permission: str, *checks: Check) -> Refusal | None:
        return why_not_by(self.caller, permission, self.congress.unit.path, self.by.at, *checks)

    def why_not_read_from_above(self, check: Check) -> Refusal | None:
        """As below, of what follows from reading alone: the eID need not see them again."""
        path, now = self.congress.unit.path, self.by.at
        return why_not_by(self.seen, APPROVE, path, now, self.second_pair_of_eyes, check, self._over_others)

    def why_not_from_above(self, check: Check) -> Refusal | None:
        return self.why_not(APPROVE, self.second_pair_of_eyes, check, self._over_others)

    def second_pair_of_eyes(self) -> None:
        decisions.refuse_own_report(self.congress, self.seen, APPROVE, self.by.at)
        approval.refuse_the_contributors_own(self.congress, self.seen, APPROVE)

    def _over_others(self) -> None:
        approval.why_over_others(self.between, OverOthers())


def acts_of(
    plan: Plan,
    congress: Congress,
    caller: Caller,
    by: By,
    between: int,
    open_below: int,
    *,
    opened: bool = False,
) -> tuple[Acts, dict[str, Acts]]:
    """Of the congress, and of each of its milestones by key. `open_below`: as in approval; `opened`: as in opening."""
    asked = _Asked(plan, congress, caller, by, between)
    acts: dict[str, Refusal | None] = {
        "results": asked.why_not(REPORT, lambda: progress.refuse_results(plan, congress)),
        "content-type": asked.why_not(REPORT, lambda: progress.refuse_locked(plan, congress)),
        "submit": asked.why_not(REPORT, lambda: progress.submit(plan, congress, by, _SOMETHING)),
        "withdraw-report": asked.why_not(
            REPORT, lambda: opening.refuse_withdrawing(plan, congress, opened=opened)
        ),
        "open-report": asked.why_not_read_from_above(lambda: opening.refuse_opening(plan, congress)),
        "approve": asked.why_not_from_above(lambda: _approve(asked, open_below)),
        "supply-gap": asked.why_not(REPORT, lambda: gaps.refuse_supplying(plan, congress)),
        "close-gap": asked.why_not_from_above(lambda: gaps.refuse_closing(plan, congress)),
        "return": asked.why_not_from_above(
            lambda: decisions.send_back(plan, congress, {reopening.AS_A_WHOLE: _SOMETHING}, by, _SOMETHING)
        ),
        # Whether anything above has built on it is looked up when it is done.
        "undo-approval": asked.why_not(
            APPROVE, asked.second_pair_of_eyes, lambda: undoing.refuse_undoing(plan, congress, None, by)
        ),
        "reopen": asked.why_not_from_above(lambda: _reopen(asked)),
        "extension": asked.why_not(REPORT, lambda: extensions.refuse_asking(plan, congress, by.today)),
        "withdraw-extension": asked.why_not(REPORT, lambda: _refuse_answering(asked)),
        "decide-extension": asked.why_not_from_above(lambda: _refuse_answering_own(asked)),
        "decide-extension-topmost": asked.why_not(
            MANAGE, lambda: _refuse_below_another(congress), lambda: _refuse_answering_own(asked)
        ),
        "explanation": asked.why_not(
            REPORT, lambda: explanations.refuse_explaining(plan, congress, by.today)
        ),
        "decide-explanation": asked.why_not_from_above(lambda: _refuse_answering_explained(asked)),
        "pilot": asked.why_not_from_above(lambda: pilots.refuse_choosing(plan, congress)),
        "take-over": asked.why_not(REPORT, lambda: taking_over.refuse_taking_over(plan, congress)),
        "lessons": asked.why_not(REPORT, lambda: pilots.refuse_teaching(plan, congress)),
        "postpone": asked.why_not(
            REPORT,
            lambda: postponing.refuse_postponing(plan, congress),
            lambda: explanations.refuse_unexplained(plan, congress, by.today),
        ),
        "resume": asked.why_not(REPORT, lambda: postponing.refuse_resuming(plan, congress, by.today)),
        "block": asked.why_not(
            REPORT,
            lambda: blocking.refuse_blocking(plan, congress),
            lambda: explanations.refuse_unexplained(plan, congress, by.today),
        ),
        "unblock": asked.why_not(REPORT, lambda: blocking.refuse_unblocking(plan, congress)),
        "reopen-topmost": asked.why_not(
            MANAGE,
            lambda: _refuse_below_another(congress),
            lambda: decisions.refuse_contributors(congress, asked.seen),
            lambda: _reopen(asked),
        ),
    }
    return acts, {milestone.key: {"record": _record(asked, milestone)} for milestone in plan.milestones}


def _approve(asked: _Asked, open_below: int) -> None:
    decisions.approve(asked.plan, asked.congress, asked.by, _SOMETHING)
    approval.refuse_before_subordinates(asked.plan, open_below)


def _reopen(asked: _Asked) -> None:
    reopening.reopen(asked.plan, asked.congress, _SOMETHING, asked.by, _SOMETHING)


def _refuse_answering(asked: _Asked) -> None:
    extensions.refuse_answering(asked.plan, asked.congress)


def _refuse_answering_own(asked: _Asked) -> None:
    _refuse_answering(asked)
    extensions.refuse_own_request(asked.congress, asked.seen)


def _refuse_answering_explained(asked: _Asked) -> None:
    explanations.refuse_answering(asked.plan, asked.congress)
    explanations.refuse_own_explanation(asked.congress, asked.seen)


def _refuse_below_another(congress: Congress) -> None:
    if congress.unit.parent_id is not None:
        raise ReopenedBySuperior()


def _record(asked: _Asked, milestone: Milestone) -> Refusal | None:
    """Recorded, or corrected where it has been; by whoever it belongs to."""

    def check() -> None:
        progress.refuse_recording(asked.plan, asked.congress, milestone)
        progress.refuse_out_of_order(asked.plan, asked.congress, milestone)

    return asked.why_not_from_above(check) if milestone.is_superiors else asked.why_not(REPORT, check)
