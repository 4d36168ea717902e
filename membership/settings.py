"""Settings of the membership service, read once; forms and ages differ between organisations."""

from dataclasses import dataclass

from marshmallow.validate import OneOf

from servicekit.settings import Common, environment, read_common
from servicekit.words.contacts import COUNTRIES
from servicekit.words.national_numbers import PRACTICE, SCHEMES, schemes_of

PRACTICE_EID = "practice"


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


@dataclass(frozen=True)
class ExporterSettings:
    common: Common
    field_key: str


def read_exporter_settings() -> ExporterSettings:
    """For the exporter, which finds nobody by a number and is not told the key for that."""
    env = environment()
    settings = ExporterSettings(read_common(env), env.str("FIELD_KEY"))
    env.seal()
    return settings


def read_program_settings() -> Common:
    """For the counter, which reads nothing that is encrypted."""
    env = environment()
    common = read_common(env)
    env.seal()
    return common


def read_settings() -> Settings:
    env = environment()
    common, field_key, blind_key = read_common(env), env.str("FIELD_KEY"), env.str("BLIND_KEY")
    forms = {
        "national_number_form": env.str("MEMBER_NATIONAL_NUMBER_FORM", ""),
        "card_number_form": env.str("MEMBER_CARD_NUMBER_FORM", r"[0-9A-Z/]{1,32}"),
    }
    minimum_age = env.int("MEMBER_MINIMUM_AGE", 18)
    country = env.str("SAMMELAN_COUNTRY", "BD", validate=OneOf(COUNTRIES))
    providers: list[str] = env.list("EID_PROVIDERS", [] if common.production else [PRACTICE_EID])
    own = schemes_of(country or "")
    # Nobody has a number of practice where nobody can sign in with one.
    practice = (PRACTICE.key,) if own and PRACTICE_EID in providers else ()
    schemes: list[str] = env.list("MEMBER_NATIONAL_NUMBER_SCHEMES", [*own, *practice])
    env.seal()
    unknown = sorted(set(schemes) - set(SCHEMES))
    if unknown or not schemes:
        raise ValueError(f"MEMBER_NATIONAL_NUMBER_SCHEMES: not one of {sorted(SCHEMES)}: {unknown}")
    return Settings(
        common, field_key, bytes.fromhex(blind_key), minimum_age, country, tuple(schemes), **forms
    )
