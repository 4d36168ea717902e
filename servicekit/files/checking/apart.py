"""What each process that reads strangers' files does before it reads, and how it says what it has found.

The bytes come in on standard input; out goes one line of JSON, then the contents that it names, one after another.
"""

import json
import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Sequence
from typing import Any, BinaryIO, cast


def bounded(memory: int, seconds: int) -> None:
    """By bytes, and by seconds of the processor."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def arrived() -> BinaryIO:
    """Standard input where one can seek in it: in memory only, wherever the system has such files."""
    in_memory = hasattr(os, "memfd_create")
    held: Any = os.fdopen(os.memfd_create("examined"), "w+b") if in_memory else tempfile.TemporaryFile()  # noqa: SIM115
    shutil.copyfileobj(sys.stdin.buffer, held, 256 * 1024)
    held.seek(0)
    return cast(BinaryIO, held)


def tell(told: dict[str, Any], contents: Sequence[bytes] = ()) -> None:
    out = sys.stdout.buffer
    out.write(json.dumps(told).encode() + b"\n")
    for one in contents:
        out.write(one)
    out.flush()
