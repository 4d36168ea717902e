"""How many sign-ins may set out to one provider in a minute, shared so that nobody closes the door for all.

A provider bears only so many. While the minute is half empty whoever comes goes; then each address has a share, and
some room is kept to the end for people who are inside and must be seen again by their eID.
"""

from dataclasses import dataclass

# Of the limit, for those who are signed in already: one in ten, and one at the least.
KEPT_SHARE = 10
# How often in a minute one account goes into that room; after that it goes as anybody else at its address.
MOST_OF_ACCOUNT = 3
# Callbacks that belong to no attempt are written down one by one up to here for each address: a person may ask what
# became of theirs.
EACH_CALLBACK = 20
# Refused starts are written down at these counts of a minute, and not one by one.
TOLD_AT = frozenset({1, 10, 100, 1_000, 10_000})


@dataclass(frozen=True, slots=True)
class Minute:
    """What has set out to one provider in this minute, the one that asks not among it.

    `addresses`: how many different ones, the asking one among them. `of_address`: of that one. `of_account`: of the
    asking session's.
    """

    begun: int = 0
    addresses: int = 1
    of_address: int = 0
    of_account: int = 0


def may_set_out(minute: Minute, limit: int, *, inside: bool) -> bool:
    """`inside`: the person has a live session here."""
    if inside and minute.of_account < MOST_OF_ACCOUNT:
        return minute.begun < limit
    open_to_all = limit - max(1, limit // KEPT_SHARE)
    if minute.begun >= open_to_all:
        return False
    if minute.begun < open_to_all // 2:
        return True
    # One share more than there are addresses: whoever comes next finds room too.
    return minute.of_address < max(1, open_to_all // (minute.addresses + 1))


def to_be_told(refused: int) -> bool:
    """`refused`: how many were refused in this minute, this one included."""
    return refused in TOLD_AT


def is_written_down(own: int, refused: int) -> bool:
    """Of callbacks that belong to no attempt; `refused` as for `to_be_told`, `own`: of the same address."""
    return own <= EACH_CALLBACK or to_be_told(refused)
