"""Words that several capabilities say, and those of the frame around them."""

from dataclasses import dataclass

from servicekit.words import N_


@dataclass(frozen=True, slots=True)
class Told:
    """A heading, what it means, and what to do now."""

    title: str
    meaning: str
    advice: str


@dataclass(frozen=True, slots=True)
class TaskWords:
    """What a kind of task is called: a sentence, the same of several, and what its button does."""

    one: str
    many: str
    act: str


def task_words(said: str | tuple[str, str], act: str) -> TaskWords:
    one, many = (said, said) if isinstance(said, str) else said
    return TaskWords(one, many, act)


# What was done a moment ago, where several capabilities say it.
SAID_BY_SEVERAL = {
    "together-asked": N_(
        "Nobody stands above this person. It is asked for: a second administrator of the topmost unit must confirm it."
    ),
    "saved": N_("The changes are saved."),
}

ERRORS = {
    400: Told(
        N_("This request cannot be read"),
        N_("The address or what was sent with it is not complete."),
        N_("Go back and try again, or begin from your tasks."),
    ),
    403: Told(
        N_("You may see this, but not do it"),
        N_("Your grants do not include this act here."),
        N_(
            "The administrator of the unit above can give access. The page “What may I do?” says what is missing."
        ),
    ),
    404: Told(
        N_("There is nothing here"),
        N_("The page does not exist, or it belongs to a unit that you may not see."),
        N_("Check the address, or look for the unit by its name."),
    ),
    405: Told(
        N_("This page cannot be opened like that"),
        N_("It only takes a form that is sent to it."),
        N_("Go back and use the button on the page."),
    ),
    409: Told(
        N_("This cannot be done at present"),
        N_("The record is in a state that does not allow it."),
        N_("Look at the record again: somebody may have been quicker."),
    ),
    412: Told(
        N_("It was changed in the meantime"),
        N_("Somebody else has saved, or you have in another window. What was saved is not overwritten."),
        N_("Open the page again and compare."),
    ),
    413: Told(
        N_("This is too large"),
        N_("More was sent than is accepted."),
        N_("Shorten it and send it again."),
    ),
    429: Told(
        N_("Too many requests"),
        N_("Many requests came in a short time from this account."),
        N_("Wait a minute and open the page again. Nothing is lost."),
    ),
    500: Told(
        N_("Something went wrong on our side"),
        N_("It has been written down. You did nothing wrong."),
        N_("Try again. If it stays like this, tell the office of the unit above."),
    ),
    507: Told(
        N_("There is no room left"),
        N_("Nothing more can be saved at the moment. What is saved can be read, and nothing was lost."),
        N_("Tell whoever runs the system, and try again later."),
    ),
    503: Told(
        N_("The system is not available at the moment"),
        N_("A part of it does not answer. Nothing that was saved is lost."),
        N_("Wait a minute and open the page again."),
    ),
}

# Places of the services' sentences whose values stand as they are: what somebody typed, or gave a name.
VERBATIM = frozenset(
    {
        "code",
        "column",
        "encoding",
        "header",
        "key",
        "meant",
        "kind",
        "known",
        "mark",
        "name",
        "of",
        "parts",
        "peer",
        "why",
    }
)
# Places that hold several keys, and as what each of them is read.
LISTED = {"permissions": "permission"}


NO_UNIT_WITH_CODE = N_("No unit that you may see has this code.")
FORM_TOO_OLD = N_(
    "This page was open for too long. Nothing that you typed is lost; look at it and send it again."
)
SIGNED_OUT_WRITING = N_(
    "You were signed out while you were writing. Nothing that you typed is lost, and nothing has been saved yet."
)
SENT_IN_VAIN = N_(
    "The system does not answer at the moment. Nothing that you typed is lost; wait a little and send it again. "
    "If it was saved after all, it is not saved twice."
)

# The kinds of file that a table is taken along as; those that spreadsheet programs open.
FILES = {"csv": N_("Download as CSV"), "xlsx": N_("Download as XLSX"), "json": N_("Download as JSON")}


# What every entry says; the rest of an entry stands as it was written, for whoever compares it.
ENTRY_WORDS = {
    "action": N_("Act"),
    "outcome": N_("Outcome"),
    "unit": N_("Unit"),
    "record": N_("Record"),
    "subject": N_("Whom it is about"),
    "via": N_("By way of"),
    "request": N_("Request"),
    "number": N_("Number of the entry"),
}
