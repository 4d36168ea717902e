"""Reckons forecasts: a program that is given series of figures and tells what they let one expect.

python -m congress.forecasting: reads one JSON text on standard input and writes one. It knows no database and no key;
it is alone because the library that it works with takes more memory than a service has.

How it reckons stands in docs/decisions/0099. In words: the pace, new ones a day, is fitted to what the kept days show,
the last ones counting most; it grows towards the deadline and falls after it as the days show, and where they show
nothing, as `EXPECTED` says. From there the days to come are drawn many times, with all that is not known: the pace
itself, that it wanders, and that fewer and fewer are left.
"""

import json
import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
from numpy.typing import NDArray
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

Figures = NDArray[numpy.float64]
Json = dict[str, Any]

# Of the pace in logarithms: its level, its growth in a month before the deadline, its change once that is over.
EXPECTED = numpy.array([-3.0, 1.5, -0.7])
SPREAD = numpy.array([3.0, 3.0, 1.0])
MONTH = 28.0
# After so many days a figure counts half.
HALF_LIFE = 7.0
# How much the logarithm of the pace wanders in a week, and after how many days it has come back by two thirds.
WANDERS = 0.35
COMES_BACK = 28.0
WEEK = 7
# How the pace depends on how few are left: not at all, by the root, in proportion. Which holds is not known.
FEWER_LEFT = (0.0, 0.5, 1.0)
DRAWS = 300
QUANTILES = (0.1, 0.5, 0.9)
LONGEST_WAY = 26 * WEEK
# So many days are drawn one by one, those after them by weeks.
DAY_BY_DAY = 9 * WEEK
SEED = 1
FASTEST = 2.0
SLOWEST = -30.0
MOST_A_DAY = 1e7
# Below this a variance is that of nothing at all.
LEAST_MEAN = 0.5
LEAST_SHAPE = 1e-9
# Where the fit has come to its end the likelihood does not rise any more; beside how much is counted.
STEEP = 0.01
# Counts of independent ones have 1.
LEAST_SCATTER = 1.01


@dataclass(frozen=True, slots=True)
class Level:
    """Days are counted from that of the last figure, which is 0; the others are before it."""

    held: int
    due: int
    days: Figures
    done: Figures


def level_of(told: Json) -> Level:
    last = told["points"][-1][0]
    return Level(
        told["held"],
        told["due"] - last,
        numpy.array([day - last for day, _ in told["points"]], float),
        # What was undone again was not done.
        numpy.minimum.accumulate(numpy.array([done for _, done in told["points"]], float)[::-1])[::-1],
    )


def steps_of(days: int) -> Figures:
    """After how many days one looks."""
    return numpy.array([*range(1, DAY_BY_DAY), *range(DAY_BY_DAY, days + 1, WEEK)], float)


def drawn(level: Level, steps: Figures, dice: numpy.random.Generator) -> Figures:
    """How many are left after so many days, in each draw: draws × steps."""
    fitted = [_fitted(level, fewer, dice) for fewer in FEWER_LEFT]
    pace = numpy.concatenate([found for found, _ in fitted])
    over = numpy.repeat([scatter - 1.0 for _, scatter in fitted], DRAWS)
    fewer = numpy.repeat(FEWER_LEFT, DRAWS)
    draws = len(pace)
    left = numpy.full(draws, level.held - level.done[-1])
    wandered = numpy.zeros(draws)
    lasts = numpy.diff(steps, prepend=0.0)
    columns = _columns(steps - lasts / 2, level.due)
    found = numpy.zeros((draws, len(steps)))
    for step, days in enumerate(lasts):
        wandered *= numpy.exp(-days / COMES_BACK)
        wandered += dice.normal(0.0, WANDERS * numpy.sqrt(days / WEEK), draws)
        logarithm = numpy.clip(pace @ columns[step] + wandered, SLOWEST, FASTEST)
        mean = days * numpy.exp(logarithm) * level.held * (left / level.held) ** fewer * (left > 0)
        # The sum over any days then scatters as much as the days before did.
        mean = dice.gamma(numpy.maximum(mean / over, LEAST_SHAPE), over)
        left = left - numpy.minimum(left, dice.poisson(numpy.minimum(mean, MOST_A_DAY)))
        found[:, step] = left
        if not left.any():
            break
    return found


def _columns(days: Figures, due: int) -> Figures:
    before = numpy.minimum((days - due) / MONTH, 0.0)
    return numpy.column_stack([numpy.ones_like(before), before, (days > due).astype(float)])


