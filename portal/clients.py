"""The services, as the portal asks them: one class each, with the names of the business."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from servicekit.peers import Peer, PeerRefused

# Identity asks the eIDs before it answers, one after the other, and waits some seconds for one that is down.
PROBE_SECONDS = 10.0
NAMED_AT_ONCE = 100
# What hangs on one grant goes over a hundred at a time.
HANDING_OVER_SECONDS = 30.0

Document = dict[str, Any]
Query = dict[str, Any]


def _asked(**query: object) -> Query:
    """Without what was left empty."""
    return {name: value for name, value in query.items() if value not in (None, "")}


def _seen(version: int | None) -> dict[str, str]:
    return {"If_Match": f'"{version}"'} if version is not None else {}


class Identity:
    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def me(self) -> Document:
        return dict(self._peer.get("/api/identity/me"))

    def change_me(self, changes: Mapping[str, object]) -> None:
        self._peer.patch("/api/identity/me", dict(changes))

    def providers(self) -> list[Document]:
        answer = self._peer.send("GET", "/api/identity/providers", seconds=PROBE_SECONDS)
        return list(answer.json()["items"])

    def number_kinds(self) -> list[Document]:
        """Whose national numbers an invitation can name."""
        return list(self._peer.get("/api/identity/national-numbers")["items"])

    def roles(self) -> list[Document]:
        return list(self._peer.get("/api/identity/roles")["items"])

    def grants(self, unit_id: str, *, below: bool = False, status: str = "", after: str = "") -> Document:
        query = _asked(unit_id=unit_id, below="true" if below else None, status=status, after=after)
        return dict(self._peer.get("/api/identity/grants", query))

    def every_grant(self, unit_id: str) -> Iterator[Document]:
        """All grants of one unit, page after page."""
        answer = self.grants(unit_id)
        yield from answer["items"]
        while answer["next"]:
            answer = self.grants(unit_id, after=answer["next"])
            yield from answer["items"]

    def grant(self, grant_id: str) -> Document:
        return dict(self._peer.get(f"/api/identity/grants/{grant_id}"))

    def to_recertify(self, unit_id: str, after: str = "") -> Document:
        """Of the unit and of all below it; the most urgent first."""
        return dict(self._peer.get("/api/identity/recertifications", _asked(unit_id=unit_id, after=after)))

    def give(self, grant: Mapping[str, object], once: str) -> Document:
        """With a `code` where one on paper was asked for: no other answer has it."""
        return dict(self._peer.post("/api/identity/grants", dict(grant), Idempotency_Key=once))

    def revocation_preview(self, grant_id: str) -> Document:
        return dict(self._peer.get(f"/api/identity/grants/{grant_id}/revocation-preview"))

    def change_grant(self, grant_id: str, act: str, reason: str | None, version: int | None) -> None:
        """`act` as in views.grants.ACTS; some take no reason."""
        body = {"reason": reason} if reason is not None else None
        self._peer.post(f"/api/identity/grants/{grant_id}/{act}", body, **_seen(version))

    def period_preview(self, grant_id: str, valid_to: str, *, take_over: bool) -> Document:
        query = {"valid_to": valid_to, "take_over": "true" if take_over else "false"}
        return dict(self._peer.get(f"/api/identity/grants/{grant_id}/period", query))

    def change_period(self, grant_id: str, change: Mapping[str, object], version: int | None) -> None:
        self._peer.put(f"/api/identity/grants/{grant_id}/period", dict(change), **_seen(version))

    def succession_preview(self, grant_id: str, to_id: str) -> Document:
        return dict(self._peer.get(f"/api/identity/grants/{grant_id}/succession", {"to": to_id}))

    def hand_over(self, grant_id: str, to_id: str, reason: str, version: int | None) -> None:
        """In steps; sent again after it was cut off, it goes on."""
        path, headers = f"/api/identity/grants/{grant_id}/succession", _seen(version)
        body = {"to": to_id, "reason": reason}
        self._peer.send("POST", path, json=body, headers=headers, seconds=HANDING_OVER_SECONDS)

    def offers(self) -> list[Document]:
        return list(self._peer.get("/api/identity/offers")["items"])

    def answer_offer(self, offer_id: str, answer: str, reason: str | None, version: int | None) -> None:
        """`answer` is accept or decline."""
        body = {"reason": reason} if reason is not None else None
        self._peer.post(f"/api/identity/offers/{offer_id}/{answer}", body, **_seen(version))

    def officials(self, unit_id: str, after: str = "") -> Document:
        query = _asked(unit_id=unit_id, after=after)
        return dict(self._peer.get("/api/identity/fallback/officials", query))

    def name_official(self, account_id: str, unit_id: str) -> Document:
        about = {"account_id": account_id, "unit_id": unit_id}
        return dict(self._peer.post("/api/identity/fallback/officials", about))

    def draw_codes(self, unit_id: str) -> Document:
        """One's own, with `codes`, which no other answer has."""
        return dict(self._peer.post("/api/identity/fallback/codes", {"unit_id": unit_id}))

    def joint_acts(self) -> list[Document]:
        """What waits for a second administrator of the topmost unit."""
        return list(self._peer.get("/api/identity/joint-acts")["items"])

    def ask_joint_act(self, act: str, account_id: str, unit_id: str, reason: str, once: str) -> None:
        about = {"act": act, "account_id": account_id, "unit_id": unit_id, "reason": reason}
        self._peer.post("/api/identity/joint-acts", about, Idempotency_Key=once)

    def answer_joint_act(self, joint_id: str, answer: str, version: int | None) -> None:
        """`answer` is confirm or withdraw."""
        self._peer.post(f"/api/identity/joint-acts/{joint_id}/{answer}", None, **_seen(version))

    def remove_official(self, account_id: str, unit_id: str) -> None:
        path = f"/api/identity/fallback/officials/{account_id}?" + urlencode({"unit_id": unit_id})
        self._peer.delete(path)

    def windows(self, unit_id: str) -> list[Document]:
        """Of the unit and of those above it that reach it; the newest first."""
        return list(self._peer.get("/api/identity/fallback/windows", {"unit_id": unit_id})["items"])

    def ask_for_window(self, window: Mapping[str, object], once: str) -> None:
        headers, path = {"Idempotency_Key": once}, "/api/identity/fallback/windows"
        self._peer.send("POST", path, json=dict(window), headers=headers, seconds=PROBE_SECONDS)

    def confirm_window(self, window_id: str, version: int | None) -> None:
        self._peer.post(f"/api/identity/fallback/windows/{window_id}/confirm", None, **_seen(version))

    def end_window(self, window_id: str, reason: str, version: int | None) -> None:
        path = f"/api/identity/fallback/windows/{window_id}/end"
        self._peer.post(path, {"reason": reason}, **_seen(version))

    def sealed_sign_ins(self, unit_id: str, after: str = "") -> Document:
        query = _asked(unit_id=unit_id, after=after)
        return dict(self._peer.get("/api/identity/fallback/sign-ins", query))

    def answer_sealed_sign_in(self, sign_in_id: str, answer: str) -> None:
        """`answer` is confirm or deny."""
        self._peer.post(f"/api/identity/fallback/sign-ins/{sign_in_id}/{answer}")

    def note_export(self, unit_id: str, sought: Mapping[str, str]) -> None:
        """Before audit entries are taken along; refused without a fresh sign-in."""
        body = {"sought": dict(sought), **({"unit_id": unit_id} if unit_id else {})}
        self._peer.post("/api/identity/audit-exports", body)

    def keep_draft(self, path: str, values: Mapping[str, str]) -> str:
        """What was typed into the form that is sent to `path`, for an hour; its id."""
        return str(self._peer.post("/api/identity/drafts", {"path": path, "values": dict(values)})["id"])

    def take_draft(self, draft_id: str) -> Document:
        """Gives it back, once."""
        return dict(self._peer.post(f"/api/identity/drafts/{draft_id}/take"))

    def sessions(self) -> list[Document]:
        return list(self._peer.get("/api/identity/sessions")["items"])

    def end_session(self, session_id: str) -> None:
        self._peer.delete(f"/api/identity/sessions/{session_id}")

    def end_all_sessions(self) -> None:
        """Everywhere, this one included."""
        self._peer.delete("/api/identity/sessions")

    def end_sessions_of(self, account_id: str) -> None:
        self._peer.post(f"/api/identity/accounts/{account_id}/end-sessions")

    def why(self, permission: str, unit_id: str, account_id: str = "") -> Document:
        query = _asked(permission=permission, unit_id=unit_id, account_id=account_id)
        return dict(self._peer.get("/api/identity/why", query))

    def who_may(self, permission: str, unit_id: str) -> list[Document]:
        query = {"permission": permission, "unit_id": unit_id}
        return list(self._peer.get("/api/identity/who", query)["items"])

    def who_sees_me(self) -> list[Document]:
        return list(self._peer.get("/api/identity/who-sees-me")["items"])

    def what_if(self, role: str, unit_id: str) -> Document:
        return dict(self._peer.get("/api/identity/what-if", {"role": role, "unit_id": unit_id}))

    def machines(self, unit_id: str) -> list[Document]:
        return list(self._peer.get("/api/identity/machines", {"unit_id": unit_id})["items"])

    def register_machine(self, machine: Mapping[str, object], once: str) -> Document:
        return dict(self._peer.post("/api/identity/machines", dict(machine), Idempotency_Key=once))

    def change_machine(self, machine_id: str, machine: Mapping[str, object], version: int | None) -> None:
        self._peer.put(f"/api/identity/machines/{machine_id}", dict(machine), **_seen(version))


