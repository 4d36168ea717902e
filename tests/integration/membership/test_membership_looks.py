"""A person sees who looked at their record as a member, and nobody else does."""

from typing import Any

import pytest

from membership.domain.members import number_in
from servicekit.data.crypto import MEMBER_NUMBER, blind_index
from servicekit.data.events import AuditEntry
from servicekit.events.relay import Collector
from servicekit.ids import new_id
from servicekit.words.text import compact
from tests.integration.membership.conftest import Client, Membership, settings_of

UNION = "BD-N0021"
NUMBER = "1990123456789"
Json = dict[str, Any]


def index_of(membership: Membership, number: str) -> str:
    """The digest as identity makes it at a sign-in."""
    return blind_index(settings_of(membership.house).blind_key, MEMBER_NUMBER, compact(number))


def signed_in(membership: Membership, number_index: str) -> Client:
    """A person without any grant."""
    account_id = new_id()
    token = membership.house.token("membership", account_id=account_id, number_index=number_index)
    return Client(membership.address, token, account_id)


def collected(membership: Membership) -> None:
    collector = Collector(membership.context.database, b"key")
    collector.prepare()
    while collector.collect():
        pass


@pytest.fixture(scope="module")
def member_id(membership: Membership) -> str:
    body = {
        "unit_id": membership.unit(UNION).id, "name": "Sample Looked At", "birth_date": "1990-02-03", "sex": "female",
        "national_number": NUMBER,
    }  # fmt: skip
    answer = membership.keeper(UNION).post("/members", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@pytest.mark.parametrize(
    "written", ["1990123456789", "১৯৯০১২৩৪৫৬৭৮৯", " 1990 123-456 789", "１９９０１２３４５６７８９"]
)
def test_identity_and_membership_make_one_digest_of_one_number(membership: Membership, written: str) -> None:
    rules = membership.context.rules
    assert compact(written) == number_in(written, rules, membership.context.clock.today()).text == NUMBER


def test_a_person_sees_who_looked_newest_first_and_the_look_itself_is_written_down(
    membership: Membership, member_id: str
) -> None:
    keeper = membership.keeper(UNION)
    keeper.get(f"/members/{member_id}")
    keeper.post("/members/lookup", {"national_number": NUMBER})
    collected(membership)
    me = signed_in(membership, index_of(membership, NUMBER))
    seen: Json = me.get("/me/looks").json()
    unit = membership.unit(UNION)
    assert seen["member"] == {"id": member_id, "unit_id": unit.id, "unit_names": dict(unit.names)}
    assert [look["action"] for look in seen["items"]] == [
        "member.looked_up",
        "member.read",
        "member.registered",
    ]
    assert {look["actor_name"] for look in seen["items"]} == {"A. Tester"}
    assert seen["items"][0]["unit_names"] == dict(unit.names)
    assert seen["truncated"] is False
    collected(membership)
    again: Json = me.get("/me/looks").json()
    assert again["items"][0]["action"] == "member.looks_read"


def test_nobody_sees_another_persons(membership: Membership, member_id: str) -> None:
    nothing: Json = {"member": None, "items": [], "truncated": False, "next": None, "total": 0}
    for index in ("", index_of(membership, "1990123456780"), NUMBER, member_id):
        assert signed_in(membership, index).get("/me/looks").json() == nothing
    with_rights = membership.keeper(UNION)
    assert with_rights.get("/me/looks").json() == nothing
    for asked in ({"member_id": member_id}, {"number_index": index_of(membership, NUMBER)}):
        refused = signed_in(membership, "").get("/me/looks", **asked)
        assert (refused.status_code, refused.json()["errors"][0]["type"]) == (422, "/problems/not-asked")


def test_nobody_sees_anything_without_being_signed_in(membership: Membership) -> None:
    assert Client(membership.address, "", "").get("/me/looks").status_code == 401


def test_entries_about_ones_own_account_are_ones_own_to_see(membership: Membership) -> None:
    me, other = signed_in(membership, ""), signed_in(membership, "")
    unit = membership.unit(UNION)
    about_me = AuditEntry("sample.account_looked_at", unit.id, unit.path, subject_id=me.account_id)
    membership.context.reads.record(about_me)
    collected(membership)
    (seen,) = me.get("/audit/mine").json()["items"]
    assert (seen["action"], seen["unit_id"], seen["service"]) == (about_me.action, unit.id, "membership")
    assert "details" not in seen
    assert other.get("/audit/mine").json() == {"items": [], "truncated": False, "next": None, "total": 0}
    assert other.get("/audit/mine", actor=me.account_id).status_code == 422
    assert me.get("/audit").status_code == 403
