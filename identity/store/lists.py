"""The lists of identity held against the records that stand in them, and made right."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from identity import listed
from identity.store.asking import listed_request_of
from identity.store.batches import listed_batch_of
from identity.store.collections import Collections
from identity.store.documents import grant_of, lists_of
from identity.store.fallback import listed_official_of, listed_sign_in_of, listed_window_of
from servicekit.data.database import session
from servicekit.data.documents import Document
from servicekit.tree.listed import EVER, Listed
from servicekit.tree.rollup.figures import Difference

PART = 500


@dataclass(frozen=True)
class Source:
    """Of which lists these records are the first source, and where each stands in them."""

    lists: frozenset[str]
    listed: Callable[[Document], Iterable[Listed]]


SOURCES: Mapping[str, Source] = {
    "grants": Source(
        frozenset(
            (
                *(listed.GRANTS, listed.GRANTS_HERE, listed.LONGER, listed.LONGER_HERE),
                *(listed.TO_CONFIRM, listed.OF_ROLE),
            )
        ),
        lambda found: lists_of(grant_of(found)),
    ),
    "fallback_officials": Source(frozenset((listed.OFFICIALS,)), lambda found: (listed_official_of(found),)),
    "fallback_sign_ins": Source(frozenset((listed.SIGN_INS,)), lambda found: (listed_sign_in_of(found),)),
    "fallback_windows": Source(frozenset((listed.WINDOWS,)), lambda found: (listed_window_of(found),)),
    "access_requests": Source(frozenset((listed.REQUESTS,)), lambda found: (listed_request_of(found),)),
    "grant_batches": Source(frozenset((listed.BATCHES,)), lambda found: (listed_batch_of(found),)),
}


class ListsKept(Collections):
    def listed_parts(self) -> Iterator[tuple[str, Sequence[str]]]:
        """All records that stand in lists, some at a time: of which collection, and their ids."""
        for name in SOURCES:
            found = self.database.mongo[name].find({}, {"_id": 1}, batch_size=5_000)
            ids = iter([str(one["_id"]) for one in found])
            while part := list(islice(ids, PART)):
                yield name, part

    def listed_strangers(self, now: datetime) -> list[Listed]:
        """What stands in a list and is in no record, as what stands nowhere."""
        lines = sorted(set(self.lists.standing_anywhere(now)))
        known = {
            (each, str(one["_id"]))
            for name, source in SOURCES.items()
            for one in self.database.mongo[name].find({}, {"_id": 1}, batch_size=5_000)
            for each in source.lists
        }
        return [Listed(name, item, (), "", EVER) for name, item in lines if (name, item) not in known]

    def look_at_listed(self, part: tuple[str, Sequence[str]], now: datetime) -> list[Difference]:
        """Within a transaction."""
        return self.lists.look(self._said_of(part), now)

    def list_as_said(self, part: tuple[str, Sequence[str]], now: datetime) -> None:
        """Within a transaction."""
        self.lists.put(one.unless_lapsed(now) for one in self._said_of(part))

    def _said_of(self, part: tuple[str, Sequence[str]]) -> list[Listed]:
        name, ids = part
        query = {"_id": {"$in": list(ids)}}
        found = self.database.mongo[name].find(query, {"_outbox": 0}, session=session())
        return [line for one in found for line in SOURCES[name].listed(one)]
