"""Breaks the pure rules, one change at a time, and sees whether a unit test goes red; fails below the aim.

Run: .venv-mutate/bin/python deploy/mutate.py [mutant or pattern ...], where none is named all of them afresh. What is
changed, and which tests look at it, stands under [tool.mutmut] in pyproject.toml; docs/mutations.md has the scores, and
what survives with the reason.
"""

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import libcst as cst
from mutmut.__main__ import cli
from mutmut.configuration import config
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.mutators import mutation_operators
from mutmut.stats import status_by_exit_code

AIM = 85.0  # per cent, in each module
MADE_IN = Path("mutants")
# A rule that does not end any more is noticed as well; "segfault" is what mutmut calls whoever is killed for it.
KILLED = ("killed", "timeout", "segfault")


def without_check(node: cst.Expr) -> Iterable[cst.CSTNode]:
    """`_refuse_order(…)` left out: mutmut changes what a check is asked, and never leaves it out."""
    if isinstance(node.value, cst.Call):
        yield cst.Pass()


def without_refusal(_node: cst.Raise) -> Iterable[cst.CSTNode]:
    yield cst.Pass()


def main() -> int:
    named = sys.argv[1:]
    if not named:
        shutil.rmtree(MADE_IN, ignore_errors=True)
    mutation_operators.extend([(cst.Expr, without_check), (cst.Raise, without_refusal)])  # type: ignore[attr-defined]
    cli(["run", "--max-children", "1", *named], standalone_mode=False)
    print()
    scores = [_report(path, all_of_it=not named) for path in config().only_mutate]
    return 1 if min(scores) < AIM else 0


def _report(path: str, *, all_of_it: bool) -> float:
    """Prints what survived in the module, then its line; returns its score."""
    data = SourceFileMutationData(path=path)
    data.load()
    statuses = {name: status_by_exit_code[code] for name, code in data.exit_code_by_key.items()}
    if not all_of_it:
        statuses = {name: status for name, status in statuses.items() if status != "not checked"}
    survived = [name for name, status in statuses.items() if status not in KILLED]
    for name in survived:
        print(f"{name} ({statuses[name]})", *_changed(name, path), sep="\n")
    killed = len(statuses) - len(survived)
    score = 100 * killed / len(statuses) if statuses else 100.0
    print(f"{path}: {killed} killed, {len(survived)} survived, {score:.1f} % (aim {AIM:.0f} %)")
    return score


def _changed(name: str, path: str) -> list[str]:
    lines = get_diff_for_mutant(name, path=Path(path)).splitlines()
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


if __name__ == "__main__":
    sys.exit(main())
