"""Every shipped profile loads, says where its facts come from, and a faulty one does not start a service."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from identity.eid.profile import FOLDER, Profile, ProfileFaulty, read_profile

SHIPPED = sorted(path.stem for path in FOLDER.glob("*.toml"))


def told(key: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{key}.toml").read_text(encoding="utf-8"))


def from_the_environment(key: str) -> dict[str, Any]:
    found = told(key)
    secret = "" if found["client_authentication"] == "private_key_jwt" else "s"
    return {"issuer": found.get("issuer", "https://eid.example"), "client_id": "us", "client_secret": secret}


def test_the_profiles_that_were_promised_are_there() -> None:
    promised = ["esignet", "id-porten", "keycloak", "mitid-broker", "practice", "singpass", "tara", "vneid"]
    assert promised == SHIPPED


@pytest.mark.parametrize("key", SHIPPED)
def test_a_shipped_profile_loads_and_names_its_sources(key: str) -> None:
    profile = read_profile(key, from_the_environment(key))
    assert profile.key == key
    assert set(profile.names) == {"en", "bn", "vi"}
    assert profile.source
    assert profile.unverified
    assert profile.minimum_level >= 2
    # The closed map has at least one value that is enough, and nothing is asked for that is not in it.
    assert max([*profile.acr.values(), *profile.amr.values()]) >= profile.minimum_level
    assert profile.secure


@pytest.mark.parametrize("key", SHIPPED)
def test_no_secret_is_in_a_shipped_profile(key: str) -> None:
    assert not {"client_secret", "client_id"} & set(told(key))


def test_vneid_is_marked_as_an_assumption() -> None:
    text = (FOLDER / "vneid.toml").read_text(encoding="utf-8")
    assert "AN ASSUMPTION" in text
    assert told("vneid")["source"].startswith("none: assumption")


def test_the_demands_of_singpass_are_pinned() -> None:
    profile = read_profile("singpass", from_the_environment("singpass"))
    assert (profile.par, profile.dpop, profile.iss_parameter) == ("required", True, "required")
    assert profile.id_token_encryption is not None
    assert profile.id_token_alg == "ES256"


WRONG: dict[str, Any] = {
    "client_authentication": "none",
    "id_token_alg": "HS256",
    "userinfo_alg": "none",
    "client_assertion_alg": "HS256",
    "userinfo": "sometimes",
    "par": "maybe",
    "iss_parameter": "maybe",
    "acr": {"x": 4},
    "amr": {"x": 0},
    "minimum_level": 0,
    "national_number_from": "hearsay",
    "leeway": 3600,
    "start_seconds": 30,
    "finish_seconds": 30,
    "discovery_max_age": 0,
    "claims_parameter": "[1]",
    "parameters": {"redirect_uri": "https://evil.example"},
    "acr_values": "unknown",
    "scopes": "profile",
    "logout": "perhaps",
    "auth_time_from": "guess",
    "issuer": "eid.example",
    "discovery_url": "http://eid.example/x",
    "client_id": "",
    "client_secret": "",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_profile_that_says_what_cannot_be_is_refused_by_name(name: str) -> None:
    good: dict[str, Any] = {
        "key": "x",
        "names": {"en": "X"},
        "issuer": "https://eid.example",
        "client_id": "us",
        "client_secret": "s",
        "acr": {"high": 3},
    }
    Profile(**good)
    with pytest.raises(ProfileFaulty):
        Profile(**{**good, name: WRONG[name]})


@pytest.mark.parametrize(
    "encryption", [{"alg": "RSA1_5", "enc": "A256GCM"}, {"alg": "RSA-OAEP", "enc": "none"}, {"alg": "dir"}]
)
def test_weak_or_unknown_encryption_is_refused(encryption: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    rows = ", ".join(f'{name} = "{value}"' for name, value in encryption.items())
    path.write_text(f'names = {{ en = "X" }}\nacr = {{ a = 2 }}\nid_token_encryption = {{ {rows} }}\n')
    with pytest.raises(ProfileFaulty, match="id_token_encryption"):
        read_profile("own", from_the_environment("practice"), tmp_path)


def test_an_unknown_setting_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('names = { en = "X" }\nacr = { a = 2 }\nminimum_levle = 3\n')
    with pytest.raises(ProfileFaulty, match="minimum_levle"):
        read_profile("own", from_the_environment("practice"), tmp_path)


def test_an_own_file_comes_before_the_shipped_one_and_may_serve_two_providers(tmp_path: Path) -> None:
    (tmp_path / "keycloak.toml").write_text('names = { en = "Ours" }\nacr = { gold = 2 }\n')
    given = {"issuer": "https://one.example", "client_id": "us", "client_secret": "s"}
    assert read_profile("keycloak", given, tmp_path).names == {"en": "Ours"}
    second = read_profile("north", {**given, "issuer": "https://two.example"}, tmp_path, "keycloak")
    assert (second.key, second.issuer) == ("north", "https://two.example")
    assert read_profile("tara", from_the_environment("tara"), tmp_path).key == "tara"


@pytest.mark.parametrize("key", ["../secrets", "", "a/b", "a.b"])
def test_a_key_is_a_name_and_no_path(key: str) -> None:
    with pytest.raises(ProfileFaulty):
        read_profile(key, {})


def test_a_secret_is_not_shown() -> None:
    profile = read_profile("practice", {**from_the_environment("practice"), "client_secret": "TOP-SECRET"})
    assert "TOP-SECRET" not in repr(profile)
