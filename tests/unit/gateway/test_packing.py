"""What travels compressed, and what does not."""

import gzip

import pytest
from flask import Response
from werkzeug.datastructures import Accept

from gateway.packing import pack

GZIP = Accept([("gzip", 1.0)])
PAGE = b"<p>a row of a table</p>" * 200


def answer(body: object = PAGE, mimetype: str = "text/html", **headers: str) -> Response:
    response = Response(body, mimetype=mimetype)  # type: ignore[arg-type]
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response


@pytest.mark.parametrize(
    "mimetype", ["text/html", "application/json", "text/css", "application/problem+json"]
)
def test_a_page_shrinks_and_is_the_same(mimetype: str) -> None:
    response = answer(mimetype=mimetype)
    pack(response, GZIP, "GET")
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.get_data()) == PAGE
    assert response.content_length == len(response.get_data()) < len(PAGE) / 4
    assert "Accept-Encoding" in response.headers["Vary"]


def test_what_comes_in_pieces_leaves_in_pieces() -> None:
    response = answer(iter([PAGE, PAGE]))
    pack(response, GZIP, "GET")
    assert gzip.decompress(b"".join(response.response)) == PAGE + PAGE  # type: ignore[arg-type]
    assert "Content-Length" not in response.headers


@pytest.mark.parametrize(
    ("response", "accepted", "method"),
    [
        (answer(), Accept([]), "GET"),
        (answer(), Accept([("gzip", 0.0)]), "GET"),
        (answer(), GZIP, "HEAD"),
        (answer(b"short"), GZIP, "GET"),
        (answer(mimetype="image/png"), GZIP, "GET"),
        (answer(Content_Encoding="identity"), GZIP, "GET"),
    ],
)
def test_what_does_not(response: Response, accepted: Accept, method: str) -> None:
    before = response.get_data()
    pack(response, accepted, method)
    assert response.get_data() == before
    assert response.headers.get("Content-Encoding", "identity") == "identity"


def test_a_strong_version_becomes_a_weak_one() -> None:
    response = answer(ETag='"7"')
    pack(response, GZIP, "GET")
    assert response.headers["ETag"] == 'W/"7"'
