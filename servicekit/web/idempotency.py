"""Doing it twice does it once: effect and answer of an Idempotency-Key are stored in one transaction."""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from flask import Response, g, json, make_response, request

from servicekit.access.decision import noting_grounds, require
from servicekit.data.database import Database, session
from servicekit.refusals import Invalid, Malformed, PreconditionRequired
from servicekit.web.guards import View, caller
from servicekit.web.kit import kit
from servicekit.words import N_

IDEMPOTENCY_KEPT = timedelta(hours=48)


class IdempotencyKeyMissing(PreconditionRequired):
    title = N_("Send an Idempotency-Key, so that doing it twice does it once.")


class IdempotencyKeyReused(Invalid):
    title = N_("This Idempotency-Key was used for something else.")


def idempotency_key() -> str:
    """The key that was sent, or nothing."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > 128 or not key.isprintable() or not key.isascii():
        raise Malformed(field="Idempotency-Key")
    return key


def asking_first(ask: Callable[..., Any]) -> Callable[[View], View]:
    """What somebody else must say before an operation, whose transaction waits for nobody. `asked_first` gives it."""

    def decorate(view: View) -> View:
        @wraps(view)
        def asked(*args: Any, **kwargs: Any) -> Any:
            g.asked_first = ask(**(request.view_args or {}))
            return view(*args, **kwargs)

        return cast(View, asked)

    return decorate


def asked_first() -> Any:
    return g.asked_first


def keyed(view: View) -> View:
    """For an operation of several transactions, which keeps the key with its own record; it may be left out."""
    view.idempotency = False  # type: ignore[attr-defined]
    return view


def idempotent(view: View, *, by_content: bool = False) -> View:
    """Runs the operation once per Idempotency-Key: effect and answer are stored in one transaction.

    `by_content`: what is sent by the same key with another content is another request; for operations that If-Match
    keeps from overwriting. Elsewhere it would make a second one of what the first may have made, and is refused.
    """

    @wraps(view)
    def once(*args: Any, **kwargs: Any) -> Any:
        key = idempotency_key()
        if not key:
            raise IdempotencyKeyMissing
        answers = kit().database.mongo["answers"]
        person = caller()
        said = f"{request.method} {request.path}\n".encode() + request.get_data()
        # By the key, which is kept nowhere: all else that was said stands in the records, and there are few national
        # numbers, so that a plain digest would name the one.
        body = hmac.digest(key.encode(), said, "sha256").hex()
        # As the version before kept it.
        plain = hashlib.sha256(said).hexdigest()
        name = hashlib.sha256(f"{person.account_id}\x1f{key}".encode()).hexdigest()

        seen = request.headers.get("If-Match", "") if by_content else ""

        def attempt() -> Response:
            place = name
            known = answers.find_one({"_id": place}, session=session())
            if known is not None and not (
                known["request"] in (body, plain) and known.get("seen", seen) == seen
            ):
                if not by_content:
                    raise IdempotencyKeyReused(field="Idempotency-Key")
                place = hashlib.sha256(f"{name}\x1f{body}\x1f{seen}".encode()).hexdigest()
                known = answers.find_one({"_id": place}, session=session())
            if known is not None:
                # Who may no longer do it is not shown again what they did; answers of before hold no grounds.
                for permission, unit_path in known.get("grounds", ()):
                    require(person, permission, tuple(unit_path), kit().clock.now())
                return Response(known["body"], known["status"], headers=dict(known["headers"]))
            with noting_grounds(person.account_id) as grounds:
                response = make_response(view(*args, **kwargs))
            if response.status_code < 400:
                if not grounds:
                    raise RuntimeError(f"{request.endpoint} keeps an answer that rests on no decision")
                body_kept = _without(response.get_data(), g.pop("told_once", ()))
                kept = {
                    k: v for k, v in response.headers.items() if k in ("Content-Type", "ETag", "Location")
                }
                answers.insert_one(
                    {
                        "_id": place,
                        "request": body,
                        "seen": seen,
                        "status": response.status_code,
                        "headers": list(kept.items()),
                        "body": body_kept,
                        "grounds": [[permission, list(path)] for permission, path in dict.fromkeys(grounds)],
                        "at": kit().clock.now(),
                    },
                    session=session(),
                )
            return response

        return kit().database.in_transaction(attempt)

    once.idempotency = True  # type: ignore[attr-defined]
    once.decides_again = True  # type: ignore[attr-defined]
    return cast(View, once)


def tell_once(*names: str) -> None:
    """These fields of the answer are secrets: they are in the first answer and in no repeated one."""
    g.told_once = names


def _without(body: bytes, names: Iterable[str]) -> bytes:
    document = json.loads(body) if names else {}
    if not any(name in document for name in names):
        return body
    return json.dumps({k: v for k, v in document.items() if k not in names}).encode()


def idempotent_if_asked(view: View) -> View:
    """Like `idempotent` where a key is sent, which belongs to the content; for operations that If-Match guards."""
    once = idempotent(view, by_content=True)

    @wraps(view)
    def maybe_once(*args: Any, **kwargs: Any) -> Any:
        return (once if "Idempotency-Key" in request.headers else view)(*args, **kwargs)

    maybe_once.idempotency = False  # type: ignore[attr-defined]
    maybe_once.decides_again = True  # type: ignore[attr-defined]
    return cast(View, maybe_once)


def prepare_answers(database: Database) -> None:
    database.mongo["answers"].create_index("at", expireAfterSeconds=int(IDEMPOTENCY_KEPT.total_seconds()))
