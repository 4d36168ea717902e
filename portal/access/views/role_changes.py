"""Changes of roles: what is typed into the form, and what a change gives, takes and touches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.access.views.grants import permission_word
from portal.access.words import HAND_ON, REACH, ROLE_ACTS, ROLE_CHANGE_STATES
from portal.frame.forms import Form, fault_of
from portal.queues.two import AskedOfTwo, days_waiting
from portal.shared.units import Document, Names, Titled

QUEUE = "/roles/changes"
LANGUAGES = ("en", "bn", "vi")
# The fields of the form, as the service names what it refuses.
NAME, MAY, ALSO = "role/names/", "may/", "also/"


@dataclass(frozen=True, slots=True)
class Part:
    """`passes_on`: whoever has the role may only give it to others."""

    word: Titled
    reach: str
    passes_on: bool


@dataclass(frozen=True, slots=True)
class AtLevel:
    """`grants`: None for more than are counted."""

    levels: tuple[str, ...]
    grants: int | None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """`before` and `after`: the role's names. `strong`, `deputies`: what it is afterwards, where that is another.

    `grants` and `people`: None for more than are counted. `seconds`: how many people could confirm it.
    """

    word: str
    key: str
    before: Names
    after: Names
    added: tuple[Part, ...]
    taken: tuple[Part, ...]
    strong: bool | None
    deputies: bool | None
    grants: int | None
    people: int | None
    by_level: tuple[AtLevel, ...]
    seconds: int
    stale: bool

    @property
    def names(self) -> Names:
        return self.after or self.before

    @property
    def renamed(self) -> bool:
        return bool(self.before and self.after) and self.before != self.after


@dataclass(frozen=True, slots=True)
class Waiting:
    """A change that was asked for, as a row of its queue, and what became of it. `waits`: nobody has answered."""

    row: AskedOfTwo
    state: str
    waits: bool
    answered_by: str


def form_values(role: Document | None) -> dict[str, str]:
    """As the form is first shown: of the role as it is, or empty for a new one."""
    if role is None:
        return {"act": "add", "key": "", "deputies": "yes"}
    values = {"act": "change", "key": role["key"]}
    values |= {f"{NAME}{language}": role["names"].get(language, "") for language in LANGUAGES}
    values |= {name: "yes" for name in ("strong", "deputies") if role[name]}
    for one in role["permissions"]:
        if one["use"]:
            values[f"{MAY}{one['permission']}"] = one["reach"]
    for one in role["permissions"]:
        if one["use"]:
            continue
        # What may be used here and handed on elsewhere has one place in the form; the other goes along unseen.
        used = f"{MAY}{one['permission']}" in values
        values[f"{ALSO if used else MAY}{one['permission']}"] = (
            one["reach"] if used else f"{HAND_ON}{one['reach']}"
        )
    return values


def wanted_of(form: Form) -> Document:
    """What the service is asked."""
    act, key = form.text("act"), form.text("key", needed=True)
    if form.values.get("withdraw"):
        return {"act": "withdraw", "key": key, "role": None}
    names = {language: form.text(f"{NAME}{language}", needed=True) for language in LANGUAGES}
    form.check()
    role = {
        "names": names,
        "strong": form.values.get("strong") == "yes",
        "deputies": form.values.get("deputies") == "yes",
        "permissions": list(_permissions(form.values)),
    }
    return {"act": act, "key": key, "role": role}


def _permissions(values: Mapping[str, str]) -> Iterator[Document]:
    for name, value in values.items():
        kind, _, permission = name.partition("/")
        if f"{kind}/" == MAY and value:
            use = not value.startswith(HAND_ON)
            yield {"permission": permission, "reach": value.removeprefix(HAND_ON), "use": use}
            # Chosen to be handed on, it is not handed on elsewhere as well.
            if use and values.get(f"{ALSO}{permission}"):
                yield {"permission": permission, "reach": values[f"{ALSO}{permission}"], "use": False}


def foreseen_of(answer: Document, act: str) -> Foreseen:
    before, after = answer["before"], answer["after"]
    role = after or before or {}
    both = before and after
    return Foreseen(
        word=ROLE_ACTS.get(act, ""),
        key=str(role.get("key", "")),
        before=before["names"] if before else {},
        after=after["names"] if after else {},
        added=_parts(answer["added"]),
        taken=_parts(answer["taken"]),
        strong=after["strong"] if both and before["strong"] != after["strong"] else None,
        deputies=after["deputies"] if both and before["deputies"] != after["deputies"] else None,
        grants=answer["grants"],
        people=answer["people"],
        by_level=tuple(AtLevel(tuple(one["levels"]), one["grants"]) for one in answer["by_level"]),
        seconds=answer["seconds"],
        stale=answer["stale"],
    )


def _parts(parts: Sequence[Document]) -> tuple[Part, ...]:
    return tuple(
        Part(permission_word(one["permission"]), REACH.get(one["reach"], ""), not one["use"]) for one in parts
    )


def waiting_of(answer: Document, now: datetime) -> Waiting:
    refusal = answer.get("refusal")
    row = AskedOfTwo(
        id=answer["id"],
        version=answer["version"],
        link=f"{QUEUE}/{answer['id']}",
        word=ROLE_ACTS.get(answer["act"], ""),
        names=answer["names"],
        unit={},
        parent={},
        asked_by=answer["asked_by_name"],
        asked_at=answer["asked_at"],
        days=days_waiting(answer["asked_at"], now),
        until=answer["until"],
        reason=answer["reason"],
        mine=answer["own"],
        refusal=fault_of(refusal) if refusal and not answer["own"] else None,
    )
    return Waiting(
        row,
        state=ROLE_CHANGE_STATES.get(answer["status"], ""),
        waits=answer["status"] == "asked",
        answered_by=answer["answered_by_name"],
    )
