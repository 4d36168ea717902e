"""Every service is named wherever a service must be."""

from tests.architecture.wiring import forgotten, services
from tests.processes import ROOT


def test_every_service_is_named_wherever_one_must_be() -> None:
    assert {"identity", "portal"} < set(services(ROOT))
    assert forgotten(ROOT) == []
