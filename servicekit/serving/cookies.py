"""The cookies that matter: bound to this host where TLS is on, out of reach of scripts, not sent by other sites."""

from flask import Request, Response

SESSION = "session"
ATTEMPT = "attempt"
# By which somebody who was refused, and whom the eID has proven, may ask a unit for access.
ASKING = "asking"
# The language that somebody chose before they signed in: it goes to the account of whoever signs in soon after.
CHOSEN = "language-chosen"
CHOSEN_SECONDS = 900
# The unit that whoever has several posts acts in.
ACTING = "unit"
ACTING_SECONDS = 30 * 24 * 3600


class Cookie:
    """One cookie by kind; the `__Host-` prefix needs TLS, so it is there exactly when the public address is https."""

    def __init__(self, kind: str, public_url: str) -> None:
        self._secure = public_url.startswith("https://")
        self.name = f"__Host-{kind}" if self._secure else kind

    def read(self, request: Request) -> str:
        value = request.cookies.get(self.name, "")
        return value if len(value) <= 200 else ""

    def write(self, response: Response, value: str, seconds: int | None = None) -> None:
        # Lax, not Strict: the eID sends the person back by a link from its own site.
        response.set_cookie(
            self.name, value, max_age=seconds, secure=self._secure, httponly=True, samesite="Lax", path="/"
        )

    def clear(self, response: Response) -> None:
        response.delete_cookie(self.name, secure=self._secure, httponly=True, samesite="Lax", path="/")
