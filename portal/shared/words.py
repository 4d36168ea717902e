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


AS_TYPED = N_("As you typed it")  # what names a person
AS_CHOSEN = N_("As you chose it")  # what only a service has a word for
FORM_TOO_OLD = N_(
    "This page was open for too long. Nothing that you typed is lost; look at it and send it again."
)
SIGNED_OUT_WRITING = N_(
    "You were signed out while you were writing. Nothing that you typed is lost, and nothing has been saved yet."
)
SIGNED_IN_AGAIN = N_(
    "You are signed in again. Nothing that you typed is lost, and nothing has been saved yet: look at it and send it."
)
TOO_LONG_TO_SEND = N_(
    "This is longer than what can be saved: 256 kB at most. Nothing typed is lost: shorten it and send it again."
)
SENT_IN_VAIN = N_(
    "The system does not answer at the moment. Nothing that you typed is lost; wait a little and send it again. "
    "If it was saved after all, it is not saved twice."
)

# The kinds of file that a table is taken along as; those that spreadsheet programs open.
FILES = {"csv": N_("Download as CSV"), "xlsx": N_("Download as XLSX"), "json": N_("Download as JSON")}
