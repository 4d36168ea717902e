"""What the gateway is told from outside, read once when it starts."""

from dataclasses import dataclass

from servicekit.settings import Common, environment, port, read_common


@dataclass(frozen=True)
class Settings:
    """Limits are requests a minute; of several gateway processes each counts for itself."""

    common: Common
    metrics_port: int
    session_limit: int
    account_limit: int
    address_limit: int
    sign_in_limit: int
    trusted_proxies: int


def read_settings() -> Settings:
    env = environment()
    common = read_common(env)
    settings = Settings(
        common=common,
        metrics_port=port(env, "gateway_metrics"),
        session_limit=env.int("LIMIT_SESSION_PER_MINUTE", 600),
        account_limit=env.int("LIMIT_ACCOUNT_PER_MINUTE", 1_200),
        address_limit=env.int("LIMIT_ADDRESS_PER_MINUTE", 12_000),
        sign_in_limit=env.int("LIMIT_SIGN_IN_PER_MINUTE", 600),
        trusted_proxies=env.int("TRUSTED_PROXIES", 0),
    )
    env.seal()
    return settings
