"""sammelan import: unit trees from files."""

import csv
import io
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from membership.app import open_context
from membership.domain.likeness import Doubt, Doubtful
from membership.domain.unit_import import ImportPlan
from membership.domain.unit_table import read_successors
from membership.domain.units import LevelScheme, read_level_scheme
from membership.operations.unit_import import Imported, import_units, preview_import
from membership.settings import read_settings
from sammelan.access_stopping import AccessStopping
from sammelan.operator import at_work
from sammelan.typed import TEXT, WHOLE, Whole, text_of
from servicekit.out import spreadsheet
from servicekit.words.text import line

ERRORS_SHOWN = 200
EXAMPLES_SHOWN = 5
ASK = -1
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DOUBTS = {
    Doubt.ALIKE: "{code} is new and hardly differs from {other}, which is stored",
    Doubt.ALIKE_IN_FILE: "{code} hardly differs from {other}, which is new as well",
    Doubt.RECODED: "{code} is new and has name and superior of {other}, which the file does not name",
    Doubt.MANGLED: "{code} looks like what a spreadsheet made of another code",
    Doubt.ANOTHER_UNIT: "{code} comes with another name and another superior: another unit?",
    Doubt.MOVED_TOGETHER: "{code} goes below {other}, as very many units would: was a column sorted by itself?",
    Doubt.NAMES_SWAPPED: "{code} comes with the name that {other} has: was a column sorted by itself?",
    Doubt.REUSED: "{code} has ended and comes back with another name: another unit?",
}


