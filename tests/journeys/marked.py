"""Values that must be nowhere but where they belong, and the looking for them in texts."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

# Three parts of base64url, the first an object: a signed token of any kind.
A_TOKEN = re.compile(r"eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}")


@dataclass
class Marked:
    """Values by what they are; whoever meets one more adds it."""

    values: dict[str, str] = field(default_factory=dict)

    def add(self, what: str, value: str) -> str:
        assert len(value) >= 6, f"{what} is too short to be looked for"
        self.values[what] = value
        return value

    def found_in(self, place: str, text: str) -> Iterator[str]:
        """What of it stands in a text, however it is written there."""
        folded = text.casefold()
        for what, value in self.values.items():
            if any(form.casefold() in folded for form in _forms(value)):
                yield f"{what} in {place}"
        if A_TOKEN.search(text):
            yield f"a signed token in {place}"

    def found_among(self, texts: Iterable[tuple[str, str]]) -> list[str]:
        return sorted({one for place, text in texts for one in self.found_in(place, text)})


def _forms(value: str) -> set[str]:
    return {value, quote(value), quote_plus(value), json.dumps(value)[1:-1]}
