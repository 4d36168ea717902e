"""sammelan doctor: what this machine has and lacks."""

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sammelan import health
from sammelan.settings import read_settings

OK, FAULT, NOTE = "[green]ok[/green]", "[red]FAULT[/red]", "[yellow]note[/yellow]"


@click.command()
def doctor() -> None:
    """Check Python, folders, disk, keys, ports, database, clock, languages and map; exit 1 on faults."""
    table = Table("", "What", "Found", box=None)
    findings = health.examine(read_settings())
    for finding in findings:
        mark = OK if finding.good else FAULT if finding.matters else NOTE
        table.add_row(mark, finding.what, escape(finding.found))
    Console().print(table)
    if not all(finding.good or not finding.matters for finding in findings):
        raise SystemExit(1)
