"""Filing: what a draft keeps, what a deposit refuses, and what the receipt proves."""

import uuid
from datetime import timedelta

import psycopg
import pytest

from tests.filing import answers, attach, check, deposit, deposited, draft, offer, register, start, upload
from tests.world import refused

HOME = "Ait Iaaza"
FATIMA = "citizen Fatima"


def page(world, person, dossier):
    with world.acting_as(person) as actor:
        return actor.call("draft_page", p_dossier=dossier)


def save(world, person, dossier, changes, base, editor="one page"):
    with world.acting_as(person) as actor:
        return actor.call("save_draft", p_dossier=dossier, p_changes=changes, p_base=base, p_editor=editor)


def row(world, dossier):
    return world.owner.rows("select * from app.dossier where id = %s", dossier)[0]


# Opening a draft


def test_a_citizen_opens_a_draft_under_the_version_in_force(world):
    dossier = start(world, FATIMA, HOME)
    kept = row(world, dossier)
    assert kept["state"] == "DRAFT" and kept["version_id"] is not None and kept["number"] is None
    assert page(world, FATIMA, dossier)["side"] == "owner"


def test_the_same_click_twice_opens_one_draft(world):
    token = uuid.uuid4()
    assert start(world, FATIMA, HOME, token=token) == start(world, FATIMA, HOME, token=token)


def test_a_visitor_must_sign_in_to_file(world):
    place = offer(world, HOME)
    with world.acting_as("nobody") as visitor, pytest.raises(Exception, match="permission denied"):
        visitor.call("start_draft", p_commune=place, p_procedure="URB-08")


@pytest.mark.parametrize("mode", ["counter", "paper_register"])
def test_a_commune_that_works_at_the_counter_takes_no_request_online(world, mode):
    with refused("OFFR1"):
        start(world, FATIMA, HOME, mode=mode)


def test_a_commune_that_works_online_only_takes_none_at_the_counter(world):
    with refused("OFFR1"):
        start(world, f"clerk of {HOME}", HOME, channel="counter", mode="online_only")


def test_a_citizen_does_not_file_at_the_counter_and_a_clerk_does(world):
    with refused("ROLE1"):
        start(world, FATIMA, HOME, channel="counter", mode="counter")
    with refused("ROLE1"):
        start(world, "clerk of Aoulouz", HOME, channel="counter", mode="counter")
    assert start(world, f"clerk of {HOME}", HOME, channel="counter", mode="counter")


# What was typed is kept


def test_each_change_is_acknowledged_with_its_revision_and_time(world):
    dossier = start(world, FATIMA, HOME)
    first = save(world, FATIMA, dossier, {"ref_desc": "Peinture"}, 0)
    second = save(world, FATIMA, dossier, {"ref_surface": 80}, first["revision"])
    assert (first["revision"], second["revision"]) == (1, 2)
    assert second["saved_at"] and second["answers"] == {"ref_desc": "Peinture", "ref_surface": 80}
    assert page(world, FATIMA, dossier)["answers"] == second["answers"]


def test_an_unchanged_answer_makes_no_revision(world):
    dossier = start(world, FATIMA, HOME)
    save(world, FATIMA, dossier, {"ref_desc": "Peinture"}, 0)
    assert save(world, FATIMA, dossier, {"ref_desc": "Peinture"}, 1)["revision"] == 1


def test_a_cleared_answer_is_gone_but_its_history_stays(world):
    dossier = start(world, FATIMA, HOME)
    save(world, FATIMA, dossier, {"ref_desc": "Peinture"}, 0)
    assert save(world, FATIMA, dossier, {"ref_desc": None}, 1)["answers"] == {}
    assert world.owner.value("select count(*) from app.answer_revision where dossier_id = %s", dossier) == 2


