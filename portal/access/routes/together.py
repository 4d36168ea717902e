"""What two administrators of the topmost unit do together to a person above whom nobody stands."""

from flask import Blueprint, Response

from portal.access.views.together import joint_act_of
from portal.frame.forms import Form
from portal.frame.pages import done, or_shown_again, page
from portal.shared.asking import identity, membership
from servicekit.out.peers import PeerRefused
from servicekit.web.guards import access, caller

pages = Blueprint("together", __name__)


def at_the_top() -> bool:
    return any(right.permission == "access:grant" and len(right.unit_path) == 1 for right in caller().rights)


def together_instead(refusal: PeerRefused) -> bool:
    """Whether the reader, whom identity refused to do it alone, may ask for it as the first of two."""
    return refusal.type == "not-above-person" and at_the_top()


@pages.get("/together")
@access("access:grant")
def list_joint_acts() -> Response:
    return joint_acts_again(Form())


def joint_acts_again(form: Form, **_which: str) -> Response:
    found = identity().joint_acts()
    units = membership().units_by_id(one["unit_id"] for one in found)
    asked = [joint_act_of(one, caller().accounts, units) for one in found]
    return page("together.html", form.status, form=form, asked=asked)


@pages.post("/together/<joint_id>/<any(confirm, withdraw):answer>")
@access("access:grant")
@or_shown_again(joint_acts_again)
def answer_joint_act(joint_id: str, answer: str, form: Form) -> Response:
    identity().answer_joint_act(joint_id, answer, form.version)
    return done("/together", f"together-{answer}")
