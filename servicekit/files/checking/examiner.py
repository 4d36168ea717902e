"""A process of its own that reads what strangers made: it holds no key, reaches nothing, and ends after one file.

python -m servicekit.files.checking.examiner KIND
"""

import sys
from typing import Any, BinaryIO

from servicekit.files.checking import documents, pictures
from servicekit.files.checking.apart import arrived, bounded, tell
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


def main(kind: str) -> None:
    bounded(MEMORY_BYTES, CPU_SECONDS)
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
    tell(told, made)


if __name__ == "__main__":
    main(sys.argv[1])
