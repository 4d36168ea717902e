"""Minutes beside the sample's reports that came back, so that the pages have a file to show."""

import io
from collections.abc import Mapping
from functools import partial

import pikepdf

from congress.context import Context
from congress.domain.attachments import attach
from congress.domain.dossier import Document, say_document
from congress.domain.history import By
from congress.domain.plan import Plan
from congress.sample import REPORTER, ToDo
from servicekit.files.arriving.uploads import take_whole
from servicekit.files.store import FileStore
from servicekit.files.stored import StoredFile

NAME = "Minutes of the congress.pdf"
WORDS = "Minutes of the congress. This is a sample; no congress took place."


def hang_sample_minutes(context: Context, files: FileStore, plan: Plan, to_do: Mapping[str, ToDo]) -> None:
    """Once for each; called again, it adds none."""
    returned = {code for code, what in to_do.items() if what is ToDo.CORRECT}
    for congress in [one for one in context.congresses.of_plan(plan.id) if one.unit.code in returned]:
        if not congress.attachments:
            file = StoredFile(
                id=context.new_id(),
                noun="congresses",
                record_id=congress.id,
                unit_id=congress.unit.id,
                by=REPORTER,
                begun_at=context.clock.now(),
                name=NAME,
            )
            take_whole(files, files.begin(file), [sample_document()], partial(_hang, context, plan))


def _hang(context: Context, plan: Plan, file: StoredFile) -> None:
    congress = context.congresses.find(file.record_id)
    if congress is not None:
        by = By(REPORTER, context.clock.now(), context.clock.today())
        hung = attach(plan, congress, file.id, by)
        said = say_document(plan, hung, file.id, Document.MINUTES, by) if hung.result_entries else hung
        context.congresses.save(said, congress.version)


def sample_document(words: str = WORDS) -> bytes:
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    page.obj.Contents = document.make_stream(f"BT /F1 14 Tf 60 760 Td ({words}) Tj ET".encode())
    out = io.BytesIO()
    document.save(out, deterministic_id=True)
    return out.getvalue()
