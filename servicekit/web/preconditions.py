"""What a request must say first: the version that its caller saw, and that GET was meant where it uses something up."""

from flask import Flask, current_app, request

from servicekit.refusals import Malformed, PreconditionRequired
from servicekit.serving import problems
from servicekit.web.guards import View


def etag(version: int) -> dict[str, str]:
    return {"ETag": f'"{version}"'}


def only_get(view: View) -> View:
    """Declares that a GET uses something up or begins something: HEAD, which asks to change nothing, is refused."""
    view.only_get = True  # type: ignore[attr-defined]
    return view


def refuse_head(app: Flask) -> None:
    view = app.view_functions.get(str(request.endpoint))
    if request.method == "HEAD" and getattr(view, "only_get", False):
        raise problems.MethodNotAllowed


def versioned(view: View) -> View:
    """Declares that an operation asks for the version that its caller saw; it stands in the published document."""
    view.versioned = True  # type: ignore[attr-defined]
    return view


def expected_version() -> int:
    """The version that the caller saw, from If-Match; the operation is `versioned`."""
    if not getattr(current_app.view_functions[str(request.endpoint)], "versioned", False):
        raise RuntimeError(f"{request.endpoint} asks for If-Match and is not declared versioned")
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise PreconditionRequired
    digits = header.removeprefix("W/").strip('"')
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 9:
        raise Malformed(field="If-Match")
    return int(digits)
