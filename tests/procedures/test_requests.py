"""Whole requests before the judge: what is missing, what breaks a rule, which papers are demanded."""

import json

import pytest

from tests.procedures.samples import (
    COMPANY,
    DEFINITIONS,
    EXPECTED_RULES,
    PAPERS,
    PERSONAL,
    REQUESTS,
    facts_of,
    repair_request,
    terrace_request,
)


@pytest.mark.parametrize("code", sorted(REQUESTS))
def test_a_complete_and_truthful_request_has_no_fault(judge, code):
    found = judge.faults(code, REQUESTS[code]())
    assert {fault.get("rule") for fault in found} == EXPECTED_RULES.get(code, set())


@pytest.mark.parametrize("code", sorted(REQUESTS))
def test_an_empty_request_is_told_everything_that_every_applicant_must_answer(judge, code):
    found = judge.codes(code, {}, documents={})
    always = {f["id"] for step in DEFINITIONS[code]["steps"] for f in step["fields"] if f.get("required") is True and "only_if" not in f}
    assert {path for path, fault in found if fault == "LACK2"} == always


@pytest.mark.parametrize("code", sorted(REQUESTS))
def test_each_required_answer_is_missed_when_it_is_taken_away(judge, code):
    request = REQUESTS[code]()
    required = judge.ask("visible_fields", DEFINITIONS[code], facts_of(code, request))["required"]
    for name in required:
        assert (name, "LACK2") in judge.codes(code, {k: v for k, v in request.items() if k != name}), name


def test_every_fault_says_where_what_and_what_to_do_in_both_languages(judge):
    wrong = repair_request() | {"app_cin": "?", "touches_facade": True, "intruder": 1}
    for fault in judge.faults("URB-08", wrong, documents={}):
        assert fault.keys() >= {"path", "code", "severity", "fr", "ar"} and fault["fr"] != fault["ar"]
        assert fault["severity"] in ("refuse", "expected", "warn")


def test_the_questions_of_a_company_are_not_asked_of_a_person(judge):
    fields = judge.ask("visible_fields", DEFINITIONS["URB-08"], facts_of("URB-08", repair_request()))["fields"]
    assert "app_cin" in fields and "app_ice" not in fields


def test_a_company_is_asked_for_its_numbers_and_not_for_a_person_s(judge):
    company = {k: v for k, v in repair_request().items() if k not in PERSONAL} | COMPANY
    assert judge.codes("URB-08", company, documents={"statutes": 1, "title": 1, "photos": 1}) == set()
    assert ("app_ice", "LACK2") in judge.codes("URB-08", {k: v for k, v in company.items() if k != "app_ice"})


def test_answers_to_questions_that_no_longer_apply_are_neither_judged_nor_kept(judge):
    changed = repair_request() | {"app_ice": "not a number", "mand_cin": "?", "app_company_name": "Old"}
    assert judge.faults("URB-08", changed) == []
    kept = judge.ask("asked_answers", DEFINITIONS["URB-08"], facts_of("URB-08", changed))
    assert kept == repair_request()


def test_a_hidden_answer_does_not_open_other_questions(judge):
    """land_consent depends on app_quality alone; mand_date on by_mandate: both hide what an old answer would have shown."""
    changed = repair_request() | {"land_consent": False, "mand_date": "2030-01-01"}
    assert judge.faults("URB-08", changed) == []


@pytest.mark.parametrize("answers", [[], "text", 7, None])
def test_answers_that_are_no_object_are_one_readable_fault(judge, answers):
    assert judge.codes("URB-08", answers) == {("answers", "TYPE1")}


def test_unknown_answers_are_named_and_huge_ones_cut(judge):
    assert ("intruder", "QUES1") in judge.codes("URB-08", repair_request() | {"intruder": 1})
    assert ("never_heading", "QUES1") in judge.codes("URB-08", repair_request() | {"never_heading": "x"})
    [fault] = judge.faults("URB-08", repair_request() | {"x" * 10_000: 1})
    assert len(fault["path"]) == 60


