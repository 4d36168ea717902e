"""A small OpenID provider that lies on demand: each test says which lie, and everything else is told truly."""

import base64
import hashlib
import hmac
import json
import secrets
import ssl
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwe, jws
from joserfc.jwk import ECKey, RSAKey

Json = dict[str, Any]
Handler = Callable[["Request"], None]
Carrier = Callable[["Request", int, str, bytes, dict[str, str]], None]
CLIENT = "the relying party"
SECRET = "a secret: with %, + and /"
LEVELS = {"level:1": 1, "level:2": 2, "level:3": 3}


class Gone:
    """In place of a claim: it is left out."""


GONE = Gone()


@lru_cache
def rsa_key(kid: str = "rsa-1", bits: int = 2048) -> RSAKey:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a short key is one of the lies
        return RSAKey.generate_key(bits, {"kid": kid, "use": "sig", "alg": "RS256"}, private=True)


@lru_cache
def ec_key(kid: str = "ec-1") -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"}, private=True)


@lru_cache
def our_encryption_key(kid: str = "enc-1") -> RSAKey:
    parameters: Any = {"kid": kid, "use": "enc", "alg": "RSA-OAEP-256"}
    return RSAKey.generate_key(2048, parameters, private=True)


@dataclass
class Liar:
    """What is told is in these fields; a test changes one of them. Claims and headers with GONE are left out."""

    port: int = 0
    alg: str = "RS256"
    key: Any = field(default_factory=rsa_key)
    jwks: list[Any] = field(default_factory=lambda: [rsa_key().as_dict(private=False)])
    claims: Json = field(default_factory=dict)
    header: Json = field(default_factory=dict)
    discovery: Json = field(default_factory=dict)
    token_answer: Json = field(default_factory=dict)
    userinfo: Json = field(default_factory=dict)
    callback: Json = field(default_factory=dict)
    encode: Callable[["Liar", Json], str] | None = None
    userinfo_body: Callable[["Liar", Json], tuple[str, str]] | None = None
    paths: dict[str, Handler] = field(default_factory=dict)
    # By path: who sends the answer, which is the truth, in a form of its own.
    carried: dict[str, "Carrier"] = field(default_factory=dict)
    tls: bool = False
    dpop_nonce: str = ""
    hits: dict[str, int] = field(default_factory=dict)
    seen: list[tuple[str, Json, Mapping[str, str]]] = field(default_factory=list)
    codes: dict[str, Json] = field(default_factory=dict)
    pushed: dict[str, Json] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return f"https://localhost:{self.port}" if self.tls else f"http://127.0.0.1:{self.port}"

    # ------------------------------------------------------------ the truth

    def told(self) -> Json:
        return changed(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "end_session_endpoint": f"{self.issuer}/end-session",
                "authorization_response_iss_parameter_supported": True,
                "id_token_signing_alg_values_supported": [self.alg],
            },
            self.discovery,
        )

    def arrive(self, url: str) -> Json:
        """What the browser brings back after the person has agreed at that address."""
        asked = dict(parse_qsl(urlsplit(url).query))
        asked = self.pushed.pop(asked["request_uri"]) if "request_uri" in asked else asked
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return changed({"code": code, "state": asked["state"], "iss": self.issuer}, self.callback)

    def id_claims(self, asked: Json, access_token: str) -> Json:
        now = int(time.time())
        digest = hashlib.sha256(access_token.encode()).digest()[:16]
        return changed(
            {
                "iss": self.issuer,
                "sub": "person-1",
                "aud": CLIENT,
                "iat": now,
                "exp": now + 300,
                "nonce": asked.get("nonce"),
                "acr": "level:2",
                "auth_time": now,
                "at_hash": base64.urlsafe_b64encode(digest).decode().rstrip("="),
                "name": "Ada Example",
                "email": "ada@example.org",
                "national_number": "9990000000017",
            },
            self.claims,
        )

    def signed(self, claims: Any, **header: Any) -> str:
        told = changed({"alg": self.alg, "kid": self.key.kid, "typ": "JWT", **header}, self.header)
        payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
        return sign(told, payload, self.key)

    def tokens(self, asked: Json) -> Json:
        access_token = secrets.token_urlsafe(24)
        claims = self.id_claims(asked, access_token)
        id_token = self.encode(self, claims) if self.encode else self.signed(claims)
        kind = "DPoP" if self.dpop_nonce else "Bearer"
        return changed(
            {"access_token": access_token, "token_type": kind, "expires_in": 60, "id_token": id_token},
            self.token_answer,
        )

    def logout_token(self, **changes: Any) -> str:
        now = int(time.time())
        claims = changed(
            {
                "iss": self.issuer,
                "aud": CLIENT,
                "iat": now,
                "exp": now + 120,
                "jti": secrets.token_urlsafe(12),
                "sub": "person-1",
                "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
            },
            changes,
        )
        return self.signed(claims, typ="logout+jwt")


