"""Files beside a report, such as the signed minutes: added and removed while the report may be changed."""

from dataclasses import replace

from congress.domain.gaps import DOCUMENT, is_owed
from congress.domain.history import Attachment, By, Congress, Removal
from congress.domain.plan import Plan
from congress.domain.progress import refuse_locked, refuse_unless_held, refuse_unless_running
from servicekit.refusals import Conflict, NotFound
from servicekit.words import N_

ATTACHMENTS_MOST = 20
REMOVALS_MOST = 200


class TooManyAttachments(Conflict):
    title = N_("A report has at most {most} files. Remove one first.")


class TooManyRemovals(Conflict):
    title = N_("{most} files have been removed from this report; no more can be.")


class NoSuchAttachment(NotFound):
    title = N_("This file does not belong to the report.")


def refuse_adding(plan: Plan, congress: Congress) -> None:
    # A document that was missing when the report was approved is hung on it while it is owed.
    if is_owed(congress, DOCUMENT):
        refuse_unless_running(plan)
        refuse_unless_held(plan, congress)
    else:
        refuse_locked(plan, congress)
    if len(congress.attachments) >= ATTACHMENTS_MOST:
        raise TooManyAttachments(most=ATTACHMENTS_MOST)


def refuse_removing(plan: Plan, congress: Congress) -> None:
    refuse_locked(plan, congress)
    if len(congress.removals) >= REMOVALS_MOST:
        raise TooManyRemovals(most=REMOVALS_MOST)


def attach(plan: Plan, congress: Congress, file_id: str, by: By) -> Congress:
    refuse_adding(plan, congress)
    attachment = Attachment(file_id, by.at, by.account_id, by.by_code, by.kept_by)
    return replace(congress, attachments=(*congress.attachments, attachment))


def detach(plan: Plan, congress: Congress, file_id: str, by: By) -> Congress:
    """Who removed it, and who had added it, stays: both have had a part in what the report shows."""
    refuse_removing(plan, congress)
    added = next((one for one in congress.attachments if one.id == file_id), None)
    if added is None:
        raise NoSuchAttachment
    left = tuple(one for one in congress.attachments if one.id != file_id)
    removal = Removal(added, by.at, by.account_id, by.by_code, by.kept_by)
    return replace(congress, attachments=left, removals=(*congress.removals, removal))
