"""Whether the ports that the house needs are free, asked before anything is started."""

import socket
from collections.abc import Mapping


def taken(wanted: Mapping[str, tuple[str, int]]) -> list[str]:
    """The names of those (host, port) pairs that somebody else listens on."""
    return [name for name, address in wanted.items() if not _free(*address)]


def _free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
