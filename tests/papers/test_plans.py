"""Plans of a permit, stamped on every page whatever their size, and who signed the plans that people upload."""

import hashlib
import io
import re
import subprocess
from datetime import UTC, datetime

import pikepdf
import pypdfium2
import pytest
from PIL import ImageChops

from components.operations.jobs import check_file, stamp_plan
from components.permits import authority, sealing, seats
from components.permits.documents import RenderFault
from components.permits.documents.corners import CORNERS, Frame, matrix, place, quiet_corners
from components.permits.documents.inspect import examine_here, look
from components.permits.documents.plans import compose_plan
from components.permits.documents.stamp import frame_of
from components.permits.files import examine_file
from tests.papers import drawings
from tests.papers.drawings import A0, A1, A3, A4, paper, plan, scan
from tests.papers.programs import outside_the_page, say, words
from tests.papers.shop import FolderShop
from tests.worker.test_files import dynamic_form

SHEETS = (
    {"size": A4}, {"size": A4, "turn": 90}, {"size": A3[::-1], "busy": "left"}, {"size": A0, "turn": 270}, {"size": A1, "turn": 180},
    {"size": A1, "origin": (-300, 100)}, {"size": A0, "unit": 2.5, "turn": 90}, {"size": (100, 60)},
)  # fmt: skip


def stamp(content: bytes, mime="application/pdf", **change):
    return compose_plan(paper(content, mime) | change, None, content)


@pytest.fixture(scope="module")
def mixed():
    return plan(*SHEETS)


@pytest.fixture(scope="module")
def stamped(mixed):
    return stamp(mixed)


def spoken(file) -> list[str]:
    """Words of each page."""
    return re.sub("[\u202a-\u202e]", "", words(file)).split("\f")[:-1]


# The stamp


def test_every_page_says_in_both_scripts_that_it_may_not_change(stamped, tmp_path):
    (tmp_path / "plan.pdf").write_bytes(stamped.pdf)
    pages = spoken(tmp_path / "plan.pdf")
    assert len(pages) == len(SHEETS) == stamped.pages
    for page in pages:
        for part in ("Ne varietur", "TRD-2026-PC-000123", "2 décembre 2026", "Commune d’Ait Iaaza", "7K3M-Q9TZ-W2XB", "غير", "قابل"):
            assert part in page, part
    assert outside_the_page(tmp_path / "plan.pdf", margin=0) == []
    assert "No syntax or stream encoding errors" in say("qpdf", "--check", str(tmp_path / "plan.pdf"))


def test_pages_keep_their_size_and_their_turn(mixed, stamped):
    with pikepdf.open(io.BytesIO(mixed)) as before, pikepdf.open(io.BytesIO(stamped.pdf)) as after:
        for one, two in zip(before.pages, after.pages, strict=True):
            assert [list(map(float, each.mediabox)) for each in (one, two)][0] == list(map(float, two.mediabox))
            assert one.rotation == two.rotation and one.get("/UserUnit") == two.get("/UserUnit")


def test_the_drawing_outside_the_stamp_is_what_it_was(mixed, stamped):
    before, after = pypdfium2.PdfDocument(mixed), pypdfium2.PdfDocument(stamped.pdf)
    for number, corner in enumerate(quiet_corners(mixed)):
        size = before[number].get_size()
        frame = Frame(0, 0, *size, unit=SHEETS[number].get("unit", 1))
        one, two = (each[number].render(scale=900 / max(size)).to_pil().convert("L") for each in (before, after))
        changed = ImageChops.difference(one, two).point(lambda value: 255 * (value > 60)).getbbox()
        x, y, width, height = (round(edge * one.width / frame.size[0]) for edge in place(frame, corner))
        assert changed, "the stamp shows"
        assert x - 3 <= changed[0] and changed[2] <= x + width + 3, (number, corner, changed)
        assert one.height - y - height - 3 <= changed[1] and changed[3] <= one.height - y + 3, (number, corner, changed)


def test_the_stamp_goes_where_there_is_least_ink(mixed):
    found = quiet_corners(mixed)
    assert found[0] == "lower left" and found[2] == "upper left", "the third sheet has ink at the lower left"
    assert "lower right" not in [found[0], found[2], found[5]], "title blocks stand there"


