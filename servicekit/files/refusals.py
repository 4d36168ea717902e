"""Why a file is not taken, or not given out."""

from servicekit.refusals import Conflict, Forbidden, Invalid, NotFound, Refusal, TooLarge, Unavailable
from servicekit.words import N_


class NoSuchFile(NotFound):
    title = N_("This file is not there.")


class FileKindNotTaken(Invalid):
    title = N_(
        "Only PDF documents and pictures (JPEG, PNG, WebP) are taken. What a file is, its content says."
    )


class FileTooLarge(TooLarge):
    title = N_("This file is larger than what is taken: {most} MB at most.")


class UploadEmpty(Invalid):
    title = N_("This file is empty.")


class NoFileSent(Invalid):
    title = N_("Choose a file first.")


class FormUnreadable(Invalid):
    title = N_("The form cannot be read: it holds one file and a few short fields.")


class FormNotOurs(Forbidden):
    title = N_(
        "This form was not sent from a page of this sign-in. Open the page again and choose the file anew."
    )


class UnitsRoomFull(Conflict):
    title = N_("The unit's files take {most} MB, which is all it has. Remove some first.")


class TooManyUploads(Conflict):
    title = N_("Too many files are on their way to this record. Wait for them, or end some.")


class TooManyBeingChecked(Conflict):
    title = N_("Many files of yours are still being checked. Send more when they are ready.")


class FileBeingChecked(Unavailable):
    title = N_("This file is still being checked. Try again in a moment.")


class FileRefused(Conflict):
    title = N_("This file was refused when it was checked, and is not given out.")


class FileDamaged(Refusal):
    status = 500
    title = N_("What is stored of this file is not what was stored. It is not given out.")


class RangeNotThere(Refusal):
    status = 416
    title = N_("The file has no such part.")


class TusVersionUnknown(Refusal):
    status = 412
    title = N_("This server speaks version 1.0.0 of the resumable upload protocol tus.")


class TusHeaderUnreadable(Refusal):
    status = 400
    title = N_("A header of the upload cannot be read: {header}.")


class OffsetDiffers(Conflict):
    title = N_("The upload stands elsewhere; ask where, and go on from there.")


class WrittenByAnother(Conflict):
    title = N_("The upload is going on in another request.")


class UploadKindWrong(Refusal):
    status = 415
    title = N_("Send the bytes of an upload as application/offset+octet-stream.")


# ---------------------------------------------------------------- what the check of the content finds


class ContentRefused(Invalid):
    """Found by the examination, after the bytes had arrived; stands beside the file's name."""

    title = N_("This file is refused.")


class PictureUnreadable(ContentRefused):
    title = N_("This picture cannot be read. Save it anew, or take it again.")


class PictureTooLarge(ContentRefused):
    title = N_("This picture has too many pixels: 40 million at most.")


class DocumentUnreadable(ContentRefused):
    title = N_("This PDF is damaged. Print it to a PDF anew and send that.")


class DocumentEncrypted(ContentRefused):
    title = N_("This PDF is locked by a password. Save it without one.")


class DocumentActs(ContentRefused):
    title = N_(
        "This PDF holds a script or something that starts when it is opened. Print it to a PDF anew and send that."
    )


class DocumentCarriesFiles(ContentRefused):
    title = N_("Other files are hidden in this PDF. Print it to a PDF anew and send the others on their own.")


class DocumentTooLong(ContentRefused):
    title = N_("This PDF has too many pages or parts: 1,000 pages at most.")


class WorkbookUnreadable(ContentRefused):
    title = N_(
        "This is no workbook that can be read. Save it as “Excel workbook (.xlsx)”, or copy its cells and paste them."
    )


class WorkbookLocked(ContentRefused):
    title = N_("This workbook is locked by a password. Save it without one.")


class WorkbookActs(ContentRefused):
    title = N_(
        "This workbook holds macros, or draws on other files. Save it without them, or copy its cells and paste them."
    )


class WorkbookCalculates(ContentRefused):
    title = N_("A cell of this workbook is calculated. Copy its cells, paste them as values, and save that.")


class WorkbookTooLarge(ContentRefused):
    title = N_("This workbook holds too much. Put the lines alone on the first sheet of a new one.")


class ReadersBusy(Unavailable):
    title = N_("Several tables are being read at the moment. Try again in a few seconds.")


class HarmfulFound(ContentRefused):
    title = N_("The virus scanner found something harmful in this file.")


class NotExaminable(ContentRefused):
    title = N_("This file could not be checked, so it is not kept.")


FOUND: dict[str, type[ContentRefused]] = {
    one.slug(): one
    for one in (
        PictureUnreadable,
        PictureTooLarge,
        DocumentUnreadable,
        DocumentEncrypted,
        DocumentActs,
        DocumentCarriesFiles,
        DocumentTooLong,
        WorkbookUnreadable,
        WorkbookLocked,
        WorkbookActs,
        WorkbookCalculates,
        WorkbookTooLarge,
        HarmfulFound,
        NotExaminable,
    )
}

# What a browser may be sent back with, when a form was not taken or a file not given.
SENT_BACK: dict[str, type[Refusal]] = {
    one.slug(): one
    for one in (
        NoSuchFile,
        FileBeingChecked,
        FileRefused,
        FileDamaged,
        FileKindNotTaken,
        FileTooLarge,
        UploadEmpty,
        NoFileSent,
        FormUnreadable,
        FormNotOurs,
        UnitsRoomFull,
        TooManyUploads,
    )
}
