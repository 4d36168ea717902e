"""The one door for telephone numbers and e-mail addresses from outside."""

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from servicekit.words.text import bare, line, plain_digits

COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS)


class NotAPhone(ValueError):
    """No telephone has this number."""


class NotAnAddress(ValueError):
    """No mail can be sent to this."""


def phone(typed: str, country: str) -> str:
    """The number with its country's code, +8801712345678; one without is of that country. Raises NotAPhone.

    Its country and length are looked at, not whether it is given out: numbering plans change faster than programs.
    """
    text = plain_digits(bare(typed)).strip()
    if len(text) > 40 or any(
        sign.isalpha() for sign in text
    ):  # the library reads letters as a keypad's digits
        raise NotAPhone
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise NotAPhone from error
    if number.extension or not phonenumbers.is_possible_number(number):
        raise NotAPhone
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def email(typed: str) -> str:
    """The address as every mail server takes it; nobody is asked whether it exists. Raises NotAnAddress."""
    try:
        found = validate_email(
            line(bare(typed)), check_deliverability=False, allow_smtputf8=False, strict=True
        )
    except EmailNotValidError as error:
        raise NotAnAddress from error
    return found.ascii_email or found.normalized
