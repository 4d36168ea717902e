"""Documents of the result dossier: said of a file by whoever reports, while the report may be changed."""

from congress.context import Context
from congress.domain import dossier as rules
from congress.operations.congresses import REPORT, allowed, saved
from congress.operations.seen import CongressView, by_caller
from servicekit.access.decision import Caller


def say_document(
    context: Context, caller: Caller, congress_id: str, file_id: str, kind: str, expected_version: int
) -> CongressView:
    congress, plan = allowed(context, caller, congress_id, REPORT, expected_version)
    changed = rules.say_document(plan, congress, file_id, rules.Document(kind), by_caller(context, caller))
    details = {"file_id": file_id, "document": kind}
    return saved(context, plan, changed, expected_version, "attachment.named", details)
