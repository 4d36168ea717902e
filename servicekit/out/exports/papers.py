"""Papers: documents for people, set as PDF from a template and values by a process of its own (see typesetting)."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from servicekit.logs import log
from servicekit.refusals import TooLarge, Unavailable
from servicekit.words import N_

ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-m", "servicekit.out.exports.typesetting")
SECONDS = 15.0
# Each takes a core for as long as it is set.
AT_ONCE = 2
MOST_BYTES = 500_000
PDF_TYPE, PNG_TYPE = "application/pdf", "image/png"
PDF_BEGINS, PNG_BEGINS = b"%PDF-", b"\x89PNG"
RETRY_AFTER = 5

_places = threading.BoundedSemaphore(AT_ONCE)


class PaperNotSet(Unavailable):
    title = N_("The document cannot be made just now. Try again in a moment.")


class PaperTooLong(TooLarge):
    title = N_("This is too long for one document.")


def paper(
    template: Path,
    values: Mapping[str, object],
    command: Sequence[str] = COMMAND,
    seconds: float = SECONDS,
    most_bytes: int = MOST_BYTES,
) -> bytes:
    """The PDF. `values` has a `title`; what the template does with the rest it says itself."""
    return _set(command, template, (), values, PDF_BEGINS, seconds, most_bytes)


def picture(
    template: Path,
    values: Mapping[str, object],
    command: Sequence[str] = COMMAND,
    seconds: float = SECONDS,
    most_bytes: int = MOST_BYTES,
) -> bytes:
    """The first page as a PNG, to be sent on where nobody opens a PDF; `values` as for a paper."""
    return _set(command, template, ("png",), values, PNG_BEGINS, seconds, most_bytes)


def _set(
    command: Sequence[str],
    template: Path,
    more: Sequence[str],
    values: Mapping[str, object],
    begins: bytes,
    seconds: float,
    most_bytes: int,
) -> bytes:
    data = told(values).encode()
    if len(data) > most_bytes:
        raise PaperTooLong
    if not _places.acquire(blocking=False):
        raise _not_now()
    try:
        done = subprocess.run(  # noqa: S603 - a program of ours, and a template of ours
            [*command, str(template), *more],
            input=data,
            capture_output=True,
            timeout=seconds,
            env={"PYTHONPATH": str(ROOT), "PATH": os.defpath, "PYTHONIOENCODING": "utf-8"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        log.error("paper_not_set", template=template.name, why="too slow")
        raise _not_now() from error
    finally:
        _places.release()
    if done.returncode != 0 or not done.stdout.startswith(begins):
        log.error("paper_not_set", template=template.name, why=done.stderr.decode(errors="replace")[-300:])
        raise _not_now()
    return done.stdout


def told(values: Mapping[str, object]) -> str:
    """As a template hears them."""
    return json.dumps(values, ensure_ascii=False)


def _not_now() -> PaperNotSet:
    refusal = PaperNotSet()
    refusal.retry_after = RETRY_AFTER
    return refusal
