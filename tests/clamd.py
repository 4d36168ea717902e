"""A stand-in for clamd: it speaks INSTREAM, finds what the test says, and can be as silent as a real one may be."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

HARMFUL = b"X5O!P%@AP[4"  # how the harmless file begins that every scanner knows
MOST = 200 * 1024 * 1024


@dataclass
class StandIn:
    """`mood`: answers, silent (takes all and says nothing), closes, drips, error, or babbles."""

    mood: str = "answers"
    asked: list[int] = field(default_factory=list)  # the bytes of each question
    port: int = 0

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def answer(self, connection: socket.socket) -> None:
        reader = connection.makefile("rb")
        command = b""
        while not command.endswith(b"\0"):
            command += reader.read(1)
        assert command == b"zINSTREAM\0", command
        if self.mood == "closes":
            return
        data = b""
        while size := struct.unpack("!L", reader.read(4))[0]:
            data += reader.read(size)
            assert len(data) < MOST
        self.asked.append(len(data))
        if self.mood == "silent":
            time.sleep(5)
        elif self.mood == "drips":
            for letter in b"stream: O" * 50:
                connection.sendall(bytes([letter]))
                time.sleep(0.1)
        elif self.mood == "error":
            connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
        elif self.mood == "babbles":
            connection.sendall(b"OK " * 10_000)
        elif HARMFUL in data:
            connection.sendall(b"stream: Eicar-Signature FOUND\0")
        else:
            connection.sendall(b"stream: OK\0")


@contextlib.contextmanager
def a_scanner(mood: str = "answers") -> Iterator[StandIn]:
    stand_in = StandIn(mood)
    listener = socket.create_server(("127.0.0.1", 0))
    stand_in.port = listener.getsockname()[1]

    def one(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError, struct.error):
            stand_in.answer(connection)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=one, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield stand_in
    finally:
        listener.close()
