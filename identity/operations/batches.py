"""Access for many: foreseen row by row, given row by row, looked at afterwards, and taken back while not accepted."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from identity import listed
from identity.context import Context, UnitUnknown
from identity.domain import batches as rules
from identity.domain.batches import Batch, Row, RowTwice, Wanted, Why
from identity.domain.grants import Grant, Status
from identity.operations.confirmations import decline_grant
from identity.operations.giving import (
    Giving,
    GivingForeseen,
    GrantByCode,
    code_drawn_by,
    foresee_giving,
    grant_access,
)
from identity.operations.grants import change_grant, unit_meant, unit_within
from identity.operations.listing import page_of_list
from identity.operations.showing import GrantSeen, grants_for
from servicekit.access import decision as access
from servicekit.access.decision import Caller
from servicekit.data.crypto import blind_index
from servicekit.data.events import AuditEntry
from servicekit.ids import id_from
from servicekit.refusals import NotFound, Refusal, Stale
from servicekit.tree.units import Unit
from servicekit.web.idempotency import IdempotencyKeyMissing, IdempotencyKeyReused
from servicekit.web.listing import Page
from servicekit.words.national_numbers import NationalNumberFaulty

GIVE, READ = "access:grant", "access:read"


@dataclass(frozen=True, kw_only=True)
class RowForeseen:
    """`why` it would be refused; else None, and `giving` is what it would come to."""

    line: int
    why: Why | None = None
    giving: GivingForeseen | None = None


@dataclass(frozen=True, kw_only=True)
class RowSeen:
    """`open`: nobody has accepted it yet. `grant`: None where the reader may not see it."""

    row: Row
    grant: GrantSeen | None
    open: bool


@dataclass(frozen=True, kw_only=True)
class RowByCode(RowSeen):
    """In the answer that drew the code, and in no other."""

    code: str


@dataclass(frozen=True, kw_only=True)
class BatchHead:
    id: str
    version: int
    unit_id: str
    unit_names: Mapping[str, str]
    at: datetime
    reason: str
    given: int
    refused: int
    not_tried: int


@dataclass(frozen=True, kw_only=True)
class BatchSeen(BatchHead):
    rows: Sequence[RowSeen]


def foresee_many(context: Context, caller: Caller, unit_id: str, rows: Sequence[Wanted]) -> list[RowForeseen]:
    """What each row would give, or why it would not; nothing is given and nothing is asked about any person."""
    unit_within(context, caller, unit_id, GIVE)
    rules.check_rows(rows)
    twice = _twice(context, rows)
    shown = []
    for row in rows:
        try:
            if row.line in twice:
                raise RowTwice(line=twice[row.line])
            foreseen = foresee_giving(context, caller, _giving(context, caller, row, ""))
        except Refusal as refusal:
            shown.append(RowForeseen(line=row.line, why=rules.refused(refusal)))
        else:
            shown.append(RowForeseen(line=row.line, giving=foreseen))
    return shown


def give_many(
    context: Context, caller: Caller, unit_id: str, rows: Sequence[Wanted], reason: str, once: str
) -> BatchSeen:
    """Each row by itself, with its own grant and entry of the audit; sent again by the same key it goes on.

    The codes on paper are told until one answer has had them all, and in no later one: they follow from the key, which
    is kept nowhere, so that two that are sent at once, or one that goes on where another was cut off, tell the same.
    """
    path = unit_within(context, caller, unit_id, GIVE)
    rules.check_rows(rows)
    if not once:
        raise IdempotencyKeyMissing
    batch = _begun(context, caller, unit_id, rows, reason, once)
    twice, codes = _twice(context, rows), dict[int, str]()
    drawn = dict[int, str]()  # in this very request: no other answer has told them

    def tried() -> Iterator[Row]:
        for row in rows:
            kept = Row(row.line, row.unit_code, row.role, row.label)
            grant_id = id_from(batch.id, str(row.line))
            code = "" if row.national_number else _code_of(context, batch, once, row.line)
            if _is_there(context, grant_id, code, codes, row.line):
                yield replace(kept, grant_id=grant_id)
                continue
            try:
                if row.line in twice:
                    raise RowTwice(line=twice[row.line])
                wanted = replace(_giving(context, caller, row, reason), code=code)
                given = grant_access(context, caller, wanted, grant_id)
            except Refusal as refusal:
                # The same request, sent twice at once, may have given it meanwhile.
                there = _is_there(context, grant_id, code, codes, row.line)
                yield replace(
                    kept, grant_id=grant_id if there else "", why=None if there else rules.refused(refusal)
                )
                continue
            if isinstance(given, GrantByCode):
                codes[row.line] = drawn[row.line] = code
            yield replace(kept, grant_id=grant_id)

    rows_tried = tuple(tried())

    def keep() -> Batch:
        known = context.store.batches.get(batch.id)
        done = rules.with_rows(known, rules.merged(known.rows, rows_tried))
        given = sum(bool(row.grant_id) for row in done.rows)
        entry = AuditEntry(
            *("access.given_to_many", unit_id, path, "grant_batch", batch.id),
            details={"given": given, "refused": len(done.rows) - given},
        )
        return context.store.batches.save(done, known.version, [entry])

    told = drawn if batch.finished else codes
    return _show(context, caller, context.store.database.in_transaction(keep), told)


def _is_there(context: Context, grant_id: str, code: str, codes: dict[int, str], line: int) -> bool:
    """Whether the row is given already; its code joins the others where it is this one."""
    found = context.store.grants.find(grant_id)
    if found is not None and code and found.get("code_index") == context.code_index(code):
        codes[line] = code
    return found is not None


def _code_of(context: Context, batch: Batch, once: str, line: int) -> str:
    digest = blind_index(context.blind_key, "code of a batch", f"{batch.id} {once} {line}")
    return code_drawn_by(bytes.fromhex(digest))


def _begun(
    context: Context, caller: Caller, unit_id: str, rows: Sequence[Wanted], reason: str, once: str
) -> Batch:
    """Raises IdempotencyKeyReused."""
    store, now = context.store.batches, context.clock.now()
    batch_id = id_from("grant_batch", caller.account_id, once)
    said = [reason, unit_id, [asdict(row) for row in rows]]
    # Keyed: all but the numbers stands beside it, and so few numbers are tried out in no time.
    digest = blind_index(context.blind_key, "grant_batch", json.dumps(said, default=str, sort_keys=True))
    known = store.find(batch_id)
    if known is None:
        kept = tuple(Row(row.line, row.unit_code, row.role, row.label) for row in rows)
        return store.add(Batch(batch_id, caller.account_id, unit_id, now, reason, digest, kept))
    if known.digest != digest:
        raise IdempotencyKeyReused(field="Idempotency-Key")
    return known


def _giving(context: Context, caller: Caller, row: Wanted, reason: str) -> Giving:
    """Raises UnitUnknown, alike for a code that is none and for one that the caller may not see."""
    unit = unit_meant(context, row.unit_code)
    if unit is None or not access.visible(caller, unit.path):
        raise UnitUnknown(field="unit_code")
    return Giving(
        unit_id=unit.id,
        role=row.role,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        national_number=row.national_number or None,
        account_id=None,
        label=row.label,
        reason=reason,
        by_code=not row.national_number,
        # The table was foreseen, and names nobody's other invitations.
        even_if_invited=True,
    )


def _twice(context: Context, rows: Sequence[Wanted]) -> dict[int, int]:
    def said() -> Iterator[tuple[int, str]]:
        for row in rows:
            try:
                number = context.national_index(row.national_number) if row.national_number else ""
            except NationalNumberFaulty:
                number = ""
            yield row.line, f"{row.unit_code.upper()} {row.role} {number}" if number else ""

    return rules.said_before(said())


def list_batches(context: Context, caller: Caller, after: str, limit: int) -> Page[BatchHead]:
    """One's own, the newest first, without their rows."""
    found = page_of_list(
        context, listed.BATCHES, list(caller.accounts), after, limit, context.store.batches.by_id
    )
    units = context.store.units.many(one.unit_id for one in found.items)
    return found.map(lambda batches: [_head_of(one, units.get(one.unit_id)) for one in batches])


