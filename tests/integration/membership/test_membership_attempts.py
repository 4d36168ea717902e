"""Refusals of a signed-in person are entries of the audit; a flood of them is a few."""

from typing import Any

from servicekit.ids import id_from
from tests.integration.membership.conftest import Client, Membership

Json = dict[str, Any]


def attempts_of(membership: Membership, client: Client) -> list[Json]:
    """Entries of one person, wherever they are waiting."""
    waiting = [
        item
        for document in membership.context.database.mongo["attempts"].find({})
        for item in document.get("_outbox", [])
    ]
    return sorted(
        (item for item in waiting if item["actor"] == client.account_id), key=lambda item: item["at"]
    )


def test_what_is_not_allowed_and_what_is_out_of_reach_is_written_down(membership: Membership) -> None:
    superior = membership.superior("BD-D01")
    unit = membership.unit("BD-D01").id
    assert superior.get("/members", unit_id=unit).status_code == 403
    keeper = membership.keeper("BD-D01")
    assert keeper.get(f"/units/{membership.unit('BD-D02').id}").status_code == 404
    (refused,) = attempts_of(membership, superior)
    assert (refused["action"], refused["outcome"]) == ("attempt.refused", "refused")
    assert refused["unit_id"] == refused["details"]["asked_for_unit"] == unit
    assert refused["details"]["permission"] == "members:read"
    assert unit in refused["unit_path"]
    (sought,) = attempts_of(membership, keeper)
    assert sought["details"]["why"] == "unknown-here"
    assert sought["unit_id"] == membership.unit("BD-D01").id
    assert sought["details"]["asked_for_unit"] == membership.unit("BD-D02").id


def test_what_was_typed_is_in_no_entry(membership: Membership) -> None:
    superior = membership.superior("BD-D01")
    typed = {"unit_id": membership.unit("BD-D01").id, "names": {"en": "Marked Name"}, "phone": "01712345678"}
    assert superior.post("/members", typed).status_code in (403, 422)
    assert superior.get("/members/9990000000011").status_code == 403
    assert superior.get("/members", unit_id="Marked Name").status_code == 403
    found = attempts_of(membership, superior)
    assert found
    for typed_in in ("Marked", "017123", "999000"):
        assert typed_in not in str(found)


def test_a_flood_of_refusals_is_a_few_entries_and_none_is_lost_in_the_count(membership: Membership) -> None:
    superior = membership.superior("BD-D01")
    for _ in range(25):
        assert superior.get("/members").status_code == 403
    written = attempts_of(membership, superior)
    assert len(written) <= 4, "two, and twice that where a minute ends meanwhile"
    operation = written[0]["details"]["operation"]
    kept = membership.context.database.mongo["attempts"].find_one(
        {"_id": id_from(superior.account_id, operation)}
    )
    assert kept is not None
    told = sum(entry["details"]["left_out"] for entry in written)
    assert len(written) + told + kept["left_out"] == 25


def test_what_is_wrong_in_a_request_is_no_attempt(membership: Membership) -> None:
    keeper = membership.keeper("BD-D01")
    assert keeper.get("/members", limit="x").status_code == 422
    assert keeper.send("POST", "/members", json={}).status_code in (422, 428)
    assert keeper.send("POST", "/members/lookup", json={"national_number": "1"}).status_code == 422
    assert attempts_of(membership, keeper) == []
