"""What an act on one grant means for those that hang on it: at once where they are few, afterwards where they are many.

Where they are many, the act itself is one small write. Nobody below acts from that moment on; that each of them is
told, and counted, follows in steps that are written down.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from identity.domain import losses
from identity.domain.grants import Grant
from identity.domain.losses import Loss

# So many grants are changed with one, in the same transaction; of more it is written down what is left to do.
FEW = 200


@dataclass(frozen=True)
class Aftermath:
    """`before` and `after`: the grant as it was and as the act left it. `why`: as the notices say it.

    `reached`: the id of the last grant that was seen to; they are taken in the order of their ids. `lost`, `revived`:
    how many so far. `with_it`: the ids of others whose units ended, or came back, with the unit of this one.
    """

    id: str
    before: Grant
    after: Grant
    why: str
    at: datetime
    reached: str = ""
    lost: int = 0
    revived: int = 0
    open: bool = True
    with_it: tuple[str, ...] = ()
    version: int = 0


@dataclass(frozen=True)
class Effect:
    """`lost`: what gives nothing any more, the changed grant itself first; `revived`: what works again."""

    lost: tuple[Loss, ...]
    revived: tuple[Grant, ...]


def effect_of(
    before: Grant,
    after: Grant,
    hanging: Iterable[Grant],
    above: Mapping[str, Grant],
    today: date,
    with_it: Iterable[str] = (),
) -> Effect:
    """`above`: what the hanging ones hang on, as it stands; `with_it`: as in an Aftermath."""
    seen = [one for one in hanging if one.id != before.id]
    others = {one: above[one] for one in with_it if one in above}
    as_they_were = {one: replace(grant, unit_ended=before.unit_ended) for one, grant in others.items()}
    known = {**above, **as_they_were, before.id: before}
    changed = {**others, before.id: after}
    return Effect(
        tuple(losses.lost([before, *seen], known, changed, today)),
        tuple(losses.revived(seen, known, changed, today)),
    )
