"""What a service calls what it owns, for whoever shows it: marked where it is written, said in a reader's language."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from servicekit.words.i18n import translate

Document = dict[str, Any]

# Of which sort a title is: of an act in the audit, a permission, a figure, a part of a record, a background job.
AUDIT, PERMISSIONS, FIGURES, PARTS, JOBS = "audit", "permissions", "figures", "parts", "jobs"
SORTS = (AUDIT, PERMISSIONS, FIGURES, PARTS, JOBS)


@dataclass(frozen=True, slots=True)
class Group:
    """Titles that stand together, in this order, and what is said beside them."""

    title: str
    keys: tuple[str, ...]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Titles:
    """`name`: of the service itself. `of`: by their sort, then by their keys. `groups`: by the sort whose titles they
    order. `first`: of a sort those that are shown where there is room for few.
    """

    name: str
    of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    groups: Mapping[str, tuple[Group, ...]] = field(default_factory=dict)
    first: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def said(self, language: str) -> Document:
        """As JSON, in that language."""
        return {
            "name": translate(self.name, language),
            "of": {
                sort: {key: translate(title, language) for key, title in titles.items()}
                for sort, titles in self.of.items()
            },
            "groups": {
                sort: [
                    {
                        "title": translate(group.title, language),
                        "keys": list(group.keys),
                        "hint": translate(group.hint, language),
                    }
                    for group in groups
                ]
                for sort, groups in self.groups.items()
            },
            "first": {sort: list(keys) for sort, keys in self.first.items()},
        }

    def told(self, language: str) -> tuple[bytes, str]:
        """The same as it is sent, in the order it was written in, and a mark that changes with it."""
        body = json.dumps(self.said(language), ensure_ascii=False).encode()
        return body, hashlib.sha256(body).hexdigest()[:16]


def read_titles(said: Document) -> Titles:
    """What another service has told, already in the reader's language."""
    return Titles(
        name=said["name"],
        of=said["of"],
        groups={
            sort: tuple(Group(one["title"], tuple(one["keys"]), one["hint"]) for one in groups)
            for sort, groups in said["groups"].items()
        },
        first={sort: tuple(keys) for sort, keys in said["first"].items()},
    )
