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
