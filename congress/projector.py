"""The roll-up projector: a program that counts what changed, makes congresses and looks at the clock.

Several copies may run; one works, and another takes over within three seconds when it dies.
"""

import sys
from functools import partial

from congress.app import open_context
from congress.context import Context
from congress.operations import difficulty_figures, first_reports, handing_down, projection, rule_sets
from congress.operations.days import keep_days
from congress.operations.difficulty_clock import climb
from congress.operations.forecasts import NotReckoned, keep_forecasts
from congress.operations.owed_gaps import remind_of_gaps
from congress.operations.verifying import check_of
from congress.settings import read_program_settings
from servicekit.ids import new_id
from servicekit.tree.rollup.verifying import EVERY_SECONDS, Rounds
from servicekit.work.leases import Lease
from servicekit.work.loop import Loop, Piecemeal, Step, run_program

NAME = "projector"
FORECASTS = "forecasts"
# How often the calendar is looked at: a day begins once, and a plan may be opened at any time.
REMIND_SECONDS = 30.0
# A large plan is kept in parts, one after the other.
DAY_SECONDS = 5.0
# A forecast is of a day; it waits until the day's figures are kept.
FORECAST_SECONDS = 5.0
# While a process of its own reckons for some units, nothing else happens in its loop.
FORECAST_LEASE_SECONDS = 300.0
# How many lines a list has is exact also while nobody sums up; this keeps it fast.
SUM_UP_SECONDS = 30.0
# Counting happens once whoever does it, so a lease that ends while its holder works costs nothing.
LEASE_SECONDS = 3.0


def loop_of(context: Context, lease: Lease) -> Loop:
    """One pass after another; each leaves everything in a state from which anyone can go on."""
    cascade = Piecemeal(partial(projection.run_cascades, context))
    days = Piecemeal(partial(keep_days, context))
    spread = Piecemeal(partial(rule_sets.spread_rules, context))
    handed = Piecemeal(partial(handing_down.hand_down, context))
    rounds = Rounds(check_of(context), context.clock.now)
    raised = Rounds(difficulty_figures.check_of(context), context.clock.now)
    reports = Rounds(first_reports.check_of(context), context.clock.now)

    def prepare() -> None:
        context.database.keep_session()
        context.prepare()

    return Loop(
        NAME,
        context.database,
        lease,
        [
            Step("count", partial(projection.count_changes, context)),
            Step("first reports", partial(first_reports.count_changes, context)),
            Step("difficulties raised", partial(difficulty_figures.count_changes, context)),
            Step("cascade", cascade.work, afresh=cascade.begin_afresh),
            Step("rules", spread.work, afresh=spread.begin_afresh),
            Step("days below", handed.work, afresh=handed.begin_afresh),
            Step(
                "reminders",
                partial(projection.give_reminders, context),
                every=REMIND_SECONDS,
                by_clock=True,
            ),
            Step(
                "gaps owed",
                partial(remind_of_gaps, context),
                every=REMIND_SECONDS,
                by_clock=True,
            ),
            Step("days", days.work, every=DAY_SECONDS, by_clock=True, afresh=days.begin_afresh),
            Step("difficulties", partial(climb, context), every=REMIND_SECONDS, by_clock=True),
            Step(
                "totals of lists",
                context.difficulties.lists.totals.sum_up,
                every=SUM_UP_SECONDS,
                by_clock=True,
            ),
            Step(
                "verify reports",
                reports.work,
                every=EVERY_SECONDS,
                by_clock=True,
                afresh=reports.begin_afresh,
            ),
            Step(
                "verify difficulties",
                raised.work,
                every=EVERY_SECONDS,
                by_clock=True,
                afresh=raised.begin_afresh,
            ),
            Step("verify", rounds.work, every=EVERY_SECONDS, by_clock=True, afresh=rounds.begin_afresh),
        ],
        prepare=prepare,
    )


def forecasts_of(context: Context, lease: Lease) -> Loop:
    """Beside the other, which must not wait for it."""
    forecasts = Piecemeal(partial(keep_forecasts, context))
    return Loop(
        FORECASTS,
        context.database,
        lease,
        [
            Step(
                "forecasts",
                forecasts.work,
                every=FORECAST_SECONDS,
                by_clock=True,
                away=(NotReckoned,),
                afresh=forecasts.begin_afresh,
            )
        ],
        prepare=context.prepare,
    )


def loops() -> list[Loop]:
    settings = read_program_settings()
    context, beside = open_context(settings), open_context(settings)
    # The kept session is of one thread.
    return [
        loop_of(context, Lease(context.database, NAME, new_id(), LEASE_SECONDS)),
        forecasts_of(beside, Lease(beside.database, FORECASTS, new_id(), FORECAST_LEASE_SECONDS)),
    ]


if __name__ == "__main__":
    sys.exit(run_program(NAME, loops))
