"""Silence equal to approval: the days, who may ask and answer what, and what comes too late."""

from datetime import date

import pytest
from psycopg.types.json import Jsonb

from tests import filing
from tests.rules.silence_town import (
    CASHIER,
    CLERK,
    FATIMA,
    GOVERNOR,
    INSTRUCTOR,
    OMAR,
    OTHER_GOVERNOR,
    PRESIDENT,
    REASON,
    TOWN,
    at,
    at_decision,
    claim_of,
    decide,
    embed,
    give_signature,
    one,
    ready,
    say,
    sign,
    tick,
    told,
)
from tests.world import refused

# -- the days ---------------------------------------------------------------------------------------------------------------------

# Asked on, the president's last day (7 full days): the first and the last day excluded, moved off days without work.
PRESIDENT_DAYS = [
    ("2026-07-21", "2026-07-29"),  # Tuesday: the Wednesday of the week after
    ("2026-07-22", "2026-07-31"),  # the eighth day is 30 July, Feast of the Throne
    ("2026-07-23", "2026-07-31"),  # the holiday inside counts like any day
    ("2026-07-24", "2026-08-03"),  # the eighth day is a Saturday
    ("2026-08-06", "2026-08-17"),  # 14 August is a holiday, then a week-end
    ("2026-08-12", "2026-08-24"),  # 20 and 21 August are holidays, then a week-end
]
# Received on, the governor's last day (10 full days).
GOVERNOR_DAYS = [
    ("2026-08-03", "2026-08-17"),  # the eleventh day is 14 August
    ("2026-08-04", "2026-08-17"),  # the eleventh day is a Saturday
    ("2026-08-06", "2026-08-17"),
    ("2026-08-10", "2026-08-24"),  # the eleventh day is 21 August
    ("2026-10-20", "2026-11-02"),  # the eleventh day is 31 October, a Saturday and a holiday
]


@pytest.mark.parametrize("asked, due", PRESIDENT_DAYS)
def test_the_president_has_seven_full_days_around_holidays(village, silent, asked, due):
    at(village, asked)
    assert say(village, FATIMA, "claim_silence", p_dossier=silent) == {"president_due": due}


@pytest.mark.parametrize("received, due", GOVERNOR_DAYS)
def test_the_governor_has_ten_full_days_from_receipt_around_holidays(village, silent, received, due):
    at(village, "2026-07-21")
    say(village, FATIMA, "claim_silence", p_dossier=silent)
    at(village, received)
    assert say(village, FATIMA, "ask_attestation", p_dossier=silent) == {"governor_due": due}


def test_the_days_are_those_of_the_version_and_its_way_of_counting(village, silent):
    changed = {"effect": "approval", "president_days": 3, "governor_days": 4, "counted": "working_days"}
    village.owner.run("alter table app.procedure_version disable trigger user")
    village.owner.run(
        "update app.procedure_version set definition = definition || %s where id = (select version_id from app.dossier where id = %s)",
        Jsonb({"silence": changed}),
        silent,
    )
    at(village, "2026-07-29")  # Wednesday; Thursday 30 is a holiday
    assert say(village, FATIMA, "claim_silence", p_dossier=silent) == {"president_due": "2026-08-04"}


# -- asking the president -----------------------------------------------------------------------------------------------------------


def test_nothing_can_be_asked_before_the_period_is_over_nor_where_silence_approves_nothing(village):
    at(village, "2026-07-06")
    dossier = filing.deposited(village, FATIMA, TOWN)
    at(village, "2026-07-20")  # the last day is the commune's
    with refused("SILE2"):
        say(village, FATIMA, "claim_silence", p_dossier=dossier)
    village.owner.run("alter table app.procedure_version disable trigger user")
    village.owner.run("""update app.procedure_version set definition = jsonb_set(definition, '{silence,effect}', '"none"')""")
    at(village, "2026-07-21")
    tick(village)
    with refused("SILE2"):
        say(village, FATIMA, "claim_silence", p_dossier=dossier)
    assert not say(village, FATIMA, "dossier_for_applicant", p_dossier=dossier)["silence_claim"]


