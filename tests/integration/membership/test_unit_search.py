"""A unit is found as people write its name: joined or split, by other names, by its code, and after it has ended."""

from dataclasses import replace
from datetime import date

import pytest
from pymongo import monitoring

from membership.app import open_context
from membership.domain.units import Unit
from membership.migrations import MIGRATIONS
from membership.operations import import_units
from servicekit.ids import new_id
from tests.integration.membership.conftest import Membership, settings_of

MORE = """code,parent_code,level,name_en,name_bn,also_en,also_bn
BD-X1,BD-D01,upazila,Kalirbazer,কালীরবাজার,Kali Bazar ; Old Market; Kali Bazar,র\u200d্যালি গঞ্জ
BD-X2,BD-D01,upazila,Kalir Bazar,কালীর বাজার,,
BD-X3,BD-D01,upazila,\u0110\u1ed1ng \u0110a,,,
BD-X4,BD-D01,upazila,Mohanpur Purba,,,
BD-X5,BD-D02,upazila,Mohanpur Paschim,,,
BD-X6,BD-D01,upazila,Zafrangonj,জাফরান্গঞ্জ,,
BD-X7,BD-D02,upazila,Zafrangonj Sadar,,,
BD-X8,BD-D02,upazila,Zafrangonjpara,,,
BD-X9,BD-X8,union,Zafrangonj,,,
"""


@pytest.fixture(scope="module")
def searched(membership: Membership) -> Membership:
    import_units(membership.context, MORE.encode())
    return membership


def codes(found: Membership, query: str, code: str = "BD") -> list[str]:
    answer = found.superior(code).get("/units", q=query, limit=200)
    assert answer.status_code == 200, answer.text
    return [one["code"] for one in answer.json()["items"]]


@pytest.mark.parametrize(
    "typed",
    ["Kalirbazer", "kalir bazer", "KALIRBAZ", "কালীরবাজার", "কালীর বাজার", "কালীর\u200cবাজার", "Kalir\u200bbazer"],
)
def test_a_joined_name_is_found_split_and_joined(searched: Membership, typed: str) -> None:
    assert "BD-X1" in codes(searched, typed)


@pytest.mark.parametrize("typed", ["Kalir Bazar", "kalirbazar", "kalirba", "কালীরবাজার", "কালীর বাজা"])
def test_a_split_name_is_found_joined_and_split(searched: Membership, typed: str) -> None:
    assert "BD-X2" in codes(searched, typed)


@pytest.mark.parametrize("typed", ["Đống Đa", "Ðống Ða", "dong da", "dongda", "ĐỐNG"])
def test_the_letters_that_are_typed_for_it_find_a_name_with_d_stroke(
    searched: Membership, typed: str
) -> None:
    assert "BD-X3" in codes(searched, typed)


@pytest.mark.parametrize("typed", ["BD-N0129", "N0129", "n0129", "n০১২৯", " bd n0129 ", "\u200eN0129"])
def test_a_code_is_found_without_what_stands_before(searched: Membership, typed: str) -> None:
    assert "BD-N0129" in codes(searched, typed)


@pytest.mark.parametrize("typed", ["old market", "OldMarket", "kali bazar", "র‍্যালি গঞ্জ", "র্যালিগঞ্জ"])
def test_other_names_are_imported_shown_and_found(searched: Membership, typed: str) -> None:
    found = searched.superior("BD").get("/units", q=typed).json()["items"]
    (unit,) = [one for one in found if one["code"] == "BD-X1"]
    assert unit["also"] == {"en": ["Kali Bazar", "Old Market"], "bn": ["র\u200d্যালি গঞ্জ"]}
    assert searched.superior("BD").get(f"/units/{unit['id']}").json()["also"] == unit["also"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [("Barishal", "BD-V04"), ("cumilla", "BD-D01"), ("Jessore", "BD-D20"), ("bogra", "BD-D14")],
)
def test_the_sample_is_found_by_other_spellings(searched: Membership, typed: str, code: str) -> None:
    assert code in codes(searched, typed)


def test_other_names_stay_where_a_file_has_no_column_for_them(searched: Membership) -> None:
    import_units(searched.context, b"code,parent_code,level,name_en\nBD-X1,BD-D01,upazila,Kalirbazer\n")
    assert searched.unit("BD-X1").also["en"] == ("Kali Bazar", "Old Market")


def test_what_bears_the_whole_name_comes_first_then_higher_levels(searched: Membership) -> None:
    assert codes(searched, "zafrangonj") == ["BD-X6", "BD-X9", "BD-X7", "BD-X8"]


@pytest.mark.parametrize(
    "typed", ["zafrangunj", "zafran gunj", "Zafangonj", "zfarangonj", "জাফরানগঞ্জ", "জাফরান্গন্জ"]
)
def test_where_nothing_is_named_so_what_is_nearly_named_so_is_meant(searched: Membership, typed: str) -> None:
    answer = searched.superior("BD").get("/units", q=typed).json()
    assert (answer["meant"], answer["items"][0]["code"]) == (True, "BD-X6")


def test_what_is_named_so_is_found_without_its_neighbours(searched: Membership) -> None:
    answer = searched.superior("BD").get("/units", q="Zafrangonj Sadar").json()
    assert (answer["meant"], [one["code"] for one in answer["items"]]) == (False, ["BD-X7"])


