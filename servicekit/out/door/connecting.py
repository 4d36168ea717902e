"""A connection outward: the name is looked up once, and one of the addresses that were judged is connected to."""

import queue
import socket
import threading
from collections.abc import Callable, Sequence
from functools import partial

from servicekit.data.database import require_no_transaction
from servicekit.out.door.deadlines import Deadline
from servicekit.out.door.destinations import Destination, Reach, read_address

CONNECT_SECONDS = 2.0
# Of a name with more addresses, the others are not tried.
MOST_ADDRESSES = 8
# A look-up knows no deadline: whoever gave up leaves a thread behind, for as long as the system's resolver tries.
MOST_WAITING = 32

Resolver = Callable[[str, int], Sequence[str]]
Connection = socket.socket


def system_resolver(host: str, port: int) -> list[str]:
    """The addresses of a host, without repetition. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for _, _, _, _, address in found))


def connected(
    to: Destination,
    reach: Reach,
    deadline: Deadline,
    resolve: Resolver = system_resolver,
    seconds: float = CONNECT_SECONDS,
) -> socket.socket:
    """Within `seconds` over the look-up and all addresses. Raises NotAllowed, OutsideSilent, OSError."""
    require_no_transaction()
    return _within(min(seconds, deadline.left()), partial(_connect, to, reach, resolve, seconds))


def connected_here(path: str, seconds: float) -> socket.socket:
    """To a program on this machine, by the path that the operator named. Raises OSError."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection


def looked_up(to: Destination, reach: Reach, resolve: Resolver) -> Sequence[str]:
    """Raises NotAllowed, OSError."""
    found = resolve(to.host, to.port)
    if not found:
        raise OSError("the name leads nowhere")
    reach.require(read_address(one) for one in found)
    return found[:MOST_ADDRESSES]


def _connect(to: Destination, reach: Reach, resolve: Resolver, seconds: float) -> socket.socket:
    failure: OSError = OSError("not connected")
    for address in looked_up(to, reach, resolve):
        try:
            # An address, no name: nothing is looked up a second time.
            made = socket.create_connection((address, to.port), seconds)
        except OSError as error:
            failure = error
            continue
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made
    raise failure


_waiting = threading.BoundedSemaphore(MOST_WAITING)


def _within(seconds: float, connect: Callable[[], socket.socket]) -> socket.socket:
    """What `connect` makes, in so many seconds over all addresses and the name's resolution, which know no deadline."""
    made: queue.SimpleQueue[socket.socket | Exception] = queue.SimpleQueue()
    lock, given_up = threading.Lock(), threading.Event()
    if not _waiting.acquire(blocking=False):
        raise TimeoutError("too many wait to be connected")

    def work() -> None:
        try:
            found: socket.socket | Exception = connect()
        except Exception as error:  # noqa: BLE001 - it is raised in the thread that waits
            found = error
        _waiting.release()
        with lock:
            if given_up.is_set() and isinstance(found, socket.socket):
                found.close()
            made.put(found)

    try:
        threading.Thread(target=work, name="door-connect", daemon=True).start()
    except RuntimeError:
        _waiting.release()
        raise
    try:
        found = made.get(timeout=seconds)
    except queue.Empty:
        with lock:
            given_up.set()
            if made.empty():
                raise TimeoutError("no connection in time") from None
            found = made.get()
    if isinstance(found, Exception):
        raise found
    return found
