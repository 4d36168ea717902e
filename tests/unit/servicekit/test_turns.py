"""A few places that are long in use are shared out: one person's slow network is not everybody's."""

import base64
import json

import pytest

from servicekit.serving.turns import Turns, person_of


def some_turns(places: int = 4, share: int = 2, standing: int = 6, standing_share: int = 3) -> Turns[str]:
    return Turns(places, share, standing, standing_share)


def begun(turns: Turns[str]) -> list[str]:
    return [one for one, _ in turns.begin()]


def test_one_person_has_a_share_and_who_comes_later_passes_by_the_rest() -> None:
    turns = some_turns()
    for one in ("a1", "a2", "a3", "b1"):
        assert turns.take(one, one[0], 0)
    assert begun(turns) == ["a1", "a2", "b1"]
    assert begun(turns) == []
    turns.end("a")
    assert begun(turns) == ["a3"]


def test_in_all_there_are_so_many_places() -> None:
    turns = some_turns(places=3)
    for one in ("a1", "b1", "c1", "d1", "e1"):
        assert turns.take(one, one[0], 0)
    assert begun(turns) == ["a1", "b1", "c1"]
    turns.end("b")
    assert begun(turns) == ["d1"]


def test_nobody_fills_the_queue_and_a_full_one_takes_nobody() -> None:
    turns = some_turns()
    for number in range(5):
        turns.take(f"a{number}", "a", 0)
        begun(turns)
    assert not turns.take("a5", "a", 0)  # two have a place, three wait
    assert all(turns.take(f"b{number}", "b", 0) for number in range(3))
    assert not turns.take("b3", "b", 0)
    assert not turns.take("c1", "c", 0)  # six wait


def test_whoever_waits_too_long_is_told_so_and_whoever_has_a_place_is_not() -> None:
    turns = some_turns(standing_share=4)
    for number in range(4):
        turns.take(f"a{number}", "a", float(number))
    assert begun(turns) == ["a0", "a1"]
    assert turns.waited_since(2.5) == ["a2"]
    assert turns.waited_since(2.5) == []
    turns.end("a")
    turns.end("a")
    assert begun(turns) == ["a3"]
    assert turns.take("a4", "a", 5)


def test_places_that_are_given_back_are_all_there_again() -> None:
    turns = some_turns()
    for _ in range(50):
        for whose in "abc":
            turns.take(whose, whose, 0)
        for _, whose in list(turns.begin()):
            turns.end(whose)
    for one in ("a1", "a2", "b1", "b2"):
        turns.take(one, one[0], 0)
    assert begun(turns) == ["a1", "a2", "b1", "b2"]


def a_head(*lines: str) -> bytes:
    return ("PATCH /api/x/files/1/arriving HTTP/1.1\r\n" + "\r\n".join(lines) + "\r\n\r\nbody").encode()


def a_token(claims: object) -> str:
    return f"head.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.signature"


@pytest.mark.parametrize(
    ("head", "whose"),
    [
        (a_head(f"Authorization: Bearer {a_token({'sub': 'account-1'})}", "X-Client-Address: 1.2.3.4"), "account-1"),
        (a_head(f"authorization:bearer {a_token({'sub': 'ক'})}"), "ক"),
        (a_head("X-Client-Address: 1.2.3.4 "), "1.2.3.4"),
        (a_head("Authorization: Bearer nonsense", "X-Client-Address: 1.2.3.4"), "1.2.3.4"),
        (a_head(f"Authorization: Bearer {a_token({})}", "X-Client-Address: 1.2.3.4"), "1.2.3.4"),
        (a_head(f"Authorization: Bearer {a_token([1])}", "X-Client-Address: 1.2.3.4"), "1.2.3.4"),
        (a_head("Authorization: Bearer a.####.b", "X-Client-Address: ::1"), "::1"),
        (a_head("Host: x") + b"\r\nX-Client-Address: 9.9.9.9\r\n", ""),
        (b"", ""),
    ],
)  # fmt: skip
def test_whose_it_is_is_told_from_the_head_alone(head: bytes, whose: str) -> None:
    assert person_of(head) == whose
