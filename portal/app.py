"""The portal, wired."""

import re
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from flask import Flask, Response
from flask_babel import Babel
from jinja2 import FileSystemLoader
from werkzeug.exceptions import HTTPException

from portal.access import routes as access
from portal.access import words as access_words
from portal.account import routes as account
from portal.account import words as account_words
from portal.audit import routes as audit
from portal.audit import words as audit_words
from portal.congress import routes as congress
from portal.congress import words as congress_words
from portal.difficulties import routes as difficulties
from portal.difficulties import words as difficulties_words
from portal.drafts import routes as drafts
from portal.elected import routes as elected
from portal.exports import routes as exports
from portal.frame import assets, pages
from portal.frame.query import check_query
from portal.jobs import routes as jobs
from portal.machines import routes as machines
from portal.members import routes as members
from portal.outages import routes as outages
from portal.outages import words as outages_words
from portal.plans import routes as plans
from portal.plans.map_file import read_map_file
from portal.plans.outlines import draw
from portal.sealing import routes as sealing
from portal.search import routes as search
from portal.seats import routes as seats
from portal.settings import Settings
from portal.shared.asking import Context, now
from portal.shared.clients.known_names import KnownNames
from portal.shared.clients.titles import ByOwner, KeptTitles, asking
from portal.shared.units import plan_names
from portal.shared.words import FILES, SAID_BY_SEVERAL
from portal.start import routes as start
from portal.start import words as start_words
from portal.tallies import routes as tallies
from portal.threads import routes as threads
from portal.units import routes as units
from portal.units import words as units_words
from servicekit.logs import log
from servicekit.out.ahead import Ahead
from servicekit.refusals import Refusal
from servicekit.web.json_bodies import MAX_FORM_BYTES
from servicekit.web.kit import make_kit
from servicekit.web.service import create_service
from servicekit.words import formats
from servicekit.words.i18n import DOMAIN, FOLDER

# A folder is a capability: its pages, what they show, their words and templates.
CAPABILITIES = (
    account,
    start,
    search,
    access,
    units,
    congress,
    difficulties,
    seats,
    sealing,
    tallies,
    elected,
    machines,
    outages,
    members,
    plans,
    exports,
    jobs,
    audit,
    threads,
    drafts,
)

# What was done a moment ago, by the word that the address carries; see frame.pages.done.
DONE = SAID_BY_SEVERAL | {key: said for routes in CAPABILITIES for key, said in routes.DONE.items()}

# What is typed is called so, by the blueprint whose forms have it; see frame.kept. `steps.date` is said of one alone.
LABELS = {
    one.name: {
        field.removeprefix(own): word
        for own in (f"{one.name}.",)
        # What is said of one alone counts, wherever it stands.
        for field, word in sorted(routes.LABELS.items(), key=lambda said: said[0].startswith(own))
        if "." not in field or field.startswith(own)
    }
    for routes in CAPABILITIES
    for one in routes.BLUEPRINTS
}

# What waits for somebody, and the short lists beside it, by the keys that the services give them.
TASKS = {
    **access_words.TASKS,
    **account_words.TASKS,
    **congress_words.TASKS,
    **difficulties_words.TASKS,
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
    context = Context(settings, draw(found.shapes), settings.csrf_key, titles, KnownNames(), Ahead())
    blueprints = [one for routes in CAPABILITIES for one in routes.BLUEPRINTS]
    app = create_service(kit, context, blueprints, import_name="portal", max_body_bytes=MAX_FORM_BYTES)
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_FORM_BYTES
    app.jinja_loader = FileSystemLoader(sorted(HERE.glob("*/templates")))
    install_words(app, settings.common.zone, titles.all)
    app.extensions["tasks"], app.extensions["lists"] = TASKS, LISTS
    install_refusals(app)
    app.after_request(_guarded)
    return app


def install_words(app: Flask, zone: str, titles: Callable[[str], ByOwner]) -> None:
    """The filters and functions that templates write with. `titles`: what the services call what they own."""
    app.extensions.update(done=DONE, labels=LABELS, errors=account_words.ERRORS, titles=titles)
    app.config.update(BABEL_DOMAIN=DOMAIN, BABEL_TRANSLATION_DIRECTORIES=str(FOLDER))
    Babel(app, locale_selector=pages.language)
    there = ZoneInfo(zone)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        number=lambda value: formats.number(value, pages.language()),
        digits=lambda value: formats.digits(value, pages.language()),
        day=lambda value: formats.day(value, pages.language()),
        day_parts=lambda value: formats.day_parts(value, pages.language()),
        instant=lambda value: formats.instant(value, pages.language(), there),
        hour=lambda value: formats.hour(value, pages.language(), there),
        ago=lambda value: formats.ago(value, now(), pages.language()),
        in_words=pages.shown,
        # `_()` marks its text as safe and so must never see a variable; this one leaves it to be escaped.
        translated=pages.translated,
        told=pages.told,
        anchor=lambda name: re.sub(r"[^a-z0-9_-]", "-", name),
        level_name=pages.level_name,
        plan_names=plan_names,
    )
    app.jinja_env.globals.update(
        most_sent=MAX_FORM_BYTES,
        percent=lambda done, total: formats.percent(done, total, pages.language()),
        csrf_token=pages.csrf_token,
        static=assets.address,
        mark=assets.mark(),
        file_words=FILES,
    )
    app.context_processor(lambda: {"frame": pages.frame()})


def install_refusals(app: Flask) -> None:
    app.before_request(pages.know_reader)
    app.before_request(check_query)
    app.before_request(pages.check_forms)

    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> Response:
        return pages.error_page(refusal.status, refusal)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response | HTTPException:
        if error.code is None or error.code < 400:
            return error
        return pages.error_page(error.code)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        log.error("unexpected", error=type(error).__name__, exc_info=True)
        return pages.error_page(500)


def _guarded(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers.add("Vary", "Cookie, Accept-Language")
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    return response
