from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.domain.grants import DERIVED, WhyNot
from identity.operations.telling import What, told_to
from notifications import events
from notifications.domain.audience import ADMINISTER, APPROVE, REPORT, Question, rounds
from notifications.domain.digest import HANDFUL, tellings
from notifications.domain.kinds import Kind
from notifications.domain.matters import Concern, Matter, matters_of
from notifications.domain.notices import notice_of, reminder_notice
from notifications.domain.retry import LONGEST_PAUSE, MOST_ATTEMPTS, pause, stale
from servicekit.data.events import EventUnreadable

NOW = datetime(2026, 3, 24, 9, 30, tzinfo=UTC)
GRANT = {"grant_id": "g1", "account_id": "p1", "unit_id": "u1", "unit_path": ["root", "u1"], "role": "clerk"}
CONGRESS = {"congress_id": "c1", "plan_id": "plan1", "unit_id": "u1", "unit_path": ["root", "u1"]}
DEADLINE = {
    "plan_id": "plan1",
    "plan_name": "Congresses",
    "days": 7,
    "deadline": "2026-03-31",
    "units": [{"unit_id": "u1", "congress_id": "c1"}, {"unit_id": "u2", "congress_id": "c2"}],
}


def an_event(kind: str, data: Any) -> dict[str, Any]:
    return {"id": "e1", "type": kind, "at": NOW.isoformat(), "seq": 1, "data": data}


def matter(kind: str, data: Any) -> Matter:
    (found,) = matters_of(an_event(kind, data))
    return found


@pytest.mark.parametrize(
    ("event_type", "why", "kind"),
    [
        (events.GRANT_GIVEN, None, Kind.GRANT_GIVEN),
        (events.GRANT_GIVEN, "resumed", Kind.GRANT_RESUMED),
        (events.GRANT_GIVEN, "adopted", Kind.GRANT_ADOPTED),
        (events.GRANT_GIVEN, "period", Kind.GRANT_PERIOD),
        (events.GRANT_ENDED, "shortened", Kind.GRANT_PERIOD),
        (events.GRANT_BOUND, None, Kind.GRANT_BOUND),
        (events.GRANT_ENDED, "suspended", Kind.GRANT_SUSPENDED),
        (events.GRANT_ENDED, "revoked", Kind.GRANT_ENDED),
        (events.GRANT_ENDED, None, Kind.GRANT_ENDED),
        (events.GRANT_ENDED, "unconfirmed", Kind.GRANT_UNCONFIRMED),
        (events.GRANT_ENDED, "unit-ended", Kind.UNIT_ENDED),
    ],
)
def test_what_happened_to_a_grant_is_told_to_its_holder(event_type: str, why: str | None, kind: Kind) -> None:
    found = matter(event_type, {**GRANT, "why": why})
    assert (found.kind, found.account_id) == (kind, "p1")
    notice = notice_of(found, "p1", NOW)
    assert (notice.link, notice.unit_id, notice.at) == ("/grants/g1", "u1", NOW)


@pytest.mark.parametrize("event_type", [events.GRANT_GIVEN, events.GRANT_ENDED])
def test_an_invited_person_who_never_came_cannot_be_told(event_type: str) -> None:
    assert matters_of(an_event(event_type, {**GRANT, "account_id": None})) == []


def test_many_grants_that_end_at_once_are_told_each_to_its_holder() -> None:
    ended = [
        {**GRANT, "account_id": who, "grant_id": f"g{number}"}
        for number, who in enumerate(("p1", None, "p3"))
    ]
    found = matters_of(an_event(events.GRANTS_ENDED, {"grants": ended, "why": "chain"}))
    assert [(one.kind, one.account_id, one.grant_id) for one in found] == [
        (Kind.GRANT_ENDED, "p1", "g0"),
        (Kind.GRANT_ENDED, "p3", "g2"),
    ]
    assert len({one.id for one in found}) == 2


