"""What the portal needs to know before it starts."""

from dataclasses import dataclass
from pathlib import Path

from environs import FileAwareEnv

from servicekit.settings import Common, environment, read_common

DEFAULT_OUTLINES = Path(__file__).parent.parent / "examples" / "bangladesh" / "districts.geojson"


@dataclass(frozen=True)
class Settings:
    common: Common
    csrf_key: bytes  # of the forms
    outlines: Path | None  # GeoJSON of the districts on the map, keyed by unit code; empty: no map


def read_settings() -> Settings:
    env = environment()
    common = read_common(env)
    csrf_key: str = env.str("CSRF_KEY")
    outlines = read_outlines_file(env)
    env.seal()
    return Settings(common, bytes.fromhex(csrf_key), outlines)


def read_outlines_file(env: FileAwareEnv) -> Path | None:
    file: str = env.str("MAP_OUTLINES", str(DEFAULT_OUTLINES))
    return Path(file) if file else None