def test_the_drawing_shows_through_the_ground_of_the_stamp():
    black = b"q 0 0 0 rg 0 0 3000 3000 re f Q"
    content = plan({"size": A4, "content": black})
    picture = pypdfium2.PdfDocument(stamp(content).pdf)[0].render(scale=2).to_pil().convert("L")
    x, y, width, height = (edge * 2 for edge in place(Frame(0, 0, 595, 842), CORNERS[0]))
    inside = picture.getpixel((round(x + width * 0.97), round(picture.height - y - height * 0.5)))
    assert 180 < inside < 250, "light enough to read on, not opaque"


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_is_stamped_upright_at_the_same_corner(turn):
    frame = Frame(-50, 20, 545, 862, turn)
    a, b, c, d, e, f = matrix(frame, "upper right")
    x, y, width, height = place(frame, "upper right")
    turned = {
        0: lambda px, py: (px - frame.left, py - frame.bottom),
        90: lambda px, py: (py - frame.bottom, frame.right - px),
        180: lambda px, py: (frame.right - px, frame.top - py),
        270: lambda px, py: (frame.top - py, px - frame.left),
    }[turn]
    assert turned(e, f) == pytest.approx((x, y))
    scale = place(frame, "upper right")[2] / (84 * 72 / 25.4)
    assert turned(a + e, b + f) == pytest.approx((x + scale, y)), "its lines run from left to right as the page is read"
    assert x + width < frame.size[0] and y + height < frame.size[1]


@pytest.mark.parametrize("crop", [[-500, -500, 300, 400], [300, 400, 9000, 9000], [5000, 5000, 6000, 6000], [595, 842, 0, 0]])
def test_a_crop_that_leaves_the_sheet_does_not_take_the_stamp_with_it(crop):
    with pikepdf.open(io.BytesIO(stamp(plan({"size": A4, "CropBox": crop})).pdf)) as document:
        frame = frame_of(document.pages[0])
        numbers = re.search(rb"q ([-\d. ]+) cm /Stamp", document.pages[0].Contents.read_bytes())[1].split()
    x, y = float(numbers[4]), float(numbers[5])
    assert 0 <= frame.left <= x < frame.right <= 596 and 0 <= frame.bottom <= y < frame.top <= 843


def test_what_a_page_leaves_open_does_not_reach_the_stamp(tmp_path):
    content = plan({"size": A4, "content": b"q 5 0 0 5 900 900 cm 1 0 0 RG q 3 Tr BT /F1 90 Tf", "TrimBox": [200, 200, 300, 300]})
    (tmp_path / "open.pdf").write_bytes(stamp(content).pdf)
    assert outside_the_page(tmp_path / "open.pdf", margin=0) == [] and "Ne varietur" in spoken(tmp_path / "open.pdf")[0]


def test_comments_become_part_of_the_page_and_cannot_hide_the_stamp():
    def note(document):
        box = [0, 0, 595, 842]
        cover = document.make_stream(b"1 1 1 rg 0 0 595 842 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=box)
        document.pages[0].Annots = [document.make_indirect(pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Square, Rect=box, F=4, AP=pikepdf.Dictionary(N=cover)))]  # fmt: skip

    made = stamp(plan({"size": A4}, change=note)).pdf
    with pikepdf.open(io.BytesIO(made)) as document:
        assert "/Annots" not in document.pages[0]
    picture = pypdfium2.PdfDocument(made)[0].render(scale=1).to_pil().convert("L")
    assert picture.crop((0, 600, 300, 842)).getextrema()[0] < 100 and picture.crop((200, 300, 400, 500)).getextrema() == (255, 255)


def test_three_hundred_sheets_are_stamped():
    made = stamp(plan(*[{"size": A1}] * 300))
    assert made.pages == 300
    with pikepdf.open(io.BytesIO(made.pdf)) as document:
        assert len({page.Resources.XObject.Stamp.objgen for page in document.pages}) == 1, "one stamp, written once"


@pytest.mark.parametrize(("kind", "mime", "values"), [
    ("PNG", "image/png", {"dpi": (150, 150)}),
    ("PNG", "image/png", {"mode": "1", "dpi": (200, 200)}),
    ("PNG", "image/png", {"mode": "RGBA"}),
    ("JPEG", "image/jpeg", {}), ("JPEG", "image/jpeg", {"mode": "L"}), ("JPEG", "image/jpeg", {"mode": "CMYK"}),
])  # fmt: skip
def test_a_scan_becomes_a_stamped_page_of_a_sheets_size(kind, mime, values, tmp_path):
    made = stamp(scan(kind, **values), mime)
    (tmp_path / "scan.pdf").write_bytes(made.pdf)
    width, height = map(float, re.search(r"Page size: +([\d.]+) x ([\d.]+)", say("pdfinfo", str(tmp_path / "scan.pdf"))).groups())
    assert made.pages == 1 and 390 < width < height < 860 and "Ne varietur" in spoken(tmp_path / "scan.pdf")[0]


