"""What a file is: its content says, never its name or what the sender calls it."""

from dataclasses import dataclass

from servicekit.files.refusals import FileKindNotTaken, FileTooLarge

MB = 1024 * 1024
# So much of the beginning is needed to tell.
HEAD_BYTES = 12


@dataclass(frozen=True, slots=True)
class Kind:
    """`most`: bytes."""

    key: str
    media_type: str
    suffix: str
    most: int
    picture: bool


PDF = Kind("pdf", "application/pdf", ".pdf", 100 * MB, picture=False)
JPEG = Kind("jpeg", "image/jpeg", ".jpg", 25 * MB, picture=True)
PNG = Kind("png", "image/png", ".png", 25 * MB, picture=True)
WEBP = Kind("webp", "image/webp", ".webp", 25 * MB, picture=True)
KINDS = {kind.key: kind for kind in (PDF, JPEG, PNG, WEBP)}
# Read for its cells, and never kept beside a record. It comes with the fields of a form, and is no longer than one.
XLSX = Kind(
    "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsx",
    MB // 4,
    picture=False,
)
MOST_BYTES = max(kind.most for kind in KINDS.values())


def kind_of(head: bytes) -> Kind:
    """Raises FileKindNotTaken."""
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    raise FileKindNotTaken


def refuse_size(kind: Kind, length: int) -> None:
    if length > kind.most:
        raise FileTooLarge(most=kind.most // MB)


def megabytes(length: int) -> int:
    return -(-length // MB)
