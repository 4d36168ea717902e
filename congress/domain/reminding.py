"""Reminding all in a list: who is told what, and how often at the most."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from congress.domain.history import Congress
from congress.domain.owners import Actor, who_acts
from congress.domain.plan import Plan
from congress.domain.rule_sets import under

# Whoever was reminded of a congress is not reminded of it again before.
PAUSE = timedelta(days=1)


def by_side(plan: Plan, congresses: Iterable[Congress]) -> dict[Actor, list[Congress]]:
    """Those in which something is open, by whose act comes next."""
    found: dict[Actor, list[Congress]] = {Actor.UNIT: [], Actor.SUPERIOR: []}
    for congress in congresses:
        actor = who_acts(under(plan, congress), congress)
        if actor is not None:
            found[actor].append(congress)
    return found


def to_remind(
    congresses: Iterable[Congress], reminded: Mapping[str, datetime], now: datetime
) -> list[Congress]:
    """`reminded`: when somebody last was, by congress."""
    return [one for one in congresses if (last := reminded.get(one.id)) is None or now - last >= PAUSE]
