"""Where a request comes from, as far as it tells callers apart."""

import contextlib
from ipaddress import IPv6Address, ip_address

# What the door tells the services of the caller's address; from outside it is dropped.
CLIENT_ADDRESS = "X-Client-Address"


def address_group(address: str) -> str:
    """An IPv6 caller has a whole /64 of addresses to themselves."""
    with contextlib.suppress(ValueError):
        known = ip_address(address)
        if isinstance(known, IPv6Address) and known.ipv4_mapped is None:
            return known.exploded[:19]
    return address
