"""sammelan routes: every address that the door knows."""

import click
from rich.console import Console
from rich.table import Table

from sammelan.route_table import published_routes


@click.command()
def routes() -> None:
    """Print the route table: method, address, service, and the permission it needs."""
    table = Table("Method", "Address", "Service", "Needs", box=None)
    for route in sorted(published_routes(), key=lambda one: (one.template, one.method)):
        table.add_row(route.method, route.template, route.service, route.permission)
    Console().print(table)