RULES = [
    ("URB-08", {"touches_facade": True}, "facade_needs_building_permit", "refuse", "12-90 art. 40"),
    ("URB-08", {"touches_structure": True}, "structure_needs_building_permit", "refuse", "12-90 art. 40"),
    ("URB-08", {"touches_distribution": True}, "distribution_needs_building_permit", "refuse", "12-90 art. 40"),
    ("URB-08", {"changes_use": True}, "use_needs_building_permit", "refuse", "12-90 art. 40"),
    ("URB-08", {"ref_works": ["painting", "repainting_outside"]}, "works_outside_the_list", "refuse", "2-18-577 art. 20"),
    ("URB-08", {"ref_end": "2026-11-30"}, "end_before_start", "refuse", "2-18-475 art. 1-4"),
    ("URB-08", {"ref_end": "2027-06-02"}, "longer_than_six_months", "refuse", "2-18-475 art. 1-4"),
    ("URB-08", {"ref_start": "2026-11-22"}, "start_in_the_past", "warn", "12-90 art. 40"),
    ("URB-08", {"ref_scaffold": True}, "scaffold_on_public_domain", "warn", "57-19 art. 15"),
    ("URB-08", {"app_quality": "tenant", "land_consent": False}, "tenant_without_consent", "refuse", "2-18-475 art. 1-4"),
    ("ECO-09", {"road_kind": "national"}, "road_of_the_state", "refuse", "dahir 1918"),
    ("ECO-09", {"road_kind": "unknown"}, "road_to_confirm", "warn", "57-19 art. 15"),
    ("ECO-09", {"occ_to": "2036-12-16"}, "longer_than_ten_years", "refuse", "57-19 art. 20"),
    ("ECO-09", {"occ_to": "2027-12-16"}, "longer_than_usual", "warn", "regulatory order"),
    ("ECO-09", {"sidewalk_left": 1.49}, "sidewalk_too_narrow", "warn", "regulatory order"),
    ("ECO-09", {"occ_area": 2.5}, "furniture_larger_than_area", "refuse", "57-19 art. 22"),
    ("ECO-09", {"occ_length": 0.7}, "piece_wider_than_the_front", "refuse", "57-19 art. 22"),
    ("ECO-09", {"structure_kind": "fixed"}, "anchored_to_the_ground", "warn", "57-19 art. 16"),
    ("ECO-09", {"neighbours": [{"name": "Épicerie", "side": "left", "agrees": False}]}, "neighbour_disagrees", "warn", "57-19 art. 19"),
    ("ECO-09", {"by_mandate": True, "mand_date": "2026-11-24"}, "mandate_in_the_future", "refuse", "practice"),
]


@pytest.mark.parametrize("code, change, rule, severity, article", RULES, ids=lambda value: value if isinstance(value, str) else "")
def test_a_declared_figure_that_breaks_a_rule_is_named_with_its_article(judge, code, change, rule, severity, article):
    broken = {fault["rule"]: fault for fault in judge.faults(code, REQUESTS[code]() | change) if "rule" in fault}
    assert rule in broken, broken.keys()
    assert broken[rule]["severity"] == severity and broken[rule]["article"] == article
    assert broken[rule]["law"]["fr"] and broken[rule]["law"]["ar"] and "{" not in broken[rule]["fr"] + broken[rule]["ar"]


JUST_WITHIN = [
    ("URB-08", {"ref_end": "2027-06-01"}),
    ("URB-08", {"ref_start": "2026-11-23"}),
    ("ECO-09", {"occ_to": "2027-12-15"}),
    ("ECO-09", {"sidewalk_left": 1.5}),
    ("ECO-09", {"occ_area": 2.56}),
]


@pytest.mark.parametrize("code, change", JUST_WITHIN, ids=str)
def test_a_figure_just_within_the_rule_passes(judge, code, change):
    assert judge.faults(code, REQUESTS[code]() | change) == []


def test_the_commune_s_own_minimum_decides(judge):
    narrow = terrace_request() | {"sidewalk_left": 1.8}
    assert judge.faults("ECO-09", narrow) == []
    [fault] = judge.faults("ECO-09", narrow, settings={"sidewalk_minimum": 2})
    assert fault["rule"] == "sidewalk_too_narrow" and "2 m" in fault["fr"]


def test_the_commune_may_accept_repainting_outside(judge):
    request = repair_request() | {"ref_works": ["repainting_outside"]}
    assert {f["rule"] for f in judge.faults("URB-08", request)} == {"works_outside_the_list"}
    assert judge.faults("URB-08", request, settings={"allowed_works": ["repainting_outside"]}) == []


def demanded(judge, code, change):
    found = judge.ask("demanded_documents", DEFINITIONS[code], facts_of(code, REQUESTS[code]() | change, documents={}))
    return {document["slot"]: document["need"] for document in found}


