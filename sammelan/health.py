"""The examination that `sammelan doctor` makes: each finding says what it looked at and what it saw."""

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from environs import EnvError
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from identity.eid.profile import ProfileFaulty
from identity.settings import read_profiles
from portal.plans.map_file import read_map_file
from portal.settings import read_outlines_file
from sammelan import health_outside, ports, upkeep
from sammelan.findings import Finding
from sammelan.programs import addresses
from sammelan.secret_files import MAKERS, SIGNERS, secret_file
from sammelan.settings import EMBEDDED_SERVER, Settings
from sammelan.supervisor import running_pid
from servicekit.settings import environment, without_account
from servicekit.words.i18n import DOMAIN, FOLDER, LANGUAGES

OLDEST_PYTHON = (3, 11)
# The embedded database's write-ahead log and a month of logs of a small house.
FREE_BYTES = 2 * 1024**3
CLOCK_SECONDS = 5.0


def examine(settings: Settings) -> list[Finding]:
    running = running_pid(settings)
    return [
        _python(),
        *_folders(settings),
        *_keys(settings),
        *_ports(settings, running),
        *_database(settings, running),
        *_eids(settings),
        *health_outside.examine(settings.common, settings.web_workers),
        _zone(settings),
        _languages(),
        _map(),
    ]


def _eids(settings: Settings) -> Iterator[Finding]:
    """Whose numbers each eID gives; without a name two of one country take the same person for two."""
    try:
        profiles = read_profiles(environment(), settings.common)
    except (ProfileFaulty, ValueError, EnvError) as error:
        yield Finding("eID profiles", False, str(error))
        return
    for profile in profiles:
        said = (
            f"numbers of {profile.scheme.name}"
            if profile.names_its_numbers
            else (
                f"nobody says whose numbers it gives: they are not checked, and count for this eID alone; "
                f"set {profile.setting('NATIONAL_NUMBER_SCHEME')}"
            )
        )
        yield Finding(f"eID {profile.key}", profile.names_its_numbers, said, matters=False)


def _python() -> Finding:
    return Finding("Python 3.11 or newer", sys.version_info[:2] >= OLDEST_PYTHON, sys.version.split()[0])


def _folders(settings: Settings) -> Iterator[Finding]:
    for name, folder in (("data", settings.data_dir), ("logs", settings.log_dir)):
        there = _nearest(folder)
        free = shutil.disk_usage(there).free
        yield Finding(f"Folder for {name}", os.access(there, os.W_OK), str(folder))
        yield Finding(f"Room for {name}", free >= FREE_BYTES, f"{free / 1024**3:.1f} GiB free")


def _nearest(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.exists())


def _keys(settings: Settings) -> Iterator[Finding]:
    missing = [
        name
        for name in MAKERS
        if name not in os.environ
        and f"{name}_FILE" not in os.environ
        and not secret_file(settings, name).exists()
    ]
    unsigned = [name for name in SIGNERS if not (settings.common.keys_dir / f"{name}.private.json").exists()]
    made_at_start = not settings.common.production
    for what, absent in (("Secrets", missing), ("Signing keys", unsigned)):
        said = f"missing: {', '.join(absent)}" + (" (made at the first start)" if made_at_start else "")
        yield Finding(what, not absent or made_at_start, said if absent else "all there")
    private = [*settings.secrets_dir.glob("*"), *settings.common.keys_dir.glob("*.private.json")]
    open_ones = [path.name for path in private if path.stat().st_mode & 0o077]
    yield Finding(
        "Secrets readable by their owner only",
        not open_ones,
        f"open: {', '.join(open_ones)}" if open_ones else "yes",
    )


def _ports(settings: Settings, running: int | None) -> Iterator[Finding]:
    if running is not None:
        yield Finding("Ports", True, f"in use by Sammelan itself (process {running})")
        return
    wanted = addresses(settings)
    taken = ports.taken(wanted)
    said = ", ".join(f"{wanted[name][1]} ({name.upper()}_PORT)" for name in taken)
    numbers = sorted(address[1] for address in wanted.values())
    yield Finding("Ports", not taken, f"taken: {said}" if taken else f"{numbers[0]} to {numbers[-1]} free")


def _database(settings: Settings, running: int | None) -> Iterator[Finding]:
    if settings.own_database and running is None:
        yield Finding("Embedded database", EMBEDDED_SERVER.exists(), str(EMBEDDED_SERVER))
        yield Finding(
            "Stored data", True, "not looked at while nothing runs; sammelan migrate --dry-run does"
        )
        return
    client: MongoClient[dict[str, Any]] = MongoClient(
        settings.common.mongo_url, serverSelectionTimeoutMS=3_000
    )
    with client:
        try:
            hello = client.admin.command("hello")
        except PyMongoError as error:
            yield Finding(
                "Database", False, f"{without_account(settings.common.mongo_url)}: {type(error).__name__}"
            )
            return
    name = hello.get("setName")
    yield Finding("Database is a replica set", name is not None, str(name))
    theirs = hello["localTime"].replace(tzinfo=UTC)
    apart = abs((datetime.now(UTC) - theirs).total_seconds())
    yield Finding("Clock agrees with the database's", apart < CLOCK_SECONDS, f"{apart:.1f} s apart")
    yield from _migrations(settings)


def _migrations(settings: Settings) -> Iterator[Finding]:
    """Only what a database that runs says: nothing is started for it."""
    waiting = ", ".join(map(str, upkeep.waiting_steps(settings.common)))
    yield Finding(
        "Stored data are up to date", not waiting, f"run sammelan migrate: {waiting}" if waiting else "yes"
    )
    newer = ", ".join(upkeep.steps_of_a_newer_version(settings.common))
    yield Finding(
        "Stored data are of no newer version",
        not newer,
        f"this version does not know: {newer}" if newer else "yes",
    )
    drifted = ", ".join(upkeep.sums_that_drifted(settings.common))
    yield Finding(
        "Sums are what their records say",
        not drifted,
        f"run sammelan rollup verify: {drifted}" if drifted else "as far as looked at",
    )


def _zone(settings: Settings) -> Finding:
    try:
        now = datetime.now(ZoneInfo(settings.common.zone))
    except ZoneInfoNotFoundError:
        return Finding("Time zone", False, f"{settings.common.zone} is unknown here")
    return Finding("Time zone", True, f"{settings.common.zone}, now {now:%Y-%m-%d %H:%M}")


def _map() -> Finding:
    found = read_map_file(read_outlines_file(environment()))
    said = f"left out: {found.told()}" if found.left_out else f"{len(found.shapes)} outlines"
    return Finding("Map", not found.left_out, said, matters=False)


def _languages() -> Finding:
    wanted = [language for language in LANGUAGES if language != "en"]
    missing = [one for one in wanted if not (FOLDER / one / "LC_MESSAGES" / f"{DOMAIN}.mo").exists()]
    return Finding(
        "Languages",
        not missing,
        f"not compiled: {', '.join(missing)}" if missing else "en, " + ", ".join(wanted),
    )
