"""What one reading asks of other services: each question is sent once, and those that come anyway before their turn.

A page asks one thing after the other as its code goes. What does not depend on an answer is begun `ahead`, in threads
of its own: whoever asks it later finds the answer, or waits for the rest of it. There are few such threads; where none
is free nothing is begun, and the question is sent in its turn as ever.
"""

import threading
from collections.abc import Callable, Hashable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import Any, TypeVar

from servicekit.access.decision import Caller
from servicekit.logs import log
from servicekit.out.peers import READ_SECONDS, HttpAnswer, Json, Peer, Peers
from servicekit.refusals import Refusal, Unavailable
from servicekit.serving import patience
from servicekit.serving.bulkheads import part_of_threads

Answer = TypeVar("Answer")

# As many threads as the server has of its own; that they stand aside keeps places for the others who ask.
SHARE_AHEAD = 1


class Reading:
    """The questions of one request that changes nothing, and their answers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: dict[Hashable, Future[HttpAnswer]] = {}

    def once(self, question: Hashable, ask: Callable[[], HttpAnswer]) -> HttpAnswer:
        """Of several who ask the same the first one does; what was refused is refused to all.

        That a part had no place for whoever stood aside, or was silent to them, is nobody else's answer.
        """
        with self._lock:
            found = self._asked.get(question)
            mine = self._asked.setdefault(question, Future())
        if found is not None:
            try:
                return found.result()
            except Unavailable:
                if patience.is_aside():
                    raise
                return ask()
        try:
            answer = ask()
        except BaseException as error:
            mine.set_exception(error)
            raise
        mine.set_result(answer)
        return answer


class PeerOnce(Peer):
    """As Peer, for a person, for as long as one reading lasts."""

    def __init__(self, reading: Reading, peers: Peers, name: str, caller: Caller, part: str = "") -> None:
        self._reading = reading
        super().__init__(
            peers, name, peers.url_of(name), lambda: peers.token_for(name, caller), caller.language, part
        )

    def send(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, Any] | None = None,
        json: Json = None,
        headers: dict[str, str] | None = None,
        seconds: float = READ_SECONDS,
    ) -> HttpAnswer:
        def ask() -> HttpAnswer:
            return super(PeerOnce, self).send(
                method, path, params=params, json=json, headers=headers, seconds=seconds
            )

        if method != "GET" or headers:
            return ask()
        return self._reading.once((self._base, self._part, path, _frozen(params or {}), seconds), ask)


def _frozen(params: Mapping[str, Any]) -> Hashable:
    return tuple(sorted((name, str(value)) for name, value in params.items()))


class Ahead:
    """The threads of this process in which questions are sent before their turn."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._busy = 0

    def begin(self, question: Callable[[], object]) -> None:
        """In the context of whoever begins it. A refusal waits for the one whose turn it is."""
        with self._lock:
            if self._busy >= part_of_threads(SHARE_AHEAD):
                return
            self._busy += 1
        thread = threading.Thread(target=copy_context().run, args=(self._send, question), daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the system gives no thread more
            self._over()

    def _send(self, question: Callable[[], object]) -> None:
        patience.stand_aside()
        try:
            with suppress(Refusal):
                question()
        finally:
            self._over()

    def _over(self) -> None:
        with self._lock:
            self._busy -= 1


def of_each(services: Iterable[str], ask: Callable[[str], Answer]) -> dict[str, Answer | None]:
    """Asks all at once, each within its own places; None of one that does not answer. Raises what else is refused."""
    names = list(services)

    def answer(service: str) -> Answer | None:
        try:
            return ask(service)
        except Unavailable as refusal:
            log.warning("part_not_shown", part=service, why=type(refusal).__name__)
            return None

    with ThreadPoolExecutor(len(names)) as threads:
        asked = {name: threads.submit(copy_context().run, answer, name) for name in names}
        return {name: found.result() for name, found in asked.items()}
