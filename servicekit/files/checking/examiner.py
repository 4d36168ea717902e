"""A process of its own that reads what strangers made: it holds no key, reaches nothing, and ends after one file.

python -m servicekit.files.checking.examiner KIND: the bytes come in on standard input; out goes one line of JSON, then
the contents that it names, one after another.
"""

import json
import os
import resource
import shutil
import sys
import tempfile
from typing import Any, BinaryIO, cast

from servicekit.files.checking import documents, pictures
from servicekit.files.checking.confining import confine
from servicekit.files.kinds import KINDS
from servicekit.files.refusals import ContentRefused, PictureTooLarge

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 60


def examine(source: BinaryIO, kind: str) -> tuple[dict[str, Any], list[bytes]]:
    known = KINDS[kind]
    if not known.picture:
        return {"shape": {"pages": documents.examine(source)}, "contents": []}, []
    painted = pictures.paint(source, known)
    made = [painted.content, painted.preview]
    shape = {"width": painted.width, "height": painted.height}
    return {"shape": shape, "contents": [len(one) for one in made]}, made


def arrived() -> BinaryIO:
    """Standard input where one can seek in it: in memory only, wherever the system has such files."""
    in_memory = hasattr(os, "memfd_create")
    held: Any = os.fdopen(os.memfd_create("examined"), "w+b") if in_memory else tempfile.TemporaryFile()  # noqa: SIM115
    shutil.copyfileobj(sys.stdin.buffer, held, 256 * 1024)
    held.seek(0)
    return cast(BinaryIO, held)


def main(kind: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    made: list[bytes] = []
    pictures.prepare()
    with arrived() as source:
        confine()
        try:
            told, made = examine(source, kind)
        except ContentRefused as refusal:
            told = {"refused": refusal.slug()}
        except MemoryError:
            told = {"refused": PictureTooLarge.slug()}
    out = sys.stdout.buffer
    out.write(json.dumps(told).encode() + b"\n")
    for one in made:
        out.write(one)
    out.flush()


if __name__ == "__main__":
    main(sys.argv[1])