def test_the_right_opens_by_law_even_if_the_worker_is_late(village):
    at(village, "2026-07-06")
    dossier = filing.deposited(village, FATIMA, TOWN)
    at(village, "2026-07-21")
    say(village, FATIMA, "claim_silence", p_dossier=dossier)
    assert one(village, "select silence_on, state from app.dossier where id = %s", dossier) == {
        "silence_on": date(2026, 7, 21),
        "state": "DEPOSITED",
    }


def test_the_request_is_a_sealed_paper_with_receipt_date_and_act_and_the_president_is_told(village, silent):
    at(village, "2026-07-22")
    say(village, FATIMA, "claim_silence", p_dossier=silent)
    paper = one(village, "select * from app.paper where dossier_id = %s and kind = 'silence_request'", silent)
    assert paper["needs"] == "seal" and paper["id"] == claim_of(village, silent)["form_id"]
    printed = [text["fr"] for _, text in paper["data"]["tables"][0]["rows"]]
    number = village.owner.value("select number from app.dossier where id = %s", silent)
    act = village.owner.value("select app.definition_of(%s) #>> '{title,fr}'", silent)
    assert {number, act, "06/07/2026", "20/07/2026", "22/07/2026", "31/07/2026"} <= set(printed)
    assert told(village, silent, PRESIDENT, "silence_claimed") == 1
    with refused("SILE3") as said:
        say(village, FATIMA, "claim_silence", p_dossier=silent)
    assert said.params["day"] == "22/07/2026"


def test_the_applicant_sees_a_button_only_when_the_right_is_there(village, silent):
    def may(day):
        at(village, day)
        page = say(village, FATIMA, "dossier_for_applicant", p_dossier=silent)
        return page["may"]["claim_silence"], page["may"]["ask_attestation"], page["next"]

    assert may("2026-07-21") == (True, False, "silence")
    at(village, "2026-07-22")
    say(village, FATIMA, "claim_silence", p_dossier=silent)
    assert may("2026-07-31") == (False, False, "silence_wait"), "the last day is still the president's"
    assert may("2026-08-01") == (False, True, "silence_refer")
    say(village, FATIMA, "ask_attestation", p_dossier=silent)
    assert may("2026-08-03") == (False, False, "silence_governor")
    others = say(village, CLERK, "dossier_page", p_dossier=silent)
    assert others["silence_claim"]["president_due"] == "2026-07-31"


# -- what the president may still decide ------------------------------------------------------------------------------------------


def test_after_silence_a_refusal_comes_too_late_and_a_grant_does_not(village, silent):
    at_decision(village, silent)
    offered = next(act for act in say(village, PRESIDENT, "dossier_page", p_dossier=silent)["acts"] if act["verb"] == "decide")
    assert offered["kinds"] == ["grant", "grant_with_reservations"]
    with refused("SILE1") as said:
        decide(village, silent, "refusal")
    assert said.params["day"] == "20/07/2026"
    sign(village, PRESIDENT, decide(village, silent))
    assert one(village, "select state from app.dossier where id = %s", silent)["state"] == "APPROVED_PENDING_FEES"


def test_a_refusal_drawn_up_in_time_is_not_signed_too_late(village):
    at(village, "2026-07-06")
    dossier = filing.deposited(village, FATIMA, TOWN)
    at_decision(village, dossier)
    at(village, "2026-07-20")
    decision = decide(village, dossier, "refusal")
    at(village, "2026-07-21")
    tick(village)
    with refused("SILE1"):
        sign(village, PRESIDENT, decision)


def test_the_setting_may_allow_a_late_refusal(village, silent):
    village.owner.run("""update app.setting set value = value || '{"kinds": ["grant", "refusal"]}' where key = 'silence.late_decisions'""")
    at(village, "2026-07-22")
    say(village, FATIMA, "claim_silence", p_dossier=silent)
    at_decision(village, silent)
    sign(village, PRESIDENT, decide(village, silent, "refusal"))
    assert claim_of(village, silent)["outcome"] == "refused"
    assert one(village, "select state from app.dossier where id = %s", silent)["state"] == "REFUSED"


