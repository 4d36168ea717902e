"""sammelan nginx: nginx's configuration, from the same route table."""

from pathlib import Path

import click

from gateway import nginx as rendering
from sammelan.route_table import published_routes
from sammelan.settings import read_settings
from sammelan.typed import TEXT, WHOLE
from servicekit.settings import SERVICES


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--gateway", required=True, type=TEXT, help="The gateway's address for nginx, http://host:port."
)
@click.option("--decision", required=True, type=TEXT, help="The gateway's inside address, http://host:port.")
@click.option("--port", default=8080, type=WHOLE, show_default=True, help="Where nginx listens.")
@click.option(
    "--headers-file", default="", type=TEXT, help="Where nginx finds the second file, if not in FOLDER."
)
def nginx(folder: Path, gateway: str, decision: str, port: int, headers_file: str) -> None:
    """Write sammelan.conf and sammelan_headers.conf to FOLDER; deploy/nginx.conf includes them.

    The services' addresses are those of IDENTITY_URL, MEMBERSHIP_URL and so on.
    """
    urls = read_settings().common.urls
    folder.mkdir(parents=True, exist_ok=True)
    headers = folder / "sammelan_headers.conf"
    text = rendering.render(
        published_routes(),
        {name: urls[name] for name in SERVICES},
        gateway=gateway,
        decision=decision,
        port=port,
        headers_file=headers_file or str(headers.absolute()),
    )
    headers.write_text(rendering.headers(), encoding="utf-8")
    (folder / "sammelan.conf").write_text(text, encoding="utf-8")
    click.echo(f"wrote {folder / 'sammelan.conf'}")
