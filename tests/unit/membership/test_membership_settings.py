"""Settings are read once, and all that is missing is told at once."""

import pytest
from environs import EnvValidationError

from membership.settings import read_settings


def test_what_is_missing_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIELD_KEY", "BLIND_KEY", "FIELD_KEY_FILE", "BLIND_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MEMBER_MINIMUM_AGE", "grown up")
    with pytest.raises(EnvValidationError) as refused:
        read_settings()
    assert set(refused.value.error_messages) == {"FIELD_KEY", "BLIND_KEY", "MEMBER_MINIMUM_AGE"}


def test_ages_and_forms_have_defaults_and_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELD_KEY", "x")
    monkeypatch.setenv("BLIND_KEY", "00ff")
    monkeypatch.setenv("MEMBER_NATIONAL_NUMBER_FORM", "[A-Z]{2}[0-9]{6}")
    settings = read_settings()
    assert settings.blind_key == b"\x00\xff"
    assert settings.minimum_age == 18
    assert settings.national_number_form == "[A-Z]{2}[0-9]{6}"


@pytest.mark.parametrize(
    ("country", "schemes"), [("BD", ("bd-nid", "practice")), ("VN", ("vn-cccd", "practice"))]
)
def test_numbers_are_those_of_the_country(
    country: str, schemes: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIELD_KEY", "x")
    monkeypatch.setenv("BLIND_KEY", "00ff")
    monkeypatch.setenv("SAMMELAN_COUNTRY", country)
    assert read_settings().number_schemes == schemes
    monkeypatch.setenv("EID_PROVIDERS", "keycloak")
    assert read_settings().number_schemes == schemes[:1]  # nobody can come with a number of practice
    monkeypatch.setenv("SAMMELAN_COUNTRY", "IS")
    with pytest.raises(ValueError, match="MEMBER_NATIONAL_NUMBER_SCHEMES"):
        read_settings()  # whose are not known: they must be named
    monkeypatch.setenv("MEMBER_NATIONAL_NUMBER_SCHEMES", "no-fnr")
    assert read_settings().number_schemes == ("no-fnr",)
