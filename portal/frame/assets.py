"""Style, script and drawings: read once, offered under an address that changes with their content."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import structlog

FOLDER = Path(__file__).parents[1] / "static"
KINDS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/manifest+json",
}
YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    kind: str
    digest: str


@lru_cache(maxsize=1)
def assets() -> dict[str, Asset]:
    """What can be read: a page without its style is still a page."""
    found = {path.name: _read(path) for path in FOLDER.glob("*") if path.suffix in KINDS}
    return {name: asset for name, asset in found.items() if asset is not None}


def _read(path: Path) -> Asset | None:
    try:
        body = path.read_bytes()
    except OSError as error:
        structlog.get_logger().warning("asset_left_out", name=path.name, fault=type(error).__name__)
        return None
    return Asset(body, KINDS[path.suffix], hashlib.sha256(body).hexdigest()[:12])


def address(name: str) -> str:
    """Where a page finds it; the digest lets browsers keep it for a year."""
    there = assets().get(name)
    return f"/static/{name}?v={there.digest}" if there else f"/static/{name}"
