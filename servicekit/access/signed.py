"""A compact signed token (RFC 7515), taken apart before anybody looks at its signature: the one reader of them all."""

import base64
import binascii
import re
from dataclasses import dataclass

from servicekit.data.strict_json import Json, strict_object

_PARTS = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)")


class NotSigned(ValueError):
    """It is no such token; the text is for logs, never for the caller."""


@dataclass(frozen=True)
class Parts:
    """What a token says of itself. Nothing of it is proven yet."""

    header: Json
    claims: Json

    def name(self, of: str) -> str:
        """A claim that is a name; raises NotSigned where it is none."""
        found = self.claims.get(of)
        if not isinstance(found, str) or not found:
            raise NotSigned(of)
        return found


def parts_of(token: str, most: int) -> Parts:
    """Header and claims, of `most` characters at the most. Raises NotSigned."""
    found = _PARTS.fullmatch(token) if len(token) <= most else None
    if found is None:
        raise NotSigned("form")
    try:
        header, claims = (strict_object(_decoded(part)) for part in found.groups()[:2])
    except ValueError as error:
        raise NotSigned(str(error)) from error
    if not isinstance(header.get("alg"), str) or not isinstance(header.get("kid"), str):
        raise NotSigned("alg or kid")
    return Parts(header, claims)


def _decoded(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except binascii.Error as error:
        raise NotSigned("base64url") from error
