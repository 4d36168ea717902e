"""What is typed at the command line passes the same door as what comes by a form."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from servicekit.words import dates, numbers, text


class Text(click.ParamType[str]):
    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        found = text.line(str(value))
        if text.has_controls(found):
            self.fail("This holds control characters.", param, ctx)
        return found


class Whole(click.ParamType[int]):
    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            return numbers.whole(str(value))
        except numbers.NotWhole:
            self.fail(f"{value!r} is not a whole number.", param, ctx)


class Day(click.ParamType[date]):
    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return dates.day(str(value))
        except dates.NotADay:
            self.fail(f"{value!r} is not a day, such as 2026-03-31.", param, ctx)


def text_of(file: Path) -> str:
    """A file of text, with or without the mark that some editors put before it, and its line breaks as they are."""
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file} is not UTF-8 text: save it as “UTF-8”.") from error


TEXT, WHOLE, DAY = Text(), Whole(), Day()
