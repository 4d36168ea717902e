"""What was ticked in a queue is decided one by one, so that what one of them refuses does not hold up the others."""

from collections.abc import Callable

from portal.frame.forms import Fault, fault_of
from portal.frame.pages import STEP_UP_LEVELS
from servicekit.out.peers import PeerRefused


def fault_of_one(act: Callable[[], None]) -> Fault | None:
    """Why one of many is refused; what every one of them would be refused for ends the whole."""
    try:
        act()
    except PeerRefused as refusal:
        if refusal.type in STEP_UP_LEVELS or refusal.status in (401, 429, 500, 503):
            raise
        return fault_of(refusal.body)
    return None
