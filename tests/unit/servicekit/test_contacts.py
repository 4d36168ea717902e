"""Telephone numbers and e-mail addresses from outside."""

import pytest

from servicekit.words.contacts import NotAnAddress, NotAPhone, email, phone

PHONES = {
    "01711-000000": "+8801711000000",
    "01711 000 000": "+8801711000000",
    "+880 1711 000000": "+8801711000000",
    "+880 (0)1711 000000": "+8801711000000",
    "8801711000000": "+8801711000000",
    "০১৭১১০০০০০০": "+8801711000000",
    "٠١٧١١٠٠٠٠٠٠": "+8801711000000",
    "\u202a+880 1711-000000\u202c": "+8801711000000",
    "\u200e01711000000\ufeff": "+8801711000000",
    "02-9550000": "+88029550000",
    "(017) 11 000000": "+8801711000000",
    "017.11.000.000": "+8801711000000",
    "＋８８０１７１１００００００": "+8801711000000",
    "+84 912 345 678": "+84912345678",
    "+44 20 7946 0000": "+442079460000",
    "0044 20 7946 0000": "+442079460000",
}


@pytest.mark.parametrize(("typed", "stored"), PHONES.items())
def test_a_phone_is_one_number_however_it_is_typed(typed: str, stored: str) -> None:
    assert phone(typed, "BD") == stored
    assert phone(stored, "BD") == stored


def test_a_number_without_a_country_is_of_the_organisations_own() -> None:
    assert phone("0912 345 678", "VN") == "+84912345678"
    assert phone("091 234 567", "TH") == "+6691234567"


@pytest.mark.parametrize(
    "typed",
    [
        *("", "1", "12345", "call me", "017-AB", "0171-CALLNOW", "+999 123 456 789", "+"),
        *(
            "01711000000 ext 5",
            "01711000000;ext=5",
            "01711000000#5",
            "0" * 30,
            "9" * 400,
            "+880",
            "1711/000000/0000000",
        ),
    ],
)
def test_what_no_telephone_has_is_refused(typed: str) -> None:
    with pytest.raises(NotAPhone):
        phone(typed, "BD")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("clerk@example.org", "clerk@example.org"),
        (" clerk@example.org ", "clerk@example.org"),
        ("\u200bclerk@example.org\u200e", "clerk@example.org"),
        ("Clerk.A+b@Example.ORG", "Clerk.A+b@example.org"),
        ("clerk@example.org\n", "clerk@example.org"),
        ("clerk@bücher.example", "clerk@xn--bcher-kva.example"),
        ("a@a.b.c.example", "a@a.b.c.example"),
        ("clerk\ufeff@example.org", "clerk@example.org"),
    ],
)
def test_an_address_is_kept_as_every_mail_server_takes_it(typed: str, stored: str) -> None:
    assert email(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "a",
            "@",
            "a@",
            "@example.org",
            "a@b",
            "a@localhost",
            "a b@example.org",
            "a@exa mple.org",
            "a@@b.org",
        ),
        *(
            "a@example..org",
            ".a@example.org",
            "a.@example.org",
            "a@-example.org",
            "a@127.0.0.1",
            "a@[127.0.0.1]",
        ),
        *("a@example.org,b@example.org", "A <a@example.org>", "mailto:a@example.org", "জন@example.org"),
        *(
            "a\nb@example.org",
            "a@example.org\r\nBcc: b@example.org",
            '"a b"@example.org',
            "a" * 65 + "@example.org",
        ),
        *("a@" + "b" * 64 + ".org", "a@example.org\x00"),
    ],
)
def test_what_cannot_be_mailed_is_refused(typed: str) -> None:
    with pytest.raises(NotAnAddress):
        email(typed)
