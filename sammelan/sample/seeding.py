"""Fills an empty system with the sample, once."""

from rich.console import Console

from sammelan.settings import Settings


def seed_where_empty(settings: Settings, console: Console) -> None:
    """Does nothing where there is an organisation already."""
