"""Style, script and drawings: read once, offered under an address that changes with their content.

The style is written in a file for each component (static/css, in the order of their names) and travels as one.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

import structlog

FOLDER = Path(__file__).parents[1] / "static"
STYLE = "portal.css"
# It serves pages at all addresses, and is itself kept among the files.
WORKER = "sw.js"
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
    sheets = [_read(path) for path in sorted(FOLDER.glob("css/*.css"))]
    found[STYLE] = _asset(_joined(one.body for one in sheets if one is not None), KINDS[".css"])
    return {name: asset for name, asset in found.items() if asset is not None}


def _joined(sheets: Iterable[bytes]) -> bytes:
    """One style sheet, without the comments and indents that only its writers read."""
    text = "\n".join(sheet.decode() for sheet in sheets)
    return re.sub(r"/\*.*?\*/|^\s+|\n(?=\n)", "", text, flags=re.DOTALL | re.MULTILINE).encode()


def _read(path: Path) -> Asset | None:
    try:
        body = path.read_bytes()
    except OSError as error:
        structlog.get_logger().warning("asset_left_out", name=path.name, fault=type(error).__name__)
        return None
    return _asset(body, KINDS[path.suffix])


def _asset(body: bytes, kind: str) -> Asset:
    return Asset(body, kind, hashlib.sha256(body).hexdigest()[:12])


@lru_cache(maxsize=1)
def mark() -> str:
    """The small drawing beside a page's title, in the page itself: it is not worth a request."""
    there = assets().get("mark.svg")
    return "data:image/svg+xml," + quote(there.body.decode().strip()) if there else ""


def address(name: str) -> str:
    """Where a page finds it; the digest lets browsers keep it for a year."""
    there = assets().get(name)
    return f"/static/{name}?v={there.digest}" if there else f"/static/{name}"
