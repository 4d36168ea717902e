"""What is typed at the command line passes the same door as what comes by a form."""

from datetime import date
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


TEXT, WHOLE, DAY = Text(), Whole(), Day()
