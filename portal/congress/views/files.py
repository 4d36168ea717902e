"""Files beside a record, as a reader sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.congress.words import FILE_STATES
from portal.frame.forms import Fault, fault_of
from portal.shared import states
from portal.shared.states import State
from portal.shared.units import Document
from servicekit.files.refusals import SENT_BACK
from servicekit.refusals import NotFound
from servicekit.words import N_

KB = 1024
MB = 1024 * KB
NOT_TAKEN = N_("The file was not taken: nothing can be added to this record at present.")


@dataclass(frozen=True, slots=True)
class File:
    """`link` opens it and is empty where it cannot be opened; `amount` of `unit` is its size. `document`: what somebody
    has said that it is; it proves that `version` of the figures.
    """

    id: str
    name: str
    state: State
    amount: int
    unit: str
    at: str
    link: str = ""
    preview: str = ""
    pages: int = 0
    refused: Fault | None = None
    remove_link: str = ""
    document: str = ""
    version: int = 0
    older: bool = False
    say_link: str = ""


@dataclass(frozen=True, slots=True)
class FilesCard:
    """`action` takes a form and `upload` a script's upload; both are empty where nothing may be added now."""

    files: tuple[File, ...]
    most_mb: int
    accept: str
    form_token: str
    action: str = ""
    upload: str = ""
    most_bytes: int = 0
    waiting: bool = False


def files_card(found: Document, record: str, *, may_remove: bool) -> FilesCard:
    """`record`: the path of the record at its service and in the portal, such as congress/congresses/ID."""
    service, _, page = record.partition("/")
    files = tuple(file_of(one, service, page, may_remove=may_remove) for one in found["items"])
    token, most = found["form_token"], found["most_mb"]
    return FilesCard(
        files=files,
        most_mb=most,
        accept=",".join(found["media_types"]),
        form_token=token,
        action=f"/files/{service}/{page}/files/form" if token else "",
        upload=f"/api/{service}/{page}/files" if token else "",
        most_bytes=most * MB,
        waiting=any(one["state"] == "checking" for one in found["items"]),
    )


def file_of(one: Document, service: str, page: str, *, may_remove: bool) -> File:
    place = f"{service}/{page}/files/{one['id']}"
    amount, unit = size_of(one["bytes"])
    return File(
        id=one["id"],
        name=one["name"],
        state=FILE_STATES.get(one["state"], states.UNKNOWN),
        amount=amount,
        unit=unit,
        at=one["at"],
        link=f"/files/{place}/content" if one["state"] == "ready" else "",
        preview=f"/api/{place}/preview" if one["preview"] else "",
        pages=one["pages"] or 0,
        refused=fault_of(one["refused"]) if one["refused"] else None,
        remove_link=f"/{page}/files/{one['id']}/remove" if may_remove else "",
    )


def size_of(length: int) -> tuple[int, str]:
    """Rounded up: nothing is of no size."""
    return (-(-length // MB), "MB") if length >= MB else (-(-length // KB), "kB")


def why_not_taken(slug: str, params: Mapping[str, str]) -> Fault | None:
    """What the service said as it sent the browser back; a slug that is none of those says only that it refused."""
    if not slug:
        return None
    refusal = SENT_BACK.get(slug)
    if refusal is None:
        return Fault(NOT_TAKEN)
    return Fault(refusal.title, {name: value for name, value in params.items() if value})


def known(files: Sequence[File], file_id: str) -> File:
    found = next((one for one in files if one.id == file_id), None)
    if found is None:
        raise NotFound
    return found
