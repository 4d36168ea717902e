"""A line that cannot be written is nobody's trouble."""

import io
import sys

import pytest

from servicekit.logs import configure, log


@pytest.mark.parametrize("text", ["A\ud800", "\udfff", "বাংলা"])
def test_no_sign_is_too_strange_for_a_line(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="utf-8", write_through=True))
    configure("sample")
    log.warning("strange", text=text)
    assert b'"event": "strange"' in written.getvalue()


def test_where_nobody_reads_any_more_nothing_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stdout", closed)
    configure("sample")
    log.warning("said to nobody")