def read_batch(context: Context, caller: Caller, batch_id: str) -> BatchSeen:
    return _show(context, caller, _own(context, caller, batch_id), {})


def take_back(
    context: Context, caller: Caller, batch_id: str, reason: str, expected_version: int
) -> BatchSeen:
    """Ends what nobody has accepted yet; what was accepted meanwhile stays, and is ended as any other grant.

    One that the caller may end no more stays open and keeps none of the others; where that is all, it is refused.
    """
    batch = _own(context, caller, batch_id)
    if batch.version != expected_version:
        raise Stale
    wanted = [one for one in _grants_of(context, batch).values() if rules.can_be_taken_back(one)]
    refused = [why for grant in wanted if (why := _end(context, caller, grant, reason)) is not None]
    if refused and len(refused) == len(wanted):
        raise refused[0]
    unit = context.store.units.find(batch.unit_id)
    entry = AuditEntry(
        *("access.taken_back_from_many", batch.unit_id, unit.path if unit else (), "grant_batch", batch.id),
        details={"reason": reason},
    )
    return _show(context, caller, context.store.batches.save(batch, expected_version, [entry]), {})


def _end(context: Context, caller: Caller, grant: Grant, reason: str) -> Refusal | None:
    """Somebody may accept it, or end it, at this very moment: that counts, and the page shows it."""
    try:
        if grant.status is Status.PROPOSED:
            decline_grant(context, caller, grant.id, reason, grant.version)
        else:
            change_grant(context, caller, grant.id, "revoke", reason, grant.version)
    except Stale:
        return None
    except Refusal as refusal:
        return refusal
    return None


