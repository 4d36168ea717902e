"""Congress, as the portal asks it."""

from collections.abc import Iterable, Mapping

from portal.shared.clients.answers import Document, asked, every, seen
from portal.shared.clients.dossier import Dossier
from portal.shared.clients.rule_sets import RuleSets
from servicekit.out.peers import Peer, PeerRefused

NOT_FOUND = 404
PAGE_MOST = 200


class Congress(Dossier, RuleSets):
    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def plans(self, covering: str = "") -> list[Document]:
        """All, page after page. `covering`: only those of this unit or of one above it, which are few."""
        return list(every(lambda after: self.page_of_plans(after, covering, PAGE_MOST)))

    def page_of_plans(self, after: str, covering: str = "", limit: int = 0) -> Document:
        query = asked(covering=covering, after=after, limit=limit or "")
        return dict(self._peer.get("/api/congress/plans", query))

    def delete_plan(self, plan_id: str, version: int | None) -> None:
        self._peer.delete(f"/api/congress/plans/{plan_id}", **seen(version))

    def close_plan(self, plan_id: str, version: int | None, once: str) -> None:
        self._peer.post(f"/api/congress/plans/{plan_id}/close", {}, Idempotency_Key=once, **seen(version))

    def sealed_reports(self, plan_id: str, unit_id: str) -> Document:
        """Of a unit and all below it: all there are, the newest first."""
        path = f"/api/congress/plans/{plan_id}/sealed-reports"
        return dict(self._peer.get(path, {"unit_id": unit_id}))

    def reports_holding(self, congress_id: str) -> list[Document]:
        """The sealed reports in which a congress stands, the newest first."""
        return list(self._peer.get(f"/api/congress/congresses/{congress_id}/sealed-reports")["items"])

    def seal_report(self, plan_id: str, unit_id: str, once: str) -> None:
        path = f"/api/congress/plans/{plan_id}/sealed-reports"
        self._peer.post(path, {"unit_id": unit_id}, Idempotency_Key=once)

    def figures(self) -> Document:
        """What a congress may report, and how it hangs together."""
        return dict(self._peer.get("/api/congress/figures"))

    def plan_template(self) -> Document:
        """The organisation's own milestones, for a new plan to begin with."""
        return dict(self._peer.get("/api/congress/plan-template"))

    def levels_of_plan(self, unit_id: str) -> list[str]:
        """Those that have units at or below it."""
        return list(self._peer.get("/api/congress/plan-template", {"unit_id": unit_id})["levels"])

    def plan(self, plan_id: str) -> Document:
        return dict(self._peer.get(f"/api/congress/plans/{plan_id}"))

    def plan_seen(self, plan_id: str) -> Document | None:
        """None where the reader may not see it, or not any more: a page about something else does not fall with it."""
        try:
            return self.plan(plan_id)
        except PeerRefused as refusal:
            if refusal.status == NOT_FOUND:
                return None
            raise

    def make_plan(self, plan: Mapping[str, object], once: str) -> Document:
        return dict(self._peer.post("/api/congress/plans", dict(plan), Idempotency_Key=once))

    def change_plan(self, plan_id: str, plan: Mapping[str, object], version: int | None) -> None:
        self._peer.put(f"/api/congress/plans/{plan_id}", dict(plan), **seen(version))

    def cascade(self, plan_id: str, version: int | None, once: str) -> None:
        self._peer.post(f"/api/congress/plans/{plan_id}/cascade", {}, Idempotency_Key=once, **seen(version))

    def first_reports(self, below: str, after: str = "") -> Document:
        """How many units at and below one have ever reported; of each of a page of those right below."""
        return dict(self._peer.get("/api/congress/first-reports", asked(below=below, after=after)))

    def units_that_reported(self, below: str, level: str = "", after: str = "") -> Document:
        query = asked(below=below, level=level, after=after)
        return dict(self._peer.get("/api/congress/first-reports/units", query))

    def congresses_of(self, unit_id: str) -> list[Document]:
        """Of all plans, page after page."""
        path = "/api/congress/congresses"
        return list(every(lambda after: self._peer.get(path, asked(unit_id=unit_id, after=after))))

    def congress(self, congress_id: str) -> Document:
        return dict(self._peer.get(f"/api/congress/congresses/{congress_id}"))

    def congresses_named(self, ids: Iterable[str]) -> list[Document]:
        """Those of up to fifty that the reader may see."""
        wanted = ",".join(ids)
        return (
            list(self._peer.get("/api/congress/congresses/named", {"ids": wanted})["items"]) if wanted else []
        )

    def files(self, congress_id: str) -> Document:
        """{items, form_token, may_remove, most_mb, media_types}; no token where the reader may add none now."""
        return dict(self._peer.get(f"/api/congress/congresses/{congress_id}/files"))

    def remove_file(self, congress_id: str, file_id: str, version: int | None) -> None:
        self._peer.delete(f"/api/congress/congresses/{congress_id}/files/{file_id}", **seen(version))

    def files_of_comment(self, comment_id: str) -> Document:
        """As `files` says."""
        return dict(self._peer.get(f"/api/congress/comments/{comment_id}/files"))

    def record_milestone(
        self, congress_id: str, entry: Mapping[str, object], version: int | None, once: str
    ) -> None:
        self._act(congress_id, "milestones", entry, version, once)

    def choose_content(self, congress_id: str, content_type: str, version: int | None) -> None:
        path = f"/api/congress/congresses/{congress_id}/content-type"
        self._peer.put(path, {"content_type": content_type}, **seen(version))

    def report_results(
        self, congress_id: str, figures: Mapping[str, float], version: int | None, once: str
    ) -> Document:
        """The congress as it is now."""
        return self._act(congress_id, "results", {"figures": dict(figures)}, version, once)

    def submit(self, congress_id: str, version: int | None, once: str) -> None:
        self._act(congress_id, "submit", {}, version, once)

    def open_report(self, congress_id: str) -> Document:
        """The congress, noted as opened by whoever decides it, which happens once."""
        return dict(self._peer.post(f"/api/congress/congresses/{congress_id}/open-report", {}))

    def withdraw_report(self, congress_id: str, version: int | None, once: str) -> None:
        self._act(congress_id, "withdraw-report", {}, version, once)

    def act_on_gap(
        self, congress_id: str, act: str, body: Mapping[str, object], version: int | None, once: str
    ) -> None:
        """What was missing when it was approved: supplied, or closed."""
        self._act(congress_id, act, body, version, once)

    def record_above(
        self, congress_id: str, entry: Mapping[str, object], version: int | None, once: str
    ) -> None:
        """A milestone that is the superior unit's step."""
        self._act(congress_id, "superior-milestones", entry, version, once)

    def approve(self, congress_id: str, over: Mapping[str, object], version: int | None, once: str) -> None:
        """`over`: over_levels and over_reason, where units between are passed over."""
        self._act(congress_id, "approve", over, version, once)

    def send_back(
        self,
        congress_id: str,
        reasons: Mapping[str, str],
        over: Mapping[str, object],
        version: int | None,
        once: str,
    ) -> None:
        self._act(congress_id, "return", {"reasons": dict(reasons), **over}, version, once)

    def undo_approval(self, congress_id: str, version: int | None, once: str) -> None:
        self._act(congress_id, "undo-approval", {}, version, once)

    def reopen(self, congress_id: str, body: Mapping[str, object], version: int | None, once: str) -> None:
        self._act(congress_id, "reopen", body, version, once)

    def reopen_topmost(
        self, congress_id: str, body: Mapping[str, object], version: int | None, once: str
    ) -> None:
        self._act(congress_id, "reopen-topmost", body, version, once)

    def ask_extension(
        self, congress_id: str, asked: Mapping[str, object], version: int | None, once: str
    ) -> None:
        """`asked`: until which day, and the reason."""
        self._act(congress_id, "extension", asked, version, once)

    def withdraw_extension(self, congress_id: str, version: int | None, once: str) -> None:
        self._act(congress_id, "withdraw-extension", {}, version, once)

    def decide_extension(
        self, congress_id: str, decision: Mapping[str, object], version: int | None, once: str
    ) -> None:
        """`decision`: until which day, or none; the reason; whether over the heads of units between."""
        self._act(congress_id, "decide-extension", decision, version, once)

    def decide_extension_topmost(
        self, congress_id: str, decision: Mapping[str, object], version: int | None, once: str
    ) -> None:
        self._act(congress_id, "decide-extension-topmost", decision, version, once)

    def explain(self, congress_id: str, text: str, version: int | None, once: str) -> None:
        self._act(congress_id, "explanation", {"text": text}, version, once)

    def decide_explanation(
        self, congress_id: str, decision: Mapping[str, object], version: int | None, once: str
    ) -> None:
        """`decision`: whether it is accepted, the remark, whether over the heads of units between."""
        self._act(congress_id, "decide-explanation", decision, version, once)

    def difficulties_of(self, wanted: Mapping[str, str], after: str, limit: int) -> Document:
        """A page of what has reached a unit, or waits for an act of it: see `DifficultyQuery`."""
        query = asked(**wanted, after=after, limit=limit)
        return dict(self._peer.get("/api/congress/difficulties", query))

    def difficulty_figures(self, unit_id: str) -> Document:
        """How many have reached a unit, by class and by the units right below; those of the first page."""
        return dict(self._peer.get("/api/congress/difficulties/figures", {"unit_id": unit_id, "limit": 200}))

    def difficulty(self, difficulty_id: str) -> Document:
        return dict(self._peer.get(f"/api/congress/difficulties/{difficulty_id}"))

    def files_of_difficulty(self, difficulty_id: str) -> Document:
        """As `files` says."""
        return dict(self._peer.get(f"/api/congress/difficulties/{difficulty_id}/files"))

    def remove_file_of_difficulty(self, difficulty_id: str, file_id: str, version: int | None) -> None:
        self._peer.delete(f"/api/congress/difficulties/{difficulty_id}/files/{file_id}", **seen(version))

    def raise_difficulty(self, wanted: Mapping[str, object], once: str) -> Document:
        return dict(self._peer.post("/api/congress/difficulties", dict(wanted), Idempotency_Key=once))

    def join_difficulties(self, wanted: Mapping[str, object], once: str) -> None:
        """`wanted`: the topmost unit, and the ids of those that it answers together."""
        self._peer.post("/api/congress/difficulties/join", dict(wanted), Idempotency_Key=once)

    def do_with_difficulty(
        self, difficulty_id: str, act: str, body: Mapping[str, object], version: int | None, once: str
    ) -> None:
        path = f"/api/congress/difficulties/{difficulty_id}/{act}"
        self._peer.post(path, dict(body), Idempotency_Key=once, **seen(version))

    def seats_of(self, congress_id: str) -> Document:
        """The divisions of a congress's seats, the newest first; `given`: what its unit was given from above."""
        return dict(self._peer.get(f"/api/congress/congresses/{congress_id}/seats"))

    def divide_seats(self, congress_id: str, wanted: Mapping[str, object], once: str) -> Document:
        path = f"/api/congress/congresses/{congress_id}/seats"
        return dict(self._peer.post(path, dict(wanted), Idempotency_Key=once))

    def division(self, division_id: str) -> Document:
        return dict(self._peer.get(f"/api/congress/seats/{division_id}"))

    def seat_lines(self, division_id: str, after: str, limit: int) -> Document:
        query = asked(after=after, limit=limit)
        return dict(self._peer.get(f"/api/congress/seats/{division_id}/lines", query))

    def decide_division(self, division_id: str, reason: str, version: int | None, once: str) -> None:
        path = f"/api/congress/seats/{division_id}/decide"
        self._peer.post(path, {"reason": reason}, Idempotency_Key=once, **seen(version))

    def tallies_of(self, congress_id: str) -> Document:
        """All rounds of its elections, and the kinds of decision of the organisation."""
        return dict(self._peer.get(f"/api/congress/congresses/{congress_id}/tallies"))

    def tally(self, congress_id: str, tally_id: str) -> Document:
        return dict(self._peer.get(f"/api/congress/congresses/{congress_id}/tallies/{tally_id}"))

    def open_tally(self, congress_id: str, wanted: Mapping[str, object], once: str) -> Document:
        path = f"/api/congress/congresses/{congress_id}/tallies"
        return dict(self._peer.post(path, dict(wanted), Idempotency_Key=once))

    def key_tally(
        self,
        congress_id: str,
        tally_id: str,
        counted: Mapping[str, object],
        version: int | None,
        once: str,
    ) -> None:
        """`counted`: which of the three, its ballots, the votes in the order of the list."""
        self._act(congress_id, f"tallies/{tally_id}/keyings", counted, version, once)

    def withdraw_tally(
        self, congress_id: str, tally_id: str, reason: str, version: int | None, once: str
    ) -> None:
        self._act(congress_id, f"tallies/{tally_id}/withdraw", {"reason": reason}, version, once)

    def elected_of(self, congress_id: str) -> Document:
        """Elected people of a congress, a list for each body."""
        return dict(self._peer.get(f"/api/congress/congresses/{congress_id}/elected"))

    def name_elected(
        self, congress_id: str, of: str, people: Iterable[Mapping[str, object]], version: int | None
    ) -> None:
        path = f"/api/congress/congresses/{congress_id}/elected/{of}"
        self._peer.put(path, {"people": [dict(one) for one in people]}, **seen(version))

    def delegates_to(self, congress_id: str, after: str, limit: int) -> Document:
        """Whom the units right below have elected to this congress, a page of units."""
        query = asked(after=after, limit=limit)
        return dict(self._peer.get(f"/api/congress/congresses/{congress_id}/delegates", query))

    def choose_pilot(
        self, congress_id: str, wanted: Mapping[str, object], version: int | None, once: str
    ) -> None:
        """`wanted`: its own day, or none; whether over the heads of units between."""
        self._act(congress_id, "pilot", wanted, version, once)

    def take_over(self, congress_id: str, said: Mapping[str, object], version: int | None, once: str) -> None:
        """`said`: the day it was issued, an own day or none, days for the levels below, people, a note."""
        self._act(congress_id, "take-over", said, version, once)

    def people_here(self, congress_id: str, national_number: str = "") -> list[Document]:
        """Who can be named as responsible; with a number, whose it is."""
        asked_for = {"national_number": national_number}
        return list(self._peer.post(f"/api/congress/congresses/{congress_id}/people", asked_for)["items"])

    def teach(self, congress_id: str, text: str, version: int | None, once: str) -> None:
        self._act(congress_id, "lessons", {"text": text}, version, once)

    def lessons(self, congress_id: str, after: str) -> Document:
        """What pilots have learnt for this congress, a page at a time."""
        return dict(self._peer.get(f"/api/congress/congresses/{congress_id}/lessons", asked(after=after)))

    def postpone(
        self, congress_id: str, wanted: Mapping[str, object], version: int | None, once: str
    ) -> None:
        """`wanted`: until which day, and the reason."""
        self._act(congress_id, "postpone", wanted, version, once)

    def resume(self, congress_id: str, version: int | None, once: str) -> None:
        self._act(congress_id, "resume", {}, version, once)

    def block(self, congress_id: str, wanted: Mapping[str, object], version: int | None, once: str) -> None:
        """`wanted`: by which difficulty, and the reason."""
        self._act(congress_id, "block", wanted, version, once)

    def unblock(self, congress_id: str, version: int | None, once: str) -> None:
        self._act(congress_id, "unblock", {}, version, once)

    def _act(
        self, congress_id: str, act: str, body: Mapping[str, object], version: int | None, once: str
    ) -> Document:
        return dict(
            self._peer.post(
                f"/api/congress/congresses/{congress_id}/{act}",
                dict(body),
                Idempotency_Key=once,
                **seen(version),
            )
        )

    def rollup(self, plan_id: str, unit_id: str, course: str = "") -> Document | None:
        """None where the plan has no congress at or below the unit. `course`: of which milestone it is told."""
        try:
            return dict(self._peer.get(f"/api/congress/rollups/{plan_id}/{unit_id}", asked(course=course)))
        except PeerRefused as refusal:
            if refusal.type == "no-rollup":
                return None
            raise

    def rollups_at_level(self, plan_id: str, unit_id: str, level: str) -> list[Document]:
        """All units of one level below, not only those right below."""
        answer = self._peer.get(f"/api/congress/rollups/{plan_id}/{unit_id}", {"level": level})
        return list(answer["children"])

    def waiting(self, plan_id: str, unit_id: str, limit: int | None = None) -> Document:
        """A page of the congresses below a unit whose reports wait and are its own to decide."""
        wanted = {"plan_id": plan_id, "below": unit_id, "state": "submitted", "direct": True}
        return self.queue(wanted, limit=limit)

    def queue(
        self,
        wanted: Mapping[str, object],
        after: str = "",
        *,
        behind: str = "",
        totals: bool = False,
        limit: int | None = None,
    ) -> Document:
        """A page of what is `wanted` below a unit; `totals`: with the numbers of all that is below, by state.

        `behind`: the congress behind which the page begins, with its `position`.
        """
        said = {
            name: ("true" if value else None) if isinstance(value, bool) else value
            for name, value in wanted.items()
        }
        more = asked(after=after, limit=limit, behind=behind, totals="true" if totals else None)
        return dict(self._peer.get("/api/congress/congresses", asked(**said) | more))

    def remind_all(self, conditions: Mapping[str, object], once: str) -> Document:
        """All in a list: {id, asked_at, number}."""
        return dict(self._peer.post("/api/congress/reminders", dict(conditions), Idempotency_Key=once))

    def listed(self, wanted: Mapping[str, str], after: str = "", limit: int | None = None) -> Document:
        """A page of a list of congresses, in brief: see `CongressQuery`."""
        query = asked(**wanted, brief="true", after=after, limit=limit)
        return dict(self._peer.get("/api/congress/congresses", query))
