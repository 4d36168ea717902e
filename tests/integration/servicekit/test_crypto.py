"""Sensitive fields at rest: encrypted under a key that the database does not have."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from pymongo.errors import EncryptionError

from servicekit.data.crypto import FieldCipher, new_master_key
from servicekit.data.database import Database

NUMBER = "9990000000011"


@pytest.fixture
def cipher(database: Database) -> FieldCipher:
    return FieldCipher(database.client, database.name, MASTER)


MASTER = new_master_key()


def test_a_value_comes_back_and_its_ciphertext_differs_each_time(
    database: Database, cipher: FieldCipher
) -> None:
    ciphertexts = [cipher.encrypt(NUMBER) for _ in range(3)]
    assert len(set(ciphertexts)) == 3
    assert {cipher.decrypt(one) for one in ciphertexts} == {NUMBER}
    assert all(NUMBER.encode() not in bytes(one) for one in ciphertexts)
    database.mongo["people"].insert_one({"_id": "p", "number": ciphertexts[0]})
    stored = database.mongo["people"].find_one({"_id": "p"})
    assert stored is not None
    assert NUMBER not in str(stored)
    assert cipher.decrypt(stored["number"]) == NUMBER


def test_without_the_master_key_nothing_can_be_read(database: Database, cipher: FieldCipher) -> None:
    ciphertext = cipher.encrypt(NUMBER)
    thief = FieldCipher(database.client, database.name, new_master_key())
    with pytest.raises(EncryptionError):
        thief.decrypt(ciphertext)


def test_a_changed_ciphertext_is_refused(cipher: FieldCipher) -> None:
    ciphertext = cipher.encrypt(NUMBER)
    changed = type(ciphertext)(ciphertext[:-1] + bytes([ciphertext[-1] ^ 1]), ciphertext.subtype)
    with pytest.raises(EncryptionError):
        cipher.decrypt(changed)


def test_workers_that_begin_at_once_share_one_data_key(new_database: Callable[[str], Database]) -> None:
    database = new_database("cipher")
    ciphers = [FieldCipher(database.client, database.name, MASTER) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        ciphertexts = list(pool.map(lambda one: one.encrypt(NUMBER), ciphers))
    assert database.mongo["__keys"].count_documents({}) == 1
    assert {ciphers[0].decrypt(one) for one in ciphertexts} == {NUMBER}


def test_the_stored_data_key_is_wrapped(database: Database, cipher: FieldCipher) -> None:
    cipher.encrypt(NUMBER)
    stored = database.mongo["__keys"].find_one({})
    assert stored is not None
    assert stored["masterKey"] == {"provider": "local"}
    assert len(stored["keyMaterial"]) > 96