@pytest.mark.parametrize("what", What)
def test_what_was_done_behind_somebodys_back_is_told_to_each_and_all_at_once(what: What) -> None:
    (event,) = told_to(["p1", "p2", "operator", None, "doer"], what, ("root", "unit"), ("doer",))
    first, second = matters_of(an_event(event.type, event.data))
    assert [first.account_id, second.account_id] == ["p1", "p2"]
    assert first.kind is second.kind
    assert first.id != second.id
    assert told_to(["doer"], what, ("root",), ("doer",)) == []
    notice = notice_of(first, "p1", datetime(2026, 3, 1, tzinfo=UTC))
    assert notice.link.startswith("/")


@pytest.mark.parametrize("why", sorted(str(one) for one in DERIVED if one is not WhyNot.CHAIN))
def test_each_reason_to_lose_access_through_another_has_a_notice_of_its_own(why: str) -> None:
    (found,) = matters_of(an_event(events.GRANTS_ENDED, {"grants": [GRANT], "why": why}))
    assert found.kind.value == f"grant.{why.replace('-', '_')}"
    (back,) = matters_of(an_event(events.GRANTS_REVIVED, {"grants": [GRANT], "why": "resumed"}))
    assert back.kind is Kind.GRANT_REVIVED


def test_an_end_that_comes_is_told_with_its_day() -> None:
    found = matter(events.GRANT_ENDING, {**GRANT, "date": "2026-04-01"})
    assert notice_of(found, "p1", NOW).deadline == date(2026, 4, 1)


def test_a_second_person_is_sought_besides_the_one_who_asked() -> None:
    found = matter(events.GRANT_PROPOSED, {**GRANT, "asked_by": "p7"})
    assert (found.kind, found.besides, found.account_id) == (Kind.SECOND_PERSON, ("p7", "p1"), "")
    assert notice_of(found, "p9", NOW).link == "/grants/g1"


def test_whom_it_is_about_hears_of_it_when_it_is_done() -> None:
    about = {"unit_id": "root", "unit_path": ["root"], "asked_by": "p7", "not_to": ["p1", "p2"]}
    assert matter(events.JOINT_ACT_ASKED, about).besides == ("p7", "p1", "p2")
    with pytest.raises(EventUnreadable):
        matters_of(an_event(events.JOINT_ACT_ASKED, {**about, "not_to": "p1"}))


def test_a_change_of_a_role_is_told_besides_the_one_who_asked() -> None:
    about = {"unit_id": "root", "unit_path": ["root"], "asked_by": "p7", "change_id": "c"}
    found = matter(events.ROLE_CHANGE_ASKED, about)
    assert (found.besides, notice_of(found, "p9", NOW).link) == (("p7",), "/roles")


def test_a_move_that_waits_is_told_besides_the_one_who_asked() -> None:
    found = matter(events.MOVE_ASKED, {"unit_id": "u1", "unit_path": ["root", "u1"], "asked_by": "p7"})
    assert (found.besides, notice_of(found, "p9", NOW).link) == (("p7",), "/units/u1/move")


@pytest.mark.parametrize("event_type", [events.FALLBACK_ASKED, events.FALLBACK_DENIED])
def test_administrators_are_told_of_the_way_in_while_the_eid_is_down(event_type: str) -> None:
    about = {"unit_id": "u1", "unit_path": ["root", "u1"], "asked_by": "p7", "account_id": "p8"}
    found = matter(event_type, about)
    assert found.besides == (("p7",) if event_type == events.FALLBACK_ASKED else ())
    assert notice_of(found, "p9", NOW).link == "/units/u1/access/fallback"


