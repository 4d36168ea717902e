from pathlib import Path

import pytest

from practice_eid.keys import signing_key
from practice_eid.languages import choose_language
from practice_eid.settings import NotForProduction, SettingsRefused, read_settings


@pytest.fixture(autouse=True)
def _working_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SAMMELAN_ENV", raising=False)
    monkeypatch.setenv("EID_PORT", "9101")
    monkeypatch.setenv("EID_CLIENT_SECRET", "secret")
    monkeypatch.setenv("EID_REDIRECT_URIS", "http://localhost/a,http://localhost/b")


def test_settings_come_from_the_environment() -> None:
    settings = read_settings()
    assert settings.issuer == settings.back_channel_url == "http://localhost:9101"
    assert settings.relying_parties[0].redirect_uris == ("http://localhost/a", "http://localhost/b")


def test_without_addresses_it_stands_beside_the_gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EID_PORT", "EID_REDIRECT_URIS", "GATEWAY_PORT", "PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORT_BASE", "9100")
    settings = read_settings()
    assert settings.issuer == "http://localhost:9101"
    assert settings.relying_parties[0].redirect_uris == ("http://localhost:9100/sign-in/callback",)
    assert settings.relying_parties[0].post_logout_redirect_uris[1] == "http://localhost:9100/"


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    monkeypatch.delenv("EID_CLIENT_SECRET")
    monkeypatch.setenv("EID_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
    assert read_settings().relying_parties[0].secret == "from a file"


def test_all_that_is_missing_or_wrong_is_listed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EID_CLIENT_SECRET")
    monkeypatch.setenv("EID_PORT", "none")
    monkeypatch.setenv("EID_ISSUER", "http://localhost:9101/")
    with pytest.raises(SettingsRefused) as refused:
        read_settings()
    assert all(name in str(refused.value) for name in ("CLIENT_SECRET", "EID_PORT", "EID_ISSUER"))


def test_a_relying_party_with_keys_needs_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EID_CLIENT_SECRET")
    monkeypatch.setenv("EID_CLIENT_JWKS_FILE", "/nowhere/jwks.json")
    party = read_settings().relying_parties[0]
    assert party.check_endpoint_auth_method("private_key_jwt", "token")
    assert not party.check_endpoint_auth_method("client_secret_basic", "token")
    assert not party.check_client_secret("")
    assert party.public_keys() is None


def test_production_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("production", "Production ", "prod"):
        monkeypatch.setenv("SAMMELAN_ENV", name)
        with pytest.raises(NotForProduction, match="anyone can sign in as anybody"):
            read_settings()


def test_the_signing_key_outlives_a_restart_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "eid.json"
    first = signing_key(path)
    assert signing_key(path).as_dict(private=True) == first.as_dict(private=True)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("ui_locales", "accepted", "language"),
    [
        ("bn en", ["vi"], "bn"),
        ("fr vi-VN", ["bn"], "vi"),
        ("fr", ["de", "bn-BD"], "bn"),
        ("", ["fr"], "en"),
        ("", [], "en"),
    ],
)
def test_the_page_speaks_the_first_language_it_can(
    ui_locales: str, accepted: list[str], language: str
) -> None:
    assert choose_language(ui_locales, accepted) == language
