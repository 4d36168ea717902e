"""What may be recorded of a member, field by field."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.domain.counting import Place, contribution, counts_of
from membership.domain.leaving import leaving_day
from membership.domain.members import Counts, Details, Member, MemberRules, Sex, Status, age_on, checked
from servicekit.refusals import Invalid
from servicekit.tree.rollup.figures import recount
from servicekit.words.dates import Year
from servicekit.words.national_numbers import schemes_of

TODAY = date(2026, 3, 31)
RULES = MemberRules()


def details(**changes: Any) -> Details:
    valid = Details(
        name="Rahima Khatun",
        birth_date=date(1980, 5, 1),
        sex=Sex.FEMALE,
        admission_date=date(2005, 1, 1),
        official_date=date(2006, 1, 1),
        card_number="BD/2005/17",
        national_number="9990000012345",
        phone="+8801700000000",
    )
    return replace(valid, **changes)


def faults(given_details: Details, rules: MemberRules = RULES) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        checked(given_details, rules, TODAY)
    return {field: type(fault).__name__ for field, fault in refused.value.fields}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": "  "}, {"name": "NameEmpty"}),
        ({"name": "\u200d\u200c"}, {"name": "NameEmpty"}),
        ({"name": "Rahima\x00"}, {"name": "NameUnprintable"}),
        ({"birth_date": date(1900, 1, 1)}, {"birth_date": "BirthTooLongAgo"}),
        ({"admission_date": date(1979, 1, 1)}, {"admission_date": "AdmissionBeforeBirth"}),
        ({"admission_date": date(1998, 4, 30)}, {"admission_date": "TooYoung"}),
        ({"admission_date": None}, {"official_date": "AdmissionMissing"}),
        ({"official_date": date(2004, 12, 31)}, {"official_date": "OfficialBeforeAdmission"}),
        ({"official_date": date(2026, 4, 1)}, {"official_date": "DateInFuture"}),
        ({"admission_date": date(2026, 4, 1), "official_date": None}, {"admission_date": "DateInFuture"}),
        ({"card_number": "17;DROP"}, {"card_number": "NumberMisshaped"}),
        ({"national_number": "999"}, {"national_number": "NumberMisshaped"}),
        ({"national_number": "99900000123456789012"}, {"national_number": "NumberMisshaped"}),
        ({"phone": "017-AB"}, {"phone": "NumberMisshaped"}),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(changes: dict[str, object], expected: dict[str, str]) -> None:
    assert faults(details(**changes)) == expected


def test_a_birth_in_the_future_is_refused_also_without_other_dates() -> None:
    unborn = details(birth_date=date(2026, 4, 1), admission_date=None, official_date=None)
    assert faults(unborn) == {"birth_date": "DateInFuture"}


def test_all_wrong_fields_are_named_at_once() -> None:
    wrong = details(name="", official_date=date(2000, 1, 1), phone="x")
    assert set(faults(wrong)) == {"name", "official_date", "phone"}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("৯৯৯০০০০০১২৩৪৫", "9990000012345"),
        ("٩٩٩٠٠٠٠٠١٢٣٤٥", "9990000012345"),
        (" 999 0000 0123-45 ", "9990000012345"),
        ("", None),
        (None, None),
    ],
)
def test_a_national_number_is_one_however_its_digits_are_written(
    typed: str | None, stored: str | None
) -> None:
    assert checked(details(national_number=typed), RULES, TODAY).national_number == stored


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("(০১৭) ১২৩-৪৫৬৭", "+880171234567"), ("+880 1700 000000", "+8801700000000"), (" ", None)],
)
def test_a_phone_number_loses_its_ornaments(typed: str, stored: str | None) -> None:
    assert checked(details(phone=typed), RULES, TODAY).phone == stored


def test_a_name_is_kept_in_nfc_with_single_blanks() -> None:
    typed = "  Đặng   Thi\u0323 "
    assert checked(details(name=typed), RULES, TODAY).name == "Đặng Th\u1ecb"


def test_another_country_has_other_forms_and_another_age() -> None:
    rules = MemberRules(minimum_age=16, national_number=r"[A-Z]{2}\d{6}")
    young = details(admission_date=date(1996, 5, 1), national_number="AB123456")
    assert checked(young, rules, TODAY).national_number == "AB123456"


@pytest.mark.parametrize(
    ("admission", "official", "status"),
    [
        (None, None, Status.APPLICANT),
        (date(2025, 5, 1), None, Status.PROBATIONARY),
        (date(2025, 5, 1), date(2025, 5, 1), Status.OFFICIAL),
    ],
)
def test_the_status_follows_from_the_dates(
    admission: date | None, official: date | None, status: Status
) -> None:
    assert details(admission_date=admission, official_date=official).status is status


def test_who_is_born_on_29_february_turns_18_on_1_march() -> None:
    assert age_on(date(2004, 2, 29), date(2022, 2, 28)) == 17
    assert age_on(date(2004, 2, 29), date(2022, 3, 1)) == 18


@pytest.mark.parametrize(
    ("birth", "admission", "fault"),
    [
        (Year(1980), date(1998, 1, 1), None),  # born on 1 January or later: eighteen is possible
        (Year(1981), date(1998, 1, 1), "TooYoung"),
        (Year(1999), date(1998, 1, 1), "AdmissionBeforeBirth"),
        (Year(TODAY.year + 1), None, "DateInFuture"),
        (Year(TODAY.year - 121), None, None),
        (Year(TODAY.year - 122), None, "BirthTooLongAgo"),
    ],
)
def test_of_a_year_alone_only_what_cannot_be_is_refused(
    birth: Year, admission: date | None, fault: str | None
) -> None:
    known = details(birth_date=birth, admission_date=admission, official_date=None)
    if fault is None:
        assert checked(known, RULES, TODAY).birth_date == birth
    else:
        assert set(faults(known).values()) == {fault}


def test_a_name_without_a_letter_is_none() -> None:
    for name in ("\u200f", "…", "\u3164", "\u2800", " - "):
        assert faults(details(name=name)) == {"name": "NameEmpty"}


DAYS = st.dates(date(1890, 1, 1), date(2040, 1, 1))


@given(
    name=st.text(max_size=30),
    birth=DAYS,
    admission=st.none() | DAYS,
    official=st.none() | DAYS,
    number=st.none() | st.text(max_size=20),
)
def test_what_is_accepted_is_in_order_and_accepted_again_unchanged(
    name: str, birth: date, admission: date | None, official: date | None, number: str | None
) -> None:
    try:
        kept = checked(Details(name, birth, Sex.OTHER, admission, official, None, number, None), RULES, TODAY)
    except Invalid:
        return
    assert checked(kept, RULES, TODAY) == kept
    assert isinstance(kept.birth_date, date)
    assert kept.birth_date <= TODAY
    if kept.admission_date:
        assert age_on(kept.birth_date, kept.admission_date) >= RULES.minimum_age
    if kept.official_date:
        assert kept.admission_date is not None
        assert kept.admission_date <= kept.official_date <= TODAY


@given(st.lists(st.sampled_from(list(Status))))
def test_a_unit_counts_its_own_members_and_all_below_by_status(statuses: list[Status]) -> None:
    lines = [contribution(Place(("r", "a"), status)) for status in statuses]
    gone = contribution(Place(("r", "a"), None))
    sums = recount([*lines, gone])
    own, every = counts_of(sums.get("a", {}))
    assert own == every == counts_of(sums.get("r", {}))[1]
    assert counts_of(sums.get("r", {}))[0] == Counts()
    assert [getattr(own, status.value) for status in Status] == [statuses.count(status) for status in Status]
    assert own.total == len(statuses)


@pytest.mark.parametrize(
    ("member", "on", "refusal"),
    [
        (details(admission_date=None, official_date=None), date(1, 1, 1), "LeftBeforeBirth"),
        (details(admission_date=None, official_date=None), date(1980, 4, 30), "LeftBeforeBirth"),
        (
            details(birth_date=Year(1980), admission_date=None, official_date=None),
            date(1979, 12, 31),
            "LeftBeforeBirth",
        ),
        (details(), date(2005, 12, 31), "LeftBeforeOfficial"),
        (details(), date(2004, 12, 31), "LeftBeforeAdmission"),
        (details(), date(2026, 4, 1), "DateInFuture"),
        (details(), date(2006, 1, 1), None),
        (details(admission_date=None, official_date=None), date(1980, 5, 1), None),
    ],
)
def test_nobody_leaves_before_they_came(member: Details, on: date, refusal: str | None) -> None:
    there = Member("m", 1, "u", ("r", "u"), member)
    if refusal is None:
        assert leaving_day(there, on, TODAY) == on
        return
    with pytest.raises(Invalid) as refused:
        leaving_day(there, on, TODAY)
    assert (type(refused.value).__name__, refused.value.field) == (refusal, "on")


def test_a_number_of_another_country_that_lost_its_zeros_is_no_number_here() -> None:
    vietnam = MemberRules(schemes=schemes_of("VN"), country="VN")
    assert faults(details(national_number="1099012345", phone=None), vietnam) == {
        "national_number": "NumberMisshaped"
    }
    assert faults(details(national_number="001099012345")) == {"national_number": "NumberMisshaped"}
    for raised in ("²234567890", "①234567890", "1234567½90"):
        assert "national_number" in faults(details(national_number=raised))
