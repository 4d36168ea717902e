"""Looking at the tree over HTTP, each caller within their reach."""

import pytest
import requests

from membership.domain.units import Unit
from servicekit.refusals import Forbidden, NotFound
from tests.integration.membership.conftest import Client, Membership


def district(membership: Membership) -> Unit:
    return membership.unit("BD-D12")


def codes(answer: requests.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [unit["code"] for unit in answer.json()["items"]]


def test_levels_are_told_top_first(membership: Membership) -> None:
    answer = membership.superior("BD").get("/levels")
    assert answer.status_code == 200
    levels = answer.json()["levels"]
    assert [level["key"] for level in levels] == ["centre", "division", "district", "upazila", "union"]
    assert levels[2]["names"]["bn"] == "জেলা"


def test_a_unit_comes_with_those_above_it_and_the_number_directly_below(membership: Membership) -> None:
    unit = district(membership)
    answer = membership.superior("BD").get(f"/units/{unit.id}")
    assert answer.status_code == 200
    seen = answer.json()
    assert seen["names"] == dict(unit.names)
    assert [above["level"] for above in seen["ancestors"]] == ["centre", "division"]
    assert [above["id"] for above in seen["ancestors"]] == list(unit.path[:-1])
    assert seen["path"] == list(unit.path)
    assert seen["attributes"].keys() == {"latitude", "longitude"}
    assert (
        seen["children_count"]
        == len(membership.superior("BD").get(f"/units/{unit.id}/children", limit=200).json()["items"])
        > 0
    )


def test_children_are_paged_in_the_order_of_their_codes(membership: Membership) -> None:
    caller = membership.superior("BD")
    unit = district(membership)
    whole = codes(caller.get(f"/units/{unit.id}/children", limit=200))
    assert whole == sorted(whole)
    paged: list[str] = []
    after = ""
    while True:
        page = caller.get(f"/units/{unit.id}/children", limit=3, **({"after": after} if after else {}))
        paged += codes(page)
        after = page.json()["next"]
        if after is None:
            break
    assert paged == whole


def test_what_lies_outside_ones_reach_is_as_unknown_as_what_does_not_exist(membership: Membership) -> None:
    unit = district(membership)
    caller = membership.superior("BD-D12")
    above = caller.get(f"/units/{unit.path[-2]}")
    beside = caller.get(f"/units/{membership.unit('BD-D13').id}")
    nowhere = caller.get("/units/nosuchunit")
    assert [answer.status_code for answer in (above, beside, nowhere)] == [404, 404, 404]
    problems = [{**answer.json(), "request_id": ""} for answer in (above, beside, nowhere)]
    assert problems[0] == problems[1] == problems[2]
    assert caller.get(f"/units/{membership.unit('BD-D13').id}/children").status_code == NotFound.status


def test_without_the_permission_a_visible_unit_is_forbidden(membership: Membership) -> None:
    unit = district(membership)
    caller = membership.caller(unit, "members:count")
    assert caller.get(f"/units/{unit.id}").status_code == Forbidden.status


@pytest.mark.parametrize("path", ["/levels", "/units/roots", "/units?q=dhaka", "/members?unit_id=x"])
def test_nobody_in_particular_must_sign_in(membership: Membership, path: str) -> None:
    anybody = Client(membership.address, "", "")
    assert anybody.get(path).status_code == 401


def test_the_roots_are_where_ones_reach_begins(membership: Membership) -> None:
    assert codes(membership.superior("BD").get("/units/roots")) == ["BD"]
    assert codes(membership.superior("BD-D12").get("/units/roots")) == ["BD-D12"]


@pytest.mark.parametrize("query", ["chattagram", "CHATTA", "চট্টগ্রাম", "চট্ট"])
def test_a_unit_is_found_by_its_name_in_either_language_higher_levels_first(
    membership: Membership, query: str
) -> None:
    found = membership.superior("BD").get("/units", q=query).json()["items"]
    assert found[0]["code"] == "BD-V01"
    assert [len(unit["path"]) for unit in found] == sorted(len(unit["path"]) for unit in found)


def test_a_search_stays_within_ones_reach_and_below_what_is_asked(membership: Membership) -> None:
    everything = membership.superior("BD").get("/units", q="char", limit=200).json()["items"]
    unit = district(membership)
    mine = membership.superior("BD-D12").get("/units", q="char", limit=200).json()["items"]
    below = membership.superior("BD").get("/units", q="char", below=unit.id, limit=200).json()["items"]
    expected = [one["id"] for one in everything if unit.id in one["path"]]
    assert len(everything) > len(expected)
    assert [one["id"] for one in mine] == [one["id"] for one in below] == expected


def test_a_search_below_a_unit_out_of_reach_is_refused(membership: Membership) -> None:
    other = membership.unit("BD-D13")
    assert membership.superior("BD-D12").get("/units", q="char", below=other.id).status_code == 404


def test_a_unit_is_found_by_its_code_within_reach_only(membership: Membership) -> None:
    assert codes(membership.superior("BD").get("/units", code="BD-D13")) == ["BD-D13"]
    assert codes(membership.superior("BD-D12").get("/units", code="BD-D13")) == []
    assert codes(membership.superior("BD").get("/units", code="XX")) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "/q"),
        ({"q": "x" * 81}, "/q"),
        ({"q": "dhaka", "limit": "0"}, "/limit"),
        ({"q": "dhaka", "limit": "201"}, "/limit"),
        ({"q": "dhaka", "limit": "many"}, "/limit"),
        ({"q": "dhaka", "below": '{"$ne": null}'}, "/below"),
    ],
)
def test_a_wrong_query_is_refused_by_the_name_of_its_field(
    membership: Membership, query: dict[str, str], field: str
) -> None:
    answer = membership.superior("BD").get("/units", **query)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [field]


def test_one_letter_finds_nothing_rather_than_everything(membership: Membership) -> None:
    assert codes(membership.superior("BD").get("/units", q="d")) == []
