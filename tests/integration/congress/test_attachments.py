"""Files that hang on a report: sent, checked, given out, removed; and everything that is no."""

import base64
import contextlib
import hashlib
import io
import re
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pikepdf
import pytest
import requests
from PIL import Image
from pymongo.errors import PyMongoError

from congress.app import file_store
from congress.context import Context
from congress.settings import read_examiner_settings
from servicekit.files.arriving.uploads import take_whole
from servicekit.files.checking.keeping import Keeping
from servicekit.files.checking.scanning import NoScanner, Scanner, scanner_at
from servicekit.files.refusals import SENT_BACK, FileDamaged, TooManyBeingChecked, UnitsRoomFull
from servicekit.files.sealed import PIECE_BYTES
from servicekit.files.store import OWN_CHECKING_MOST, OWN_UPLOADS_MOST, FileStore
from servicekit.files.stored import Part, State, StoredFile
from servicekit.ids import new_id
from servicekit.serving.bodies import BodyUnreadable
from tests.clamd import HARMFUL, a_scanner
from tests.integration.congress.scene import (
    APPROVER,
    CLERK,
    PATHS,
    READER,
    Desk,
    Json,
    a_told_unit,
    reported,
    tell_units,
)
from tests.papers import a_bomb, a_pdf, a_picture, saved
from tests.processes import House

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {"Content-Type": "application/offset+octet-stream", **TUS}


@pytest.fixture
def store(congress_house: House, context: Context) -> FileStore:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in congress_house.env().items():
            patch.setenv(name, value)
        made = file_store(read_examiner_settings(), context.database)
    made.prepare()
    return made


def keeping(store: FileStore, context: Context, scanner: Scanner | None = None) -> Keeping:
    return Keeping(store, scanner or NoScanner(), context.clock.now)


def check_all(store: FileStore, when: Context | datetime, scanner: Scanner | None = None) -> None:
    now = when.clock.now if isinstance(when, Context) else lambda: when
    examiner = Keeping(store, scanner or NoScanner(), now)
    while examiner.check_next():
        continue


@pytest.fixture
def report(congress_house: House, context: Context, plan: Json) -> Json:
    return reported(congress_house, plan, "n1", "closed", context.clock.today() - timedelta(days=3))


def files_of(report: Json) -> str:
    return f"/congresses/{report['id']}/files"


def send(desk: Desk, method: str, path: str, data: Any = None, **headers: str) -> requests.Response:
    base = desk.house.url("congress")
    place = path if path.startswith(("/api/", "/files/")) else f"/api/congress{path}"
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return desk.http.request(
        method,
        base + place,
        data=data,
        headers={"Authorization": f"Bearer {desk.token}", **sent},
        timeout=60,
        allow_redirects=False,
    )


def begin(desk: Desk, report: Json, length: int, name: str = "minutes.pdf") -> requests.Response:
    metadata = f"filename {base64.b64encode(name.encode()).decode()}"
    return send(desk, "POST", files_of(report), Upload_Length=str(length), Upload_Metadata=metadata, **TUS)


def go_on(desk: Desk, place: str, offset: int, data: bytes) -> requests.Response:
    return send(desk, "PATCH", place, data, Upload_Offset=str(offset), **BYTES)


def uploaded(desk: Desk, report: Json, data: bytes, name: str = "minutes.pdf") -> str:
    """The file's id."""
    begun = begin(desk, report, len(data), name)
    assert begun.status_code == 201, begun.text
    place = begun.headers["Location"]
    done = go_on(desk, place, 0, data)
    assert done.status_code == 204, done.text
    return place.split("/")[-2]


def listed(desk: Desk, report: Json) -> list[Json]:
    return list(desk.get(files_of(report))["items"])


def content(
    desk: Desk, report: Json, file_id: str, part: str = "content", **headers: str
) -> requests.Response:
    return send(desk, "GET", f"{files_of(report)}/{file_id}/{part}", **headers)


def pieces(store: FileStore, file_id: str) -> int:
    places = [f"{file_id}.{part.value}" for part in Part]
    return store.database.mongo["files.chunks"].count_documents({"files_id": {"$in": places}})


