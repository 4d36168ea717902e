"""The first start of a house: whichever loop of a program comes first, an empty database has nothing to migrate."""

import importlib
import secrets

import pytest

from servicekit.work.loop import Loop
from tests.processes import House

# Programs of several loops, each of which makes something in the database of their service.
PROGRAMS = ("identity.keeper", "notifications.sender")


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("program", PROGRAMS)
def test_whichever_loop_comes_first_says_that_there_is_nothing_to_migrate(
    house: House, monkeypatch: pytest.MonkeyPatch, program: str, backwards: bool
) -> None:
    for name, value in house.env().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATABASE_PREFIX", "t" + secrets.token_hex(5))
    loops = [one for one in importlib.import_module(program).loops() if isinstance(one, Loop)]
    assert len(loops) > 1
    try:
        for loop in reversed(loops) if backwards else loops:
            loop.turn(0)
    finally:
        for loop in loops:
            loop.database.client.close()