class Membership:
    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def levels(self) -> list[Document]:
        return list(self._peer.get("/api/membership/levels")["levels"])

    def unit(self, unit_id: str) -> Document:
        return dict(self._peer.get(f"/api/membership/units/{unit_id}"))

    def children(self, unit_id: str, after: str = "") -> Document:
        return dict(self._peer.get(f"/api/membership/units/{unit_id}/children", _asked(after=after)))

    def ended_children(self, unit_id: str, after: str = "") -> Document:
        asked = {**_asked(after=after), "ended": "true"}
        return dict(self._peer.get(f"/api/membership/units/{unit_id}/children", asked))

    def units_named(self, words: str, limit: int) -> list[Document]:
        """Higher levels first."""
        return list(self._peer.get("/api/membership/units", {"q": words, "limit": limit})["items"])

    def units_by_id(self, ids: Iterable[str]) -> dict[str, Document]:
        """Those that the reader may see, by id; asked for a hundred at a time."""
        wanted = sorted({one for one in ids if one})
        found: dict[str, Document] = {}
        for start in range(0, len(wanted), NAMED_AT_ONCE):
            query = {"ids": ",".join(wanted[start : start + NAMED_AT_ONCE])}
            answer = self._peer.get("/api/membership/units/named", query)
            found |= {unit["id"]: unit for unit in answer["items"]}
        return found

    def units_coded(self, code: str) -> list[Document]:
        """The one unit with this code, or none."""
        return list(self._peer.get("/api/membership/units", {"code": code})["items"])

    def moves(self, unit_id: str) -> list[Document]:
        """Of the unit, away from it and to it; the newest first."""
        return list(self._peer.get("/api/membership/moves", {"unit_id": unit_id})["items"])

    def ask_to_move(self, move: Mapping[str, object], once: str) -> Document:
        return dict(self._peer.post("/api/membership/moves", dict(move), Idempotency_Key=once))

    def confirm_move(self, move_id: str, version: int | None) -> None:
        self._peer.post(f"/api/membership/moves/{move_id}/confirm", None, **_seen(version))

    def decline_move(self, move_id: str, reason: str, version: int | None) -> None:
        self._peer.post(f"/api/membership/moves/{move_id}/decline", {"reason": reason}, **_seen(version))

    def looks(self) -> Document:
        """Who looked at the reader's own record as a member: {member, items}."""
        return dict(self._peer.get("/api/membership/me/looks"))

    def member_counts(self, unit_id: str) -> Document:
        return dict(self._peer.get(f"/api/membership/units/{unit_id}/member-counts"))

    def members(self, unit_id: str, words: str = "", after: str = "") -> Document:
        return dict(self._peer.get("/api/membership/members", _asked(unit_id=unit_id, q=words, after=after)))

    def member(self, member_id: str) -> Document:
        return dict(self._peer.get(f"/api/membership/members/{member_id}"))

    def register(self, member: Mapping[str, object], once: str) -> Document:
        return dict(self._peer.post("/api/membership/members", dict(member), Idempotency_Key=once))

    def change_member(self, member_id: str, member: Mapping[str, object], version: int | None) -> None:
        self._peer.put(f"/api/membership/members/{member_id}", dict(member), **_seen(version))

    def leave(self, member_id: str, leaving: Mapping[str, object], version: int | None, once: str) -> None:
        path = f"/api/membership/members/{member_id}/leave"
        self._peer.post(path, dict(leaving), **_seen(version), Idempotency_Key=once)

    def member_move(self, member_id: str, to_id: str) -> Document:
        return dict(self._peer.get(f"/api/membership/members/{member_id}/move", {"to_id": to_id}))

    def move_member(self, member_id: str, move: Mapping[str, object], version: int | None, once: str) -> None:
        path = f"/api/membership/members/{member_id}/move"
        self._peer.post(path, dict(move), **_seen(version), Idempotency_Key=once)

    def stranded(self, unit_id: str, to_id: str) -> Document:
        return dict(self._peer.get(f"/api/membership/units/{unit_id}/stranded", {"to_id": to_id}))

    def move_stranded(self, unit_id: str, move: Mapping[str, object], once: str) -> Document:
        path = f"/api/membership/units/{unit_id}/stranded"
        return dict(self._peer.post(path, dict(move), Idempotency_Key=once))

    def look_up(self, national_number: str) -> Document | None:
        """The member of one's own unit with this number; None also for a member elsewhere."""
        answer = self._peer.post("/api/membership/members/lookup", {"national_number": national_number})
        found: Document | None = answer["member"]
        return found


