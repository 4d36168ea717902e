"""Lists of elected people, one document for each body of a congress; found by ids that follow from the congress."""

from collections.abc import Callable, Iterable

from congress.domain.elected import Body, Elected, Person, elected_id
from servicekit.data.database import Database, session
from servicekit.data.documents import Shape
from servicekit.data.events import Origin
from servicekit.data.records import DuplicateKeyError, Records
from servicekit.refusals import Stale

_ELECTED = Shape(Elected, sparse={Person: ("number", "office", "votes")})


class ElectedStore:
    def __init__(self, database: Database, origin: Callable[[], Origin]) -> None:
        self._records = Records(database, "elected", origin)
        self._elected = database.mongo["elected"]

    def prepare(self) -> None:
        self._records.prepare()

    def of_congress(self, congress_id: str) -> dict[Body, Elected]:
        found = self._many([elected_id(congress_id, of) for of in Body])
        return {one.of: one for one in found}

    def of_many(self, congress_ids: Iterable[str], of: Body) -> dict[str, Elected]:
        """By congress."""
        found = self._many([elected_id(one, of) for one in congress_ids])
        return {one.congress_id: one for one in found}

    def put(self, elected: Elected, expected_version: int) -> Elected:
        """The first at version 0. Raises Stale where somebody else has written it since."""
        document = _ELECTED.document(elected)
        if expected_version == 0:
            try:
                return _ELECTED.value(self._records.insert(document))
            except DuplicateKeyError as error:
                raise Stale from error
        return _ELECTED.value(self._records.save(document, expected_version))

    def _many(self, ids: list[str]) -> list[Elected]:
        found = self._elected.find({"_id": {"$in": ids}}, {"_outbox": 0}, session=session())
        return [_ELECTED.value(one) for one in found]
