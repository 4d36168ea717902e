"""What a file is and what it is called: said by its content, and by nothing that a sender can choose."""

import pytest

from servicekit.files.giving import TakenTooSlowly, asked_range, disposition, in_time
from servicekit.files.kinds import JPEG, KINDS, MB, PDF, PNG, WEBP, Kind, kind_of, refuse_size
from servicekit.files.names import clean_name
from servicekit.files.refusals import FileKindNotTaken, FileTooLarge, RangeNotThere
from tests.papers import a_pdf, a_picture


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (a_pdf(), PDF),
        (a_picture("JPEG"), JPEG),
        (a_picture("PNG"), PNG),
        (a_picture("WEBP"), WEBP),
    ],
)
def test_the_first_bytes_say_the_kind(data: bytes, kind: Kind) -> None:
    assert kind_of(data[:12]) is kind


@pytest.mark.parametrize(
    "head",
    [b"", b"%PDF", b" %PDF-1.4", b"RIFF0000WAVE", b"<svg", b"GIF89a", b"\xff\xd8", b"PK\x03\x04", b"\x89PNG"],
)
def test_what_is_none_of_them_is_refused(head: bytes) -> None:
    with pytest.raises(FileKindNotTaken):
        kind_of(head)


def test_each_kind_has_its_own_bound() -> None:
    for kind in KINDS.values():
        refuse_size(kind, kind.most)
        with pytest.raises(FileTooLarge) as refused:
            refuse_size(kind, kind.most + 1)
        assert refused.value.params == {"most": kind.most // MB}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("minutes.pdf", "minutes.pdf"),
        ("Biên bản đại hội.PDF", "Biên bản đại hội.pdf"),
        ("র‍্যালি.docx", "র‍্যালি.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\a\\minutes.exe", "minutes.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie x.pdf"),
        ('"quoted" <b>.pdf', "quoted b.pdf"),
        ("", "file.pdf"),
        ("....", "file.pdf"),
        (".pdf", "pdf.pdf"),
        ("x" * 500 + ".pdf", "x" * 120 + ".pdf"),
    ],
)
def test_a_name_keeps_what_people_read_and_nothing_that_misleads(given: str, kept: str) -> None:
    assert clean_name(given, PDF) == kept


def test_a_name_of_any_script_is_in_the_header_and_breaks_out_of_it_nowhere() -> None:
    said = disposition('কার্য"বিবরণী\n.pdf')
    assert said.startswith("attachment; ")
    assert said.isascii()
    assert "\n" not in said
    assert said.count('"') == 2


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (None, None),
        ("bytes=0-0", (0, 1)),
        ("bytes=5-", (5, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-30", (0, 10)),
        ("bytes=3-100", (3, 10)),
        ("bytes=0-1,3-4", None),
        ("items=0-1", None),
        ("bytes=5-2", None),
        ("bytes=", None),
        ("nonsense", None),
    ],
)
def test_one_range_is_read_and_all_else_is_the_whole(
    header: str | None, found: tuple[int, int] | None
) -> None:
    assert asked_range(header, 10) == found


def test_a_reader_who_takes_next_to_nothing_is_let_go_and_a_slow_one_is_not() -> None:
    clock = [0.0]

    def taking(seconds: float) -> int:
        clock[0], taken = 0.0, 0
        for piece in in_time((b"x" * 4096 for _ in range(100)), lambda: clock[0]):
            taken += len(piece)
            clock[0] += seconds
        return taken

    assert taking(1.0) == 409_600
    with pytest.raises(TakenTooSlowly):
        taking(2.0)


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-20", "bytes=999999999999-"])
def test_a_range_beyond_the_end_is_refused(header: str) -> None:
    with pytest.raises(RangeNotThere):
        asked_range(header, 10)