def test_a_second_page_is_shown_the_difference_and_overwrites_nothing(world):
    dossier = start(world, FATIMA, HOME)
    save(world, FATIMA, dossier, {"ref_desc": "Peinture", "ref_surface": 80}, 0, editor="telephone")
    answer = save(world, FATIMA, dossier, {"ref_desc": "Carrelage", "ref_works": ["tiling"]}, 0, editor="laptop")
    assert answer["answers"]["ref_desc"] == "Peinture" and answer["answers"]["ref_works"] == ["tiling"]
    [conflict] = answer["conflicts"]
    assert (conflict["path"], conflict["mine"], conflict["theirs"], conflict["same_person"]) == ("ref_desc", "Carrelage", "Peinture", True)
    forced = save(world, FATIMA, dossier, {"ref_desc": "Carrelage"}, answer["revision"], editor="laptop")
    assert forced["conflicts"] == [] and forced["answers"]["ref_desc"] == "Carrelage"


def test_one_page_never_conflicts_with_itself(world):
    dossier = start(world, FATIMA, HOME)
    save(world, FATIMA, dossier, {"ref_desc": "P"}, 0)
    assert save(world, FATIMA, dossier, {"ref_desc": "Peinture"}, 0)["conflicts"] == []


def test_a_value_of_the_wrong_type_is_kept_as_typed_and_named_at_once(world):
    dossier = draft(world, FATIMA, HOME)
    answer = save(world, FATIMA, dossier, {"ref_surface": "beaucoup"}, 1)
    assert answer["answers"]["ref_surface"] == "beaucoup"
    assert "ref_surface" in {fault["path"] for fault in answer["faults"]}


def test_a_question_that_the_form_does_not_ask_is_refused(world):
    dossier = start(world, FATIMA, HOME)
    with refused("QUES1") as said:
        save(world, FATIMA, dossier, {"president_of_the_universe": "me"}, 0)
    assert "president_of_the_universe" in said.fr


@pytest.mark.parametrize("changes", [[], "text", 3])
def test_changes_that_are_no_object_are_refused(world, changes):
    with refused("QUES1"):
        save(world, FATIMA, start(world, FATIMA, HOME), changes, 0)


def test_answers_have_a_limit_together(world):
    dossier = start(world, FATIMA, HOME)
    with refused("SIZE3"):
        save(world, FATIMA, dossier, {"ref_desc": "é" * 120_000}, 0)
    assert page(world, FATIMA, dossier)["answers"] == {}


def test_a_stranger_neither_reads_nor_writes_nor_deposits_a_draft(world):
    dossier = draft(world, FATIMA, HOME)
    assert page(world, FATIMA, dossier)["answers"]["ref_surface"] == 80  # it does exist
    for stranger in ("citizen Hassan", f"clerk of {HOME}", f"president of {HOME}", "administrator of the kingdom"):
        with refused("SEEN1"):
            page(world, stranger, dossier)
        with refused("SEEN1"):
            save(world, stranger, dossier, {"ref_surface": 1}, 99)
        with refused("SEEN1"):
            deposit(world, stranger, dossier)
        with world.acting_as(stranger) as actor:
            assert actor.rows("select id from app.dossier where id = %s", dossier) == []


def test_a_draft_given_up_leaves_nothing(world):
    dossier = draft(world, FATIMA, HOME)
    first = register(world, FATIMA, dossier, "title")
    register(world, FATIMA, dossier, "title", replaces=first)
    with world.acting_as(FATIMA) as fatima:
        fatima.call("discard_draft", p_dossier=dossier)
    assert world.owner.value("select count(*) from app.dossier where id = %s", dossier) == 0


def test_a_deposited_request_cannot_be_given_up_as_a_draft(world):
    dossier = deposited(world, FATIMA, HOME)
    with world.acting_as(FATIMA) as fatima, refused("MOVE1"):
        fatima.call("discard_draft", p_dossier=dossier)


# The deposit


def test_a_complete_deposit_is_numbered_dated_and_answered_in_the_words_of_the_law(world):
    dossier = draft(world, FATIMA, HOME)
    for slot in ("identity", "title", "photos"):
        attach(world, FATIMA, dossier, slot)
    answer = deposit(world, FATIMA, dossier)
    kept = row(world, dossier)
    assert kept["state"] == "DEPOSITED" and kept["step"] == "check" and kept["complete_on"] is not None
    year = world.owner.value("select extract(year from app.today(%s))::int", kept["commune_id"])
    assert answer["number"] == f"5410101-{year}-REF-{kept['serial']:06d}"
    assert answer["legal_end"] == str(kept["legal_end"]) and len(answer["tracking_code"]) == 8 and answer["missing"] == []
    receipt = world.owner.value("select data from app.paper where dossier_id = %s and kind = 'receipt'", dossier)
    assert receipt["state_line"] == {"fr": "Dossier déposé", "ar": "ملف مودع"}
    assert receipt["time"] and receipt["lists"] == []