@pytest.mark.parametrize("event_type", [events.GRANTS_TO_CONFIRM, events.GRANTS_UNCONFIRMED])
def test_superiors_are_told_how_many_grants_to_confirm_and_where(event_type: str) -> None:
    about = {"unit_id": "u1", "unit_path": ["root", "u1"], "count": 12, "date": "2026-04-01"}
    notice = notice_of(matter(event_type, about), "p9", NOW)
    assert (str(notice.kind), notice.link) == (event_type, "/units/u1/access/yearly")
    assert (notice.count, notice.deadline) == (12, date(2026, 4, 1))
    for broken in ({"count": 0}, {"count": True}, {"date": "soon"}, {"unit_path": ["root"]}):
        with pytest.raises(EventUnreadable):
            matters_of(an_event(event_type, {**about, **broken}))


def test_superiors_are_told_how_many_units_nobody_will_keep_and_where() -> None:
    about = {"unit_id": "u1", "unit_path": ["root", "u1"], "count": 3, "date": "2026-04-01"}
    notice = notice_of(matter(events.UNITS_LEFT_ALONE, about), "p9", NOW)
    assert (notice.link, notice.count) == ("/units/u1/access", 3)


@pytest.mark.parametrize(
    "event_type", [events.CONGRESS_SUBMITTED, events.CONGRESS_RETURNED, events.CONGRESS_APPROVED]
)
def test_a_congress_is_told_with_a_link_to_it(event_type: str) -> None:
    found = matter(event_type, CONGRESS)
    assert str(found.kind) == event_type
    assert notice_of(found, "p9", NOW).link == "/congresses/c1"


def test_of_what_is_missing_from_an_approved_report_its_unit_hears_by_the_same_event() -> None:
    told = [matter(events.CONGRESS_APPROVED, {**CONGRESS, "with_gaps": gaps}) for gaps in (True, False)]
    assert [one.kind for one in told] == [Kind.CONGRESS_APPROVED_WITH_GAPS, Kind.CONGRESS_APPROVED]
    with pytest.raises(EventUnreadable):
        matters_of(an_event(events.CONGRESS_APPROVED, {**CONGRESS, "with_gaps": "yes"}))


@pytest.mark.parametrize(("above", "kind"), [(True, Kind.COMMENTED_ABOVE), (False, Kind.COMMENTED_BELOW)])
def test_the_other_side_and_each_who_is_mentioned_hear_once_of_a_comment(above: bool, kind: Kind) -> None:
    said = {**CONGRESS, "above": above, "by": "p7", "mentions": ["p8", "p9"], "comment_id": "m1"}
    other_side, *mentioned = matters_of(an_event(events.CONGRESS_COMMENTED, said))
    assert (other_side.kind, other_side.account_id, other_side.besides) == (kind, "", ("p7", "p8", "p9"))
    assert [(one.kind, one.account_id) for one in mentioned] == [
        (Kind.MENTIONED, "p8"),
        (Kind.MENTIONED, "p9"),
    ]
    assert {notice_of(one, "p8", NOW).link for one in (other_side, *mentioned)} == {"/congresses/c1"}
    assert len({one.id for one in (other_side, *mentioned)}) == 3
    for broken in ({"above": "yes"}, {"mentions": "p8"}, {"mentions": ["../x"]}, {"by": None}):
        with pytest.raises(EventUnreadable):
            matters_of(an_event(events.CONGRESS_COMMENTED, {**said, **broken}))


def test_of_a_comment_on_a_request_for_access_those_hear_who_are_mentioned() -> None:
    said = {
        "unit_id": "unit",
        "unit_path": ["top", "unit"],
        "request_id": "r1",
        "by": "p7",
        "mentions": ["p8", "p9"],
    }
    found = matters_of(an_event(events.ACCESS_COMMENTED, said))
    assert [(one.kind, one.account_id) for one in found] == [
        (Kind.REQUEST_MENTIONED, "p8"),
        (Kind.REQUEST_MENTIONED, "p9"),
    ]
    assert {notice_of(one, "p8", NOW).link for one in found} == {"/access-requests/r1"}
    assert len({one.id for one in found}) == 2
    for broken in ({"request_id": "../x"}, {"mentions": ["a b"]}, {"mentions": "p8"}):
        with pytest.raises(EventUnreadable):
            matters_of(an_event(events.ACCESS_COMMENTED, {**said, **broken}))


