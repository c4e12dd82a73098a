"""Minutes as real programs read them: two scripts, few members and many, short opinions and long, signed one after the other."""

import io
import json
import re
import subprocess

import pikepdf
import pytest
from docx import Document
from docx.oxml.ns import qn
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from components.operations.jobs import draw_minutes, embed_seat, prepare_seat, seal_minutes
from components.permits import sealing, seats, signing
from components.permits.documents import RenderFault, minutes
from components.permits.documents.minutes_copy import write_copy
from components.permits.documents.places import member_face
from tests.papers.committee import Committee
from tests.papers.conftest import PIN, WHEN
from tests.papers.programs import outside_the_page, say, words
from tests.papers.shop import FolderShop

ALL_OUTCOMES = ("favourable", "with_reservations", "unfavourable", "modification", "not_concerned", "")


@pytest.fixture(scope="module")
def committee(office):
    return Committee(office.directory, 7)


@pytest.fixture(scope="module")
def large(office):
    return Committee(office.directory, 12, ALL_OUTCOMES, times=8)


@pytest.fixture(scope="module")
def shop(office, tmp_path_factory):
    return FolderShop(office.directory.parent, tmp_path_factory.mktemp("storage"))


@pytest.fixture(scope="module")
def drawn(committee, shop):
    return draw_minutes.do({"paper": "paper", "dossier": "dossier", "data": committee.data, "canonical": None}, shop)


def face_of(row, name_fr, name_ar):
    parts = {"role": row["role"], "organisation": row["organisation"]}
    return {"name_fr": name_fr, "name_ar": name_ar, "at": WHEN.isoformat(), **parts}


class Table:
    """The secretary's table: the minutes on their way through the worker's jobs, as the database would lead them."""

    def __init__(self, committee, shop, drawn):
        self.committee, self.shop, self.drawn = committee, shop, drawn
        self.path = drawn["storage_path"]

    def prepare(self, place: int, field: str | None = None, path: str | None = None) -> dict:
        member, row = self.committee.members[place], self.committee.data["members"][place]
        face = face_of(row, member.name_fr, member.name_ar)
        return prepare_seat.do(
            {
                "signature": "s", "paper": "paper", "dossier": "dossier", "path": path or self.path, "current": self.path,
                "field": field or self.drawn["fields"][member.seat], "face": face, "when": WHEN.isoformat(),
            },
            self.shop,
        )  # fmt: skip

    def sign(self, place: int, digest: str) -> str:
        signer = self.committee.members[place].signer
        return signing.sign_digest(signer.sealed_key, PIN, signer.certificate, digest, WHEN)

    def embed(self, place: int, prepared: dict, cms: str, **change) -> dict:
        data = {"signature": "s", "paper": "paper", "dossier": "dossier", "prepared": prepared, "current": self.path, "cms": cms,
                "certificate_pem": self.committee.members[place].signer.certificate}  # fmt: skip
        return embed_seat.do(data | change, self.shop)

    def add(self, place: int) -> None:
        prepared = self.prepare(place)
        result = self.embed(place, prepared, self.sign(place, prepared["document_digest"]))
        assert result["ok"], result
        self.path = result["storage_path"]

    def seal(self) -> dict:
        data = {"paper": "paper", "dossier": "dossier", "path": self.path, "field": "Seal", "when": WHEN.isoformat()}
        result = seal_minutes.do(data, self.shop)
        if result.get("ok"):
            self.path = result["storage_path"]
        return result

    def bytes(self) -> bytes:
        return self.shop.fetch("papers", self.path)

    def file(self):
        return self.shop.folder / "papers" / self.path


@pytest.fixture
def table(committee, shop, drawn):
    return Table(committee, shop, drawn)


def spoken(file) -> str:
    """The words of a file, without the marks of direction that poppler puts around them."""
    return re.sub("[\u202a-\u202e]", "", words(file))


def pdfsig(file) -> list[str]:
    """What poppler says of each signature, in order."""
    return re.findall(r"Signature Validation: (.*)", subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True).stdout)


# What they show


def test_minutes_name_everything_in_both_languages(table):
    text = spoken(table.file())
    for part in (
        "Procès-verbal de la commission d’étude",
        "Guichet unique des autorisations d’urbanisme",
        "Séance du 23 novembre 2026 à 10:00",
        "Titre foncier 4521/39, 320 m²",
        "Société régionale multiservices Souss-Massa",
        "Mandat : Décision n° 14",
        "Présent à distance",
        "Absent",
        "Favorable avec réserves",
        "Réseau d’eau potable en attente rue 12",
        "Règlement général de construction, art. 25",
        "à lever avant : 31 mars 2027",
        "Invités à titre consultatif",
        "Avis favorables, avec les réserves énoncées.",
        "Scellé quand 3 des 7 membres ont signé",
        "TRD-2026-PV-000031",
        "Page 1 sur",
        "7K3M-Q9TZ-W2XB",
        "Document de démonstration",
    ):
        assert part in text, part
    for part in ("محضر", "الأعضاء", "التوقيعات", "التحفظات", "R+2"):
        assert part in text, part


