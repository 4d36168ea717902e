"""A relying party for these tests: EidClient as the identity service makes it, over real HTTP."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from identity.eid.client import EidClient
from identity.eid.id_token import Person
from identity.eid.keys import OwnKeys
from identity.eid.profile import Profile
from identity.eid.refused import SignInRefused
from identity.eid.wire import Wire
from servicekit.settings import OF_THE_HOUSE, read_networks
from tests.integration.eid.liar import CLIENT, LEVELS, SECRET, Liar

CALLBACK = "http://localhost:9700/sign-in/callback"


def a_profile(issuer: str, **changes: Any) -> Profile:
    told: dict[str, Any] = {
        "key": "liar",
        "names": {"en": "Liar"},
        "issuer": issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "id_token_alg": "RS256",
        "acr": LEVELS,
        "acr_values": "level:3 level:2",
        "logout": "end_session",
        "backchannel_logout": True,
        **changes,
    }
    if told.get("client_authentication") == "private_key_jwt":
        told["client_secret"] = ""
    return Profile(**told)


def a_wire(profile: Profile, ca_file: str = "") -> Wire:
    return Wire(profile, read_networks(OF_THE_HOUSE), ca_file)


def a_client_of(profile: Profile, keys: OwnKeys | None = None, ca_file: str = "") -> EidClient:
    return EidClient(profile, CALLBACK, keys, a_wire(profile, ca_file))


def own_keys(folder: Path, *keys: Any) -> OwnKeys:
    path = folder / "relying-party.private.json"
    path.write_text(json.dumps({"keys": [key.as_dict(private=True) for key in keys]}))
    return OwnKeys(path)


@dataclass
class RelyingParty:
    liar: Liar
    client: EidClient

    def sign_in(self, level: int = 2, max_age: int | None = None) -> Person:
        attempt, url = self.client.begin(level, max_age, "en")
        return self.client.finish(attempt, self.liar.arrive(url)).person

    def refused(self, level: int = 2, max_age: int | None = None) -> SignInRefused:
        """The refusal; fails when the person gets in."""
        try:
            person = self.sign_in(level, max_age)
        except SignInRefused as refusal:
            return refusal
        raise AssertionError(f"signed in as {person}")


def a_relying_party(liar: Liar, keys: OwnKeys | None = None, **changes: Any) -> RelyingParty:
    client = a_client_of(a_profile(liar.issuer, **changes), keys)
    return RelyingParty(liar, client)
