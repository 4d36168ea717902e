"""Sensitive values at rest: field encryption through pymongo's ClientEncryption, and keyed blind indexes.

The master key lives outside the database (a file or an environment value of 96 bytes, base64).
With the local provider the data key is wrapped by that master key and stored in `<database>.__keys`.
"""

import base64
import contextlib
import hashlib
import hmac
import os
from typing import Any

from bson.binary import STANDARD, Binary
from bson.codec_options import CodecOptions
from pymongo import MongoClient
from pymongo.encryption import ClientEncryption
from pymongo.errors import DuplicateKeyError, EncryptionError

from servicekit.words.text import compact

Document = dict[str, Any]
# MongoDB's name for authenticated encryption with a fresh initialisation vector each time.
_RANDOM = "AEAD_AES_256_CBC_HMAC_SHA_512-Random"


# The kind under which membership keeps national numbers; identity makes the same digest at sign-in.
MEMBER_NUMBER = "member.national_number"


def blind_index(key: bytes, kind: str, value: str) -> str:
    """A keyed digest that finds an equal value again without showing it; `kind` keeps fields apart."""
    return hmac.new(key, f"{kind}\x1f{value}".encode(), hashlib.sha256).hexdigest()


def normal_digits(text: str) -> str:
    """Any script's decimal digits as ASCII, without what people put between them: one person, one number."""
    return compact(text)


class FieldCipher:
    """Encrypts one field at a time under a data key of this database; the ciphertext differs each time."""

    def __init__(self, client: MongoClient[Document], database: str, master_key: str) -> None:
        self._encryption: ClientEncryption[Document] = ClientEncryption(
            {"local": {"key": base64.b64decode(master_key)}},
            f"{database}.__keys",
            client,
            CodecOptions(uuid_representation=STANDARD),
        )
        self._keys = client[database]["__keys"]
        self._key_id: Binary | None = None

    def _data_key(self) -> Binary:
        if self._key_id is None:
            self._keys.create_index(
                "keyAltNames", unique=True, partialFilterExpression={"keyAltNames": {"$exists": True}}
            )
            # Another worker may be first: then its key is the key.
            with contextlib.suppress(DuplicateKeyError, EncryptionError):
                self._encryption.create_data_key("local", key_alt_names=["fields"])
            found = self._encryption.get_key_by_alt_name("fields")
            if found is None:
                raise LookupError("the data key is not readable")
            self._key_id = Binary(found["_id"], found["_id"].subtype)
        return self._key_id

    def encrypt(self, value: str) -> Binary:
        return self._encryption.encrypt(value, _RANDOM, key_id=self._data_key())

    def decrypt(self, value: bytes) -> str:
        sealed = value if isinstance(value, Binary) else Binary(value, 6)
        return str(self._encryption.decrypt(sealed))


def new_master_key() -> str:
    """96 random bytes, base64: what MongoDB's local key provider asks for."""
    return base64.b64encode(os.urandom(96)).decode()
