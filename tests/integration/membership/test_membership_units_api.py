"""Looking at the tree over HTTP, each caller within their reach."""

from tests.integration.membership.conftest import Membership


def test_levels_are_told_top_first(membership: Membership) -> None:
    answer = membership.superior("BD").get("/levels")
    assert answer.status_code == 200
    assert [level["key"] for level in answer.json()["levels"]] == [
        "centre",
        "division",
        "district",
        "upazila",
        "union",
    ]
    assert answer.json()["levels"][2]["names"]["bn"] == "জেলা"
