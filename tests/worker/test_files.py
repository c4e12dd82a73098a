"""What the house accepts as an uploaded file. Real files, made here."""

import io

import pikepdf
import pytest
from fpdf import FPDF
from PIL import Image

from components.permits.files import MEGABYTE, examine_file
from tests.worker.samples import image, pdf

PAPERS = ["application/pdf", "image/jpeg", "image/png"]


def examine(content, name, types=PAPERS, max_mb=10):
    return examine_file(content, name, types, max_mb)


def on_opening(action):
    def change(document):
        document.Root.OpenAction = document.make_indirect(action)
    return change


def attach(document):
    document.attachments["note.txt"] = b"hidden"


def dynamic_form(document):
    document.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA=pikepdf.Stream(document, b"<xdp/>"))


def script_in_an_annotation(document):
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    document.pages[0].Annots = [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=action)]


def film(document):
    document.pages[0].Annots = [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.RichMedia)]


@pytest.mark.parametrize(("content", "name", "mime", "pages"), [
    (pdf(3), "plan de situation.pdf", "application/pdf", 3),
    (image("JPEG"), "صورة الواجهة.jpg", "image/jpeg", 1),
    (image("PNG"), "façade.PNG", "image/png", 1),
    (image("JPEG"), "scan", "image/jpeg", 1),
    (pdf(2, encryption=pikepdf.Encryption(owner="secret", user="")), "certificat.pdf", "application/pdf", 2),
])
def test_ordinary_files_pass_with_their_type_pages_and_digest(content, name, mime, pages):
    report = examine(content, name)
    assert (report.ok, report.code, report.mime, report.pages) == (True, None, mime, pages)
    assert report.size == len(content) and len(report.digest) == 64


def test_a_document_of_our_own_making_with_text_and_a_picture_passes():
    document = FPDF()
    document.add_page()
    document.set_font("helvetica", size=12)
    document.cell(text="Plan")
    document.image(Image.open(io.BytesIO(image())))
    assert examine(bytes(document.output()), "plan.pdf").ok


@pytest.mark.parametrize(("content", "name", "code"), [
    (b"", "vide.pdf", "SCAN1"),
    (b"MZ\x90\x00 a program", "plan.pdf", "SCAN4"),
    (b"PK\x03\x04 an archive", "plans.zip", "SCAN3"),
    (b"<html><script>alert(1)</script>", "plan.png", "SCAN4"),
    (pdf(), "photo.jpg", "SCAN4"),
    (image("PNG"), "photo.jpg", "SCAN4"),
    (pdf(), "plan.exe", "SCAN4"),
    (image("WEBP"), "photo.webp", "SCAN3"),
    (pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "ferme.pdf", "SCAN5"),
    (pdf(change=on_opening(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"))), "a.pdf", "SCAN6"),
    (pdf(change=on_opening(pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe"))), "a.pdf", "SCAN6"),
    (pdf(change=script_in_an_annotation), "a.pdf", "SCAN6"),
    (pdf(change=script_in_an_annotation, object_stream_mode=pikepdf.ObjectStreamMode.generate), "a.pdf", "SCAN6"),
    (pdf(change=attach), "a.pdf", "SCAN7"),
    (pdf(change=dynamic_form), "a.pdf", "SCAN7"),
    (pdf(change=film), "a.pdf", "SCAN7"),
    (b"%PDF-1.7\nnothing that follows is a document", "plan.pdf", "SCAN8"),
    (image("JPEG")[:400], "photo.jpg", "SCAN8"),
    (image("PNG", (200, 200))[:-500], "photo.png", "SCAN8"),
    (pdf(0), "sans page.pdf", "SCAN9"),
    (pdf(301), "registre.pdf", "SCAN9"),
    (pdf(), "plan\udce9.pdf", "NAME2"),
    (pdf(), "permis\u202efdp.pdf", "NAME2"),
    (pdf(), "pla\ufffdn.pdf", "NAME2"),
    (pdf(), "../../plan.pdf", "NAME2"),
    (pdf(), "a" * 300 + ".pdf", "NAME2"),
])
def test_what_is_refused_and_why(content, name, code):
    report = examine(content, name)
    assert (report.ok, report.code) == (False, code), report.details


def test_a_file_over_the_limit_of_its_slot_is_refused_and_one_at_the_limit_is_not():
    page = pdf()
    assert examine(page, "a.pdf", max_mb=len(page) / MEGABYTE).ok
    assert examine(page, "a.pdf", max_mb=(len(page) - 1) / MEGABYTE).code == "SCAN2"


def test_a_small_file_that_claims_millions_of_pages_is_refused_without_counting_them():
    def one_page_many_times(document):
        page = document.pages[0].obj
        document.Root.Pages.Kids = pikepdf.Array([page] * 20_000)
        document.Root.Pages.Count = 20_000
    with pikepdf.new() as document:
        document.add_blank_page()
        one_page_many_times(document)
        out = io.BytesIO()
        document.save(out)
    assert examine(out.getvalue(), "a.pdf").code == "SCAN9"


def test_a_page_tree_that_contains_itself_is_refused():
    with pikepdf.new() as document:
        document.add_blank_page()
        document.Root.Pages.Kids = pikepdf.Array([document.Root.Pages])
        out = io.BytesIO()
        document.save(out)
    assert examine(out.getvalue(), "a.pdf").code in ("SCAN8", "SCAN9")


def test_an_image_of_a_few_bytes_that_unfolds_into_gigabytes_is_refused():
    out = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    assert len(out.getvalue()) < 2 * MEGABYTE
    assert examine(out.getvalue(), "plan.png").code == "SCAN9"