def test_the_act_delivered_in_the_seven_days_ends_what_was_asked(village, silent):
    at(village, "2026-07-22")
    say(village, FATIMA, "claim_silence", p_dossier=silent)
    at_decision(village, silent)
    at(village, "2026-07-31")
    sign(village, PRESIDENT, decide(village, silent))
    assert claim_of(village, silent)["outcome"] == "delivered"
    at(village, "2026-08-03")
    with refused("SILE2"):
        say(village, FATIMA, "ask_attestation", p_dossier=silent)
    order = village.owner.value("select id from app.fee_order where dossier_id = %s", silent)
    say(village, CASHIER, "record_payment", p_fee_order=order, p_means="cash")
    valid = one(village, "select valid_until from app.dossier where id = %s", silent)["valid_until"]
    assert valid == date(2027, 2, 3), "a permit that was delivered counts from its delivery"


# -- the governor -----------------------------------------------------------------------------------------------------------------


def test_the_governor_is_asked_only_after_the_presidents_days_and_with_the_proof(village, silent):
    with refused("SILE2"):
        say(village, FATIMA, "ask_attestation", p_dossier=silent)
    at(village, "2026-07-22")
    say(village, FATIMA, "claim_silence", p_dossier=silent)
    at(village, "2026-07-31")
    with refused("SILE4") as said:
        say(village, FATIMA, "ask_attestation", p_dossier=silent)
    assert said.params["day"] == "31/07/2026"
    at(village, "2026-08-03")
    say(village, FATIMA, "ask_attestation", p_dossier=silent)
    with refused("SILE3"):
        say(village, FATIMA, "ask_attestation", p_dossier=silent)
    form = one(village, "select * from app.paper where dossier_id = %s and kind = 'silence_request'", silent)
    referral = one(village, "select data from app.paper where dossier_id = %s and kind = 'silence_referral'", silent)["data"]
    printed = [text["fr"] for _, text in referral["tables"][0]["rows"]]
    assert {form["data_digest"], form["data"]["verification"]["code"]} <= set(printed)
    assert referral["issuer"] == "province"
    proof = one(village, "select data -> 'proof' as proof from app.event where dossier_id = %s and kind = 'silence_referred'", silent)[
        "proof"
    ]
    assert proof == {"paper": str(form["id"]), "digest": form["data_digest"]}
    assert told(village, silent, GOVERNOR, "attestation_asked") == 1 and told(village, silent, OTHER_GOVERNOR, "attestation_asked") == 0


def test_the_letter_has_a_number_and_a_day_since_the_request(village, referred):
    at(village, "2026-08-05")
    for number, day in (("", "2026-08-05"), ("x" * 61, "2026-08-05"), ("412/CAB", "2026-08-02"), ("412/CAB", "2026-08-06")):
        with refused("SILE6"):
            say(village, GOVERNOR, "ask_explanations", p_dossier=referred, p_number=number, p_on=day)
    say(village, GOVERNOR, "ask_explanations", p_dossier=referred, p_number=" 412/CAB ", p_on="2026-08-04")
    paper = one(village, "select number, data from app.paper where dossier_id = %s and kind = 'silence_letter'", referred)
    assert paper["number"] == "412/CAB" and "17/08/2026" in paper["data"]["considerations"][2]["fr"]
    assert told(village, referred, PRESIDENT, "explanations_asked") == 1
    with refused("MOVE1"):
        say(village, GOVERNOR, "ask_explanations", p_dossier=referred, p_number="413/CAB")


