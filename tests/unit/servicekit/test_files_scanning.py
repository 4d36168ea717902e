"""The scanner says yes or no; whatever else it does, it has said nothing."""

import io
import time

import pytest

from servicekit.files.checking.scanning import (
    Clamd,
    NoScanner,
    ScannerAddressUnreadable,
    ScannerSilent,
    scanner_at,
)
from tests.clamd import HARMFUL, a_scanner
from tests.processes import free_port


def test_it_says_yes_and_no() -> None:
    with a_scanner() as stand_in:
        scanner = scanner_at(stand_in.address)
        assert scanner.is_clean(io.BytesIO(b"x" * 300_000))
        assert not scanner.is_clean(io.BytesIO(b"y" * 100_000 + HARMFUL))
        assert scanner.is_clean(io.BytesIO(b""))
    assert stand_in.asked == [300_000, 100_000 + len(HARMFUL), 0]


@pytest.mark.parametrize("mood", ["silent", "closes", "drips", "error", "babbles"])
def test_anything_else_is_silence_and_ends_in_time(mood: str) -> None:
    with a_scanner(mood) as stand_in:
        began = time.monotonic()
        with pytest.raises(ScannerSilent):
            Clamd(stand_in.address, seconds=0.5).is_clean(io.BytesIO(b"x" * 1000))
        assert time.monotonic() - began < 4


def test_one_that_is_not_there_is_silent() -> None:
    with pytest.raises(ScannerSilent):
        Clamd(f"tcp://127.0.0.1:{free_port()}").is_clean(io.BytesIO(b"x"))
    with pytest.raises(ScannerSilent):
        Clamd("unix:///no/such/socket").is_clean(io.BytesIO(b"x"))


def test_without_an_address_there_is_none_and_a_wrong_one_is_said() -> None:
    assert isinstance(scanner_at(""), NoScanner)
    assert isinstance(scanner_at("none"), NoScanner)
    for wrong in (
        "localhost:3310",
        "http://x:1",
        "tcp://",
        "unix://",
        "yes",
        "tcp://x:port",
        "tcp://0x7f.1:3310",
    ):
        with pytest.raises(ScannerAddressUnreadable):
            scanner_at(wrong)
