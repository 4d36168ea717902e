"""One owner's files as a request finds them: each is looked up through the record that it hangs on, now."""

import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import Response, request

from servicekit.access import form_tokens
from servicekit.access.decision import Caller
from servicekit.files import giving
from servicekit.files.arriving import uploads
from servicekit.files.hanging import Owner
from servicekit.files.kinds import MB, MOST_BYTES
from servicekit.files.refusals import NoSuchFile, RangeNotThere
from servicekit.files.store import FileStore
from servicekit.files.stored import Part, State, StoredFile, require_given_out
from servicekit.ids import new_id
from servicekit.refusals import Refusal
from servicekit.serving.problems import problem
from servicekit.serving.worker import CROWDED
from servicekit.web.guards import caller
from servicekit.web.kit import kit

REST_BYTES = 8 * MB
FORM_PURPOSE = "files"


@dataclass(frozen=True)
class Desk:
    store: FileStore
    owner: Owner
    secret: bytes

    def token(self, record_id: str) -> str:
        return form_tokens.token(self._secret_of(record_id), caller().session_id, FORM_PURPOSE)

    def is_ours(self, record_id: str, token: str) -> bool:
        return form_tokens.is_genuine(self._secret_of(record_id), caller().session_id, token, FORM_PURPOSE)

    def _secret_of(self, record_id: str) -> bytes:
        return hmac.digest(self.secret, record_id.encode(), "sha256")

    def files(self, record_id: str) -> list[StoredFile]:
        record = self.owner.find(caller(), record_id, self.owner.read)
        by_id = {file.id: file for file in self.store.of_record(record.id) if file.noun == self.owner.noun}
        return [by_id[file_id] for file_id in record.files if file_id in by_id]

    def hung(self, record_id: str, file_id: str) -> StoredFile:
        """One that hangs on this very record now, for whoever may read it."""
        record = self.owner.find(caller(), record_id, self.owner.read)
        file = self.store.find(file_id) if file_id in record.files else None
        if file is None or (file.noun, file.record_id) != (self.owner.noun, record.id):
            raise NoSuchFile
        return file

    def arriving(self, record_id: str, file_id: str) -> StoredFile:
        """One's own upload to this very record, for whoever may still add to it."""
        record = self.owner.find(caller(), record_id, self.owner.write)
        file = self.store.find(file_id)
        if (
            file is None
            or (file.noun, file.record_id) != (self.owner.noun, record.id)
            or file.by not in caller().accounts
            or (file.state is State.ARRIVING and file.expires_at <= kit().clock.now())
        ):
            raise NoSuchFile
        return file

    def begun(self, record_id: str, name: str, length: int | None, most: int = MOST_BYTES) -> StoredFile:
        record = self.owner.find(caller(), record_id, self.owner.write)
        self.owner.may_add(caller(), record.id)
        return self.store.begin(
            StoredFile(
                id=new_id(),
                noun=self.owner.noun,
                record_id=record.id,
                unit_id=record.unit_id,
                by=caller().account_id,
                begun_at=kit().clock.now(),
                name=name[:1000],
                length=length,
            ),
            most,
        )

    def hang(self, person: Caller) -> Callable[[StoredFile], None]:
        return lambda file: self.owner.hang(person, file)

    def given(self, file: StoredFile, part: Part) -> Response:
        length = require_given_out(file, part)
        headers = giving.headers_of(file, part)
        asked = request.headers.get("Range")
        unchanged = request.headers.get("If-Range") in (None, headers["ETag"])
        try:
            found = giving.asked_range(asked, length) if unchanged else None
        except RangeNotThere as refusal:
            refused = problem(refusal)
            refused.headers["Content-Range"] = f"bytes */{length}"
            return refused
        start, stop = found or (0, length)
        if found:
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{length}"
        body: Iterator[bytes] | bytes = b""
        if request.method != "HEAD":
            body = giving.in_time(self.store.read(file, part, start, stop))
        response = Response(body, 206 if found else 200, headers=headers)
        response.headers["Content-Length"] = str(stop - start)
        return response


def taken_to_the_end(response: Response) -> Response:
    """What is left of a body that was refused: whoever still sends it would not hear why, nor use the connection on."""
    if request.method not in ("POST", "PATCH") or response.status_code < 300:
        return response
    if request.environ.get(CROWDED):
        return response  # on a thread that others need at once
    taken = 0
    try:
        for data in uploads.paced(request.environ["wsgi.input"]):
            taken += len(data)
            if taken > REST_BYTES:
                response.headers["Connection"] = "close"
                break
    except Refusal:
        response.headers["Connection"] = "close"
    return response
