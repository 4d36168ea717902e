"""What was ticked in a queue is decided one by one, so that what one of them refuses does not hold up the others."""

from collections.abc import Callable, Mapping

from portal.frame.forms import Fault, fault_of
from portal.frame.pages import STEP_UP_LEVELS
from portal.queues.views import Outcome, Seen, what_is_left_first
from portal.queues.words import OUT_OF_SIGHT
from servicekit.out.peers import PeerRefused

NOT_FOUND = 404


def fault_of_one(act: Callable[[], None]) -> Fault | None:
    """Why one of many is refused; what every one of them would be refused for ends the whole."""
    try:
        act()
    except PeerRefused as refusal:
        if refusal.type in STEP_UP_LEVELS or refusal.status in (401, 429, 500, 503):
            raise
        return Fault(OUT_OF_SIGHT) if refusal.status == NOT_FOUND else fault_of(refusal.body)
    return None


def decided(
    seen: Mapping[str, Seen], link: Callable[[str], str], decide: Callable[[str, Seen], None]
) -> tuple[Outcome, ...]:
    """What became of each that was ticked, each decided as it was seen. `link`: where one is read."""

    def outcome(one_id: str, ticked_as: Seen) -> Outcome:
        fault = fault_of_one(lambda: decide(one_id, ticked_as))
        gone = fault is not None and fault.text == OUT_OF_SIGHT
        return Outcome(ticked_as.names, "" if gone else link(one_id), fault)

    return what_is_left_first([outcome(*one) for one in seen.items()])
