import re
from pathlib import Path

import pytest

from practice_eid.citizens import CitizensFileRefused, read_citizens, subject_of
from practice_eid.settings import EXAMPLES

ONE = """
[[citizens]]
key = "clerk"
name_en = "Sample Clerk"
name_bn = "নমুনা করণিক"
national_number = "9990000000011"
birthdate = "1990-01-01"
email = "clerk@example.org"
level = 2
description_en = "A clerk."
description_bn = "একজন করণিক।"
description_vi = "Một văn thư."
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "citizens.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_sample_citizens_are_the_twelve_the_story_needs() -> None:
    citizens = read_citizens(EXAMPLES / "citizens.toml")
    assert set(citizens) == {
        *("hq-organiser", "hq-second", "hq-approver", "auditor", "division-supervisor", "district-secretary"),
        *("upazila-clerk", "union-clerk", "two-posts", "ended-grant", "no-grant", "low-level"),
    }
    assert [key for key, citizen in citizens.items() if citizen.level == 1] == ["low-level"]
    assert all(citizen.email == f"{key}@example.org" for key, citizen in citizens.items())


def test_every_sample_citizen_is_plainly_invented() -> None:
    for citizen in read_citizens(EXAMPLES / "citizens.toml").values():
        assert citizen.name_en.startswith("Sample ")
        assert citizen.name_bn.startswith("নমুনা ")
        assert citizen.national_number.startswith("999000")


def test_a_good_file_is_read(tmp_path: Path) -> None:
    assert read_citizens(written(tmp_path, ONE))["clerk"].name("bn") == "নমুনা করণিক"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "there is no citizen"),
        ("citizens = ", "cannot be read"),
        (ONE.replace('email = "clerk@example.org"\n', ""), "citizen 1: email is missing"),
        (ONE + "shoe_size = 41\n", "citizen 1: shoe_size is unknown"),
        (ONE.replace("level = 2", 'level = "2"'), "level is not a int"),
        (ONE.replace("level = 2", "level = true"), "level is not a int"),
        (ONE.replace("level = 2", "level = 4"), "level is none of (1, 2, 3)"),
        (ONE.replace("9990000000011", "999000000001"), "national_number is not 13 digits"),
        (ONE.replace("1990-01-01", "1990-02-30"), "birthdate is not a date"),
        (ONE + ONE.replace("9990000000011", "9990000000028"), "key 'clerk' is used twice"),
        (ONE + ONE.replace('"clerk"', '"other"'), "national_number '9990000000011' is used twice"),
    ],
)
def test_a_file_with_a_fault_is_refused_by_name(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(CitizensFileRefused, match=re.escape(fault)):
        read_citizens(written(tmp_path, text))


def test_a_subject_is_stable_opaque_and_different_for_each_relying_party(tmp_path: Path) -> None:
    citizen = read_citizens(written(tmp_path, ONE))["clerk"]
    subject = subject_of(citizen, "sammelan")
    assert subject == subject_of(citizen, "sammelan")
    assert subject != subject_of(citizen, "another")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", subject)
