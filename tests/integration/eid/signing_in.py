"""A relying party for these tests: EidClient as the identity service makes it, over real HTTP."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from identity.eid.client import EidClient
from identity.eid.id_token import Person
from identity.eid.keys import OwnKeys
from identity.eid.profile import Profile
from identity.eid.refused import SignInRefused
from identity.eid.wire import Wire
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


def own_keys(folder: Path, *keys: Any) -> OwnKeys:
    path = folder / "relying-party.private.json"
    path.write_text(json.dumps({"keys": [key.as_dict(private=True) for key in keys]}))
    return OwnKeys(path)


@dataclass
class RelyingParty:
    liar: Liar
    client: EidClient
    wire: Wire = field(default_factory=Wire)

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
    client = EidClient(a_profile(liar.issuer, **changes), CALLBACK, keys)
    return RelyingParty(liar, client)
