"""A PDF is kept as it is, so one that could act, carry or hide anything is refused."""

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from servicekit.files.checking.documents import examine
from servicekit.files.refusals import (
    ContentRefused,
    DocumentActs,
    DocumentCarriesFiles,
    DocumentEncrypted,
    DocumentTooLong,
    DocumentUnreadable,
)
from tests.papers import a_pdf, saved


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def open_action(document: Pdf) -> None:
    document.Root.OpenAction = script()


def launch(document: Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.Launch, F=String("cmd.exe"))


def start_of_another_kind(document: Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.URI, URI=String("https://evil.example"))


def named_scripts(document: Pdf) -> None:
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script()])))


def page_act(document: Pdf) -> None:
    document.pages[0].obj.AA = Dictionary(O=script())


def link_that_launches(document: Pdf) -> None:
    annotation = Dictionary(Type=Name.Annot, Subtype=Name.Link, A=Dictionary(S=Name.Launch, F=String("x")))
    document.pages[0].obj.Annots = Array([document.make_indirect(annotation)])


def deep_script(document: Pdf) -> None:
    inner = Dictionary(Next=Array([Dictionary(Next=script())]))
    document.pages[0].obj.Annots = Array([Dictionary(Subtype=Name.Link, A=inner)])


def xfa(document: Pdf) -> None:
    document.Root.AcroForm = Dictionary(XFA=Array([]), Fields=Array([]))


def submit(document: Pdf) -> None:
    document.pages[0].obj.Annots = Array([Dictionary(A=Dictionary(S=Name.SubmitForm, F=String("https://x")))])


def script_in_a_stream(document: Pdf) -> None:
    stream = document.make_stream(b"x")
    stream.stream_dict.JS = String("x")
    document.pages[0].obj.Thing = stream


def embedded(document: Pdf) -> None:
    document.attachments["hidden.exe"] = b"MZ"


def file_annotation(document: Pdf) -> None:
    document.pages[0].obj.Annots = Array([Dictionary(Subtype=Name.FileAttachment)])


def other_file(document: Pdf) -> None:
    document.pages[0].obj.Annots = Array([Dictionary(A=Dictionary(S=Name.GoToR, F=String("other.pdf")))])


def portfolio(document: Pdf) -> None:
    document.Root.Collection = Dictionary(View=Name.D)


ACTING = (
    open_action,
    launch,
    start_of_another_kind,
    named_scripts,
    page_act,
    link_that_launches,
    deep_script,
    xfa,
)
ACTING_TOO = (submit, script_in_a_stream)
CARRYING = (embedded, file_annotation, other_file, portfolio)


@pytest.mark.parametrize("streams", [pikepdf.ObjectStreamMode.generate, pikepdf.ObjectStreamMode.disable])
@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        *((make, DocumentActs) for make in (*ACTING, *ACTING_TOO)),
        *((make, DocumentCarriesFiles) for make in CARRYING),
    ],
)
def test_what_could_act_or_carry_is_refused(
    make: Callable[[Pdf], None], refusal: type[ContentRefused], streams: pikepdf.ObjectStreamMode
) -> None:
    document = Pdf.open(io.BytesIO(a_pdf()))
    make(document)
    with pytest.raises(refusal):
        examine(io.BytesIO(saved(document, object_stream_mode=streams)))


def test_a_name_in_disguise_is_read_as_what_it_means() -> None:
    document = Pdf.open(io.BytesIO(a_pdf()))
    open_action(document)
    data = saved(document, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    disguised = data.replace(b"/JavaScript", b"/J#61vaScrip#74")
    assert disguised != data
    with pytest.raises(ContentRefused):
        examine(io.BytesIO(disguised))


def test_ordinary_documents_pass() -> None:
    document = Pdf.open(io.BytesIO(a_pdf(3)))
    document.Root.OpenAction = Array([document.pages[1].obj, Name.Fit])
    link = Dictionary(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("https://example.org")))
    document.pages[0].obj.Annots = Array([link])
    document.pages[0].obj.Trans = Dictionary(Type=Name.Trans, S=Name.Dissolve)
    document.docinfo["/Title"] = "Minutes"
    assert examine(io.BytesIO(saved(document))) == 3
    assert examine(io.BytesIO(saved(document) + b"\r\n\n")) == 3


@pytest.mark.parametrize("owner_only", [True, False])
def test_one_that_is_locked_is_refused(owner_only: bool) -> None:
    document = Pdf.open(io.BytesIO(a_pdf()))
    locked = saved(document, encryption=pikepdf.Encryption(owner="x", user="" if owner_only else "y"))
    with pytest.raises(DocumentEncrypted):
        examine(io.BytesIO(locked))


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7",
        b"%PDF-1.7\n%%EOF",
        a_pdf()[:-200],
        a_pdf()[: len(a_pdf()) // 2],
        a_pdf() + b"PK\x03\x04 another file",
        a_pdf() + b"<html>",
        a_pdf().replace(b"startxref", b"startxxxx"),
    ],
)
def test_one_that_is_damaged_or_more_than_a_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentUnreadable):
        examine(io.BytesIO(data))


def test_one_without_end_is_refused() -> None:
    with pytest.raises(DocumentTooLong):
        examine(io.BytesIO(a_pdf(1_001)))
