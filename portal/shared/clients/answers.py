"""What the services answer, and how they are asked."""

from typing import Any

Document = dict[str, Any]
Query = dict[str, Any]


def asked(**query: object) -> Query:
    """Without what was left empty."""
    return {name: value for name, value in query.items() if value not in (None, "")}


def seen(version: int | None) -> dict[str, str]:
    return {"If_Match": f'"{version}"'} if version is not None else {}
