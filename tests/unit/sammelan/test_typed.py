"""What is typed at the command line, and the files it names, pass the same door as what comes by a form."""

from datetime import date
from pathlib import Path

import click
import pytest

from sammelan.commands.import_units import _confirmed
from sammelan.typed import DAY, TEXT, WHOLE, text_of


@pytest.mark.parametrize(
    ("kind", "typed", "read"),
    [
        (TEXT, " BD-N0129\u200e ", "BD-N0129"),
        (TEXT, "Thi\u0323", "Th\u1ecb"),
        (WHOLE, "১২,৩৪,৫৬৭", 1_234_567),
        (WHOLE, "\ufeff42", 42),
        (DAY, "২০২৬-০৩-৩১", date(2026, 3, 31)),
    ],
)
def test_a_word_of_the_command_line_is_read_as_a_form_reads_it(
    kind: click.ParamType[object], typed: str, read: object
) -> None:
    assert kind.convert(typed, None, None) == read


@pytest.mark.parametrize(
    ("kind", "typed"),
    [(TEXT, "a\x07b"), (WHOLE, "45.6"), (WHOLE, "1e3"), (DAY, "2026-W10-1"), (DAY, "31/3/2026")],
)
def test_what_a_form_refuses_the_command_line_refuses(kind: click.ParamType[object], typed: str) -> None:
    with pytest.raises(click.BadParameter):
        kind.convert(typed, None, None)


def test_a_file_is_read_with_and_without_the_mark_before_it(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    for before in (b"", b"\xef\xbb\xbf"):
        file.write_bytes(before + b'BD-N0129,alike\r\n"a,b"\r\n\'=x\r\n,\r\n')
        assert _confirmed(["A, B\u200b"], text_of(file)) == {"A", "B", "BD-N0129", "a,b", "=x"}
    file.write_bytes(b"BD-\xe9\n")
    with pytest.raises(click.ClickException, match="is not UTF-8 text"):
        text_of(file)
    with pytest.raises(click.UsageError, match="cannot be read"):
        _confirmed([], "a" * 200_000)
