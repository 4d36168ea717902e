"""Settings of the membership service, read once; forms and ages differ between organisations."""

from dataclasses import dataclass

from marshmallow.validate import OneOf

from membership.domain.members import NUMBER_SCHEMES
from servicekit.contacts import COUNTRIES
from servicekit.national_numbers import SCHEMES
from servicekit.settings import Common, environment, read_common


@dataclass(frozen=True)
class Settings:
    common: Common
    field_key: str  # 96 bytes, base64: wraps the data key of encrypted fields
    blind_key: bytes  # of the blind index over national numbers
    minimum_age: int  # years at admission
    country: str  # of a telephone number that names none
    number_schemes: tuple[str, ...]
    national_number_form: str  # regular expressions over plain digits; empty: as the schemes say
    card_number_form: str


def read_settings() -> Settings:
    env = environment()
    common, field_key, blind_key = read_common(env), env.str("FIELD_KEY"), env.str("BLIND_KEY")
    forms = {
        "national_number_form": env.str("MEMBER_NATIONAL_NUMBER_FORM", ""),
        "card_number_form": env.str("MEMBER_CARD_NUMBER_FORM", r"[0-9A-Z/]{1,32}"),
    }
    schemes: list[str] = env.list("MEMBER_NATIONAL_NUMBER_SCHEMES", list(NUMBER_SCHEMES))
    minimum_age = env.int("MEMBER_MINIMUM_AGE", 18)
    country = env.str("SAMMELAN_COUNTRY", "BD", validate=OneOf(COUNTRIES))
    env.seal()
    unknown = sorted(set(schemes) - set(SCHEMES))
    if unknown or not schemes:
        raise ValueError(f"MEMBER_NATIONAL_NUMBER_SCHEMES: not one of {sorted(SCHEMES)}: {unknown}")
    return Settings(
        common, field_key, bytes.fromhex(blind_key), minimum_age, country, tuple(schemes), **forms
    )
