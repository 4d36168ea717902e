"""What stands in a file goes into the form, to be looked at like what was pasted; nothing of it is kept."""

from flask import request

from portal.frame.forms import Fault, Form
from portal.tables.words import NO_FILE, NOT_TEXT, TOO_MANY_ROWS
from servicekit.files.checking.tables import table_from
from servicekit.files.kinds import XLSX
from servicekit.files.refusals import ContentRefused

MOST_ROWS = 100
# A hundred rows and room to spare; the form must be able to carry it on.
MOST_SIGNS = 40_000
# More does not arrive in one request.
MOST_BYTES = XLSX.most


def read_into(form: Form) -> None:
    """The file of this request as the form's table. Raises FormFaulty, by the field of the file."""
    file = request.files.get("file")
    body = file.read(MOST_BYTES + 1) if file is not None else b""
    try:
        table = table_from(body)
        if len(table) > MOST_SIGNS:
            # In the form it could not be sent back.
            form.faults["file"] = Fault(TOO_MANY_ROWS, {"most": str(MOST_ROWS)})
        else:
            form.values["table"] = table
    except UnicodeDecodeError:
        form.faults["file"] = Fault(NOT_TEXT)
    except ContentRefused as refusal:
        form.faults["file"] = Fault(refusal.title)
    if not body:
        form.faults["file"] = Fault(NO_FILE)
    form.check()
