"""Promises every procedure file keeps, so that lawyers and clerks can edit it safely; and what a broken one is told."""

import copy
import json

import pytest

from components.permits import procedures
from tests.procedures.samples import DEFINITIONS

LANGUAGES = {"fr", "ar"}


def walk(value, path=""):
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from walk(inner, f"{path}/{index}")


@pytest.fixture(params=sorted(DEFINITIONS), ids=str)
def definition(request):
    return DEFINITIONS[request.param]


@pytest.mark.parametrize("file", procedures.files(), ids=lambda file: file.name)
def test_a_file_of_the_repository_has_no_fault(file):
    assert procedures.faults(procedures.read(file), file.name) == []


def texts_of(definition):
    """Every text with its path. The alternatives of owner_name list questions by script, they are no texts."""
    for path, value in walk(definition):
        if isinstance(value, dict) and LANGUAGES & value.keys() and not path.startswith("/owner_name"):
            yield path, value


def test_every_text_stands_in_both_languages(definition):
    for path, text in texts_of(definition):
        assert text.keys() >= LANGUAGES and all(text[lang].strip() for lang in LANGUAGES), path


def test_no_french_sentence_hides_in_the_arabic(definition):
    for path, text in texts_of(definition):
        assert text["fr"] != text["ar"], path


def test_every_number_of_the_law_has_a_source_and_a_confidence(definition):
    for path, value in walk(definition):
        if isinstance(value, dict) and ({"days", "months", "count"} & value.keys()) and ("counted" in value or "renewable" in value):
            assert "confidence" in value and ({"source", "article"} & value.keys()), path


def test_conditions_point_to_a_question_asked_earlier(definition):
    asked = set()
    for step in definition["steps"]:
        for field in step["fields"]:
            named = {value for path, value in walk(field.get("only_if", {})) if path.endswith("/field")}
            assert named <= asked, field["id"]
            asked.add(field["id"])


def test_the_legal_period_is_within_the_law(definition):
    assert definition["clocks"]["legal"]["days"] <= 60


def test_one_file_asks_for_an_identity_paper_that_opens_only_when_logged(definition):
    assert [document["slot"] for document in definition["documents"] if document.get("identity")] == ["identity"]


def test_personal_answers_say_why_they_are_asked(definition):
    for step in definition["steps"]:
        for field in step["fields"]:
            if field["type"] in ("cin", "phone", "email") or "name" in field["id"] and field["id"].startswith(("app_first", "app_last")):
                assert field["personal"] in definition["personal_data"], field["id"]


def break_off(path, value):
    """A change of a definition: sets what stands at a path, or removes it when value is None."""

    def change(definition):
        place = definition
        *parents, last = path
        for name in parents:
            place = place[name]
        if value is None:
            del place[last]
        else:
            place[last] = value
        return definition

    return change


def field(definition, name):
    return next(f for step in definition["steps"] for f in step["fields"] if f["id"] == name)


def with_field(name, **changes):
    def change(definition):
        field(definition, name).update(changes)
        return definition

    return change


def step_of(definition, name):
    return next(step for step in definition["circuit"]["steps"] if step["id"] == name)


def with_step(name, **changes):
    def change(definition):
        step_of(definition, name).update(changes)
        return definition

    return change


