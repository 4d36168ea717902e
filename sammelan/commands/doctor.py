"""sammelan doctor: what this machine has and lacks."""

import click
from rich.console import Console
from rich.table import Table

from sammelan import health
from sammelan.settings import read_settings

MARKS = {True: "[green]ok[/green]", False: "[red]FAULT[/red]"}


@click.command()
def doctor() -> None:
    """Check Python, folders, disk, keys, ports, the database, the clock and the languages; exit 1 on faults."""
    table = Table("", "What", "Found", box=None)
    findings = health.examine(read_settings())
    for finding in findings:
        table.add_row(MARKS[finding.good], finding.what, finding.found)
    Console().print(table)
    if not all(finding.good for finding in findings):
        raise SystemExit(1)
