"""A file as it is kept: what it hangs on, how far it has come, and which contents there are of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from servicekit.files.kinds import KINDS, Kind
from servicekit.files.refusals import FOUND, ContentRefused, FileBeingChecked, FileRefused, NoSuchFile

# What hangs on no record after so long is removed.
UNHUNG_KEPT = timedelta(hours=24)


class State(StrEnum):
    """arriving → checking → ready | refused; and ended, of which nothing is left but to be swept up.

    One that is arriving hangs on no record yet; from `checking` on it hangs on one, for good.
    """

    ARRIVING = "arriving"
    CHECKING = "checking"
    READY = "ready"
    REFUSED = "refused"
    ENDED = "ended"


class Part(StrEnum):
    """Its contents: as it was sent, as it is given out, and small."""

    UPLOAD = "upload"
    CONTENT = "content"
    PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """`length`: as announced, None while nobody knows; `charged`: what counts against the unit's room, in bytes.

    `name` and `digest` (SHA-256 of the content, hex) are kept under the file's own key, and gone with it.
    """

    id: str
    noun: str
    record_id: str
    unit_id: str
    by: str
    begun_at: datetime
    name: str
    state: State = State.ARRIVING
    length: int | None = None
    offset: int = 0
    kind: str = ""
    digest: str = ""
    lengths: dict[Part, int] = field(default_factory=dict)
    shape: dict[str, int] = field(default_factory=dict)
    found: str = ""
    charged: int = 0
    tries: int = 0
    try_at: datetime | None = None
    key: bytes = field(default=b"", repr=False)
    version: int = 0

    @property
    def expires_at(self) -> datetime:
        return self.begun_at + UNHUNG_KEPT

    @property
    def known(self) -> Kind | None:
        return KINDS.get(self.kind)

    @property
    def refusal(self) -> type[ContentRefused] | None:
        return FOUND.get(self.found)

    def stream(self, part: Part) -> str:
        return f"{self.id}.{part.value}"


def require_given_out(file: StoredFile, part: Part) -> int:
    """How long that content is. Raises where it is not there, not there yet, or refused."""
    if file.state is State.REFUSED:
        raise FileRefused
    if file.state is State.CHECKING:
        raise FileBeingChecked(retry_after=2)
    if file.state is not State.READY or part not in file.lengths or part is Part.UPLOAD:
        raise NoSuchFile
    return file.lengths[part]
