"""Names as people write them and as people search for them.

A search index of equal values serves where a regular expression would scan: of each word the beginnings of two to
six characters are stored, a search looks up the beginning of one of its words, and `matches` decides on the rest.
"""

import unicodedata
from collections.abc import Iterable

from servicekit.text import bare, plain_digits

SHORTEST_BEGINNING = 2
LONGEST_BEGINNING = 6
WORDS_KEPT = 24

# Letters that NFKD leaves whole, and two old spellings of Bangla letters (ba + nukta for ra, khanda ta).
_LETTERS = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "ৎ": "ত্"})
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
    """What is stored beside a record so that an equality lookup finds it by the beginning of a word."""
    found: dict[str, None] = {}
    distinct = dict.fromkeys(word for text in texts for word in words(text))
    for word in list(distinct)[:WORDS_KEPT]:
        for length in range(SHORTEST_BEGINNING, min(len(word), LONGEST_BEGINNING) + 1):
            found[word[:length]] = None
    return list(found)


def lookup_keys(query: str) -> list[str]:
    """The stored beginnings to look up, the longest first; empty when no word asked is long enough."""
    long_enough = {word[:LONGEST_BEGINNING] for word in words(query) if len(word) >= SHORTEST_BEGINNING}
    return sorted(long_enough, key=lambda key: (-len(key), key))


def matches(query: str, texts: Iterable[str]) -> bool:
    """Whether each word of the query begins a word of the texts, in any order."""
    known = [word for text in texts for word in words(text)]
    return all(any(word.startswith(asked) for word in known) for asked in words(query))
