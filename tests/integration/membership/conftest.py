"""Membership over HTTP: the real service beside the real identity, and the Bangladesh sample tree."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from membership.app import open_context
from membership.context import Context
from membership.domain.units import Unit, read_level_scheme
from membership.operations import import_units
from membership.settings import Settings, read_settings
from servicekit.ids import new_id
from tests.processes import House, a_right

EXAMPLES = Path(__file__).parents[3] / "examples"
BANGLADESH = (EXAMPLES / "bangladesh/units.csv").read_bytes()
SCHEME = read_level_scheme((EXAMPLES / "bangladesh/levels.toml").read_text(encoding="utf-8"))

KEEPER = ("unit:read", "members:read", "members:write", "members:count")
SUPERIOR = ("unit:read", "members:count")


def settings_of(house: House) -> Settings:
    with pytest.MonkeyPatch.context() as environment:
        for name, value in house.env().items():
            environment.setenv(name, value)
        return read_settings()


@dataclass
class Client:
    """One caller: each method is one request with their token."""

    address: str
    token: str
    account_id: str

    def get(self, path: str, **params: Any) -> requests.Response:
        return self.send("GET", path, params=params)

    def post(self, path: str, body: Any, key: str = "") -> requests.Response:
        return self.send("POST", path, json=body, headers={"Idempotency-Key": key or new_id()})

    def put(self, path: str, body: Any, version: int) -> requests.Response:
        return self.send("PUT", path, json=body, headers={"If-Match": f'"{version}"'})

    def send(
        self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any
    ) -> requests.Response:
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        return requests.request(
            method, f"{self.address}/api/membership{path}", headers=sent, timeout=20, **more
        )


@dataclass
class Membership:
    house: House
    address: str
    context: Context

    def unit(self, code: str) -> Unit:
        found = self.context.units.by_code(code)
        assert found is not None
        return found

    def caller(self, unit: Unit, *permissions: str, language: str = "en") -> Client:
        """Somebody with these permissions in a unit; members and writing reach that unit only, the rest below it."""
        rights = [
            a_right(
                permission, unit.path, "own" if permission in ("members:read", "members:write") else "below"
            )
            for permission in permissions
        ]
        account_id = new_id()
        token = self.house.token("membership", *rights, account_id=account_id, language=language)
        return Client(self.address, token, account_id)

    def keeper(self, code: str) -> Client:
        return self.caller(self.unit(code), *KEEPER)

    def superior(self, code: str) -> Client:
        return self.caller(self.unit(code), *SUPERIOR)


@pytest.fixture(scope="module")
def membership(house: House) -> Iterator[Membership]:
    context = open_context(settings_of(house))
    import_units(context, BANGLADESH, scheme=SCHEME)
    house.start_service("identity")
    address = house.start_service("membership")
    yield Membership(house, address, context)
    context.database.client.close()
