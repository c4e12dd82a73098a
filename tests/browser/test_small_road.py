"""The whole road of a small house, in French: the committee wants a plan changed, both clocks are seen, a second round, the permit."""

import pytest

from components.permits import committee as api
from tests import building
from tests.browser import committee as scenes
from tests.browser.committee import sits_down, until
from tests.browser.walking import Walk, definition

CODE, TOWN, PROVINCE = "URB-03", "Tafraout", "Tiznit"  # a province of this file alone
OWNER, SECRETARY = "citizen Small Road", f"secretary of {PROVINCE} province"
CLERK, PRESIDENT, CASHIER = (f"{role} of {TOWN}" for role in ("clerk", "president", "cashier"))
AGENCY = f"member agency of {PROVINCE}"
OTHERS = {"member_commune": f"member commune of {TOWN}", "member_province": f"member province of {PROVINCE} province"}
CHANGE = "Reculer la façade de 2 m."
FACADES = next(one["label"]["fr"] for one in definition(CODE)["documents"] if one["slot"] == "facades")


@pytest.mark.timeout(900)
def test_a_house_whose_facade_is_changed_before_its_permit(visitor, open_world, worker):
    world, told = open_world, scenes.Told(open_world)
    for who in (OWNER, SECRETARY, CLERK, PRESIDENT, CASHIER, AGENCY, *OTHERS.values()):
        world.person(who)
    world.set_today(TOWN, "2026-04-06")
    dossier = building.deposited(world, OWNER, TOWN, told.worker_works, CODE)
    staff, owner = Walk(visitor("fr"), "fr"), Walk(visitor("fr", 390), "fr")
    desk, file = f"/committee_desk?id={dossier}", f"/agent_dossier?id={dossier}"
    scenes.transmits(sits_down(staff, world, CLERK, "/queue"), dossier, "Petit projet", "Transmettre à la commission")

    # The first round: the agency wants a façade moved back.
    for who in (AGENCY, PRESIDENT, *OTHERS.values()):
        told.enrol(who)
    asked = [{"text": CHANGE, "article": "2-18-577", "target": FACADES}]
    agency = sits_down(staff, world, AGENCY, desk)
    scenes.gives_opinion(agency, seat(world, dossier), "modification", "Alignement non respecté.", asked)
    minutes_of_the_round(staff, world, told, dossier)
    president = sits_down(staff, world, PRESIDENT, file)
    president.reads("committee.binding_missing", names="Agence urbaine")
    president.send(president.t("desk.decide_send"), president.t("desk.confirm_modification"))
    president.reads("desk.done_decide")
    world.set_today(TOWN, "2026-04-13")
    president.open("/sign")
    scenes.signs_the_act(president)

    # The owner, on a telephone: both clocks stand still; the changed plan is sent a fortnight later and they run again.
    sits_down(owner, world, OWNER, f"/dossier?id={dossier}")
    owner.reads("dossier.now_modify")
    reads_clocks(owner, "Suspendu ; il reste 9 jours.", "Suspendu ; il reste 3 jours.")
    world.set_today(TOWN, "2026-04-27")
    scenes.choose_plans(owner, ["facades"], "-2")
    owner.press("dossier.send_answer")
    owner.reads("dossier.answered_modification")
    owner.page.get_by_text(owner.t("dossier.clock_and_history")).click()
    owner.settle()
    reads_clocks(owner, "9 jours restants, au plus tard le 6 mai 2026.", "10 jours restants, au plus tard le 7 mai 2026.")

    # The second round: the two versions side by side, the opinions of the first round below.
    compares(sits_down(staff, world, AGENCY, desk))
    agency.page.get_by_role("tab", name=agency.t("committee.tab_opinions")).click()
    agency.reads("committee.earlier")
    agency.page.get_by_text(CHANGE).first.wait_for()
    scenes.gives_opinion(agency, seat(world, dossier), "favourable")
    minutes_of_the_round(staff, world, told, dossier)
    sits_down(president, world, PRESIDENT, file)
    president.send(president.t("desk.decide_send"), president.t("desk.confirm_grant"))
    president.reads("desk.done_decide")
    president.open("/sign")
    scenes.signs_the_act(president)

    scenes.takes_the_tax(sits_down(staff, world, CASHIER, "/cashier"))
    owner.open(f"/dossier?id={dossier}")
    owner.reads("dossier.now_collect")
    for words in ("valant permis de construire", FACADES):
        assert scenes.downloads(owner, words).startswith(b"%PDF-")
    stamped = world.owner.rows("select data #>> '{plan,file_name}' as name from app.paper where dossier_id = %s and kind = 'plan'", dossier)
    assert "facades-2.pdf" in str(stamped) and "facades.pdf" not in str(stamped), "the plan that was replaced is not part of the permit"
    for walk in (staff, owner):
        assert walk.page.outside == [] and walk.page.faults == []


def seat(world, dossier):
    return world.owner.value("select id from app.seats_of(%s) where role = 'member_agency'", dossier)


def minutes_of_the_round(staff, world, told, dossier):
    """The other two agree through the API; minutes drawn on the secretary's desk, signed by all, sealed."""
    for role, who in OTHERS.items():
        told.says(who, dossier, role)
    secretary = at_the_secretariat(staff, world, dossier)
    scenes.draws_minutes(secretary, secretary.page.get_by_test_id("stMain"))
    until(lambda: (api.desk(told.client(SECRETARY), dossier)["minutes"] or {}).get("state") == "ready")
    assert "add_seat" not in api.desk(told.client(SECRETARY), dossier)["acts"]
    scenes.signs_minutes(sits_down(staff, world, AGENCY, "/sign"))
    for who in OTHERS.values():
        told.signs_minutes(who, dossier)
    at_the_secretariat(staff, world, dossier)
    scenes.seals_minutes(secretary, secretary.page.get_by_test_id("stMain"))
    until(lambda: world.owner.value("select state from app.dossier where id = %s", dossier) == "DECISION_PENDING")


def at_the_secretariat(staff, world, dossier):
    secretary = sits_down(staff, world, SECRETARY, f"/committee_desk?id={dossier}")
    secretary.page.get_by_role("tab", name=secretary.t("committee.tab_secretary")).click()
    secretary.settle()
    return secretary


def reads_clocks(owner, legal, sector):
    """Each clock on its card, under its name."""
    for name, sentence in (("legal", legal), ("sector", sector)):
        card = owner.page.get_by_test_id("stVerticalBlock").filter(has_text=owner.t(f"desk.clock_{name}"))
        card.get_by_text(sentence, exact=True).first.wait_for()


def compares(agency):
    """The façades as they were and as they are: what is new is on the screen already."""
    scenes.shows_the_plan(agency)
    agency.tick(agency.t("committee.compare"))
    sheets = agency.page.get_by_role("application")
    for place in (0, 1):
        sheets.nth(place).locator("img").wait_for()
    for words in ("version 1 (Remplacée)", "version 2"):
        agency.page.get_by_text(words, exact=True).wait_for()
