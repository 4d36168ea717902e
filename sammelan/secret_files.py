"""The house's secrets: one file each under DATA_DIR/secrets, told to a program as NAME_FILE."""

import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from sammelan.accounts import ACCOUNTS, user_name
from sammelan.settings import OPERATOR, Settings, password_file
from servicekit.access.keys import make_keys, write_secret
from servicekit.data.crypto import new_master_key
from servicekit.files.sealed import wrap_key_of_before
from servicekit.settings import SERVICES, environment

# What wrapped the keys of files while these had no key of their own; empty in a house that began with one.
FILE_KEY_BEFORE = "FILE_KEY_BEFORE"
# What seals reports; whoever checks one needs its public key alone.
SEALS = "seals"
SIGNERS = (*SERVICES, "gateway", "relay", "operator", SEALS)


def _hex32() -> str:
    return secrets.token_hex(32)


MAKERS: Mapping[str, Callable[[], str]] = {
    "FIELD_KEY": new_master_key,
    "FILE_KEY": _hex32,
    "BLIND_KEY": _hex32,
    "AUDIT_KEY": _hex32,
    "CSRF_KEY": _hex32,
    "EID_CLIENT_SECRET": _hex32,
}

# What each program is trusted with; nobody but the relay can write audit entries that verify.
SECRETS: Mapping[str, tuple[str, ...]] = {
    "practice_eid": ("EID_CLIENT_SECRET",),
    "identity": ("FIELD_KEY", "BLIND_KEY", "FILE_KEY", "EID_CLIENT_SECRET"),
    "membership": ("FIELD_KEY", "BLIND_KEY"),
    "congress": ("FILE_KEY", FILE_KEY_BEFORE),
    "examiner": ("FILE_KEY", FILE_KEY_BEFORE),
    "notifications": ("FILE_KEY",),
    "worker": ("FILE_KEY",),
    "sender": ("FILE_KEY",),
    "keeper": ("FILE_KEY",),
    "exporter": ("FIELD_KEY",),
    # Where worker and exporter share a process with others that need no key.
    "background": ("FILE_KEY", "FIELD_KEY"),
    "portal": ("CSRF_KEY",),
    "relay": ("AUDIT_KEY",),
}
# Whose signing key each program holds; projector, counter, examiner, exporter and keeper sign nothing.
PRIVATE_KEYS: Mapping[str, str] = {
    **{name: name for name in SIGNERS if name != SEALS},
    "practice_eid": "",
    "projector": "",
    "counter": "",
    "keeper": "",
    "examiner": "",
    "worker": SEALS,
    "exporter": "",
    "sender": "notifications",
}
# By which identity proves itself to a real eID that asks for it; the operator makes it when it is needed.
RELYING_PARTY = "relying-party"


def make_secrets(settings: Settings) -> list[str]:
    """Makes what is missing, and signing keys of every service; the names of what was made."""
    settings.secrets_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    make_key_of_before(settings)
    made = []
    for name, make in MAKERS.items():
        path = secret_file(settings, name)
        if not path.exists():
            write_secret(path, make())
            made.append(name)
    for account in ACCOUNTS:
        path = password_file(settings.secrets_dir, account)
        if not path.exists():
            write_secret(path, _hex32())
            made.append(path.name)
    for signer in SIGNERS:
        if not (settings.common.keys_dir / f"{signer}.private.json").exists():
            made.append(f"{signer}.private.json")
        # What an older key sealed is looked at years later.
        make_keys(settings.common.keys_dir, signer, keep=signer == SEALS)
    return made


def make_key_of_before(settings: Settings) -> None:
    """Where there is a FIELD_KEY and no FILE_KEY yet, files may be wrapped by a key that was made of the first."""
    path = secret_file(settings, FILE_KEY_BEFORE)
    if not path.exists():
        env = environment()
        field_key = (env.str("FIELD_KEY", "") or "").strip() or _read(secret_file(settings, "FIELD_KEY"))
        began_with_one = not field_key or secret_file(settings, "FILE_KEY").exists()
        write_secret(path, "" if began_with_one else wrap_key_of_before(field_key))


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


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


def account_of(settings: Settings, program: str) -> dict[str, str]:
    """The database account of a program as the variables that tell it; nothing where there are no accounts."""
    if not settings.accounts or program not in ACCOUNTS:
        return {}
    return {
        "MONGO_USER": user_name(ACCOUNTS[program], settings.common.database_prefix),
        "MONGO_PASSWORD_FILE": str(password_file(settings.secrets_dir, program)),
    }


def deal(settings: Settings, folder: Path) -> list[str]:
    """Gives each program a folder with its secrets, its own private key and everybody's public keys."""
    for program, signer in PRIVATE_KEYS.items():
        own = folder / program
        own.mkdir(parents=True, exist_ok=True, mode=0o700)
        names = (*MAKERS, FILE_KEY_BEFORE) if program == "operator" else SECRETS.get(program, ())
        for name in names:
            write_secret(own / name.lower(), secret_file(settings, name).read_text())
        _deal_passwords(settings, program, own)
        for public in SIGNERS:
            write_secret(own / f"{public}.json", (settings.common.keys_dir / f"{public}.json").read_text())
        if signer:
            private = f"{signer}.private.json"
            write_secret(own / private, (settings.common.keys_dir / private).read_text())
    own_key = settings.common.keys_dir / f"{RELYING_PARTY}.private.json"
    if own_key.exists():
        write_secret(folder / "identity" / own_key.name, own_key.read_text())
    return list(PRIVATE_KEYS)


def _deal_passwords(settings: Settings, program: str, own: Path) -> None:
    """Each its own; the operator, who makes the accounts, all of them."""
    if program in ACCOUNTS:
        write_secret(own / "mongo_password", password_file(settings.secrets_dir, program).read_text())
    if program == OPERATOR:
        for account in ACCOUNTS:
            password = password_file(settings.secrets_dir, account).read_text()
            write_secret(password_file(own, account), password)