def test_the_president_explains_once_and_the_applicant_learns_only_that_it_came(village, referred):
    with refused("MOVE1"):
        say(village, PRESIDENT, "explain_silence", p_dossier=referred, p_text="Trop tôt.")
    say(village, GOVERNOR, "ask_explanations", p_dossier=referred, p_number="412/CAB")
    with refused("LACK7"):
        say(village, PRESIDENT, "explain_silence", p_dossier=referred, p_text="  ")
    say(village, PRESIDENT, "explain_silence", p_dossier=referred, p_text="Le technicien était absent.")
    with refused("MOVE1"):
        say(village, PRESIDENT, "explain_silence", p_dossier=referred, p_text="Autre chose.")
    seen = say(village, FATIMA, "dossier_for_applicant", p_dossier=referred)
    assert seen["silence_claim"]["explained_on"] == "2026-08-03" and "technicien" not in str(seen)
    assert "technicien" in str(say(village, GOVERNOR, "dossier_page", p_dossier=referred)["silence_claim"])
    assert "technicien" not in str(village.owner.rows("select data from app.event where dossier_id = %s", referred))


def test_the_attestation_follows_the_letter_whether_or_not_it_was_answered(village, referred):
    with refused("SILE5"):
        say(village, GOVERNOR, "attest_silence", p_dossier=referred)
    say(village, GOVERNOR, "ask_explanations", p_dossier=referred, p_number="412/CAB", p_on="2026-08-03")
    say(village, GOVERNOR, "attest_silence", p_dossier=referred)
    with refused("MOVE1"):
        say(village, GOVERNOR, "attest_silence", p_dossier=referred)
    data = one(village, "select data from app.paper where dossier_id = %s and kind = 'attestation'", referred)["data"]
    said = " ".join(text["fr"] for text in data["visas"] + data["considerations"] + data["articles"])
    for content in ("55-19", "article 20", "2-22-141", "deuxième paragraphe de l'article 19", "412/CAB du 03/08/2026", "Fatima",
                    "06/07/2026", "n'a pas fourni d'explications", "utilisée auprès des administrations"):  # fmt: skip
        assert content in said, content
    assert data["issuer"] == "province" and data["signer"]["quality"]["ar"] == "العامل"
    assert "{" not in said and "{" not in " ".join(text["ar"] for text in data["considerations"] + data["articles"])


def test_the_signed_attestation_opens_payment_and_counts_from_the_end_of_the_period(village, referred):
    say(village, GOVERNOR, "ask_explanations", p_dossier=referred, p_number="412/CAB")
    decision = say(village, GOVERNOR, "attest_silence", p_dossier=referred)["decision"]
    assert say(village, GOVERNOR, "papers_to_sign")[0]["kind"] == "attestation"
    assert say(village, PRESIDENT, "papers_to_sign") == []
    at(village, "2026-08-10")
    paper = sign(village, GOVERNOR, decision)
    dossier = one(village, "select * from app.dossier where id = %s", referred)
    assert (dossier["state"], claim_of(village, referred)["outcome"]) == ("APPROVED_PENDING_FEES", "attested")
    code = village.owner.value("select code from app.verification where paper_id = %s", paper)
    verified = say(village, "nobody", "verify_code", p_code=code)
    assert (verified["status"], verified["public"]["kind"]) == ("authentic", "attestation")
    assert say(village, FATIMA, "dossier_for_applicant", p_dossier=referred)["next"] == "pay_attested"
    copies = village.owner.rows("select recipient from app.copy_sent where dossier_id = %s", referred)
    assert [row["recipient"] for row in copies] == ["local_authority"], "the governor has what he signed"

    at(village, "2026-09-01")
    order = one(village, "select id, total from app.fee_order where dossier_id = %s", referred)
    assert order["total"] == 300_00
    say(village, CASHIER, "record_payment", p_fee_order=order["id"], p_means="cash")
    assert one(village, "select state, valid_until from app.dossier where id = %s", referred) == {
        "state": "DELIVERED",
        "valid_until": date(2027, 1, 20),  # six months from 20 July 2026
    }
    at(village, "2027-01-21")
    tick(village)
    assert say(village, "nobody", "verify_code", p_code=code)["status"] == "lapsed"
    assert say(village, CLERK, "verify_record", p_dossier=referred) == []


