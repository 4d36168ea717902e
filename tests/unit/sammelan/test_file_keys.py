"""A house that began before files had a key of their own keeps what opens them; a new one needs none of that."""

from pathlib import Path

import pytest

from sammelan.secret_files import FILE_KEY_BEFORE, SECRETS, make_secrets, secret_file
from sammelan.settings import Settings, read_settings
from servicekit.data.crypto import new_master_key
from servicekit.files.sealed import wrap_key_of_before


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("FIELD_KEY", "FIELD_KEY_FILE", "FILE_KEY", "FILE_KEY_FILE", "KEYS_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return read_settings()


def kept(settings: Settings, name: str) -> str:
    return secret_file(settings, name).read_text()


def test_a_new_house_has_a_key_of_files_and_none_of_before(settings: Settings) -> None:
    for _ in range(2):
        make_secrets(settings)
        assert len(bytes.fromhex(kept(settings, "FILE_KEY"))) == 32
        assert kept(settings, FILE_KEY_BEFORE) == ""


@pytest.mark.parametrize("told", ["in its folder", "by the environment", "by a file of the environment"])
def test_a_house_of_before_keeps_what_opens_its_files(
    told: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    field_key = new_master_key()
    if told == "by the environment":
        monkeypatch.setenv("FIELD_KEY", field_key)
    else:
        path = secret_file(settings, "FIELD_KEY") if told == "in its folder" else tmp_path / "key"
        path.parent.mkdir(exist_ok=True)
        path.write_text(field_key + "\n")
        if told != "in its folder":
            monkeypatch.setenv("FIELD_KEY_FILE", str(path))
    for _ in range(2):
        make_secrets(settings)
        assert kept(settings, FILE_KEY_BEFORE) == wrap_key_of_before(field_key)


def test_only_who_keeps_encrypted_fields_holds_their_key() -> None:
    holders = {name for name, held in SECRETS.items() if "FIELD_KEY" in held}
    assert holders == {"identity", "membership", "exporter", "background"}
    assert {name for name, held in SECRETS.items() if "FILE_KEY" in held} == {
        "congress",
        "examiner",
        "worker",
        "background",
        # Each makes files of its own service's audit.
        "identity",
        "keeper",
        "notifications",
        "sender",
    }
