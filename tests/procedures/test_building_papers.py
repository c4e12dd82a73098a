"""The papers of a building permit, as data: every word is filled in both languages, and what does not apply is left out."""

import json
import re

import pytest

from tests import building

COMMUNE = "Ait Iaaza"
KINDS = ["grant", "refusal", "modification", "deferral"]


def paper(world, kind, procedure="URB-03", terms=None, **changed):
    """The data of the paper of a decision, on a dossier whose minutes are sealed."""
    dossier = building.seated(world, "citizen Fatima", COMMUNE, procedure)
    world.owner.run("update app.dossier set answers = answers || %s where id = %s", json.dumps(changed), dossier)
    world.owner.run(
        """insert into app.paper (dossier_id, kind, number, data, data_digest, needs, state, created_at, published_at)
           values (%s, 'minutes', 'PV-1', '{}', 'none', 'signatures', 'published', '2026-01-20 10:00+01', '2026-01-20 10:00+01')""",
        dossier,
    )
    reasons = [{"text": "Recul insuffisant", "article": "12-90 art. 46"}]
    decision = world.owner.value(
        """insert into app.decision (dossier_id, kind, number, reasons, requested, terms, effective_on, decided_at, power)
           values (%s, %s, 'A00007', %s, %s, %s, '2027-01-19', '2026-01-21 10:00+01', %s) returning id""",
        dossier, kind, json.dumps(reasons if kind != "grant" else []),
        json.dumps([{"target": "masse", "text": "Reculer de 1 m", "article": "12-90 art. 46"}] if kind == "modification" else []),
        json.dumps(terms or {}), json.dumps({"kind": "president", "name_fr": "Brahim", "name_ar": "إبراهيم"}),
    )  # fmt: skip
    world.owner.run("select app.request_decision_paper(%s)", decision)
    return world.owner.value("select data from app.paper where decision_id = %s", decision)


def words(data, lang):
    return "\n".join(text[lang] for part in ("considerations", "articles") for text in data[part])


@pytest.mark.parametrize("procedure", ["URB-03", "URB-02"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_word_is_filled_in_both_languages(world, kind, procedure):
    data = paper(world, kind, procedure)
    assert not re.findall(r"\{\w+\}", json.dumps(data, ensure_ascii=False))
    assert "A00007" in data["title"]["fr"] and "A00007" in data["title"]["ar"]
    assert "20/01/2026" in words(data, "fr") and "20/01/2026" in words(data, "ar"), "the day of the minutes"


def test_a_permit_says_for_whom_what_where_and_on_which_conditions(world):
    data = paper(world, "grant", terms={"conditions": "Façade de couleur ocre"})
    said = words(data, "fr")
    for part in (
        "Fatima", "Maison R+1", "Construction nouvelle", "Lotissement Al Amal, lot 14", "12345/39", "Al Amal, lot 14", "ne varietur",
        "Façade de couleur ocre", "Samira Benali", "1234", "panneau", "cahier de chantier", "un an", "tiers", "4 925,00 DH", "30 jours",
        "autorité administrative locale",
    ):  # fmt: skip
        assert part in said, part
    for part in ("غير قابل للتغيير", "دفتر الورش", "حقوق الأغيار", "4 925,00 درهم", "السلطة الإدارية المحلية"):
        assert part in words(data, "ar"), part
    assert "télécommunication" not in said and "exonérée" not in said and "voie publique" not in said


def test_a_permit_states_what_else_applies(world):
    said = words(paper(world, "grant", "URB-02", site_on_public_road=True), "fr")
    assert "télécommunication" in said and "voie publique" in said and "lotissement réceptionné" not in said


def test_an_exempt_project_owes_nothing_and_its_permit_says_why(world):
    said = words(paper(world, "grant", tax_exemption="habous"), "fr")
    assert "exonérée" in said and "Habous" in said and "due à la remise" not in said


def test_a_request_for_modified_plans_tells_what_happens_to_the_clocks(world):
    said = words(paper(world, "modification"), "fr")
    assert "suspendu" in said and "recommence" in said and "30 jours" in said


def test_a_deferral_says_until_when_and_why(world):
    data = paper(world, "deferral")
    assert "19/01/2027" in words(data, "fr") and "19/01/2027" in words(data, "ar")
    assert "Recul insuffisant" in json.dumps(data["lists"], ensure_ascii=False)


def test_copies_are_owed_to_the_members_that_the_project_concerns(world):
    recipients = {}
    for procedure, place in (("URB-02", "outside"), ("URB-02", "inside"), ("URB-03", "small")):
        dossier = building.seated(world, "citizen Fatima", COMMUNE, procedure)
        if place == "inside":
            world.owner.run("update app.dossier set answers = answers || %s where id = %s", json.dumps({"in_accepted_lot": True}), dossier)
        world.owner.run(
            """insert into app.paper (dossier_id, kind, number, data, data_digest, needs, state, created_at)
               values (%s, 'permit', 'A-1', '{}', 'none', 'signature', 'published', now())""",
            dossier,
        )
        world.owner.run("select app.owe_copies(%s, 'permit')", dossier)
        recipients[place] = {
            row["recipient"] for row in world.owner.rows("select recipient from app.copy_sent where dossier_id = %s", dossier)
        }
    assert recipients["small"] == {"local_authority", "member_province", "member_agency", "governor"}
    assert recipients["outside"] == recipients["small"] | {"member_network", "member_telecom"}
    assert recipients["inside"] == recipients["small"] | {"member_telecom"}


def test_a_year_alone_does_not_lapse_a_building_permit(world):
    dossier = building.seated(world, "citizen Fatima", COMMUNE)
    world.owner.run("update app.dossier set state = 'DELIVERED', closed_at = now(), valid_until = '2020-01-01' where id = %s", dossier)
    world.owner.run("select app.lapse_dossiers()")
    assert world.owner.value("select state from app.dossier where id = %s", dossier) == "DELIVERED"
