"""What is printed when the house stands: one address, and who can come in."""

from rich.console import Console
from rich.table import Table

from practice_eid.citizens import read_citizens
from sammelan.settings import ROOT, Settings

CITIZENS = ROOT / "examples" / "citizens.toml"
FIRST_ADMINISTRATOR = """If there is no organisation yet, load one and invite the first administrator:
  .venv/bin/python -m sammelan import units FILE.csv --levels levels.toml
  .venv/bin/python -m sammelan admin invite --unit CODE --national-number NUMBER --label NAME --until YYYY-MM-DD"""


def welcome(settings: Settings, console: Console, seconds: float) -> None:
    console.print(f"Ready after {seconds:.0f} s.")
    if settings.practice_eid and settings.sample:
        console.print(_sample_people())
    if not settings.sample:
        console.print(FIRST_ADMINISTRATOR, highlight=False, soft_wrap=True)
    console.print(f"\n  [bold]{settings.common.public_url}[/bold]\n", highlight=False)
    console.print("Ctrl-C stops everything.")


def _sample_people() -> Table:
    table = Table(title="Sample people: choose one of them at the practice eID", title_justify="left")
    table.add_column("Who")
    table.add_column("Name", no_wrap=True)
    table.add_column("What this person does")
    for citizen in read_citizens(CITIZENS).values():
        table.add_row(citizen.key, citizen.name_en, citizen.description_en)
    return table
