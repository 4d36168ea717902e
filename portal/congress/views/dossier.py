"""Documents of the result dossier: what each file is, and beside which version of the figures it stands."""

from collections.abc import Mapping
from dataclasses import replace

from portal.congress.views.files import File, FilesCard
from portal.shared import states
from portal.shared.units import Document
from servicekit.words import N_
from servicekit.words.formats import as_instant

DOCUMENTS = {
    "minutes": N_("Minutes"),
    "resolution": N_("Resolution"),
    "tally_sheets": N_("Tally sheets"),
    "other": N_("Another document"),
}
# What rules may ask for.
ASKED_FOR = ("minutes", "resolution", "tally_sheets")


def with_documents(card: FilesCard, congress: Document, *, may_say: bool) -> FilesCard:
    """The files, each with what it is; said is it where there are figures that it could prove.

    Once the report is approved, only of those that were added since, for a document that was missing.
    """
    known = {one["file_id"]: one for one in congress["documents"]}
    says = may_say and bool(congress["result_entries"])
    link = f"/congresses/{congress['id']}/files/{{}}/document" if says else ""
    approved = congress.get("approved")
    since = as_instant(approved["at"]) if approved else None
    return replace(
        card,
        files=tuple(
            _named(
                *(one, known.get(one.id)),
                link if since is None or as_instant(one.at) > since else "",
            )
            for one in card.files
        ),
    )


def _named(file: File, said: Document | None, link: str) -> File:
    asked = replace(file, say_link=link.format(file.id))
    if said is None:
        return asked
    word = DOCUMENTS.get(said["kind"], states.UNKNOWN.word)
    return replace(asked, document=word, version=said["version"], older=not said["newest"])


def proving(card: FilesCard) -> Mapping[int, list[File]]:
    """By the version of the figures."""
    found: dict[int, list[File]] = {}
    for one in card.files:
        if one.version:
            found.setdefault(one.version, []).append(one)
    return found
