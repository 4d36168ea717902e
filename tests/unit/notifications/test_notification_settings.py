from pathlib import Path

import pytest
from environs import EnvError

from notifications.app import create_app, event_handlers
from notifications.events import HEARD
from notifications.settings import MailServerUnsafe, Tls, read_settings

PRODUCTION = {
    "SAMMELAN_ENV": "production",
    "MONGO_URL": "mongodb://db/",
    "KEYS_DIR": "/keys",
    "PUBLIC_URL": "https://sammelan.example.org",
    "SMTP_HOST": "mail.example.org",
    "SMTP_PORT": "587",
    "MAIL_FROM": "Sammelan <no-reply@example.org>",
}


def given(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name in (
        "SMTP_HOST",
        "SMTP_PORT",
        "SMTP_TLS",
        "SMTP_USER",
        "SMTP_PASSWORD",
        "MAIL_FROM",
        "PORT_BASE",
    ):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"FILE_KEY": "ab" * 32, **values}.items():
        monkeypatch.setenv(name, value)


def test_practice_needs_no_setting_but_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, PORT_BASE="9600")
    server = read_settings().mail_server
    assert (server.host, server.port, server.tls) == ("127.0.0.1", 9608, Tls.OFF)


def test_production_lists_all_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, SAMMELAN_ENV="production", KEYS_DIR="/keys")
    with pytest.raises(EnvError) as refusal:
        read_settings()
    for name in ("SMTP_HOST", "SMTP_PORT", "MAIL_FROM"):
        assert name in str(refusal.value)


def test_production_encrypts_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, **PRODUCTION)
    server = read_settings().mail_server
    assert (server.tls, server.port, server.sender.domain) == (Tls.STARTTLS, 587, "example.org")


def test_a_password_never_crosses_the_network_in_the_open(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, **PRODUCTION, SMTP_TLS="off", SMTP_USER="u", SMTP_PASSWORD="p")
    with pytest.raises(MailServerUnsafe):
        read_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_TLS", "maybe"),
        ("MAIL_LEASE_SECONDS", "soon"),
        ("REMINDER_GATHER_SECONDS", "x"),
        ("SMTP_PORT", "x"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    given(monkeypatch, **{name: value})
    with pytest.raises(EnvError, match=name):
        read_settings()


def test_a_password_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret")
    given(monkeypatch, **PRODUCTION, SMTP_PASSWORD_FILE=str(tmp_path / "password"))
    assert read_settings().mail_server.password == "secret"


def test_every_route_declares_its_access_and_every_event_has_its_handler(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given(monkeypatch, KEYS_DIR=str(tmp_path))
    app = create_app(read_settings())
    with app.test_client() as client:
        paths = client.get("/openapi.json").json
    assert paths is not None
    assert {
        (path, operation["x-permission"])
        for path, item in paths["paths"].items()
        for operation in (item[m] for m in ("get", "post") if m in item)
    } == {
        ("/api/notifications/inbox", "signed-in"),
        ("/api/notifications/inbox/{notice_id}/read", "signed-in"),
        ("/api/notifications/inbox/read-all", "signed-in"),
        ("/api/notifications/tasks", "signed-in"),
        ("/api/notifications/audit", "audit:read"),
        ("/api/notifications/audit/mine", "signed-in"),
        ("/api/notifications/exports", "signed-in"),
        ("/api/notifications/exports/audit", "audit:export"),
        ("/api/notifications/exports/{export_id}", "signed-in"),
        ("/api/notifications/exports/{export_id}/cancel", "signed-in"),
        ("/api/notifications/exports/{export_id}/content", "signed-in"),
        ("/api/notifications/exports/{export_id}/link", "signed-in"),
        ("/api/notifications/tasks", "signed-in"),
        ("/api/notifications/jobs", "jobs:manage"),
        ("/api/notifications/jobs/{job_id}", "jobs:manage"),
        ("/api/notifications/jobs/{job_id}/cancel", "jobs:manage"),
        ("/api/notifications/jobs/{job_id}/retry", "jobs:manage"),
    }
    assert set(event_handlers(app.extensions["context"])) == set(HEARD)
