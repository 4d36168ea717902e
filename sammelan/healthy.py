"""Health checks of containers: `python -m sammelan.healthy URL` and `... --beat FILE`; only the standard library."""

import sys
import time
import urllib.request
from pathlib import Path

BEAT_SECONDS = 60.0


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=4) as answer:  # noqa: S310  # The address stands in the compose file.
            return bool(answer.status == 200)
    except OSError:
        return False


def beats(file: Path) -> bool:
    """Whether a background program has touched its file of late."""
    return file.exists() and time.time() - file.stat().st_mtime < BEAT_SECONDS


def main(arguments: list[str]) -> int:
    if arguments[0] == "--beat":
        return 0 if beats(Path(arguments[1])) else 1
    return 0 if answers(arguments[0]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
