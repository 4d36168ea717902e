"""Bodies as they arrive: what cannot be read, or comes too slowly, is the sender's fault and is said so."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from flask import Flask

from servicekit.refusals import Malformed, Refusal
from servicekit.words import N_

App = Callable[[dict[str, Any], Any], Iterable[bytes]]
View = TypeVar("View", bound=Callable[..., Any])

# What whoever sends or takes a file must keep up: bytes a second. The same everywhere, or one of us gives up first.
LEAST_RATE = 4 * 1024
# Before the least rate is asked for.
GRACE_SECONDS = 30.0

MAX_LINE = 1024 * 1024


class BodyUnreadable(Malformed):
    title = N_("The body of the request cannot be read: it was cut off, or its parts are written wrongly.")


class BodyTooSlow(Refusal):
    status = 408
    title = N_("The body of the request did not arrive in time. Send it again.")


def takes_file(most: int) -> Callable[[View], View]:
    """Declares that an operation reads its body as it arrives, and how long that may be; for gateway and nginx too."""

    def decorate(view: View) -> View:
        view.max_body = most  # type: ignore[attr-defined]
        return view

    return decorate


def file_taken_by(view: object) -> int | None:
    """The longest body of an operation that takes files; None for all others."""
    most: int | None = getattr(view, "max_body", None)
    return most


class _Body:
    """What a server reads from its connection; its own errors do not leave it, and half a body is none.

    `length` is what was announced, None for a body in chunks.
    """

    def __init__(self, stream: Any, length: int | None) -> None:
        self._stream = stream
        self._missing = length

    def read(self, *size: int) -> bytes:
        return self._guarded(self._stream.read, *size)

    def readline(self, *size: int) -> bytes:
        return self._guarded(self._stream.readline, *(size or (MAX_LINE,)))

    def readlines(self, *size: int) -> list[bytes]:
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line

    def _guarded(self, read: Callable[..., bytes], *size: int) -> bytes:
        try:
            data = read(*size)
        except TimeoutError as error:
            raise BodyTooSlow from error
        except Exception as error:
            # Each server has errors of its own for a chunk that is none, and for a caller who has gone.
            raise BodyUnreadable from error
        if self._missing is not None:
            self._missing -= len(data)
            to_the_end = not size or size[0] is None or size[0] < 0
            if self._missing > 0 and (to_the_end or not data) and size[:1] != (0,):
                raise BodyUnreadable
        return data


def guard_bodies(app: Flask) -> None:
    inner: App = app.wsgi_app

    def guarded(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        announced = environ.get("CONTENT_LENGTH") or "0"
        chunked = "HTTP_TRANSFER_ENCODING" in environ
        length = int(announced) if announced.isdecimal() and not chunked else None
        environ["wsgi.input"] = _Body(environ["wsgi.input"], length)
        return inner(environ, start_response)

    app.wsgi_app = guarded  # type: ignore[method-assign]
