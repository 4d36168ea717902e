"""Rotation of signing keys: the new one stands beside the old until nothing that the old signed is valid any more."""

import json
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey

from servicekit.access.keys import ALGORITHM, write_secret
from servicekit.ids import new_id


def add_key(folder: Path, service: str) -> str:
    """The new key's id. Verifiers read it when they first meet it; signers take the last of the file at their start."""
    kid = new_id()
    key = ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": ALGORITHM}, private=True)
    # Public first: a key must be known before anything is signed with it.
    _write(
        folder / f"{service}.json", [*_read(folder / f"{service}.json"), key.as_dict(private=False)], 0o644
    )
    private = folder / f"{service}.private.json"
    _write(private, [*_read(private), key.as_dict(private=True)], 0o600)
    return kid


def keep_newest_key(folder: Path, service: str) -> str:
    """Not for seals: what an older one signed is looked at years later."""
    newest = _read(folder / f"{service}.private.json")[-1]
    _write(folder / f"{service}.private.json", [newest], 0o600)
    public = [key for key in _read(folder / f"{service}.json") if key["kid"] == newest["kid"]]
    _write(folder / f"{service}.json", public, 0o644)
    return str(newest["kid"])


def _read(file: Path) -> list[dict[str, Any]]:
    keys: list[dict[str, Any]] = json.loads(file.read_text())["keys"]
    return keys


def _write(file: Path, keys: list[Any], mode: int) -> None:
    write_secret(file, json.dumps({"keys": keys}), mode)
