"""How a file is kept: by the fields of its class, but for what is sealed under its own key."""

from datetime import UTC, datetime

import pytest

from servicekit.files.refusals import FileDamaged
from servicekit.files.sealed import new_key
from servicekit.files.store import file_document, file_of
from servicekit.files.stored import Part, State, StoredFile

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
FILE = StoredFile(
    id="f",
    noun="congresses",
    record_id="c",
    unit_id="u",
    by="a",
    begun_at=NOW,
    name="Biên bản.pdf",
    state=State.READY,
    length=700,
    offset=700,
    kind="jpeg",
    digest="d1",
    lengths={Part.CONTENT: 600, Part.PREVIEW: 50},
    shape={"width": 4, "height": 3},
    charged=650,
    tries=1,
    key=new_key(),
    version=4,
)
KEPT = {
    "_id": "f",
    "noun": "congresses",
    "record_id": "c",
    "unit_id": "u",
    "by": "a",
    "begun_at": NOW,
    "state": "ready",
    "length": 700,
    "offset": 700,
    "kind": "jpeg",
    "lengths": {"content": 600, "preview": 50},
    "shape": {"width": 4, "height": 3},
    "found": "",
    "charged": 650,
    "tries": 1,
    "try_at": None,
    "chunkSize": 256 * 1024,
}


def test_a_file_is_kept_so_and_read_back_with_its_key() -> None:
    made = file_document(FILE)
    facts = made.pop("facts")
    assert made == KEPT
    assert [type(name) for name in made["lengths"]] == [str, str]
    assert b"n.pdf" not in bytes(facts)
    assert file_of({**KEPT, "facts": facts, "version": 4}, FILE.key) == FILE


def test_another_key_reads_nothing_of_it() -> None:
    with pytest.raises(FileDamaged):
        file_of({**file_document(FILE), "version": 4}, new_key())
