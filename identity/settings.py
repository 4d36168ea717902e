"""What identity is told from outside, read once when it starts."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from environs import FileAwareEnv
from marshmallow.validate import OneOf

from identity.domain.grants import RECERTIFY_WITHIN
from identity.domain.roles import RoleTable, role_table
from identity.domain.sessions import SessionRules
from identity.eid.profile import FOLDER, Profile, read_profile
from servicekit.files.sealed import KeyWrap
from servicekit.settings import Common, environment, port, read_common
from servicekit.words.contacts import COUNTRIES


@dataclass(frozen=True)
class Settings:
    common: Common
    field_key: str
    blind_key: bytes
    keys: KeyWrap
    roles: RoleTable
    session_rules: SessionRules
    profiles: tuple[Profile, ...]
    redirect_uri: str
    rp_keys_file: Path
    ca_file: str
    recertify_within: timedelta
    country: str  # of a telephone number that names none
    provider_limit: int  # sign-ins begun a minute with one provider


@dataclass(frozen=True)
class KeeperSettings:
    """`feed_address`: where the other services hear of revocations. `keys`: what wraps the keys of files."""

    common: Common
    roles: RoleTable
    feed_address: tuple[str, int]
    keys: KeyWrap


def read_settings() -> Settings:
    env = environment()
    common = read_common(env)
    field_key = env.str("FIELD_KEY")
    blind_key = env.str("BLIND_KEY")
    file_key = (env.str("FILE_KEY") or "").strip()
    rules = SessionRules(
        idle=timedelta(seconds=env.int("SESSION_IDLE_SECONDS", 900)),
        absolute=timedelta(seconds=env.int("SESSION_ABSOLUTE_SECONDS", 8 * 3600)),
    )
    profiles = read_profiles(env, common)
    roles = _roles(env)
    rp_keys_file = Path(env.str("EID_RP_KEYS_FILE", str(common.keys_dir / "relying-party.private.json")))
    ca_file = env.str("EID_CA_FILE", "")
    country = env.str("SAMMELAN_COUNTRY", "BD", validate=OneOf(COUNTRIES))
    recertify_days = env.int("RECERTIFY_DAYS", RECERTIFY_WITHIN.days)
    provider_limit = env.int("LIMIT_PROVIDER_PER_MINUTE", 3000)
    env.seal()
    if recertify_days < 1:
        raise ValueError("RECERTIFY_DAYS must be one day or more.")
    return Settings(
        common=common,
        field_key=field_key,
        blind_key=bytes.fromhex(blind_key),
        keys=KeyWrap(file_key),
        roles=roles,
        session_rules=rules,
        profiles=profiles,
        redirect_uri=f"{common.public_url}/sign-in/callback",
        rp_keys_file=rp_keys_file,
        ca_file=ca_file,
        recertify_within=timedelta(days=recertify_days),
        country=country,
        provider_limit=provider_limit,
    )


def read_profiles(env: FileAwareEnv, common: Common) -> tuple[Profile, ...]:
    """The eIDs that people may come by. Raises ProfileFaulty, ValueError."""
    names: list[str] = env.list("EID_PROVIDERS", [] if common.production else ["practice"])
    overrides = {name: _overrides(env, name, common) for name in names}
    files = {name: env.str(_prefix(name) + "PROFILE", "") for name in names}
    folder = Path(env.str("EID_PROFILES_DIR", str(FOLDER)))
    if common.production and "practice" in names:
        raise ValueError("The practice eID lets anyone be anybody: it cannot be used in production.")
    profiles = tuple(read_profile(name, overrides[name], folder, files[name]) for name in names)
    for profile in profiles:
        if common.production and not profile.secure:
            raise ValueError(f"The provider {profile.key} is reached without TLS: its issuer must be https.")
    return profiles


def read_keeper_settings() -> KeeperSettings:
    """The keeper needs the database, the role table, and what wraps the keys of files; nothing that opens a field."""
    env = environment()
    address = (env.str("FEED_HOST", "127.0.0.1"), port(env, "feed"))
    common, roles, file_key = read_common(env), _roles(env), (env.str("FILE_KEY") or "").strip()
    env.seal()
    return KeeperSettings(common, roles, address, KeyWrap(file_key))


def _roles(env: FileAwareEnv) -> RoleTable:
    file = Path(env.str("ROLES_FILE", str(Path(__file__).parent / "roles.toml")))
    return role_table(tomllib.loads(file.read_text(encoding="utf-8-sig")))


def _prefix(name: str) -> str:
    return f"EID_{name.upper().replace('-', '_')}_"


def _overrides(env: FileAwareEnv, name: str, common: Common) -> Mapping[str, Any]:
    """EID_<NAME>_ISSUER and the like; the practice eID has working defaults on this machine."""
    prefix = _prefix(name)
    practice = name == "practice"
    issuer = env.str("EID_ISSUER", f"http://localhost:{port(env, 'eid')}") if practice else None
    return {
        "issuer": env.str(prefix + "ISSUER", issuer),
        "client_id": env.str(
            prefix + "CLIENT_ID", env.str("EID_CLIENT_ID", "sammelan") if practice else None
        ),
        "client_secret": env.str(
            prefix + "CLIENT_SECRET", env.str("EID_CLIENT_SECRET", "") if practice else ""
        ),
        "discovery_url": env.str(prefix + "DISCOVERY_URL", ""),
        "allowed_hosts": env.list(prefix + "ALLOWED_HOSTS", []) or None,
        "client_authentication": env.str(prefix + "CLIENT_AUTHENTICATION", ""),
        "national_number_scheme": env.str(prefix + "NATIONAL_NUMBER_SCHEME", ""),
        "national_number_namespace": env.str(prefix + "NATIONAL_NUMBER_NAMESPACE", ""),
    }
