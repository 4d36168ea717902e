"""What a table is, whichever file it becomes: its columns declared once, its rows one kind of thing each."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from servicekit.words.dates import Year
from servicekit.words.i18n import translate

Names = Mapping[str, str]
# As many values as there are columns, in their order; None where there is none.
Row = Sequence[object]
TOLD_EVERY = 500


class Type(StrEnum):
    TEXT = "text"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DATE = "date"  # or its year, where no more is known
    INSTANT = "instant"
    LEVEL = "level"  # its key; the file says its name
    WORD = "word"  # of ours, marked for translation; programs get it as it is
    NAMES = "names"  # of one thing, by language; the file says the reader's
    NESTED = "nested"  # a mapping or list


@dataclass(frozen=True, slots=True)
class Column:
    """`title` is marked for translation, with places for `params`, which are names by language.

    `sensitive`: for nobody but whoever may read it of each of those whom the table is about.
    """

    key: str
    title: str
    type: Type = Type.TEXT
    params: Mapping[str, Names] = field(default_factory=dict)
    sensitive: bool = False


class ColumnRepeated(ValueError):
    """Two columns of a table have one key; the text names it."""


@dataclass(frozen=True, slots=True)
class Table:
    """`name` is the file's, without an ending. Raises ColumnRepeated: what is read by key would lose one of two.

    `title` (marked) and `about` (of what, in the reader's words) are what a paper says above it.
    """

    name: str
    columns: tuple[Column, ...]
    title: str = ""
    about: str = ""

    def __post_init__(self) -> None:
        counted = Counter(column.key for column in self.columns)
        if repeated := [key for key, times in counted.items() if times > 1]:
            raise ColumnRepeated(f"{self.name}: {', '.join(repeated)}")


@dataclass(frozen=True)
class Reader:
    """Whose file it is: in which language and zone. `levels`: their names, by key."""

    language: str = "en"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    levels: Mapping[str, Names] = field(default_factory=dict)

    def title(self, column: Column) -> str:
        named = {place: self.named(names) for place, names in column.params.items()}
        return translate(column.title, self.language).format_map(named)

    def named(self, names: Names) -> str:
        return names.get(self.language) or names.get("en") or next(iter(names.values()), "")

    def level(self, key: str) -> str:
        return self.named(self.levels.get(key, {})) or key

    def local(self, instant: datetime) -> datetime:
        return instant.astimezone(self.zone).replace(microsecond=0)


class WrongCell(TypeError):
    """A row does not hold what its table declares; the text names the column."""


_PYTHON: Mapping[Type, tuple[type, ...]] = {
    Type.TEXT: (str,),
    Type.WHOLE: (int,),
    Type.DECIMAL: (int, float),
    Type.DATE: (date, Year),
    Type.INSTANT: (datetime,),
    Type.LEVEL: (str,),
    Type.WORD: (str,),
    Type.NAMES: (dict,),
    Type.NESTED: (dict, list, tuple),
}


def cells(table: Table, row: Row) -> Iterator[tuple[Column, object]]:
    """Each value beside its column. Raises WrongCell, ValueError where there are too many or too few."""
    for column, value in zip(table.columns, row, strict=True):
        if value is not None:
            fits = isinstance(value, _PYTHON[column.type]) and not isinstance(value, bool)
            if not fits or (column.type is Type.DATE and isinstance(value, datetime)):
                raise WrongCell(f"{table.name}.{column.key}: {type(value).__name__}")
        yield column, value


def told(rows: Iterable[Row], tell: Callable[[int], None]) -> Iterator[Row]:
    """The rows, saying now and then how many have passed."""
    for number, row in enumerate(rows):
        if number % TOLD_EVERY == 0:
            tell(number)
        yield row
