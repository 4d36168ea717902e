"""Settings of the congress service and its programs, read once."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from environs import FileAwareEnv

from congress.domain.difficulty_clocks import Clocks, clocks_of
from congress.domain.template import Template, template_of
from servicekit.calendar.days import Calendar
from servicekit.calendar.lists import calendar_of
from servicekit.files.checking.scanning import scanner_at
from servicekit.files.sealed import KeyWrap
from servicekit.settings import Common, environment, read_common

MB = 1024 * 1024
EXAMPLES = Path(__file__).parent.parent / "examples"


@dataclass(frozen=True)
class Settings:
    common: Common
    template: Template
    calendar: Calendar
    clocks: Clocks


@dataclass(frozen=True)
class WebSettings(Settings):
    """`file_room`: bytes that the files of one unit may take in all. `keys`: what wraps the keys of files."""

    keys: KeyWrap
    file_room: int


@dataclass(frozen=True)
class WorkerSettings(Settings):
    keys: KeyWrap


@dataclass(frozen=True)
class ExaminerSettings(WebSettings):
    scanner: str


def read_settings() -> WebSettings:
    env = environment()
    shared, (file_key, before, room) = _shared(env), _of_files(env)
    env.seal()
    return WebSettings(*shared, KeyWrap(file_key, before), room)


def read_program_settings() -> Settings:
    """For the projector and the command line, which touch no file."""
    env = environment()
    made = Settings(*_shared(env))
    env.seal()
    return made


def read_worker_settings() -> WorkerSettings:
    env = environment()
    shared, file_key = _shared(env), (env.str("FILE_KEY") or "").strip()
    env.seal()
    return WorkerSettings(*shared, KeyWrap(file_key))


def read_examiner_settings() -> ExaminerSettings:
    env = environment()
    shared, (file_key, before, room), scanner = _shared(env), _of_files(env), env.str("FILE_SCANNER", "")
    env.seal()
    scanner_at(scanner)
    return ExaminerSettings(*shared, KeyWrap(file_key, before), room, scanner)


def _shared(env: FileAwareEnv) -> tuple[Common, Template, Calendar, Clocks]:
    common = read_common(env)
    file = Path(env.str("PLAN_TEMPLATE", str(EXAMPLES / "plan.toml")))
    own_days = Path(env.str("CALENDAR_FILE", str(EXAMPLES / "calendar.toml")))
    calendar = calendar_of(env.str("SAMMELAN_COUNTRY", "BD") or "", own_days)
    document = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    return common, template_of(document), calendar, clocks_of(document.get("difficulties", {}))


def _of_files(env: FileAwareEnv) -> tuple[str, str, int]:
    # What cannot be read is nothing until `seal` complains of all of it.
    room = (env.int("FILE_ROOM_MB", 500) or 0) * MB
    return (env.str("FILE_KEY") or "").strip(), (env.str("FILE_KEY_BEFORE", "") or "").strip(), room
