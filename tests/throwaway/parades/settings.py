"""What parades is told from outside, read once when it starts."""

from dataclasses import dataclass

from servicekit.settings import Common, environment, read_common


@dataclass(frozen=True)
class Settings:
    common: Common


def read_settings() -> Settings:
    env = environment()
    common = read_common(env)
    env.seal()
    return Settings(common)