def test_a_deposit_without_an_expected_paper_is_received_with_the_exclusive_list_and_its_last_day(world):
    dossier = deposited(world, FATIMA, HOME, slots=("identity", "title"))
    kept = row(world, dossier)
    assert (kept["state"], kept["step"], kept["legal_end"], kept["complete_on"]) == ("INCOMPLETE", None, None, None)
    assert kept["complete_by"] == world.owner.value("select app.full_days_end(app.today(%s), 30)", kept["commune_id"])
    [request] = world.owner.rows("select * from app.request where dossier_id = %s", dossier)
    assert request["kind"] == "missing" and [item["target"] for item in request["items"]] == ["photos"]
    assert request["told_at"] is not None and request["due_on"] == kept["complete_by"]
    receipt = world.owner.value("select data from app.paper where dossier_id = %s and kind = 'receipt'", dossier)
    assert receipt["state_line"] == {"fr": "Dossier en cours de dépôt", "ar": "ملف في طور الإيداع"}
    assert len(receipt["lists"][0]["items"]) == 1 and "Photographies" in receipt["lists"][0]["items"][0]["fr"]
    assert kept["complete_by"].strftime("%d/%m/%Y") in receipt["footer"][0]["fr"]


def test_a_receipt_lists_each_document_with_its_digest_and_says_what_silence_means(world):
    dossier = deposited(world, FATIMA, HOME)
    receipt = world.owner.value("select data from app.paper where dossier_id = %s and kind = 'receipt'", dossier)
    rows = receipt["tables"][1]["rows"]
    assert len(rows) == 3 and all(line[3].replace(" ", "") == "0" * 64 for line in rows)
    assert any("silence" in text["fr"] for text in receipt["footer"]) and any("09-08" in text["fr"] for text in receipt["footer"])
    assert all(text["fr"] and text["ar"] and "{" not in text["fr"] + text["ar"] for text in [receipt["intro"], *receipt["footer"]])


def test_an_incomplete_request_is_refused_with_every_fault_in_both_languages(world):
    dossier = draft(world, FATIMA, HOME, ref_surface="beaucoup", app_cin=None)
    with refused("LACK1") as said:
        deposit(world, FATIMA, dossier)
    assert {"ref_surface", "app_cin", "identity", "title"} <= said.paths()
    assert all(fault["fr"] and fault["ar"] and fault["code"] for fault in said.faults)
    assert row(world, dossier)["state"] == "DRAFT"


def test_a_figure_that_breaks_a_rule_of_the_procedure_is_refused_with_its_article(world):
    dossier = draft(world, FATIMA, HOME, touches_structure=True)
    for slot in ("identity", "title", "photos"):
        attach(world, FATIMA, dossier, slot)
    with refused("LACK1") as said:
        deposit(world, FATIMA, dossier)
    [fault] = said.faults
    assert fault["path"] == "touches_structure" and fault["article"] == "12-90 art. 40"


def test_a_deposit_waits_for_the_check_of_its_files(world):
    dossier = draft(world, FATIMA, HOME)
    attach(world, FATIMA, dossier, "identity")
    document = register(world, FATIMA, dossier, "title")
    with refused("LOOK1"):
        deposit(world, FATIMA, dossier)
    check(world, document, ok=False)
    with refused("LACK1") as said:
        deposit(world, FATIMA, dossier)
    assert "title" in said.paths() and any("scan.pdf" in fault["fr"] for fault in said.faults)


