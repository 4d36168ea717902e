"""Where something may be sent: the hosts that the operator named, at addresses that are nobody's inside.

An address is read once, strictly: what two readers could understand differently is none.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from servicekit.out.door.failures import NotAllowed
from servicekit.settings import OF_THE_HOUSE, Network, read_networks

LONGEST_ADDRESS = 4096
USUAL_PORTS = {"https": 443, "http": 80}
# A name or an address, and a port or none: no name or password before it, no zone, nothing behind a bracket.
PLACE = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:@%]+)(:[0-9]{1,5})?")
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
# IPv6 addresses in which an IPv4 address is written, which a machine on the way may go to in their place. Those of
# NAT64 (RFC 6052) are how hosts are reached where there is IPv6 alone: they are judged by what is written in them.
CARRYING = tuple(
    IPv6Network(one) for one in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "2002::/16", "2001::/32")
)
# Kept for the network itself (RFC 6890, RFC 7526), which not every Python knows.
KEPT = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
CLOSED: tuple[Network, ...] = (*CARRYING, *KEPT)
NAT64 = IPv6Network("64:ff9b::/96")

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Destination:
    """`host` is a name or an address as it is written in a URL, without brackets."""

    scheme: str
    host: str
    port: int

    @property
    def written(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == USUAL_PORTS.get(self.scheme) else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Reach:
    """`hosts`: NAME or NAME:PORT. `networks`: inside ones that the operator named. `plain`: without TLS."""

    hosts: frozenset[str]
    networks: tuple[Network, ...] = ()
    plain: bool = False

    def destination(self, url: str) -> Destination:
        """Raises NotAllowed."""
        found = read_url(url)
        if found.scheme != "https" and not self.plain:
            raise NotAllowed("not https")
        self.require_host(found)
        return found

    def require_host(self, found: Destination) -> None:
        if found.written not in self.hosts and f"{found.host}:{found.port}" not in self.hosts:
            raise NotAllowed("a host that nobody allowed")

    def require(self, addresses: Iterable[Address]) -> None:
        """All of them: of a name that leads outside and inside, whoever made it chooses which is taken."""
        for one in addresses:
            if not any(one in network for network in self.networks) and not is_outside(one):
                raise NotAllowed("an inside address")


def read_url(url: str) -> Destination:
    """Raises NotAllowed."""
    if not (url.isascii() and url.isprintable() and len(url) <= LONGEST_ADDRESS) or set(url) & set(
        ' \\"<>^`{|}'
    ):
        raise NotAllowed("no address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotAllowed("no address") from error
    if parts.scheme not in USUAL_PORTS:
        raise NotAllowed("neither https nor http")
    if not PLACE.fullmatch(parts.netloc) or port == 0:
        raise NotAllowed("neither a host nor a host and its port")
    return Destination(parts.scheme, read_host(parts.hostname or ""), port or USUAL_PORTS[parts.scheme])


def read_host(host: str) -> str:
    """Raises NotAllowed for what is neither a plain name nor an address in its one usual form."""
    if ":" in host:
        try:
            return IPv6Address(host).compressed if "%" not in host else _none()
        except ValueError:
            _none()
    labels = host.lower().split(".")
    if len(host) > 253 or not all(LABEL.fullmatch(label) for label in labels):
        _none()
    # 127.1, 2130706433, 0x7f.0.0.1 and 0177.0.0.1 are this machine to some, and names to others.
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):
        try:
            return str(IPv4Address(host))
        except ValueError:
            _none()
    return host.lower()


def _none() -> str:
    raise NotAllowed("no host")


def is_outside(address: Address) -> bool:
    """Whether it is a host of the internet, and not this machine, its networks, a group, or kept for something else."""
    if address in NAT64:
        return is_outside(IPv4Address(int(address) & 0xFFFF_FFFF))
    if any(address in network for network in CLOSED):
        return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
        and not (isinstance(address, IPv6Address) and address.is_site_local)
    )


def read_address(written: str) -> Address:
    """As the resolver gives it: a zone goes with addresses that are inside anyway."""
    return ip_address(written.partition("%")[0])


def of_the_operator(scheme: str, host: str, port: int) -> tuple[Destination, Reach]:
    """A host that a setting names and nobody else chooses: it may stand in the house. Raises NotAllowed."""
    found = Destination(scheme, read_host(host), port)
    return found, Reach(frozenset({found.written}), read_networks(OF_THE_HOUSE), plain=True)