def test_a_photograph_is_embedded_as_it_is_and_stands_upright(tmp_path):
    content = scan("JPEG", quality=80)
    (tmp_path / "scan.pdf").write_bytes(stamp(content, "image/jpeg").pdf)
    subprocess.run(["pdfimages", "-j", "scan.pdf", "image"], cwd=tmp_path, check=True)
    assert (tmp_path / "image-000.jpg").read_bytes() == content
    turned = stamp(scan("JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"), "image/jpeg")
    with pikepdf.open(io.BytesIO(turned.pdf)) as document:
        box = document.pages[0].mediabox
        assert box[2] > box[3], "taken with the telephone turned"


@pytest.mark.parametrize(("content", "mime"), [
    (b"", "application/pdf"),
    (b"%PDF-1.7 nothing", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n broken", "image/png"),
    (b"II*\0", "image/tiff"),
])  # fmt: skip
def test_what_is_no_plan_says_what_to_ask_for(content, mime):
    with pytest.raises(RenderFault) as refused:
        stamp(content, mime)
    assert [fault.code for fault in refused.value.faults] == ["MARK7"] and "PNG" in refused.value.sentence("ar")


def test_a_file_that_is_not_the_one_that_was_studied_is_not_stamped():
    with pytest.raises(RenderFault) as refused:
        compose_plan(paper(plan({"size": A4})), None, plan({"size": A3}))
    assert [fault.code for fault in refused.value.faults] == ["MARK6"]


def test_the_same_plan_gives_the_same_bytes(mixed, stamped):
    assert stamp(mixed).pdf == stamped.pdf


# The job, the seal, the verification


@pytest.fixture
def shop(office, tmp_path):
    return FolderShop(office.directory.parent, tmp_path)


def test_the_worker_stamps_and_seals_and_anybody_verifies(office, shop, mixed, tmp_path):
    shop.keep("dossiers", "dossier/masse/1", mixed, "application/pdf")
    result = stamp_plan.do({"paper": "p", "dossier": "d", "kind": "plan", "data": paper(mixed), "canonical": None}, shop)
    pdf = shop.fetch("papers", result["storage_path"])
    assert result["pages"] == len(SHEETS) and result["file_digest"] == hashlib.sha256(pdf).hexdigest()
    assert re.findall("Signature Validation: (.*)", say("pdfsig", "-nocert", str(tmp_path / "papers" / result["storage_path"]))) == [
        "Signature is Valid."
    ]
    found = examine_here(pdf, office.roots)
    assert (found.state, found.data["plan"]["slot"], found.data["number"]) == ("signed_valid", "masse", "TRD-2026-PC-000123")
    changed = bytearray(pdf)
    changed[len(pdf) // 3] ^= 1
    assert examine_here(bytes(changed), office.roots).state in ("altered", "unreadable")
    assert shop.fetch("dossiers", "dossier/masse/1") == mixed, "the deposited file is only read"


def test_a_plan_that_cannot_be_stamped_is_a_fault_in_both_languages(shop):
    shop.keep("dossiers", "dossier/masse/1", b"gone", "application/pdf")
    result = stamp_plan.do({"paper": "p", "dossier": "d", "data": paper(b"gone"), "canonical": None}, shop)
    assert set(result) == {"fault"} and " / " in result["fault"]


# Plans that come signed


@pytest.fixture(scope="module")
def architect(office, tmp_path_factory):
    """An architect certified by an authority of their own, unknown here."""
    directory = tmp_path_factory.mktemp("order") / "authority"
    authority.make(directory)
    return office.new_signer(directory), authority.trust_roots(directory)


def signed_by(office, signer, content=None) -> bytes:
    pdf = seats.open_places(content or plan({"size": A3}, {"size": A4}), [seats.Place("Architecte", 0, (60, 60, 260, 120))])
    prepared = sealing.prepare(pdf, datetime(2026, 11, 20, tzinfo=UTC), office.paper.seal, field="Architecte", alone=False)
    return sealing.embed(prepared.draft, prepared.state, office.sign(prepared, signer))


def checked(shop, name, mime):
    return check_file.do({"check_state": "unchecked", "path": "x", "file_name": name, "types": [mime], "max_mb": 10}, shop)


def test_a_signed_plan_is_accepted_and_its_signer_is_told(office, architect, shop):
    signer, roots = architect
    content = signed_by(office, signer)
    report = examine_file(content, "plan.pdf", ["application/pdf"], 10)
    assert report.ok, report.code
    found = look(content, office.roots)
    assert found == {"signed": True, "valid": True, "trusted": False, "signer": "Autre signataire", "at": found["at"]}
    assert found["at"].startswith("2026-11-23"), "the instant that the signature claims"
    assert look(content, roots)["trusted"] is True
    shop.keep("dossiers", "x", content, "application/pdf")
    result = checked(shop, "plan.pdf", "application/pdf")
    assert result["ok"] and result["signature"] == found


def test_a_plan_signed_and_then_changed_is_signed_but_not_valid(office, architect):
    content = signed_by(office, architect[0])
    changed = bytearray(content)
    changed[content.index(b"/MediaBox") + 12] ^= 1
    assert look(content + b"\n% more", office.roots)["valid"] is False
    found = look(bytes(changed), office.roots)
    assert (found["signed"], found["valid"], found["trusted"]) == (True, False, False)
    with pikepdf.open(io.BytesIO(content)) as document:
        document.add_blank_page()
        out = io.BytesIO()
        document.save(out)
    found = look(out.getvalue(), office.roots)
    assert (found["signed"], found["valid"]) == (True, False)


def test_two_signers_are_both_named(office, architect):
    engineer = office.president
    pdf = seats.open_places(plan({"size": A3}), [seats.Place(name, 0, (x, 60, x + 180, 120)) for name, x in (("A", 60), ("B", 260))])
    for field, signer in (("A", architect[0]), ("B", engineer)):
        prepared = sealing.prepare(pdf, datetime(2026, 11, 20, tzinfo=UTC), field=field, alone=False)
        pdf = sealing.embed(prepared.draft, prepared.state, office.sign(prepared, signer))
    found = look(pdf, office.roots)
    assert (found["valid"], found["trusted"], found["signer"]) == (True, False, "Autre signataire, لحسن أيت باها")


def test_an_unsigned_plan_a_form_and_a_hostile_signature_are_told_apart(office):
    assert look(plan({"size": A4}), office.roots)["signed"] is False
    empty = seats.open_places(plan({"size": A4}), [seats.Place("Architecte", 0, (60, 60, 260, 120))])
    assert look(empty, office.roots)["signed"] is False, "a field that nobody signed"

    def hostile(document):
        document.Root.AcroForm = pikepdf.Dictionary(Fields=[document.make_indirect(pikepdf.Dictionary(
            FT=pikepdf.Name.Sig, T="x", V=document.make_indirect(pikepdf.Dictionary(
                Type=pikepdf.Name.Sig, ByteRange=[0, 10, 99999999, -5], Contents=b"\x30\x80")))) ])  # fmt: skip

    found = look(plan({"size": A4}, change=hostile), office.roots)
    assert (found["signed"], found["valid"], found["trusted"]) == (True, False, False)
    assert examine_file(plan({"size": A4}, change=dynamic_form), "a.pdf", ["application/pdf"], 10).code == "SCAN7"


def test_an_architects_signature_does_not_survive_the_stamp_but_its_picture_and_the_deposited_file_do(office, architect, tmp_path):
    content = signed_by(office, architect[0])
    made = sealing.seal(stamp(content).pdf, authority.seal_key(office.directory), datetime(2026, 12, 2, tzinfo=UTC))
    (tmp_path / "plan.pdf").write_bytes(made)
    assert say("pdfsig", "-nocert", str(tmp_path / "plan.pdf")).count("Signature is Valid.") == 1
    assert "Lahcen Aït Baha" in spoken(tmp_path / "plan.pdf")[0], "the face of the signature stays on the page"
    assert examine_here(made, office.roots).state == "signed_valid" and look(content, office.roots)["valid"]


def test_a_picture_brings_no_signature(office, shop):
    shop.keep("dossiers", "x", drawings.scan("PNG"), "image/png")
    result = checked(shop, "plan.png", "image/png")
    assert result["ok"] and "signature" not in result
