"""The npm package oidc-provider as a process: an OpenID provider that is not ours and not in Python."""

import fcntl
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests
from joserfc.jwk import ECKey, RSAKey

from tests.processes import ROOT, free_port, start, wait_for

PEERS = ROOT / "tests/peers"


@dataclass
class Peer:
    issuer: str
    log: Path

    def arrive(self, url: str, redirect_uri: str, http: requests.Session | None = None) -> dict[str, str]:
        """What the browser brings back: it follows the provider's pages, where everybody is Ada."""
        browser = http or requests.Session()
        for _ in range(10):
            answer = browser.get(url, allow_redirects=False, timeout=10)
            assert answer.status_code in (302, 303), (answer.status_code, answer.text, self.log.read_text())
            url = urljoin(url, answer.headers["Location"])
            if url.startswith(redirect_uri):
                return dict(parse_qsl(urlsplit(url).query))
        raise AssertionError(url)


def installed() -> None:
    """`npm ci` where it was not run yet; the lock file says exactly what."""
    with (PEERS / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (PEERS / "node_modules/oidc-provider").exists():
            subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=PEERS, check=True, capture_output=True)


@contextmanager
def a_peer(folder: Path, clients: list[dict[str, Any]]) -> Iterator[Peer]:
    installed()
    port = free_port()
    rsa: Any = {"kid": "peer-rsa", "use": "sig"}
    ec: Any = {"kid": "peer-ec", "use": "sig", "alg": "ES256"}
    keys = [
        RSAKey.generate_key(2048, rsa, private=True).as_dict(private=True),
        ECKey.generate_key("P-256", ec, private=True).as_dict(private=True),
    ]
    told = json.dumps({"port": port, "clients": clients, "jwks": {"keys": keys}})
    log = folder / "peer.log"
    process = start(["node", str(PEERS / "provider.mjs"), told], log)
    try:
        issuer = f"http://127.0.0.1:{port}"
        wait_for(f"{issuer}/.well-known/openid-configuration", 20, process.popen)
        yield Peer(issuer, log)
    finally:
        process.kill()
