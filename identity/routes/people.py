"""Acts on a person: by whoever stands above them, or by two administrators of the topmost unit together."""

from typing import Any

from flask_smorest import Blueprint

from identity import operations
from identity.domain.together import Act
from identity.operations import together
from identity.schemas.outages import AskJointAct, JointActList, JointActView
from servicekit.serving.problems import refusal_document
from servicekit.web.guards import access, caller
from servicekit.web.kit import context
from servicekit.web.preconditions import etag, expected_version, versioned

api = Blueprint("people", __name__, url_prefix="/api/identity")


@api.route("/accounts/<account_id>/end-sessions", methods=["POST"])
@access("access:grant")
@api.response(204)
def end_sessions_of(account_id: str) -> None:
    operations.end_sessions_of(context(), caller(), account_id)


@api.route("/joint-acts", methods=["GET"])
@access("access:grant")
@api.response(200, JointActList)
def list_joint_acts() -> Any:
    return {"items": [_waiting(one) for one in together.list_asked(context(), caller())]}


def _waiting(one: together.JointActSeen) -> dict[str, Any]:
    return {**vars(one), "refusal": refusal_document(one.refusal) if one.refusal else None}


@api.route("/joint-acts", methods=["POST"])
@access("access:grant")
@api.arguments(AskJointAct)
@api.response(201, JointActView)
def ask_joint_act(body: dict[str, Any]) -> Any:
    asked = together.ask(
        *(context(), caller(), Act(body["act"])), body["account_id"], body["unit_id"], body["reason"]
    )
    return asked, etag(asked.version)


@api.route("/joint-acts/<joint_id>/confirm", methods=["POST"])
@access("access:grant")
@versioned
@api.response(200, JointActView)
def confirm_joint_act(joint_id: str) -> Any:
    return _tagged(together.confirm(context(), caller(), joint_id, expected_version()))


@api.route("/joint-acts/<joint_id>/withdraw", methods=["POST"])
@access("access:grant")
@versioned
@api.response(200, JointActView)
def withdraw_joint_act(joint_id: str) -> Any:
    return _tagged(together.withdraw(context(), caller(), joint_id, expected_version()))


def _tagged(joint: together.JointActSeen) -> Any:
    return joint, etag(joint.version)
