"""What the services answer, and how they are asked."""

from collections.abc import Callable, Iterator
from typing import Any

Document = dict[str, Any]
Query = dict[str, Any]


def asked(**query: object) -> Query:
    """Without what was left empty."""
    return {name: value for name, value in query.items() if value not in (None, "")}


def seen(version: int | None) -> dict[str, str]:
    return {"If_Match": f'"{version}"'} if version is not None else {}


def every(page: Callable[[str], Document]) -> Iterator[Document]:
    """All items of a list, page after page; `page` gives {items, next} from an `after`. A further page is asked for
    only when somebody reads that far."""
    answer = page("")
    yield from answer["items"]
    while answer["next"]:
        answer = page(answer["next"])
        yield from answer["items"]