@pytest.mark.parametrize(
    "change, path, words",
    [
        (break_off(["title", "ar"], None), "title", "'ar' is a required property"),
        (break_off(["title", "ar"], "Permis"), "title/ar", "does not match"),
        (break_off(["settings", 0, "confidence"], None), "settings/0", "'confidence' is a required property"),
        (with_field("land_area", source=None), "steps/2/fields/2/source", "None is not of type 'string'"),
        (
            with_field("app_cin", only_if={"field": "ref_works", "present": True}),
            "steps/applicant/app_cin/only_if",
            "not a question asked before",
        ),
        (
            with_field("app_cin", only_if={"field": "app_id_kind", "equals": "badge"}),
            "steps/applicant/app_cin/only_if",
            "'badge' is not an option",
        ),
        (with_field("app_cin", id="app_phone"), "fields", "'app_phone' is declared 2 times"),
        (with_field("app_cin", personal="secrets"), "steps/applicant/app_cin", "not declared in personal_data"),
        (with_field("land_area", min=10, max=2), "steps/land/land_area", "min 10 is above max 2"),
        (with_field("app_rc", pattern="(["), "steps/applicant/app_rc", "not a regular expression"),
        (
            break_off(["documents", 1, "when"], {"field": "nobody", "present": True}),
            "documents/identity/when",
            "'nobody' is not a question",
        ),
        (break_off(["rules", 0, "article"], "13-90 art. 4"), "rules/0/article", "does not declare"),
        (break_off(["settings", 0, "default"], 600), "settings/flat_rate", "outside 200 to 500"),
        (break_off(["clocks", "legal", "days"], 61), "clocks/legal", "exceed the 60 days"),
        (break_off(["clocks", "legal", "on_request"], "restart"), "clocks/legal", "never starts it again"),
        (break_off(["circuit", "start"], "nowhere"), "circuit/start", "no step is named"),
        (
            with_step("study", actions=[{"id": "turn", "label": {"fr": "Tourner", "ar": "دوران"}, "to": "check"}]),
            "circuit/study",
            "to an end",
        ),
        (with_step("signature", next="done"), "circuit/decision", "must end in the state REFUSED"),
        (with_step("check", next="nowhere"), "circuit/check", "not a step"),
        (break_off(["fees", 0, "formula", 0, "setting"], "allowed_works"), "fees/repair_tax", "not a setting in numbers"),
        (break_off(["public"], ["app_cin"]), "public", "may not be shown to strangers"),
        (break_off(["output", "permit", "articles", 0, "fr"], "{nothing}"), "output/permit/2/fr", "stands for nothing"),
        (break_off(["version"], 2), "code", "should be named URB-08.v2.yaml"),
    ],
)
def test_a_broken_definition_is_told_where_and_why(change, path, words):
    broken = change(copy.deepcopy(DEFINITIONS["URB-08"]))
    found = procedures.faults(broken, "URB-08.v1.yaml")
    assert any(fault.path == path and words in fault.message for fault in found), [str(fault) for fault in found]
    assert all(str(fault).startswith("URB-08.v1.yaml: ") for fault in found)


def seat(definition, role):
    return next(seat for seat in definition["committee"]["seats"] if seat["role"] == role)


def with_seat(name, **changes):
    def change(definition):
        seat(definition, name).update(changes)
        return definition

    return change


def without(place, key):
    def change(definition):
        place(definition).pop(key)
        return definition

    return change


AFTER = {
    "grant": "payment",
    "grant_with_reservations": "payment",
    "modification": "committee",
    "deferral": "decision",
    "refusal": "refused",
}