def _own(context: Context, caller: Caller, batch_id: str) -> Batch:
    batch = context.store.batches.get(batch_id)
    if batch.by not in caller.accounts:
        raise NotFound
    return batch


def _grants_of(context: Context, batch: Batch) -> dict[str, Grant]:
    return context.store.grants_by_id(row.grant_id for row in batch.rows if row.grant_id)


def _show(context: Context, caller: Caller, batch: Batch, codes: dict[int, str]) -> BatchSeen:
    """`codes`: by line, of those that were drawn in this very act.

    Whoever gave them sees no more of those in units that they are not over any more, or that moved away.
    """
    now = context.clock.now()
    grants = {
        grant_id: grant
        for grant_id, grant in _grants_of(context, batch).items()
        if access.decide(caller, READ, grant.unit_path, now).allowed
    }
    shown = {one.id: one for one in grants_for(context, caller, list(grants.values()))}

    def seen(row: Row) -> RowSeen:
        still_open = row.grant_id in grants and rules.can_be_taken_back(grants[row.grant_id])
        known = RowSeen(row=row, grant=shown.get(row.grant_id), open=still_open)
        return RowByCode(**vars(known), code=codes[row.line]) if row.line in codes else known

    head = _head_of(batch, context.store.units.find(batch.unit_id))
    return BatchSeen(**vars(head), rows=[seen(row) for row in batch.rows])


def _head_of(batch: Batch, unit: Unit | None) -> BatchHead:
    return BatchHead(
        id=batch.id,
        version=batch.version,
        unit_id=batch.unit_id,
        unit_names=unit.names if unit else {},
        at=batch.at,
        reason=batch.reason,
        given=sum(bool(row.grant_id) for row in batch.rows),
        refused=sum(row.why is not None for row in batch.rows),
        not_tried=sum(not row.grant_id and row.why is None for row in batch.rows),
    )
