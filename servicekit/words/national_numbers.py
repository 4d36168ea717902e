"""National numbers: for each scheme its forms, check digits and which forms say the same person.

A scheme's `namespace` is whose numbers they are: equal digits in two namespaces are two people.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from servicekit.refusals import Invalid
from servicekit.words import N_
from servicekit.words.text import compact

LONGEST = 64  # signs as typed; no number of any scheme is near it
# The oldest birth year that a number may say; nobody alive was born before.
FIRST_YEAR = 1900
SHOWN_SIGNS = 3


class NationalNumberFaulty(Invalid):
    title = N_("This is not a national number of the expected form. Compare it with the card.")


class SchemeUnknown(Invalid):
    title = N_("There is no such kind of national number here.")


def _no_check(_number: str) -> bool:
    return True


def _only_itself(number: str, _year: int) -> tuple[str, ...]:
    return (number,)


@dataclass(frozen=True)
class Scheme:
    """`forms`: patterns of the whole number. `alike(number, year)`: every form of it up to that year, itself first."""

    key: str
    namespace: str
    forms: tuple[str, ...]
    holds: Callable[[str], bool] = _no_check
    alike: Callable[[str, int], tuple[str, ...]] = _only_itself
    apart: bool = False

    @property
    def name(self) -> str:
        """What an invitation names: the key, or the namespace where a provider has its own."""
        return self.namespace if self.apart else self.key or self.namespace

    def fits(self, number: str) -> bool:
        return any(re.fullmatch(form, number, re.ASCII) for form in self.forms) and self.holds(number)


def _weighed(number: str, weights: Sequence[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))


def _is_day(day: str, month: str) -> bool:
    return 1 <= int(day) <= 31 and 1 <= int(month) <= 12


def _fnr_holds(number: str) -> bool:
    """Two check digits (Skatteetaten); D-numbers add 40 to the day, numbers for tests 40 or 80 to the month."""
    day, month = int(number[:2]) % 40, int(number[2:4]) % 40
    first = _weighed(number, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11
    second = _weighed(number, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11
    return _is_day(str(day), str(month)) and first == second == 0


def _isikukood_holds(number: str) -> bool:
    """EVS 585: two rows of weights, the second where the first leaves ten. Other countries' numbers are not checked."""
    if number[:2].isalpha() and not number.startswith("EE"):
        return True
    digits = number.removeprefix("EE")
    rest = _weighed(digits, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    if rest == 10:
        rest = _weighed(digits, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10
    return rest == int(digits[-1]) and _is_day(digits[5:7], digits[3:5])


def _with_and_without_country(number: str, _year: int) -> tuple[str, ...]:
    """TARA writes the country before the number; people write their own without."""
    if number.isdecimal():
        return (number, f"EE{number}")
    return (number, number.removeprefix("EE")) if number.startswith("EE") else (number,)


def _nric_holds(number: str) -> bool:
    """The check letter of NRIC and FIN."""
    letters = {
        "S": (0, "JZIHGFEDCBA"),
        "T": (4, "JZIHGFEDCBA"),
        "F": (0, "XWUTRQPNMLK"),
        "G": (4, "XWUTRQPNMLK"),
        "M": (3, "XWUTRQPNJLK"),
    }
    more, row = letters[number[0]]
    return row[(_weighed(number[1:8], (2, 7, 6, 5, 4, 3, 2)) + more) % 11] == number[-1]


def _with_and_without_birth_year(number: str, year: int) -> tuple[str, ...]:
    """The seventeen digits of Bangladesh are the thirteen with the birth year before them; ten digits stand alone."""
    if len(number) == 17:
        return (number, number[4:])
    if len(number) == 13:
        return (number, *(f"{born}{number}" for born in range(FIRST_YEAR, year + 1)))
    return (number,)


# The numbers of the sample people: nobody's, for they begin with 999 and no check digit follows.
PRACTICE = Scheme("practice", "practice", (r"999\d{10}",))

SCHEMES: dict[str, Scheme] = {
    one.key: one
    for one in (
        Scheme("bd-nid", "bd", (r"\d{10}", r"\d{13}", r"(19|20)\d{15}"), alike=_with_and_without_birth_year),
        # Province 001 to 096, century and sex, two digits of the birth year, six of chance (Decree 137/2015).
        Scheme("vn-cccd", "vn", (r"0(?!00)([0-8]\d|9[0-6])[0-9]\d{8}",)),
        Scheme("no-fnr", "no", (r"\d{11}",), _fnr_holds),
        Scheme(
            "ee-isikukood",
            "ee",
            (r"(EE)?[1-8]\d{10}", r"(?!EE)[A-Z]{2}[0-9A-Z]{4,18}"),
            _isikukood_holds,
            _with_and_without_country,
        ),
        Scheme("dk-cpr", "dk", (r"\d{10}",), lambda number: _is_day(number[:2], number[2:4])),
        Scheme("sg-nric", "sg", (r"[STFGM]\d{7}[A-Z]",), _nric_holds),
        PRACTICE,
    )
}


def schemes_of(country: str) -> tuple[str, ...]:
    """The keys of the schemes of one country; none where they are not known.

    Another country's forms would take what is a slip of the pen here: a number that lost its zeros, say.
    """
    return tuple(one.key for one in SCHEMES.values() if one.namespace == country.lower())


# Where a profile does not say whose numbers its provider gives: eight to twenty letters and digits, nothing checked.
ANY_FORM = (r"(?=.*\d)[0-9A-Z]{8,20}",)


# Of numbers whose kind nobody named; eIDs that say nothing of theirs shared it once. Documents that name no namespace
# are older still.
UNNAMED = "unnamed"
OWN = "own-"


def own_namespace(provider: str) -> str:
    """Of an eID that does not say whose numbers it gives: equal digits of another one are another person's."""
    return f"{OWN}{provider}"


def shares_namespace(one: str, other: str) -> bool:
    """Whether equal digits in both are one person's, as far as is known.

    What was kept before namespaces, or before each eID had its own, counts for those it counted for until its person
    has come.
    """
    if not one or not other or one == other:
        return True
    return UNNAMED in (one, other) and (one.startswith(OWN) or other.startswith(OWN))


def scheme_of(key: str, namespace: str = "") -> Scheme:
    """The scheme of that name; without a name one that takes any number. `namespace`: another than the scheme's."""
    found = SCHEMES.get(key) if key else Scheme("", UNNAMED, ANY_FORM)
    if found is None:
        raise SchemeUnknown(field="national_number_scheme")
    return replace(found, namespace=namespace, apart=True) if namespace else found


@dataclass(frozen=True)
class NationalNumber:
    """A number that fits its scheme. `forms` are all that say the same person, the number itself first."""

    namespace: str
    text: str
    forms: tuple[str, ...]

    @property
    def end(self) -> str:
        """Enough to tell two numbers apart, too little to know one."""
        return self.text[-SHOWN_SIGNS:]

    @property
    def shortest(self) -> str:
        """The form that all the others hold: what only one may have is claimed by it."""
        return min(self.forms, key=lambda form: (len(form), form))


def read_number(typed: str, schemes: Iterable[Scheme], year: int) -> NationalNumber:
    """The number by the first scheme that it fits; `year` is this one. Raises NationalNumberFaulty."""
    number = compact(typed).upper() if len(typed) <= LONGEST else ""
    for scheme in schemes:
        if scheme.fits(number):
            return NationalNumber(scheme.namespace, number, scheme.alike(number, year))
    raise NationalNumberFaulty(field="national_number")