# ---------------------------------------------------------------- the way of a file


def test_the_signed_minutes_are_sent_checked_and_given_out(
    congress_house: House, context: Context, store: FileStore, report: Json
) -> None:
    clerk, reader = Desk(congress_house, "n1", CLERK), Desk(congress_house, "root", READER)
    minutes = a_pdf(padding=700_000)
    file_id = uploaded(clerk, report, minutes, "Biên bản đại hội.PDF")

    (waiting,) = listed(reader, report)
    assert (waiting["state"], waiting["name"]) == ("checking", "Biên bản đại hội.pdf")
    early = content(reader, report, file_id)
    assert (early.status_code, early.json()["type"]) == (503, "/problems/file-being-checked")
    assert early.headers["Retry-After"]

    check_all(store, context)
    (ready,) = listed(reader, report)
    assert (ready["state"], ready["pages"], ready["bytes"]) == ("ready", 2, len(minutes))
    assert ready["sha256"] == hashlib.sha256(minutes).hexdigest()
    given = content(reader, report, file_id)
    assert (given.status_code, given.content) == (200, minutes)
    assert given.headers["Content-Type"] == "application/pdf"
    assert given.headers["Cache-Control"] == "private, no-store"
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert given.headers["Content-Security-Policy"].startswith("sandbox")
    assert given.headers["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''Bi%C3%AAn%20b%E1%BA%A3n" in given.headers["Content-Disposition"]
    assert pieces(store, file_id) == 3  # of the content; what arrived is gone
    again = Desk(congress_house, "n1", CLERK).get(f"/congresses/{report['id']}")
    assert again["version"] == report["version"] + 1


def test_a_photograph_is_painted_anew_and_made_small(
    congress_house: House, context: Context, store: FileStore, report: Json
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    photograph = a_picture(size=(1200, 800), orientation=6) + b"PK\x03\x04 a hidden archive"
    file_id = uploaded(clerk, report, photograph, "hall.png.exe")
    check_all(store, context)
    (ready,) = listed(clerk, report)
    assert (ready["kind"], ready["name"], ready["width"], ready["height"]) == (
        "jpeg",
        "hall.png.jpg",
        800,
        1200,
    )
    given = content(clerk, report, file_id)
    assert b"archive" not in given.content
    assert b"member" not in given.content
    with Image.open(io.BytesIO(given.content)) as image:
        assert image.size == (800, 1200)
        assert not image.getexif()
    preview = content(clerk, report, file_id, "preview")
    assert preview.headers["Content-Type"] == "image/jpeg"
    with Image.open(io.BytesIO(preview.content)) as image:
        assert max(image.size) == 640


def test_an_upload_that_broke_off_goes_on_where_it_stood(
    congress_house: House, context: Context, store: FileStore, report: Json
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    data = a_pdf(padding=600_000)
    place = begin(clerk, report, len(data)).headers["Location"]
    first = PIECE_BYTES + 1_000
    assert go_on(clerk, place, 0, data[:first]).headers["Upload-Offset"] == str(first)
    told = send(clerk, "HEAD", place, **TUS)
    assert (told.status_code, told.headers["Upload-Offset"]) == (204, str(first))
    assert told.headers["Upload-Length"] == str(len(data))
    assert told.headers["Cache-Control"] == "no-store"
    assert told.headers["Upload-Expires"]
    elsewhere = go_on(clerk, place, first - 1, data[first - 1 :])
    assert (elsewhere.status_code, elsewhere.json()["type"]) == (409, "/problems/offset-differs")
    assert listed(clerk, report) == []
    for start in range(first, len(data), 100_001):
        assert go_on(clerk, place, start, data[start : start + 100_001]).status_code == 204
    check_all(store, context)
    (ready,) = listed(clerk, report)
    assert content(clerk, report, ready["id"]).content == data
    assert go_on(clerk, place, len(data), b"").status_code == 409


def test_what_arrived_before_the_connection_broke_is_kept(congress_house: House, report: Json) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    data = a_pdf(padding=400_000)
    place = begin(clerk, report, len(data)).headers["Location"]
    sent = 300_000
    with socket.create_connection(("127.0.0.1", congress_house.ports["congress"])) as connection:
        head = (
            f"PATCH {place} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {clerk.token}\r\nTus-Resumable: 1.0.0\r\n"
            f"Upload-Offset: 0\r\nContent-Type: {BYTES['Content-Type']}\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        connection.sendall(head.encode() + data[:sent])
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(4096).decode()
    assert " 400 " in answer.splitlines()[0]
    told = send(clerk, "HEAD", place, **TUS)
    assert int(told.headers["Upload-Offset"]) == sent
    assert go_on(clerk, place, sent, data[sent:]).status_code == 204


def test_ranges_are_given_and_one_that_is_not_there_is_refused(
    congress_house: House, context: Context, store: FileStore, report: Json
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    data = a_pdf(padding=600_000)
    file_id = uploaded(clerk, report, data)
    check_all(store, context)
    whole = content(clerk, report, file_id)
    for asked, start, stop in (
        ("bytes=0-99", 0, 100),
        (f"bytes={PIECE_BYTES - 5}-{PIECE_BYTES + 4}", PIECE_BYTES - 5, PIECE_BYTES + 5),
        ("bytes=-7", len(data) - 7, len(data)),
        ("bytes=599999-", 599_999, len(data)),
        ("bytes=0-99999999", 0, len(data)),
    ):
        part = content(clerk, report, file_id, Range=asked)
        assert (part.status_code, part.content) == (206, data[start:stop]), asked
        assert part.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(data)}"
        assert part.headers["Content-Length"] == str(stop - start)
    beyond = content(clerk, report, file_id, Range=f"bytes={len(data)}-")
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(data)}")
    for other in ("bytes=0-1,5-6", "lines=1-2", "bytes=x"):
        assert content(clerk, report, file_id, Range=other).status_code == 200
    same = content(clerk, report, file_id, Range="bytes=0-0", If_Range=whole.headers["ETag"])
    assert same.status_code == 206
    assert content(clerk, report, file_id, Range="bytes=0-0", If_Range='"other"').status_code == 200
    head = send(clerk, "HEAD", f"{files_of(report)}/{file_id}/content")
    assert (head.headers["Content-Length"], head.headers["Accept-Ranges"]) == (str(len(data)), "bytes")


# ---------------------------------------------------------------- who may


def test_a_file_has_no_right_of_its_own_and_its_id_opens_nothing(
    congress_house: House, context: Context, store: FileStore, plan: Json, report: Json
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    file_id = uploaded(clerk, report, a_pdf())
    check_all(store, context)
    other_report = Desk(congress_house, "s1", CLERK).congress_of("s1", plan)
    neighbour = Desk(congress_house, "south", ("congress:read below", "congress:report below"))
    # Not by their own record, not by the right one, not by an id made up: the same answer.
    answers = [
        content(neighbour, other_report, file_id),
        content(neighbour, report, file_id),
        content(neighbour, other_report, "nosuchfileatallnosuchfile1"),
        send(
            neighbour,
            "DELETE",
            f"{files_of(other_report)}/{file_id}",
            If_Match=f'"{other_report["version"]}"',
        ),
        send(neighbour, "HEAD", f"/api/congress{files_of(other_report)}/{file_id}/arriving", **TUS),
    ]
    bodies = [{**one.json(), "request_id": ""} for one in answers[:4]]
    assert [one.status_code for one in answers] == [404] * 5
    assert bodies == [bodies[0]] * 4
    reader = Desk(congress_house, "n1", READER)
    assert content(reader, report, file_id).status_code == 200
    assert begin(reader, report, 10).status_code == 403
    assert send(reader, "DELETE", f"{files_of(report)}/{file_id}", If_Match='"1"').status_code == 403


def test_who_reads_a_file_is_decided_where_its_record_is_now(
    congress_house: House, context: Context, store: FileStore, plan: Json
) -> None:
    report = reported(congress_house, plan, "n2", "closed", context.clock.today() - timedelta(days=3))
    file_id = uploaded(Desk(congress_house, "n2", CLERK), report, a_pdf())
    check_all(store, context)
    north, south = (Desk(congress_house, unit, READER) for unit in ("north", "south"))
    assert [content(one, report, file_id).status_code for one in (north, south)] == [200, 404]
    moved = a_told_unit(("root", "south", "n2"))
    tell_units(context, [moved])
    try:
        assert [content(one, report, file_id).status_code for one in (north, south)] == [404, 200]
    finally:
        tell_units(context, [a_told_unit(PATHS["n2"])])
    assert [content(one, report, file_id).status_code for one in (north, south)] == [200, 404]


def test_a_browser_that_may_not_open_a_file_yet_is_led_back_with_the_reason(
    congress_house: House, report: Json
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    file_id = uploaded(clerk, report, a_pdf())
    early = send(clerk, "GET", f"/files/congress{files_of(report)}/{file_id}/content")
    assert (early.status_code, early.headers["Location"]) == (
        303,
        f"/congresses/{report['id']}?refused=file-being-checked#files",
    )
    assert SENT_BACK["file-being-checked"].title.startswith("This file is still being checked.")


def test_an_upload_is_gone_on_with_by_whoever_began_it_alone(congress_house: House, report: Json) -> None:
    clerk, colleague = (Desk(congress_house, "n1", CLERK) for _ in range(2))
    place = begin(clerk, report, 1000).headers["Location"]
    assert go_on(colleague, place, 0, b"%PDF-").status_code == 404
    assert send(colleague, "DELETE", place, **TUS).status_code == 404
    assert send(clerk, "DELETE", place, **TUS).status_code == 204
    assert send(clerk, "HEAD", place, **TUS).status_code == 404


def test_nothing_is_added_or_removed_once_the_report_was_sent_up(
    congress_house: House, context: Context, store: FileStore, plan: Json
) -> None:
    day = context.clock.today() - timedelta(days=3)
    report = reported(congress_house, plan, "n1", "results", day)
    clerk = Desk(congress_house, "n1", CLERK)
    file_id = uploaded(clerk, report, a_pdf())
    half = begin(clerk, report, 1000).headers["Location"]
    report = clerk.done(clerk.congress_of("n1", plan), "submit")
    assert clerk.get(files_of(report))["form_token"] == ""
    for refused in (
        begin(clerk, report, 1000),
        go_on(clerk, half, 0, b"%PDF-1.7 and more"),
        send(clerk, "DELETE", f"{files_of(report)}/{file_id}", If_Match=f'"{report["version"]}"'),
    ):
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/waiting-for-approval")
    check_all(store, context)
    approver = Desk(congress_house, "north", APPROVER)
    assert content(approver, report, file_id).status_code == 200


def test_a_report_sent_up_while_a_file_arrives_does_not_get_it(
    congress_house: House, context: Context, plan: Json
) -> None:
    """The last byte decides, not the first: what could be added at the beginning is refused at the end."""
    report = reported(congress_house, plan, "n1", "results", context.clock.today() - timedelta(days=3))
    clerk = Desk(congress_house, "n1", CLERK)
    data = a_pdf(padding=PIECE_BYTES)
    place = begin(clerk, report, len(data)).headers["Location"]

    def slowly() -> Iterator[bytes]:
        yield data[: PIECE_BYTES // 2]
        clerk_again = Desk(congress_house, "n1", CLERK)
        clerk_again.done(clerk_again.congress_of("n1", plan), "submit")
        yield data[PIECE_BYTES // 2 :]

    refused = go_on(clerk, place, 0, slowly())  # type: ignore[arg-type]
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/waiting-for-approval")
    assert listed(clerk, report) == []


def test_whoever_added_a_file_does_not_decide_on_the_report(
    congress_house: House, context: Context, plan: Json
) -> None:
    report = reported(congress_house, plan, "n1", "results", context.clock.today() - timedelta(days=3))
    both = Desk(
        congress_house, "north", ("congress:read below", "congress:report below", "congress:approve under")
    )
    uploaded(both, report, a_pdf())
    clerk = Desk(congress_house, "n1", CLERK)
    report = clerk.done(clerk.congress_of("n1", plan), "submit")
    refused = both.act(report, "approve")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/own-report")


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("length", "headers", "status", "kind"),
    [
        ("0", TUS, 422, "upload-empty"),
        ("-1", TUS, 400, "tus-header-unreadable"),
        ("1e3", TUS, 400, "tus-header-unreadable"),
        ("১০০", TUS, 400, "tus-header-unreadable"),
        ("", TUS, 400, "tus-header-unreadable"),
        (str(100 * 1024 * 1024 + 1), TUS, 413, "file-too-large"),
        ("9" * 15, TUS, 413, "file-too-large"),
        ("9" * 400, TUS, 400, "tus-header-unreadable"),
        ("100", {}, 412, "tus-version-unknown"),
        ("100", {"Tus-Resumable": "0.2.2"}, 412, "tus-version-unknown"),
        ("100", {**TUS, "Upload-Metadata": "filename %%%"}, 400, "tus-header-unreadable"),
        ("100", {**TUS, "Upload-Metadata": "filename " + "A" * 5000}, 400, "tus-header-unreadable"),
    ],
)
def test_an_upload_that_is_announced_wrongly_is_refused(
    congress_house: House, report: Json, length: str, headers: dict[str, str], status: int, kind: str
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    answer = send(clerk, "POST", files_of(report), Upload_Length=length.encode().decode("latin-1"), **headers)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}")
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    if status == 412:
        assert answer.headers["Tus-Version"] == "1.0.0"


@pytest.mark.parametrize(
    "data", [b"<html><script>", b"PK\x03\x04" + bytes(100), b"MZ" + bytes(50), b"GIF89a" + bytes(99), b"x"]
)
def test_what_a_file_is_its_content_says(
    congress_house: House, report: Json, store: FileStore, data: bytes
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    place = begin(clerk, report, len(data), "minutes.pdf").headers["Location"]
    refused = go_on(clerk, place, 0, data)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/file-kind-not-taken")
    assert send(clerk, "HEAD", place, **TUS).status_code == 404
    assert listed(clerk, report) == []


def test_more_than_was_announced_is_refused_and_nothing_hangs(congress_house: House, report: Json) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    data = a_pdf()
    place = begin(clerk, report, len(data) - 10).headers["Location"]
    assert go_on(clerk, place, 0, data).status_code == 413
    wrong_type = send(clerk, "PATCH", place, data, Upload_Offset="0", Content_Type="text/plain", **TUS)
    assert (wrong_type.status_code, wrong_type.json()["type"]) == (415, "/problems/upload-kind-wrong")
    assert listed(clerk, report) == []


def test_of_two_requests_that_send_at_once_one_goes_on(
    congress_house: House, report: Json, store: FileStore
) -> None:
    """The later one has the upload; whoever holds a dead connection loses nothing for the other."""
    clerk = Desk(congress_house, "n1", CLERK)
    data = a_pdf(padding=3 * PIECE_BYTES)
    place = begin(clerk, report, len(data)).headers["Location"]
    answers = []

    def slowly() -> Iterator[bytes]:
        yield data[: PIECE_BYTES // 2]
        wait_until(lambda: version_of(store, place) > 1)
        other = Desk(congress_house, "n1", CLERK, clerk.account_id)
        answers.append(go_on(other, place, 0, data))
        yield data[PIECE_BYTES // 2 :]

    first = go_on(clerk, place, 0, slowly())  # type: ignore[arg-type]
    assert answers[0].status_code == 204
    assert (first.status_code, first.json()["type"]) == (409, "/problems/written-by-another")
    assert len(listed(clerk, report)) == 1


def test_a_unit_has_room_for_so_much_and_gets_it_back(
    congress_house: House, report: Json, store: FileStore, context: Context
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    before = store.taken("n1")
    small = replace_room(store, before + 10_000)
    place = begin(clerk, report, 6_000).headers["Location"]
    assert store.taken("n1") == before + 6_000
    file = store.find(place.split("/")[-2])
    assert file is not None
    with pytest.raises(UnitsRoomFull):
        small.begin(replace(file, id="another", length=6_000))
    assert send(clerk, "DELETE", place, **TUS).status_code == 204
    assert store.taken("n1") == before


def version_of(store: FileStore, place: str) -> int:
    found = store.find(place.split("/")[-2])
    return found.version if found else 0


def wait_until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def replace_room(store: FileStore, most: int) -> FileStore:
    other = object.__new__(FileStore)
    other.__dict__.update(store.__dict__)
    other._most = most
    return other


# ---------------------------------------------------------------- checked


def test_whoever_begins_again_and_again_leaves_only_the_newest(
    congress_house: House, store: FileStore, report: Json
) -> None:
    clerk, other = Desk(congress_house, "n1", CLERK), Desk(congress_house, "n1", CLERK)
    before = store.taken("n1")
    theirs = begin(other, report, 1000).headers["Location"]
    places = [begin(clerk, report, 1000).headers["Location"] for _ in range(OWN_UPLOADS_MOST + 3)]
    found = [send(clerk, "HEAD", place, **TUS).status_code for place in places]
    assert found == [404] * 3 + [204] * OWN_UPLOADS_MOST
    assert send(other, "HEAD", theirs, **TUS).status_code == 204
    assert store.taken("n1") - before == 1000 * (OWN_UPLOADS_MOST + 1)
    # The oldest that is left is no less an upload than the newest.
    assert go_on(clerk, places[3], 0, b"%PDF-1.7 " + b"x" * 100).status_code == 204


def test_nobody_has_more_than_some_waiting_for_a_check_and_everybody_is_checked_in_turn(
    store: FileStore, context: Context, report: Json
) -> None:
    def sent(by: str) -> StoredFile:
        now = context.clock.now()
        begun = store.begin(StoredFile(new_id(), "congresses", report["id"], "n1", by, now, "a.pdf"), 1000)
        return take_whole(store, begun, iter([b"%PDF-1.7 " + b"x" * 100]), lambda _: None)

    check_all(store, context)
    many, other = new_id(), new_id()
    theirs = [sent(many) for _ in range(OWN_CHECKING_MOST)]
    with pytest.raises(TooManyBeingChecked):
        sent(many)
    waits = sent(other)
    examiner = keeping(store, context)
    for _ in range(2):
        assert examiner.check_next() == 1
    states = [found.state for file in (*theirs, waits) if (found := store.find(file.id))]
    assert (states.count(State.CHECKING), states[-1]) == (OWN_CHECKING_MOST - 1, State.REFUSED)
    check_all(store, context)


@pytest.mark.parametrize(
    "trouble", [RuntimeError("ours"), PyMongoError("the database's"), KeyboardInterrupt(), BodyUnreadable()]
)
def test_what_breaks_off_in_a_form_is_not_kept_whatever_broke_it(
    trouble: BaseException, store: FileStore, context: Context, report: Json
) -> None:
    def breaking() -> Iterator[bytes]:
        yield b"%PDF-1.7 " + b"x" * 300_000
        raise trouble

    now, before = context.clock.now(), store.taken("n1")
    file = store.begin(StoredFile(new_id(), "congresses", report["id"], "n1", "clerk", now, "a.pdf"), 500_000)
    with pytest.raises(type(trouble)):
        take_whole(store, file, breaking(), lambda _: None)
    assert store.find(file.id) is None
    assert store.taken("n1") == before


def test_until_the_scanner_has_spoken_nothing_is_given_out(
    congress_house: House, context: Context, store: FileStore, report: Json
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    file_id = uploaded(clerk, report, a_pdf())
    now = context.clock.now()
    with a_scanner("closes") as silent:
        for minutes in range(5):
            later = now + timedelta(minutes=minutes)
            check_all(store, later, scanner_at(silent.address))
            assert listed(clerk, report)[0]["state"] == "checking"
            assert content(clerk, report, file_id).status_code == 503
    with a_scanner() as awake:
        check_all(store, now + timedelta(hours=1), scanner_at(awake.address))
    assert content(clerk, report, file_id).status_code == 200


def test_what_the_scanner_finds_is_gone_and_said(
    congress_house: House, context: Context, store: FileStore, report: Json
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    before = store.taken("n1")
    file_id = uploaded(clerk, report, a_pdf().replace(b"%PDF-1.3\n", b"%PDF-1.3\n%" + HARMFUL + b"\n"))
    with a_scanner() as stand_in:
        check_all(store, context, scanner_at(stand_in.address))
    (refused,) = listed(clerk, report)
    assert refused["state"] == "refused"
    assert refused["refused"]["message"] == "The virus scanner found something harmful in this file."
    answer = content(clerk, report, file_id)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/file-refused")
    assert pieces(store, file_id) == 0
    assert store.taken("n1") == before


def test_a_document_that_could_act_is_refused_and_its_reason_said(
    congress_house: House, context: Context, store: FileStore, report: Json
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    document = pikepdf.open(io.BytesIO(a_pdf()))
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("x"))
    uploaded(clerk, report, saved(document))
    uploaded(clerk, report, a_bomb(), "picture.png")
    check_all(store, context)
    said = [one["refused"]["message"].split(".")[0] for one in listed(clerk, report)]
    assert said == [
        "This PDF holds a script or something that starts when it is opened",
        "This picture has too many pixels: 40 million at most",
    ]


def test_a_file_that_ends_the_examiner_is_not_tried_for_ever(
    congress_house: House, context: Context, store: FileStore, report: Json
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    file_id = uploaded(clerk, report, a_pdf())
    tried = 0

    class Killed(BaseException):
        pass

    def killing(source: Any, kind: Any) -> Any:
        nonlocal tried
        tried += 1
        raise Killed

    clock = [context.clock.now()]
    for _ in range(5):
        clock[0] += timedelta(hours=1)
        with contextlib.suppress(Killed):
            Keeping(store, NoScanner(), lambda: clock[0], killing).check_next()
    assert tried == 3
    found = store.find(file_id)
    assert found is not None
    assert (found.state, found.found) == (State.REFUSED, "not-examinable")


def test_what_is_stored_otherwise_than_it_was_is_not_given_out(
    congress_house: House, context: Context, store: FileStore, report: Json
) -> None:
    """Pieces that were swapped, taken from another file, cut or left out: whoever can write the database."""
    clerk = Desk(congress_house, "n1", CLERK)
    ids = [uploaded(clerk, report, a_pdf(padding=3 * PIECE_BYTES)) for _ in range(2)]
    check_all(store, context)
    chunks = store.database.mongo["files.chunks"]
    place, other = ({"files_id": f"{one}.content", "n": 1} for one in ids)
    kept, foreign = chunks.find_one(place), chunks.find_one(other)
    assert kept is not None
    assert foreign is not None
    next_one = chunks.find_one({**place, "n": 2})
    assert next_one is not None
    file = store.find(ids[0])
    assert file is not None
    length = file.lengths[Part.CONTENT]
    for forged in (foreign["data"], next_one["data"], kept["data"][:-1], b""):
        chunks.update_one(place, {"$set": {"data": forged}})
        with pytest.raises(FileDamaged):
            list(store.read(file, Part.CONTENT, 0, length))
    chunks.delete_one(place)
    with pytest.raises(FileDamaged):
        list(store.read(file, Part.CONTENT, 0, length))
    # A shorter file cannot be made of it either: the number of pieces is bound into each.
    with pytest.raises(FileDamaged):
        list(store.read(replace(file, lengths={Part.CONTENT: PIECE_BYTES}), Part.CONTENT, 0, PIECE_BYTES))


def test_one_file_that_cannot_be_read_is_not_in_the_way_of_the_others(
    congress_house: House, context: Context, store: FileStore, report: Json
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    bad, good = (uploaded(clerk, report, a_pdf()) for _ in range(2))
    check_all(store, context)
    store.database.mongo["files"].update_one({"_id": bad}, {"$set": {"facts": b"x" * 60}})
    assert [one["id"] for one in listed(clerk, report)] == [good]
    assert content(clerk, report, bad).status_code == 404
    assert content(clerk, report, good).status_code == 200


# ---------------------------------------------------------------- removing


def test_removing_is_real_for_every_content_of_it(
    congress_house: House, context: Context, store: FileStore, report: Json
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    before = store.taken("n1")
    file_id = uploaded(clerk, report, a_picture())
    check_all(store, context)
    one = clerk.get(f"/congresses/{report['id']}")
    stale = send(clerk, "DELETE", f"{files_of(report)}/{file_id}", If_Match='"1"')
    assert stale.status_code == 412
    assert send(clerk, "DELETE", f"{files_of(report)}/{file_id}").status_code == 428
    gone = send(clerk, "DELETE", f"{files_of(report)}/{file_id}", If_Match=f'"{one["version"]}"')
    assert gone.status_code == 204, gone.text
    assert listed(clerk, report) == []
    assert content(clerk, report, file_id).status_code == 404
    assert store.database.mongo["file_keys"].find_one({"_id": file_id}) is None
    assert store.taken("n1") == before
    assert pieces(store, file_id) == 2  # of the picture and of the small one, for a key that is nowhere
    assert keeping(store, context).sweep() >= 1
    assert pieces(store, file_id) == 0
    assert store.database.mongo["files"].find_one({"_id": file_id}) is None


def test_what_hangs_on_nothing_is_removed_after_a_day(
    congress_house: House, context: Context, store: FileStore, report: Json
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    place = begin(clerk, report, 5_000).headers["Location"]
    go_on(clerk, place, 0, b"%PDF-1.7 half of it")
    file_id = place.split("/")[-2]
    hung = uploaded(clerk, report, a_pdf())
    now = context.clock.now()

    def later(hours: float) -> Keeping:
        return Keeping(store, NoScanner(), lambda: now + timedelta(hours=hours))

    later(23.9).remove_unhung()
    assert send(clerk, "HEAD", place, **TUS).status_code == 204
    later(24.1).remove_unhung()
    assert send(clerk, "HEAD", place, **TUS).status_code == 404
    later(24.1).sweep()
    assert pieces(store, file_id) == 0
    found = store.find(hung)
    assert found is not None
    assert found.state is State.CHECKING


# ---------------------------------------------------------------- by a form, without script


def form(desk: Desk, report: Json, data: bytes, token: str, name: str = "minutes.pdf") -> requests.Response:
    return desk.http.post(
        f"{desk.house.url('congress')}/files/congress{files_of(report)}/form",
        data={"csrf": token},
        files={"file": (name, data, "text/html")},
        headers={"Authorization": f"Bearer {desk.token}"},
        allow_redirects=False,
        timeout=60,
    )


def test_a_form_without_script_adds_a_file_and_leads_back(
    congress_house: House, context: Context, store: FileStore, report: Json
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    token = clerk.get(files_of(report))["form_token"]
    data = a_pdf(padding=900_000)
    sent = form(clerk, report, data, token)
    assert sent.status_code == 303, sent.text
    assert sent.headers["Location"] == f"/congresses/{report['id']}?done=file-added#files"
    check_all(store, context)
    (ready,) = listed(clerk, report)
    assert content(clerk, report, ready["id"]).content == data
    saved = send(clerk, "GET", f"/files/congress{files_of(report)}/{ready['id']}/content")
    assert saved.content == data


def test_a_form_that_is_not_ours_or_not_right_adds_nothing_and_leads_back_with_the_reason(
    congress_house: House, report: Json, plan: Json
) -> None:
    clerk = Desk(congress_house, "n1", CLERK)
    token = clerk.get(files_of(report))["form_token"]
    other = Desk(congress_house, "n1", CLERK).get(files_of(report))["form_token"]
    of_other_record = Desk(congress_house, "s1", CLERK)
    elsewhere = of_other_record.get(files_of(of_other_record.congress_of("s1", plan)))["form_token"]
    for refused, why in (
        (form(clerk, report, a_pdf(), ""), "form-not-ours"),
        (form(clerk, report, a_pdf(), other), "form-not-ours"),
        (form(clerk, report, a_pdf(), elsewhere), "form-not-ours"),
        (form(clerk, report, b"<html>", token), "file-kind-not-taken"),
        (form(clerk, report, b"", token), "upload-empty"),
    ):
        assert refused.status_code == 303
        found = re.search(r"\?refused=([a-z-]+)", refused.headers["Location"])
        assert found
        assert found[1] == why
        assert refused.headers["Location"].startswith(f"/congresses/{report['id']}?")
    assert listed(clerk, report) == []
