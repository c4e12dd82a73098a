"""The register of powers: who holds the pen today, by which act, and what the paper says of it."""

from datetime import date, timedelta

import pytest
from psycopg.types.json import Jsonb

from tests.rules.powers_town import (
    CLERK,
    DELEGATE,
    GOVERNOR,
    HOME,
    NATIONAL,
    PRESIDENT,
    PROVINCE,
    PROVINCIAL,
    SECOND,
    TODAY,
    WORKER,
    Town,
    days,
)
from tests.world import refused


@pytest.fixture
def town(world):
    return Town(world)


# What a paper cites


def test_the_president_signs_under_the_organic_law(town):
    power = town.power(PRESIDENT, town.dossier())
    assert (power["kind"], power["person"], power["name_fr"]) == ("president", str(town.person(PRESIDENT)), PRESIDENT)
    assert "113-14" in power["act"]["fr"] and "113.14" in power["act"]["ar"] and power["act"]["order_no"] is None


def test_a_delegates_paper_cites_the_order_in_both_languages(town):
    dossier = town.dossier()
    town.delegation(order_no="12/2026")
    town.decide(DELEGATE, dossier)
    paper = town.paper(dossier)
    signer = paper["data"]["signer"]
    assert signer["power"] == {
        "fr": "Par délégation, arrêté n° 12/2026 du 20/02/2026",
        "ar": "بتفويض، القرار رقم 12/2026 بتاريخ 20/02/2026",
    }
    assert "par délégation" in signer["quality"]["fr"] and "بتفويض" in signer["quality"]["ar"]
    town.sign(DELEGATE, paper)
    power = town.world.owner.value("select power from app.signature where paper_id = %s", paper["id"])
    assert (power["kind"], power["act"]["order_no"], power["act"]["order_date"]) == ("delegation", "12/2026", "2026-02-20")


def test_a_deputys_paper_names_the_president_who_is_away_and_the_order(town):
    dossier = town.dossier()
    town.absence()
    town.decide(DELEGATE, dossier)
    paper = town.paper(dossier)
    signer = paper["data"]["signer"]
    assert signer["power"] == {
        "fr": f"Par intérim de {PRESIDENT}, arrêté n° 7/2026 du 02/03/2026",
        "ar": f"بالنيابة عن {PRESIDENT}، القرار رقم 7/2026 بتاريخ 02/03/2026",
    }
    assert "par intérim" in signer["quality"]["fr"] and "بالنيابة" in signer["quality"]["ar"]
    town.sign(DELEGATE, paper)
    assert town.world.owner.value("select power ->> 'kind' from app.signature where paper_id = %s", paper["id"]) == "deputy"


def test_whoever_acts_for_a_vacant_office_cites_the_text_that_named_them(town):
    dossier = town.dossier()
    town.interim(town.vacancy())
    power = town.power(DELEGATE, dossier)
    assert (power["kind"], power["act"]["order_no"]) == ("deputy", "3/G")
    assert power["act"]["fr"] == "Par intérim, décision du gouverneur, n° 3/G du 02/03/2026"
    assert power["act"]["ar"] == "بالنيابة، décision du gouverneur، رقم 3/G بتاريخ 02/03/2026"
    town.decide(DELEGATE, dossier)
    town.sign(DELEGATE, town.paper(dossier))


# The pen during an absence


def test_a_president_on_leave_has_no_pen_until_the_day_after(town):
    dossier = town.dossier()
    town.absence(end=10)
    for day, holder, other in ((0, DELEGATE, PRESIDENT), (10, DELEGATE, PRESIDENT), (11, PRESIDENT, DELEGATE)):
        town.world.set_today(HOME, days(day))
        assert town.power(holder, dossier) and town.power(other, dossier) is None, f"day {day}"
    town.world.set_today(HOME, days(10))
    with refused("NOPW4") as said:
        town.decide(PRESIDENT, dossier)
    assert DELEGATE in said.fr and DELEGATE in said.ar and "12/03/2026" in said.fr


