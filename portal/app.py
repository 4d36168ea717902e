"""The portal, wired."""

from pathlib import Path

import structlog
from flask import Flask, Response
from jinja2 import FileSystemLoader

from portal.access import routes as access
from portal.access import words as access_words
from portal.account import routes as account
from portal.account import words as account_words
from portal.audit import routes as audit
from portal.audit import words as audit_words
from portal.congress import routes as congress
from portal.congress import words as congress_words
from portal.exports import routes as exports
from portal.frame.pages import install_refusals, install_words
from portal.jobs import routes as jobs
from portal.machines import routes as machines
from portal.members import routes as members
from portal.outages import routes as outages
from portal.outages import words as outages_words
from portal.plans import routes as plans
from portal.plans.map_file import read_map_file
from portal.plans.outlines import draw
from portal.search import routes as search
from portal.settings import Settings
from portal.shared.asking import Context
from portal.shared.clients.known_names import KnownNames
from portal.shared.clients.titles import KeptTitles, asking
from portal.shared.words import SAID_BY_SEVERAL
from portal.start import routes as start
from portal.start import words as start_words
from portal.threads import routes as threads
from portal.units import routes as units
from portal.units import words as units_words
from servicekit.web.kit import make_kit
from servicekit.web.service import create_service

# A folder is a capability: its pages, what they show, their words and templates.
CAPABILITIES = (
    account,
    start,
    search,
    access,
    units,
    congress,
    machines,
    outages,
    members,
    plans,
    exports,
    jobs,
    audit,
    threads,
)

# What was done a moment ago, by the word that the address carries; see frame.pages.done.
DONE = SAID_BY_SEVERAL | {key: said for routes in CAPABILITIES for key, said in routes.DONE.items()}

# What waits for somebody, and the short lists beside it, by the keys that the services give them.
TASKS = {
    **access_words.TASKS,
    **account_words.TASKS,
    **congress_words.TASKS,
    **outages_words.TASKS,
    **start_words.TASKS,
    **units_words.TASKS,
}
# In the order of the page.
LISTS = {**congress_words.LISTS, **access_words.LISTS, **audit_words.LISTS, **start_words.LISTS}

HERE = Path(__file__).parent
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def create_app(settings: Settings) -> Flask:
    kit = make_kit("portal", settings.common)
    found = read_map_file(settings.outlines)
    if found.left_out:
        structlog.get_logger().warning("map_left_out", count=len(found.left_out), what=found.told())
    titles = KeptTitles(asking(kit.peers))
    context = Context(settings, draw(found.shapes), settings.csrf_key, titles, KnownNames())
    blueprints = [pages for routes in CAPABILITIES for pages in routes.BLUEPRINTS]
    app = create_service(kit, context, blueprints, import_name="portal")
    app.jinja_loader = FileSystemLoader(sorted(HERE.glob("*/templates")))
    install_words(app, settings.common.zone, DONE, titles.all)
    app.extensions["tasks"], app.extensions["lists"] = TASKS, LISTS
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
