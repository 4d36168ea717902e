"""sammelan import: unit trees from files."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from membership.app import open_outside
from membership.domain.units import LevelScheme, read_level_scheme
from membership.operations.unit_import import Imported, import_units
from membership.settings import read_settings
from sammelan.operator import at_work

ERRORS_SHOWN = 200
EXAMPLES_SHOWN = 5


@click.group(name="import")
def import_() -> None:
    """Load data from files."""


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--levels",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Level scheme (TOML). Needed the first time; levels.toml beside FILE is taken when there is one.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--skip-bad", is_flag=True, help="Leave rows in error out, with all that stand below them.")
@click.option("--end-missing", is_flag=True, help="End stored units that the file does not name.")
def units(file: Path, levels: Path | None, dry_run: bool, skip_bad: bool, end_missing: bool) -> None:
    """Bring the unit tree to what FILE says: CSV with code, parent_code, level, name_en, name_bn ...

    Rows in error are named, and nothing is written unless --skip-bad. The same file again changes nothing.
    """
    console = Console()
    columns = (TextColumn("Units"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with at_work(), Progress(*columns, console=console) as bars:
        outside = open_outside(read_settings())
        bar = bars.add_task("", total=None, visible=False)
        done = import_units(
            outside,
            file.read_bytes(),
            scheme=_scheme(file, levels),
            dry_run=dry_run,
            skip_bad=skip_bad,
            end_missing=end_missing,
            progress=lambda written, total: bars.update(bar, completed=written, total=total, visible=True),
        )
    _tell(console, done, dry_run=dry_run)
    if done.errors and not skip_bad:
        raise SystemExit(1)


def _scheme(file: Path, levels: Path | None) -> LevelScheme | None:
    beside = file.with_name("levels.toml")
    chosen = levels or (beside if beside.exists() else None)
    return read_level_scheme(chosen.read_text(encoding="utf-8")) if chosen else None


def _tell(console: Console, done: Imported, *, dry_run: bool) -> None:
    for row, column, message in done.messages()[:ERRORS_SHOWN]:
        place = f"row {row}, {column}" if column else f"row {row}"
        console.print(f"{place}: {message}", style="red", markup=False, highlight=False, soft_wrap=True)
    if len(done.errors) > ERRORS_SHOWN:
        console.print(f"... and {len(done.errors) - ERRORS_SHOWN} more errors.")
    if dry_run:
        _preview(console, done)
    numbers = [
        f"{done.adds} new",
        f"{done.changes} changed",
        f"{done.ends} ended",
        f"{done.unchanged} unchanged",
        f"{len(done.errors)} errors",
        f"{done.skipped} rows left out",
    ]
    console.print(", ".join(numbers) + ".")
    if done.missing and not done.ends:
        console.print(f"{done.missing} stored units are not in the file; --end-missing would end them.")
    console.print(f"{done.written} units written." if done.written else "Nothing was written.")


def _preview(console: Console, done: Imported) -> None:
    for word, listed in (
        ("+", done.plan.adds),
        ("~", [change.after for change in done.plan.changes]),
        ("-", done.plan.ends),
    ):
        for unit in list(listed)[:EXAMPLES_SHOWN]:
            names = " / ".join(unit.names.values())
            console.print(f"{word} {unit.code} {unit.level} {names}", markup=False, highlight=False)
        if len(listed) > EXAMPLES_SHOWN:
            console.print(f"{word} ... {len(listed) - EXAMPLES_SHOWN} more")