def test_the_parts_of_one_reminder_have_one_topic_and_other_reminders_another() -> None:
    def topic(**changes: object) -> str:
        return matter(events.CONGRESS_DEADLINE_NEAR, {**DEADLINE, **changes}).topic

    assert topic() == topic(units=[{"unit_id": "u3", "congress_id": "c3"}])
    others = [topic(days=3), topic(deadline="2026-04-30"), topic(plan_id="plan2")]
    assert len({topic(), *others}) == 4


@pytest.mark.parametrize("event_type", events.MATTERS)
@pytest.mark.parametrize("data", [None, [], "text", {}, {"account_id": 3}, {"unit_id": {"$ne": None}}])
def test_an_event_that_does_not_say_what_it_promises_is_unreadable(event_type: str, data: object) -> None:
    if (
        event_type.startswith(("grant.", "offer.", "handover."))
        and isinstance(data, dict)
        and "account_id" not in data
    ):
        data = {**data, "account_id": "p1"}
    with pytest.raises(EventUnreadable):
        matters_of(an_event(event_type, data))


@pytest.mark.parametrize(
    "changes",
    [
        {"deadline": "soon"},
        {"deadline": None},
        {"days": "7"},
        {"units": {}},
        {"units": ["u1"]},
        {"units": [{"unit_id": "u1"}]},
        {"units": [{"unit_id": "u1", "congress_id": "../../etc"}]},
        {"plan_id": ""},
    ],
)
def test_a_reminder_with_a_broken_part_is_unreadable(changes: dict[str, Any]) -> None:
    with pytest.raises(EventUnreadable):
        matters_of(an_event(events.CONGRESS_DEADLINE_NEAR, {**DEADLINE, **changes}))


@pytest.mark.parametrize("bad", ["c1/../../evil", "C1", "c1\r\nBcc: x", "", "x" * 65, "c1\n"])
def test_what_is_no_id_never_gets_into_a_link(bad: str) -> None:
    with pytest.raises(EventUnreadable, match="congress_id"):
        matters_of(an_event(events.CONGRESS_RETURNED, {**CONGRESS, "congress_id": bad}))


PATH = ("hq", "division", "district", "unit")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (
            Kind.CONGRESS_SUBMITTED,
            [
                [(APPROVE, ("unit",))],
                [(APPROVE, ("district", "unit"))],
                [(APPROVE, ("division", "unit"))],
                [(APPROVE, ("hq", "unit"))],
            ],
        ),
        (Kind.CONGRESS_RETURNED, [[(REPORT, ("unit",)), (ADMINISTER, ("unit",))]]),
        (Kind.CONGRESS_APPROVED, [[(REPORT, ("unit",)), (ADMINISTER, ("unit",))]]),
        (Kind.DEADLINE_NEAR, [[(REPORT, ("unit",))], [(ADMINISTER, ("unit",))]]),
        (Kind.REMINDED, [[(REPORT, ("unit",))], [(ADMINISTER, ("unit",))]]),
        (Kind.COMMENTED_ABOVE, [[(REPORT, ("unit",))], [(ADMINISTER, ("unit",))]]),
        (
            Kind.COMMENTED_BELOW,
            [
                [(APPROVE, ("unit",))],
                [(APPROVE, ("district", "unit"))],
                [(APPROVE, ("division", "unit"))],
                [(APPROVE, ("hq", "unit"))],
            ],
        ),
    ],
)
def test_whom_a_matter_concerns(kind: Kind, expected: list[list[tuple[str, tuple[str, ...]]]]) -> None:
    asked = [[(q.permission, q.unit_path) for q in one] for one in rounds(kind, PATH)]
    assert asked == expected


