"""Changes of identity's stored documents that a tolerant reader cannot do without; see servicekit.work.migrations."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from pymongo import UpdateOne

from identity import listed
from servicekit.audit.chain import chain_of, told
from servicekit.data.database import Database
from servicekit.tree.listed import Listed, Lists
from servicekit.tree.totals import Totals
from servicekit.tree.units_copy import UnitsCopy
from servicekit.words.names import beginnings
from servicekit.work.migrations import Migration

Document = dict[str, Any]
PART = 500
# Of grants: those that somebody must confirm again each year.
YEARLY = frozenset({"active", "invited", "offered"})
# Longer than a session lasts by any sensible setting.
OUT_FOR_CERTAIN = timedelta(days=2)


def count_units(database: Database) -> None:
    """Counts by level and depth, which events keep from now on."""
    UnitsCopy(database).recount()


def bar_what_superiors_ended(database: Database) -> None:
    """What a superior ended before bans were written down is one: the audit says who did it, their grants from where.

    What its holder gave up, or what ended with another, is none; nor is what the audit does not know any more.
    """
    grants = database.mongo["grants"]
    by = _enders(database)
    for raw in chain_of(database).raw.find({"action": "grant.ban_lifted"}):
        by.pop(str(raw["record_id"]), None)
    ids = sorted(by)
    for start in range(0, len(ids), PART):
        wanted = {"_id": {"$in": ids[start : start + PART]}}
        ended = [one for one in grants.find(wanted) if _is_no_ban_yet(one)]
        held = _held_by(database, {by[one["_id"]] for one in ended})
        for one in ended:
            place = _from_where(one, by[one["_id"]], held)
            if place:
                barred = {"barred_from": len(place), "barred_from_path": place}
                # Whatever the version before does beside us counts more.
                grants.update_one({"_id": one["_id"], "version": one["version"]}, {"$set": barred})


def _enders(database: Database) -> dict[str, str]:
    """Of each grant that somebody ended, the account that did."""
    found: dict[str, str] = {}
    for raw in chain_of(database).raw.find({"action": "grant.revoked"}).sort("at", 1):
        entry = told(raw)
        if entry.get("outcome") != "refused":
            found[str(entry["record_id"])] = str(entry.get("actor") or "")
    return found


def _is_no_ban_yet(grant: Document) -> bool:
    return grant["status"] == "revoked" and grant.get("barred_from") is None


def _held_by(database: Database, accounts: set[str]) -> dict[str, list[Document]]:
    found: dict[str, list[Document]] = {}
    for one in database.mongo["grants"].find({"account_id": {"$in": sorted(accounts - {""})}}):
        found.setdefault(one["account_id"], []).append(one)
    return found


def _from_where(grant: Document, actor: str, held: dict[str, list[Document]]) -> list[str]:
    """The path of the highest unit strictly above from which whoever ended it could; empty where there is none."""
    if not actor or actor == grant["account_id"]:
        return []
    path = list(grant["unit_path"])
    mine = [one for one in held.get(actor, []) if one["unit_id"] in path[:-1]]
    giving = [one for one in mine if one["role"] == "administrator"] or mine
    if not giving:
        return []
    return path[: min(path.index(one["unit_id"]) for one in giving) + 1]


def owe_as_before(database: Database) -> None:
    """What was led to another grant before that was written down is owed to whom it was owed before: the audit says."""
    grants = database.mongo["grants"]
    owed: dict[str, set[str]] = {}
    for raw in chain_of(database).raw.find({"action": {"$in": ["grant.adopted", "grant.took_place"]}}):
        entry = told(raw)
        before = grants.find_one({"_id": str(entry["details"].get("of") or "")})
        if before is not None:
            owed.setdefault(str(entry["record_id"]), set()).update(_behind(database, before))
    for raw in chain_of(database).raw.find({"action": "grant.taken_over"}):
        taken = str(told(raw)["record_id"])
        givers = {
            str(told(one).get("actor") or "")
            for one in chain_of(database).raw.find({"record_id": taken})
            if one["action"] in ("grant.given", "grant.proposed")
        }
        for one in (taken, *(below["_id"] for below in grants.find({"chain": taken}, {"_id": 1}))):
            owed.setdefault(one, set()).update(givers)
    for grant_id, accounts in sorted(owed.items()):
        found = grants.find_one({"_id": grant_id})
        if found is None:
            continue
        everybody = {*found.get("owed_to", []), *accounts} - {"", "operator", found["account_id"]}
        # What the version before does beside us, it does without this.
        grants.update_one({"_id": grant_id}, {"$set": {"owed_to": sorted(everybody)}})


def _behind(database: Database, grant: Document) -> set[str]:
    """Whoever held a grant or gave it, and whoever holds those that it hangs on."""
    above = database.mongo["grants"].find({"_id": {"$in": list(grant["chain"])}}, {"account_id": 1})
    found = {grant["account_id"], grant["given_by"], *(one["account_id"] for one in above)}
    return {one for one in found if one}


def close_what_ran_out(database: Database) -> None:
    """Sessions that ran out were never closed, and stood in the way of closing the others."""
    now = datetime.now(UTC)
    database.mongo["sessions"].update_many(
        {"ended_at": None, "created_at": {"$lt": now - OUT_FOR_CERTAIN}},
        {"$set": {"ended_at": now, "id_token": None}, "$inc": {"version": 1}},
    )


def lead_joined_to_the_end(database: Database) -> None:
    """A login that was joined to an account that was joined in its turn opened nothing, and swallowed invitations."""
    accounts, grants = database.mongo["accounts"], database.mongo["grants"]
    joined = {
        one["_id"]: one["joined_to"] for one in accounts.find({"joined_to": {"$gt": ""}}, {"joined_to": 1})
    }
    for account_id in joined:
        end, seen = joined[account_id], {account_id}
        while end in joined and end not in seen:
            seen.add(end)
            end = joined[end]
        if end in seen:
            continue
        if end != joined[account_id]:
            accounts.update_one({"_id": account_id}, {"$set": {"joined_to": end}, "$inc": {"version": 1}})
        lost = {"account_id": account_id, "status": "offered"}
        grants.update_many(lost, {"$set": {"account_id": end}, "$inc": {"version": 1}})


def list_by_place(database: Database) -> None:
    """Lists below a unit were made of everything there; now each thing that is listed has lines of its own."""
    lists, mongo = Lists(database), database.mongo
    lists.prepare()
    for name, lines_of in _LISTED.items():
        found = iter(mongo[name].find({}, {"_outbox": 0}, batch_size=PART))
        while part := list(islice(found, PART)):
            lists.put(line for one in part for line in lines_of(one))


def _listed_grant(found: Document) -> Iterator[Listed]:
    longer = found.get("extension")
    yield from listed.of_grant(
        *(found["_id"], found["unit_path"], found["status"], found["given_at"]),
        longer["until"] if longer else None,
    )


def _listed_official(found: Document) -> Iterator[Listed]:
    removed = bool(found.get("removed"))
    yield listed.of_official(found["_id"], found["unit_path"], found["named_at"], removed=removed)


def _listed_sign_in(found: Document) -> Iterator[Listed]:
    yield listed.of_sign_in(found["_id"], found["unit_path"], found["at"])


def _listed_window(found: Document) -> Iterator[Listed]:
    yield listed.of_window(found["_id"], found["unit_id"], found["asked_at"])


def list_what_to_confirm(database: Database) -> None:
    """The yearly list of a unit was sought among the grants of all; now its lines stand beside the other lists."""
    lists = Lists(database)
    lists.prepare()
    found = iter(database.mongo["grants"].find({}, {"_outbox": 0}, batch_size=PART))
    while part := list(islice(found, PART)):
        lists.put(map(_listed_yearly, part))


def _listed_yearly(found: Document) -> Listed:
    counts = found["status"] in YEARLY and not found.get("unit_ended")
    confirm_by = found.get("recertify_by") if counts else None
    return listed.of_yearly(found["_id"], found["unit_path"], confirm_by, found["valid_to"])


def count_what_is_listed(database: Database) -> None:
    """Numbers of lists were counted up to a thousand; now they are kept, those to be confirmed by the day."""
    list_what_to_confirm(database)
    totals = Totals(database)
    totals.prepare()
    for part in totals.parts():

        def count(texts: Sequence[str] = part) -> None:
            totals.mend(totals.look(texts))

        database.in_transaction(count)


def list_by_role(database: Database) -> None:
    """Who has a role was sought among the grants of all; now its lines stand beside the other lists."""
    lists = Lists(database)
    lists.prepare()
    found = iter(database.mongo["grants"].find({}, {"_outbox": 0}, batch_size=PART))
    while part := list(islice(found, PART)):

        def put(some: Sequence[Document] = part) -> None:
            lists.put(map(_listed_of_role, some))

        database.in_transaction(put)


def _listed_of_role(found: Document) -> Listed:
    counts = found["status"] != "revoked" and not found.get("unit_ended")
    return listed.of_role(
        *(found["_id"], found["role"], found["unit_path"], found["status"] if counts else ""),
        *(found["given_at"], found["valid_to"]),
    )


_LISTED: dict[str, Callable[[Document], Iterable[Listed]]] = {
    "grants": _listed_grant,
    "fallback_officials": _listed_official,
    "fallback_sign_ins": _listed_sign_in,
    "fallback_windows": _listed_window,
}


def count_the_rollout(database: Database) -> None:
    """How units stand with the roll-out is kept from now on; the keeper looks at each of them once, in parts.

    When somebody signed in first was not kept: by their oldest session, or else when their account was made, for only
    who comes has one.
    """
    mongo = database.mongo
    sessions: dict[str, datetime] = {}
    for one in mongo["sessions"].find({}, {"account_id": 1, "created_at": 1}, batch_size=PART):
        known = sessions.get(one["account_id"], one["created_at"])
        sessions[one["account_id"]] = min(known, one["created_at"])
    accounts = mongo["accounts"]
    for one in accounts.find({}, {"kind": 1, "signed_in_at": 1, "first_seen": 1}, batch_size=PART):
        first = sessions.get(one["_id"], one.get("first_seen"))
        if one.get("kind") != "machine" and one.get("signed_in_at") is None and first is not None:
            accounts.update_one({"_id": one["_id"]}, {"$set": {"signed_in_at": first}})
    found = iter(mongo["units"].find({}, {"names": 0}, batch_size=PART))
    while part := list(islice(found, PART)):
        writes = [
            UpdateOne({"_id": one["_id"]}, {"$setOnInsert": _unit_of_rollout(one)}, upsert=True)
            for one in part
        ]
        mongo["rollout_units"].bulk_write(writes, ordered=False)


def _unit_of_rollout(unit: Document) -> Document:
    return {
        "unit_id": unit["_id"],
        "unit_path": list(unit.get("path", [unit["_id"]])),
        "level": unit.get("level", ""),
        "live": not unit.get("ended") and unit.get("valid_to") is None,
        "stage": "",
        "since": None,
        "again_on": None,
        "changed_at": None,
        "version": 1,
        "dirty": True,
    }


def find_people_by_name(database: Database) -> None:
    """Who holds an office is found by name from now on."""
    accounts = database.mongo["accounts"]
    found = iter(accounts.find({}, {"name": 1, "kind": 1}, batch_size=PART))
    while part := list(islice(found, PART)):
        writes = [
            UpdateOne({"_id": one["_id"]}, {"$set": {"search": beginnings([one.get("name", "")])}})
            for one in part
            if one.get("kind") != "machine"
        ]
        if writes:
            accounts.bulk_write(writes, ordered=False)


MIGRATIONS: tuple[Migration, ...] = (
    Migration(1, "count-units", count_units),
    Migration(2, "bar-what-superiors-ended", bar_what_superiors_ended),
    Migration(3, "owe-as-before", owe_as_before),
    Migration(4, "close-what-ran-out", close_what_ran_out),
    Migration(5, "lead-joined-to-the-end", lead_joined_to_the_end),
    Migration(6, "list-by-place", list_by_place),
    Migration(7, "list-what-to-confirm", list_what_to_confirm),
    Migration(8, "count-the-rollout", count_the_rollout),
    Migration(9, "count-what-is-listed", count_what_is_listed),
    Migration(10, "list-by-role", list_by_role),
    Migration(11, "find-people-by-name", find_people_by_name),
)