def test_a_repeated_deposit_acts_once(world):
    dossier = draft(world, FATIMA, HOME)
    for slot in ("identity", "title", "photos"):
        attach(world, FATIMA, dossier, slot)
    token = uuid.uuid4()
    first = deposit(world, FATIMA, dossier, token)
    assert deposit(world, FATIMA, dossier, token) == first
    assert world.owner.value("select count(*) from app.event where dossier_id = %s and kind = 'deposited'", dossier) == 1
    with refused("MOVE1"):
        deposit(world, FATIMA, dossier, uuid.uuid4())


def test_numbers_have_no_gap_even_after_a_refused_deposit(world):
    first = row(world, deposited(world, FATIMA, HOME))["serial"]
    with refused("LACK1"):
        deposit(world, FATIMA, draft(world, FATIMA, HOME))
    assert row(world, deposited(world, FATIMA, HOME))["serial"] == first + 1


def test_answers_to_questions_no_longer_asked_stay_out_of_the_file(world):
    dossier = draft(world, FATIMA, HOME, app_quality="tenant", land_consent=True)
    save(world, FATIMA, dossier, {"app_quality": "owner"}, 1)
    for slot in ("identity", "title", "photos"):
        attach(world, FATIMA, dossier, slot)
    deposit(world, FATIMA, dossier)
    kept = row(world, dossier)["answers"]
    assert kept["app_quality"] == "owner" and "land_consent" not in kept


def test_the_deposit_is_the_first_event_and_its_chain_is_sound(world):
    dossier = deposited(world, FATIMA, HOME)
    kinds = [event["kind"] for event in world.owner.rows("select kind from app.event where dossier_id = %s order by seq", dossier)]
    assert kinds[0] == "deposited" and "step" in kinds
    assert world.owner.rows("select * from app.record_faults(%s)", dossier) == []


def test_after_the_deposit_answers_are_closed(world):
    dossier = deposited(world, FATIMA, HOME)
    with refused("SHUT1"):
        save(world, FATIMA, dossier, {"ref_surface": 500}, 99)


def test_the_same_request_refused_before_must_say_what_changed(world):
    earlier = deposited(world, FATIMA, HOME)
    world.owner.run("update app.dossier set state = 'REFUSED', decided_at = now(), closed_at = now() where id = %s", earlier)
    dossier = draft(world, FATIMA, HOME)
    for slot in ("identity", "title", "photos"):
        attach(world, FATIMA, dossier, slot)
    assert page(world, FATIMA, dossier)["earlier_refusal"]["number"] == row(world, earlier)["number"]
    with refused("SAME1") as said:
        deposit(world, FATIMA, dossier)
    assert row(world, earlier)["number"] in said.fr
    with world.acting_as(FATIMA) as fatima:
        assert fatima.call("deposit", p_dossier=dossier, p_token=uuid.uuid4(), p_changed="Les travaux ne touchent plus la façade")["number"]


# Completing


def test_the_clock_starts_the_day_the_last_missing_paper_arrives(world):
    world.set_today(HOME, "2026-03-02")
    dossier = deposited(world, FATIMA, HOME, slots=("identity", "title"))
    world.set_today(HOME, "2026-03-09")
    with world.acting_as(FATIMA) as fatima:
        with refused("LACK1"):
            fatima.call("complete_deposit", p_dossier=dossier)
        document = register(world, FATIMA, dossier, "photos")
        with refused("LOOK1"):
            fatima.call("complete_deposit", p_dossier=dossier)
        check(world, document)
        answer = fatima.call("complete_deposit", p_dossier=dossier)
        assert fatima.call("complete_deposit", p_dossier=dossier) == answer
    kept = row(world, dossier)
    assert (kept["state"], str(kept["complete_on"]), kept["complete_by"]) == ("DEPOSITED", "2026-03-09", None)
    assert kept["legal_end"] is not None and kept["step"] == "check"
    states = [
        data["state_line"]["ar"]
        for (data,) in (
            r.values()
            for r in world.owner.rows("select data from app.paper where dossier_id = %s and kind = 'receipt' order by created_at", dossier)
        )
    ]
    assert states == ["ملف في طور الإيداع", "ملف مودع"]