def test_each_opinion_shows_the_fingerprint_of_the_text_that_was_signed(table, committee):
    text = spoken(table.file())
    for opinion in committee.opinions:
        assert opinion["digest"] in text


def test_minutes_are_sound_stay_in_their_margins_and_carry_their_fonts(large, office, tmp_path):
    made = minutes.compose_minutes(large.data, None, office.roots)
    (tmp_path / "large.pdf").write_bytes(made.pdf)
    assert "No syntax or stream encoding errors" in say("qpdf", "--check", str(tmp_path / "large.pdf"))
    assert outside_the_page(tmp_path / "large.pdf", margin=45) == []
    assert all(row.split()[-5] == "yes" for row in say("pdffonts", str(tmp_path / "large.pdf")).splitlines()[2:])
    text = spoken(tmp_path / "large.pdf")
    assert len(re.findall(r"Membre +Présence", text)) > 1 and "Aucun avis rendu" in text and "Défavorable (avis conforme)" in text
    assert {place.page for place in made.places} <= set(range(made.pages)) and len(made.places) == 13
    for place in made.places:
        assert 45 <= place.box[0] < place.box[2] <= 595 - 45 and 0 < place.box[1] < place.box[3] < 842


def test_the_same_data_give_the_same_file(committee, office):
    first, second = (minutes.compose_minutes(committee.data, None, office.roots) for _ in range(2))
    assert first.places == second.places and first.pages == second.pages
    assert first.pdf.split(b"%%EOF")[0] == second.pdf.split(b"%%EOF")[0], "as it was drawn, before its fields"


def test_characters_that_no_font_holds_do_not_hold_up_what_was_signed(committee, office, tmp_path):
    data = committee.copy()
    data["guests"] = [{"name": "漢字 {name}", "quality": "x" * 3_000}]
    (tmp_path / "odd.pdf").write_bytes(minutes.compose_minutes(data, None, office.roots).pdf)
    text = spoken(tmp_path / "odd.pdf")
    assert "[U+6F22][U+5B57] {name}" in text


def test_a_member_known_in_one_language_only_is_named_in_that_one(committee, office, tmp_path):
    data = committee.copy()
    for part in ("members", "opinions"):
        data[part][0]["person"] = {"fr": "Zineb Ouhaddou", "ar": ""}
    (tmp_path / "one.pdf").write_bytes(minutes.compose_minutes(data, None, office.roots).pdf)
    assert spoken(tmp_path / "one.pdf").count("Zineb Ouhaddou") > 3


def test_a_round_without_a_sitting_says_so(committee, office, tmp_path):
    data = committee.copy() | {"session": None, "round": 2}
    (tmp_path / "desk.pdf").write_bytes(minutes.compose_minutes(data, None, office.roots).pdf)
    text = spoken(tmp_path / "desk.pdf")
    assert "sans séance" in text and "Examen n° 2, après modification des plans" in text


@pytest.mark.parametrize(("change", "code"), [
    ({"members": []}, "LEAF1"),
    ({"conclusion": None}, "LEAF1"),
    ({"conclusion": {"fr": "Avis {x}", "ar": "رأي"}}, "LEAF3"),
    ({"opinions": []}, "LEAF8"),
    ({"opinions": "none"}, "LEAF8"),
    ({"data_digest": "0" * 64}, "LEAF9"),
])  # fmt: skip
def test_incomplete_minutes_are_not_drawn(committee, office, change, code):
    with pytest.raises(RenderFault) as refused:
        minutes.compose_minutes(committee.copy() | change, None, office.roots)
    assert code in [fault.code for fault in refused.value.faults]


def test_an_opinion_changed_since_its_author_signed_is_named_and_the_minutes_are_not_drawn(committee, shop):
    data = committee.copy()
    data["opinions"][3]["reasons"] = "Tout est conforme."
    result = draw_minutes.do({"paper": "paper", "dossier": "dossier", "data": data, "canonical": None}, shop)
    assert "Réseaux d’eau et d’électricité" in result["fault"] and "storage_path" not in result


# Who signs


def test_there_is_one_field_per_member_and_the_seals_all_made_before_the_first_signature(table, committee):
    assert table.drawn["fields"] == {member.seat: f"Seat{n}" for n, member in enumerate(committee.members, start=1)} | {"seal": "Seal"}
    assert seats.state_of(table.bytes()) == dict.fromkeys(table.drawn["fields"].values(), False)
    with pikepdf.open(table.file()) as pdf:
        names = [str(field.TU) for field in pdf.Root.AcroForm.Fields]
    assert "الوكالة الحضرية" in names[2], "a reader of the field hears whose it is"