def test_back_early_the_president_takes_the_pen_at_once(town):
    dossier, absence = town.dossier(), town.absence()
    town.decide(DELEGATE, dossier)
    paper = town.paper(dossier)
    town.does(PRESIDENT, "end_absence", p_absence=absence)
    with refused("NOPW1"):
        town.sign(DELEGATE, paper)
    with refused("SIGN5"):  # the paper names the deputy
        town.sign(PRESIDENT, paper)
    town.does(PRESIDENT, "sign_instead", p_decision=town.world.owner.value("select id from app.decision where dossier_id = %s", dossier))
    again = town.paper(dossier)
    assert "113-14" in again["data"]["signer"]["power"]["fr"]
    town.sign(PRESIDENT, again)
    with refused("LEAV9"):
        town.does(PRESIDENT, "end_absence", p_absence=absence)


def test_a_deputy_sees_the_function_they_hold_and_loses_it_with_the_absence(town):
    absence = town.absence()
    held = lambda: {one["role"] for one in town.does(DELEGATE, "me")["memberships"]}  # noqa: E731
    assert held() == {"delegate", "president"} and town.told(DELEGATE, "absence_deputy") == 1
    deputy = town.world.owner.value("select id from app.membership where absence_id = %s", absence)
    with refused("JOIN6"):
        town.does(NATIONAL, "end_membership", p_membership=deputy)
    town.does(PRESIDENT, "end_absence", p_absence=absence)
    assert held() == {"delegate"} and town.told(DELEGATE, "absence_over") == 1


def test_an_absence_to_come_takes_nothing_yet_and_may_be_cancelled(town):
    dossier, absence = town.dossier(), town.absence(start=5, end=9)
    assert town.power(PRESIDENT, dossier)
    town.does(PRESIDENT, "end_absence", p_absence=absence)
    town.world.set_today(HOME, days(6))
    assert town.power(PRESIDENT, dossier) and town.power(DELEGATE, dossier) is None
    assert town.count("membership", "absence_id = %s", absence) == 0 and town.count("absence", "id = %s", absence) == 1


def test_a_president_who_resigns_on_leave_takes_the_deputys_pen_with_them(town):
    dossier = town.dossier()
    town.absence()
    town.vacancy()
    assert town.power(DELEGATE, dossier) is None and town.power(PRESIDENT, dossier) is None


# Delegations


def test_a_delegation_counts_by_the_commune_s_own_clock(town):
    dossier = town.dossier()
    town.delegation(start=0, end=30)
    assert town.power(DELEGATE, dossier)
    town.world.set_today(HOME, days(30))
    assert town.power(DELEGATE, dossier) is None
    with refused("NOPW2") as said:
        town.decide(DELEGATE, dossier)
    assert "12/2026" in said.fr and "01/04/2026" in said.ar


def test_a_delegation_for_another_procedure_says_so(town):
    dossier = town.dossier()
    town.delegation(procedures=["ECO-09"])
    with refused("NOPW3"):
        town.decide(DELEGATE, dossier)


def test_a_revoked_delegation_is_over_between_reading_and_signing(town):
    dossier, given = town.dossier(), town.delegation()
    town.decide(DELEGATE, dossier)
    paper = town.paper(dossier)
    assert town.does(DELEGATE, "paper_to_sign", p_paper=paper["id"])["power"]["delegation"] == str(given)
    town.does(PRESIDENT, "revoke_delegation", p_delegation=given)
    with refused("NOPW2"):
        town.sign(DELEGATE, paper)
    assert town.does(DELEGATE, "papers_to_sign") == []


