"""Answers as people read them, in both languages."""

import pytest

from tests.procedures.samples import COMPANY, DEFINITIONS, PERSONAL, POINT, repair_request, terrace_request


def texts(judge, code, answers):
    summary = judge.ask("answers_summary", DEFINITIONS[code], answers)
    return {field["id"]: field for step in summary for field in step["fields"]}


SAID = [
    ("app_kind", "Personne physique", "شخص ذاتي"),
    ("by_mandate", "Non", "لا"),
    ("land_area", "120 m²", "120 م²"),
    ("ref_surface", "45,5 m²", "45,5 م²"),
    ("ref_works", "Peinture, Carrelage", "صباغة ودهان، تبليط"),
    ("ref_start", "01/12/2026", "01/12/2026"),
    ("land_geom", "Point 30.47030, -8.87690", "نقطة 30.47030, -8.87690"),
    ("ref_cost", "12 500,50 DH", "12 500,50 درهم"),
    ("app_phone", "0661 23 45 67", "0661 23 45 67"),
]


@pytest.mark.parametrize("name, fr, ar", SAID, ids=lambda value: str(value))
def test_an_answer_in_words(judge, name, fr, ar):
    assert texts(judge, "URB-08", repair_request() | {"ref_cost": 12500.5})[name]["text"] == {"fr": fr, "ar": ar}


def test_a_place_without_a_drawing_reads_as_an_address(judge):
    place = {"address": "Route de Tata", "douar": "Aït Youssef"}
    assert texts(judge, "URB-08", repair_request() | {"land_geom": place})["land_geom"]["text"] == {
        "fr": "Route de Tata, douar Aït Youssef",
        "ar": "Route de Tata، دوار Aït Youssef",
    }


def test_a_table_keeps_its_columns_rows_and_totals(judge):
    furniture = [
        {"kind": "table", "count": 4, "width": 0.8, "depth": 0.8, "anchored": False},
        {"kind": "chair", "count": 16, "width": 0.4, "depth": 0.4, "anchored": False},
    ]
    table = texts(judge, "ECO-09", terrace_request() | {"furniture": furniture})["furniture"]["table"]
    assert [row[0]["ar"] for row in table["rows"]] == ["طاولة", "كرسي"] and len(table["columns"]) == 7
    assert [(total["column"], total["value"], total["text"]["fr"]) for total in table["totals"]] == [
        ("count", 20, "20"),
        ("area", 5.12, "5,12 m²"),
    ]


def test_unanswered_questions_stand_in_the_summary_and_those_that_do_not_apply_do_not(judge):
    fields = texts(judge, "URB-08", repair_request())
    assert fields["contractor"]["text"] is None and "app_ice" not in fields and "never_heading" not in fields


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"land_geom": "x", "ref_works": "x", "land_area": "x", "app_kind": 7, "ref_start": "x"},
        {"land_geom": POINT | {"coordinates": []}},
    ],
)
def test_odd_drafts_are_summed_up_without_an_error(judge, answers):
    assert texts(judge, "URB-08", answers)


def test_the_owner_s_name_in_each_script(judge):
    definition = DEFINITIONS["URB-08"]
    assert judge.ask("owner_names", definition, repair_request()) == {"fr": "Fatima Amzian", "ar": "فاطمة أمزيان"}
    assert judge.ask("owner_name", definition, repair_request()) == "فاطمة أمزيان / Fatima Amzian"
    company = {k: v for k, v in repair_request().items() if k not in PERSONAL} | COMPANY
    assert judge.ask("owner_name", definition, company) == "Café Atlas SARL"
    assert judge.ask("owner_name", definition, {}) is None


def test_a_foreigner_without_an_arabic_name_keeps_the_other(judge):
    foreigner = {k: v for k, v in repair_request().items() if not k.endswith("_ar")} | {
        "app_id_kind": "passport",
        "app_passport": "X1234567",
    }
    assert judge.codes("URB-08", {k: v for k, v in foreigner.items() if k != "app_cin"}) == set()
    assert judge.ask("owner_name", DEFINITIONS["URB-08"], foreigner) == "Fatima Amzian"


def test_the_title_of_a_dossier_names_the_place(judge):
    assert judge.ask("dossier_title", DEFINITIONS["ECO-09"], terrace_request()) == "Café Atlas · Place Assarag"
