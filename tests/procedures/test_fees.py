"""What is due, in centimes, and how it is explained. Each line can be worked out by hand."""

import pytest

from tests.procedures.samples import DEFINITIONS, repair_request, terrace_request

QUARTERS = [
    ("2026-01-01", "2026-03-31", 1, "one whole quarter"),
    ("2026-03-31", "2026-04-01", 2, "two days, two quarters started"),
    ("2026-12-31", "2027-01-01", 2, "over the new year"),
    ("2026-02-10", "2026-02-10", 1, "one day"),
    ("2026-12-15", "2027-09-01", 4, "from December to September"),
    ("2026-01-01", "2026-12-31", 4, "one year"),
    ("2026-05-01", "2027-04-30", 5, "twelve months across five quarters"),
    ("2026-05-02", "2026-05-01", None, "dates in the wrong order"),
]


@pytest.mark.parametrize("start, end, expected, why", QUARTERS, ids=lambda value: str(value))
def test_a_quarter_started_is_a_quarter_due(judge, start, end, expected, why):
    assert judge.owner.value("select app.quarters_started(%s::date, %s::date)", start, end) == expected, why


def test_the_repair_tax_is_the_commune_s_flat_rate(judge):
    assert judge.fee("URB-08", repair_request())["total"] == 30_000
    assert judge.fee("URB-08", repair_request(), {"flat_rate": 450})["total"] == 45_000


WORKED = [
    # 11.4 m² count as 12; 12 × 70 = 840 DH a quarter; four quarters started
    ({}, {}, 84_000, 336_000),
    # 12 × 82.5 × 1.2 = 1,188 DH
    ({}, {"rates": {"open_terrace": 82.5}, "location_coefficient": {"main_street": 1.2}}, 118_800, 475_200),
    # a covered terrace of 4 m²: 280 DH, below the commune's minimum of 400 DH
    ({"occ_kind": "covered_terrace", "occ_area": 4}, {}, 40_000, 160_000),
    # one of 6 m²: 420 DH, above it
    ({"occ_kind": "covered_terrace", "occ_area": 6}, {}, 42_000, 168_000),
    # an awning: 24,000 × 0.5 % × 7.5 m² = 900 DH
    ({"occ_kind": "awning", "rental_value": 24_000, "occ_area": 7.5}, {}, 90_000, 360_000),
    # rounded to the centime once, at the end: 1,000.01 × 0.35 % × 3.33 = 11.6551... DH
    ({"occ_kind": "awning", "rental_value": 1000.01, "occ_area": 3.33}, {"awning_percent": 0.35}, 1166, 4662),
    # granted less than asked: 10 m², until the end of June, three quarters
    ({"granted_area": 10, "granted_to": "2027-06-30"}, {}, 70_000, 210_000),
]


@pytest.mark.parametrize("change, settings, due, whole", WORKED, ids=lambda value: str(value))
def test_the_occupation_fee_by_hand(judge, change, settings, due, whole):
    fee = judge.fee("ECO-09", terrace_request() | change, settings)
    assert (fee["total"], fee["whole_total"]) == (due, whole)


def test_a_line_explains_itself_with_its_numbers_in_both_languages(judge):
    [line] = judge.fee("ECO-09", terrace_request())["lines"]
    assert [(factor["label"]["fr"], factor["value"], factor["text"]["fr"]) for factor in line["factors"]] == [
        ("Surface, tout m² commencé compté", 12, "12 m² (11,4)"),
        ("Tarif de l'occupation", 70, "70 DH/m²/trimestre"),
        ("Coefficient d'emplacement", 1, "1"),
        ("Trimestres commencés", 1, "1 sur 4"),
    ]
    assert all(factor["label"]["ar"] and factor["text"]["ar"] for factor in line["factors"])
    assert (line["source"], line["confidence"]) == ("30-89 art. 185-188", "C")


def test_the_minimum_appears_among_the_factors_only_when_it_applies(judge):
    small, large = (judge.fee("ECO-09", terrace_request() | {"occ_kind": "covered_terrace", "occ_area": area}) for area in (4, 6))
    assert "Minimum par trimestre" in [factor["label"]["fr"] for factor in small["lines"][0]["factors"]]
    assert "Minimum par trimestre" not in [factor["label"]["fr"] for factor in large["lines"][0]["factors"]]


@pytest.mark.parametrize("missing", ["occ_area", "occ_kind", "occ_from", "occ_to"])
def test_an_estimate_waits_for_what_it_needs(judge, missing):
    fee = judge.fee("ECO-09", {k: v for k, v in terrace_request().items() if k != missing})
    assert fee["total"] is None and missing in fee["lines"][0]["missing"]


@pytest.mark.parametrize("value", ["12", None, [], {}, 10**300])
def test_an_unusable_answer_gives_no_amount(judge, value):
    assert judge.fee("ECO-09", terrace_request() | {"occ_area": value})["total"] is None


def test_the_general_engine_knows_every_kind_of_factor(judge):
    definition = DEFINITIONS["ECO-09"] | {
        "fees": [
            {
                "id": "trial",
                "label": {"fr": "Essai", "ar": "تجربة"},
                "due": "delivery",
                "formula": [
                    {"sum": "furniture.count", "label": {"fr": "Objets", "ar": "القطع"}},
                    {"number": 2.5, "label": {"fr": "Tarif", "ar": "التعريفة"}},
                    {"answer": "occ_area", "round": "down", "label": {"fr": "Surface", "ar": "المساحة"}},
                ],
                "at_most": {"number": 100, "label": {"fr": "Plafond", "ar": "السقف"}},
                "period": {"quarters": ["occ_from", "occ_to"], "label": {"fr": "Trimestres", "ar": "أرباع السنة"}},
                "source": "practice",
                "confidence": "C",
            }
        ]
    }
    # 4 × 2.5 × 11 = 110, held at 100, for four quarters
    fee = judge.ask("fee_estimate", definition, {"answers": terrace_request()})
    assert fee["total"] == 40_000 and fee["lines"][0]["factors"][-1]["text"]["fr"] == "4"
