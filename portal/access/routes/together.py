"""What two administrators of the topmost unit do together to a person above whom nobody stands."""

from flask import Blueprint, Response

from portal.access.views.together import QUEUE, joint_act_of
from portal.frame.forms import Form
from portal.frame.pages import done, or_shown_again, page
from portal.frame.query import asked, takes
from portal.queues.two import OTHERS, AskedOfTwo, behind, tabs_of
from portal.shared.asking import identity, membership, now
from servicekit.out.peers import PeerRefused
from servicekit.refusals import NotFound
from servicekit.web.guards import access, caller

pages = Blueprint("together", __name__)


def at_the_top() -> bool:
    return any(right.permission == "access:grant" and len(right.unit_path) == 1 for right in caller().rights)


def together_instead(refusal: PeerRefused) -> bool:
    """Whether the reader, whom identity refused to do it alone, may ask for it as the first of two."""
    return refusal.type == "not-above-person" and at_the_top()


@pages.get("/together")
@takes("tab")
@access("access:grant")
def list_joint_acts() -> Response:
    return _list(_asked(), Form())


@pages.get("/together/<joint_id>")
@access("access:grant")
def read_joint_act(joint_id: str) -> Response:
    acts = _asked()
    if joint_id not in [one.id for one in acts]:
        raise NotFound
    return _one(acts, joint_id, Form())


def joint_act_again(joint_id: str, form: Form, **_which: str) -> Response:
    """With what stands against it; all that is left where it does not wait any more."""
    acts = _asked()
    return _one(acts, joint_id, form) if joint_id in [one.id for one in acts] else _list(acts, form)


@pages.post("/together/<joint_id>/<any(confirm, withdraw):answer>")
@access("access:grant")
@or_shown_again(joint_act_again)
def answer_joint_act(joint_id: str, answer: str, form: Form) -> Response:
    """Each by itself, and never many at once: it befalls one person, at once."""
    following = behind(_asked(), joint_id)
    identity().answer_joint_act(joint_id, answer, form.version)
    return done(following or QUEUE, f"together-{answer}-next" if following else f"together-{answer}")


def _asked() -> list[AskedOfTwo]:
    """All that waits, the oldest first: there are few, for none waits longer than some days."""
    found = identity().joint_acts()
    units = membership().units_by_id(one["unit_id"] for one in found)
    above = membership().units_by_id(one["path"][-2] for one in units.values() if len(one["path"]) > 1)
    acts = [joint_act_of(one, caller().accounts, {**above, **units}, now()) for one in found]
    return sorted(acts, key=lambda one: one.asked_at)


def _list(acts: list[AskedOfTwo], form: Form) -> Response:
    others = asked("tab") == OTHERS
    return page(
        "together.html",
        form.status,
        form=form,
        rows=[one for one in acts if one.to_decide is not others],
        others=others,
        tabs=tabs_of(acts, QUEUE, others=others),
    )


def _one(acts: list[AskedOfTwo], joint_id: str, form: Form) -> Response:
    one = next(act for act in acts if act.id == joint_id)
    form.version = one.version if form.status == 412 or form.version is None else form.version
    return page("joint_act.html", form.status, form=form, one=one, next=behind(acts, joint_id), queue=QUEUE)
