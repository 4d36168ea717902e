"""Pieces at rest: AES-256-GCM under the file's own key, each bound to its file, its place and how many there are.

So none can be moved, left out, repeated or taken from another file without being found. The key is wrapped by one that
is not in the database; who erases the wrapped key erases the file, in every copy of the pieces as well.
"""

import base64
import hashlib
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from servicekit.files.refusals import FileDamaged

PIECE_BYTES = 256 * 1024
NONCE_BYTES = 12
TAG_BYTES = 16
KEY_BYTES = 32
# How many pieces there are is not known while they arrive; such a stream is never given out.
OPEN = 0


@dataclass(frozen=True, slots=True)
class Place:
    """One piece's: `stream` is a file's id and which of its contents, `count` all of that content's pieces."""

    stream: str
    number: int
    count: int

    def bound(self) -> bytes:
        return f"sammelan.file.1\x1f{self.stream}\x1f{self.number}\x1f{self.count}".encode()


def new_key() -> bytes:
    return AESGCM.generate_key(256)


def seal(key: bytes, place: Place, data: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, data, place.bound())


def unseal(key: bytes, place: Place, sealed: bytes) -> bytes:
    """Raises FileDamaged for anything but what was sealed for this very place."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.bound())
    except (InvalidTag, ValueError) as error:
        raise FileDamaged from error


def pieces_of(length: int) -> int:
    return max(1, -(-length // PIECE_BYTES))


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A file's key at rest; `by` names the key that opens it, and is empty where that key is of before names."""

    by: str
    key: bytes


class KeyWrap:
    """Wraps files' keys by a key made of FILE_KEY (32 bytes, hex); `secret_for` makes other keys of it.

    `before`: a key that wrapped what is stored, and wraps nothing any more (FILE_KEY_BEFORE, hex).
    """

    def __init__(self, file_key: str, before: str = "") -> None:
        self._master = bytes.fromhex(file_key)
        if len(self._master) < KEY_BYTES:
            raise ValueError("FILE_KEY is no key: 32 bytes in hexadecimal digits are one")
        own = self.secret_for("wrap")
        self._own = _name_of(own)
        self._wraps = {self._own: AESGCM(own)}
        if before:
            self._wraps[""] = AESGCM(bytes.fromhex(before))

    def secret_for(self, use: str) -> bytes:
        return _derived(self._master, use)

    def wrap(self, file_id: str, key: bytes) -> Wrapped:
        nonce = os.urandom(NONCE_BYTES)
        return Wrapped(self._own, nonce + self._wraps[self._own].encrypt(nonce, key, file_id.encode()))

    def unwrap(self, file_id: str, wrapped: Wrapped) -> bytes:
        """Raises FileDamaged, also where the key that opens it is not here."""
        try:
            opens, sealed = self._wraps[wrapped.by], wrapped.key
            return opens.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], file_id.encode())
        except (InvalidTag, ValueError, KeyError) as error:
            raise FileDamaged from error


def wrap_of_field_key(field_key: str) -> KeyWrap:
    """For a service whose own secret is FIELD_KEY, and which keeps no files but those it has made itself."""
    return KeyWrap(_derived(base64.b64decode(field_key), "exports").hex())


def wrap_key_of_before(field_key: str) -> str:
    """What wrapped files' keys while these had no key of their own (hex); FIELD_KEY cannot be told from it."""
    return _derived(base64.b64decode(field_key), "wrap").hex()


def _derived(master: bytes, use: str) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=f"sammelan.files.{use}".encode()).derive(master)


def _name_of(key: bytes) -> str:
    return hashlib.sha256(b"sammelan.files.name" + key).hexdigest()[:16]
