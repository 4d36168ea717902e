"""What people type: kept as typed, read into what the services take, faults by field."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from servicekit.ids import new_id
from servicekit.out.peers import PeerRefused
from servicekit.words import N_, dates, numbers, text

NEEDED = N_("This is needed.")
NOT_A_NUMBER = N_("Type a whole number, such as 42.")
NOT_A_FIGURE = N_("Type a number, such as 42. Only a mean has a decimal, such as 45.6.")
NOT_A_DAY = N_("Type a day, such as 31/03/2026.")
NOT_IN_A_DAY = {
    dates.DAY: N_("The day is a number from 1 to 31."),
    dates.MONTH: N_("The month is a number from 1 to 12."),
    dates.YEAR: N_("The year has four digits, such as 2026."),
}
NOT_IN_THE_MONTH = N_("This month has only {days} days.")
ARRIVED_BEFORE = N_(
    "What you sent first has arrived and is saved. Look at it: sending this would make a second one."
)
NOT_RIGHT_YET = N_("Some of this is not right yet.")


@dataclass(frozen=True, slots=True)
class Fault:
    """A text of ours, still to be translated; `params` fill its places: keys, numbers and days as they travel."""

    text: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Form:
    """`once` is sent as the Idempotency-Key: a second tap, or sending again, does nothing twice.

    `faults` are by field; `loose` are those that belong to no field on the page. `grouping`: which of dot and comma
    groups digits for who typed it.
    """

    values: dict[str, str] = field(default_factory=dict)
    version: int | None = None
    once: str = field(default_factory=new_id)
    title: Fault | None = None
    faults: dict[str, Fault] = field(default_factory=dict)
    loose: list[Fault] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)  # of the fields, for the list of faults
    notice: str = ""  # why the form is shown again, where it is nobody's fault
    status: int = 200
    grouping: str = numbers.EITHER

    def text(self, name: str, *, needed: bool = False) -> str:
        value = text.lines(self.values.get(name, ""))
        if needed and not value:
            self.faults[name] = Fault(NEEDED)
        return value

    def digits(self, name: str, *, needed: bool = False) -> str:
        """A number that is a name: digits of any script, without what people put between them."""
        return text.compact(self.text(name, needed=needed))

    def whole(self, name: str, *, needed: bool = False) -> int | None:
        """A whole number in digits of any script, in real groups or without."""
        typed = self.text(name, needed=needed)
        if not typed:
            return None
        try:
            return numbers.whole(typed, self.grouping)
        except numbers.NotWhole:
            self.faults[name] = Fault(NOT_A_NUMBER)
            return None

    def figure(self, name: str) -> int | float | None:
        """A whole number, or one with a decimal: which of them a figure may be is not known here."""
        typed = self.text(name)
        if not typed:
            return None
        try:
            return numbers.whole(typed, self.grouping)
        except numbers.NotWhole:
            pass
        try:
            return float(numbers.decimal(typed))
        except numbers.NotDecimal:
            self.faults[name] = Fault(NOT_A_FIGURE)
            return None

    def day(self, name: str, *, needed: bool = False) -> str | None:
        """An ISO date of three fields, or of one where a program sends it."""
        return self._of_parts(name, dates.day_in_parts, needed=needed)

    def birth(self, name: str) -> str | None:
        """An ISO date, or a year where no more is known."""
        return self._of_parts(name, dates.birth_in_parts, needed=True)

    def _of_parts(
        self, name: str, read: Callable[[str, str, str], dates.Birth], *, needed: bool
    ) -> str | None:
        parts = self.typed_parts(name) or (self.text(name, needed=needed), "", "")
        if not any(parts):
            return None
        try:
            self.values[name] = read(*parts).isoformat()
        except dates.NotADay as wrong:
            for part in wrong.parts or (dates.DAY,):
                fault = Fault(NOT_IN_A_DAY[part] if wrong.parts else NOT_A_DAY)
                # The first field has the name of the whole, so that what a service says of the day leads to it.
                at = name if part == dates.DAY else f"{name}-{part}"
                self.faults[at] = Fault(NOT_IN_THE_MONTH, {"days": str(wrong.days)}) if wrong.days else fault
            return None
        return self.values[name]

    def typed_parts(self, name: str) -> tuple[str, ...]:
        """Day, month and year as they were typed; nothing where none of them was."""
        parts = tuple(text.line(self.values.get(f"{name}-{part}", "")) for part in dates.PARTS)
        return parts if any(parts) else ()

    def label(self, name: str) -> str:
        """What the field is called, for the list of faults; a part of a day by the day."""
        return self.labels.get(name) or self.labels.get(name.rpartition("-")[0], name)

    def check(self) -> None:
        """Raise what was found so far, before a service is asked."""
        if self.faults:
            raise FormFaulty


class FormFaulty(Exception):
    """The form has faults of its own; its page is shown again with them."""


def sent_form(typed: Mapping[str, str], language: str = "") -> Form:
    """The form as it came, without the values that only carry it. `language`: in which its page was read."""
    values = {name: value for name, value in typed.items() if name not in ("csrf", "once", "version")}
    version = typed.get("version", "")
    once = typed.get("once", "")
    return Form(
        values=values,
        version=int(version) if re.fullmatch(r"[0-9]{1,9}", version) else None,
        grouping=numbers.GROUPING.get(language, numbers.EITHER),
        once=once if re.fullmatch(r"[a-z0-9]{10,40}", once) else new_id(),
    )


def refused_by_peer(form: Form, refusal: PeerRefused) -> Form:
    """The same form with the faults that a service found, each at its field where the page has it."""
    body = refusal.body
    title = fault_of(body)
    if str(body.get("type", "")).endswith("/idempotency-key-reused"):
        # What was sent first has arrived, its answer has not; whoever means a second one sends this again.
        form.once, form.title, form.status = new_id(), Fault(ARRIVED_BEFORE), refusal.status
        return form
    for error in body.get("errors") or ():
        name = error.get("pointer", "").lstrip("/")
        fault = fault_of(error) if error.get("message") or error.get("detail") else title
        if name in form.values:
            form.faults[name] = fault
        elif fault.text != title.text:
            form.loose.append(fault)
    form.title = Fault(NOT_RIGHT_YET) if form.faults else title
    form.status = refusal.status
    return form


def fault_of(said: Mapping[str, Any]) -> Fault:
    """A sentence of a service: as its owner knows it, or, of one that does not say that, as it was translated there."""
    params = {name: str(value) for name, value in (said.get("params") or {}).items()}
    text = said.get("message") or said.get("detail") or said.get("title") or ""
    return Fault(str(text), params if said.get("message") else {})


def faulty(form: Form) -> Form:
    form.title = Fault(NOT_RIGHT_YET)
    form.status = 422
    return form
