"""A program that takes files under the services' worker, and nothing else: run by gunicorn in a test of its own."""

from collections.abc import Iterable
from typing import Any

from servicekit.serving.worker import CROWDED


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if environ.get(CROWDED) and environ["PATH_INFO"] != "/healthz":
        start_response("503 Service Unavailable", [("Retry-After", "1"), ("Content-Length", "0")])
        return [b""]
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(str(len(body)))))])
    return [str(len(body)).encode()]
