"""What the gateway is told from outside, read once when it starts."""

from dataclasses import dataclass

from gateway.limits import Rates
from servicekit.settings import Common, environment, port, read_common


@dataclass(frozen=True)
class Settings:
    """Limits are requests a minute; where no Redis is named, each of several gateway processes counts for itself."""

    common: Common
    metrics_port: int
    rates: Rates
    limits_url: str
    trusted_proxies: int


def read_settings() -> Settings:
    env = environment()
    common = read_common(env)
    settings = Settings(
        common=common,
        metrics_port=port(env, "gateway_metrics"),
        rates=Rates(
            session=env.int("LIMIT_SESSION_PER_MINUTE", 600),
            account=env.int("LIMIT_ACCOUNT_PER_MINUTE", 1_200),
            address=env.int("LIMIT_ADDRESS_PER_MINUTE", 12_000),
            sign_in=env.int("LIMIT_SIGN_IN_PER_MINUTE", 600),
        ),
        limits_url=env.str("LIMITS_URL", ""),
        trusted_proxies=env.int("TRUSTED_PROXIES", 0),
    )
    env.seal()
    return settings
