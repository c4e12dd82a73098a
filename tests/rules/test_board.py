"""The desk's page and the screens over many dossiers: who sees what, and which acts are offered to whom."""

from datetime import timedelta

import pytest

from tests import filing
from tests.world import refused

COMMUNE = "Ait Iaaza"
CLERK, INSTRUCTOR, PRESIDENT = f"clerk of {COMMUNE}", f"instructor of {COMMUNE}", f"president of {COMMUNE}"
GOVERNOR = "governor of Taroudannt"


@pytest.fixture
def dossier(world):
    return filing.deposited(world, "citizen Fatima", COMMUNE)


def read(world, person, dossier):
    with world.acting_as(person) as actor:
        return actor.call("dossier_page", p_dossier=dossier)


def verbs(page):
    return {act["verb"] for act in page["acts"]}


def ask_service(world, dossier, role):
    world.owner.run(
        """insert into app.task (dossier_id, commune_id, step, role, opened_at)
           select id, commune_id, 'opinions', %s, now() from app.dossier where id = %s""",
        role,
        dossier,
    )


def test_the_clerk_has_the_whole_file_on_the_desk(world, dossier):
    page = read(world, CLERK, dossier)
    assert page["head"]["owner_name"] and page["head"]["number"] and page["full"]
    assert {document["slot"] for document in page["documents"]} == set(filing.SLOTS)
    assert any(field["id"] == "app_cin" for step in page["summary"] for field in step["fields"])
    assert page["clock"]["legal"]["state"] == "running" and page["events"][-1]["kind"]


def test_the_acts_offered_follow_the_step_and_the_function(world, dossier):
    assert {"act", "set_verdict", "ask_applicant"} <= verbs(read(world, CLERK, dossier))
    assert not {"act", "decide", "ask_applicant"} & verbs(read(world, INSTRUCTOR, dossier))
    with world.acting_as(CLERK) as clerk:
        clerk.call("act", p_dossier=dossier, p_action="transmit")
    assert not {"act", "set_verdict"} & verbs(read(world, CLERK, dossier))
    act = next(act for act in read(world, INSTRUCTOR, dossier)["acts"] if act["verb"] == "act")
    assert [field["id"] for field in act["fields"]] == ["report", "proposal"]
    with world.acting_as(INSTRUCTOR) as instructor:
        instructor.call("act", p_dossier=dossier, p_action="report", p_data={"report": "Conforme.", "proposal": "grant"})
    page = read(world, PRESIDENT, dossier)
    decide = next(act for act in page["acts"] if act["verb"] == "decide")
    assert decide["kinds"] == ["grant", "grant_with_reservations", "refusal"]
    assert page["proposal"]["report"] == "Conforme."


def test_every_act_offered_is_one_that_the_database_accepts(world, dossier):
    page = read(world, CLERK, dossier)
    act = next(act for act in page["acts"] if act["verb"] == "act")
    with world.acting_as(CLERK) as clerk:
        clerk.call("act", p_dossier=dossier, p_action=act["id"], p_data={}, p_seen=page["seen"])
    assert read(world, CLERK, dossier)["head"]["step"] == act["to"]


def test_two_agents_at_once_one_wins_and_the_other_is_told(world, dossier):
    seen = read(world, f"second clerk of {COMMUNE}", dossier)["seen"]
    with world.acting_as(CLERK) as clerk:
        clerk.call("act", p_dossier=dossier, p_action="transmit")
    with refused("MOVE1"), world.acting_as(f"second clerk of {COMMUNE}") as other:
        other.call("act", p_dossier=dossier, p_action="transmit", p_seen=seen)


def test_after_half_time_the_request_is_shown_closed_with_its_sentence(world, dossier):
    world.owner.run("update app.dossier set half_on = current_date - 3 where id = %s", dossier)
    ask = next(act for act in read(world, CLERK, dossier)["acts"] if act["verb"] == "ask_applicant")
    assert ask["blocked"]["code"] == "LATE2" and ask["blocked"]["ar"]
    target = read(world, CLERK, dossier)["targets"][0]["target"]
    with refused("LATE2"), world.acting_as(CLERK) as clerk:
        item = {"target": target, "action": "replace", "reason": "unreadable"}
        clerk.call("ask_applicant", p_dossier=dossier, p_kind="replace", p_items=[item])


def test_a_request_made_from_the_desk_waits_for_the_applicant(world, dossier):
    page = read(world, CLERK, dossier)
    ask = next(act for act in page["acts"] if act["verb"] == "ask_applicant")
    kind = next(kind for kind in ask["kinds"] if kind["kind"] == "replace")
    item = {"target": "title", "action": "replace", "reason": kind["reasons"][0]["code"], "note": "Page 2 illisible"}
    assert "title" in {target["target"] for target in page["targets"] if target["is_document"]}
    with world.acting_as(CLERK) as clerk:
        clerk.call("ask_applicant", p_dossier=dossier, p_kind="replace", p_items=[item], p_note="Merci")
    after = read(world, CLERK, dossier)
    assert after["head"]["state"] == "COMPLEMENT_REQUESTED" and after["clock"]["legal"]["state"] == "suspended"
    assert after["requests"][0]["items"][0]["label"]["ar"] and after["requests"][0]["items"][0]["reason_label"]["fr"]
    assert verbs(after) & {"act", "ask_applicant", "acknowledge_request"} == {"acknowledge_request"}


