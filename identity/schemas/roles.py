"""Changes of roles."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from identity.domain.role_changes import Act, Wanted
from identity.domain.roles import Role
from identity.schemas.grants import GrantView, RolePermission
from identity.schemas.questions import RoleView
from servicekit.access.decision import Reach
from servicekit.web.schemas import (
    TOO_LONG,
    PageView,
    RefusalView,
    StrictSchema,
    WholeView,
    matching,
    one_of,
    prose,
    text,
    whole,
)
from servicekit.words import N_

KEY = "[a-z][a-z0-9-]{1,39}"
PERMISSION = "[a-z]+:[a-z]+"
NOT_A_KEY = N_("A key is two to forty small letters, digits and hyphens, and begins with a letter.")
NOT_A_PERMISSION = N_("This is not a permission.")
MISSING = N_("This is needed.")
NOT_DESCRIBED = N_("A role that is withdrawn is not described.")
STANDS_TWICE = N_("A permission stands here twice.")
MOST_PERMISSIONS = 200


class Named(StrictSchema):
    en = text(60, required=True)
    bn = text(60, required=True)
    vi = text(60, required=True)


class Allowed(StrictSchema):
    """`use`: whoever has the role may do it; otherwise they may only hand it on."""

    permission = matching(PERMISSION, NOT_A_PERMISSION, required=True)
    reach = one_of(tuple(str(one) for one in Reach), required=True)
    use = fields.Boolean(required=True)


class WantedRole(StrictSchema):
    names = fields.Nested(Named, required=True)
    strong = fields.Boolean(required=True)
    deputies = fields.Boolean(required=True)
    permissions = fields.List(
        fields.Nested(Allowed), required=True, validate=validate.Length(1, MOST_PERMISSIONS, error=TOO_LONG)
    )


class WantedChange(StrictSchema):
    """`role`: as it shall be; none for one that is withdrawn."""

    act = one_of(tuple(str(one) for one in Act), required=True)
    key = matching(KEY, NOT_A_KEY, required=True)
    role = fields.Nested(WantedRole, allow_none=True, load_default=None)

    @post_load
    def made(self, said: dict[str, Any], **_: Any) -> Any:
        return _wanted(said)


class AskRoleChange(WantedChange):
    """`seen`: of which set of roles the preview was made."""

    seen = whole(0, 1_000_000, required=True)
    reason = prose(500, required=True)

    @post_load
    def made(self, said: dict[str, Any], **_: Any) -> Any:
        return {"wanted": _wanted(said), "seen": said["seen"], "reason": said["reason"]}


def _wanted(said: Mapping[str, Any]) -> Wanted:
    act, role = Act(said["act"]), said["role"]
    if (role is None) != (act is Act.WITHDRAW):
        raise ValidationError(MISSING if role is None else NOT_DESCRIBED, "role")
    if role is None:
        return Wanted(act, said["key"])
    after = Role(
        key=said["key"],
        names=dict(role["names"]),
        strong=role["strong"],
        deputies=role["deputies"],
        use=_reaches(role["permissions"], use=True),
        pass_on=_reaches(role["permissions"], use=False),
    )
    return Wanted(act, said["key"], after)


def _reaches(permissions: Sequence[Mapping[str, Any]], *, use: bool) -> dict[str, Reach]:
    found: dict[str, Reach] = {}
    for one in permissions:
        if one["use"] is use:
            if one["permission"] in found:
                raise ValidationError(STANDS_TWICE, "role")
            found[one["permission"]] = Reach(one["reach"])
    return found


class AtLevel(StrictSchema):
    """`grants`: none where there are more than are counted."""

    levels = fields.List(fields.String())
    grants = fields.Integer(allow_none=True)


class ForeseenChange(StrictSchema):
    """`stale`: other roles were changed since. `seconds`: how many people could confirm it today."""

    seen = fields.Integer()
    stale = fields.Boolean()
    before = fields.Nested(RoleView, allow_none=True)
    after = fields.Nested(RoleView, allow_none=True)
    added = fields.List(fields.Nested(RolePermission))
    taken = fields.List(fields.Nested(RolePermission))
    seconds = fields.Integer()
    grants = fields.Integer(allow_none=True)
    people = fields.Integer(allow_none=True)
    by_level = fields.List(fields.Nested(AtLevel))


class RoleChangeHead(StrictSchema):
    id = fields.String()
    version = fields.Integer()
    act = fields.String()
    key = fields.String()
    names = fields.Dict()
    status = fields.String()
    asked_by = fields.String()
    asked_by_name = fields.String()
    asked_at = fields.DateTime()
    until = fields.DateTime()
    reason = fields.String()
    own = fields.Boolean()
    answered_by_name = fields.String()
    refusal = fields.Nested(RefusalView, allow_none=True)


class RoleChangeView(ForeseenChange, RoleChangeHead):
    pass


class RoleChangeList(WholeView):
    items = fields.List(fields.Nested(RoleChangeHead))


class HolderPage(PageView):
    items = fields.List(fields.Nested(GrantView))
