"""A report that came back: why, field by field, what was answered, and what was changed since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from portal.shared.units import Document
from servicekit.words.formats import as_instant


@dataclass(frozen=True, slots=True)
class Answer:
    at: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class CameBack:
    """`by`: empty where the reader is not told. `figures` and `days`: as they were, of those that are otherwise now.
    `votes`: who was elected was said anew.

    `answers`: what was written about a field since, the oldest first. `answer_link` begins the way to the next.
    """

    at: str
    by: str
    reasons: Mapping[str, str]
    figures: Mapping[str, float | None]
    days: Mapping[str, str | None]
    votes: bool
    answer_link: str
    answers: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        return bool(self.figures or self.days or self.votes)


def came_back(congress: Document) -> CameBack | None:
    since = congress.get("since_return")
    if since is None:
        return None
    return CameBack(
        since["at"],
        since["by_name"],
        since["reasons"],
        since["figures"],
        since["milestones"],
        since["votes"],
        f"/congresses/{congress['id']}/comment?about=",
    )


def with_answers(back: CameBack | None, comments: Iterable[Document]) -> CameBack | None:
    """`comments`: of the thread, the newest first."""
    if back is None:
        return None
    answers: dict[str, tuple[Answer, ...]] = {}
    for one in comments:
        later = as_instant(one["at"]) >= as_instant(back.at)
        if one["about"] in back.reasons and later and not one["withdrawn_at"]:
            said = Answer(one["at"], one["by_name"], one["text"])
            answers[one["about"]] = (said, *answers.get(one["about"], ()))
    return replace(back, answers=answers)
