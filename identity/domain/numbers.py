"""National numbers as identity keeps them: digests, with the namespace beside, never the number."""

from dataclasses import dataclass

from servicekit.words.national_numbers import shares_namespace


@dataclass(frozen=True)
class Digests:
    """`index` is of the number as it was said, `core` of the form that all of its forms hold.

    Both are empty where there is no number. Documents from before namespaces name none, and know no core.
    """

    index: str = ""
    core: str = ""
    namespace: str = ""

    def __bool__(self) -> bool:
        return bool(self.index)


@dataclass(frozen=True)
class KnownNumber:
    """A number at hand: `every` is the digests of all its forms, under `members` those by which membership knows it."""

    digests: Digests
    every: frozenset[str]
    members: tuple[str, ...]
    end: str


def is_same(one: Digests, other: Digests) -> bool:
    """Whether two digests are of one person's number, as far as digests tell."""
    if not one or not other or not shares_namespace(one.namespace, other.namespace):
        return False
    if one.index == other.index:
        return True
    # Thirteen digits go with seventeen of any year; two of seventeen with different years are two people.
    return one.core == other.core != "" and one.core in (one.index, other.index)


def is_of(number: KnownNumber, kept: Digests) -> bool:
    """Whether what is kept was made of this number in any of its forms."""
    return kept.index in number.every and shares_namespace(kept.namespace, number.digests.namespace)
