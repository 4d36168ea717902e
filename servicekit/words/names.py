"""Names as people write them and as people search for them.

A search index of equal values serves where a regular expression would scan: of each word the beginnings of two to
six characters are stored, a search looks up the beginning of one of its words, and `matches` decides on the rest.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import pairwise

from servicekit.words.text import bare, plain_digits

SHORTEST_BEGINNING = 2
LONGEST_BEGINNING = 6
WORDS_KEPT = 48
MOST_IN_ONE = 3  # words asked that may be one word stored
MOST_JOINED = 5  # more are not looked up

# Letters that NFKD leaves whole, among them those that are typed for the Đ they look like, and two old spellings of
# Bangla letters (ba + nukta for ra, khanda ta).
_LATIN = {"đ": "d", "ð": "d", "ɖ": "d", "þ": "th", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i"}
_LETTERS = str.maketrans(_LATIN | {"ৎ": "ত্"})
_BANGLA_RA = "\u09ac\u09bc"


def folded(text: str) -> str:
    """The text without case, Latin marks and invisible characters: "Đặng Thị" and "dang thi" are one.

    Marks of other scripts stay: a Bangla vowel sign is a vowel, not an accent.
    """
    if text.isascii():
        return text.casefold()
    kept: list[str] = []
    latin = False
    caseless = unicodedata.normalize("NFKD", bare(text)).casefold()
    for char in unicodedata.normalize("NFKD", caseless):
        if unicodedata.category(char) == "Mn":
            if latin:
                continue
        else:
            latin = char < "\u0250" or "\u1e00" <= char < "\u1f00"
        kept.append(char)
    joined = unicodedata.normalize("NFC", "".join(kept)).translate(_LETTERS)
    return plain_digits(joined.replace(_BANGLA_RA, "র"))


def words(text: str) -> list[str]:
    """The folded words; a mark belongs to its letter, all else but letters, marks and digits separates."""
    spaced = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in folded(text))
    return spaced.split()


def beginnings(texts: Iterable[str]) -> list[str]:
    """What is stored beside a record so that an equality lookup finds it by the beginning of a word.

    Words that follow each other are stored joined too: "Kalir Bazar" is found as "kalirbazar".
    """
    found: dict[str, None] = {}
    for word in list(dict.fromkeys(runs(texts)))[:WORDS_KEPT]:
        for length in range(SHORTEST_BEGINNING, min(len(word), LONGEST_BEGINNING) + 1):
            found[word[:length]] = None
    return list(found)


def lookup_keys(query: str) -> list[str]:
    """The stored beginnings to look up, the longest first; empty when no word asked is long enough."""
    long_enough = {word[:LONGEST_BEGINNING] for word in words(query) if len(word) >= SHORTEST_BEGINNING}
    return sorted(long_enough, key=lambda key: (-len(key), key))


def joined_keys(query: str) -> list[str]:
    """The stored beginnings to look up besides, where two words asked may be one that is stored."""
    asked = words(query)
    joined = (f"{one}{other}"[:LONGEST_BEGINNING] for one, other in pairwise(asked))
    return list(dict.fromkeys(key for key in joined if len(key) >= SHORTEST_BEGINNING))[:MOST_JOINED]


def matches(query: str, texts: Iterable[str]) -> bool:
    """Whether each word of the query begins a word of the texts, in any order, joined or split as may be."""
    return _covered(words(query), list(runs(texts)))


class Fit(IntEnum):
    """How well what was typed fits the names of something, the best first."""

    WHOLE = 1  # it is one of the names
    WORDS = 2  # each word of it is a whole word of them
    BEGINNING = 3


def fit(query: str, texts: Sequence[str]) -> Fit | None:
    asked = words(query)
    if any("".join(words(text)) == "".join(asked) for text in texts):
        return Fit.WHOLE
    known = list(runs(texts))
    if _covered(asked, known, str.__eq__):
        return Fit.WORDS
    return Fit.BEGINNING if _covered(asked, known) else None


def code_keys(code: str) -> list[str]:
    """A code as it may be looked up: whole, and without what stands before a sign between, N0129 of BD-N0129."""
    parts = words(code)
    return list(dict.fromkeys("".join(parts[place:]) for place in range(len(parts))))


def code_key(typed: str) -> str:
    """What to look up for a code however it was typed: bd n0129, BD-N0129, n০১২৯."""
    return "".join(words(typed))


def runs(texts: Iterable[str]) -> Iterator[str]:
    """The words, and each with all that follow it joined to it."""
    split = [words(text) for text in texts]
    for known in split:
        yield from known
    for known in split:
        for place in range(len(known) - 1):
            yield "".join(known[place:])


def covered_at(asked: Sequence[str], cost: Callable[[str], int | None]) -> int | None:
    """What the words asked cost at least, in order, each alone or several as one; None where they do not fit.

    `cost` is of one word, None where nothing fits it.
    """
    best: list[int | None] = [0] + [None] * len(asked)
    for place in range(len(asked)):
        before = best[place]
        if before is None:
            continue
        for end in range(place + 1, min(place + MOST_IN_ONE, len(asked)) + 1):
            more = cost("".join(asked[place:end]))
            if more is not None:
                reached = best[end]
                best[end] = before + more if reached is None else min(reached, before + more)
    return best[-1]


def _covered(asked: list[str], known: list[str], fits: Callable[[str, str], bool] = str.startswith) -> bool:
    """`fits(known, asked)`."""
    return covered_at(asked, lambda one: 0 if any(fits(word, one) for word in known) else None) is not None
