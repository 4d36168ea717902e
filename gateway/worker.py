"""The gunicorn worker of the gateway: greenlets, so that a slow caller holds nothing but a connection.

A connection that is kept between two requests counts for nothing, so an office may hold many.
"""

import resource
from typing import Any

from gunicorn.workers.ggevent import GeventWorker

from gateway.connections import Caller, Unfinished
from servicekit.out.addresses import address_group
from servicekit.serving.worker import answer_unreadable

CONNECTIONS = 4_000


class Greenlets(GeventWorker):  # type: ignore[misc]  # gunicorn has no types.
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.worker_connections = CONNECTIONS
        self._unfinished = Unfinished()
        self._trusted = 0

    def init_process(self) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = 2 * CONNECTIONS if hard == resource.RLIM_INFINITY else min(2 * CONNECTIONS, hard)
        if soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        super().init_process()

    def load_wsgi(self) -> None:
        super().load_wsgi()
        self._trusted = self.wsgi.extensions["settings"].trusted_proxies

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        caller = Caller(client, address_group(str(addr[0])), self._unfinished, self._trusted)
        try:
            super().handle(listener, caller, addr)
        finally:
            caller.rest()

    def handle_request(self, listener_name: Any, req: Any, sock: Caller, addr: Any) -> None:
        sock.begin_body(dict(req.headers))
        super().handle_request(listener_name, req, sock, addr)
        sock.rest()

    def handle_error(self, req: Any, client: Caller, addr: Any, exc: BaseException) -> None:
        if not answer_unreadable(client, exc, client.wants_page):
            super().handle_error(req, client, addr, exc)