@pytest.mark.parametrize("count", [2, 3, 7])
def test_every_signature_stays_valid_after_the_others_and_the_seal(table, office, count):
    for place in range(count):
        table.add(place)
        assert sealing.validate(table.bytes(), office.roots).ok
    assert pdfsig(table.file()) == ["Signature is Valid."] * count
    assert table.seal()["ok"]
    assert pdfsig(table.file()) == ["Signature is Valid."] * (count + 1)
    assert "Total document signed" in say("pdfsig", "-nocert", str(table.file()))
    assert "No syntax or stream encoding errors" in say("qpdf", "--check", str(table.file()))
    for signature in PdfFileReader(io.BytesIO(table.bytes())).embedded_signatures:
        assert sealing.judge(signature, office.roots, None, last=signature.field_name == "Seal").ok


def test_members_sign_in_any_order(table, office):
    for place in (4, 0, 2):
        table.add(place)
    assert sealing.validate(table.bytes(), office.roots).ok
    assert [name for name, signed in seats.state_of(table.bytes()).items() if signed] == ["Seat1", "Seat3", "Seat5"]


def test_the_face_of_a_signature_is_readable_in_both_scripts(committee, tmp_path):
    row = committee.data["members"][6]
    face = face_of(row, "Nadia Chraïbi", "نادية الشرايبي")
    (tmp_path / "face.pdf").write_bytes(member_face(face, WHEN, demonstration=True))
    text = spoken(tmp_path / "face.pdf")
    for part in ("Signé électroniquement par", "Nadia Chraïbi", "Équipement et eau", "Le 23 novembre 2026", "Certificat de", "نادية"):
        assert part in text, part
    assert outside_the_page(tmp_path / "face.pdf", margin=2) == []


def test_an_endless_name_never_keeps_a_member_from_signing(committee, tmp_path):
    face = face_of({"role": {"fr": "x " * 400, "ar": "س " * 400}, "organisation": None}, "Mohamed " * 60, "محمد " * 60)
    (tmp_path / "face.pdf").write_bytes(member_face(face, WHEN, demonstration=False))
    assert outside_the_page(tmp_path / "face.pdf", margin=1) == []


# What is refused


def test_minutes_prepared_before_another_signature_arrived_are_stale(table):
    prepared = table.prepare(1)
    cms = table.sign(1, prepared["document_digest"])
    table.add(0)
    result = table.embed(1, prepared, cms)
    assert (result["ok"], result["code"]) == (False, "SEAL0") and " / " in result["fault"]
    assert table.prepare(1, path=prepared["revision"])["code"] == "SEAL0"
    table.add(1)


def test_one_member_signs_once(table):
    table.add(0)
    assert table.prepare(0)["code"] == "MARK2"


def test_a_place_that_the_minutes_do_not_have_cannot_be_prepared(table):
    assert table.prepare(0, field="Seat99")["code"] == "MARK1"


def test_a_signature_by_another_certificate_is_refused(table):
    prepared = table.prepare(0)
    assert table.embed(0, prepared, table.sign(3, prepared["document_digest"]))["code"] == "SEAL5"
    assert table.embed(0, prepared, table.sign(0, prepared["document_digest"]), certificate_pem=None)["code"] == "SEAL5"


def test_a_replayed_signature_and_one_made_for_another_field_are_refused(table):
    first = table.prepare(0)
    signed = table.sign(0, first["document_digest"])
    other = table.prepare(1)
    assert table.embed(0, other, signed)["code"] == "SEAL2", "made for another field"
    assert table.embed(0, first, signed)["ok"]
    table.add(0)
    again = table.prepare(1)
    assert table.embed(0, again, signed)["code"] == "SEAL2", "replayed on a later revision"


def test_a_draft_of_another_field_is_not_the_one_that_was_prepared(table):
    first, other = table.prepare(0), table.prepare(1)
    mixed = first | {"path": other["path"]}
    assert table.embed(0, mixed, table.sign(0, first["document_digest"]))["code"] == "SEAL9"


def test_what_is_no_signature_does_not_enter_the_minutes(table):
    assert table.embed(0, table.prepare(0), "AAAA")["code"] == "SEAL1"


def test_after_the_seal_nobody_signs_and_a_forced_signature_shows(table, office):
    table.add(0)
    table.add(1)
    assert table.seal()["ok"]
    assert table.prepare(2)["code"] == "MARK3"
    assert table.seal()["code"] == "MARK2"
    prepared = sealing.prepare(table.bytes(), WHEN, field="Seat3", alone=False)
    forced = sealing.embed(prepared.draft, prepared.state, table.sign(2, prepared.document_digest))
    assert sealing.validate(forced, office.roots).code == "SEAL7"