def test_a_delegation_falls_with_the_president_who_gave_it(town):
    dossier = town.dossier()
    town.delegation()
    given_by = town.world.owner.value("select given_by from app.delegation where commune_id = %s", town.commune)
    assert given_by == town.person(PRESIDENT)
    town.world.owner.run("update app.membership set valid_to = %s where person_id = %s", days(-1), town.person(PRESIDENT))
    with refused("NOPW5"):
        town.decide(DELEGATE, dossier)
    town.world.join("citizen New", "president", HOME, valid_from=TODAY)
    with refused("NOPW5"):
        town.decide(DELEGATE, dossier)
    assert town.power("citizen New", dossier)["kind"] == "president"


def test_an_administrator_writes_down_the_presidents_delegation_and_not_their_own(town):
    town.person(PRESIDENT)
    town.delegation(by=f"administrator of {HOME}")
    assert town.world.owner.value("select given_by from app.delegation where commune_id = %s", town.commune) == town.person(PRESIDENT)


def test_nobody_delegates_for_a_vacant_office(town):
    town.vacancy()
    with refused("SIGD3"):
        town.delegation(by=f"administrator of {HOME}")


def test_a_delegate_on_leave_may_leave_the_delegation_to_another_delegate(town):
    dossier, eco = town.dossier(), {"procedures": ["ECO-09"]}
    town.delegation()
    town.absence(DELEGATE, None, "delegate", by=PRESIDENT, end=3)
    with refused("NOPW6"):
        town.decide(DELEGATE, dossier)
    town.world.set_today(HOME, days(4))
    town.absence(DELEGATE, SECOND, "delegate", by=PRESIDENT, start=4, end=8)
    assert town.power(DELEGATE, dossier) is None
    power = town.power(SECOND, dossier)
    assert power["kind"] == "delegation" and power["act"]["order_no"] == "12/2026"
    assert power["act"]["fr"] == "Délégation n° 12/2026 du 20/02/2026, suppléance n° 7/2026 du 02/03/2026"
    town.delegation(SECOND, start=0, **eco)  # one's own covers something else: the other one still serves
    assert town.power(SECOND, dossier)["act"]["order_no"] == "12/2026"


# The governor, and members of committees


def attestation(town, dossier, power):
    """A decision that is the governor's, drawn: {id, data}."""
    decision = town.world.owner.value(
        """insert into app.decision (dossier_id, kind, number, decided_at, power)
           values (%s, 'attestation', 'ATT-1', app.now(%s), %s) returning id""",
        dossier, town.commune, Jsonb(power),
    )  # fmt: skip
    paper = town.world.owner.value(
        """insert into app.paper (dossier_id, decision_id, kind, data, data_digest, state, needs, prepared, created_at)
           values (%s, %s, 'attestation', '{}', 'x', 'ready', 'signature', %s, app.now(%s)) returning id""",
        dossier, decision, Jsonb({"document_digest": "ab" * 32}), town.commune,
    )  # fmt: skip
    return {"id": paper}


def test_the_governor_signs_attestations_and_nothing_else(town):
    dossier = town.dossier()
    power = town.power(GOVERNOR, dossier, "attestation")
    assert power["kind"] == "governor" and "55-19" in power["act"]["fr"]
    assert town.power(GOVERNOR, dossier) is None and town.power(PRESIDENT, dossier, "attestation") is None
    paper = attestation(town, dossier, power)
    assert [one["paper"] for one in town.does(GOVERNOR, "papers_to_sign")] == [str(paper["id"])]
    assert town.does(PRESIDENT, "papers_to_sign") == []
    with refused("NOPW1"):
        town.sign(PRESIDENT, paper)
    town.sign(GOVERNOR, paper)


