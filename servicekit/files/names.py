"""A file's name: what people called it, without what could mislead a reader or a machine."""

import re

from servicekit.files.kinds import Kind
from servicekit.words.text import line

LONGEST_NAME = 120
NAMELESS = "file"
# What some file system takes for a part of a path, a device, a stream or a wildcard.
FOREIGN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


def clean_name(given: str, kind: Kind) -> str:
    """The last part of it, with the ending of what the file is."""
    last = re.split(r"[/\\]", given)[-1]
    plain = line(FOREIGN.sub(" ", last)).strip(". ")
    stem = plain.rpartition(".")[0] if re.fullmatch(r".+\.[A-Za-z0-9]{1,5}", plain) else plain
    stem = stem.strip(". ")[:LONGEST_NAME].strip(". ") or NAMELESS
    return stem + kind.suffix
