"""Every type of question: which answers are good, and what is said of the others."""

import json

import pytest

OPTIONS = [{"value": "a", "label": {"fr": "A", "ar": "أ"}}, {"value": "b", "label": {"fr": "B", "ar": "ب"}}]
RING = [[-8.88, 30.47], [-8.87, 30.47], [-8.87, 30.48], [-8.88, 30.47]]
SHAPE = {"geometry": ["Point", "Polygon"], "bounds": [-17.3, 20.6, -0.9, 36.1], "max_vertices": 10}

GOOD = [
    ("text", {}, "Café « Atlas » <b>مقهى</b>"),
    ("text", {"pattern": "^[0-9]{1,6}$"}, "1234"),
    ("text", {"pattern": "^[0-9]{1,6}$"}, "١٢٣٤"),
    ("long_text", {}, "x" * 3000),
    ("integer", {"min": 0}, 0),
    ("integer", {}, 4.0),
    ("decimal", {"decimals": 2}, 11.45),
    ("amount", {}, 1500.50),
    ("date", {}, "2028-02-29"),
    ("yes_no", {}, False),
    ("yes_no", {"must_be": True}, True),
    ("choice", {"options": OPTIONS}, "a"),
    ("choices", {"options": OPTIONS}, ["b", "a"]),
    ("cin", {}, "JC123456"),
    ("cin", {}, "j 54321"),
    ("ice", {}, "001525713000097"),
    ("phone", {}, "0528 85 12 34"),
    ("phone", {}, "+212661234567"),
    ("phone", {}, "00212 661-23-45-67"),
    ("phone", {}, "٠٦٦١٢٣٤٥٦٧"),
    ("email", {}, "fatima.amzian@exemple.ma"),
    ("land_title", {}, "12345/39"),
    ("land_title", {}, "R 4567/39"),
    ("land_title", {}, "T 4567/39"),
    ("link", {}, "5410113-2026-REF-000123"),
    ("link", {}, "TRD-2026-ODP-000001"),
    ("link", {}, "2b1c0d8e-53f6-4f0e-9a55-0c6f7a3e8a11"),
    ("shape", SHAPE, {"type": "Point", "coordinates": [-8.8769, 30.4703]}),
    ("shape", SHAPE, {"type": "Point", "coordinates": [-8.8769, 30.4703, 240]}),
    ("shape", SHAPE, {"type": "Polygon", "coordinates": [RING]}),
    ("shape", SHAPE, {"address": "Douar Aït Youssef, route de Tata", "douar": "Aït Youssef"}),
]

BAD = [
    ("text", {}, 12, "TYPE1"),
    ("text", {}, {"fr": "x"}, "TYPE1"),
    ("text", {}, "x" * 301, "LONG1"),
    ("text", {"max_length": 5}, "sixsix", "LONG1"),
    ("text", {"pattern": "^[0-9]{1,6}$", "pattern_help": {"fr": "de un à six chiffres", "ar": "من رقم إلى ستة أرقام"}}, "12A", "MASK1"),
    ("long_text", {}, "x" * 200_000, "LONG1"),
    ("integer", {}, 2.5, "TYPE3"),
    ("integer", {}, "2", "TYPE2"),
    ("integer", {}, True, "TYPE2"),
    ("integer", {"min": 1}, 0, "RANG1"),
    ("decimal", {"max": 50}, 50.01, "RANG2"),
    ("decimal", {"decimals": 2}, 1.234, "TYPE4"),
    ("decimal", {}, 10**400, "RANG2"),
    ("amount", {}, -1, "RANG1"),
    ("amount", {}, 10.005, "TYPE4"),
    ("date", {}, "2026-02-30", "WHEN1"),
    ("date", {}, "30/02/2026", "WHEN1"),
    ("date", {}, "tomorrow", "WHEN1"),
    ("date", {}, 20260215, "TYPE1"),
    ("date", {}, "1026-02-15", "WHEN2"),
    ("date", {"max": "2026-12-31"}, "2027-01-01", "WHEN2"),
    ("yes_no", {}, "true", "TYPE1"),
    ("yes_no", {}, 1, "TYPE1"),
    ("yes_no", {"must_be": True}, False, "MUST1"),
    ("choice", {"options": OPTIONS}, "c", "OPTN1"),
    ("choice", {"options": OPTIONS}, ["a"], "TYPE1"),
    ("choices", {"options": OPTIONS}, "a", "TYPE1"),
    ("choices", {"options": OPTIONS}, ["a", "c"], "OPTN1"),
    ("choices", {"options": OPTIONS}, ["a", 7], "OPTN1"),
    ("choices", {"options": OPTIONS}, ["a", "a"], "OPTN2"),
    ("cin", {}, "123456", "IDEN1"),
    ("cin", {}, "JC12345678", "IDEN1"),
    ("cin", {}, "ABC1234567", "IDEN2"),
    ("ice", {}, "001525713000098", "ICEN1"),
    ("ice", {}, "00152571300008", "ICEN1"),
    ("ice", {}, "000000000000000", "ICEN1"),
    ("phone", {}, "0461234567", "TELE1"),
    ("phone", {}, "06612345", "TELE1"),
    ("email", {}, "fatima@exemple", "MAIL1"),
    ("email", {}, "fatima exemple.ma", "MAIL1"),
    ("email", {}, "a@b.ma\nBcc: x@y.ma", "MAIL1"),
    ("land_title", {}, "12345", "LAND1"),
    ("link", {}, "mon dossier", "LINK2"),
    ("shape", SHAPE, "30.47, -8.87", "SHAP1"),
    ("shape", SHAPE, {"type": "Point"}, "SHAP1"),
    ("shape", SHAPE, {"type": "Point", "coordinates": ["-8.8", "30.4"]}, "SHAP1"),
    ("shape", SHAPE, {"type": "Point", "coordinates": [-8.8]}, "SHAP1"),
    ("shape", SHAPE, {"type": "Polygon", "coordinates": [[-8.8, 30.4]]}, "SHAP1"),
    ("shape", SHAPE, {"type": "Point", "coordinates": [-8.8, 30.4], "script": 1}, "SHAP1"),
    ("shape", SHAPE, {"type": "LineString", "coordinates": [[-8.8, 30.4], [-8.7, 30.4]]}, "SHAP2"),
    ("shape", SHAPE, {"type": "Point", "coordinates": [30.4703, -8.8769]}, "SHAP3"),
    ("shape", {"geometry": ["Point"]}, {"type": "Point", "coordinates": [-181, 30]}, "SHAP3"),
    ("shape", SHAPE, {"type": "Polygon", "coordinates": [RING[:3]]}, "SHAP4"),
    ("shape", SHAPE, {"type": "Polygon", "coordinates": [RING[:3] + [[-8.9, 30.4]]]}, "SHAP4"),
    ("shape", SHAPE, {"type": "Polygon", "coordinates": []}, "SHAP4"),
    ("shape", SHAPE, {"type": "Polygon", "coordinates": [RING * 3]}, "SHAP5"),
    ("shape", SHAPE, {"douar": "Aït Youssef"}, "SHAP6"),
    ("shape", SHAPE | {"without_drawing": False}, {"address": "ici"}, "SHAP2"),
    ("shape", SHAPE, {"address": 12}, "SHAP1"),
]


