"""Answers to senders of whom nothing is known, not even their language: what they sent could not be read, or was not
read at all."""

import html
import json

from servicekit.refusals import Malformed, Refusal, TooLarge, Unavailable
from servicekit.words import N_
from servicekit.words.i18n import LANGUAGES, translate


class AddressTooLong(Malformed):
    status = 414
    title = N_("This address is too long.")


class HeadersTooLong(Malformed):
    status = 431
    title = N_("The headers of the request are too long.")


class RequestTooSlow(Refusal):
    status = 408
    title = N_("The request did not arrive in time. Send it again.")


UNREAD: dict[int, type[Refusal]] = {
    one.status: one
    for one in (Malformed, RequestTooSlow, TooLarge, AddressTooLong, HeadersTooLong, Unavailable)
}


def problem_of(status: int) -> str:
    refusal = UNREAD[status]
    told = {"type": f"/problems/{refusal.slug()}", "title": refusal.title, "status": status}
    return json.dumps(told, ensure_ascii=False)


def page_of(status: int) -> str:
    """The same for people, in every language that we speak."""
    lines = "".join(
        f'<p lang="{language}">{html.escape(translate(UNREAD[status].title, language))}</p>'
        for language in LANGUAGES
    )
    return _page("en", "Sammelan", lines)


def plain_page(language: str, said: str, reference: str) -> str:
    """A page for where there is no other, in one language; `reference` finds it in the logs."""
    return _page(language, html.escape(said), f"<p><small>{html.escape(reference)}</small></p>")


def _page(language: str, heading: str, lines: str) -> str:
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>Sammelan</title><main><h1>{heading}</h1>{lines}<p><a href="/">Sammelan</a></p></main></html>'
    )


def whole_answer(status: int, *, page: bool = False) -> bytes:
    """With its head, for where no framework answers."""
    body = (page_of if page else problem_of)(status).encode()
    kind = "text/html; charset=utf-8" if page else "application/problem+json"
    head = (
        f"HTTP/1.1 {status} Refused\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