def test_the_governor_acts_directly_where_the_delay_is_not_the_communes(village, referred):
    decision = say(village, GOVERNOR, "attest_silence", p_dossier=referred, p_direct="Avis de l'agence urbaine attendu.")["decision"]
    data = one(village, "select data from app.paper where decision_id = %s", decision)["data"]
    said = " ".join(text["fr"] for text in data["considerations"])
    assert "art. 55" in said and "agence urbaine" in said and "lettre n°" not in said
    with refused("MOVE1"):
        say(village, GOVERNOR, "ask_explanations", p_dossier=referred, p_number="412/CAB")


def test_an_attestation_declined_has_its_reasons_and_gives_the_decision_back(village, referred):
    decision = say(village, GOVERNOR, "attest_silence", p_dossier=referred, p_direct="Retard de la commission.")["decision"]
    for reasons in ([], [{"text": "Non", "article": ""}], None):
        with refused("REAS1"):
            say(village, GOVERNOR, "decline_attestation", p_dossier=referred, p_reasons=reasons)
    say(village, GOVERNOR, "decline_attestation", p_dossier=referred, p_reasons=REASON)
    assert one(village, "select state from app.paper where decision_id = %s", decision)["state"] == "withdrawn"
    answer = one(village, "select data from app.paper where dossier_id = %s and kind = 'silence_answer'", referred)["data"]
    assert "55-19 art. 19" in answer["lists"][0]["items"][0]["fr"]
    assert told(village, referred, FATIMA, "attestation_declined") == 1
    with refused("MOVE1"):
        say(village, GOVERNOR, "attest_silence", p_dossier=referred, p_direct="Encore.")
    at_decision(village, referred)
    sign(village, PRESIDENT, decide(village, referred, "refusal"))
    assert claim_of(village, referred)["outcome"] == "declined"


def test_an_act_and_an_attestation_that_cross_each_other_do_not_both_come_out(village, referred):
    at_decision(village, referred)
    grant = decide(village, referred)
    attestation = say(village, GOVERNOR, "attest_silence", p_dossier=referred, p_direct="Retard de la commission.")["decision"]
    paper = ready(village, grant)
    give_signature(village, PRESIDENT, paper)
    with refused("MOVE1"):  # the president's signature is being judged
        sign(village, GOVERNOR, attestation)
    embed(village, paper)
    assert claim_of(village, referred)["outcome"] == "delivered"
    assert village.owner.value("select count(*) from app.paper where decision_id = %s and state <> 'withdrawn'", attestation) == 0
    assert told(village, referred, GOVERNOR, "silence_settled") == 1


def test_the_attestation_takes_the_unsigned_act_away(village, referred):
    at_decision(village, referred)
    grant = decide(village, referred)
    ready(village, grant)
    sign(village, GOVERNOR, say(village, GOVERNOR, "attest_silence", p_dossier=referred, p_direct="Retard de la commission.")["decision"])
    assert village.owner.value("select state from app.paper where decision_id = %s", grant) == "withdrawn"
    with refused("MOVE1"):
        decide(village, referred)


# -- who ------------------------------------------------------------------------------------------------------------------------------


def test_each_act_belongs_to_one_side(village, referred):
    acts = {
        "claim_silence": ({}, FATIMA),
        "ask_attestation": ({}, FATIMA),
        "ask_explanations": ({"p_number": "412/CAB"}, GOVERNOR),
        "explain_silence": ({"p_text": "Voici."}, PRESIDENT),
        "attest_silence": ({"p_direct": "Retard."}, GOVERNOR),
        "decline_attestation": ({"p_reasons": REASON}, GOVERNOR),
    }
    outsiders = {"nobody": "SIGN1", OMAR: "SEEN1", OTHER_GOVERNOR: "SEEN1", "president of Aoulouz": "SEEN1"}
    insiders = {FATIMA, PRESIDENT, GOVERNOR, CLERK, INSTRUCTOR, CASHIER}
    for function, (params, owner) in acts.items():
        for person, code in (outsiders | dict.fromkeys(insiders - {owner}, "ROLE1")).items():
            if person == "nobody":
                code = "42501"  # not even executable
            with refused(code):
                say(village, person, function, p_dossier=referred, **params)


