"""Oneself, sessions, eIDs, drafts, and programs that act under a name of their own."""

from marshmallow import fields

from identity.schemas.grants import GrantView
from identity.schemas.outages import OwnOffice, OwnSignInByCode
from servicekit.web.schemas import (
    Day,
    StrictSchema,
    WholeView,
    acts_field,
    email,
    identifier,
    named,
    one_of,
    text,
    verbatim,
)
from servicekit.words.i18n import LANGUAGES


class ChangeMe(StrictSchema):
    """`office_phone` and `office_email` are shown to those in the line above who must reach you, until you take them
    back; `email` is shown to nobody.
    """

    language = one_of(LANGUAGES)
    office_phone = text(40, 0, allow_none=True)
    office_email = email(allow_none=True)
    email = email(allow_none=True)


class SaveList(StrictSchema):
    """The address of a list on the pages, by a name of your own; without an address the name is forgotten."""

    name = text(60, required=True)
    address = text(1_000, 0, required=True)


class SavedListView(StrictSchema):
    name = fields.String()
    address = fields.String()


class SavedLists(WholeView):
    items = fields.List(fields.Nested(SavedListView))


class ReleasedView(StrictSchema):
    office_phone = fields.String()
    office_email = fields.String()


class RightView(StrictSchema):
    permission = fields.String()
    unit_id = fields.String()
    unit_path = fields.List(fields.String())
    reach = fields.String()


class Me(StrictSchema):
    account_id = fields.String()
    version = fields.Integer()
    name = fields.String()
    language = fields.String()
    has_email = fields.Boolean()
    released = fields.Nested(ReleasedView)
    assurance = fields.Integer()
    auth_time = fields.DateTime(allow_none=True)
    session_ends = fields.DateTime(allow_none=True)
    same_person = fields.Integer()
    fallback = fields.Boolean()
    waiting = fields.Boolean()
    offers = fields.Integer()
    fallback_sign_ins = fields.List(fields.Nested(lambda: OwnSignInByCode()))
    offices = fields.List(fields.Nested(lambda: OwnOffice()))
    grants = fields.List(fields.Nested(GrantView))
    rights = fields.List(fields.Nested(RightView))


class ProviderView(StrictSchema):
    key = fields.String()
    names = fields.Dict()
    minimum_level = fields.Integer()
    up = fields.Boolean()
    down_since = fields.DateTime(allow_none=True)


class ProviderList(WholeView):
    items = fields.List(fields.Nested(ProviderView))


class SessionView(StrictSchema):
    id = fields.String()
    created_at = fields.DateTime()
    last_seen = fields.DateTime()
    expires_at = fields.DateTime()
    device = fields.String()
    provider = fields.String()
    provider_names = fields.Dict(keys=fields.String(), values=fields.String())
    current = fields.Boolean()
    fallback = fields.Boolean()


class SessionList(WholeView):
    items = fields.List(fields.Nested(SessionView))


# The fields of a search in the audit, as its page and the services have them, and the form of the file.
AUDIT_SOUGHT = (
    "service", "person", "unit", "unit_id", "action", "outcome", "actor", "subject_id", "record_id", "from", "to", "as",
)  # fmt: skip


# A JWK with a chain of certificates has fewer.
MOST_KEY_MEMBERS = 24


class AuditExport(StrictSchema):
    """`sought`: what the entries are found by, as it stands in the search."""

    unit_id = identifier(load_default="")
    sought = named(text(80, least=0), 12, AUDIT_SOUGHT, load_default=dict)


class KeepDraft(StrictSchema):
    path = text(300, required=True)
    values = named(verbatim(20_000), 100, required=True)


class DraftView(StrictSchema):
    """`version`: of one that is saved again and again; 0 of one that only waits for the eID."""

    id = fields.String()
    path = fields.String()
    values = fields.Dict()
    version = fields.Integer()
    saved_at = fields.DateTime()


class DraftQuery(StrictSchema):
    path = text(300, required=True)


class DraftList(WholeView):
    items = fields.List(fields.Nested(DraftView))


class RegisterMachine(StrictSchema):
    unit_id = identifier(required=True)
    name = text(120, required=True)
    keys = fields.List(named(fields.Raw(), MOST_KEY_MEMBERS), required=True)
    expires = Day(required=True)


class ChangeMachine(StrictSchema):
    """What is left out stays as it is."""

    keys = fields.List(named(fields.Raw(), MOST_KEY_MEMBERS))
    expires = Day()
    closed = fields.Boolean()


class MachineView(StrictSchema):
    id = fields.String()
    version = fields.Integer()
    name = fields.String()
    unit_id = fields.String()
    expires = fields.Date()
    closed = fields.Boolean()
    last_used = fields.DateTime(allow_none=True)
    keys = fields.List(fields.String())
    acts = acts_field()


class MachineList(WholeView):
    items = fields.List(fields.Nested(MachineView))


class TokenView(StrictSchema):
    access_token = fields.String()
    token_type = fields.String()
    expires_in = fields.Integer()
