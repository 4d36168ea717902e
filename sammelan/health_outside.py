"""What the doctor says of everybody outside whom this house speaks to: where they are, and whether that is open."""

from collections.abc import Iterator

from environs import EnvError

from gateway.counting import CountedTogether
from identity.eid.profile import Profile, ProfileFaulty
from identity.settings import read_profiles
from sammelan.findings import Finding
from servicekit.files.checking.scanning import UNSCANNED, ScannerAddressUnreadable, scanner_at
from servicekit.out.door.connecting import Resolver, looked_up, system_resolver
from servicekit.out.door.destinations import Reach, read_url
from servicekit.out.door.failures import NotAllowed
from servicekit.settings import Common, Network, environment, without_account


def examine(common: Common, web_workers: int) -> Iterator[Finding]:
    yield _networks(common)
    try:
        profiles = read_profiles(environment(), common)
    except (ProfileFaulty, ValueError, EnvError):
        profiles = ()  # said where the profiles are looked at
    for profile in profiles:
        yield from hosts_of(profile, common.outside_networks)
    yield scanner(environment().str("FILE_SCANNER", ""), production=common.production)
    yield limits(environment().str("LIMITS_URL", ""), web_workers)


def _networks(common: Common) -> Finding:
    named = ", ".join(str(one) for one in common.outside_networks)
    said = f"open to what we send: {named}" if named else "closed to what we send (OUTSIDE_NETWORKS)"
    return Finding("Inside networks", True, said)


def hosts_of(
    profile: Profile, networks: tuple[Network, ...], resolve: Resolver = system_resolver
) -> Iterator[Finding]:
    """A provider in a network of its country's administration is reached once that network is named."""
    scheme = "https" if profile.secure else "http"
    reach = Reach(profile.hosts, networks, plain=not profile.secure)
    for host in sorted(profile.hosts):
        what = f"eID {profile.key}: {host}"
        try:
            to = read_url(f"{scheme}://{host}/")
            looked_up(to, reach, resolve)
        except NotAllowed as refused:
            yield Finding(
                what, False, f"{refused.reason}; if it shall be reached, name its network in OUTSIDE_NETWORKS"
            )
        except OSError:
            yield Finding(what, False, "its name leads nowhere just now", matters=False)
        else:
            yield Finding(what, True, "leads where we may send")


def scanner(address: str, *, production: bool) -> Finding:
    """In production somebody must have decided it; see docs/decisions/0047."""
    try:
        scanner_at(address)
    except ScannerAddressUnreadable:
        return Finding(
            "Virus scanner", False, "FILE_SCANNER is neither tcp://HOST:PORT nor unix:///PATH nor none"
        )
    if address == UNSCANNED:
        return Finding(
            "Virus scanner", False, "none, as FILE_SCANNER says: files are served unscanned", matters=False
        )
    if not address:
        said = "FILE_SCANNER is not set: files are served unscanned. Set it, or say FILE_SCANNER=none"
        return Finding("Virus scanner", False, said, matters=production)
    return Finding("Virus scanner", True, address)


def limits(url: str, web_workers: int) -> Finding:
    if not url:
        said = "counted by the gateway itself; LIMITS_URL names no Redis"
        if web_workers > 1:
            said += f", so each of its {web_workers} processes lets as much pass as all should"
        return Finding("Limits", web_workers == 1, said, matters=False)
    try:
        there = CountedTogether(url).answers()
    except ValueError as error:
        return Finding("Limits", False, f"LIMITS_URL: {error}")
    said = "counted together at" if there else "no answer, so each gateway process counts for itself:"
    return Finding("Limits", there, f"{said} {without_account(url)}")
