"""Papers as real programs read them."""

import hashlib
import json
import subprocess
import sys

import pytest

from components.permits.documents import RenderFault, check, compose, render
from tests.papers import samples
from tests.papers.programs import outside_the_page, say, words

MAKERS = {"permit": samples.permit, "receipt": samples.receipt, "request": samples.request}


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """Every kind of paper, printed once."""
    folder = tmp_path_factory.mktemp("papers")
    papers = {}
    for kind in ("permit", "refusal", "revocation", "lapse", "modification", "deferral", "receipt", "payment", "request", "return"):
        data = MAKERS[kind]() if kind in MAKERS else samples.other_kind(kind)
        papers[kind] = folder / f"{kind}.pdf"
        papers[kind].write_bytes(render(data))
    return papers


def test_every_kind_prints_in_both_languages_and_three_scripts(printed):
    for kind, file in printed.items():
        text = words(file)
        assert "Royaume du Maroc" in text, kind
        assert "المغربية" in text, kind
        assert "ⵏ" in text, kind
        assert "7K3M-Q9TZ-W2XB" in text, kind


def test_every_kind_is_sound_for_qpdf_and_declares_its_archival_profile(printed):
    for file in printed.values():
        assert "No syntax or stream encoding errors" in say("qpdf", "--check", str(file))
        assert b"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in file.read_bytes()


def test_no_word_leaves_the_margins(printed):
    for kind, file in printed.items():
        assert outside_the_page(file, margin=45) == [], kind


def test_all_fonts_are_inside_the_file(printed):
    for file in printed.values():
        rows = say("pdffonts", str(file)).splitlines()[2:]
        assert rows and all(row.split()[-5] == "yes" for row in rows)


def test_a_permit_names_its_parts_in_french(printed):
    text = words(printed["permit"])
    for part in (
        "Arrête ce qui suit",
        "Article premier",
        "Article 4",
        "Vu la loi n° 12-90",
        "+212 6 12 34 56 78",
        "1 250,00 dirhams",
        "120 m²",
        "Page 1 sur 2",
        "Document de démonstration, sans valeur légale",
        "Traduction française",
    ):
        assert part in text, part


def test_a_paper_that_is_no_demonstration_does_not_say_so(tmp_path):
    data = samples.permit() | {"demonstration": False}
    (tmp_path / "permit.pdf").write_bytes(render(data))
    assert "démonstration" not in words(tmp_path / "permit.pdf")


def test_a_receipt_holds_on_one_page_with_its_literal_state(printed):
    assert "Pages:           1" in say("pdfinfo", str(printed["receipt"]))
    text = words(printed["receipt"])
    assert "Dossier déposé" in text and "ملف مودع" in text and "09/11/2026 14:05" in text


def test_title_author_and_language_are_set(printed):
    info = say("pdfinfo", "-meta", str(printed["permit"]))
    assert "قرار بشأن الترخيص بالإصلاح" in info and "آيت إيعزة" in info
    assert b"/Lang (ar-MA)" in printed["permit"].read_bytes()


def test_the_attached_data_are_the_canonical_text_to_the_byte(tmp_path):
    data = samples.receipt()
    canonical = json.dumps(data, ensure_ascii=False, indent=1)
    paper = compose(data, canonical)
    (tmp_path / "receipt.pdf").write_bytes(paper.pdf)
    assert "permit.json" in say("pdfdetach", "-list", str(tmp_path / "receipt.pdf"))
    say("pdfdetach", "-save", "1", "-o", str(tmp_path / "data.json"), str(tmp_path / "receipt.pdf"))
    assert (tmp_path / "data.json").read_text() == canonical
    assert paper.data_digest == hashlib.sha256(canonical.encode()).hexdigest()


def test_data_that_do_not_match_their_announced_digest_are_refused():
    with pytest.raises(RenderFault) as refused:
        compose(samples.receipt() | {"data_digest": "0" * 64})
    assert [fault.code for fault in refused.value.faults] == ["LEAF9"]


def test_the_same_data_give_the_same_bytes_in_another_process():
    code = (
        "import hashlib; from components.permits.documents import render; from tests.papers import samples;"
        "print(hashlib.sha256(render(samples.permit())).hexdigest())"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    )
    assert elsewhere.stdout.strip() == hashlib.sha256(render(samples.permit())).hexdigest()


def test_a_table_of_sixty_rows_a_long_text_and_names_without_spaces_stay_inside(tmp_path):
    data = samples.permit()
    data["tables"][0]["rows"] = [
        [
            {"fr": f"Poste {row} " + "x" * (row % 7 * 12), "ar": f"البند {row} " + "سطر " * (row % 5)},
            f"{row},50",
            "Société" + "DesTravaux" * (row % 4),
        ]
        for row in range(60)
    ]
    data["articles"][0] |= {"fr": "Travaux (R+2) selon la loi 12-90. " * 200, "ar": "أشغال (R+2) طبقا للقانون رقم 12-90. " * 200}
    data["articles"][1] |= {"fr": "W" * 300, "ar": "ب" * 300}
    data["signer"] |= {"name_fr": "M" * 60, "name_ar": "عبد" * 15}
    data["commune"] |= {
        "name_fr": "Sidi Mohamed Ben Abdellah Ou Lhaj El Kebir des Ait Ouazzane",
        "name_ar": "سيدي محمد بن عبد الله أو الحاج الكبير " * 2,
    }
    (tmp_path / "long.pdf").write_bytes(render(data))
    text = words(tmp_path / "long.pdf")
    assert all(f"Poste {row}" in text for row in range(60))
    assert text.count("Nature") > 1  # the header of the table is repeated
    assert outside_the_page(tmp_path / "long.pdf", margin=45) == []


