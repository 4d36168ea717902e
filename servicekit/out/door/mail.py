"""SMTP outward: smtplib over a connection of the door's, cut when the deadline of an exchange passes."""

import smtplib
import socket
import ssl

from servicekit.out.door.connecting import Resolver, connected, system_resolver
from servicekit.out.door.deadlines import current
from servicekit.out.door.destinations import Destination, Reach


class Smtp(smtplib.SMTP):
    """Each exchange stands in `within(deadline)`; `resume` names the connection to that of a later one.

    `tls`: from the first byte on. Raises what smtplib does, and NotAllowed.
    """

    def __init__(
        self,
        to: Destination,
        reach: Reach,
        seconds: float,
        tls: ssl.SSLContext | None = None,
        resolve: Resolver = system_resolver,
    ) -> None:
        self._way = (to, reach, resolve)
        self._tls = tls
        self._line_handle: socket.socket | None = None
        super().__init__(to.host, to.port, timeout=seconds)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = current()
        assert line is not None  # noqa: S101 - nothing is sent but within a deadline
        to, reach, resolve = self._way
        made = connected(to, reach, line.deadline, resolve, timeout)
        self._line_handle = made.dup()
        line.runs_over(self._line_handle)
        if self._tls is None:
            return made
        try:
            return self._tls.wrap_socket(made, server_hostname=to.host)
        except OSError:
            self.close()
            raise

    def resume(self) -> None:
        line = current()
        if line is not None and self._line_handle is not None:
            line.runs_over(self._line_handle)

    def close(self) -> None:
        if self._line_handle is not None:
            self._line_handle.close()
            self._line_handle = None
        super().close()
