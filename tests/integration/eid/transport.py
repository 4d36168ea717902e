"""One answer in every form in which HTTP can carry it, whole or a little at a time."""

from dataclasses import dataclass
from http import HTTPStatus

from tests.integration.eid.liar import Carrier, Request, drip


@dataclass(frozen=True)
class Form:
    """`says`: the header that tells where the body ends, if any does. Chunks are of one byte where it drips."""

    version: str = "1.1"
    says: str = "Content-Length"
    close: bool = False

    def head(self, status: int, kind: str, headers: dict[str, str], length: int) -> bytes:
        told = {"Content-Type": kind, **headers}
        if self.says == "Content-Length":
            told["Content-Length"] = str(length)
        elif self.says:
            told["Transfer-Encoding"] = "chunked"
        if self.close:
            told["Connection"] = "close"
        lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        return f"HTTP/{self.version} {status} {HTTPStatus(status).phrase}\r\n{lines}\r\n".encode()

    def piece(self, data: bytes) -> bytes:
        return b"%x\r\n%s\r\n" % (len(data), data) if self.says == "Transfer-Encoding" else data

    @property
    def end(self) -> bytes:
        return b"0\r\n\r\n" if self.says == "Transfer-Encoding" else b""

    @property
    def kept(self) -> bool:
        return bool(self.says) and not self.close and self.version == "1.1"


FORMS = {
    "keep-alive": Form(),
    "close": Form(close=True),
    "chunked": Form(says="Transfer-Encoding"),
    "chunked and close": Form(says="Transfer-Encoding", close=True),
    "no length": Form(says=""),
    "no length and close": Form(says="", close=True),
    "HTTP/1.0": Form(version="1.0", says="", close=False),
    "HTTP/1.0 with a length": Form(version="1.0"),
}


def whole(form: Form) -> Carrier:
    def carry(request: Request, status: int, kind: str, body: bytes, headers: dict[str, str]) -> None:
        request.wfile.write(form.head(status, kind, headers, len(body)))
        request.wfile.write(form.piece(body) + form.end)
        request.close_connection = not form.kept

    return carry


def dripping(form: Form) -> Carrier:
    """The truth, but for its end: that does not come, and something always comes."""

    def carry(request: Request, status: int, kind: str, body: bytes, headers: dict[str, str]) -> None:
        request.wfile.write(form.head(status, kind, headers, len(body) + 100_000))
        request.wfile.write(form.piece(body[: len(body) // 2]))
        drip(request, form.piece(b" "), 30.0)

    return carry