class Congress:
    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def plans(self, covering: str = "") -> list[Document]:
        """`covering`: only those of this unit or of one above it."""
        return list(self._peer.get("/api/congress/plans", _asked(covering=covering))["items"])

    def delete_plan(self, plan_id: str, version: int | None) -> None:
        self._peer.delete(f"/api/congress/plans/{plan_id}", **_seen(version))

    def close_plan(self, plan_id: str, version: int | None, once: str) -> None:
        self._peer.post(f"/api/congress/plans/{plan_id}/close", {}, Idempotency_Key=once, **_seen(version))

    def preview_deadlines(self, plan_id: str, deadlines: Mapping[str, object]) -> list[Document]:
        body = {"deadlines": dict(deadlines)}
        return list(self._peer.post(f"/api/congress/plans/{plan_id}/deadlines/preview", body)["items"])

    def change_deadlines(self, plan_id: str, change: Mapping[str, object], version: int | None) -> None:
        self._peer.put(f"/api/congress/plans/{plan_id}/deadlines", dict(change), **_seen(version))

    def plan_template(self) -> Document:
        """The organisation's own milestones, for a new plan to begin with."""
        return dict(self._peer.get("/api/congress/plan-template"))

    def plan(self, plan_id: str) -> Document:
        return dict(self._peer.get(f"/api/congress/plans/{plan_id}"))

    def make_plan(self, plan: Mapping[str, object], once: str) -> Document:
        return dict(self._peer.post("/api/congress/plans", dict(plan), Idempotency_Key=once))

    def cascade(self, plan_id: str, version: int | None, once: str) -> None:
        self._peer.post(f"/api/congress/plans/{plan_id}/cascade", {}, Idempotency_Key=once, **_seen(version))

    def congresses_of(self, unit_id: str) -> list[Document]:
        return list(self._peer.get("/api/congress/congresses", {"unit_id": unit_id})["items"])

    def congress(self, congress_id: str) -> Document:
        return dict(self._peer.get(f"/api/congress/congresses/{congress_id}"))

    def record_milestone(
        self, congress_id: str, entry: Mapping[str, object], version: int | None, once: str
    ) -> None:
        self._act(congress_id, "milestones", entry, version, once)

    def choose_content(self, congress_id: str, content_type: str, version: int | None) -> None:
        path = f"/api/congress/congresses/{congress_id}/content-type"
        self._peer.put(path, {"content_type": content_type}, **_seen(version))

    def report_results(
        self, congress_id: str, figures: Mapping[str, float], version: int | None, once: str
    ) -> None:
        self._act(congress_id, "results", {"figures": dict(figures)}, version, once)

    def submit(self, congress_id: str, version: int | None, once: str) -> None:
        self._act(congress_id, "submit", {}, version, once)

    def record_above(
        self, congress_id: str, entry: Mapping[str, object], version: int | None, once: str
    ) -> None:
        """A milestone that is the superior unit's step."""
        self._act(congress_id, "superior-milestones", entry, version, once)

    def approve(self, congress_id: str, version: int | None, once: str, *, over_levels: bool = False) -> None:
        self._act(congress_id, "approve", {"over_levels": over_levels}, version, once)

    def send_back(
        self,
        congress_id: str,
        reasons: Mapping[str, str],
        version: int | None,
        once: str,
        *,
        over_levels: bool = False,
    ) -> None:
        self._act(
            congress_id, "return", {"reasons": dict(reasons), "over_levels": over_levels}, version, once
        )

    def reopen(self, congress_id: str, body: Mapping[str, object], version: int | None, once: str) -> None:
        self._act(congress_id, "reopen", body, version, once)

    def reopen_topmost(
        self, congress_id: str, body: Mapping[str, object], version: int | None, once: str
    ) -> None:
        self._act(congress_id, "reopen-topmost", body, version, once)

    def _act(
        self, congress_id: str, act: str, body: Mapping[str, object], version: int | None, once: str
    ) -> None:
        self._peer.post(
            f"/api/congress/congresses/{congress_id}/{act}",
            dict(body),
            Idempotency_Key=once,
            **_seen(version),
        )

    def rollup(self, plan_id: str, unit_id: str) -> Document | None:
        """None where the plan has no congress at or below the unit."""
        try:
            return dict(self._peer.get(f"/api/congress/rollups/{plan_id}/{unit_id}"))
        except PeerRefused as refusal:
            if refusal.type == "no-rollup":
                return None
            raise

    def rollups_at_level(self, plan_id: str, unit_id: str, level: str) -> list[Document]:
        """All units of one level below, not only those right below."""
        answer = self._peer.get(f"/api/congress/rollups/{plan_id}/{unit_id}", {"level": level})
        return list(answer["children"])

    def waiting(self, plan_id: str, unit_id: str, after: str = "", *, direct: bool = True) -> Document:
        """A page of the congresses below a unit whose reports wait: those that are its own to decide, or all."""
        query = _asked(
            plan_id=plan_id,
            below=unit_id,
            state="submitted",
            direct="true" if direct else None,
            after=after,
        )
        return dict(self._peer.get("/api/congress/congresses", query))


class Notifications:
    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def inbox(self, *, unread: bool = False, after: str = "") -> Document:
        return dict(
            self._peer.get("/api/notifications/inbox", _asked(unread="true" if unread else None, after=after))
        )

    def mark_read(self, message_id: str) -> None:
        self._peer.post(f"/api/notifications/inbox/{message_id}/read", {})


class Log:
    """The audit of one service, the same everywhere."""

    def __init__(self, peer: Peer, service: str) -> None:
        self._peer = peer
        self._service = service

    def mine(self) -> list[Document]:
        """What was done with the reader's own account, by whomever, newest first."""
        return list(self._peer.get(f"/api/{self._service}/audit/mine")["items"])

    def search(self, wanted: Mapping[str, str], before: int | None, limit: int) -> Document:
        """Newest first: {items, next}. `wanted` has any of unit_id, action, actor, subject_id, record_id, from, to."""
        query = _asked(**wanted, before=before, limit=limit)
        return dict(self._peer.get(f"/api/{self._service}/audit", query))
