"""The key that signs ID tokens."""

import json
import os
from pathlib import Path

from joserfc.jwk import ECKey, KeyParameters

CURVE = "P-256"
PARAMETERS: KeyParameters = {"use": "sig", "alg": "ES256"}


def signing_key(path: Path | None) -> ECKey:
    """The key in the file, made there (readable by its owner only) when missing; without a file a new one."""
    if path is None:
        return ECKey.generate_key(CURVE, PARAMETERS, auto_kid=True)
    try:
        return ECKey.import_key(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        key = ECKey.generate_key(CURVE, PARAMETERS, auto_kid=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(key.as_dict(private=True), file)
        return key
