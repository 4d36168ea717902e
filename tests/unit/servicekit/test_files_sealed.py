"""Pieces are bound to their file, their place and their number; the key to the file and to FILE_KEY."""

import base64
import itertools
import os
import secrets

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from servicekit.data.crypto import new_master_key
from servicekit.files.refusals import FileDamaged
from servicekit.files.sealed import (
    PIECE_BYTES,
    KeyWrap,
    Place,
    Wrapped,
    new_key,
    pieces_of,
    seal,
    unseal,
    wrap_key_of_before,
)

PLACE = Place("file.content", 1, 3)


def test_a_piece_opens_at_its_own_place_only() -> None:
    key = new_key()
    sealed = seal(key, PLACE, b"the minutes")
    assert unseal(key, PLACE, sealed) == b"the minutes"
    others = (
        Place("other.content", 1, 3),
        Place("file.preview", 1, 3),
        Place("file.content", 0, 3),
        Place("file.content", 1, 2),
        Place("file.content", 1, 4),
    )
    for other in others:
        with pytest.raises(FileDamaged):
            unseal(key, other, sealed)
    with pytest.raises(FileDamaged):
        unseal(new_key(), PLACE, sealed)


def test_a_piece_that_was_changed_anywhere_does_not_open() -> None:
    key = new_key()
    sealed = seal(key, PLACE, b"the minutes")
    for index in range(len(sealed)):
        changed = bytearray(sealed)
        changed[index] ^= 1
        with pytest.raises(FileDamaged):
            unseal(key, PLACE, bytes(changed))
    for cut in (b"", sealed[:5], sealed[:20], sealed[:-1], sealed + b"x"):
        with pytest.raises(FileDamaged):
            unseal(key, PLACE, cut)


def test_equal_content_is_never_equal_at_rest() -> None:
    key = new_key()
    made = {seal(key, PLACE, b"the same") for _ in range(10)} | {seal(new_key(), PLACE, b"the same")}
    assert len(made) == 11


def test_a_wrapped_key_opens_for_its_own_file_under_the_same_file_key_only() -> None:
    wrap, key = KeyWrap(secrets.token_hex(32)), new_key()
    wrapped = wrap.wrap("file", key)
    assert wrap.unwrap("file", wrapped) == key
    assert key not in wrapped.key
    for other, file_id in itertools.product((wrap, KeyWrap(secrets.token_hex(32))), ("file", "other")):
        if (other, file_id) != (wrap, "file"):
            with pytest.raises(FileDamaged):
                other.unwrap(file_id, wrapped)


def as_it_was_before(field_key: str, file_id: str, key: bytes) -> Wrapped:
    """The way in which files' keys were wrapped before they had a key of their own, and named none."""
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"sammelan.files.wrap").derive(
        base64.b64decode(field_key)
    )
    nonce = os.urandom(12)
    return Wrapped("", nonce + AESGCM(derived).encrypt(nonce, key, file_id.encode()))


def test_what_was_wrapped_before_opens_by_what_was_made_of_the_field_key_and_by_nothing_else() -> None:
    field_key, key = new_master_key(), new_key()
    old = as_it_was_before(field_key, "file", key)
    own = secrets.token_hex(32)
    wrap = KeyWrap(own, wrap_key_of_before(field_key))
    assert wrap.unwrap("file", old) == key
    for other in (KeyWrap(own), KeyWrap(own, wrap_key_of_before(new_master_key()))):
        with pytest.raises(FileDamaged):
            other.unwrap("file", old)
    with pytest.raises(FileDamaged):
        wrap.unwrap("other", old)
    # What is wrapped now opens without it.
    assert KeyWrap(own).unwrap("file", wrap.wrap("file", key)) == key


def test_the_field_key_is_not_in_what_is_made_of_it() -> None:
    field_key = new_master_key()
    assert wrap_key_of_before(field_key) not in base64.b64decode(field_key).hex()


@pytest.mark.parametrize("wrong", ["", "00", "xyz", "00" * 31])
def test_a_short_key_is_none(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"FILE_KEY|hexadecimal"):
        KeyWrap(wrong)


def test_keys_for_other_uses_are_other_keys() -> None:
    wrap = KeyWrap(secrets.token_hex(32))
    assert wrap.secret_for("forms") != wrap.secret_for("wrap")
    assert wrap.secret_for("forms") == wrap.secret_for("forms")


@pytest.mark.parametrize(
    ("length", "pieces"), [(0, 1), (1, 1), (PIECE_BYTES, 1), (PIECE_BYTES + 1, 2), (10 * PIECE_BYTES, 10)]
)
def test_how_many_pieces_a_length_makes(length: int, pieces: int) -> None:
    assert pieces_of(length) == pieces