class _Number(Whole):
    """A whole number, or none where the option stands alone."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        return ASK if value == ASK else super().convert(value, param, ctx)


@click.group(name="import")
def import_() -> None:
    """Load data from files."""


@import_.command()
@click.argument("file", type=FILE)
@click.option(
    "--levels",
    type=FILE,
    help="Level scheme (TOML). Needed the first time; levels.toml beside FILE is taken when there is one.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--skip-bad", is_flag=True, help="Leave rows in error out, with all that stand below them.")
@click.option(
    "--end-missing",
    type=_Number(),
    is_flag=False,
    flag_value=ASK,
    metavar="[NUMBER]",
    help="End stored units that the file does not name: so many. Put it behind FILE; without a number it is asked.",
)
@click.option(
    "--confirm",
    multiple=True,
    type=TEXT,
    metavar="CODE[,CODE...]",
    help="Codes in doubt that are meant as they stand.",
)
@click.option(
    "--confirmed", type=FILE, help="The same from a file, a code a line, as --list-doubts writes it."
)
@click.option(
    "--list-doubts",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the codes in doubt to this file, to be looked through and given to --confirmed.",
)
@click.option(
    "--access-ends",
    type=WHOLE,
    metavar="NUMBER",
    help="So many grants stop giving access by it, which you know; without it their number is asked.",
)
@click.option("--successors", type=FILE, help="CSV with predecessor_code, successor_code of units that end.")
def units(
    file: Path,
    levels: Path | None,
    dry_run: bool,
    skip_bad: bool,
    end_missing: int | None,
    confirm: tuple[str, ...],
    confirmed: Path | None,
    list_doubts: Path | None,
    access_ends: int | None,
    successors: Path | None,
) -> None:
    """Bring the unit tree to what FILE says: CSV with code, parent_code, level, name_en, name_bn ...

    Rows in error are named, and nothing is written unless --skip-bad; nor while a code is in doubt, nor before you know
    whose access stops because its unit moves or ends. The same file again changes nothing.
    """
    console = Console()
    columns = (TextColumn("Units"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    codes = _confirmed(confirm, text_of(confirmed) if confirmed else "")
    data = file.read_bytes()
    with at_work():
        scheme = _scheme(file, levels)
        heirs = read_successors(successors.read_bytes()) if successors else {}
        context, stopping = open_context(read_settings()), AccessStopping(console, access_ends)
        if end_missing == ASK and not dry_run:
            preview = preview_import(
                context, data, scheme=scheme, end_missing=True, confirmed=codes, successors=heirs
            )
            stopping.tell(preview.plan)
            end_missing = _asked_number(preview.ends)
        with Progress(*columns, console=console) as bars:
            bar = bars.add_task("", total=None, visible=False)
            done = import_units(
                context,
                data,
                scheme=scheme,
                dry_run=dry_run,
                skip_bad=skip_bad,
                end_missing=end_missing,
                confirmed=codes,
                successors=heirs,
                agree=lambda plan: _agreed(bars, stopping, plan),
                progress=lambda written, total: bars.update(
                    bar, completed=written, total=total, visible=True
                ),
            )
        if dry_run:
            stopping.tell(done.plan)
    _tell(console, done, dry_run=dry_run)
    if list_doubts is not None:
        _write_doubts(list_doubts, done.doubts)
    if (done.errors and not skip_bad) or (done.doubts and not dry_run):
        raise SystemExit(1)


def _agreed(bars: Progress, stopping: AccessStopping, plan: ImportPlan) -> None:
    bars.stop()  # it would write over the question
    stopping.agree(plan)
    bars.start()


def _scheme(file: Path, levels: Path | None) -> LevelScheme | None:
    beside = file.with_name("levels.toml")
    chosen = levels or (beside if beside.exists() else None)
    return read_level_scheme(text_of(chosen)) if chosen else None


def _confirmed(typed: Iterable[str], listed: str) -> frozenset[str]:
    codes = {line(code) for part in typed for code in part.split(",")}
    try:
        rows = list(csv.reader(io.StringIO(listed, newline="")))
    except csv.Error as error:
        raise click.UsageError(f"The codes that are confirmed cannot be read: {error}.") from error
    codes |= {line(spreadsheet.without_guard(row[0])) for row in rows if row}
    return frozenset(codes - {""})


def _write_doubts(file: Path, doubts: Iterable[Doubtful]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        out.writelines(spreadsheet.line([one.code, str(one.doubt), one.other, one.row]) for one in doubts)


def _asked_number(ends: int) -> int:
    if not sys.stdin.isatty():
        raise click.UsageError(f"{ends} units would end. Say that you know: --end-missing {ends}")
    number: int = click.prompt(f"{ends} units would end. Type their number to confirm", type=WHOLE)
    return number


def _tell(console: Console, done: Imported, *, dry_run: bool) -> None:
    for row, column, message in done.messages()[:ERRORS_SHOWN]:
        place = f"row {row}, {column}" if column else f"row {row}"
        console.print(f"{place}: {message}", style="red", markup=False, highlight=False, soft_wrap=True)
    if len(done.errors) > ERRORS_SHOWN:
        console.print(f"... and {len(done.errors) - ERRORS_SHOWN} more errors.")
    _tell_doubts(console, done)
    if dry_run:
        _preview(console, done)
    numbers = [
        f"{done.adds} new",
        f"{done.changes} changed",
        f"{done.ends} ended",
        f"{done.unchanged} unchanged",
        f"{len(done.errors)} errors",
        f"{len(done.doubts)} in doubt",
        f"{done.skipped} rows left out",
    ]
    console.print(", ".join(numbers) + ".")
    if done.missing and not done.ends:
        console.print(f"{done.missing} stored units are not in the file; --end-missing would end them.")
    if done.doubts:
        console.print(
            "Confirm the codes in doubt that are right (--confirm CODE, --confirmed FILE), or mend the file."
        )
    console.print(f"{done.written} units written." if done.written else "Nothing was written.")


def _tell_doubts(console: Console, done: Imported) -> None:
    for one in done.doubts[:ERRORS_SHOWN]:
        said = f"row {one.row}, in doubt: {DOUBTS[one.doubt].format(code=one.code, other=one.other)}."
        console.print(said, style="yellow", markup=False, highlight=False, soft_wrap=True)
    if len(done.doubts) > ERRORS_SHOWN:
        console.print(
            f"... and {len(done.doubts) - ERRORS_SHOWN} more in doubt; --list-doubts FILE writes all."
        )
    for same in done.plan.same_names[:ERRORS_SHOWN]:
        said = f"row {same.row}, caution: {same.code} and {same.other}, under one superior, are both {same.name}."
        console.print(said, markup=False, highlight=False, soft_wrap=True)
    if len(done.plan.same_names) > ERRORS_SHOWN:
        console.print(f"... and {len(done.plan.same_names) - ERRORS_SHOWN} more of the same name.")


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
