"""Sample members, plainly invented, so that a keeper's book is not empty.

The same seed makes the same people, whatever the day; who is there already is left alone.
"""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial

from membership.context import Context
from membership.domain.members import Details, Member, Sex, checked
from membership.domain.units import Unit
from servicekit.data.events import AuditEntry
from servicekit.ids import id_from

# How many members which unit gets: the units of the sample clerks, and some beside them.
MEMBERS: Mapping[str, int] = {
    "BD": 4,
    "BD-D01": 5,
    "BD-U011": 6,
    "BD-N0129": 14,
    "BD-N0130": 9,
    "BD-N0131": 5,
    "BD-N0132": 4,
    "BD-N0001": 3,
}
FIRST_NAMES: Mapping[Sex, tuple[tuple[str, str], ...]] = {
    Sex.FEMALE: (
        ("Akashi", "আকাশী"),
        ("Batashi", "বাতাসী"),
        ("Chhaya", "ছায়া"),
        ("Dipika", "দীপিকা"),
        ("Jhorna", "ঝর্ণা"),
        ("Malati", "মালতী"),
        ("Ritu", "ঋতু"),
        ("Shiuli", "শিউলি"),
    ),
    Sex.MALE: (
        ("Arun", "অরুণ"),
        ("Badal", "বাদল"),
        ("Dhruba", "ধ্রুব"),
        ("Megh", "মেঘ"),
        ("Prantor", "প্রান্তর"),
        ("Sagor", "সাগর"),
        ("Shyamol", "শ্যামল"),
        ("Uday", "উদয়"),
    ),
}
LAST_NAMES = (
    ("Nirmal", "নির্মল"),
    ("Purabi", "পূরবী"),
    ("Shishir", "শিশির"),
    ("Sobuj", "সবুজ"),
    ("Tarango", "তরঙ্গ"),
    ("Utsab", "উৎসব"),
)
PREFIX = ("Sample", "নমুনা")
# No registry of the sample country gives out numbers that begin so.
NATIONAL_NUMBERS_FROM = 9_990_001_000_000
BORN_FROM, BORN_TO = date(1950, 1, 1), date(2000, 12, 31)
LONGEST_WAIT = 30 * 365  # days from the eighteenth birthday to the admission
PROBATION = timedelta(days=365)
PER_UNIT = 1_000  # national and card numbers set aside for one unit


def make_sample_members(context: Context, seed: int = 1, members: Mapping[str, int] = MEMBERS) -> int:
    """Registers the missing ones of the sample; units that are not in the tree get none. Returns how many were new."""
    made = 0
    for place, (code, number) in enumerate(members.items()):
        unit = context.units.by_code(code)
        for position in range(number if unit and unit.live else 0):
            assert unit is not None  # noqa: S101 - for the type checker: no unit, no positions
            member_id = id_from("sample-member", str(seed), code, str(position))
            if context.members.find(member_id) is not None:
                continue
            details = _invented(
                random.Random(member_id),  # noqa: S311 - a sample must be the same each time
                place * PER_UNIT + position,
                context.clock.today(),
            )
            member = Member(
                member_id, 1, unit.id, unit.path, checked(details, context.rules, context.clock.today())
            )
            context.database.in_transaction(partial(_register, context, unit, member))
            made += 1
    return made


def _register(context: Context, unit: Unit, member: Member) -> None:
    context.units.hold(unit.id)
    entry = AuditEntry(
        "member.registered", unit.id, unit.path, "member", member.id, member.id, details={"sample": True}
    )
    context.members.insert(member, [entry])


def _invented(chance: random.Random, number: int, today: date) -> Details:
    sex = chance.choice((Sex.FEMALE, Sex.MALE))
    first, last = chance.choice(FIRST_NAMES[sex]), chance.choice(LAST_NAMES)
    script = number % 2
    born = BORN_FROM + timedelta(days=chance.randrange((BORN_TO - BORN_FROM).days))
    earliest = date(born.year + 18, born.month, 1) + timedelta(days=31)
    admitted = min(earliest + timedelta(days=chance.randrange(LONGEST_WAIT)), today - timedelta(days=90))
    status = chance.choices(("official", "probationary", "applicant"), (8, 1, 1))[0]
    official = admitted + PROBATION
    return Details(
        name=f"{PREFIX[script]} {first[script]} {last[script]}",
        birth_date=born,
        sex=sex,
        admission_date=None if status == "applicant" else admitted,
        official_date=official if status == "official" and official <= today else None,
        card_number=None if status == "applicant" else f"SAMPLE/{number:05}",
        national_number=str(NATIONAL_NUMBERS_FROM + number),
        phone=f"+880000{number:07}",
    )
