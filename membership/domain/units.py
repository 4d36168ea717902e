"""Units of the organisation and the level scheme that says which level may stand under which."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from servicekit.refusals import Invalid
from servicekit.tree import units
from servicekit.words import N_
from servicekit.words.text import has_controls, line

LEVEL_KEY = re.compile(r"[a-z][a-z0-9_]{0,31}")
LANGUAGE_KEY = re.compile(r"[a-z]{2,3}")


class LevelSchemeUnreadable(Invalid):
    title = N_("The level scheme cannot be read: {why}")


@dataclass(frozen=True, slots=True)
class Level:
    key: str
    names: Mapping[str, str]
    children: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LevelScheme:
    """Levels of one organisation, top first. `children` of a level are the levels allowed directly below it."""

    key: str
    levels: tuple[Level, ...]

    @property
    def top(self) -> str:
        return self.levels[0].key

    def knows(self, level: str) -> bool:
        return any(known.key == level for known in self.levels)

    def allows(self, parent: str, child: str) -> bool:
        return any(known.key == parent and child in known.children for known in self.levels)


@dataclass(frozen=True, slots=True)
class Unit:
    """`path` lists the ids from the root to the unit itself.

    `also`: other names it is known by, former ones and other spellings, by language.
    A unit with `valid_to` has ended; it is kept for its records. `successors` are the ids of the units it went into.
    """

    id: str
    code: str
    names: Mapping[str, str]
    level: str
    parent_id: str | None
    path: tuple[str, ...]
    valid_from: date
    valid_to: date | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    successors: tuple[str, ...] = ()
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def all_names(self) -> tuple[str, ...]:
        return (*self.names.values(), *(name for names in self.also.values() for name in names))

    @property
    def live(self) -> bool:
        return units.has_not_ended(self)


def told(unit: Unit) -> dict[str, object]:
    """A unit as other services are told of it: JSON."""
    return {
        "id": unit.id,
        "code": unit.code,
        "names": dict(unit.names),
        "level": unit.level,
        "parent_id": unit.parent_id,
        "path": list(unit.path),
        "valid_from": unit.valid_from.isoformat(),
        "valid_to": unit.valid_to.isoformat() if unit.valid_to else None,
        "successors": list(unit.successors),
    }


def as_told(unit: Unit) -> units.Unit:
    """A unit as the services that do not own it keep it."""
    return units.Unit(
        *(unit.id, unit.code, unit.names, unit.level, unit.parent_id, unit.path),
        valid_to=unit.valid_to,
        successors=unit.successors,
    )


def read_level_scheme(text: str) -> LevelScheme:
    """The scheme from TOML: `key`, then `[[levels]]` top first, each with `key`, `names` by language, `children`."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise LevelSchemeUnreadable(why=str(error)) from error
    levels = data.get("levels")
    if not _is_key(data.get("key")) or not isinstance(levels, list) or not levels:
        raise LevelSchemeUnreadable(why="key and levels are needed")
    scheme = LevelScheme(data["key"], tuple(_level(entry) for entry in levels))
    _check(scheme)
    return scheme


def _level(entry: object) -> Level:
    if not isinstance(entry, dict) or not _is_key(entry.get("key")):
        raise LevelSchemeUnreadable(why="a level needs a key of lower-case letters")
    key, names, children = entry["key"], entry.get("names"), entry.get("children", [])
    if not isinstance(names, dict) or not names or not all(_is_name(*item) for item in names.items()):
        raise LevelSchemeUnreadable(why=f"level {key} needs names by language")
    if not isinstance(children, list) or not all(isinstance(child, str) for child in children):
        raise LevelSchemeUnreadable(why=f"level {key} needs a list of children")
    return Level(key, {language: line(name) for language, name in names.items()}, tuple(children))


def _check(scheme: LevelScheme) -> None:
    keys = [level.key for level in scheme.levels]
    if len(set(keys)) < len(keys):
        raise LevelSchemeUnreadable(why="a level is named twice")
    for level in scheme.levels:
        for child in level.children:
            if child not in keys:
                raise LevelSchemeUnreadable(why=f"level {level.key} names the unknown child {child}")
    children = {level.key: level.children for level in scheme.levels}
    reached = {scheme.top} | _below(scheme.top, children)
    if within := next((key for key in keys if key in _below(key, children)), None):
        raise LevelSchemeUnreadable(
            why=f"level {within} can stand below itself: figures are summed level by level"
        )
    if unreached := [key for key in keys if key not in reached]:
        raise LevelSchemeUnreadable(why=f"level {unreached[0]} is not below {scheme.top}")


def _below(level: str, children: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Every level that can stand below this one, however far."""
    reached: set[str] = set()
    waiting = [level]
    while waiting:
        fresh = [child for child in children[waiting.pop()] if child not in reached]
        reached.update(fresh)
        waiting.extend(fresh)
    return reached


def _is_key(value: object) -> bool:
    return isinstance(value, str) and LEVEL_KEY.fullmatch(value) is not None


def _is_name(language: object, name: object) -> bool:
    known = isinstance(language, str) and LANGUAGE_KEY.fullmatch(language) is not None
    return known and isinstance(name, str) and bool(line(name)) and not has_controls(name)