def _fitted(level: Level, fewer: float, dice: numpy.random.Generator) -> tuple[Figures, float]:
    """What the pace may be, drawn, and how much more the counts scatter than independent ones would."""
    lasted, new = numpy.diff(level.days), numpy.diff(level.done)
    middle = level.days[1:] - lasted / 2
    open_then = numpy.maximum(level.held - level.done[:-1], LEAST_MEAN)
    columns = _columns(middle, level.due)
    known = numpy.log(lasted * level.held) + fewer * numpy.log(open_then / level.held) + columns @ EXPECTED
    weights = 0.5 ** (-middle / HALF_LIFE)
    model = GLM(new, columns * SPREAD, family=Poisson(), offset=known, freq_weights=weights)
    # In units of its spread each differs from what is expected by a standard normal: a ridge of one for each. The
    # library divides the likelihood by the number of rows, and not by the sum of the weights.
    width = len(EXPECTED)
    ridge = numpy.full(width, 1.0 / len(new))
    # From the mean pace on; from nothing the first step may go beyond what can be reckoned.
    start = numpy.zeros(width)
    counted = float(weights @ new)
    start[0] = numpy.log(max(counted, LEAST_MEAN) / float(weights @ numpy.exp(known))) / SPREAD[0]
    # On its way it may try what is beyond reckoning; where it ends is looked at.
    with numpy.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = model.fit_regularized(alpha=ridge, L1_wt=0.0, start_params=start)
        found = numpy.asarray(fitted.params)
        slope = model.score(found) - found
        information = numpy.eye(width) - model.hessian(found, observed=False)
    ended = numpy.isfinite(found).all() and numpy.isfinite(information).all()
    if not ended or numpy.abs(slope).max() > STEEP * max(1.0, counted):
        raise ArithmeticError("no pace explains these figures")
    mean = model.predict(found, offset=known)
    strange = weights * (new - mean) ** 2 / numpy.maximum(mean, LEAST_MEAN)
    scatter = max(LEAST_SCATTER, float(strange.sum() / max(weights.sum() - 1.0, 1.0)))
    around = numpy.linalg.inv(information) * scatter
    return EXPECTED + SPREAD * dice.multivariate_normal(found, around, DRAWS, method="eigh"), scatter


def reached(left: Figures, steps: Figures, most_left: int) -> list[int | None]:
    """After how many days no more than this are left, in the draws of each quantile; None where not within these."""
    there = left <= most_left
    first = numpy.where(there.any(axis=1), steps[there.argmax(axis=1)], numpy.inf)
    found = numpy.quantile(first, QUANTILES, method="nearest")
    return [None if numpy.isinf(one) else int(one) for one in found]


def answered(unit: Json, days: int) -> Json:
    """Of a unit: `levels` that can be told of, `others` that are open beside them, `may_stay`: open of all at the end.

    The same figures have the same answer.
    """
    dice, steps = numpy.random.default_rng(SEED), steps_of(days)
    left = {name: drawn(level_of(told), steps, dice) for name, told in unit["levels"].items()}
    told = {name: reached(left[name], steps, one["may_stay"]) for name, one in unit["levels"].items()}
    # The order of draws of one level has nothing to do with that of another.
    others = numpy.full((DRAWS * len(FEWER_LEFT), len(steps)), float(unit["others"]))
    together = sum((dice.permutation(one, axis=0) for one in left.values()), others)
    whole = reached(together, steps, unit["may_stay"])
    return {"levels": told, "whole": whole, "way": list(_way(together, steps))}


def _way(left: Figures, steps: Figures) -> Iterator[list[int]]:
    """Week by week, until half of the draws have come as far as they ever come, or for half a year."""
    end = _open(left[:, -1])[1]
    for step, day in enumerate(steps):
        if day % WEEK == 0 and day <= LONGEST_WAY:
            found = _open(left[:, step])
            yield [int(day), *found]
            if found[1] <= end:
                break


def _open(left: Figures) -> list[int]:
    """The least, the middle and the most that are still open."""
    return [int(one) for one in numpy.quantile(left, QUANTILES, method="nearest")]


def main(units: Sequence[Json], days: int) -> list[Json]:
    """One for each; of one that cannot be reckoned, why not: the others have nothing to do with it."""
    found: list[Json] = []
    for unit in units:
        try:
            found.append(answered(unit, days))
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            found.append({"failed": f"{type(error).__name__}: {error}"})
    return found


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    json.dump(main(asked["units"], asked["days"]), sys.stdout)
