"""Silence on a building permit that still lies before its committee: what the governor attests, the committee no longer studies. And an
attestation that could not be drawn is drawn up again."""

import pytest
from psycopg.types.json import Jsonb

from tests import building, hall
from tests.rules.silence_town import FATIMA, GOVERNOR, PRESIDENT, TOWN, at, claim_of, one, say, sign, tick
from tests.world import refused


@pytest.fixture
def permit(village):
    """A small building permit of 1 July 2026 whose fifteen days passed before the committee."""
    hall.people(village)
    at(village, "2026-07-01")
    dossier = building.seated(village, FATIMA, TOWN)
    end = one(village, "select legal_end from app.dossier where id = %s", dossier)["legal_end"]
    at(village, "2026-08-10")
    tick(village)
    assert end.isoformat() < "2026-08-10" and one(village, "select silence_on from app.dossier where id = %s", dossier)["silence_on"]
    return dossier


def test_the_governor_attests_and_the_committee_has_nothing_left_to_say(village, permit):
    say(village, FATIMA, "claim_silence", p_dossier=permit)
    at(village, "2026-08-25")
    say(village, FATIMA, "ask_attestation", p_dossier=permit)
    reason = "La commission n'a pas rendu ses avis."
    sign(village, GOVERNOR, say(village, GOVERNOR, "attest_silence", p_dossier=permit, p_direct=reason)["decision"])
    dossier = one(village, "select state, step from app.dossier where id = %s", permit)
    assert (dossier["state"], claim_of(village, permit)["outcome"]) == ("APPROVED_PENDING_FEES", "attested")
    with refused("SITS1"):
        hall.draft(village, hall.AGENCY, permit)
    waiting = say(village, hall.SECRETARY, "committee_calendar")["waiting"]
    assert str(permit) not in {line["id"] for line in waiting}


def test_neither_changes_nor_a_deferral_can_be_asked_for_any_more(village, permit):
    village.owner.value("select app.enter_step(%s, 'decision')", permit)
    offered = next(act for act in say(village, PRESIDENT, "dossier_page", p_dossier=permit)["acts"] if act["verb"] == "decide")
    assert offered["kinds"] == ["grant", "grant_with_reservations"]
    for kind in ("modification", "deferral", "refusal"):
        with refused("SILE1"):
            say(village, PRESIDENT, "decide", p_dossier=permit, p_kind=kind, p_reasons=[{"text": "Non.", "article": "12-90 art. 45"}])


def test_an_attestation_that_could_not_be_drawn_is_drawn_up_again(village, referred):
    first = say(village, GOVERNOR, "attest_silence", p_dossier=referred, p_direct="Voir {pièce}.")["decision"]
    paper = village.owner.value("select id from app.paper where decision_id = %s", first)
    village.owner.value("select app.paper_rendered(%s, %s)", paper, Jsonb({"fault": "LEAF3"}))
    second = say(village, GOVERNOR, "attest_silence", p_dossier=referred, p_direct="Voir la pièce.")["decision"]
    assert village.owner.value("select state from app.paper where id = %s", paper) == "withdrawn"
    sign(village, GOVERNOR, second)
    assert claim_of(village, referred)["outcome"] == "attested"