@pytest.mark.parametrize(
    "kind",
    [
        *(Kind.SECOND_PERSON, Kind.GRANTS_TO_CONFIRM, Kind.GRANTS_UNCONFIRMED, Kind.UNITS_LEFT_ALONE),
        *(Kind.FALLBACK_ASKED, Kind.FALLBACK_DENIED, Kind.MOVE_ASKED),
    ],
)
def test_administrators_are_sought_here_and_then_ever_further_up(kind: Kind) -> None:
    asked = [[(q.permission, q.unit_path) for q in one] for one in rounds(kind, ("hq", "north", "u1"))]
    assert asked == [[(ADMINISTER, ("u1",))], [(ADMINISTER, ("north", "u1"))], [(ADMINISTER, ("hq", "u1"))]]


def test_the_report_of_the_root_can_only_be_approved_in_the_root() -> None:
    assert rounds(Kind.CONGRESS_SUBMITTED, ("hq",)) == ((Question(APPROVE, ("hq",)),),)


def concerns(number: int) -> list[Concern]:
    return [Concern(f"u{i}", f"c{i}", (f"u{i}",)) for i in range(number)]


@pytest.mark.parametrize(
    ("told", "waiting", "sizes"),
    [
        (0, 0, []),
        (0, 1, [1]),
        (0, 3, [1, 1, 1]),
        (0, 4, [4]),
        (0, 300, [300]),
        (1, 2, [1, 1]),
        (1, 3, [3]),
        (3, 1, [1]),
        (3, 2, [2]),
        (300, 1, [1]),
        (300, 40, [40]),
        (300, 0, []),
    ],
)
def test_more_than_a_handful_is_counted(told: int, waiting: int, sizes: list[int]) -> None:
    assert [len(one.concerns) for one in tellings(told, concerns(waiting))] == sizes


@given(st.lists(st.integers(0, 30), max_size=12))
def test_however_the_parts_come_every_unit_is_told_once_and_messages_stay_few(parts: list[int]) -> None:
    units, told, notices = concerns(sum(parts)), 0, []
    for part in parts:
        made = tellings(told, units[told : told + part])
        assert len(made) <= HANDFUL
        notices += [(told, one) for one in made]
        told += part
    assert [c for _, one in notices for c in one.concerns] == units
    ids = {reminder_notice("t", "p1", one, at, date(2026, 3, 31), NOW).id for at, one in notices}
    assert len(ids) == len(notices)


def test_a_changed_deadline_is_told_as_one_thing_whatever_parts_it_comes_in() -> None:
    about = {**DEADLINE, "change": "ch1"}
    first = matter(events.CONGRESS_DEADLINE_CHANGED, about)
    other = {**about, "units": [{"unit_id": "u3", "congress_id": "c3"}]}
    assert first.topic == matter(events.CONGRESS_DEADLINE_CHANGED, other).topic
    assert first.topic != matter(events.CONGRESS_DEADLINE_CHANGED, {**about, "change": "ch2"}).topic
    assert first.topic != matter(events.CONGRESS_DEADLINE_NEAR, DEADLINE).topic
    (many,), (one,) = tellings(0, concerns(9)), tellings(0, concerns(1))
    made = [
        reminder_notice("t", "p1", telling, 0, date(2026, 3, 31), NOW, first.kind) for telling in (many, one)
    ]
    assert [notice.kind for notice in made] == [Kind.DEADLINES_CHANGED, Kind.DEADLINE_CHANGED]


def test_decided_seats_are_told_once_to_each_unit_and_lead_to_its_share() -> None:
    about = {"division_id": "d1", "by": "chief", "units": [{"unit_id": "u1", "congress_id": "c1"}]}
    first = matter(events.CONGRESS_SEATS_DECIDED, about)
    other = matter(
        events.CONGRESS_SEATS_DECIDED, {**about, "units": [{"unit_id": "u2", "congress_id": "c2"}]}
    )
    assert (first.topic, first.besides) == (other.topic, ("chief",))
    assert first.topic != matter(events.CONGRESS_SEATS_DECIDED, {**about, "division_id": "d2"}).topic
    (one,), (many,) = tellings(0, list(first.concerns)), tellings(0, concerns(9))
    told = [reminder_notice("t", "p1", each, 0, None, NOW, first.kind) for each in (one, many)]
    assert [(notice.kind, notice.link) for notice in told] == [
        (Kind.SEATS_DECIDED, "/congresses/c1/seats"),
        (Kind.SEATS_DECIDED_MANY, "/"),
    ]


