"""What moves a file is told from its first line, so that it takes a thread from nobody."""

import pytest

from servicekit.serving.worker import OF_FILES

START = b"/api/congress/congresses/abc/files"


@pytest.mark.parametrize(
    ("line", "moves"),
    [
        (b"PATCH " + START + b"/f1/arriving HTTP/1.1\r\n", True),
        (b"GET " + START + b"/f1/content HTTP/1.1\r\n", True),
        (b"GET " + START + b"/f1/preview?x=1 HTTP/1.1\r\n", True),
        (b"POST /files/congress/congresses/abc/files/form HTTP/1.1\r\n", True),
        (b"GET /api/congress/exports/e1/content?ticket=t HTTP/1.1\r\n", True),
        (b"GET /api/congress/exports/congresses/file?as=csv HTTP/1.1\r\n", True),
        (b"GET /api/congress/rollups/p/u/csv HTTP/1.1\r\n", True),
        (b"GET /api/congress/congresses/abc/report HTTP/1.1\r\n", True),
        (b"GET /api/congress/exports/e1 HTTP/1.1\r\n", False),
        (b"GET /api/congress/rollups/p/u?level=union HTTP/1.1\r\n", False),
        (b"GET " + START + b" HTTP/1.1\r\n", False),
        (b"DELETE " + START + b"/f1 HTTP/1.1\r\n", False),
        (b"GET /api/congress/congresses?q=/files/x/content HTTP/1.1\r\n", False),
        (b"GET /api/congress/plans HTTP/1.1\r\nReferer: /files/a/content \r\n", False),
        (b"", False),
    ],
)
def test_only_what_moves_bytes_has_those_threads(line: bytes, moves: bool) -> None:
    assert bool(OF_FILES.match(line)) is moves