def said(judge, kind, options, value):
    field = {"id": "question", "type": kind, "label": {"fr": "Question", "ar": "سؤال"}} | options
    return judge.owner.value("select app.typed_value_fault(%s::jsonb, %s::jsonb)", json.dumps(field), json.dumps(value))


@pytest.mark.parametrize("kind, options, value", GOOD, ids=lambda value: str(value)[:40])
def test_a_good_answer_passes(judge, kind, options, value):
    assert said(judge, kind, options, value) is None


@pytest.mark.parametrize("kind, options, value, code", BAD, ids=lambda value: str(value)[:40])
def test_a_bad_answer_is_told_what_to_do(judge, kind, options, value, code):
    fault = said(judge, kind, options, value)
    assert fault and fault["code"] == code, fault
    assert fault["path"] == "question" and fault["label"]["fr"] == "Question"
    assert fault["fr"] and fault["ar"] and "{" not in fault["fr"] + fault["ar"]
    assert fault["severity"] == ("warn" if code == "IDEN2" else "refuse")


@pytest.mark.parametrize("nothing", [None, "", "   ", []])
def test_a_missing_answer_is_not_a_wrong_one(judge, nothing):
    for kind in ("text", "date", "integer", "choice", "shape", "table"):
        assert said(judge, kind, {"options": OPTIONS, "geometry": ["Point"], "columns": []}, nothing) is None


TABLE = {
    "rows_min": 1,
    "rows_max": 3,
    "columns": [
        {"id": "kind", "type": "choice", "label": {"fr": "Objet", "ar": "الصنف"}, "required": True, "options": OPTIONS},
        {
            "id": "which",
            "type": "text",
            "label": {"fr": "Lequel", "ar": "ما هو"},
            "required": True,
            "only_if": {"column": "kind", "equals": "b"},
        },
        {"id": "count", "type": "integer", "label": {"fr": "Nombre", "ar": "العدد"}, "required": True, "min": 1},
        {"id": "double", "type": "decimal", "label": {"fr": "Total", "ar": "المجموع"}, "product_of": ["count", "count"]},
    ],
}
ROWS = [
    ([{"kind": "a", "count": 2}], set()),
    ([{"kind": "b", "which": "lampe", "count": 2}], set()),
    ([{"kind": "b", "count": 2}], {("question[1].which", "LACK2")}),
    ([{"kind": "a", "count": 2}, {"kind": "a", "count": 0}], {("question[2].count", "RANG1")}),
    ([{"kind": "a", "count": 2}, {"count": "2"}], {("question[2].kind", "LACK2"), ("question[2].count", "TYPE2")}),
    ([{"kind": "a", "count": 2, "price": 3}], {("question[1].price", "QUES2")}),
    ([{"kind": "a", "count": 2}, "row"], {("question[2]", "TYPE1")}),
    ([{"kind": "a", "count": 1}] * 4, {("question", "ROWS2")}),
    ("no table", {("question", "TYPE1")}),
]


@pytest.mark.parametrize("rows, expected", ROWS, ids=lambda value: str(sorted(value) if isinstance(value, set) else value)[:60])
def test_the_faults_of_a_table_name_the_row_and_the_column(judge, rows, expected):
    field = {"id": "question", "type": "table", "label": {"fr": "Question", "ar": "سؤال"}} | TABLE
    found = judge.owner.value("select app.table_faults(%s::jsonb, %s::jsonb, 'question', '{}')", json.dumps(field), json.dumps(rows))
    assert {(fault["path"], fault["code"]) for fault in found} == expected
