"""The project's own code, as text, as syntax and as modules."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from flask import Flask

from servicekit.access.keys import make_keys
from servicekit.data.crypto import new_master_key
from servicekit.settings import SERVICES
from tests.processes import ROOT, SIGNERS

PACKAGES = (*SERVICES, "gateway", "practice_eid", "practice_mail", "sammelan", "servicekit")


def sources(*packages: str) -> Iterator[Path]:
    for package in packages or PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


@cache
def syntax(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def module_names() -> list[str]:
    """All but those whose import is their act: wsgi and __main__."""
    found = []
    for package in PACKAGES:
        found.append(package)
        for info in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if info.name.rpartition(".")[2] not in ("wsgi", "__main__"):
                found.append(info.name)
    return found


def modules() -> list[ModuleType]:
    return [importlib.import_module(name) for name in module_names()]


def environment(folder: Path) -> dict[str, str]:
    """Enough for every service to be made; nothing is started or reached."""
    for name in SIGNERS:
        make_keys(folder / "keys", name)
    return {
        "DATA_DIR": str(folder),
        "KEYS_DIR": str(folder / "keys"),
        "FIELD_KEY": new_master_key(),
        "FILE_KEY": "00" * 32,
        "BLIND_KEY": "00" * 32,
        "CSRF_KEY": "00" * 32,
        "SESSION_KEY": "00" * 32,
        "EID_CLIENT_SECRET": "x" * 32,
    }


def make_app(service: str) -> Flask:
    settings = importlib.import_module(f"{service}.settings").read_settings()
    return importlib.import_module(f"{service}.app").create_app(settings)  # type: ignore[no-any-return]


def handlers_of(app: Flask) -> dict[str, Any]:
    """What a service does with which event."""
    view = app.view_functions.get("event_inbox.subscriptions")
    if view is None:
        return {}
    inner = inspect.unwrap(view)
    assert isinstance(inner, FunctionType)
    cells = dict(zip(inner.__code__.co_freevars, inner.__closure__ or (), strict=True))
    return dict(cells["handlers"].cell_contents)
