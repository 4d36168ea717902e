"""One part slow, frozen or gone under sixty requests a second: the others do not feel it, and nothing is lost."""

from collections.abc import Iterator

import pytest

from tests.outages import FAULTS, Asked, Fault, an_asked_house, see
from tests.processes import DatabaseServer, free_port

CONTROL_SECONDS = 6.0
FAULT_SECONDS = 8.0
TIMES = 3


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    server = DatabaseServer(free_port(), tmp_path_factory.mktemp("load-db") / "data")
    server.start()
    try:
        with an_asked_house(server, tmp_path_factory.mktemp("load")) as found:
            yield found
    finally:
        if server.process is not None:
            server.process.kill()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_one_part_in_trouble_is_felt_by_nobody_who_does_not_need_it(asked: Asked, fault: Fault) -> None:
    """A machine that others use just now is slow by itself: what a bound of time says is asked three times."""
    for _ in range(TIMES):
        seen = see(asked, fault, CONTROL_SECONDS, FAULT_SECONDS)
        assert seen.acknowledged > 0
        assert seen.lost == set()
        assert seen.wrongly_refused() == []
        if not seen.too_slow():
            return
    assert seen.too_slow() == []
