"""Marks a text for translation where it is written; it is translated where it is shown."""


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802
    """Marks a text that counts, with its plural, for translation where it is shown."""
    return one, many


def N_(text: str) -> str:  # noqa: N802 - the name gettext tools look for
    return text
