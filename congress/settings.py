"""Settings of the congress service, read once."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from congress.domain.plan import Template, template_of
from servicekit.settings import Common, environment, read_common


@dataclass(frozen=True)
class Settings:
    common: Common
    template: Template


def read_settings() -> Settings:
    env = environment()
    common = read_common(env)
    file = Path(env.str("PLAN_TEMPLATE", str(Path(__file__).parent.parent / "examples" / "plan.toml")))
    env.seal()
    return Settings(common, template_of(tomllib.loads(file.read_text(encoding="utf-8"))))
