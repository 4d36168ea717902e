"""What the reader may do with a record: the service that keeps it says so in its answer, and why not."""

from portal.shared.units import Document
from servicekit.access.decision import AssuranceTooLow, PermissionMissing, SignInTooOld, UnknownHere

# What the reader sees to on the way: the button leads to the eID and back.
ON_THE_WAY = frozenset({SignInTooOld.slug(), AssuranceTooLow.slug()})
# Done only by whoever says that they act over the units between, and why.
OVER_OTHERS = "nearer-superior"
# Of what is said of nobody, or not to this reader.
NOTHING: Document = {"allowed": False, "refusal": {"type": f"/problems/{PermissionMissing.slug()}"}}
BEYOND = frozenset({PermissionMissing.slug(), UnknownHere.slug()})


def offered(record: Document, act: str) -> bool:
    """Whether its button is shown."""
    return _may(record, act)["allowed"] or why_not(record, act) in {*ON_THE_WAY, OVER_OTHERS}


def all_offered(record: Document) -> dict[str, bool]:
    return {act: offered(record, act) for act in record["acts"]}


def over_others(record: Document, act: str) -> bool:
    return why_not(record, act) == OVER_OTHERS


def within_reach(record: Document, act: str) -> bool:
    """Whether the reader's access includes it, whatever else stands against it now."""
    return why_not(record, act) not in BEYOND


def why_not(record: Document, act: str) -> str:
    """The kind of the refusal; empty where it is allowed."""
    refusal = _may(record, act)["refusal"]
    return str(refusal["type"]).removeprefix("/problems/") if refusal else ""


def reason(record: Document, act: str) -> str:
    """Why not, in the reader's language; empty where it is offered, or where there is nothing to say."""
    refusal = _may(record, act)["refusal"]
    return "" if offered(record, act) or not refusal else str(refusal.get("title", ""))


def _may(record: Document, act: str) -> Document:
    found: Document = (record["acts"] or {}).get(act, NOTHING)
    return found