def test_a_flipped_byte_and_an_appended_page_are_alterations(table, office):
    table.add(0)
    table.add(1)
    table.seal()
    sound = table.bytes()
    for place in range(2000, len(sound) - 40_000, len(sound) // 9):
        changed = bytearray(sound)
        changed[place] ^= 1
        assert not sealing.validate(bytes(changed), office.roots).ok, place
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sound)) as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    assert sealing.validate(out.getvalue(), office.roots).code in ("SEAL2", "SEAL7")


def test_a_change_slipped_in_between_two_signatures_is_seen_when_the_second_comes_and_ever_after(table, office, committee):
    table.add(0)
    current = table.bytes()
    for change in (turned, with_another_field):
        slipped = change(current)
        prepared = sealing.prepare(slipped, WHEN, field="Seat2", alone=False)
        pdf = sealing.embed(prepared.draft, prepared.state, table.sign(1, prepared.document_digest))
        certificate = committee.members[1].signer.certificate
        assert seats.judge(pdf, office.roots, certificate, prepared.state, current).code == "SEAL7", change.__name__
        assert sealing.validate(pdf, office.roots).code == "SEAL7", change.__name__


def turned(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    page[generic.NameObject("/Rotate")] = generic.NumberObject(90)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_another_field(pdf: bytes) -> bytes:
    """Why all fields are made before the first signature."""
    return seats.open_places(pdf, [seats.Place("Seat99", 0, (60, 60, 200, 110))])


# What the file carries


def test_a_third_party_checks_each_opinion_with_the_file_and_openssl(table, office, tmp_path):
    say("pdfdetach", "-saveall", "-o", str(tmp_path), str(table.file()))
    carried = json.loads((tmp_path / "opinions.json").read_text(encoding="utf-8"))
    assert carried["fields"]["seal"] == "Seal" and len(carried["opinions"]) == 7
    (tmp_path / "root.pem").write_text(office.roots[0])
    for opinion in carried["opinions"]:
        (tmp_path / "opinion.txt").write_text(opinion["canonical"], encoding="utf-8")
        subprocess.run(["base64", "-d"], input=opinion["cms"].encode(), stdout=(tmp_path / "opinion.cms").open("wb"), check=True)
        command = carried["check"].split("; ")[-1]
        subprocess.run([*command.split(), "-out", "/dev/null"], cwd=tmp_path, check=True, capture_output=True)
    assert json.loads((tmp_path / "permit.json").read_text(encoding="utf-8"))["number"] == "TRD-2026-PV-000031"


# The working copy


def test_the_working_copy_opens_and_says_the_same_without_signature(committee, shop, table):
    document = Document(io.BytesIO(shop.fetch("papers", table.drawn["docx_path"])))
    text = "\n".join(text_of(paragraph) for paragraph in document.element.body.iter(qn("w:p")))
    for part in ("Procès-verbal de la commission", "محضر أشغال لجنة", "Réseau d’eau potable en attente rue 12", "مطابق لتصميم التهيئة"):
        assert part in text, part
    assert "sans signature" in document.sections[0].header.paragraphs[1].text
    assert committee.opinions[0]["cms"] not in text and committee.opinions[0]["digest"] not in text
    assert write_copy(committee.data) == write_copy(committee.data)


def text_of(node) -> str:
    return "".join(each.text or "" for each in node.iter(qn("w:t")))


def test_the_working_copy_reads_from_right_to_left_where_it_must(committee):
    body = Document(io.BytesIO(write_copy(committee.data))).element.body
    arabic = [p for p in body.iter(qn("w:p")) if re.search("[\u0620-\u06ff]", text_of(p))]
    assert len(arabic) > 40
    for paragraph in arabic:
        assert paragraph.pPr.find(qn("w:bidi")) is not None, text_of(paragraph)
        for run in paragraph.iter(qn("w:r")):
            letters = re.search("[\u0620-\u06ff]", text_of(run))
            assert (run.rPr.find(qn("w:rtl")) is not None) >= bool(letters)
            assert run.rPr.find(qn("w:szCs")) is not None and run.rPr.rFonts.get(qn("w:cs")) == "Amiri"
    french = [p for p in body.iter(qn("w:p")) if "Procès-verbal" in text_of(p)]
    assert french and all(p.pPr.find(qn("w:bidi")) is None for p in french)
    references = [run for p in arabic for run in p.iter(qn("w:r")) if text_of(run) == "TRD-2026-PC-000456"]
    assert references and all(run.rPr.find(qn("w:rtl")) is None for run in references), "a reference keeps its own direction"
    assert all(table.tblPr.find(qn("w:bidiVisual")) is not None for table in body.iter(qn("w:tbl")))
