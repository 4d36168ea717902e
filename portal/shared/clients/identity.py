"""Identity, as the portal asks it, with the names of the business."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlencode

from portal.shared.clients.answers import Document, asked, every, seen
from servicekit.out.peers import Peer

# Identity asks the eIDs before it answers, one after the other, and waits some seconds for one that is down.
PROBE_SECONDS = 10.0
# What hangs on one grant goes over a hundred at a time.
HANDING_OVER_SECONDS = 30.0


class Identity:
    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def me(self) -> Document:
        return dict(self._peer.get("/api/identity/me"))

    def change_me(self, changes: Mapping[str, object]) -> None:
        self._peer.patch("/api/identity/me", dict(changes))

    def providers(self) -> list[Document]:
        return list(self._peer.get("/api/identity/providers")["items"])

    def number_kinds(self) -> list[Document]:
        """Whose national numbers an invitation can name."""
        return list(self._peer.get("/api/identity/national-numbers")["items"])

    def roles(self) -> list[Document]:
        return list(self._peer.get("/api/identity/roles")["items"])

    def role_holders(self, key: str, after: str = "") -> Document:
        """Whoever has the role or has been offered it, the newest first."""
        return dict(self._peer.get(f"/api/identity/roles/{key}/grants", asked(after=after)))

    def role_changes(self) -> list[Document]:
        """Those that wait for a second administrator of the topmost unit."""
        return list(self._peer.get("/api/identity/role-changes")["items"])

    def role_change(self, change_id: str) -> Document:
        return dict(self._peer.get(f"/api/identity/role-changes/{change_id}"))

    def foresee_role_change(self, wanted: Mapping[str, object]) -> Document:
        return dict(self._peer.post("/api/identity/role-changes/preview", dict(wanted)))

    def ask_role_change(self, wanted: Mapping[str, object], seen_set: int, reason: str) -> Document:
        """`seen_set`: of which set of roles the preview was made. Asked twice it is one question."""
        body = {**wanted, "seen": seen_set, "reason": reason}
        return dict(self._peer.post("/api/identity/role-changes", body))

    def answer_role_change(self, change_id: str, answer: str, version: int | None) -> None:
        """`answer` is confirm or withdraw."""
        self._peer.post(f"/api/identity/role-changes/{change_id}/{answer}", None, **seen(version))

    def grants(
        self, unit_id: str, *, below: bool = False, status: str = "", after: str = "", limit: int = 0
    ) -> Document:
        said = {"below": "true" if below else None, "limit": str(limit or "")}
        query = asked(unit_id=unit_id, status=status, after=after, **said)
        return dict(self._peer.get("/api/identity/grants", query))

    def rollout(self, below: str, after: str = "") -> Document:
        """How far the units at and below one have come; a page of those right below."""
        return dict(self._peer.get("/api/identity/rollout", asked(below=below, after=after)))

    def rollout_units(
        self, below: str, state: str, level: str = "", after: str = "", limit: int = 0
    ) -> Document:
        query = asked(below=below, state=state, level=level, after=after, limit=str(limit or ""))
        return dict(self._peer.get("/api/identity/rollout/units", query))

    def every_grant(self, unit_id: str) -> Iterator[Document]:
        """All grants of one unit, page after page."""
        return every(lambda after: self.grants(unit_id, after=after))

    def grant(self, grant_id: str) -> Document:
        return dict(self._peer.get(f"/api/identity/grants/{grant_id}"))

    def to_recertify(
        self,
        unit_id: str,
        after: str = "",
        *,
        mine: bool = False,
        overdue: bool = False,
        behind: str = "",
        limit: int | None = None,
    ) -> Document:
        """Of the unit and of all below it; the most urgent first. With `totals` of all, and of the reader's own."""
        said = {"mine": "true" if mine else None, "overdue": "true" if overdue else None}
        query = asked(unit_id=unit_id, after=after, behind=behind, limit=limit, **said)
        return dict(self._peer.get("/api/identity/recertifications", query))

    def give(self, grant: Mapping[str, object], once: str) -> Document:
        """With a `code` where one on paper was asked for: no other answer has it."""
        return dict(self._peer.post("/api/identity/grants", dict(grant), Idempotency_Key=once))

    def revocation_preview(self, grant_id: str) -> Document:
        return dict(self._peer.get(f"/api/identity/grants/{grant_id}/revocation-preview"))

    def resumption_preview(self, grant_id: str) -> list[Document]:
        return list(self._peer.get(f"/api/identity/grants/{grant_id}/resumption-preview")["grants"])

    def change_grant(
        self, grant_id: str, act: str, reason: str | None, version: int | None, also: Sequence[str] = ()
    ) -> None:
        """`act` as in views.grants.ACTS; some take no reason. `also`: what is resumed with it."""
        body: Document | None = {"reason": reason} if reason is not None else None
        if body is not None and also:
            body["also"] = list(also)
        self._peer.post(f"/api/identity/grants/{grant_id}/{act}", body, **seen(version))

    def period_preview(self, grant_id: str, valid_to: str, *, take_over: bool) -> Document:
        query = {"valid_to": valid_to, "take_over": "true" if take_over else "false"}
        return dict(self._peer.get(f"/api/identity/grants/{grant_id}/period", query))

    def change_period(self, grant_id: str, change: Mapping[str, object], version: int | None) -> Document:
        """The grant; with an `extension` where a second person must confirm it."""
        return dict(self._peer.put(f"/api/identity/grants/{grant_id}/period", dict(change), **seen(version)))

    def succession_preview(
        self, grant_id: str, to_id: str, after: str = "", left_after: str = ""
    ) -> Document:
        query = asked(to=to_id, after=after, left_after=left_after)
        return dict(self._peer.get(f"/api/identity/grants/{grant_id}/succession", query))

    def hand_over(
        self, grant_id: str, to_id: str, grants: Sequence[str], reason: str, version: int | None, once: str
    ) -> None:
        """In steps; what is cut off is finished by itself. `grants`: these alone, or everything."""
        path, headers = f"/api/identity/grants/{grant_id}/succession", seen(version)
        headers = {**headers, "Idempotency_Key": once}
        body = {"to": to_id, "grants": list(grants), "reason": reason}
        self._peer.send("POST", path, json=body, headers=headers, seconds=HANDING_OVER_SECONDS)

    def offers(self) -> list[Document]:
        return list(self._peer.get("/api/identity/offers")["items"])

    def answer_offer(self, offer_id: str, answer: str, reason: str | None, version: int | None) -> None:
        """`answer` is accept or decline."""
        body = {"reason": reason} if reason is not None else None
        self._peer.post(f"/api/identity/offers/{offer_id}/{answer}", body, **seen(version))

    def foresee_many(self, unit_id: str, rows: Sequence[Document]) -> list[Document]:
        """What each row would give, or `why` not."""
        body = {"unit_id": unit_id, "rows": list(rows)}
        path = "/api/identity/grant-batches/preview"
        return list(self._peer.send("POST", path, json=body, seconds=20.0).json()["rows"])

    def give_many(self, unit_id: str, rows: Sequence[Document], reason: str, once: str) -> Document:
        """With a `code` at each row on paper: no other answer has it."""
        body = {"unit_id": unit_id, "rows": list(rows), "reason": reason}
        headers = {"Idempotency_Key": once}
        path = "/api/identity/grant-batches"
        answer = self._peer.send("POST", path, json=body, headers=headers, seconds=HANDING_OVER_SECONDS)
        return dict(answer.json())

    def batches(self, after: str = "") -> Document:
        """What the reader has given to many at once, the newest first."""
        return dict(self._peer.get("/api/identity/grant-batches", asked(after=after)))

    def batch(self, batch_id: str) -> Document:
        return dict(self._peer.get(f"/api/identity/grant-batches/{batch_id}"))

    def take_back(self, batch_id: str, reason: str, version: int | None) -> None:
        path = f"/api/identity/grant-batches/{batch_id}/take-back"
        headers = seen(version)
        self._peer.send("POST", path, json={"reason": reason}, headers=headers, seconds=HANDING_OVER_SECONDS)

    def access_requests(self, unit_id: str, after: str = "") -> Document:
        """Of strangers, in the unit and below it; the newest first."""
        return dict(self._peer.get("/api/identity/access-requests", asked(unit_id=unit_id, after=after)))

    def access_request(self, request_id: str) -> Document:
        return dict(self._peer.get(f"/api/identity/access-requests/{request_id}"))

    def give_on_request(self, request_id: str, wanted: Mapping[str, object], version: int | None) -> Document:
        """The grant, which the person has to accept."""
        path = f"/api/identity/access-requests/{request_id}/give"
        return dict(self._peer.post(path, dict(wanted), **seen(version)))

    def decline_request(self, request_id: str, reason: str, version: int | None) -> Document:
        path = f"/api/identity/access-requests/{request_id}/decline"
        return dict(self._peer.post(path, {"reason": reason}, **seen(version)))

    def officials(self, unit_id: str, after: str = "") -> Document:
        query = asked(unit_id=unit_id, after=after)
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
        """`unit_id`: empty for what is about no unit."""
        about = {"act": act, "account_id": account_id, **asked(unit_id=unit_id), "reason": reason}
        self._peer.post("/api/identity/joint-acts", about, Idempotency_Key=once)

    def answer_joint_act(self, joint_id: str, answer: str, version: int | None) -> None:
        """`answer` is confirm or withdraw."""
        self._peer.post(f"/api/identity/joint-acts/{joint_id}/{answer}", None, **seen(version))

    def remove_official(self, account_id: str, unit_id: str) -> None:
        path = f"/api/identity/fallback/officials/{account_id}?" + urlencode({"unit_id": unit_id})
        self._peer.delete(path)

    def windows(self, unit_id: str, after: str = "") -> Document:
        """Of the unit and of those above it that reach it; the newest first."""
        return dict(self._peer.get("/api/identity/fallback/windows", asked(unit_id=unit_id, after=after)))

    def ask_for_window(self, window: Mapping[str, object], once: str) -> None:
        headers, path = {"Idempotency_Key": once}, "/api/identity/fallback/windows"
        self._peer.send("POST", path, json=dict(window), headers=headers, seconds=PROBE_SECONDS)

    def confirm_window(self, window_id: str, version: int | None) -> None:
        self._peer.post(f"/api/identity/fallback/windows/{window_id}/confirm", None, **seen(version))

    def end_window(self, window_id: str, reason: str, version: int | None) -> None:
        path = f"/api/identity/fallback/windows/{window_id}/end"
        self._peer.post(path, {"reason": reason}, **seen(version))

    def sealed_sign_ins(self, unit_id: str, after: str = "") -> Document:
        query = asked(unit_id=unit_id, after=after)
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

    def saved_draft(self, path: str) -> Document | None:
        """What is being written into the form at this path."""
        return next(iter(self._peer.get("/api/identity/drafts", {"path": path})["items"]), None)

    def save_draft(self, path: str, values: Mapping[str, str], version: int) -> Document:
        """`version`: of the draft that was seen, 0 where there was none."""
        body = {"path": path, "values": dict(values)}
        return dict(self._peer.put("/api/identity/drafts", body, **seen(version)))

    def drop_saved_draft(self, path: str) -> None:
        saved = self.saved_draft(path)
        if saved is not None:
            self._peer.post(f"/api/identity/drafts/{saved['id']}/take")

    def draft(self, draft_id: str) -> Document:
        """Gives it back, once."""
        return dict(self._peer.get(f"/api/identity/drafts/{draft_id}"))

    def sessions(self) -> list[Document]:
        return list(self._peer.get("/api/identity/sessions")["items"])

    def end_session(self, session_id: str) -> None:
        self._peer.delete(f"/api/identity/sessions/{session_id}")

    def end_all_sessions(self) -> None:
        """Everywhere, this one included."""
        self._peer.delete("/api/identity/sessions")

    def end_sessions_of(self, account_id: str) -> None:
        self._peer.post(f"/api/identity/accounts/{account_id}/end-sessions")

    def move_losses(self, unit_id: str, to_id: str) -> Document:
        """Whose access would fall if the unit stood below the other one."""
        return dict(self._peer.get("/api/identity/move-losses", {"unit_id": unit_id, "to_id": to_id}))

    def why(self, permission: str, unit_id: str, account_id: str = "") -> Document:
        query = asked(permission=permission, unit_id=unit_id, account_id=account_id)
        return dict(self._peer.get("/api/identity/why", query))

    def saved_lists(self) -> list[Document]:
        """The reader's own: {name, address} each."""
        return list(self._peer.get("/api/identity/saved-lists")["items"])

    def save_list(self, name: str, address: str) -> None:
        """In the place of one of the same name; without an address it is forgotten."""
        self._peer.put("/api/identity/saved-lists", {"name": name, "address": address})

    def offices(self, reporting: Iterable[str], deciding: Iterable[str]) -> list[Document]:
        """Who must act: of some units who reports there, of others who decides above them. Nothing for none."""
        query = asked(reporting=",".join(reporting), deciding=",".join(deciding))
        return list(self._peer.get("/api/identity/offices", query)["items"]) if query else []

    def holders_named(self, words: str, after: str = "", limit: int = 0) -> Document:
        """Who holds something, by name; `meant`: nobody is named so, and these nearly."""
        query = asked(q=words, after=after, limit=str(limit or ""))
        return dict(self._peer.get("/api/identity/holders", query))

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
        self._peer.put(f"/api/identity/machines/{machine_id}", dict(machine), **seen(version))
