"""A form's file is read as it arrives, and only behind the token of its page."""

from collections.abc import Iterator

import pytest
from werkzeug.datastructures import Headers

from servicekit.files.arriving.forms import sent_file
from servicekit.files.arriving.uploads import announced_length, name_in, number_in, paced
from servicekit.files.kinds import PDF
from servicekit.files.names import clean_name
from servicekit.files.refusals import FormNotOurs, FormUnreadable, NoFileSent, TusHeaderUnreadable
from servicekit.refusals import Refusal
from servicekit.serving.bodies import BodyTooSlow

KIND = "multipart/form-data; boundary=XX"


def part(name: str, value: bytes, filename: str | None = None) -> bytes:
    file = f'; filename="{filename}"' if filename is not None else ""
    return f'--XX\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + value + b"\r\n"


def a_form(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--XX--\r\n"


def read(body: bytes, step: int = 7, kind: str = KIND) -> tuple[str, bytes]:
    name, data = sent_file(
        (body[at : at + step] for at in range(0, len(body), step)), kind, lambda token: token == "right"
    )
    return name, b"".join(data)


@pytest.mark.parametrize("step", [1, 7, 100, 100_000])
def test_a_file_comes_through_whole_in_whatever_pieces_it_arrives(step: int) -> None:
    data = bytes(range(256)) * 5 + b"\r\n--X not quite the border--XX\r\n--X"
    body = a_form(part("csrf", b"right"), part("file", data, "a.pdf"), part("more", b"x"))
    assert read(body, step) == ("a.pdf", data)


# What a file may end with, or hold, that looks like a border or a part of one.
ENDS = [
    *(b"", b"\r", b"\n", b"\r\n", b"\r\r", b"\n\r", b"\r\n\r\n", b"\r\n-", b"\r\n--", b"\r\n--X", b"--XX", b"--XX--"),
    *(b"\n--XX", b"\r--XX--", b"\r\n-XX", b"\r\n\r", b"x\r\n--XY\r\n", b"\r\n--X\r\n--X", b"\r\n--\r"),
]  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
def test_a_read_may_end_anywhere(end: bytes) -> None:
    """Also inside a border, whose line break is no part of the file."""
    data = b"abc" + end
    for parts in ([], [part("more", b"x")]):
        body = a_form(part("csrf", b"right"), part("file", data, "a.pdf"), *parts)
        for at in range(1, len(body)):
            for more in (1, 2, 5):
                pieces = [body[:at], body[at : at + more], body[at + more :]]
                name, found = sent_file(filter(None, pieces), KIND, lambda token: token == "right")
                assert (name, b"".join(found)) == ("a.pdf", data), (at, more)
        for step in range(1, 40):
            assert read(body, step) == ("a.pdf", data), step


@pytest.mark.parametrize("cut", [1, 2, 3, 4, 5, 8, 30])
def test_a_form_that_breaks_off_is_none(cut: int) -> None:
    body = a_form(part("csrf", b"right"), part("file", b"abc", "a.pdf")).rstrip()
    with pytest.raises(FormUnreadable):
        read(body[:-cut])


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("a.pdf", "a.pdf"),
        ("প্রতিবেদন.pdf", "প্রতিবেদন.pdf"),
        ("báo cáo; 2031.pdf", "báo cáo; 2031.pdf"),
        ("a%22b.pdf", 'a"b.pdf'),
        ("C:\\fakepath\\a.pdf", "a.pdf"),
    ],
)
def test_names_are_read_as_browsers_write_them(written: str, name: str) -> None:
    body = a_form(part("csrf", b"right"), part("file", b"abc", written))
    found, _ = read(body)
    assert clean_name(found, PDF) == clean_name(name, PDF)


def test_it_is_never_held_as_a_whole() -> None:
    """While it arrives what has been read goes on: the source is never more than a step ahead."""
    ahead: list[int] = []

    def source() -> Iterator[bytes]:
        yield part("csrf", b"right") + part("file", b"", "a.pdf")[:-2]
        for number in range(200):
            ahead.append(number)
            yield b"z" * 65_536
        yield b"\r\n--XX--\r\n"

    _, data = sent_file(source(), KIND, lambda token: True)
    got = 0
    for piece in data:
        got += len(piece)
        assert len(ahead) * 65_536 - got <= 2 * 65_536
    assert got == 200 * 65_536


@pytest.mark.parametrize(
    ("parts", "refusal"),
    [
        ([part("file", b"x", "a.pdf")], FormNotOurs),
        ([part("csrf", b"wrong"), part("file", b"x", "a.pdf")], FormNotOurs),
        ([part("file", b"x", "a.pdf"), part("csrf", b"right")], FormNotOurs),
        ([part("csrf", b"right")], NoFileSent),
        ([part("csrf", b"right"), part("file", b"", "")], NoFileSent),
        ([part("csrf", b"right"), part("other", b"x", "a.pdf")], FormUnreadable),
        ([part("csrf", b"r" * 5000), part("file", b"x", "a.pdf")], FormUnreadable),
        ([part("csrf", b"right"), part("file", b"x", "a"), part("file", b"y", "b")], FormUnreadable),
        ([part("csrf", b"right"), *[part("f", b"")] * 20, part("file", b"x", "a.pdf")], FormUnreadable),
        ([], FormNotOurs),
    ],
)
def test_a_form_of_another_shape_is_refused(parts: list[bytes], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        read(a_form(*parts))


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "multipart/form-data", "multipart/form-data; boundary=" + "x" * 99]
)
def test_what_is_no_form_is_refused(kind: str) -> None:
    with pytest.raises(FormUnreadable):
        read(a_form(part("csrf", b"right"), part("file", b"x", "a.pdf")), kind=kind)


def test_a_head_of_a_part_without_end_is_refused() -> None:
    with pytest.raises(FormUnreadable):
        read(b'--XX\r\nContent-Disposition: form-data; name="' + b"x" * 400_000, step=16_384)


class Dripping:
    def __init__(self, clock: list[float], step: float) -> None:
        self.clock, self.step, self.left = clock, step, 1_000

    def read(self, size: int) -> bytes:
        self.clock[0] += self.step
        self.left -= 1
        return b"x" * 100 if self.left else b""


def test_who_sends_too_slowly_is_refused_and_who_is_merely_slow_is_not() -> None:
    clock = [0.0]
    with pytest.raises(BodyTooSlow):
        list(paced(Dripping(clock, 1.0), lambda: clock[0]))
    assert clock[0] < 35
    clock = [0.0]
    assert len(list(paced(Dripping(clock, 0.02), lambda: clock[0]))) == 999


@pytest.mark.parametrize("value", ["", "x", "-1", "1.5", "0x10", " 1", "১২", "9" * 16])
def test_a_number_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(TusHeaderUnreadable):
        number_in(Headers({"Upload-Offset": value}), "Upload-Offset")


def test_names_and_lengths_are_read() -> None:
    headers = Headers(
        {"Upload-Length": "12", "Upload-Metadata": "type cGRm,filename 4KaV4KeN4KavLnBkZg==,empty"}
    )
    assert announced_length(headers) == 12
    assert name_in(headers) == "ক্য.pdf"
    assert name_in(Headers()) == ""
