"""What an address asks for, through the same door as what a form sends."""

from flask import request

from servicekit import numbers, text


def asked(name: str, otherwise: str = "") -> str:
    """The query parameter, tidied."""
    return text.line(request.args.get(name, otherwise))


def cursor() -> str:
    """Where the page of a list begins, exactly as the page before gave it out."""
    return request.args.get("after", "")


def asked_whole(name: str) -> int:
    """The query parameter as a number; 0 where it is none."""
    try:
        return numbers.whole(asked(name), grouping="")
    except numbers.NotWhole:
        return 0
