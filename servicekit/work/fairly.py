"""Whose turn it is: who was served longest ago comes next, however much somebody else has waiting."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


class Fairly:
    """Of one program, and forgotten with it. Who has nothing waiting any more is forgotten too."""

    def __init__(self) -> None:
        self._served: dict[str, int] = {}
        self._turn = 0

    def in_turn(self, waiting: Iterable[T], whose: Callable[[T], str]) -> list[T]:
        """Otherwise as they come."""
        there = list(waiting)
        self._served = {name: self._served[name] for name in map(whose, there) if name in self._served}
        return sorted(there, key=lambda one: self._served.get(whose(one), 0))

    def serve(self, whom: str) -> None:
        self._turn += 1
        self._served[whom] = self._turn