def codes(data: dict) -> set[str]:
    return {fault.code for fault in check(data)}


def without(data: dict, *path: str | int) -> dict:
    inner = data
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = "" if isinstance(inner[path[-1]], str) else []
    return data


def test_sound_data_have_no_fault():
    for data in (samples.permit(), samples.receipt(), samples.request()):
        assert check(data) == []


@pytest.mark.parametrize(
    "path, code",
    [
        (("number",), "LEAF1"),
        (("articles",), "LEAF1"),
        (("visas",), "LEAF1"),
        (("signer", "name_ar"), "LEAF1"),
        (("commune", "name_fr"), "LEAF1"),
        (("verification", "code"), "LEAF1"),
        (("title", "ar"), "LEAF1"),
        (("articles", 0, "ar"), "LEAF2"),
        (("visas", 1, "fr"), "LEAF2"),
        (("tables", 0, "rows", 0, 0, "ar"), "LEAF2"),
        (("signer", "power", "fr"), "LEAF2"),
    ],
)
def test_a_missing_value_is_found_where_it_is_missing(path, code):
    faults = check(without(samples.permit(), *path))
    assert [fault.code for fault in faults] == [code]
    assert faults[0].path.startswith(str(path[0]))
    assert faults[0].fr and faults[0].ar and faults[0].fr != faults[0].ar


@pytest.mark.parametrize(("kind", "part"), [("modification", "lists"), ("deferral", "considerations"), ("deferral", "signer")])
def test_a_modification_lists_what_it_asks_and_a_deferral_says_why(kind, part):
    data = samples.other_kind(kind)
    del data[part]
    assert part in {fault.path.split(".")[0] for fault in check(data)}


@pytest.mark.parametrize("kind", ["minutes", "plan"])
def test_papers_that_have_a_composer_of_their_own_are_not_drawn_as_letters(kind):
    with pytest.raises(RenderFault) as refused:
        compose(samples.request() | {"kind": kind})
    assert [fault.code for fault in refused.value.faults] == ["LEAF7"]


def test_a_refusal_without_its_reasons_is_not_printed():
    with pytest.raises(RenderFault) as refused:
        compose(without(samples.other_kind("refusal"), "considerations"))
    assert [(fault.code, fault.path) for fault in refused.value.faults] == [("LEAF1", "considerations")]


def test_a_placeholder_left_in_an_article_is_found():
    data = samples.permit()
    data["articles"][1]["ar"] += " {occ_area}"
    assert [(fault.code, fault.path) for fault in check(data)] == [("LEAF3", "articles.1.ar")]


def test_characters_that_no_font_holds_are_found():
    data = samples.permit()
    data["articles"][0]["fr"] += " 漢字 \x07"
    assert codes(data) == {"LEAF4"}


def test_parts_of_another_form_are_faults_and_not_errors():
    for broken in (
        {"tables": [{"columns": [], "rows": [[]]}]},
        {"tables": [{"columns": [{"fr": "a", "ar": "ب"}], "rows": [["1", "2"]]}]},
        {"date": "23/11/2026"},
        {"visas": "Vu"},
        {"number": 12},
        {"intro": {"fr": 3, "ar": "ب"}},
    ):
        assert "LEAF8" in codes(samples.permit() | broken), broken


def test_an_unknown_kind_is_refused():
    assert codes(samples.permit() | {"kind": "poem"}) == {"LEAF7"}


def test_a_cell_higher_than_a_page_is_refused_rather_than_cut():
    data = samples.permit()
    data["tables"][0]["rows"][0][0] = {"fr": "ligne " * 2500, "ar": "سطر " * 2500}
    with pytest.raises(RenderFault) as refused:
        compose(data)
    assert {fault.code for fault in refused.value.faults} == {"LEAF5"}


def test_a_power_too_long_for_the_seal_is_refused_rather_than_cut():
    data = samples.permit()
    data["signer"]["power"] = {"fr": "Délégation n° 12 du 3 mars 2026 " * 30, "ar": "تفويض الإمضاء رقم 12 " * 30}
    with pytest.raises(RenderFault) as refused:
        compose(data)
    assert {fault.code for fault in refused.value.faults} == {"LEAF5"}


def test_a_paper_of_too_many_pages_is_refused():
    data = samples.request()
    data["lists"][0]["items"] = [{"fr": "Un", "ar": "بند"}] * 1200
    with pytest.raises(RenderFault) as refused:
        compose(data)
    assert {fault.code for fault in refused.value.faults} == {"LEAF6"}
