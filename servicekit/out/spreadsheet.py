"""CSV for spreadsheet programs: UTF-8 with its mark, and no cell that would be run as a formula.

The one place where a cell of a CSV is made. Source of the rule: OWASP, "CSV Injection".
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable

# Without it spreadsheet programs take UTF-8 for something else.
BYTE_ORDER_MARK = "\ufeff"
FORMULA = ("=", "+", "-", "@")
# Where lists are separated by another sign than ours, a program begins a new cell behind it.
SEPARATORS = re.compile(r"([;\t\r\n]+)")
# Nearly all cells: begun by a plain letter or digit, and nothing in them begins a new cell.
ORDINARY = re.compile(r"[A-Za-z0-9][^;\t\r\n]*|")


def line(cells: Iterable[object]) -> str:
    """One line of a file. Texts are guarded, numbers stay numbers, None is an empty cell."""
    out = io.StringIO()
    csv.writer(out).writerow([_guarded(cell) for cell in cells])
    return out.getvalue()


def _guarded(cell: object) -> object:
    if cell is None or isinstance(cell, int | float):
        return cell
    if ORDINARY.fullmatch(text := str(cell)):
        return text
    return "".join("'" + part if _is_formula(part) else part for part in SEPARATORS.split(text))


def without_guard(cell: str) -> str:
    """A cell of a file of ours that comes back, as it was before it was guarded."""
    return "".join(
        part[1:] if part.startswith("'") and _is_formula(part[1:]) else part
        for part in SEPARATORS.split(cell)
    )


def _is_formula(part: str) -> bool:
    """Also behind blanks, quotation marks and signs that are not seen, and in their wide forms."""
    seen = (sign for sign in part if sign not in "\"'" and not sign.isspace() and not _is_invisible(sign))
    return unicodedata.normalize("NFKC", next(seen, "")).startswith(FORMULA)


def _is_invisible(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cf")
