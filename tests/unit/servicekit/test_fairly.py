"""Nobody waits behind all that somebody else has asked for."""

from servicekit.work.fairly import Fairly


def served(waiting: list[str], whose: Fairly) -> list[str]:
    """In which order all of them are served, one after another."""
    done = []
    while left := whose.in_turn([one for one in waiting if one not in done], lambda one: one[0]):
        whose.serve(left[0][0])
        done.append(left[0])
    return done


def test_one_persons_many_do_not_stand_before_everybodys() -> None:
    assert served(["a1", "a2", "a3", "b1", "c1", "b2"], Fairly()) == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_who_asks_again_and_again_waits_for_those_who_were_not_served_yet() -> None:
    whose = Fairly()
    whose.serve("a")
    assert whose.in_turn(["a2", "b1"], lambda one: one[0]) == ["b1", "a2"]
    assert whose.in_turn(["b1"], lambda one: one[0]) == ["b1"]
    assert whose.in_turn(["a2", "b1"], lambda one: one[0]) == ["a2", "b1"]