OPTIONAL_REPAIR = {"sketch": "optional", "site_logbook": "optional"}
OWNER_REPAIR = OPTIONAL_REPAIR | {"identity": "required", "title": "required", "photos": "expected"}
TERRACE = {"identity": "required", "sketch": "required", "trade_licence": "expected", "insurance": "expected", "occ_photo": "optional"}
DEMANDED = [
    ("an owner", "URB-08", {}, OWNER_REPAIR),
    ("a tenant", "URB-08", {"app_quality": "tenant"}, OWNER_REPAIR | {"owner_agreement": "required"}),
    ("a co-owner", "URB-08", {"app_quality": "co_owner"}, OWNER_REPAIR | {"coowners_agreement": "expected"}),
    ("common parts", "URB-08", {"touches_common_parts": True}, OWNER_REPAIR | {"coowners_agreement": "expected"}),
    ("a mandatary", "URB-08", {"by_mandate": True}, OWNER_REPAIR | {"mandate_deed": "required"}),
    ("an architect", "URB-08", {"has_architect": True}, OWNER_REPAIR | {"architect_contract": "optional"}),
    ("a company", "URB-08", {"app_kind": "company"}, OPTIONAL_REPAIR | {"statutes": "required", "title": "required", "photos": "expected"}),
    ("a café", "ECO-09", {}, TERRACE),
    ("a café licensed here", "ECO-09", {"adj_business": "TRD-2026-ECO-000045"}, {k: v for k, v in TERRACE.items() if k != "trade_licence"}),
    ("a tenant's terrace", "ECO-09", {"app_quality": "tenant"}, TERRACE | {"coowners_agreement": "optional"}),
    (
        "a company's terrace",
        "ECO-09",
        {"app_kind": "company"},
        {k: v for k, v in TERRACE.items() if k != "identity"} | {"statutes": "required", "trade_register": "optional"},
    ),
]


@pytest.mark.parametrize("who, code, change, expected", DEMANDED, ids=lambda value: value if isinstance(value, str) else "")
def test_the_papers_demanded_follow_the_answers(judge, who, code, change, expected):
    assert demanded(judge, code, change) == expected


def test_papers_that_the_administration_holds_are_never_demanded(judge):
    assert not {"request_form", "tax_status"} & demanded(judge, "URB-08", {}).keys()


def test_a_missing_required_paper_refuses_and_a_missing_expected_one_does_not(judge):
    found = {fault["path"]: fault for fault in judge.faults("URB-08", repair_request(), documents={"identity": 1})}
    assert (found["title"]["code"], found["title"]["severity"]) == ("SLOT2", "refuse")
    assert (found["photos"]["code"], found["photos"]["severity"]) == ("SLOT3", "expected")
    assert found["photos"]["article"] == "2-18-577 art. 36" and "30" in found["photos"]["ar"]


def test_more_files_than_a_slot_holds_are_a_fault(judge):
    assert judge.codes("URB-08", repair_request(), documents=PAPERS["URB-08"] | {"photos": 7}) == {("photos", "SLOT4")}


def test_computed_cells_are_computed_whatever_was_typed(judge):
    request = terrace_request()
    request["furniture"][0]["area"] = 9999
    assert judge.faults("ECO-09", request) == []
    kept = judge.ask("asked_answers", DEFINITIONS["ECO-09"], facts_of("ECO-09", request))
    assert kept["furniture"][0]["area"] == 2.56


def test_the_screen_is_told_which_cells_to_hide(judge):
    visible = judge.ask("visible_fields", DEFINITIONS["ECO-09"], facts_of("ECO-09", terrace_request()))
    assert visible["hidden_cells"] == ["furniture[1].other_kind"]
    assert "furniture" in visible["required"] and "rental_value" not in visible["fields"]


@pytest.mark.parametrize("number", ["1e100000", "-1e100000", "1e-16000"])
def test_numbers_that_no_one_can_count_with_are_faults_and_not_errors(judge, number):
    answers = terrace_request()
    answers["furniture"][0] |= {"count": "#", "width": "#", "depth": "#"}
    facts = json.dumps(facts_of("ECO-09", answers | {"occ_area": "#", "sidewalk_left": "#"})).replace('"#"', number)
    values = (json.dumps(DEFINITIONS["ECO-09"]), facts)
    found = judge.owner.value("select app.faults(%s::jsonb, %s::jsonb)", *values)
    assert {"occ_area", "sidewalk_left", "furniture[1].width"} <= {fault["path"] for fault in found}
    assert judge.owner.value("select app.fee_estimate(%s::jsonb, %s::jsonb)", *values)["lines"]
