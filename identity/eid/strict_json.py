"""What a provider sends as JSON: read strictly, but half a surrogate in a name keeps nobody out.

Each claim that we use is looked at by itself, and its text is cleaned.
"""

from servicekit.data import strict_json
from servicekit.data.strict_json import Json

__all__ = ["Json", "strict_object"]


def strict_object(text: str | bytes) -> Json:
    """The object in the text; raises ValueError."""
    return strict_json.strict_object(text, broken_text=True)
