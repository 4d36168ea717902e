"""Rights as a token carries them: few as they are, many packed, and too many for a header by their name alone.

By name: the token holds a digest; the service asks identity once for the rights behind it, and keeps them as long as
the token's generation is good (decision 0022).
"""

import hashlib
import json
import threading
import zlib
from base64 import b64decode, b64encode
from collections import OrderedDict
from collections.abc import Callable
from itertools import accumulate
from typing import Any

from servicekit.access.decision import Reach, Right

Claims = dict[str, Any]

# Of the claim as JSON. Fewer signs than this are not worth packing, and every version reads them.
PLAIN_SIGNS = 3_000
# A header holds 16,384 signs, and the token writes each three of these in four beside a thousand of its own.
PACKED_SIGNS = 10_500
# Rights kept for tokens that only name them, over all of them.
KEPT_RIGHTS = 200_000


def rights_claim(rights: tuple[Right, ...]) -> Claims:
    """Each kind of right once (`k`), and per grant its id, path and places in `k` (`g`); many of them packed (`z`).

    Beside them, so that the version before reads the rest, stand the accounts to whom something is owed (`b`), to which
    of them together (`o`), and per grant its place there (`w`) and since when (`s`).
    """
    kinds: dict[tuple[str, str, int, int | None], int] = {}
    grants: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    behind: dict[tuple[str, tuple[str, ...]], tuple[tuple[str, ...], int]] = {}
    for right in rights:
        kind = (right.permission, str(right.reach), right.assurance, right.max_age)
        grants.setdefault((right.grant_id, right.unit_path), []).append(kinds.setdefault(kind, len(kinds)))
        behind.setdefault((right.grant_id, right.unit_path), (right.owed_to, right.since))
    plain: Claims = {
        "k": [list(kind) for kind in kinds],
        "g": [[grant_id, list(path), places] for (grant_id, path), places in grants.items()],
        **_behind(list(behind.values())),
    }
    return plain if _signs(plain) <= PLAIN_SIGNS else {"z": _packed(plain)}


def _behind(found: list[tuple[tuple[str, ...], int]]) -> Claims:
    if not any(owed_to or since for owed_to, since in found):
        return {}
    accounts = {one: place for place, one in enumerate(sorted({a for owed_to, _ in found for a in owed_to}))}
    owed: dict[tuple[str, ...], int] = {}
    places = [owed.setdefault(owed_to, len(owed)) for owed_to, _ in found]
    return {
        "b": " ".join(accounts),
        "o": [[accounts[one] for one in together] for together in owed],
        "w": _steps(places),
        "s": _steps([since for _, since in found]),
    }


def _read_behind(claim: Claims, grants: int) -> list[tuple[tuple[str, ...], int]]:
    if "o" not in claim:
        return [((), 0)] * grants
    accounts = claim["b"].split(" ")
    owed = [tuple(accounts[place] for place in together) for together in claim["o"]]
    return list(zip((owed[place] for place in accumulate(claim["w"])), accumulate(claim["s"]), strict=True))


def claim_or_name(rights: tuple[Right, ...]) -> Claims:
    """What goes into a token: the claim itself, or its digest (`n`) where it would not fit a header."""
    claim = rights_claim(rights)
    if len(claim.get("z", "")) <= PACKED_SIGNS:
        return claim
    return {"n": hashlib.sha256(claim["z"].encode()).hexdigest()}


def rights_of(claim: Claims) -> tuple[Right, ...]:
    if "z" in claim:
        return _unpacked(claim["z"])
    grants = claim.get("g", [])
    return tuple(
        Right(permission, path[-1], tuple(path), Reach(reach), grant_id, assurance, max_age, owed_to, since)
        for (grant_id, path, places), (owed_to, since) in zip(
            grants, _read_behind(claim, len(grants)), strict=True
        )
        for permission, reach, assurance, max_age in (claim["k"][place] for place in places)
    )


def name_in(claim: Claims) -> str:
    """The digest of the rights that the token only names; empty where it carries them."""
    return str(claim.get("n", ""))


def _signs(claim: Claims) -> int:
    return len(json.dumps(claim, separators=(",", ":")))


def _packed(plain: Claims) -> str:
    """Paths as a tree in which each unit stands once below its superior, and each list of places once."""
    nodes: dict[tuple[int, str], int] = {}
    lists: dict[tuple[int, ...], int] = {}
    ends, held = [], []
    for _, path, places in plain["g"]:
        node = -1
        for unit_id in path:
            node = nodes.setdefault((node, unit_id), len(nodes))
        ends.append(node)
        held.append(lists.setdefault(tuple(places), len(lists)))
    # Column by column, numbers as their differences: so they become smallest.
    packed: Claims = {
        "k": plain["k"],
        "l": [list(one) for one in lists],
        "u": " ".join(unit_id for _, unit_id in nodes),
        "a": _steps([above for above, _ in nodes]),
        "g": " ".join(grant_id for grant_id, _, _ in plain["g"]),
        "e": _steps(ends),
        "h": held,
        **{name: plain[name] for name in ("b", "o", "w", "s") if name in plain},
    }
    return b64encode(zlib.compress(json.dumps(packed, separators=(",", ":")).encode(), 9)).decode()


def _unpacked(text: str) -> tuple[Right, ...]:
    packed = json.loads(zlib.decompress(b64decode(text)))
    paths: list[tuple[str, ...]] = []
    for above, unit_id in zip(accumulate(packed["a"]), packed["u"].split(" "), strict=True):
        paths.append((*(paths[above] if above >= 0 else ()), unit_id))
    kinds = [
        (permission, Reach(reach), assurance, max_age)
        for permission, reach, assurance, max_age in packed["k"]
    ]
    behind = _read_behind(packed, len(packed["h"]))
    return tuple(
        Right(permission, paths[node][-1], paths[node], reach, grant_id, assurance, max_age, owed_to, since)
        for grant_id, node, places, (owed_to, since) in zip(
            packed["g"].split(" "), accumulate(packed["e"]), packed["h"], behind, strict=True
        )
        for permission, reach, assurance, max_age in (kinds[place] for place in packed["l"][places])
    )


def _steps(numbers: list[int]) -> list[int]:
    return [number - before for before, number in zip([0, *numbers], numbers, strict=False)]


# What identity answers for a session, given its id and the name of the rights.
Ask = Callable[[str, str], Claims]
Key = tuple[str, int, str]


class NamedRights:
    """Rights that tokens only name, each asked for once per session and generation; a bounded number is kept."""

    def __init__(self, ask: Ask, most: int = KEPT_RIGHTS) -> None:
        self._ask = ask
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, tuple[Right, ...]] = OrderedDict()
        self._asking: dict[Key, threading.Lock] = {}
        self._total = 0

    def get(self, session_id: str, generation: int, name: str) -> tuple[Right, ...]:
        """Raises what `ask` raises."""
        key = (session_id, generation, name)
        with self._lock:
            known = self._kept.get(key)
            if known is not None:
                self._kept.move_to_end(key)
                return known
            one_at_a_time = self._asking.setdefault(key, threading.Lock())
        with one_at_a_time:
            known = self._kept.get(key)
            if known is None:
                known = self._keep(key, rights_of(self._ask(session_id, name)))
        return known

    def _keep(self, key: Key, rights: tuple[Right, ...]) -> tuple[Right, ...]:
        with self._lock:
            self._asking.pop(key, None)
            self._kept[key] = rights
            self._total += len(rights)
            while self._total > self._most and len(self._kept) > 1:
                _, oldest = self._kept.popitem(last=False)
                self._total -= len(oldest)
        return rights
