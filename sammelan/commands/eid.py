"""sammelan eid: the providers that are configured."""

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from identity.eid.client import EidClient
from identity.eid.keys import OwnKeys
from identity.eid.profile import Profile, ProfileFaulty
from identity.eid.wire import Wire
from identity.operations.examining import examine_provider
from identity.settings import Settings, read_settings
from sammelan.operator import at_work
from sammelan.typed import TEXT

MARKS = {True: "[green]ok[/green]", False: "[red]FAULT[/red]", None: "[yellow]?[/yellow]"}


@click.group()
def eid() -> None:
    """Look at the eIDs that people sign in with."""


@eid.command()
@click.argument("names", nargs=-1, type=TEXT)
def check(names: tuple[str, ...]) -> None:
    """Compare what each configured provider publishes with its profile, and see whether it knows us; exit 1 on faults.

    Nobody is signed in. A question mark: the provider does not say. Level and national number are proven only by
    signing in.
    """
    settings = _settings()
    unknown = set(names) - {profile.key for profile in settings.profiles}
    if unknown or not settings.profiles:
        known = ", ".join(profile.key for profile in settings.profiles) or "none"
        raise click.ClickException(f"Configured in EID_PROVIDERS: {known}.")
    faults = [
        _told(profile, settings) for profile in settings.profiles if profile.key in (names or [profile.key])
    ]
    if any(faults):
        raise SystemExit(1)


def _settings() -> Settings:
    with at_work():
        try:
            return read_settings()
        except ProfileFaulty as error:
            raise click.ClickException(str(error)) from error


def _told(profile: Profile, settings: Settings) -> bool:
    """Shows one provider; whether it has faults."""
    own_keys = OwnKeys(settings.rp_keys_file)
    wire = Wire(profile, settings.common.outside_networks, settings.ca_file)
    client = EidClient(profile, settings.redirect_uri, own_keys, wire)
    public, console = settings.common.public_url, Console()
    table = Table(
        "", "What", "Found", box=None, title=f"{profile.key}: {profile.issuer}", title_justify="left"
    )
    faulty = False
    for finding in examine_provider(client):
        faulty |= finding.good is False
        table.add_row(MARKS[finding.good], finding.what, escape(finding.said))
    console.print(table)
    console.print("To be registered there:")
    console.print(f"  redirect URI  {settings.redirect_uri}", soft_wrap=True)
    console.print(f"  after logout  {public}/", soft_wrap=True)
    console.print(f"  back channel  {public}/eid/backchannel-logout/{profile.key}", soft_wrap=True)
    console.print(f"  our keys      {public}/eid/jwks.json", soft_wrap=True)
    return faulty
