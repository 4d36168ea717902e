"""The start page, made of what the services say."""

from typing import Any
from urllib.parse import parse_qsl

from portal.app import LISTS, TASKS
from portal.congress.views.lists import listed_of
from portal.start.views import Home, home_of

NOTHING: dict[str, Any] = {"tasks": [], "figures": [], "lists": [], "units_left_out": 0}
FIGURE = {
    "link": "/dashboard/p/r",
    "unit": {"en": "Root"},
    "about": {"en": "Plan"},
    "step": {"en": "Closed"},
    "total": 10,
    "done": 4,
    "late": 1,
    "overdue": 3,
    "left_out": 0,
    "done_before": 1,
}


def a_task(key: str, rank: str = "own", **changes: Any) -> dict[str, Any]:
    return {
        "key": key, "link": "/x", "rank": rank, "unit": None, "about": None, "step": None, "who": "", "count": 1,
        "oldest": None, "due": None, "urgency": "none", "lines": [], **changes,
    }  # fmt: skip


def a_line(**changes: Any) -> dict[str, Any]:
    return {
        "link": "/l", "names": {}, "word": "", "who": "", "also": [], "at": None, "due": None, "urgency": "none",
        "count": None, "total": None, **changes,
    }  # fmt: skip


def a_list(key: str, *lines: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    return {"key": key, "link": f"/{key}", "about": None, "lines": list(lines), "total": total}


def home(**answers: Any) -> Home:
    return home_of(
        {name: None if one is None else {**NOTHING, **one} for name, one in answers.items()}, TASKS, LISTS
    )


def test_one_task_stands_before_all_others_and_those_in_order() -> None:
    shown = home(
        congress={
            "tasks": [
                a_task("submit", due="2026-11-20"),
                a_task("approve", "others"),
                a_task("returned", "first", due="2026-12-01"),
            ]
        },
        identity={
            "tasks": [a_task("recertify", due="2026-11-01"), a_task("confirm", "others", due="2026-11-30")]
        },
        notifications={"tasks": [a_task("unread", "aside", count=3)]},
    )
    assert shown.lead is not None
    keys = [shown.lead.key, *(one.key for one in shown.tasks)]
    assert keys == ["returned", "approve", "confirm", "recertify", "submit"]
    assert [one.key for one in shown.asides] == ["unread"]


def test_messages_alone_are_no_task_before_all_others() -> None:
    shown = home(notifications={"tasks": [a_task("unread", "aside")]})
    assert shown.lead is None
    assert [one.key for one in shown.asides] == ["unread"]
    assert shown.calm


def test_nothing_is_said_to_wait_for_nobody_above_what_is_overdue_or_unknown() -> None:
    assert home(congress=NOTHING).calm
    assert not home(congress={"figures": [FIGURE]}).calm
    assert home(congress={"figures": [{**FIGURE, "overdue": 0}]}).calm
    assert not home(congress=NOTHING, identity=None).calm


def test_a_part_that_is_silent_is_named_and_the_rest_is_shown() -> None:
    shown = home(identity=None, congress={"tasks": [a_task("approve", "others")]})
    assert shown.silent == ("identity",)
    assert shown.lead is not None


def test_a_kind_that_nobody_here_knows_is_still_a_task_with_its_way() -> None:
    shown = home(ballots={"tasks": [a_task("cast")]})
    assert shown.lead is not None
    assert shown.lead.words.one == "Something waits for you"
    assert shown.lead.link == "/x"


def test_entries_of_several_services_are_one_list_of_the_newest_and_posts_come_last() -> None:
    def at(*days: int) -> list[dict[str, Any]]:
        return [a_line(at=f"2026-11-{day:02}") for day in days]

    shown = home(
        identity={"lists": [a_list("posts", a_line(), total=1), a_list("entries", *at(20, 18, 16))]},
        congress={"lists": [a_list("entries", *at(19, 17, 15))]},
        membership={"lists": [a_list("other", a_line())]},
    )
    assert [one.key for one in shown.lists] == ["entries", "posts"]
    assert [line.at for line in shown.lists[0].lines] == [f"2026-11-{day}" for day in (20, 19, 18, 17, 16)]
    assert [one.further for one in shown.lists] == [True, False]


def test_a_figure_counts_what_is_on_time_late_and_overdue() -> None:
    (figure,) = home(congress={"figures": [FIGURE]}).figures
    share = figure.share
    assert (share.total, share.done, share.on_time, share.late, share.overdue, share.to_come) == (
        10,
        4,
        3,
        1,
        3,
        3,
    )


def test_each_part_of_a_figure_leads_to_the_list_of_what_it_counts() -> None:
    (figure,) = home(congress={"figures": [FIGURE]}).figures
    closing = {"key": "ended", "names": {}, "mark": "closed"}
    plan = {"id": "p", "milestones": [{"key": "opened", "names": {}}, closing], "deadlines": {}}
    for part in figure.share.parts:
        path, _, query = figure.list_of(part.kind).partition("?")
        assert path == "/lists/p/r"
        listed = listed_of(plan, "r", dict(parse_qsl(query)))
        assert (listed.which, listed.milestone) == (part.kind, "ended")


def test_what_is_postponed_or_blocked_is_not_still_to_come() -> None:
    (figure,) = home(congress={"figures": [{**FIGURE, "postponed": 1, "blocked": 1}]}).figures
    assert (figure.share.to_come, figure.share.postponed, figure.share.blocked) == (1, 1, 1)


def test_what_a_week_has_changed_is_said_where_that_day_was_kept() -> None:
    (figure,) = home(congress={"figures": [FIGURE]}).figures
    (unknown,) = home(congress={"figures": [{**FIGURE, "done_before": None}]}).figures
    assert (figure.change, unknown.change) == (3, None)
