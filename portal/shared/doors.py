"""The eIDs that a person may come in by."""

from urllib.parse import urlencode

from portal.shared.asking import public_identity
from portal.shared.clients.answers import Document
from servicekit.logs import log
from servicekit.refusals import Refusal


def eid_providers(language: str) -> list[Document] | None:
    """The eIDs and whether they answer; None when identity itself does not."""
    try:
        return public_identity(language).providers()
    except Refusal as refusal:
        log.warning("providers_unknown", why=type(refusal).__name__)
        return None


def with_links(
    providers: list[Document] | None, return_to: str, *, act: str = "start", **needs: str
) -> list[Document]:
    """Each with the address that begins the sign-in, or joins the account; `needs` are a level, or that it be fresh."""
    query = urlencode({"return_to": return_to, **needs})
    return [{**one, "link": f"/sign-in/{act}/{one['key']}?{query}"} for one in providers or ()]
