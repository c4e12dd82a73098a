"""A draft that goes on under another procedure: what it keeps, what it leaves, who may and where."""

import pytest

from tests import building, filing
from tests.world import refused

HOME = "Tizgzaouine"
FATIMA = "citizen Fatima"


def row(world, dossier):
    return world.owner.rows("select * from app.dossier where id = %s", dossier)[0]


def change(world, person, dossier, procedure):
    with world.acting_as(person) as actor:
        actor.call("change_procedure", p_dossier=dossier, p_procedure=procedure)


def test_a_large_house_goes_on_as_a_large_project_with_its_answers_and_files(world):
    dossier = building.draft(world, FATIMA, HOME, levels_above=4)
    building.offer(world, HOME, "URB-02")
    filing.attach(world, FATIMA, dossier, "masse")
    before = row(world, dossier)
    change(world, FATIMA, dossier, "URB-02")
    after = row(world, dossier)
    assert after["procedure_code"] == "URB-02" and after["version_id"] != before["version_id"]
    assert after["answers"] == before["answers"] and after["owner_name"] == before["owner_name"]
    with world.acting_as(FATIMA) as owner:
        page = owner.call("draft_page", p_dossier=dossier)
    assert [file["slot"] for file in page["documents"]] == ["masse"]
    assert {"SIZE1", "QUES1"}.isdisjoint(fault["code"] for fault in page["faults"])
    assert "URB-03" in {form["code"] for form in page["other_forms"]}, "the way back stays open"


def test_the_rule_that_sends_elsewhere_names_the_form_that_fits(world):
    dossier = building.draft(world, FATIMA, HOME, levels_above=4)
    with world.acting_as(FATIMA) as owner:
        faults = owner.call("draft_page", p_dossier=dossier)["faults"]
    assert {fault["instead"] for fault in faults if fault["code"] == "SIZE1"} == {"URB-02"}
    assert not any("instead" in fault for fault in faults if fault["code"] != "SIZE1")


def test_answers_that_the_other_form_does_not_ask_stay_in_the_trace_and_block_nothing(world):
    dossier = filing.draft(world, FATIMA, HOME)  # URB-08
    building.offer(world, HOME, "URB-03")
    before = row(world, dossier)["answers"]
    change(world, FATIMA, dossier, "URB-03")
    after = row(world, dossier)["answers"]
    assert "ref_surface" in before and "ref_surface" not in after and after["app_cin"] == before["app_cin"]
    assert world.owner.value("select count(*) from app.answer_revision where dossier_id = %s and path = 'ref_surface'", dossier) == 1
    with world.acting_as(FATIMA) as owner:
        assert "QUES1" not in {fault["code"] for fault in owner.call("draft_page", p_dossier=dossier)["faults"]}


@pytest.mark.parametrize("procedure", ["ECO-09", "URB-03", "none"])
def test_a_draft_stays_in_its_family_and_goes_only_where_the_commune_receives_it(world, procedure):
    dossier = filing.draft(world, FATIMA, HOME)  # URB-08; URB-03 is not offered here
    building.offer(world, HOME, "ECO-09")
    with refused("OFFR1"):
        change(world, FATIMA, dossier, procedure)
    assert row(world, dossier)["procedure_code"] == "URB-08"


def test_a_stranger_changes_nothing_and_nothing_changes_after_the_deposit(world):
    dossier = building.draft(world, FATIMA, HOME)
    building.offer(world, HOME, "URB-02")
    with refused("SEEN1"):
        change(world, "citizen Karim", dossier, "URB-02")
    for slot in building.SLOTS["URB-03"]:
        filing.attach(world, FATIMA, dossier, slot)
    filing.deposit(world, FATIMA, dossier)
    with refused("MOVE1"):
        change(world, FATIMA, dossier, "URB-02")
