"""Style, script and drawings: read once, offered under an address that changes with their content."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    packed: bytes
    kind: str
    digest: str


@lru_cache(maxsize=1)
def assets() -> dict[str, Asset]:
    return {path.name: _read(path) for path in FOLDER.iterdir() if path.suffix in KINDS}


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(
        body, gzip.compress(body, mtime=0), KINDS[path.suffix], hashlib.sha256(body).hexdigest()[:12]
    )


def address(name: str) -> str:
    """Where a page finds it; the digest lets browsers keep it for a year."""
    return f"/static/{name}?v={assets()[name].digest}"
