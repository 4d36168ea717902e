"""Documents of the result dossier: which file is the minutes, the resolution, a tally sheet, and which version of the
figures it proves. Pure.

A file is bound to the figures that stand when somebody says what it is. Figures that are reported anew are another
version, which it does not prove before somebody says so.
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from congress.domain.attachments import NoSuchAttachment
from congress.domain.cautions import Caution
from congress.domain.gaps import DOCUMENT, owed
from congress.domain.history import Attachment, By, Choice, Congress
from congress.domain.plan import Plan
from congress.domain.progress import content_of, refuse_locked, refuse_unless_held, refuse_unless_running
from servicekit.refusals import Conflict
from servicekit.words import N_


class Document(StrEnum):
    MINUTES = "minutes"
    RESOLUTION = "resolution"
    TALLY_SHEETS = "tally_sheets"
    OTHER = "other"


# What rules may ask for.
ASKED_FOR = (Document.MINUTES, Document.RESOLUTION, Document.TALLY_SHEETS)


class NothingToProve(Conflict):
    title = N_("Enter the results first: a document proves their figures.")


def say_document(plan: Plan, congress: Congress, file_id: str, kind: Document, by: By) -> Congress:
    """What a file of the report is; it proves the figures that stand now."""
    _refuse_saying(plan, congress, file_id)
    if file_id not in {one.id for one in congress.attachments}:
        raise NoSuchAttachment
    if not congress.result_entries:
        raise NothingToProve()
    proves, said = congress.result_entries[-1].id, Choice(by.at, by.account_id, by.kept_by)
    files = (
        replace(one, kind=kind.value, proves=proves, said=said, said_before=_said_before(one))
        if one.id == file_id
        else one
        for one in congress.attachments
    )
    return replace(congress, attachments=tuple(files))


def _refuse_saying(plan: Plan, congress: Congress, file_id: str) -> None:
    """Said is it while the report may be changed; and while it is owed, of what was hung on it for that."""
    since = [one.at for one in owed(congress) if one.of == DOCUMENT]
    if since and any(one.id == file_id and one.at > min(since) for one in congress.attachments):
        refuse_unless_running(plan)
        refuse_unless_held(plan, congress)
    else:
        refuse_locked(plan, congress)


def _said_before(file: Attachment) -> tuple[Choice, ...]:
    """Each account once, as it said so last."""
    if file.said is None:
        return file.said_before
    who = (file.said.by, file.said.kept_by)
    return (*(one for one in file.said_before if (one.by, one.kept_by) != who), file.said)


def documents_of(congress: Congress) -> Sequence[tuple[Attachment, int]]:
    """Each file of which is said what it is, with the number of the version that it proves, from 1."""
    numbers = {entry.id: number for number, entry in enumerate(congress.result_entries, 1)}
    return [(one, numbers[one.proves]) for one in congress.attachments if one.proves in numbers]


def cautions_of_dossier(plan: Plan, congress: Congress) -> tuple[Caution, ...]:
    """What the rules ask for and nobody has said of a file, or of other figures than these."""
    if not congress.result_entries or congress.is_final:
        return ()
    newest, found = len(congress.result_entries), documents_of(congress)
    cautions = []
    for kind in plan.documents:
        versions = {version for one, version in found if one.kind == kind}
        held = kind != Document.TALLY_SHEETS or content_of(plan, congress).elects
        if held and newest not in versions:
            cautions.append(Caution(f"{kind}-{'older' if versions else 'missing'}", "files", {}))
    return tuple(cautions)