def test_counted_units_lead_to_ones_tasks_and_a_single_one_to_its_congress() -> None:
    (many,), (one,) = tellings(0, concerns(9)), tellings(0, concerns(1))
    counted = reminder_notice("t", "p1", many, 0, date(2026, 3, 31), NOW)
    single = reminder_notice("t", "p1", one, 0, date(2026, 3, 31), NOW)
    assert (counted.kind, counted.count, counted.link, counted.unit_id) == (Kind.DEADLINES_NEAR, 9, "/", "")
    assert (single.kind, single.link, single.unit_id) == (Kind.DEADLINE_NEAR, "/congresses/c0", "u0")


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [
        (0, MINUTE),
        (1, MINUTE),
        (2, 2 * MINUTE),
        (5, 16 * MINUTE),
        (MOST_ATTEMPTS - 1, LONGEST_PAUSE),
        (MOST_ATTEMPTS, None),
        (99, None),
    ],
)
def test_pauses_double_up_to_a_bound_and_end(attempts: int, expected: timedelta | None) -> None:
    assert pause(attempts, MINUTE) == expected


def test_a_mail_older_than_three_days_is_stale() -> None:
    assert not stale(NOW, NOW + timedelta(days=3))
    assert stale(NOW, NOW + timedelta(days=3, seconds=1))


REMINDED = {
    "plan_id": "p1",
    "reminder_id": "r1",
    "by": "chief",
    "side": "unit",
    "units": [{"unit_id": "u1", "unit_path": ["top", "u1"], "congress_id": "c1"}],
}


def test_of_all_that_one_act_reminds_of_each_side_is_told_once() -> None:
    first = matter(events.CONGRESS_REMINDED, REMINDED)
    assert (first.kind, first.besides, first.concerns[0].unit_path) == (Kind.REMINDED, ("chief",), ("u1",))
    assert matter(events.CONGRESS_REMINDED, {**REMINDED, "units": []}).topic == first.topic
    above = matter(events.CONGRESS_REMINDED, {**REMINDED, "side": "superior"})
    assert (above.kind, above.concerns[0].unit_path) == (Kind.REMINDED_ABOVE, ("top", "u1"))
    assert above.topic != first.topic
    assert matter(events.CONGRESS_REMINDED, {**REMINDED, "reminder_id": "r2"}).topic != first.topic
    with pytest.raises(EventUnreadable):
        matters_of(an_event(events.CONGRESS_REMINDED, {**REMINDED, "side": "everybody"}))


@pytest.mark.parametrize(
    ("event_type", "kind", "path", "asked"),
    [
        (
            events.DIFFICULTY_WAITS,
            Kind.DIFFICULTY_WAITS,
            ["north", "u1"],
            [[("congress:approve", ("north", "u1"))]],
        ),
        (
            events.DIFFICULTY_ANSWERED,
            Kind.DIFFICULTY_ANSWERED,
            ["u1"],
            [[("congress:report", ("u1",)), ("access:grant", ("u1",))]],
        ),
    ],
)
def test_of_a_difficulty_the_one_superior_with_which_it_lies_is_told_or_its_unit(
    event_type: str, kind: Kind, path: list[str], asked: Any
) -> None:
    found = matter(event_type, {"difficulty_id": "d1", "unit_id": "u1", "unit_path": path})
    assert found.kind is kind
    assert notice_of(found, "p1", NOW).link == "/difficulties/d1"
    told = rounds(found.kind, found.concerns[0].unit_path)
    assert [[(one.permission, one.unit_path) for one in some] for some in told] == asked
