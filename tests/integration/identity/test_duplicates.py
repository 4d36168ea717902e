"""The same person through two providers: two accounts, noticed once, joined by nobody."""

from datetime import UTC, datetime

import pytest

from identity.eid.id_token import Person
from identity.operations import NoGrant, account_of
from tests.people import citizens
from tests.processes import House
from tests.scene import first_people, identity_operations

NUMBER = citizens()["hq-organiser"]["national_number"]


def through(issuer: str, subject: str = "s") -> Person:
    return Person(
        issuer=issuer,
        subject=subject,
        level=2,
        auth_time=datetime.now(UTC),
        national_number=NUMBER,
        name="Sample",
        email="",
    )


def test_two_accounts_of_one_number_are_noticed_once_and_stay_two(house: House) -> None:
    with identity_operations(house) as outside:
        first_people(outside)
        first = account_of(outside, through("https://one.example"), "en")
        accounts = outside.store.accounts.collection
        for _ in range(2):
            with pytest.raises(NoGrant):  # the second account holds no grant, and gets none by being noticed
                account_of(outside, through("https://two.example"), "en")
        second = accounts.find_one({"login": "https://two.example s"})
        assert second is not None
        assert second["_id"] != first["_id"]
        assert second["same_person"] == [first["_id"]]
        noticed = [item for item in second["_outbox"] if item.get("action") == "account.duplicate_noticed"]
        assert len(noticed) == 1
