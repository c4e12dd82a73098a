"""Appeals (law 55-19, art. 21): their days, what they open, and that silence which approves opens none."""

from datetime import date, timedelta

import pytest

from tests import filing
from tests.rules.silence_town import (
    FATIMA,
    GOVERNOR,
    PRESIDENT,
    TOWN,
    at,
    at_decision,
    decide,
    one,
    say,
    sign,
    tick,
    told,
)
from tests.world import refused


def test_where_silence_is_approval_there_is_nothing_to_appeal_from(village, silent):
    with refused("LATE1"):
        say(village, FATIMA, "appeal", p_dossier=silent, p_level="president", p_grounds="Sans réponse.")


@pytest.fixture
def unlisted(village, silent):
    """The same silence in a procedure that is not listed: an appeal, no approval."""
    village.owner.run("alter table app.procedure_version disable trigger user")
    village.owner.run("""update app.procedure_version set definition = jsonb_set(definition, '{silence,effect}', '"none"')""")
    return silent


def test_silence_on_an_act_that_is_not_listed_is_appealed_within_thirty_days_of_the_end(village, unlisted):
    at(village, "2026-08-20")  # the end was 20 July: 30 full days end on the 20th, a holiday, as the 21st, then a week-end
    answer = say(village, FATIMA, "appeal", p_dossier=unlisted, p_level="president", p_grounds="Sans réponse.\nVoir le récépissé.")
    assert answer == {"answer_due": "2026-09-07"}, "15 full days end on 5 September, a Saturday"
    paper = one(village, "select data from app.paper where dossier_id = %s and kind = 'appeal'", unlisted)["data"]
    assert [item["fr"] for item in paper["lists"][0]["items"]] == ["Sans réponse.", "Voir le récépissé."]
    assert "président du conseil communal" in paper["intro"]["fr"]


def test_thirty_days_after_the_end_it_is_too_late_to_appeal(village, unlisted):
    at(village, "2026-08-25")
    with refused("LATE1"):
        say(village, FATIMA, "appeal", p_dossier=unlisted, p_level="president", p_grounds="Sans réponse.")


def test_an_appeal_without_answer_is_said_and_the_governor_invites_the_president_to_decide(village, unlisted):
    at(village, "2026-07-22")
    say(village, FATIMA, "appeal", p_dossier=unlisted, p_level="president", p_grounds="Sans réponse.")  # due on 7 August
    at(village, "2026-08-07")
    tick(village)
    assert told(village, unlisted, FATIMA, "appeal_president_late") == 0
    at(village, "2026-08-10")
    for _ in range(2):
        tick(village)
    assert told(village, unlisted, FATIMA, "appeal_president_late") == 1 and told(village, unlisted, PRESIDENT, "due_day_passed") == 1
    say(village, FATIMA, "appeal", p_dossier=unlisted, p_level="governor", p_grounds="Sans réponse du président.")
    second = one(village, "select id, answer_due from app.appeal where dossier_id = %s and level = 'governor'", unlisted)
    assert second["answer_due"] == date(2026, 8, 24)
    say(village, GOVERNOR, "answer_appeal", p_appeal=second["id"], p_outcome="invited", p_answer="Statuer.")
    assert one(village, "select decide_by from app.appeal where id = %s", second["id"])["decide_by"] == date(2026, 8, 24)
    letter = one(village, "select data from app.paper where dossier_id = %s and kind = 'appeal_answer'", unlisted)["data"]
    assert "24/08/2026" in letter["considerations"][0]["fr"] and letter["issuer"] == "province"
    assert told(village, unlisted, PRESIDENT, "appeal_invited") == 1
    at(village, "2026-08-25")
    tick(village)
    assert told(village, unlisted, FATIMA, "appeal_decision_late") == 1


def test_a_refusal_reopened_by_an_appeal_does_not_fall_into_silence(village):
    at(village, "2026-07-06")
    dossier = filing.deposited(village, FATIMA, TOWN)
    at_decision(village, dossier)
    sign(village, PRESIDENT, decide(village, dossier, "refusal"))
    say(village, FATIMA, "appeal", p_dossier=dossier, p_level="president", p_grounds="Voir les photos.")
    appeal = village.owner.value("select id from app.appeal where dossier_id = %s", dossier)
    say(village, PRESIDENT, "answer_appeal", p_appeal=appeal, p_outcome="upheld", p_answer="Accueilli.")
    assert one(village, "select state from app.dossier where id = %s", dossier)["state"] == "DECISION_PENDING"
    at(village, date(2026, 7, 6) + timedelta(days=60))
    tick(village)
    assert one(village, "select silence_on from app.dossier where id = %s", dossier)["silence_on"] is None
    with refused("SILE2"):
        say(village, FATIMA, "claim_silence", p_dossier=dossier)
    decide(village, dossier, "refusal")  # the clock was stopped by a decision in time: both ways are open


@pytest.mark.parametrize("level", ["court", "", None])
def test_a_level_that_does_not_exist_is_refused(village, unlisted, level):
    say(village, FATIMA, "appeal", p_dossier=unlisted, p_level="president", p_grounds="Sans réponse.")
    at(village, "2026-09-20")
    with refused("LATE1"):
        say(village, FATIMA, "appeal", p_dossier=unlisted, p_level=level, p_grounds="Sans réponse.")
