"""The addresses of an owner's files: mounted by the service that owns the record, which alone decides who may."""

from flask import Blueprint
from flask_smorest import Blueprint as ApiBlueprint

from servicekit.files.hanging import Owner
from servicekit.files.routes.browsers import for_browsers
from servicekit.files.routes.desk import Desk
from servicekit.files.routes.programs import for_programs
from servicekit.files.store import FileStore


def file_routes(store: FileStore, owner: Owner, secret: bytes) -> tuple[ApiBlueprint, Blueprint]:
    """`secret`: of the forms."""
    desk = Desk(store, owner, secret)
    return for_programs(desk), for_browsers(desk)