def test_nothing_out_of_reach_is_meant(searched: Membership) -> None:
    found = searched.superior("BD-D01").get("/units", q="zafrangunj").json()["items"]
    assert [one["code"] for one in found] == ["BD-X6"]
    assert searched.superior("BD-D12").get("/units", q="zafrangunj").json() == {
        "items": [],
        "next": None,
        "total": 0,
        "meant": False,
    }


def test_a_successor_is_meant_by_nearly_the_name_of_what_has_ended(ended: Membership) -> None:
    found = ended.superior("BD").get("/units", q="Mohangorh").json()["items"]
    assert {one["code"] for one in found} == {"BD-X4", "BD-X5"}


@pytest.fixture(scope="module")
def ended(searched: Membership) -> Membership:
    """Mohanpur, which was split; before it, Mohanganj, which had gone into Mohanpur; and one without successors."""
    above = searched.unit("BD-D01")
    heirs = tuple(searched.unit(code).id for code in ("BD-X4", "BD-X5"))

    def an_ended(code: str, name: str, successors: tuple[str, ...]) -> Unit:
        unit_id = new_id()
        return replace(
            above,
            id=unit_id,
            code=code,
            names={"en": name},
            also={},
            parent_id=above.id,
            path=(*above.path, unit_id),
            valid_to=date(2025, 1, 1),
            successors=successors,
        )

    split = an_ended("BD-E1", "Mohangarh", heirs)
    earlier = an_ended("BD-E2", "Mohanganj Thana", (split.id,))
    alone = an_ended("BD-E3", "Mohanabad", ())
    circle = an_ended("BD-E4", "Mohanchakra", ())
    circle = replace(circle, successors=(circle.id,))
    searched.context.units.write([split, earlier, alone, circle], [])
    return searched


@pytest.mark.parametrize("typed", ["Mohangarh", "mohan garh", "Mohanganj", "BD-E1", "E2"])
def test_the_name_of_an_ended_unit_leads_to_those_it_went_into(ended: Membership, typed: str) -> None:
    found = ended.superior("BD").get("/units", q=typed).json()["items"]
    assert {one["code"] for one in found if one["instead_of"]} == {"BD-X4", "BD-X5"}
    assert all(one["valid_to"] is None for one in found)


def test_the_code_of_an_ended_unit_leads_to_those_it_went_into(ended: Membership) -> None:
    found = ended.superior("BD").get("/units", code="BD-E2").json()["items"]
    assert [one["code"] for one in found] == ["BD-X4", "BD-X5"]
    assert found[0]["instead_of"][0]["names"] == {"en": "Mohanganj Thana"}


@pytest.mark.parametrize("typed", ["Mohanabad", "Mohanchakra"])
def test_an_ended_unit_that_went_into_nothing_is_not_found(ended: Membership, typed: str) -> None:
    assert codes(ended, typed) == []


def test_a_successor_out_of_reach_is_not_told(ended: Membership) -> None:
    assert codes(ended, "Mohangarh", "BD-D01") == ["BD-X4"]
    assert codes(ended, "Mohangarh", "BD-D12") == []


class Finds(monitoring.CommandListener):
    def __init__(self) -> None:
        self.filters: list[dict[str, object]] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name == "find" and event.command["find"] == "units":
            self.filters.append(dict(event.command["filter"]))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None: ...

    def failed(self, event: monitoring.CommandFailedEvent) -> None: ...


def test_a_search_asks_for_equal_values_of_one_indexed_field_only(ended: Membership) -> None:
    """Anything else scans the collection on the embedded database."""
    finds = Finds()
    monitoring.register(finds)  # for clients made from now on
    context = open_context(settings_of(ended.house))
    for typed in ("kalir bazer", "N0129", "a b c d e f g h", "mohan", "sadar dakshin union"):
        context.units.named(typed, [ended.unit("BD").id])
    context.database.client.close()
    assert finds.filters
    indexed = set()
    for asked in finds.filters:
        ((field, value),) = asked.items()
        assert isinstance(value, str) or list(value) == ["$in"]  # type: ignore[call-overload]
        indexed.add(field)
    assert indexed <= {"search", "code_keys", "parent_id", "_id"}


def test_names_stored_before_are_found_after_the_migration(searched: Membership) -> None:
    """As the version before wrote them: without other names and keys of codes, and cut where a mark stood."""
    context = open_context(settings_of(searched.house))
    units = context.database.mongo["units"]
    unit_id = searched.unit("BD-N2951").id
    units.update_one(
        {"_id": unit_id},
        {
            "$set": {"names.bn": "ব্রা\u200fহ্মন্দী", "search": ["ব্", "ব্র", "ব্রা"]},
            "$unset": {"code_keys": "", "also": ""},
        },
    )
    assert "BD-N2951" not in codes(searched, "ব্রাহ্মন্দী")
    for _ in range(2):
        MIGRATIONS[1].run(context.database)
        assert "BD-N2951" in codes(searched, "ব্রাহ্মন্দী")
        assert "BD-N2951" in codes(searched, "N2951")
    context.database.client.close()
