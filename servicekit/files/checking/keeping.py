"""What a background program does for files: checks those that have arrived, and removes what hangs on nothing."""

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import BinaryIO

from pymongo.errors import PyMongoError

from servicekit.data.events import AuditEntry
from servicekit.files.checking.examination import Examined, examined
from servicekit.files.checking.scanning import Scanner, ScannerSilent
from servicekit.files.kinds import Kind
from servicekit.files.refusals import ContentRefused, FileDamaged, HarmfulFound, NotExaminable, UnitsRoomFull
from servicekit.files.store import FileStore
from servicekit.files.stored import Part, State, StoredFile
from servicekit.logs import log
from servicekit.refusals import Refusal, Stale
from servicekit.work.fairly import Fairly

# One that ends the examiner, or us, so many times is not tried again.
MOST_TRIES = 3
ASK_SCANNER_AGAIN = timedelta(seconds=10)

Examine = Callable[[BinaryIO, Kind], AbstractContextManager[Examined]]


class Keeping:
    """Each step leaves everything in a state from which anyone can go on."""

    def __init__(
        self, store: FileStore, scanner: Scanner, now: Callable[[], datetime], examine: Examine = examined
    ) -> None:
        self._store = store
        self._scanner = scanner
        self._now = now
        self._examine = examine
        self._fairly = Fairly()

    def any_waits(self, _: float) -> bool:
        """For a check, be it now or later."""
        return bool(self._store.in_state(State.CHECKING))

    def check_next(self) -> int:
        """One file that waits for it: of whoever was served longest ago, new ones first; 0 where none does."""
        now = self._now()
        waiting = [
            one for one in self._store.in_state(State.CHECKING) if one.try_at is None or one.try_at <= now
        ]
        waiting.sort(key=lambda one: one.try_at or one.begun_at)
        in_turn = self._fairly.in_turn(waiting, lambda one: one.by)
        for file in sorted(in_turn, key=lambda one: one.tries > 0)[:1]:
            self._fairly.serve(file.by)
            try:
                self._check(file)
            except Stale:
                log.info("file_changed_meanwhile", file=file.id)
            return 1
        return 0

    def remove_unhung(self) -> int:
        """What has hung on no record for a day."""
        late = [one for one in self._store.in_state(State.ARRIVING) if one.expires_at <= self._now()]
        for file in late:
            try:
                self._store.end(file)
            except Stale:
                log.info("file_changed_meanwhile", file=file.id)
        return len(late)

    def sweep(self) -> int:
        """The pieces of what has ended: no key opens them any more."""
        ended = self._store.ended()
        for file_id, version in ended:
            self._store.sweep(file_id, version)
        return len(ended)

    def _check(self, file: StoredFile) -> None:
        if file.tries >= MOST_TRIES:
            self._refuse(file, NotExaminable)
            return
        # Counted before it is done, for it may be what ends us.
        file = self._store.save(
            replace(file, tries=file.tries + 1, try_at=self._now() + ASK_SCANNER_AGAIN * (file.tries + 1))
        )
        try:
            self._decide(file)
        except PyMongoError:
            # The database's trouble is not the file's: it does not count against it.
            with suppress(PyMongoError, Stale):
                self._store.save(replace(file, tries=file.tries - 1))
            raise

    def _decide(self, file: StoredFile) -> None:
        try:
            clean = self._scanner.is_clean(self._source(file))
        except ScannerSilent as silent:
            log.error("scanner_silent", file=file.id, why=str(silent))
            self._store.save(replace(file, tries=0, try_at=self._now() + ASK_SCANNER_AGAIN))
            return
        except FileDamaged:
            self._refuse(file, NotExaminable)
            return
        if not clean:
            self._refuse(file, HarmfulFound)
            return
        try:
            ready = self._kept(file)
        except NotExaminable:
            log.warning("file_not_examined", file=file.id, tries=file.tries)
            return
        except ContentRefused as refusal:
            self._refuse(file, type(refusal))
            return
        except FileDamaged:
            self._refuse(file, NotExaminable)
            return
        try:
            self._store.save_charged(ready, sum(ready.lengths.values()))
        except UnitsRoomFull:
            self._refuse(file, UnitsRoomFull)
            return
        self._store.forget(file.stream(Part.UPLOAD))

    def _kept(self, file: StoredFile) -> StoredFile:
        """Writes what is given out: what was made of its pixels, or the document as it is."""
        if file.known is None:
            raise NotExaminable
        digest = hashlib.sha256()
        with self._examine(self._source(file), file.known) as found:
            parts = (Part.CONTENT, Part.PREVIEW)[: len(found.contents)]
            lengths = dict(zip(parts, found.contents, strict=True))
            for part, length in lengths.items():
                self._fill(file, part, length, found.read(length), digest if part is Part.CONTENT else None)
        if not lengths:
            lengths = {Part.CONTENT: file.offset}
            whole = self._store.read(file, Part.UPLOAD, 0, file.offset, open_end=True)
            self._fill(file, Part.CONTENT, file.offset, whole, digest)
        return replace(
            file,
            state=State.READY,
            lengths=lengths,
            shape=found.shape,
            digest=digest.hexdigest(),
            try_at=None,
        )

    def _fill(
        self, file: StoredFile, part: Part, length: int, data: Iterator[bytes], digest: "hashlib._Hash | None"
    ) -> None:
        self._store.forget(file.stream(part))

        def hashed() -> Iterator[bytes]:
            for one in data:
                if digest is not None:
                    digest.update(one)
                yield one

        self._store.fill(file, part, length, hashed())

    def _refuse(self, file: StoredFile, why: type[Refusal]) -> None:
        """It stays beside its record with the reason, and without a byte."""
        told = AuditEntry(
            "file.refused",
            unit_id=file.unit_id,
            record_type=file.noun,
            record_id=file.record_id,
            details={"file_id": file.id, "why": why.slug()},
        )
        # First the bytes: who is cut off between the two finds a file that cannot be examined, and comes here again.
        for part in Part:
            self._store.forget(file.stream(part))
        self._store.save_charged(replace(file, state=State.REFUSED, found=why.slug(), try_at=None), 0, [told])

    def _source(self, file: StoredFile) -> BinaryIO:
        return io.BufferedReader(_Arrived(self._store, file), 256 * 1024)


class _Arrived(io.RawIOBase):
    """An upload as one stream, read from its pieces as it is needed."""

    def __init__(self, store: FileStore, file: StoredFile) -> None:
        self._pieces = store.read(file, Part.UPLOAD, 0, file.offset, open_end=True)
        self._held = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._held:
            self._held = memoryview(next(self._pieces, b""))
        size = min(len(buffer), len(self._held))
        buffer[:size] = self._held[:size]
        self._held = self._held[size:]
        return size
