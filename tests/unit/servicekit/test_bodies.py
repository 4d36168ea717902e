"""What arrives of a body: whole, or refused as the sender's fault."""

import io
from collections.abc import Callable

import pytest
from flask import Flask, request

from servicekit.serving import problems


class ChunkIsNone(Exception):
    """As gunicorn has it: an error of its own kind."""


class Broken(io.BytesIO):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def read(self, *_: object) -> bytes:
        raise self._error

    readline = read


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    problems.install(app)

    @app.post("/data")
    def data() -> str:
        return str(len(request.get_data()))

    @app.post("/form")
    def form() -> str:
        return request.form.get("a", "")

    return app


def sent(app: Flask, path: str, stream: io.BytesIO, **environ: object) -> int:
    base = {
        "wsgi.input": stream,
        "wsgi.input_terminated": True,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "REQUEST_METHOD": "POST",
    }
    return app.test_client().open(path, environ_overrides={**base, **environ}).status_code


@pytest.mark.parametrize("path", ["/data", "/form"])
@pytest.mark.parametrize(
    ("error", "status"),
    [(ChunkIsNone("zz"), 400), (OSError("gone"), 400), (ValueError("x"), 400), (TimeoutError(), 408)],
)
def test_what_a_server_cannot_read_is_the_senders_fault(
    app: Flask, path: str, error: Exception, status: int
) -> None:
    assert sent(app, path, Broken(error), HTTP_TRANSFER_ENCODING="chunked") == status


@pytest.mark.parametrize("path", ["/data", "/form"])
def test_half_a_body_is_none(app: Flask, path: str) -> None:
    make: Callable[[bytes], io.BytesIO] = io.BytesIO
    assert sent(app, path, make(b"a=12"), CONTENT_LENGTH="9") == 400
    assert sent(app, path, make(b"a=12"), CONTENT_LENGTH="4") == 200