def test_a_declared_interest_leaves_reading_and_no_act(world, dossier):
    with world.acting_as(CLERK) as clerk:
        clerk.call("declare_interest", p_dossier=dossier, p_reason="Voisin")
    page = read(world, CLERK, dossier)
    assert page["acts"] == [] and page["interest"] and page["head"]["number"]
    assert verbs(read(world, f"second clerk of {COMMUNE}", dossier))


def test_a_consulted_service_reads_neither_identity_nor_contact(world, dossier):
    ask_service(world, dossier, "technical")
    staff, service = read(world, CLERK, dossier), read(world, f"technical of {COMMUNE}", dossier)
    assert any(document["identity"] for document in staff["documents"]), "there is one to hide"
    assert service["documents"] and not any(document["identity"] for document in service["documents"])
    shown = {field["id"] for step in service["summary"] for field in step["fields"]}
    assert {"app_cin", "app_phone"} <= {field["id"] for step in staff["summary"] for field in step["fields"]}
    assert shown and not shown & {"app_cin", "app_phone", "app_address", "app_email"}
    assert service["head"]["owner_name"] and not service["full"]


@pytest.mark.parametrize("person", ["clerk of Aoulouz", f"technical of {COMMUNE}", "citizen Fatima", "citizen Brahim"])
def test_the_desk_is_closed_to_others(world, dossier, person):
    assert read(world, CLERK, dossier)["head"]["id"] == str(dossier)
    with refused("SEEN1"):
        read(world, person, dossier)


def test_the_governor_counts_each_commune(world, dossier):
    today = world.owner.value("select app.today(%s)", world.commune(COMMUNE))
    world.owner.run("update app.dossier set legal_end = %s, silence_on = %s where id = %s", today - timedelta(days=4), today, dossier)
    other = filing.deposited(world, "citizen Brahim", "Aoulouz")
    world.owner.run("update app.dossier set legal_end = %s where id = %s", today + timedelta(days=2), other)
    with world.acting_as(GOVERNOR) as governor:
        board = governor.call("governor_board", p_province=None)
    lines = {commune["name_fr"]: commune for commune in board["communes"]}
    here, there = lines[COMMUNE], lines["Aoulouz"]
    assert (here["open"], here["late"], here["silence"], here["oldest_late"]) == (1, 1, 1, 4)
    assert (there["open"], there["late"], there["this_week"]) == (1, 0, 1)
    assert board["communes"][0]["name_fr"] == COMMUNE, "who is late comes first"
    assert {"role": "clerk", "late": 1} in board["late_by_holder"]


def test_a_decision_after_midnight_counts_on_the_day_of_morocco(world, dossier):
    """In that July Morocco was an hour ahead of the database's own zone: the last hour of the tenth is the eleventh already."""
    world.owner.run("update app.commune set is_demonstration = true, clock_offset = '2025-07-20 12:00+01' - now()")
    world.owner.run(
        """update app.dossier set state = 'DELIVERED', complete_on = '2025-07-01', legal_end = '2025-07-10',
                  decided_at = '2025-07-10 23:30+00', closed_at = '2025-07-10 23:30+00' where id = %s""",
        dossier,
    )
    with world.acting_as(GOVERNOR) as governor:
        board = governor.call("governor_board", p_province=None)
    here = next(commune for commune in board["communes"] if commune["name_fr"] == COMMUNE)
    assert (here["decided"], here["after_the_end"], here["median_days"]) == (1, 1, 10)


def test_the_board_is_the_governors(world, dossier):
    with refused("ROLE1"), world.acting_as(PRESIDENT) as president:
        president.call("governor_board")


def test_copies_reach_their_recipient_and_are_marked_as_read(world, dossier):
    world.owner.run(
        "insert into app.copy_sent (dossier_id, recipient, due_on, sent_at) values (%s, 'local_authority', current_date, now())", dossier
    )
    person = f"local authority of {COMMUNE}"
    with world.acting_as(person) as authority:
        page = authority.call("copies_received")
        assert page["unseen"] == 1
        authority.call("see_copy", p_copy=page["rows"][0]["id"])
        assert authority.call("copies_received")["rows"] == []
        assert authority.call("copies_received", p_unseen_only=False)["rows"][0]["seen_by"]["fr"]
    with world.acting_as("local authority of Aoulouz") as stranger:
        assert stranger.call("copies_received", p_unseen_only=False)["rows"] == []


def test_the_cashier_sees_what_is_to_be_collected(world, dossier):
    world.owner.run("update app.dossier set state = 'APPROVED_PENDING_FEES' where id = %s", dossier)
    world.owner.run(
        "insert into app.fee_order (dossier_id, number, lines, total, created_at) values (%s, 'TEST-O1', '[]', 30000, now())", dossier
    )
    with world.acting_as(f"cashier of {COMMUNE}") as cashier:
        assert [order["number"] for order in cashier.call("orders_to_collect")] == ["TEST-O1"]
    for stranger in (CLERK, "cashier of Aoulouz"):
        with world.acting_as(stranger) as actor:
            assert actor.call("orders_to_collect") == []


def test_home_tells_each_person_what_waits(world, dossier):
    with world.acting_as(CLERK) as clerk:
        [line] = clerk.call("home")["communes"]
    assert line["mine"] == 1 and line["name_fr"] == COMMUNE
    with world.acting_as("citizen Fatima") as citizen:
        home = citizen.call("home")
    assert home["communes"] == [] and home["applicant"]["open"] == 1
