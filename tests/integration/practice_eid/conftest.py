import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from joserfc.jwk import ECKey, RSAKey

from tests.integration.practice_eid.relying_party import (
    CALLBACK,
    OTHER_CALLBACK,
    OTHER_SECRET,
    SECRET,
    SIGNED_OUT,
    Eid,
)
from tests.integration.practice_eid.running import a_free_port, running


@pytest.fixture(scope="session")
def eid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Eid]:
    folder = tmp_path_factory.mktemp("practice_eid")
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    rsa_key = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)
    (folder / "jwks.json").write_text(
        json.dumps({"keys": [k.as_dict(private=False) for k in (key, rsa_key)]})
    )
    (folder / "clients.toml").write_text(more_clients(folder / "jwks.json"))
    port = a_free_port()
    settings = {
        "EID_PORT": str(port),
        "EID_CLIENT_SECRET": SECRET,
        "EID_REDIRECT_URIS": CALLBACK,
        "EID_POST_LOGOUT_REDIRECT_URIS": SIGNED_OUT,
        "EID_KEY_FILE": str(folder / "key.json"),
        "EID_MORE_CLIENTS": str(folder / "clients.toml"),
    }
    with running("practice_eid.wsgi:app", port, settings, folder / "log") as address:
        yield Eid(address, key, rsa_key)


def more_clients(jwks_file: Path) -> str:
    return f"""
[[clients]]
client_id = "another"
secret = "{OTHER_SECRET}"
redirect_uris = ["{CALLBACK}", "{OTHER_CALLBACK}"]

[[clients]]
client_id = "with-a-key"
jwks_file = "{jwks_file}"
redirect_uris = ["{OTHER_CALLBACK}"]
"""
