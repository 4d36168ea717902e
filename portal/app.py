"""The portal, wired."""

import structlog
from flask import Flask, Response

from portal.asking import Outside
from portal.map_file import read_map_file
from portal.outlines import draw
from portal.pages import install_refusals, install_words
from portal.routes import (
    account,
    audit,
    confirmations,
    congresses,
    drafts,
    fallback,
    giving,
    grants,
    inbox,
    leaving,
    machines,
    members,
    moves,
    offers,
    plan_life,
    plans,
    progress,
    public,
    questions,
    sealed_codes,
    succession,
    superior,
    tasks,
    together,
    units,
)
from portal.settings import Settings
from servicekit.web import create_service, make_kit

BLUEPRINTS = (
    public.pages,
    tasks.pages,
    offers.pages,
    together.pages,
    units.pages,
    congresses.pages,
    superior.pages,
    grants.pages,
    succession.pages,
    giving.pages,
    confirmations.pages,
    machines.pages,
    fallback.pages,
    moves.pages,
    leaving.pages,
    questions.pages,
    members.pages,
    progress.pages,
    plans.pages,
    plan_life.pages,
    inbox.pages,
    audit.pages,
    account.pages,
    sealed_codes.pages,
    drafts.pages,
)

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def create_app(settings: Settings) -> Flask:
    kit = make_kit("portal", settings.common)
    found = read_map_file(settings.outlines)
    if found.left_out:
        structlog.get_logger().warning("map_left_out", count=len(found.left_out), what=found.told())
    outside = Outside(settings, draw(found.shapes), settings.csrf_key)
    app = create_service(kit, outside, BLUEPRINTS, import_name="portal")
    install_words(app, settings.common.zone)
    install_refusals(app)
    app.after_request(_guarded)
    return app


def _guarded(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers.add("Vary", "Cookie, Accept-Language")
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    return response
