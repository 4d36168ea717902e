"""Requests at a steady rate, whether or not the earlier ones were answered: what waits is seen as waiting.

A client that sends its next request after the last answer asks less of a slow house, and so finds it fast. Here each
request has an instant at which it is due, and its time counts from there.
"""

import asyncio
import itertools
import json
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import urlsplit

from servicekit.ids import new_id

# Above the longest that any operation may take.
GIVEN_UP_SECONDS = 40.0


@dataclass(frozen=True)
class Ask:
    """One kind of request; `body` is sent as JSON, with an Idempotency-Key of each request's own."""

    name: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """`due`: on the clock of time.monotonic, which all processes share. `status` 0: no answer. `made`: an id."""

    name: str
    due: float
    seconds: float
    status: int
    retry_after: str = ""
    made: str = ""
    said: str = ""

    @property
    def done(self) -> bool:
        return 200 <= self.status < 400


class Load:
    """Sends from a process of its own, in turn what is in `asks`; `stop` gives what was answered."""

    def __init__(self, base: str, asks: Sequence[Ask], rate: float) -> None:
        ours, theirs = multiprocessing.Pipe()
        self._line = ours
        # The parent has threads and clients of its own: nothing of them is wanted there.
        spawn = multiprocessing.get_context("spawn")
        self._process = spawn.Process(target=_send, args=(base, list(asks), rate, theirs), daemon=True)
        self._process.start()
        theirs.close()
        ours.recv()

    def stop(self) -> list[Answer]:
        self._line.send("stop")
        found: list[Answer] = self._line.recv()
        self._process.join(10)
        return found

    def end(self) -> None:
        """Without asking what was answered."""
        if self._process.is_alive():
            self._process.kill()
            self._process.join(10)


def _send(base: str, asks: list[Ask], rate: float, line: Connection) -> None:
    line.send(asyncio.run(_steadily(base, asks, rate, line)))


async def _steadily(base: str, asks: list[Ask], rate: float, line: Connection) -> list[Answer]:
    client = _Client(base)
    line.send("ready")
    begun = time.monotonic()
    sent = []
    for number, ask in enumerate(itertools.cycle(asks)):
        due = begun + number / rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        if line.poll():
            break
        sent.append(asyncio.create_task(_one(client, ask, due)))
    return await asyncio.gather(*sent)


async def _one(client: "_Client", ask: Ask, due: float) -> Answer:
    try:
        async with asyncio.timeout(GIVEN_UP_SECONDS):
            status, headers, body = await client.ask(ask)
    except (OSError, EOFError, ValueError, TimeoutError) as error:
        return Answer(ask.name, due, time.monotonic() - due, 0, said=type(error).__name__)
    took = time.monotonic() - due
    made = str(json.loads(body).get("id", "")) if status == 201 else ""
    said = body[:200].decode(errors="replace") if status >= 400 else ""
    return Answer(ask.name, due, took, status, headers.get("retry-after", ""), made, said)


class _Client:
    """HTTP/1.1 over connections that are kept, as many as are waited on.

    httpx was tried: with two hundred waiting it took two thirds of a core for itself, and so measured itself.
    """

    def __init__(self, base: str) -> None:
        parts = urlsplit(base)
        self._host, self._port = str(parts.hostname), int(parts.port or 80)
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, ask: Ask) -> tuple[int, dict[str, str], bytes]:
        sent = self._written(ask)
        while self._free:
            kept = self._free.pop()
            try:
                return await self._over(kept, sent)
            except (OSError, EOFError):
                continue  # it had been closed at the other end; a write is known again by its key
        return await self._over(await asyncio.open_connection("127.0.0.1", self._port), sent)

    def _written(self, ask: Ask) -> bytes:
        body = b"" if ask.body is None else json.dumps(ask.body).encode()
        headers = {"Host": f"{self._host}:{self._port}", "Accept": "application/json", **ask.headers}
        if ask.method != "GET":
            headers |= {
                "Content-Type": "application/json",
                "Content-Length": str(len(body)),
                "Idempotency-Key": new_id(),
            }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{ask.method} {ask.path} HTTP/1.1\r\n{head}\r\n".encode() + body

    async def _over(
        self, connection: tuple[asyncio.StreamReader, asyncio.StreamWriter], sent: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        reader, writer = connection
        try:
            writer.write(sent)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            status = int(head[0].split(" ")[1])
            headers = {
                name.lower(): value.strip()
                for name, _, value in (line.partition(":") for line in head[1:] if line)
            }
            body = await self._body(reader, headers)
        except BaseException:
            writer.close()
            raise
        if headers.get("connection", "").lower() == "close":
            writer.close()
        else:
            self._free.append(connection)
        return status, headers, body

    @staticmethod
    async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() != "chunked":
            return await reader.readexactly(int(headers.get("content-length", "0")))
        body = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readexactly(2)
        return body


def between(answers: Iterable[Answer], begin: float, end: float) -> list[Answer]:
    return [one for one in answers if begin <= one.due < end]


def named(answers: Iterable[Answer], names: Iterable[str]) -> list[Answer]:
    wanted = set(names)
    return [one for one in answers if one.name in wanted]


def p95(answers: Sequence[Answer]) -> float:
    """Seconds that nineteen of twenty took at most."""
    return statistics.quantiles([one.seconds for one in answers], n=20, method="inclusive")[-1]


def last_bad(answers: Iterable[Answer], after: float, is_good: Callable[[Answer], bool]) -> float:
    """How long after an instant the last request was due that went badly; zero where none did."""
    return max((one.due - after for one in answers if one.due >= after and not is_good(one)), default=0.0)
