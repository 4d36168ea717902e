"""A service made of nothing but the kit, in the place of congress: it hears events and makes things, once each."""

import time
from typing import Any

from flask import Flask

from servicekit.access.revocations import Revocations
from servicekit.data.database import session
from servicekit.data.records import Records
from servicekit.events.inbox import event_inbox, prepare_inbox
from servicekit.settings import environment, read_common
from servicekit.web.guards import origin
from servicekit.web.idempotency import prepare_answers
from servicekit.web.kit import kit, make_kit
from servicekit.web.service import create_service
from tests.integration.servicekit.sample_service.routes import api

Json = dict[str, Any]
NAME = "congress"


def hear(event: Json) -> None:
    database = kit().database
    if event["data"].get("poison") and database.mongo["antidote"].find_one({}) is None:
        raise RuntimeError("this event cannot be handled yet")
    database.mongo["heard"].insert_one(
        {"event": event["id"], "seq": event["seq"], "data": event["data"], "at": time.time_ns()},
        session=session(),
    )


def create() -> Flask:
    env = environment()
    common = read_common(env)
    env.seal()
    made = make_kit(NAME, common, fetch=lambda after: Revocations(1, {}, []))
    things = Records(made.database, "things", origin)
    steps = [things.prepare, lambda: prepare_answers(made.database), lambda: prepare_inbox(made.database)]
    return create_service(
        made,
        things,
        [api],
        internal=[event_inbox({"thing.told": hear})],
        ready=[made.database.ping],
        prepare=steps,
    )
