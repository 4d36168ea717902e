"""The doctor says whom this house cannot reach, and that nobody looks for viruses."""

import pytest

from identity.eid.profile import Profile
from sammelan.health_outside import hosts_of, limits, scanner
from servicekit.settings import read_networks


def a_profile(issuer: str) -> Profile:
    return Profile(
        key="x",
        names={},
        issuer=issuer,
        client_id="c",
        client_secret="s",
        acr={"a": 2},
        allowed_hosts=("b.example",),
    )


def test_a_provider_in_a_network_that_nobody_named_is_a_fault_until_it_is_named() -> None:
    where = {"a.example": ["10.1.2.3"], "b.example": ["8.8.8.8"]}
    for networks, good in (((), False), (read_networks(["10.1.0.0/16"]), True)):
        found = {
            one.what: one
            for one in hosts_of(a_profile("https://a.example"), networks, lambda host, _: where[host])
        }
        assert found["eID x: a.example"].good is good
        assert found["eID x: b.example"].good
        assert good or "OUTSIDE_NETWORKS" in found["eID x: a.example"].found


def test_a_name_that_leads_nowhere_just_now_is_said_and_is_no_fault() -> None:
    def nowhere(host: str, port: int) -> list[str]:
        raise OSError

    found = list(hosts_of(a_profile("https://a.example"), (), nowhere))
    assert [(one.good, one.matters) for one in found] == [(False, False)] * 2


@pytest.mark.parametrize(
    ("address", "production", "good", "matters"),
    [
        ("", True, False, True),
        ("", False, False, False),
        ("none", True, False, False),
        ("tcp://clamd:3310", True, True, True),
        ("unix:///run/clamd", False, True, True),
        ("clamd:3310", False, False, True),
    ],
)
def test_that_files_are_served_unscanned_is_a_fault_in_production_unless_it_is_meant(
    address: str, production: bool, good: bool, matters: bool
) -> None:
    found = scanner(address, production=production)
    assert (found.good, found.matters) == (good, matters)
    if not good and address in ("", "none"):
        assert "unscanned" in found.found


def test_who_counts_the_limits_is_said_and_a_redis_that_does_not_answer_is_a_fault() -> None:
    one, several = limits("", 1), limits("", 4)
    assert one.good
    assert (several.good, several.matters) == (False, False)
    assert "4 processes" in several.found
    away = limits("redis://:secret@127.0.0.1:9/0", 4)
    assert (away.good, away.matters) == (False, True)
    assert "127.0.0.1:9" in away.found
    assert "secret" not in away.found
    assert "LIMITS_URL" in limits("http://127.0.0.1:9", 1).found
