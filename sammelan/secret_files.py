"""The house's secrets: one file each under DATA_DIR/secrets, told to a program as NAME_FILE."""

import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from sammelan.settings import Settings
from servicekit.crypto import new_master_key
from servicekit.keys import make_keys, write_secret
from servicekit.settings import SERVICES

SIGNERS = (*SERVICES, "gateway", "relay", "operator")


def _hex32() -> str:
    return secrets.token_hex(32)


MAKERS: Mapping[str, Callable[[], str]] = {
    "FIELD_KEY": new_master_key,
    "BLIND_KEY": _hex32,
    "AUDIT_KEY": _hex32,
    "CSRF_KEY": _hex32,
    "EID_CLIENT_SECRET": _hex32,
}


def make_secrets(settings: Settings) -> list[str]:
    """Makes what is missing, and signing keys of every service; the names of what was made."""
    settings.secrets_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = []
    for name, make in MAKERS.items():
        path = secret_file(settings, name)
        if not path.exists():
            write_secret(path, make())
            made.append(name)
    for signer in SIGNERS:
        if not (settings.common.keys_dir / f"{signer}.private.json").exists():
            made.append(f"{signer}.private.json")
        make_keys(settings.common.keys_dir, signer)
    return made


def secret_file(settings: Settings, name: str) -> Path:
    return settings.secrets_dir / name.lower()


def told(settings: Settings, names: Iterable[str]) -> dict[str, str]:
    """NAME_FILE variables of those secrets that the environment does not give itself."""
    return {
        f"{name}_FILE": str(secret_file(settings, name))
        for name in names
        if name not in os.environ
        and f"{name}_FILE" not in os.environ
        and secret_file(settings, name).exists()
    }
