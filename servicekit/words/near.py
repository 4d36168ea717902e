"""Names that are nearly what somebody typed: a letter more, less, another, or two in each other's place.

The index of equal values stays as it is (servicekit.words.names): the letters that may have been meant are looked up,
not stored. A letter is what a reader calls one: in India's scripts a consonant that hangs on the one before belongs to
it, so the second la of কুমিল্লা is one letter more than কুমিলা has.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from servicekit.words.names import LONGEST_BEGINNING, covered_at, runs, words

# Of shorter words every second one is another's neighbour.
SHORTEST_MEANT = 4
# From this length on two letters may be wrong, if one of them stands behind the beginning that is looked up.
LONG = 8
MOST_WRONG = 2
MOST_KEYS = 4_000
MOST_WORDS = 4
BLOCK = 128
# The class of the sign that takes a consonant its vowel and hangs the next one on it.
VIRAMA = 9


def near_keys(query: str) -> list[list[str]]:
    """For each word long enough, and each two joined, the longest first: the beginnings that may have been meant."""
    asked = words(query)
    candidates = dict.fromkeys([*asked, *(f"{one}{other}" for one, other in pairwise(asked))])
    meant = sorted((one for one in candidates if len(_letters(one)) >= SHORTEST_MEANT), key=len, reverse=True)
    return [sorted(_beginnings_meant(word))[:MOST_KEYS] for word in meant[:MOST_WORDS]]


def wrong_letters(query: str, texts: Iterable[str]) -> int | None:
    """How many letters of the query are wrong, if each of its words nearly begins a word of the texts; else None."""
    known = [_letters(run) for run in dict.fromkeys(runs(texts))]
    asked = words(query)
    found = covered_at(asked, lambda word: _wrong_in(word, known)) if asked else None
    return found if found is not None and found <= MOST_WRONG else None


def _wrong_in(word: str, known: list[tuple[str, ...]]) -> int | None:
    asked = _letters(word)
    allowed = 0 if len(asked) < SHORTEST_MEANT else 1 if len(asked) < LONG else MOST_WRONG
    found: int | None = None
    for letters in known:
        # Its beginning, as long as what was typed, or a letter more or less.
        for length in {len(asked) - 1, len(asked), len(asked) + 1, len(letters)}:
            if abs(length - len(asked)) <= allowed and 0 < length <= len(letters):
                wrong = OSA.distance(asked, letters[:length], score_cutoff=allowed)
                if wrong <= allowed and (found is None or wrong < found):
                    found = wrong
    return found


def _letters(word: str) -> tuple[str, ...]:
    """A consonant with the virama before it is one letter."""
    letters: list[str] = []
    for sign in word:
        if letters and unicodedata.combining(letters[-1][-1]) == VIRAMA:
            letters[-1] += sign
        else:
            letters.append(sign)
    return tuple(letters)


def _beginnings_meant(word: str) -> set[str]:
    letters = _letters(word)[: LONGEST_BEGINNING + 1]
    alphabet = {one for sign in "".join(letters) for one in _alphabet(ord(sign) // BLOCK)}
    alphabet |= {one for one in letters if len(one) > 1}
    doubled = {place: f"{_virama(one)}{one}" for place, one in enumerate(letters) if _virama(one)}
    found = {word}
    for place in range(len(letters) + 1):
        before, after = "".join(letters[:place]), letters[place:]
        rest = "".join(after)
        found |= {before + one + rest for one in alphabet}
        if after:
            found |= {before + one + "".join(after[1:]) for one in (*alphabet, "")}
        if len(after) > 1:
            found.add(before + after[1] + after[0] + "".join(after[2:]))
        if place and place - 1 in doubled:
            found.add(before + doubled[place - 1] + rest)
    return {one[:LONGEST_BEGINNING] for one in found if len(one) > 1}


def _virama(letter: str) -> str:
    """The sign of its script that hangs the next consonant on this one; empty for a vowel and for other scripts."""
    if len(letter) != 1 or unicodedata.category(letter) != "Lo":
        return ""
    return _virama_of(ord(letter) // BLOCK)


@lru_cache(maxsize=64)
def _virama_of(block: int) -> str:
    signs = map(chr, range(block * BLOCK, (block + 1) * BLOCK))
    return next((one for one in signs if unicodedata.combining(one) == VIRAMA), "")


@lru_cache(maxsize=64)
def _alphabet(block: int) -> tuple[str, ...]:
    """The letters, vowel signs and digits of a block, as they are after folding."""
    signs = map(chr, range(block * BLOCK, (block + 1) * BLOCK))
    kept = (one for one in signs if unicodedata.category(one) in ("Ll", "Lo", "Mc", "Mn", "Nd"))
    return tuple(one for one in kept if words(one) == [one] or unicodedata.category(one)[0] == "M")
