"""sammelan report: whether a sealed report is what was sealed, for anybody who has the public keys."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import rfc8785

from congress.app import open_context
from congress.domain.sealing import FORMAT, SALT_BYTES, SEALED_WITHIN, HistoryDiffers, leaf_hash, root_from
from congress.domain.sealing import KIND as REPORT_KIND
from congress.operations.sealing import AUDIENCE, SIGNER, made_again
from sammelan.operator import at_work
from sammelan.typed import TEXT
from servicekit.access.keys import KeyRing, TokenRefused
from servicekit.data.strict_json import strict_object

MOST_BYTES = 10_000_000
# Those of two machines may differ by so much.
CLOCKS = timedelta(minutes=5)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def report() -> None:
    """Look after sealed reports."""


@report.command()
@click.argument("file", type=FILE)
@click.option("--keys", type=FILE, required=True, help="The public keys of the seals: seals.json.")
@click.option("--proof", type=FILE, help="That a congress is in it, as the portal gives it.")
def verify(file: Path, keys: Path, proof: Path | None) -> None:
    """Check FILE against its seal, and say what is in it; exit 1 where it is not what was sealed.

    Nothing else is needed: no database, no house, no secret.
    """
    found = _read(file)
    sealed, signature = found.get("report"), found.get("signature")
    if not isinstance(sealed, dict) or not isinstance(signature, str):
        raise click.ClickException(f"{file} is no sealed report.")
    made = hashlib.sha256(rfc8785.dumps(sealed)).hexdigest()
    if keys.name != f"{SIGNER}.json":
        raise click.ClickException(f"The file of the public keys is named {SIGNER}.json.")
    try:
        claims = KeyRing(keys.parent, SIGNER).verify(signature, SIGNER, AUDIENCE, AUDIENCE)
    except TokenRefused as error:
        raise click.ClickException(f"The seal is not of these keys: {error}") from error
    if claims.get("hash") != made:
        raise click.ClickException(
            f"The report was altered: {claims.get('hash')} was sealed, and it is {made}."
        )
    if (found.get("id"), found.get("hash")) != (claims.get("id"), made):
        raise click.ClickException("What stands beside the report was altered.")
    if (sealed.get("kind"), sealed.get("format")) != (REPORT_KIND, FORMAT):
        raise click.ClickException("It is of a kind that this version does not know.")
    signed, moment = datetime.fromtimestamp(claims["iat"], UTC), datetime.fromisoformat(sealed["sealed_at"])
    if not moment <= signed + CLOCKS <= moment + SEALED_WITHIN + 2 * CLOCKS:
        raise click.ClickException(f"It says {moment}, and was signed at {signed}.")
    unit, whole = sealed["unit"], sealed["congresses"]
    click.echo(
        f"sealed at {sealed['sealed_at']}: {unit['code']}, {sealed['plan']['cycle']}, "
        f"{whole['count']} congresses, {sealed['missing']['count']} not approved\nsha-256 {made}"
    )
    if proof:
        _check_proof(_read(proof), whole["root"], whole["count"])


def _check_proof(proof: dict[str, Any], root: str, count: int) -> None:
    try:
        salt, place = bytes.fromhex(proof["salt"]), proof["place"]
        if len(salt) != SALT_BYTES or type(place) is not int:
            raise ValueError
        leaf = leaf_hash(rfc8785.dumps(proof["leaf"]), salt)
        way = [bytes.fromhex(one) for one in proof["way"]]
        led = root_from(leaf, place, count, way) if 0 <= place < count else None
        unit, state = proof["leaf"]["unit"]["code"], proof["leaf"]["state"]
    except (KeyError, TypeError, ValueError) as error:
        raise click.ClickException("The proof is none.") from error
    if led is None or led.hex() != root:
        raise click.ClickException(f"{unit} is not in this report as the proof says.")
    click.echo(f"{unit} is in it, {state}: {json.dumps(proof['leaf']['figures'], sort_keys=True)}")


def _read(file: Path) -> dict[str, Any]:
    if file.stat().st_size > MOST_BYTES:
        raise click.ClickException(f"{file} is too large to be one.")
    try:
        return strict_object(file.read_bytes())
    except ValueError as error:
        raise click.ClickException(f"{file} is no JSON: {error}") from error


@report.command()
@click.argument("report_id", type=TEXT)
def remake(report_id: str) -> None:
    """Make the sealed report again of what is kept of its congresses; exit 1 where it is another one."""
    with at_work():
        context = open_context()
        sealed = context.sealed.find(report_id)
        if sealed is None:
            raise click.ClickException(f"There is no sealed report {report_id}.")
        try:
            made = made_again(context, sealed)
        except HistoryDiffers as error:
            raise click.ClickException("A congress of it is gone.") from error
    if made != sealed.hash:
        raise click.ClickException(f"It is another one now: {made}, and {sealed.hash} was sealed.")
    click.echo(f"the same: {made}")
