"""The route table, read from the services' own OpenAPI documents without starting them."""

import importlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from gateway.domain import Route, routes_of
from sammelan.secret_files import MAKERS, SIGNERS
from servicekit.access.keys import make_keys
from servicekit.settings import SERVICES


def published_routes() -> list[Route]:
    """Every published operation of every service."""
    return [route for name, document in documents().items() for route in routes_of(name, document)]


def documents() -> dict[str, dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder, _practice_settings(Path(folder)):
        return {name: _document(name) for name in SERVICES}


def _document(service: str) -> dict[str, object]:
    settings = importlib.import_module(f"{service}.settings").read_settings()
    app: Flask = importlib.import_module(f"{service}.app").create_app(settings)
    document: dict[str, object] = app.test_client().get("/openapi.json").get_json()
    return document


@contextmanager
def _practice_settings(folder: Path) -> Iterator[None]:
    """What a service publishes does not hang on its secrets, so throwaway ones will do; nothing is connected to."""
    for signer in SIGNERS:
        make_keys(folder / "keys", signer)
    before = dict(os.environ)
    kept: dict[str, str] = {name: before[name] for name in ("PATH", "HOME", "LANG") if name in before}
    os.environ.clear()
    os.environ.update(kept)
    os.environ.update({name: make() for name, make in MAKERS.items()})
    os.environ.update({"DATA_DIR": str(folder), "KEYS_DIR": str(folder / "keys"), "LOG_LEVEL": "ERROR"})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
