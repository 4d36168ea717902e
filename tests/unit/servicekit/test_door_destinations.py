"""What may be sent to: hosts that the operator named, at addresses that are nobody's inside."""

from ipaddress import ip_address

import pytest

from servicekit.out.door.connecting import looked_up
from servicekit.out.door.destinations import Destination, Reach, is_outside, of_the_operator, read_url
from servicekit.out.door.failures import NotAllowed
from servicekit.settings import OF_THE_HOUSE, read_networks

REACH = Reach(frozenset({"hooks.example", "other.example:8443", "93.184.215.14", "[2606:4700::1111]"}))
PLAIN = Reach(REACH.hosts, plain=True)


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("https://hooks.example", "hooks.example", 443),
        ("https://hooks.example/", "hooks.example", 443),
        ("https://HOOKS.Example:443/a?b=c", "hooks.example", 443),
        ("https://other.example:8443/x", "other.example", 8443),
        ("https://93.184.215.14/x", "93.184.215.14", 443),
        ("https://[2606:4700:0::1111]/x", "2606:4700::1111", 443),
    ],
)
def test_what_the_operator_named_may_be_sent_to(url: str, host: str, port: int) -> None:
    assert REACH.destination(url) == Destination("https", host, port)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example",
        "//hooks.example/",
        "https:///x",
        "https:hooks.example",
        "http://hooks.example/",
        "ftp://hooks.example/",
        "file:///etc/passwd",
        "gopher://hooks.example/",
        "javascript:alert(1)",
        "https://elsewhere.example/",
        "https://hooks.example.elsewhere.example/",
        "https://a.hooks.example/",
        "https://hooks.example./",
        "https://hooks.example..",
        "https://.hooks.example",
        "https://hooks.example:8443/",
        "https://other.example/",
        "https://hooks.example:0/",
        "https://hooks.example:/",
        "https://hooks.example:65536/",
        "https://hooks.example:-1/",
        "https://hooks.example:port/",
        "https://name@hooks.example/",
        "https://name:word@hooks.example/",
        "https://@hooks.example/",
        "https://hooks.example@elsewhere.example/",
        "https://elsewhere.example#@hooks.example/",
        "https://elsewhere.example\\@hooks.example/",
        "https://hooks.example\\.elsewhere.example/",
        "https://hooks.example%2eelsewhere.example/",
        "https://hooks.example /",
        " https://hooks.example/",
        "https://hooks.example/\r\nHost: elsewhere.example",
        "https://hooks.example/\tx",
        "https://hooks.example/\x00",
        "https://hooks。example/",
        "https://ｈooks.example/",
        "https://hooks.example/" + "x" * 5000,
        "https://[2606:4700::1111%25eth0]/",
        "https://[2606:4700::1111%eth0]/",
        "https://[::ffff:93.184.215.14]/",
        "https://[hooks.example]/",
        "https://[2606:4700::1111/",
        "https://2606:4700::1111/",
        "https://-hooks.example/",
        "https://hooks..example/",
    ],
)
def test_anything_else_may_not(url: str) -> None:
    with pytest.raises(NotAllowed):
        REACH.destination(url)


# Each is this machine, or one inside, to some reader of addresses.
@pytest.mark.parametrize(
    "host",
    [
        *("2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "0177.0.0.1", "0177.1", "017700000001", "127.1"),
        *("00000127.0.0.1", "127.0.0.01", "0", "0.0", "0x", "0x0", "4294967295", "127.0.0.1.", "1.2.3.4.5"),
        *("１２７.0.0.1", "127。0。0。1", "②130706433", "[::1]extra", "::1", "169.254.43518", "256.1.1.1"),
    ],
)  # fmt: skip
def test_an_address_in_another_than_its_usual_form_is_none(host: str) -> None:
    with pytest.raises(NotAllowed):
        read_url(f"https://{host}/")
    # Also where the operator named it, in the hope that somebody would read it so.
    with pytest.raises(NotAllowed):
        Reach(frozenset({host}), read_networks(OF_THE_HOUSE)).destination(f"https://{host}/")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255"),
        *("100.64.0.1", "169.254.169.254", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9"),
        *("192.168.1.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1", "ff0e::1", "2001:db8::1", "100::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1", "::127.0.0.1", "::8.8.8.8"),
        *("2002:7f00:1::", "2002:808:808::", "2001:0:808:808::1", "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1"),
        *("64:ff9b::169.254.169.254", "64:ff9b:1::1"),
    ],
)  # fmt: skip
def test_what_is_inside_is_closed(address: str) -> None:
    assert not is_outside(ip_address(address))
    with pytest.raises(NotAllowed):
        REACH.require([ip_address(address)])


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "64:ff9b::8.8.8.8"])
def test_what_is_outside_is_open(address: str) -> None:
    assert is_outside(ip_address(address))
    REACH.require([ip_address(address)])


def test_an_inside_network_is_open_once_the_operator_names_it_and_no_other_with_it() -> None:
    named = Reach(frozenset({"hooks.example"}), read_networks(["10.1.0.0/16", "::1"]))
    named.require([ip_address("10.1.2.3"), ip_address("::1"), ip_address("8.8.8.8")])
    for closed in ("10.2.0.1", "127.0.0.1", "::ffff:10.1.2.3", "169.254.169.254"):
        with pytest.raises(NotAllowed):
            named.require([ip_address(closed)])


def names(*addresses: str):  # type: ignore[no-untyped-def]
    return lambda host, port: list(addresses)


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",),
        ("8.8.8.8", "127.0.0.1"),
        ("10.0.0.1", "8.8.8.8"),
        ("2606:4700::1111", "::1"),
        ("8.8.8.8", "fe80::1%eth0"),
        ("8.8.8.8", "::ffff:10.0.0.1"),
        tuple(f"8.8.8.{number}" for number in range(1, 20)) + ("169.254.169.254",),
    ],
)
def test_a_name_that_leads_inside_as_well_leads_nowhere(addresses: tuple[str, ...]) -> None:
    to = REACH.destination("https://hooks.example/")
    with pytest.raises(NotAllowed, match="inside"):
        looked_up(to, REACH, names(*addresses))
    with pytest.raises(OSError, match="nowhere"):
        looked_up(to, REACH, names())
    assert looked_up(to, REACH, names("8.8.8.8", "8.8.4.4")) == ["8.8.8.8", "8.8.4.4"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "mail.example", "clamd", "::1", "10.0.0.4"])
def test_what_a_setting_of_the_operator_names_may_stand_in_the_house(host: str) -> None:
    to, reach = of_the_operator("smtp", host, 25)
    reach.require_host(to)
    reach.require([ip_address("127.0.0.1"), ip_address("10.0.0.4"), ip_address("8.8.8.8")])
    for closed in ("169.254.169.254", "224.0.0.1", "0.0.0.0", "::ffff:127.0.0.1"):
        with pytest.raises(NotAllowed):
            reach.require([ip_address(closed)])


def test_a_network_that_is_none_is_said_by_the_name_of_its_setting() -> None:
    with pytest.raises(ValueError, match="OUTSIDE_NETWORKS"):
        read_networks(["10.0.0.1/8"])
