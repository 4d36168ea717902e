"""What a search shows: the best first, what is only nearly meant last, nothing that found nothing."""

from portal.search.views import Hit, Part, found_holder, in_order, named

NAMES = {"one": ["Congresses 2026", "২০২৬ সালের সম্মেলন"], "two": ["Congresses 2025"], "three": ["Audit"]}


def found(words: str) -> tuple[list[str], bool]:
    return named(words, NAMES, lambda key: NAMES[key])


def test_whole_names_come_first_and_each_script_is_searched() -> None:
    assert found("congresses 2026") == (["one"], False)
    assert found("congr") == (["one", "two"], False)
    assert found("সম্মেলন") == (["one"], False)


def test_where_nothing_is_named_so_what_is_nearly_named_so_is_meant() -> None:
    assert found("audti") == (["three"], True)
    assert found("zzzz") == ([], False)


def test_what_is_meant_stands_behind_what_is_named_so_and_empty_parts_nowhere() -> None:
    hit = Hit("/x", text="X")
    parts = [Part("Units", [hit], meant=True), Part("Plans", []), Part("Pages", [hit])]
    parts.append(Part("Members", (), beyond="/units/u/members?q=x"))
    assert [one.title for one in in_order(parts)] == ["Pages", "Members", "Units"]


def test_a_part_leads_to_all_of_it_where_it_shows_not_all() -> None:
    assert Part("Units", [Hit("/x")], total=9, more="/units?q=x").is_cut
    assert Part("Units", [Hit("/x")], total=None, more="/units?q=x").is_cut
    assert not Part("Units", [Hit("/x")], total=1, more="/units?q=x").is_cut
    assert not Part("Pages", [Hit("/x")], total=9).is_cut


def test_a_holder_leads_to_the_access_of_the_unit_only_where_that_is_read() -> None:
    holder = {"name": "A. Holder", "office_phone": "+8801711223344", "office_email": ""}
    unit = {"id": "u", "names": {"en": "North"}, "code": "N1"}
    answer = {"holder": holder, "unit": unit, "roles": [{"key": "clerk", "names": {"en": "Clerk"}}]}
    read, in_line = (found_holder({**answer, "reads_access": reads}) for reads in (True, False))
    assert (read.link, in_line.link) == ("/units/u/access", "/units/u")
    assert (read.name, read.unit, read.roles, read.phone, read.email) == (
        "A. Holder", {"en": "North"}, [{"en": "Clerk"}], "+8801711223344", "",
    )  # fmt: skip