def test_a_governor_on_leave_leaves_the_pen_to_a_colleague_of_the_province(town):
    dossier, province = town.dossier(), town.world.organisation("governor", PROVINCE)
    town.person(GOVERNOR)
    town.absence(GOVERNOR, PROVINCIAL, "governor", body=province, start=0, end=100,
                 p_from=date.today(), p_to=date.today() + timedelta(days=9), p_order_date=date.today())  # fmt: skip
    assert town.power(GOVERNOR, dossier, "attestation"), "the commune lives in another month"
    town.world.owner.run("update app.commune set clock_offset = '0' where id = %s", town.commune)
    power = town.power(PROVINCIAL, dossier, "attestation")
    assert power["kind"] == "deputy" and GOVERNOR in power["act"]["fr"] and power["act"]["order_no"] == "7/2026"
    paper = attestation(town, dossier, power)
    with refused("NOPW4"):
        town.sign(GOVERNOR, paper)
    town.sign(PROVINCIAL, paper)


@pytest.fixture
def agency(town):
    """An urban agency with a member and two colleagues."""
    body = town.world.owner.value(
        """insert into app.organisation (kind, name_fr, name_ar, province_code)
           values ('urban_agency', 'Agence', 'الوكالة', '09.541') returning id"""
    )
    for name in ("citizen Member", "citizen Colleague", "citizen Third"):
        role = "member_agency" if name == "citizen Member" else "administrator"
        town.world.owner.run(
            "insert into app.membership (person_id, organisation_id, role, valid_from) values (%s, %s, %s, '2000-01-01')",
            town.person(name), body, role,
        )  # fmt: skip
    return body


def mandate(town, body, words, on=None):
    return town.world.owner.value("select app.mandate_of('member_agency', %s, %s, %s)", body, town.person(words), on)


def test_a_members_deputy_sits_with_the_mandate_that_names_them(town, agency):
    assert mandate(town, agency, "citizen Member")["act"]["fr"] == "En fonction depuis le 01/01/2000"
    assert mandate(town, agency, "citizen Colleague") is None
    today = date.today()
    town.absence("citizen Member", "citizen Colleague", "member_agency", body=agency,
                 p_from=today, p_to=today + timedelta(days=3), p_order_date=today)  # fmt: skip
    deputy = mandate(town, agency, "citizen Colleague")
    assert (deputy["kind"], deputy["act"]["order_no"]) == ("deputy", "7/2026")
    assert deputy["act"]["fr"].startswith("Suppléant de citizen Member") and "نائب عن" in deputy["act"]["ar"]
    assert mandate(town, agency, "citizen Member") is None and mandate(town, agency, "citizen Third") is None
    after = today + timedelta(days=4)
    assert mandate(town, agency, "citizen Member", after) and mandate(town, agency, "citizen Colleague", after) is None
    assert "member_agency" in {one["role"] for one in town.does("citizen Colleague", "me")["memberships"]}


def test_a_member_may_be_away_without_a_deputy(town, agency):
    today = date.today()
    town.absence("citizen Member", None, "member_agency", body=agency, p_from=today, p_to=today, p_order_date=today)
    assert mandate(town, agency, "citizen Member") is None


# Certificates


def test_every_role_that_signs_may_have_a_key_and_its_certificate_names_the_body(town, agency):
    pem = {"p_sealed_key": "-----BEGIN ENCRYPTED PRIVATE KEY-----", "p_request_pem": "-----BEGIN CERTIFICATE REQUEST-----"}
    for who, body in ((PRESIDENT, town.office), ("citizen Member", agency), (GOVERNOR, town.world.organisation("governor", PROVINCE))):
        town.person(who)
        key = town.does(who, "enrol_key", **pem)
        assert town.world.owner.value("select organisation_id from app.signing_key where id = %s", key) == body
        job = town.world.owner.value("select id from app.job where kind = 'issue_certificate' and payload ->> 'key' = %s", str(key))
        name = town.world.owner.value("select name_fr from app.organisation where id = %s", body)
        assert town.does(WORKER, "worker_job_data", p_job=job)["organisation"] == name
    with refused("ROLE1"):
        town.does(CLERK, "enrol_key", **pem)