def test_who_has_an_interest_does_not_answer(village, referred):
    village.owner.run("insert into app.declared_interest (dossier_id, person_id) values (%s, %s)", referred, village.person(GOVERNOR))
    for function, params in (
        ("ask_explanations", {"p_number": "1"}),
        ("attest_silence", {}),
        ("decline_attestation", {"p_reasons": REASON}),
    ):
        with refused("INTR1"):
            say(village, GOVERNOR, function, p_dossier=referred, **params)


def test_the_acts_offered_on_the_desk_follow_the_stage(village, referred):
    def verbs(person):
        page = say(village, person, "dossier_page", p_dossier=referred)
        return {act["verb"] for act in page["acts"]} & {
            "ask_explanations",
            "attest_silence",
            "decline_attestation",
            "explain_silence",
            "sign",
            "sign_instead",
        }

    assert verbs(GOVERNOR) == {"ask_explanations", "attest_silence", "decline_attestation"} and verbs(PRESIDENT) == set()
    say(village, GOVERNOR, "ask_explanations", p_dossier=referred, p_number="412/CAB")
    assert verbs(GOVERNOR) == {"attest_silence", "decline_attestation"} and verbs(PRESIDENT) == {"explain_silence"}
    say(village, PRESIDENT, "explain_silence", p_dossier=referred, p_text="Absence.")
    decision = say(village, GOVERNOR, "attest_silence", p_dossier=referred)["decision"]
    assert verbs(GOVERNOR) == {"decline_attestation", "sign"} and verbs(PRESIDENT) == set()
    sign(village, GOVERNOR, decision)
    assert verbs(GOVERNOR) == set()


def test_the_governors_board_lists_what_waits_with_the_days_left(village, referred):
    at(village, "2026-08-14")
    (line,) = [one for one in say(village, GOVERNOR, "governor_board")["waiting"] if one["dossier"] == str(referred)]
    assert (line["kind"], line["due_on"], line["days_left"], line["is_drafted"]) == ("attestation", "2026-08-17", 3, False)
    village.owner.run(
        "update app.commune set is_open = true where province_code = (select code from app.province where name_fr = 'Tiznit')"
    )
    assert say(village, OTHER_GOVERNOR, "governor_board")["waiting"] == []


# -- the days that pass -------------------------------------------------------------------------------------------------------------


def test_each_due_day_that_passes_is_said_once_to_those_concerned(village, silent):
    at(village, "2026-07-22")
    say(village, FATIMA, "claim_silence", p_dossier=silent)
    for day in ("2026-07-31", "2026-08-01", "2026-08-02"):
        at(village, day)
        tick(village)
        assert told(village, silent, FATIMA, "silence_president_late") == (day > "2026-07-31")
    assert told(village, silent, PRESIDENT, "due_day_passed") == told(village, silent, GOVERNOR, "due_day_passed") == 1
    at(village, "2026-08-03")
    say(village, FATIMA, "ask_attestation", p_dossier=silent)
    for day in ("2026-08-17", "2026-08-18", "2026-08-19"):
        at(village, day)
        tick(village)
        assert told(village, silent, FATIMA, "silence_governor_late") == (day > "2026-08-17")
    kinds = village.owner.rows("select kind from app.event where dossier_id = %s and kind like 'silence%%' order by seq", silent)
    happened = ["silence_open", "silence_claimed", "silence_president_late", "silence_referred", "silence_governor_late"]
    assert [row["kind"] for row in kinds] == happened
    say(village, GOVERNOR, "ask_explanations", p_dossier=silent, p_number="412/CAB")  # late is not never


def test_a_withdrawn_request_waits_for_nobody(village, referred):
    say(village, FATIMA, "withdraw", p_dossier=referred)
    at(village, "2026-08-25")
    tick(village)
    assert told(village, referred, FATIMA, "silence_governor_late") == 0
    with refused("MOVE1"):
        say(village, GOVERNOR, "attest_silence", p_dossier=referred, p_direct="Retard.")
    assert not [line for line in say(village, GOVERNOR, "governor_board")["waiting"] if line["dossier"] == str(referred)]