def changed(truth: Json, lie: Mapping[str, Any]) -> Json:
    return {name: value for name, value in {**truth, **lie}.items() if value is not GONE}


def sign(header: Json, payload: bytes, key: Any) -> str:
    """A compact JWS with any header at all, also one that the library would refuse to make."""
    alg = header.get("alg")
    first = b64(json.dumps(header).encode())
    signing_input = f"{first}.{b64(payload)}".encode()
    if alg == "none":
        return f"{signing_input.decode()}."
    model = jws.JWSRegistry.algorithms.get(str(alg)) or jws.JWSRegistry.algorithms["RS256"]
    return f"{signing_input.decode()}.{b64(model.sign(signing_input, key))}"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def encrypted(
    token: str, alg: str = "RSA-OAEP-256", enc: str = "A256GCM", key: Any = None, **header: Any
) -> str:
    registry = jwe.JWERegistry(algorithms=[alg, enc, "DEF"], strict_check_header=False)
    key = key or our_encryption_key()
    return jwe.encrypt_compact(
        changed({"alg": alg, "enc": enc, "cty": "JWT", "kid": key.kid, **header}, {}),
        token.encode(),
        key,
        registry=registry,
    )


def hs256_by_public_pem(claims: Json, key: RSAKey, typ: str = "JWT") -> str:
    """The public key's text as a shared secret: the old confusion of HS256 and RS256."""
    header = {"alg": "HS256", "kid": key.kid, "typ": typ}
    data = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
    return f"{data}.{b64(hmac.new(key.as_pem(private=False), data.encode(), hashlib.sha256).digest())}"


# ---------------------------------------------------------------- HTTP


class Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    liar: Liar

    def do_GET(self) -> None:
        self._serve({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._serve(
            {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
        )

    def _serve(self, form: Json) -> None:
        path = urlsplit(self.path).path
        liar = self.liar
        liar.hits[path] = liar.hits.get(path, 0) + 1
        liar.seen.append((path, form, dict(self.headers)))
        lie = liar.paths.get(path)
        if lie is not None:
            lie(self)
            return
        truth: dict[str, Callable[[Json], None]] = {
            "/.well-known/openid-configuration": lambda _: self.json(liar.told()),
            "/jwks": lambda _: self.json({"keys": liar.jwks}),
            "/authorize": self._authorize,
            "/par": self._par,
            "/token": self._token,
            "/userinfo": self._userinfo,
            "/end-session": lambda _: self.answer(200, "text/html", b"bye"),
        }
        found = truth.get(path)
        if found is None:
            self.json({"error": "not_found"}, 404)
        else:
            found(form)

    def _authorize(self, _: Json) -> None:
        back = self.liar.arrive(f"http://x{self.path}")
        asked = dict(parse_qsl(urlsplit(self.path).query))
        target = f"{asked['redirect_uri']}?{urlencode(back)}"
        self.answer(302, "text/plain", b"", Location=target)

    def _par(self, form: Json) -> None:
        request_uri = f"urn:ietf:params:oauth:request_uri:{secrets.token_urlsafe(12)}"
        self.liar.pushed[request_uri] = form
        self.json({"request_uri": request_uri, "expires_in": 60}, 201)

    def _token(self, form: Json) -> None:
        if self.liar.dpop_nonce and self._dpop().get("nonce") != self.liar.dpop_nonce:
            self.json({"error": "use_dpop_nonce"}, 400, **{"DPoP-Nonce": self.liar.dpop_nonce})
            return
        asked = self.liar.codes.pop(form.get("code", ""), None)
        if asked is None:
            self.json({"error": "invalid_grant"}, 400)
            return
        challenge = b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if asked["code_challenge"] != challenge:
            self.json({"error": "invalid_grant"}, 400)
            return
        self.json(self.liar.tokens(asked))

    def _dpop(self) -> Json:
        payload = self.headers.get("DPoP", "..").split(".")[1]
        found: Json = json.loads(base64.urlsafe_b64decode(payload + "==") or b"{}")
        return found

    def _userinfo(self, _: Json) -> None:
        claims = changed(
            {"sub": "person-1", "name": "Ada Example", "acr": "level:3", "national_number": "9990000000017"},
            self.liar.userinfo,
        )
        if self.liar.userinfo_body is None:
            self.json(claims)
            return
        kind, body = self.liar.userinfo_body(self.liar, claims)
        self.answer(200, kind, body.encode())

    def json(self, found: Any, status: int = 200, **headers: str) -> None:
        self.answer(status, "application/json", json.dumps(found).encode(), **headers)

    def answer(self, status: int, kind: str, body: bytes, **headers: str) -> None:
        carrier = self.liar.carried.get(urlsplit(self.path).path)
        if carrier is not None:
            carrier(self, status, kind, body, headers)
            return
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


# ---------------------------------------------------------------- lies on the wire


def says(status: int, kind: str = "application/json", body: bytes = b"{}", **headers: str) -> Handler:
    return lambda request: request.answer(status, kind, body, **headers)


def slow_body(seconds: float = 60.0) -> Handler:
    """A byte now and then, for ever."""

    def tell(request: Request) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", "100000")
        request.end_headers()
        drip(request, b" ", seconds)

    return tell


def slow_headers(seconds: float = 60.0) -> Handler:
    def tell(request: Request) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nX-A: ")
        drip(request, b"a", seconds)

    return tell


def drip(request: Request, byte: bytes, seconds: float) -> None:
    end = time.monotonic() + seconds
    request.close_connection = True
    while time.monotonic() < end:
        try:
            request.wfile.write(byte)
            request.wfile.flush()
        except OSError:
            return
        time.sleep(0.2)


def hangs(seconds: float = 60.0) -> Handler:
    """Says nothing until the other end goes away."""

    def tell(request: Request) -> None:
        request.connection.settimeout(seconds)
        request.close_connection = True
        try:
            request.connection.recv(1)
        except OSError:
            return

    return tell


def closes(request: Request) -> None:
    request.close_connection = True


def header_flood(request: Request) -> None:
    request.send_response(200)
    for index in range(5000):
        request.send_header(f"X-{index}", "a" * 100)
    request.close_connection = True
    try:
        request.end_headers()
    except OSError:
        return


def too_large(request: Request) -> None:
    request.answer(200, "application/json", b'{"a": "' + b"a" * (2 * 1024 * 1024) + b'"}')


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The other end went away: that is what these tests are about."""


@contextmanager
def a_liar(certificate: tuple[Path, Path] | None = None) -> Iterator[Liar]:
    """With a certificate for localhost and its key: on TLS."""
    liar = Liar(tls=certificate is not None)
    handler = type("Handler", (Request,), {"liar": liar})
    server = _Server(("127.0.0.1", 0), handler)
    if certificate is not None:
        secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        secure.load_cert_chain(*certificate)
        # The handshake is the connection's own thread's.
        server.socket = secure.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    liar.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        server.server_close()