def test_a_file_with_everything_in_time_is_completed_even_if_nobody_pressed_the_button(world):
    dossier = deposited(world, FATIMA, HOME, slots=("identity", "title"))
    assert world.owner.value("select app.complete_if_ready(%s)", dossier) is False
    attach(world, FATIMA, dossier, "photos")
    assert world.owner.value("select app.complete_if_ready(%s)", dossier) is True
    assert row(world, dossier)["state"] == "DEPOSITED"


def test_after_the_last_day_the_file_cannot_be_completed(world):
    world.set_today(HOME, "2026-03-02")
    dossier = deposited(world, FATIMA, HOME, slots=("identity", "title"))
    last = row(world, dossier)["complete_by"]
    attach(world, FATIMA, dossier, "photos")
    world.set_today(HOME, last + timedelta(days=1))
    with world.acting_as(FATIMA) as fatima, refused("LATE3"):
        fatima.call("complete_deposit", p_dossier=dossier)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        upload(world, FATIMA, dossier, "photos")


# What the applicant reads


def test_the_list_puts_first_what_waits_for_the_applicant(world):
    filed = deposited(world, FATIMA, HOME)
    incomplete = deposited(world, FATIMA, HOME, slots=("identity", "title"))
    with world.acting_as(FATIMA) as fatima:
        listed = fatima.call("my_dossiers")
    assert [line["id"] for line in listed] == [incomplete, filed]
    assert [line["next"] for line in listed] == ["complete", "wait"] and listed[0]["asked"] == 1
    with world.acting_as("citizen Hassan") as hassan:
        assert hassan.call("my_dossiers") == []


def test_the_page_says_what_is_done_now_and_next_who_holds_it_and_days_left(world):
    dossier = deposited(world, FATIMA, HOME)
    with world.acting_as(FATIMA) as fatima:
        seen = fatima.call("dossier_for_applicant", p_dossier=dossier)
    assert [step["status"] for step in seen["steps"]][:2] == ["now", "next"]
    assert [holder["role"] for holder in seen["holders"]] == ["clerk"] and seen["waits_for"] == "administration"
    assert seen["days_left"] > seen["working_days_left"] == 10  # the law's days for a repair, on the day of the deposit
    assert seen["silence"]["effect"] == "approval" and seen["may"]["withdraw"]
    with world.acting_as("citizen Hassan") as hassan, refused("SEEN1"):
        hassan.call("dossier_for_applicant", p_dossier=dossier)


def test_a_request_leads_to_the_open_field_and_only_to_it(world):
    dossier = deposited(world, FATIMA, HOME)
    with world.acting_as(f"clerk of {HOME}") as clerk:
        clerk.call("act", p_dossier=dossier, p_action="transmit")
    with world.acting_as(f"instructor of {HOME}") as instructor:
        instructor.call(
            "ask_applicant",
            p_dossier=dossier,
            p_kind="information",
            p_items=[{"target": "ref_desc", "action": "clarify", "reason": "unclear_works", "note": "Quelles pièces ?"}],
        )
    with world.acting_as(FATIMA) as fatima:
        [request] = fatima.call("dossier_for_applicant", p_dossier=dossier)["requests"]
        assert request["items"][0]["label"]["fr"] and request["items"][0]["done"] is False and not request["items"][0]["is_document"]
    assert page(world, FATIMA, dossier)["open_targets"] == ["ref_desc"]
    with refused("SHUT1"):
        save(world, FATIMA, dossier, {"ref_surface": 500}, 99)
    save(world, FATIMA, dossier, {"ref_desc": "Peinture de deux chambres"}, 99)
    with world.acting_as(FATIMA) as fatima:
        assert fatima.call("dossier_for_applicant", p_dossier=dossier)["requests"][0]["items"][0]["done"] is True
    assert world.owner.value("select count(*) from app.event where dossier_id = %s and kind = 'answers_changed'", dossier) == 1


def test_sample_answers_have_no_fault(world):
    dossier = draft(world, FATIMA, HOME)
    faults = page(world, FATIMA, dossier)["faults"]
    assert {fault["path"] for fault in faults} == {"identity", "title", "photos"}, faults
    assert answers()["land_area"] == 120
