"""Telling the decision: at once to whoever has the dossier in their space, otherwise by a proof that the counter records."""

from datetime import timedelta

import pytest

from tests import filing
from tests.world import refused

TOWN = "Ait Iaaza"
CLERK, PRESIDENT = f"clerk of {TOWN}", f"president of {TOWN}"


@pytest.fixture
def refused_at_the_counter(world):
    """A counter dossier without an account behind it, refused and signed: {dossier, decision}."""
    world.person(PRESIDENT)
    dossier = filing.draft(world, CLERK, TOWN, channel="counter")
    for slot in filing.SLOTS:
        filing.attach(world, CLERK, dossier, slot)
    filing.deposit(world, CLERK, dossier)
    world.owner.value("select app.enter_step(%s, 'decision')", dossier)
    with world.acting_as(PRESIDENT) as president:
        decision = president.call(
            "decide", p_dossier=dossier, p_kind="refusal", p_reasons=[{"text": "Façade touchée", "article": "12-90 art. 40"}]
        )["decision"]
    world.owner.value("select app.decision_signed(%s)", decision)
    return dossier, decision


def told(world, decision):
    return world.owner.rows("select notified_at, notified_how from app.decision where id = %s", decision)[0]


def test_a_decision_for_somebody_without_an_account_waits_for_its_proof(world, refused_at_the_counter):
    dossier, decision = refused_at_the_counter
    assert told(world, decision) == {"notified_at": None, "notified_how": None}
    assert world.owner.value("select count(*) from app.notice where dossier_id = %s and kind = 'to_notify'", dossier) == 1
    with world.acting_as(CLERK) as clerk:
        acts = [act for act in clerk.call("dossier_page", p_dossier=dossier)["acts"] if act["verb"] == "record_notification"]
        assert [act["id"] for act in acts] == [str(decision)]
        with refused("LACK2"):
            clerk.call("record_notification", p_decision=decision, p_how="telephone")
        clerk.call("record_notification", p_decision=decision, p_how="registered_letter")
        with refused("MOVE1"):
            clerk.call("record_notification", p_decision=decision, p_how="hand")
    assert told(world, decision)["notified_how"] == "registered_letter"
    event = world.owner.rows("select actor_role, data from app.event where dossier_id = %s and kind = 'decision_notified'", dossier)[0]
    assert (event["actor_role"], event["data"]["how"]) == ("clerk", "registered_letter")


def test_the_day_of_the_proof_lies_between_the_signature_and_today(world, refused_at_the_counter):
    _, decision = refused_at_the_counter
    today = world.owner.value("select app.today(%s)", world.commune(TOWN))
    signed = world.owner.value("select signed_at from app.decision where id = %s", decision)
    with world.acting_as(CLERK) as clerk:
        clerk.call("record_notification", p_decision=decision, p_how="hand", p_day=today - timedelta(days=40))
    assert told(world, decision)["notified_at"] == signed


def test_whoever_claims_the_dossier_is_told_by_that(world, refused_at_the_counter):
    dossier, decision = refused_at_the_counter
    world.owner.value("select app.notify_by_claim(%s)", dossier)
    assert told(world, decision)["notified_how"] == "online"


def test_a_party_with_an_account_is_told_at_once_and_others_record_nothing(world, refused_at_the_counter):
    dossier = filing.deposited(world, "citizen Fatima", TOWN, land_title_no="77777/39")
    world.owner.value("select app.enter_step(%s, 'decision')", dossier)
    with world.acting_as(PRESIDENT) as president:
        decision = president.call(
            "decide", p_dossier=dossier, p_kind="refusal", p_reasons=[{"text": "Façade touchée", "article": "12-90 art. 40"}]
        )["decision"]
    world.owner.value("select app.decision_signed(%s)", decision)
    assert told(world, decision)["notified_how"] == "online"
    _, waiting = refused_at_the_counter
    for who, code in ((PRESIDENT, "ROLE1"), ("clerk of Aoulouz", "SEEN1"), ("citizen Fatima", "SEEN1")):
        with world.acting_as(who) as person, refused(code):
            person.call("record_notification", p_decision=waiting, p_how="hand")
