"""What reminders say, one by one and counted."""

from dataclasses import dataclass

from notifications.domain.kinds import Kind
from servicekit.words import N_


@dataclass(frozen=True)
class Wording:
    """Places: {unit} in texts only; {date} and {count} where the kind has them."""

    title: str
    text: str


REMINDERS = {
    Kind.DEADLINE_NEAR: Wording(
        N_("A congress report is due on {date}"),
        N_("The congress report of {unit} is due on {date} and has not been sent up yet."),
    ),
    Kind.DEADLINES_NEAR: Wording(
        N_("{count} congress reports are due on {date}"),
        N_("The congress reports of {count} of your units are due on {date} and have not been sent up yet."),
    ),
    Kind.DEADLINE_PASSED: Wording(
        N_("A congress report was due on {date}"),
        N_(
            "The congress report of {unit} was due on {date} and has not been sent up. Its page says what is missing."
        ),
    ),
    Kind.DEADLINES_PASSED: Wording(
        N_("{count} congress reports were due on {date}"),
        N_("The congress reports of {count} of your units were due on {date} and have not been sent up."),
    ),
    Kind.DEADLINE_PASSED_ABOVE: Wording(
        N_("A congress report waits for you past its day: {date}"),
        N_("The congress of {unit} was due on {date}. Its report waits for you to decide."),
    ),
    Kind.DEADLINES_PASSED_ABOVE: Wording(
        N_("{count} congress reports wait for you past their day: {date}"),
        N_("{count} congresses below were due on {date}. Their reports wait for you to decide."),
    ),
    Kind.NOBODY_REPORTS: Wording(
        N_("Nobody can report for a unit below: {date}"),
        N_(
            "The congress report of {unit} has its day on {date}, and nobody there can send it. Give somebody access."
        ),
    ),
    Kind.NOBODY_REPORTS_MANY: Wording(
        N_("Nobody can report for at least {count} units below: {date}"),
        N_(
            "The congress reports of at least {count} units have their day on {date}, and nobody there can send them. "
            "The roll-out lists all that are without a holder."
        ),
    ),
    Kind.DEADLINE_CHANGED: Wording(
        N_("A congress has another deadline: {date}"),
        N_(
            "The deadline of the congress of {unit} was changed to {date}. Its page, or the plan, says by whom."
        ),
    ),
    Kind.DEADLINES_CHANGED: Wording(
        N_("{count} congresses have another deadline: {date}"),
        N_(
            "The deadline of the congresses of {count} of your units was changed to {date}. Their pages, or the plan, "
            "say by whom."
        ),
    ),
    Kind.SEATS_DECIDED: Wording(
        N_("Delegates' seats were divided"),
        N_("The unit above has decided how many delegates {unit} sends. How it was calculated stands there."),
    ),
    Kind.SEATS_DECIDED_MANY: Wording(
        N_("Delegates' seats of {count} units were divided"),
        N_(
            "Units above have decided how many delegates {count} of your units send. Each finds it with its congress."
        ),
    ),
    Kind.REMINDED: Wording(
        N_("You are reminded of a congress"),
        N_("A superior unit reminds you of the congress of {unit}. Its page says what is due."),
    ),
    Kind.REMINDED_MANY: Wording(
        N_("You are reminded of {count} congresses"),
        N_(
            "A superior unit reminds you of the congresses of {count} of your units. Your tasks say what is due."
        ),
    ),
    Kind.REMINDED_ABOVE: Wording(
        N_("You are reminded of a congress below"),
        N_("A superior unit reminds you: the congress of {unit} waits for what you decide or record."),
    ),
    Kind.REMINDED_ABOVE_MANY: Wording(
        N_("You are reminded of {count} congresses below"),
        N_("A superior unit reminds you: {count} congresses wait for what you decide or record."),
    ),
}
