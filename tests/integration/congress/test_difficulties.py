"""Difficulties over HTTP: raised, forwarded, asked back, answered, confirmed; listed where they wait; read by their
chain, and not there for anybody else."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from congress.context import Context
from congress.domain.difficulty_joining import JOINED_MOST
from congress.operations import difficulties_sought
from congress.operations.difficulties_sought import Sought
from congress.operations.difficulty_clock import climb, climb_one
from congress.operations.difficulty_figures import check_of
from congress.operations.difficulty_lists import mend_lists, verify_lists
from servicekit.calendar.days import Calendar
from servicekit.ids import new_id
from servicekit.work.clock import Clock
from tests.integration.congress.scene import (
    APPROVER,
    CLERK,
    PATHS,
    READER,
    Desk,
    Json,
    a_told_unit,
    tell_units,
)
from tests.processes import House

WANTED = {"kind": "personnel", "urgency": "soon", "text": "Nobody stands for secretary."}


def type_of(answer: Any) -> str:
    assert answer.status_code >= 400, answer.text
    return str(answer.json()["type"].rpartition("/")[2])


def raised(desk: Desk, **changes: Any) -> Json:
    body = {"unit_id": desk.unit, **WANTED, **changes}
    answer = desk.send("POST", "/difficulties", body, Idempotency_Key=new_id())
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def act(desk: Desk, one: Json, name: str, body: Json) -> Any:
    return desk.send("POST", f"/difficulties/{one['id']}/{name}", body, If_Match=f'"{one["version"]}"')


def done(desk: Desk, one: Json, name: str, **body: Any) -> Json:
    answer = act(desk, one, name, body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def listed(desk: Desk, which: str = "", more: str = "") -> list[str]:
    found = desk.get(f"/difficulties?unit_id={desk.unit}&which={which or 'all'}{more}")
    ids = [one["id"] for one in found["items"]]
    assert found["total"] == len(ids)
    return ids


@pytest.fixture(autouse=True)
def _none_before(context: Context) -> None:
    names = (
        *("difficulties", "difficulty_sums", "difficulty_contributions"),
        *("listed", "listed_totals", "listed_notes"),
    )
    for name in names:
        context.database.mongo[name].delete_many({})


@pytest.fixture
def clerk(congress_house: House) -> Desk:
    return Desk(congress_house, "n1", CLERK)


@pytest.fixture
def north(congress_house: House) -> Desk:
    return Desk(congress_house, "north", APPROVER)


@pytest.fixture
def root(congress_house: House) -> Desk:
    return Desk(congress_house, "root", APPROVER)


def test_it_goes_up_comes_down_and_is_solved_and_each_sees_it_where_it_waits(
    context: Context, clerk: Desk, north: Desk, root: Desk
) -> None:
    one = raised(clerk)
    assert (one["state"], one["place"]["id"], one["waits_with"]["id"]) == ("open", "north", "north")
    assert one["due"] > context.clock.today().isoformat()
    assert (listed(north, "waiting"), listed(clerk, "waiting"), listed(root)) == ([one["id"]], [], [])
    assert listed(north, "open") == listed(north, "", "&kind=personnel") == listed(north, "", "&below=n1")
    assert (
        listed(north, "answered") == listed(north, "", "&kind=other") == listed(north, "", "&below=n2") == []
    )
    asked = done(north, one, "ask-back", text="Since when?")
    assert (asked["waits_with"]["id"], asked["due"]) == ("n1", None)
    assert (listed(clerk, "waiting"), listed(north, "waiting")) == ([one["id"]], [])
    replied = done(clerk, asked, "reply", text="Since May.")
    sent = done(north, replied, "forward", text="We have nobody either.")
    assert (sent["place"]["id"], listed(root, "waiting")) == ("root", [one["id"]])
    assert listed(root, "", "&below=north") == [one["id"]]
    answered = done(root, sent, "answer", text="Appoint the deputy.")
    assert type_of(act(root, answered, "answer", {"text": "Again."})) == "not-open"
    again = done(clerk, answered, "confirm", solved=False, text="The deputy has left.")
    assert (again["state"], again["place"]["id"]) == ("open", "root")
    answered = done(root, again, "answer", text="We send somebody.")
    solved = done(clerk, answered, "confirm", solved=True, text="")
    assert (solved["state"], solved["waits_with"]) == ("solved", None)
    assert type_of(act(clerk, solved, "withdraw", {})) == "difficulty-over"
    for desk in (clerk, north, root):
        assert (listed(desk, "waiting"), listed(desk, "solved")) == ([], [one["id"]])
    way = root.get(f"/difficulties/{one['id']}")["steps"]
    assert [(step["kind"], step["unit"]["id"], (step["to"] or {}).get("id")) for step in way] == [
        ("raised", "n1", "north"),
        ("asked_back", "north", None),
        ("replied", "n1", "north"),
        ("forwarded", "north", "root"),
        ("answered", "root", None),
        ("not_solved", "n1", "root"),
        ("answered", "root", None),
        ("solved", "n1", None),
    ]
    stored = context.database.mongo["difficulties"].find_one({"_id": one["id"]})
    assert stored is not None
    written = [item["action"] for item in stored["_outbox"] if item["kind"] == "audit"]
    assert len(written) == len(way)
    # What was said is nobody's but the chain's: the audit is read by others too.
    assert "deputy" not in str(stored["_outbox"])


def test_for_everybody_outside_its_chain_it_is_not_there(
    congress_house: House, clerk: Desk, north: Desk, root: Desk
) -> None:
    one = raised(clerk)
    missing = {**one, "id": new_id()}
    outside = [root, *(Desk(congress_house, unit, (*CLERK, *APPROVER)) for unit in ("n2", "south", "s1"))]
    for desk in outside:
        for what in (one, missing):
            answers = [
                desk.send("GET", f"/difficulties/{what['id']}"),
                act(desk, what, "answer", {"text": "x"}),
            ]
            assert [answer.status_code for answer in answers] == [404, 404]
            assert type_of(answers[0]) == "not-found"
        assert listed(desk) == []
    assert north.get(f"/difficulties/{one['id']}")["text"] == WANTED["text"]
    # A list is of the unit at which one stands, and not of one below it.
    assert root.send("GET", "/difficulties?unit_id=north").status_code == 404
    assert root.send("GET", f"/difficulties?unit_id={new_id()}").status_code == 404
    done(north, one, "forward", text="Please.")
    assert root.get(f"/difficulties/{one['id']}")["id"] == one["id"]


def test_only_the_superior_with_which_it_lies_answers_and_names_are_told_to_those_who_act(
    congress_house: House, clerk: Desk, north: Desk, root: Desk
) -> None:
    one = done(north, raised(clerk), "forward", text="Please.")
    assert type_of(act(north, one, "answer", {"text": "x"})) == "lies-elsewhere"
    assert type_of(act(clerk, one, "reply", {"text": "x"})) == "nothing-asked-back"
    both = Desk(congress_house, "root", APPROVER, account_id=clerk.account_id)
    assert type_of(act(both, one, "answer", {"text": "x"})) == "own-difficulty"
    reader = Desk(congress_house, "root", READER)
    assert reader.get(f"/difficulties/{one['id']}")["steps"][0]["by"] == ""
    assert root.get(f"/difficulties/{one['id']}")["steps"][0]["by"] == clerk.account_id
    assert act(reader, one, "answer", {"text": "x"}).status_code == 403
    assert reader.send("POST", "/difficulties", {"unit_id": "root", **WANTED}).status_code == 403


def test_it_blocks_a_milestone_of_its_own_congress_or_nothing(clerk: Desk, plan: Json) -> None:
    own = clerk.congress_of("n1", plan)
    one = raised(clerk, congress_id=own["id"], milestone="opened")
    assert one["blocks"]["milestone_names"]["en"] == "Opened"
    aside = Desk(clerk.house, "n2", CLERK).congress_of("n2", plan)
    wrong: list[Json] = [
        {"congress_id": aside["id"]},
        {"congress_id": new_id()},
        {"congress_id": own["id"], "milestone": "none"},
        {"milestone": "opened"},
    ]
    for changes in wrong:
        body = {"unit_id": "n1", **WANTED, **changes}
        answer = clerk.send("POST", "/difficulties", body, Idempotency_Key=new_id())
        assert (answer.status_code, type_of(answer)) == (422, "not-its-congress")


def test_sent_twice_it_is_raised_once_and_of_two_who_act_at_once_one_is_refused(
    congress_house: House, clerk: Desk, north: Desk
) -> None:
    key, body = new_id(), {"unit_id": "n1", **WANTED}
    sent = [clerk.send("POST", "/difficulties", body, Idempotency_Key=key) for _ in range(2)]
    assert sent[0].json()["id"] == sent[1].json()["id"]
    assert clerk.send("POST", "/difficulties", body).status_code == 428
    one = sent[0].json()
    second = Desk(congress_house, "north", APPROVER)
    with ThreadPoolExecutor(2) as pool:
        tried = list(pool.map(lambda desk: act(desk, one, "answer", {"text": "So."}), (north, second)))
    assert sorted(answer.status_code for answer in tried) in ([200, 409], [200, 412])
    assert len(north.get(f"/difficulties/{one['id']}")["steps"]) == 2
    assert type_of(act(clerk, one, "withdraw", {})) == "stale"


def test_what_is_sent_wrongly_is_refused_by_its_field(clerk: Desk, north: Desk) -> None:
    one = raised(clerk)
    wrong: list[tuple[str, Json]] = [
        ("kind", {"kind": "gossip"}),
        ("urgency", {"urgency": "now"}),
        ("text", {"text": " "}),
        ("text", {"text": "x" * 2001}),
        ("text", {"text": 7}),
        ("unit_id", {"unit_id": "$"}),
        ("more", {"more": 1}),
    ]
    for field, changes in wrong:
        body = {"unit_id": "n1", **WANTED, **changes}
        answer = clerk.send("POST", "/difficulties", body, Idempotency_Key=new_id())
        assert answer.status_code == 422, answer.text
        assert field in answer.text
    assert act(north, one, "answer", {}).status_code == 422
    assert act(north, one, "forward", {"text": ""}).status_code == 422
    answered = done(north, one, "answer", text="So.")
    assert act(clerk, answered, "confirm", {"solved": "yes", "text": ""}).status_code == 422
    assert type_of(act(clerk, answered, "confirm", {"solved": False})) == "why-not-solved"
    assert north.send("GET", "/difficulties?unit_id=north&kind=other&below=n1").status_code == 422
    for after in ("x", "WyJ4Il0"):
        assert north.send("GET", f"/difficulties?unit_id=north&after={after}").status_code == 422


def test_a_list_comes_in_pages_none_left_out_and_what_waits_longest_first(clerk: Desk, north: Desk) -> None:
    ids = [raised(clerk)["id"] for _ in range(5)]
    for which, expected in (("", ids[::-1]), ("waiting", ids)):
        found, after = list[str](), ""
        while True:
            page = north.get(f"/difficulties?unit_id=north&which={which or 'all'}&limit=2&after={after}")
            found += [one["id"] for one in page["items"]]
            assert page["total"] == 5
            if not (after := page["next"]):
                break
        assert found == expected


def test_at_the_top_several_are_joined_and_one_answer_goes_down_to_all_of_them(
    congress_house: House, clerk: Desk, north: Desk, root: Desk
) -> None:
    others = {unit: Desk(congress_house, unit, CLERK) for unit in ("n2", "s1", "south")}
    south = Desk(congress_house, "south", APPROVER)
    of_n1, of_n2 = (done(north, raised(one), "forward", text="Look.") for one in (clerk, others["n2"]))
    below, at_once = raised(others["s1"]), raised(others["south"])

    def join(desk: Desk, *some: Json, unit: str = "root") -> Any:
        body = {"unit_id": unit, "ids": [one["id"] for one in some]}
        return desk.send("POST", "/difficulties/join", body, Idempotency_Key=new_id())

    assert type_of(join(root, of_n1)) == "too-few-to-join"
    assert type_of(join(south, below, below, unit="south")) == "joined-at-the-top"
    # What has not come up is not there.
    assert join(root, of_n1, below).status_code == 404
    assert join(north, of_n1, of_n2).status_code == 404
    assert join(root, of_n1, of_n2).status_code == 200
    assert join(root, of_n1, at_once).status_code == 200
    seen = root.get(f"/difficulties/{of_n1['id']}")
    assert sorted(one["unit"]["id"] for one in seen["others"]) == ["n2", "south"]
    assert seen["steps"][-1]["kind"] == "joined"
    # A unit learns that others are asked for the same, and not who.
    own = clerk.get(f"/difficulties/{of_n1['id']}")
    assert (own["joined"], own["others"]) == (True, [])
    assert north.get(f"/difficulties/{of_n1['id']}")["others"] == []
    # What else it goes to is named as it was shown; who has looked at one alone has not seen the others.
    assert type_of(act(root, seen, "answer", {"text": "So."})) == "others-changed"
    beside = {one["id"]: one["version"] for one in seen["others"]}
    stale = {**beside, at_once["id"]: beside[at_once["id"]] - 1}
    assert type_of(act(root, seen, "answer", {"text": "So.", "beside": stale})) == "others-changed"
    answered = done(root, seen, "answer", text="A decree comes on Monday.", beside=beside)
    for desk, one in ((clerk, of_n1), (others["n2"], of_n2), (others["south"], at_once)):
        found = desk.get(f"/difficulties/{one['id']}")
        assert (found["state"], found["steps"][-1]["text"]) == ("answered", "A decree comes on Monday.")
    assert others["s1"].get(f"/difficulties/{below['id']}")["state"] == "open"
    # Each says for itself whether it is solved, and is answered alone where it is meant alone.
    done(clerk, answered, "confirm", solved=True, text="")
    for unit, one in (("n2", of_n2), ("south", at_once)):
        desk = others[unit]
        done(desk, desk.get(f"/difficulties/{one['id']}"), "confirm", solved=False, text="It did not come.")
    done(root, root.get(f"/difficulties/{of_n2['id']}"), "answer", text="Tuesday.", alone=True)
    states = [root.get(f"/difficulties/{one['id']}")["state"] for one in (of_n1, of_n2, at_once)]
    assert states == ["solved", "answered", "open"]


def test_two_groups_do_not_become_one_and_whoever_wrote_one_answers_none_of_it(
    congress_house: House, root: Desk
) -> None:
    clerks = [Desk(congress_house, unit, CLERK) for unit in ("north", "south", "north", "south")]
    first, second, third, fourth = map(raised, clerks)
    for some in ((first, second), (third, fourth)):
        body: Json = {"unit_id": "root", "ids": [one["id"] for one in some]}
        assert root.send("POST", "/difficulties/join", body, Idempotency_Key=new_id()).status_code == 200
    body = {"unit_id": "root", "ids": [first["id"], third["id"]]}
    assert (
        type_of(root.send("POST", "/difficulties/join", body, Idempotency_Key=new_id())) == "joined-otherwise"
    )
    own = Desk(congress_house, "root", APPROVER, account_id=clerks[1].account_id)
    seen = own.get(f"/difficulties/{first['id']}")
    beside = {one["id"]: one["version"] for one in seen["others"]}
    assert type_of(act(own, seen, "answer", {"text": "So.", "beside": beside})) == "own-difficulty"
    assert root.get(f"/difficulties/{second['id']}")["state"] == "open"
    assert done(own, seen, "answer", text="So.", alone=True)["state"] == "answered"


def test_what_was_joined_is_separated_and_goes_on_by_itself(congress_house: House, root: Desk) -> None:
    desks = [Desk(congress_house, unit, CLERK) for unit in ("north", "south", "north")]
    some = [raised(desk) for desk in desks]
    body = {"unit_id": "root", "ids": [one["id"] for one in some]}
    assert root.send("POST", "/difficulties/join", body, Idempotency_Key=new_id()).status_code == 200
    first, second, third = (root.get(f"/difficulties/{one['id']}") for one in some)
    assert first["acts"]["separate"]["allowed"]
    # Only where it is answered, as it was seen, and for those outside its chain it is not there.
    assert act(desks[0], first, "separate", {}).status_code == 403
    assert act(Desk(congress_house, "south", APPROVER), first, "separate", {}).status_code == 404
    assert act(root, {**first, "version": 1}, "separate", {}).status_code == 412
    alone = done(root, first, "separate", text="Yours is about a list.")
    assert (alone["joined"], alone["due"], alone["state"]) == (False, first["due"], "open")
    assert type_of(act(root, alone, "separate", {})) == "not-joined"
    told = desks[1].get(f"/difficulties/{second['id']}")
    assert (told["joined"], told["steps"][-1]["kind"]) == (True, "other_separated")
    # The answer to those that are left does not go to it; who has not seen that it left looks first.
    assert type_of(act(root, third, "answer", {"text": "So."})) == "stale"
    third = root.get(f"/difficulties/{third['id']}")
    assert [one["unit"]["id"] for one in third["others"]] == ["south"]
    beside = {one["id"]: one["version"] for one in third["others"]}
    done(root, third, "answer", text="So.", beside=beside)
    assert root.get(f"/difficulties/{second['id']}")["state"] == "answered"
    assert root.get(f"/difficulties/{first['id']}")["state"] == "open"
    assert done(root, alone, "answer", text="Take the old list.")["state"] == "answered"


def rows_of_file(desk: Desk, **wanted: str) -> list[dict[str, str]]:
    body = {"unit_id": desk.unit, "as": "csv", **wanted}
    asked = desk.send("POST", "/exports/difficulties", body, Idempotency_Key=new_id())
    assert asked.status_code == 201, asked.text
    taken = desk.send("GET", asked.json()["link"].removeprefix("/api/congress"))
    assert taken.status_code == 200, taken.text
    return list(csv.DictReader(io.StringIO(taken.text.removeprefix("\ufeff"))))


def test_a_list_is_taken_along_just_as_it_is_shown(
    congress_house: House, clerk: Desk, north: Desk, root: Desk
) -> None:
    other = Desk(congress_house, "n2", CLERK)
    long = "word " * 100
    raised(clerk, text=long)
    second, third = raised(other, kind="other"), raised(clerk, kind="other")
    done(north, second, "ask-back", text="Why?")
    done(north, third, "forward", text="Look.")
    for which, more in (
        ("all", {}),
        ("open", {}),
        ("waiting", {}),
        ("all", {"kind": "other"}),
        ("open", {"below": "n1"}),
    ):
        query = "".join(f"&{name}={value}" for name, value in more.items())
        shown = north.get(f"/difficulties?unit_id=north&which={which}{query}")["items"]
        wanted = {
            "which": which,
            **{("about" if name == "kind" else name): one for name, one in more.items()},
        }
        found = rows_of_file(north, **wanted)
        assert [row["Code"] for row in found] == [one["unit"]["code"] for one in shown]
        assert found
    (row,) = rows_of_file(north, about="personnel")
    assert (row["State"], row["What it is about"], row["Code of the unit above"]) == (
        *("Waits for an answer", "Personnel"),
        "NORTH",
    )
    # As the page, it cuts what is long, and tells nobody's name.
    assert len(row["What the difficulty is"]) <= 140
    assert not [column for column in row if "by" in column.lower().split()]
    # Of what has not come further up nothing is taken further up, and by nobody from outside.
    assert len(rows_of_file(root)) == 1
    body = {"unit_id": "north", "as": "csv"}
    for desk in (root, clerk, Desk(congress_house, "south", APPROVER)):
        assert desk.send("POST", "/exports/difficulties", body, Idempotency_Key=new_id()).status_code == 404
        assert desk.send("GET", "/exports/difficulties/file?unit_id=north&as=csv").status_code == 404
    twice = {**body, "which": "waiting", "about": "other"}
    assert north.send("POST", "/exports/difficulties", twice, Idempotency_Key=new_id()).status_code == 422


def test_a_long_list_is_walked_some_at_a_time_and_is_whole(
    context: Context, clerk: Desk, north: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [raised(clerk)["id"] for _ in range(7)]
    monkeypatch.setattr(difficulties_sought, "AT_ONCE", 3)
    for which in ("all", "waiting"):
        parts = list(difficulties_sought.walk(context, Sought("north", which)))
        assert [len(one) for one in parts] == [3, 3, 1]
        assert sorted(one.id for some in parts for one in some) == sorted(made)


def tasks_of(desk: Desk) -> list[tuple[str, str, int]]:
    found = desk.get(f"/tasks?unit_id={desk.unit}")["tasks"]
    return [(one["key"], one["link"], one["count"]) for one in found if "difficult" in one["key"]]


def test_whose_turn_it_is_has_a_task_with_how_many_there_are(clerk: Desk, north: Desk) -> None:
    first, second = raised(clerk), raised(clerk)
    link = "/difficulties/of/{}?which=waiting"
    assert tasks_of(north) == [("difficulty", link.format("north"), 2)]
    assert tasks_of(clerk) == []
    done(north, first, "ask-back", text="Why?")
    done(north, second, "answer", text="So.")
    assert tasks_of(north) == []
    assert sorted(tasks_of(clerk)) == [
        ("difficulty-answered", link.format("n1"), 1),
        ("difficulty-asked-back", link.format("n1"), 1),
    ]


def counted(desk: Desk, unit: str = "") -> tuple[dict[str, Any], dict[str, Any], int]:
    found = desk.get(f"/difficulties/figures?unit_id={unit or desk.unit}")
    kinds = {one.pop("kind"): one for one in found["kinds"]}
    return kinds, {one.pop("unit")["id"]: one for one in found["items"]}, found["further_below"]


def test_figures_count_what_has_reached_the_unit_and_the_list_behind_each_has_just_those_rows(
    context: Context, congress_house: House, clerk: Desk, north: Desk, root: Desk
) -> None:
    aside = Desk(congress_house, "n2", CLERK)
    sent = done(north, raised(clerk), "forward", text="Look.")
    raised(aside, kind="other")
    overdue = raised(aside)
    climb(later(context, 20))  # what lies below climbs to the topmost unit, and what lies there is overdue
    new = raised(clerk, kind="other")
    kinds, units, further = counted(root)
    assert (kinds["personnel"]["open"], kinds["personnel"]["overdue"]) == (2, 2)
    assert (kinds["other"]["open"], units["north"]["open"], further) == (1, 3, 1)
    assert len(listed(root, "open", "&kind=personnel")) == 2
    assert len(listed(root, "open", "&below=north")) == 3
    kinds, units, further = counted(north)
    assert (kinds["other"]["open"], units["n1"]["open"], units["n2"]["overdue"], further) == (2, 2, 2, 0)
    assert len(listed(north, "overdue", "&below=n2")) == 2
    answered = done(north, new, "answer", text="So.")
    done(clerk, answered, "confirm", solved=True, text="")
    done(aside, aside.get(f"/difficulties/{overdue['id']}"), "withdraw", text="")
    kinds, units, further = counted(root)
    assert (kinds["personnel"]["open"], further) == (1, 0)
    assert counted(north)[0]["other"]["solved"] == 1
    assert root.get(f"/difficulties/{sent['id']}")["standing"] == "overdue"
    assert root.send("GET", "/difficulties/figures?unit_id=north").status_code == 404
    while context.difficulties.engine.count_changes(context.clock.now()):
        continue
    assert check_of(context).verify() == []


def later(context: Context, days: int) -> Context:
    return replace(context, clock=Clock(shift=timedelta(days=days)), calendar=Calendar())


def test_what_nobody_answers_climbs_a_level_for_each_clock_that_runs_out_and_stays_at_the_top(
    context: Context, clerk: Desk, north: Desk, root: Desk
) -> None:
    one, answered = raised(clerk), raised(clerk)
    done(north, answered, "answer", text="So.")
    assert climb(context) == 0
    # Its day itself still counts.
    due = date.fromisoformat(one["due"])
    assert climb(later(context, (due - context.clock.today()).days)) == 0
    # After a week without the program it climbs one level, and the next day is counted from now.
    after = later(context, 20)
    assert [climb(after), climb(after)] == [1, 0]
    found = root.get(f"/difficulties/{one['id']}")
    assert (found["place"]["id"], found["standing"]) == ("root", "overdue")
    assert found["due"] == (after.clock.today() + timedelta(days=3)).isoformat()
    step = found["steps"][-1]
    assert (step["kind"], step["unit"]["id"], step["to"]["id"], step["by"]) == (
        "climbed",
        "north",
        "root",
        "",
    )
    assert (listed(root, "waiting"), listed(north, "waiting")) == ([one["id"]], [])
    assert (listed(north, "overdue"), listed(north, "open")) == ([one["id"]], [one["id"]])
    at_the_top = later(context, 60)
    assert [climb(at_the_top), climb(at_the_top)] == [1, 0]
    found = root.get(f"/difficulties/{one['id']}")
    assert (found["place"]["id"], found["standing"], found["due"]) == ("root", "overdue", None)
    stored = context.database.mongo["difficulties"].find_one({"_id": one["id"]})
    assert stored is not None
    told = [item["data"]["unit_path"] for item in stored["_outbox"] if item["kind"] == "event"]
    assert told == [["north", "n1"], ["root", "n1"]]


def test_what_lies_with_the_topmost_from_the_beginning_is_overdue_there_once(
    congress_house: House, context: Context, root: Desk
) -> None:
    one = raised(Desk(congress_house, "north", CLERK))
    assert listed(root, "overdue") == []
    assert [climb(later(context, 20)), climb(later(context, 20))] == [1, 0]
    assert listed(root, "overdue") == listed(root, "waiting") == [one["id"]]


def test_who_answers_while_it_climbs_is_not_overwritten_and_killed_in_between_nothing_is_half(
    context: Context, clerk: Desk, north: Desk
) -> None:
    one, second = raised(clerk), raised(clerk)
    after = later(context, 20)
    seen = after.difficulties.run_out(after.clock.today(), 10)
    done(north, one, "answer", text="So.")
    assert [climb_one(after, stale) for stale in seen] == [0, 1]

    class Killed(Exception):
        pass

    def killed() -> None:
        (left,) = after.difficulties.of_units(["n9"])
        climb_one(after, left)
        raise Killed

    PATHS["n9"] = ("root", "north", "n9")
    try:
        tell_units(context, [a_told_unit(PATHS["n9"])])
        third = raised(Desk(clerk.house, "n9", CLERK))
        with pytest.raises(Killed):
            context.database.in_transaction(killed)
        found = north.get(f"/difficulties/{third['id']}")
        assert (found["place"]["id"], len(found["steps"])) == ("north", 1)
        assert climb(after) == 1
    finally:
        tell_units(context, [a_told_unit(PATHS.pop("n9"), valid_to="2026-01-01")])
    assert second["id"] in listed(north, "overdue")


def test_it_follows_its_unit_to_another_superior(congress_house: House, context: Context) -> None:
    moving = ("root", "north", "n9")
    PATHS["n9"] = moving
    try:
        tell_units(context, [a_told_unit(moving)])
        clerk, north = Desk(congress_house, "n9", CLERK), Desk(congress_house, "north", APPROVER)
        one, author = raised(clerk), clerk.account_id
        PATHS["n9"] = ("root", "south", "n9")
        tell_units(context, [a_told_unit(PATHS["n9"])])
        south, clerk = Desk(congress_house, "south", APPROVER), Desk(congress_house, "n9", CLERK)
        assert act(north, one, "answer", {"text": "So."}).status_code == 404
        assert (listed(north), listed(south, "waiting")) == ([], [one["id"]])
        assert type_of(act(south, one, "answer", {"text": "So."})) == "stale"
        one = south.get(f"/difficulties/{one['id']}")
        assert one["place"]["id"] == "south"
        # It begins anew there: its way says so, its day counts from now, and whoever answers there hears of it.
        assert (one["steps"][-1]["kind"], one["steps"][-1]["to"]["id"]) == ("moved", "south")
        stored = context.database.mongo["difficulties"].find_one({"_id": one["id"]})
        assert stored is not None
        heard = [item["data"] for item in stored["_outbox"] if item["kind"] == "event"]
        assert [item["unit_path"] for item in heard] == [["north", "n9"], ["south", "n9"]]
        assert heard[-1]["besides"] == [author]
        tell_units(context, [a_told_unit(PATHS["n9"], valid_to="2026-01-01")])
        new = {"unit_id": "n9", **WANTED}
        answer = clerk.send("POST", "/difficulties", new, Idempotency_Key=new_id())
        assert type_of(answer) == "unit-ended"
    finally:
        del PATHS["n9"]


def test_when_its_unit_ends_it_goes_over_to_whoever_took_that_over_and_nothing_of_it_is_lost(
    congress_house: House, context: Context, north: Desk, root: Desk
) -> None:
    PATHS["n8"], PATHS["n9"] = ("root", "north", "n8"), ("root", "north", "n9")
    merged = a_told_unit(PATHS["n9"], valid_to="2026-01-01", successors=["n8"])
    try:
        tell_units(context, [a_told_unit(PATHS["n9"])])
        clerk = Desk(congress_house, "n9", CLERK)
        waits, asked, over = (raised(clerk) for _ in range(3))
        asked = done(north, asked, "ask-back", text="Since when?")
        done(clerk, over, "withdraw", text="")
        # Told before its successor it waits, and told again it has gone over already.
        tell_units(context, [merged])
        assert listed(north, "ended") == [asked["id"], waits["id"]]
        for _ in range(2):
            tell_units(context, [a_told_unit(PATHS["n8"])])
            tell_units(context, [merged])
        heir = Desk(congress_house, "n8", CLERK)
        assert (listed(north, "waiting"), listed(heir, "waiting")) == ([waits["id"]], [asked["id"]])
        assert (listed(north, "", "&below=n8"), listed(north, "", "&below=n9")) == (
            [asked["id"], waits["id"]],
            [over["id"]],
        )
        seen = north.get(f"/difficulties/{waits['id']}")
        assert (seen["due"], seen["text"], seen["unit"]["id"]) == (waits["due"], waits["text"], "n8")
        assert [step["kind"] for step in seen["steps"]] == ["raised", "handed_over"]
        stored = context.database.mongo["difficulties"].find_one({"_id": asked["id"]})
        assert stored is not None
        written = [item["action"] for item in stored["_outbox"] if item["kind"] == "audit"]
        told = [item["data"]["unit_path"] for item in stored["_outbox"] if item["kind"] == "event"]
        # Once; and whoever is to reply hears of it, which the unit before had been asked.
        assert written.count("difficulty.handed_over") == 1
        assert told == [["north", "n9"], ["n9"], ["n8"]]
        assert verify_lists(context) == []
        now = heir.get(f"/difficulties/{asked['id']}")
        assert done(heir, now, "reply", text="Since May.")["place"]["id"] == "north"
        # The next one goes to the superior, which has then raised it to its own.
        tell_units(context, [a_told_unit(PATHS["n8"], valid_to="2026-01-02")])
        assert listed(north) == [over["id"], asked["id"], waits["id"]]
        assert listed(root, "waiting") == [waits["id"], asked["id"]]
        assert north.get(f"/difficulties/{waits['id']}")["unit"]["id"] == "north"
    finally:
        del PATHS["n8"], PATHS["n9"]


def test_whoever_answered_it_does_not_end_it_for_the_unit(
    congress_house: House, clerk: Desk, north: Desk
) -> None:
    one = done(north, raised(clerk), "answer", text="So.")
    both = Desk(congress_house, "n1", CLERK, account_id=north.account_id)
    seen = both.get(f"/difficulties/{one['id']}")
    assert {seen["acts"][name]["allowed"] for name in ("confirm", "withdraw")} == {False}
    assert type_of(act(both, one, "confirm", {"solved": True, "text": ""})) == "own-answer"
    assert type_of(act(both, one, "withdraw", {"text": ""})) == "own-answer"
    assert done(clerk, one, "confirm", solved=True, text="")["state"] == "solved"


def test_it_is_raised_by_whoever_reads_what_becomes_of_it(congress_house: House, north: Desk) -> None:
    below = ("congress:report below", "congress:read below")
    further_up = Desk(congress_house, "root", below)
    answer = further_up.send("POST", "/difficulties", {"unit_id": "n1", **WANTED}, Idempotency_Key=new_id())
    assert type_of(answer) == "raised-further-up"
    right_above = Desk(congress_house, "north", below)
    made = raised(right_above, unit_id="n1")
    assert right_above.get(f"/difficulties/{made['id']}")["unit"]["id"] == "n1"


def test_a_whole_group_is_answered_and_follows_its_units_in_few_writes(
    congress_house: House, context: Context, root: Desk
) -> None:
    clerks = [Desk(congress_house, unit, CLERK) for unit in ("north", "south")]
    some = [raised(clerks[number % 2]) for number in range(JOINED_MOST)]
    for part in (some[:50], [some[0], *some[50:99]], [some[0], some[99]]):
        body: Json = {"unit_id": "root", "ids": [one["id"] for one in part]}
        answer = root.send("POST", "/difficulties/join", body, Idempotency_Key=new_id())
        assert answer.status_code == 200, answer.text
    seen = root.get(f"/difficulties/{some[0]['id']}")
    beside = {one["id"]: one["version"] for one in seen["others"]}
    assert len(beside) == JOINED_MOST - 1
    done(root, seen, "answer", text="So.", beside=beside)
    assert listed(root, "answered&limit=200") != []
    assert context.database.mongo["difficulties"].count_documents({"state": "answered"}) == JOINED_MOST


def test_what_drifted_in_its_lists_is_named_and_made_right_and_written_down(
    context: Context, clerk: Desk, north: Desk
) -> None:
    one, _ = raised(clerk), raised(clerk)
    mongo = context.database.mongo
    mongo["mends"].delete_many({})
    assert verify_lists(context) == []
    for harm in (
        lambda: mongo["listed"].delete_one({"_id": f"difficulties-waiting north {one['id']}"}),
        lambda: mongo["listed"].update_one(
            {"_id": f"difficulties north {one['id']}"}, {"$set": {"of": "difficulties north solved"}}
        ),
        lambda: mongo["listed_notes"].delete_many({}),
    ):
        harm()
        assert verify_lists(context) != []
        assert mend_lists(context) != []
        assert verify_lists(context) == mend_lists(context) == []
        assert set(listed(north, "waiting")) == set(listed(north, "open")) == set(listed(clerk))
    said = list(mongo["mends"].find({}))
    assert {item["record_id"] for mend in said for item in mend["_outbox"]} == {"difficulty-lists"}
