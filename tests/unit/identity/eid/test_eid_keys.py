"""Our own keys: made, announced, rotated with old and new together, retired, published without what is private."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwe, jwt
from joserfc.jwk import KeySet

from identity.eid.keys import KeyInUse, KeyUnknown, Need, OwnKeys, make, needed, retire, rotate, show
from identity.eid.profile import read_profile

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NEEDS = {Need("sig", "ES256"), Need("enc", "ECDH-ES+A256KW")}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "keys" / "relying-party.private.json"
    make(made, NEEDS, NOW)
    return made


def at(path: Path, when: datetime) -> OwnKeys:
    return OwnKeys(path, when.timestamp)


def states(path: Path, when: datetime, use: str) -> list[str]:
    return [one.state for one in show(path, when) if one.use == use]


def test_what_the_profiles_need_is_made_once_and_readable_by_nobody_else(path: Path) -> None:
    assert states(path, NOW, "sig") == states(path, NOW, "enc") == ["in-use"]
    assert make(path, NEEDS, NOW) == ()
    assert path.stat().st_mode & 0o077 == 0
    added = make(path, {*NEEDS, Need("sig", "RS256")}, NOW)
    assert [one.alg for one in added] == ["RS256"]


def test_the_needs_come_from_the_profiles() -> None:
    given = {"issuer": "https://eid.example", "client_id": "us", "client_secret": "s"}
    singpass = read_profile("singpass", {**given, "issuer": "https://id.singpass.gov.sg/fapi"})
    assert needed([singpass]) == NEEDS
    assert needed([read_profile("practice", given)]) == frozenset()


def test_signing_and_encryption_have_keys_of_their_own(path: Path) -> None:
    published = at(path, NOW).public()["keys"]
    assert sorted(key["use"] for key in published) == ["enc", "sig"]
    assert len({key["x"] for key in published}) == 2


def test_nothing_private_is_published(path: Path) -> None:
    rotate(path, NOW)
    for key in at(path, NOW).public()["keys"]:
        assert set(key) == {"kty", "use", "alg", "kid", "crv", "x", "y"}


def test_a_new_signing_key_is_published_before_it_is_used(path: Path) -> None:
    old = at(path, NOW).signing("ES256")
    rotate(path, NOW, announced_for=DAY)
    assert states(path, NOW, "sig") == ["in-use", "announced"]
    assert len([k for k in at(path, NOW).public()["keys"] if k["use"] == "sig"]) == 2
    still, later = at(path, NOW).signing("ES256"), at(path, NOW + DAY).signing("ES256")
    assert old is not None
    assert still is not None
    assert later is not None
    assert still.kid == old.kid != later.kid
    assert states(path, NOW + DAY, "sig") == ["old", "in-use"]


def test_what_was_signed_before_the_rotation_still_verifies(path: Path) -> None:
    keys = at(path, NOW)
    key = keys.signing("ES256")
    assert key is not None
    token = jwt.encode({"alg": "ES256", "kid": key.kid or ""}, {"a": 1}, key)
    rotate(path, NOW, announced_for=timedelta(0))
    public: Any = at(path, NOW + DAY).public()
    published = KeySet.import_key_set(public)
    assert jwt.decode(token, published).claims == {"a": 1}


def test_what_was_encrypted_to_the_old_key_is_read_until_a_day_after_it_is_retired(path: Path) -> None:
    alg = "ECDH-ES+A256KW"
    old = at(path, NOW).decrypting(alg, None)[0]
    header = {"alg": alg, "enc": "A256GCM", "kid": old.kid}
    registry = jwe.JWERegistry(algorithms=[alg, "A256GCM"])
    token = jwe.encrypt_compact(header, b"text", old, registry=registry)

    def read(when: datetime) -> list[bytes | None]:
        found = at(path, when).decrypting(alg, old.kid)
        return [jwe.decrypt_compact(token, key, registry=registry).plaintext for key in found]

    rotate(path, NOW)
    assert states(path, NOW, "enc") == ["old", "in-use"]
    assert at(path, NOW).public()["keys"][0]["kid"] == show(path, NOW)[-1].kid, "the newest first"
    assert read(NOW) == [b"text"]
    retire(path, old.kid or "", NOW)
    assert old.kid not in [key["kid"] for key in at(path, NOW).public()["keys"]]
    assert read(NOW + DAY / 2) == [b"text"]
    assert read(NOW + 2 * DAY) == []
    assert rotate(path, NOW + 2 * DAY)
    assert str(old.kid) not in path.read_text()


def test_a_key_in_use_or_announced_cannot_be_retired(path: Path) -> None:
    for one in show(path, NOW):
        with pytest.raises(KeyInUse):
            retire(path, one.kid, NOW)
    announced = next(one for one in rotate(path, NOW) if one.use == "sig")
    with pytest.raises(KeyInUse):
        retire(path, announced.kid, NOW)
    with pytest.raises(KeyUnknown):
        retire(path, "nobody", NOW)


def test_a_retired_signing_key_is_gone_from_the_file(path: Path) -> None:
    old = show(path, NOW)[0].kid if show(path, NOW)[0].use == "sig" else show(path, NOW)[1].kid
    rotate(path, NOW, announced_for=timedelta(0))
    assert retire(path, old, NOW + DAY).state == "retired"
    assert old not in path.read_text()


def test_a_rotation_can_be_for_one_kind_alone(path: Path) -> None:
    assert [one.use for one in rotate(path, NOW, only={Need("enc", "ECDH-ES+A256KW")})] == ["enc"]


def test_the_service_sees_a_changed_file_without_a_restart(path: Path) -> None:
    clock = [NOW.timestamp()]
    keys = OwnKeys(path, lambda: clock[0])
    assert len(keys.public()["keys"]) == 2
    rotate(path, NOW)
    assert len(keys.public()["keys"]) == 2, "it does not look at every request"
    clock[0] += 2
    assert len(keys.public()["keys"]) == 4


def test_without_a_file_there_are_no_keys(tmp_path: Path) -> None:
    keys = OwnKeys(tmp_path / "none.json")
    assert keys.public() == {"keys": []}
    assert keys.signing("ES256") is None
    assert keys.decrypting("ECDH-ES", None) == []
    assert show(tmp_path / "none.json", NOW) == ()


def test_a_key_without_one_purpose_is_refused(path: Path) -> None:
    found = json.loads(path.read_text())
    del found["keys"][0]["use"]
    path.write_text(json.dumps(found))
    with pytest.raises(ValueError, match="use"):
        show(path, NOW)
    with pytest.raises(ValueError, match="use"):
        OwnKeys(path)


def test_a_file_that_becomes_faulty_leaves_the_keys_as_they_were(path: Path) -> None:
    clock = [NOW.timestamp()]
    keys = OwnKeys(path, lambda: clock[0])
    before = keys.public()
    path.write_text('{"keys": [')
    clock[0] += 2
    assert keys.public() == before != {"keys": []}