@pytest.mark.parametrize(
    "change, path, words",
    [
        (with_seat("member_agency", binding=False), "committee/seats", "binding"),
        (with_seat("member_agency", when={"field": "erp", "equals": True}), "committee/seats", "binding"),
        (without(lambda d: seat(d, "member_rail"), "when"), "committee/seats/member_rail", "says when"),
        (without(lambda d: seat(d, "member_rail"), "article"), "committee/seats/5", "'article' is a required property"),
        (with_seat("member_rail", role="member_culture"), "committee/seats", "has 2 seats"),
        (with_seat("member_rail", when={"field": "ghost", "present": True}), "committee/seats/member_rail/when", "'ghost'"),
        (break_off(["committee", "deferral", "max_months"], 25), "committee/deferral", "exceed the 24"),
        (break_off(["committee", "deferral", "consult"], "member_registry"), "committee/deferral", "has no seat"),
        (break_off(["committee"], None), "committee", "go together"),
        (break_off(["plans"], ["masse", "ghost"]), "plans", "no document has the slot"),
        (break_off(["plans"], ["masse", "tax_status"]), "plans", "nothing can be stamped"),
        (break_off(["plans"], ["masse"]), "documents/levels", "not among the plans"),
        (break_off(["documents", 11, "types"], ["application/pdf", "image/png"]), "documents/masse", "only a PDF"),
        (with_step("signature", next=AFTER | {"modification": "payment"}), "circuit/decision", "back to the committee"),
        (with_step("signature", next=AFTER | {"deferral": "refused"}), "circuit/decision", "back to a decision"),
        (break_off(["output", "modification"], None), "output/modification", "has no paper"),
        (break_off(["requests", "articles", "modification"], None), "requests/articles", "no article supports"),
        (break_off(["output", "permit", "title", "fr"], "Permis {nothing}"), "output/permit/title/fr", "stands for nothing"),
        (break_off(["copies", 0, "when"], {"field": "ghost", "present": True}), "copies/local_authority/when", "'ghost'"),
        (break_off(["settings", 0, "options_of"], "pc_kind"), "rules/too_many_levels/when/all/0", "not a map over the options"),
        (break_off(["settings", 4, "default"], "town"), "settings/sits_at", "not one of its options"),
        (break_off(["fees", 0, "formula", 0, "round_each"], {"setting": "rate_other"}), "fees/tax_individual", "by yes or no"),
        (break_off(["fees", 0, "formula", 0, "add", 0, "sum"], "areas.level"), "fees/tax_individual", "not a column of numbers"),
        (break_off(["fees", 0, "less"], ["tax_other"]), "fees/tax_individual", "not an earlier fee"),
        (break_off(["clocks", "legal", "days"], 61), "clocks/legal", "exceed the 60 days"),
    ],
)
def test_a_broken_committee_is_told_where_and_why(change, path, words):
    found = procedures.faults(change(copy.deepcopy(DEFINITIONS["URB-03"])), "URB-03.v1.yaml")
    assert any(fault.path == path and words in fault.message for fault in found), [str(fault) for fault in found]


def test_what_only_a_committee_asks_for_is_not_decided_without_one():
    broken = copy.deepcopy(DEFINITIONS["URB-08"])
    step_of(broken, "decision")["decisions"].append("deferral")
    broken["plans"] = ["sketch"]
    assert {"circuit/decision", "plans"} <= {fault.path for fault in procedures.faults(broken)}


def test_an_act_against_the_applicant_needs_reasons():
    broken = copy.deepcopy(DEFINITIONS["ECO-09"])
    orient = next(action for action in step_of(broken, "check")["actions"] if action["id"] == "orient")
    orient["needs"] = []
    assert [fault.path for fault in procedures.faults(broken)] == ["circuit/check/orient"]


@pytest.mark.parametrize(
    "text, words",
    [
        ("code: A\ncode: B\n", "stands twice"),
        ("title: Que faire ? : rien\n", "line 1, column 20"),
        ("- a list", "a mapping"),
        ("\tcode: A", "line 1"),
    ],
)
def test_a_file_that_is_no_definition_is_a_readable_refusal(text, words):
    with pytest.raises(procedures.BrokenDefinition, match=words) as said:
        procedures.parse(text, "X.v1.yaml")
    assert str(said.value).startswith("X.v1.yaml")


def test_dates_and_numbers_of_yaml_do_not_change_their_meaning():
    assert procedures.parse("min: 2026-01-01\nrate: 0.5\n") == {"min": "2026-01-01", "rate": 0.5}


def test_python_and_the_database_give_a_definition_the_same_digest(judge, definition):
    digest = judge.owner.value("select app.digest(app.canonical(%s::jsonb))", json.dumps(definition))
    assert procedures.digest(definition) == digest
