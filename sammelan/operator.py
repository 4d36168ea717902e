"""What every command of the operator needs: the house's settings and secrets, and refusals told in one line."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from environs import EnvError
from pymongo.errors import PyMongoError

from sammelan.house import CannotStart, become_operator
from sammelan.settings import Settings, read_settings
from servicekit.data.database import is_gone
from servicekit.refusals import Refusal
from servicekit.settings import without_account


@contextmanager
def at_work() -> Iterator[Settings]:
    """Inside, the services' own settings can be read, and what they refuse ends the command with a reason."""
    try:
        settings = read_settings()
        become_operator(settings)
        yield settings
    except CannotStart as error:
        raise click.ClickException(str(error)) from error
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except EnvError as error:
        raise click.ClickException(f"Settings are missing or wrong: {error}") from error
    except PyMongoError as error:
        if not is_gone(error):
            raise
        raise click.ClickException(
            f"The database at {without_account(settings.common.mongo_url)} cannot be reached. "
            "Is Sammelan running (make up)?"
        ) from error