@pytest.mark.parametrize("left, told", [(59, 1), (61, 0)])
def test_a_certificate_is_announced_sixty_days_ahead_and_once(town, left, told):
    town.key(PRESIDENT, expires_at=town.world.owner.value("select now() + %s", timedelta(days=left)))
    town.tick()
    town.tick()
    assert town.told(PRESIDENT, "certificate_expiring") == told


def test_a_certificate_falls_when_its_owner_signs_for_the_body_no_more(town):
    kept, lost = town.key(DELEGATE), town.key(PRESIDENT)
    town.vacancy()
    assert town.tick()["left"] == 1 and town.tick()["left"] == 0
    state = {row["id"]: row for row in town.world.owner.rows("select id, revoked_at, revoked_why from app.signing_key")}
    assert state[lost]["revoked_why"] == "left" and state[kept]["revoked_at"] is None
    assert town.told(PRESIDENT, "certificate_revoked") == 1


def test_a_lost_key_signs_nothing_and_only_its_owner_or_their_managers_revoke_it(town):
    dossier = town.dossier()
    town.decide(PRESIDENT, dossier)
    paper, key = town.paper(dossier), town.key(PRESIDENT)
    for who, code in ((CLERK, "ROLE1"), ("president of Aoulouz", "ROLE1")):
        with refused(code):
            town.does(who, "revoke_certificate", p_key=key, p_why="lost")
    with refused("SIGN4"):
        town.does(PRESIDENT, "revoke_certificate", p_key=key, p_why="no reason")
    town.does(f"administrator of {HOME}", "revoke_certificate", p_key=key, p_why="lost")
    with refused("SIGN4"):
        town.sign(PRESIDENT, paper, key)
    assert town.told(PRESIDENT, "certificate_revoked") == 1


# The page's one call


def test_the_page_says_who_holds_the_pen_and_why(town):
    town.delegation(SECOND, procedures=["URB-08"])
    town.absence(p_reason="Hospitalisation")
    page = town.does(DELEGATE, "powers_page", p_organisation=town.office)
    pens = {(one["role"], one["person"]): one for one in page["pens"]}
    away, deputy = pens["president", str(town.person(PRESIDENT))], pens["president", str(town.person(DELEGATE))]
    assert (away["state"], away["deputy"]["fr"], away["until"]) == ("absent", DELEGATE, "2026-03-12")
    assert deputy["state"] == "deputy" and "7/2026" in deputy["act"]["fr"]
    second = pens["delegate", str(town.person(SECOND))]
    assert [(one["order_no"], one["stands"]) for one in second["delegations"]] == [("12/2026", True)]
    assert {one["kind"] for one in page["register"]} == {"function", "delegation", "absence"}


def test_the_reason_of_an_absence_is_for_those_who_manage(town):
    town.absence(p_reason="Hospitalisation")
    shown = lambda who: "Hospitalisation" in str(town.does(who, "powers_page", p_organisation=town.office))  # noqa: E731
    assert shown(PRESIDENT) and shown(f"administrator of {HOME}")
    assert not shown(CLERK) and not shown(GOVERNOR) and not shown(SECOND)


def test_the_register_of_a_body_is_closed_to_others(town):
    for who, code in (("citizen Fatima", "ROLE1"), ("president of Aoulouz", "ROLE1"), ("governor of Tiznit", "ROLE1"), (WORKER, "ROLE1")):
        with refused(code):
            town.does(who, "powers_page", p_organisation=town.office)


def test_a_vacant_office_comes_first_on_the_governors_page(town):
    town.world.open("Aoulouz")
    town.vacancy()
    page = town.does(GOVERNOR, "powers_page")
    assert page["organisations"][0]["vacant"], "whichever is vacant comes first"
    page = town.does(GOVERNOR, "powers_page", p_organisation=town.office)
    assert page["pens"][0]["state"] == "vacant" and page["may"]["vacancy"] and not page["may"]["delegate"]
