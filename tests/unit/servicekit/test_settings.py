"""Settings: read once, from the environment or from files, and all that is missing is told at once."""

from pathlib import Path

import pytest
from environs.exceptions import EnvValidationError

from servicekit.settings import OFFSETS, environment, port, read_common, with_account, without_account


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in (
        "SAMMELAN_ENV",
        "MONGO_URL",
        "KEYS_DIR",
        "PUBLIC_URL",
        "PORT_BASE",
        "DATABASE_PREFIX",
        "DATA_DIR",
    ):
        monkeypatch.delenv(name, raising=False)
    for name in OFFSETS:
        monkeypatch.delenv(f"{name.upper()}_PORT", raising=False)
        monkeypatch.delenv(f"{name.upper()}_URL", raising=False)
    return monkeypatch


def test_everything_has_a_local_default(bare: pytest.MonkeyPatch) -> None:
    env = environment()
    common = read_common(env)
    env.seal()
    assert common.mongo_url == "mongodb://127.0.0.1:8807/?serverMonitoringMode=poll"
    assert common.public_url == "http://localhost:8800"
    assert common.urls["congress"] == "http://127.0.0.1:8804"
    assert common.database("congress") == "sammelan_congress"
    assert not common.production


def test_one_number_moves_all_ports_and_each_moves_by_itself(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("PORT_BASE", "9000")
    bare.setenv("CONGRESS_PORT", "7777")
    env = environment()
    assert [port(env, name) for name in ("gateway", "identity", "congress", "db")] == [9000, 9002, 7777, 9007]
    assert read_common(env).urls["congress"] == "http://127.0.0.1:7777"


def test_all_that_is_missing_is_told_at_once(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("SAMMELAN_ENV", "production")
    env = environment()
    read_common(env)
    env.str("FIELD_KEY")
    with pytest.raises(EnvValidationError) as missing:
        env.seal()
    assert {"MONGO_URL", "KEYS_DIR", "PUBLIC_URL", "FIELD_KEY"} <= set(missing.value.error_messages)


def test_a_secret_may_stand_in_a_file(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("from the file\n")
    bare.delenv("FIELD_KEY", raising=False)
    bare.setenv("FIELD_KEY_FILE", str(file))
    env = environment()
    assert env.str("FIELD_KEY").strip() == "from the file"
    env.seal()


def test_a_value_that_cannot_be_read_is_told_by_its_name(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("CONGRESS_PORT", "a port")
    env = environment()
    read_common(env)
    with pytest.raises(EnvValidationError) as wrong:
        env.seal()
    assert set(wrong.value.error_messages) == {"CONGRESS_PORT"}


@pytest.mark.parametrize("name", ["PORT_BASE", "IDENTITY_PORT"])
def test_a_faulty_port_is_told_like_the_rest(bare: pytest.MonkeyPatch, name: str) -> None:
    bare.setenv(name, "x")
    bare.setenv("SAMMELAN_ENV", "production")
    env = environment()
    read_common(env)
    with pytest.raises(EnvValidationError) as wrong:
        env.seal()
    assert {name, "KEYS_DIR"} <= set(wrong.value.error_messages)


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("mongodb://a,b/?replicaSet=rs0", "mongodb://sammelan_x:p%40ss%2Fw@a,b/?replicaSet=rs0"),
        ("mongodb://root:secret@a/", "mongodb://sammelan_x:p%40ss%2Fw@a/"),
        ("mongodb+srv://a/", "mongodb+srv://sammelan_x:p%40ss%2Fw@a/"),
    ],
)
def test_an_account_of_its_own_takes_the_place_of_any_in_the_address(url: str, whole: str) -> None:
    assert with_account(url, "sammelan_x", "p@ss/w") == whole
    assert with_account(url, "", "p@ss/w") == url


def test_a_programs_account_is_told_by_its_own_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("from a file\n")
    monkeypatch.setenv("MONGO_URL", "mongodb://a/")
    monkeypatch.setenv("MONGO_USER", "sammelan_x")
    monkeypatch.setenv("MONGO_PASSWORD_FILE", str(tmp_path / "password"))
    assert read_common(environment()).mongo_url == "mongodb://sammelan_x:from+a+file@a/"


def test_an_address_is_shown_without_its_account() -> None:
    assert without_account("mongodb://x:secret@a,b/?replicaSet=rs0") == "mongodb://a,b/?replicaSet=rs0"
    assert without_account("mongodb://a/") == "mongodb://a/"
