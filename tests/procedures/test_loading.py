"""Publishing a version, freezing it, opening it in a commune, showing it to everybody."""

import copy
import json

import pytest

from tests.procedures.samples import DEFINITIONS
from tests.world import refused


def load(world, definition):
    return world.owner.value("select app.load_procedure(%s::jsonb)", json.dumps(definition))


def version_of(world, code):
    return world.owner.value(
        "select id from app.procedure_version where procedure_code = %s and version = 1 and owner_kind = 'national'", code
    )


def second_version(code="URB-08", **changes):
    return copy.deepcopy(DEFINITIONS[code]) | {"version": 2} | changes


def test_loading_the_same_version_again_changes_nothing(world):
    assert load(world, DEFINITIONS["URB-08"]) == version_of(world, "URB-08")


def test_a_published_version_with_another_content_is_refused(world):
    changed = copy.deepcopy(DEFINITIONS["URB-08"])
    changed["clocks"]["legal"]["days"] = 9
    with refused("KEEP1") as said:
        load(world, changed)
    assert said.params == {"code": "URB-08", "version": 1}


def test_a_change_is_a_new_version_beside_the_old_one(world):
    new = load(world, second_version())
    assert new != version_of(world, "URB-08")


@pytest.mark.parametrize("statement", ["update app.procedure_version set definition = '{}'", "delete from app.procedure_version"])
def test_nobody_changes_a_published_version(world, statement):
    load(world, DEFINITIONS["URB-08"])
    with refused("KEEP2"):
        world.owner.run(statement)


def without(key):
    return lambda d: d.pop(key)


def repeat_a_field(d):
    d["steps"][0]["fields"].append(d["steps"][0]["fields"][0])


def lose_a_language(d):
    del d["steps"][0]["title"]["ar"]


def cut_the_circuit(d):
    next(s for s in d["circuit"]["steps"] if s["id"] == "check")["actions"][0]["to"] = "check"


def ask_for_a_ghost(d):
    d["rules"][0]["when"] = {"field": "ghost", "equals": True}


def exceed_the_law(d):
    d["clocks"]["legal"]["days"] = 61


def drop_a_source(d):
    del d["fees"][0]["source"]


@pytest.mark.parametrize(
    "breaking, code",
    [
        (without("circuit"), "LOAD2"),
        (without("steps"), "LOAD2"),
        (lose_a_language, "LOAD3"),
        (repeat_a_field, "LOAD4"),
        (ask_for_a_ghost, "LOAD5"),
        (exceed_the_law, "LOAD6"),
        (cut_the_circuit, "LOAD7"),
        (drop_a_source, "LOAD8"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_the_database_too_refuses_a_broken_definition(world, breaking, code):
    definition = second_version()
    breaking(definition)
    with refused("LOAD1") as said:
        load(world, definition)
    assert code in {fault["code"] for fault in said.faults}


@pytest.mark.parametrize("junk", [[], "text", 7, {}, {"code": "URB-08"}])
def test_junk_is_refused_and_not_an_error(world, junk):
    with refused("LOAD1"):
        load(world, junk)


def test_the_administrator_opens_a_procedure_in_their_commune(world):
    commune = world.open("Ait Iaaza")
    with world.acting_as("administrator of Ait Iaaza") as administrator:
        opened = administrator.call(
            "enable_procedure", p_commune=commune, p_procedure="URB-08", p_mode="online", p_settings={"flat_rate": 250}
        )
    assert (opened["mode"], opened["settings"]["flat_rate"], opened["settings"]["retention_years"]) == ("online", 250, 10)


def test_a_clerk_or_a_neighbouring_administrator_does_not(world):
    commune = world.open("Ait Iaaza")
    for person in ("clerk of Ait Iaaza", "administrator of Aoulouz"):
        with world.acting_as(person) as outsider, refused("ROLE1"):
            outsider.call("enable_procedure", p_commune=commune, p_procedure="URB-08")
    with world.acting_as("nobody") as stranger, pytest.raises(Exception, match="permission denied"):
        stranger.call("enable_procedure", p_commune=commune, p_procedure="URB-08")


@pytest.mark.parametrize(
    "procedure, change, code",
    [
        ("URB-08", {"p_mode": "carrier_pigeon"}, "MODE1"),
        ("URB-99", {}, "SEEN1"),
        ("URB-08", {"p_settings": {"flat_rate": 199}}, "SETT1"),
        ("URB-08", {"p_settings": {"flat_rate": "300"}}, "SETT1"),
        ("URB-08", {"p_settings": {"unheard_of": 1}}, "SETT1"),
        ("URB-08", {"p_settings": {"allowed_works": ["demolition"]}}, "SETT1"),
        ("URB-08", {"p_settings": ["flat_rate"]}, "SETT1"),
        ("ECO-09", {"p_settings": {"rates": {"open_terrace": 70}}}, "SETT1"),
        ("ECO-09", {"p_settings": {"revision_years": 4}}, "SETT1"),
        ("ECO-09", {"p_settings": {"one_unfavourable_blocks": "no"}}, "SETT1"),
    ],
)
def test_a_commune_cannot_set_what_the_law_or_the_version_does_not_allow(world, procedure, change, code):
    commune = world.open("Ait Iaaza")
    with world.acting_as("administrator of Ait Iaaza") as administrator, refused(code):
        administrator.call("enable_procedure", p_commune=commune, p_procedure=procedure, **change)


def test_a_province_s_version_is_for_its_own_communes(world):
    commune = world.open("Ait Iaaza")
    elsewhere = world.owner.value(
        "select code from app.province where code <> (select province_code from app.commune where id = %s) order by code limit 1", commune
    )
    version = load(world, second_version(owner={"kind": "province", "code": elsewhere}))
    with world.acting_as("administrator of Ait Iaaza") as administrator, refused("SEEN1"):
        administrator.call("enable_procedure", p_commune=commune, p_procedure="URB-08", p_version=version)


def test_anybody_reads_what_the_law_wants_published(world):
    commune = world.open("Ait Iaaza")
    with world.acting_as("administrator of Ait Iaaza") as administrator:
        administrator.call("enable_procedure", p_commune=commune, p_procedure="URB-08", p_settings={"flat_rate": 250, "retention_years": 7})
    with world.acting_as("nobody") as stranger:
        sheets = {sheet["code"]: sheet for sheet in stranger.call("catalogue", p_commune=commune)}
        national = {sheet["code"]: sheet for sheet in stranger.call("catalogue")}
    sheet = sheets["URB-08"]
    assert sheet["legal_basis"][0]["law"]["ar"] and sheet["silence"]["effect"] == "approval" and sheet["answer"]["days"] == 10
    assert {"applicant", "administration"} <= {document["supplied_by"] for document in sheet["documents"]}
    assert sheet["offices"][0]["roles"] == ["clerk"] and sheet["appeal"]["file_days"] == 30 and sheet["fees"]
    settings = {setting["id"]: setting["value"] for setting in sheet["settings"]}
    assert settings["flat_rate"] == 250 and "retention_years" not in settings
    assert str(commune) in {place["id"] for place in national["URB-08"]["communes"]}


def test_a_stranger_does_not_read_a_commune_s_private_settings(world):
    with world.acting_as("nobody") as stranger:
        assert stranger.value("select count(mode) from app.commune_procedure") is not None
        with pytest.raises(Exception, match="permission denied"):
            stranger.value("select settings from app.commune_procedure")
