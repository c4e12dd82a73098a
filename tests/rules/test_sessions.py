"""Planning a committee's session: its rules, its agenda, convening its members, and what each refuses."""

from datetime import datetime, timedelta

import pytest

from components.permits.texts import MOROCCO
from tests import building
from tests.sitting import COMMUNE, MEMBERS, SECRETARY, Sitting, on_agenda
from tests.world import refused


@pytest.fixture
def sitting(world):
    return Sitting(world)


# -- planning and the committee's rules ------------------------------------------------------------------------------------


def test_a_session_is_planned_with_its_hour_and_a_place_or_a_link(sitting):
    session = sitting.plan(place=" Salle 2 ")
    with sitting.world.acting_as(SECRETARY) as secretary:
        remote = secretary.call(
            "plan_session", p_organisation=sitting.body, p_held_at=sitting.hour(days=9), p_link="https://meet.example/a"
        )
    planned = {line["id"]: line for line in sitting.calendar()["sessions"]}
    assert planned[str(session)]["place"] == "Salle 2" and planned[str(session)]["state"] == "planned"
    assert planned[str(remote)]["link"] == "https://meet.example/a"


@pytest.mark.parametrize(
    "given, code",
    [
        ({"p_held_at": None, "p_place": "Salle"}, "SESS7"),
        ({"p_held_at": "1999-01-01T10:00Z", "p_place": "Salle"}, "SESS7"),
        ({"p_held_at": "2030-01-01T10:00Z", "p_place": " ", "p_link": ""}, "SESS7"),
        ({"p_held_at": "2030-01-01T10:00Z", "p_link": "javascript:alert(1)"}, "LINK3"),
        ({"p_held_at": "2030-01-01T10:00Z", "p_link": "https://"}, "LINK3"),
        ({"p_held_at": "2030-01-01T10:00Z", "p_place": "a" * 5001}, "LONG9"),
    ],
)
def test_a_session_without_hour_place_or_a_true_link_is_refused(sitting, given, code):
    with refused(code):
        sitting.do("plan_session", p_organisation=sitting.body, **given)
    session = sitting.plan()
    with refused(code):
        sitting.do("move_session", p_session=session, **given)


def test_a_planned_session_moves_and_a_convened_one_does_not(sitting):
    session = sitting.plan(sitting.dossier())
    sitting.do("move_session", p_session=session, p_held_at=sitting.hour(days=5), p_place="Autre salle")
    page = sitting.page(session)
    assert page["session"]["place"] == "Autre salle" and "move" in page["acts"]
    sitting.do("convene_session", p_session=session)
    assert "move" not in sitting.page(session)["acts"]
    with refused("SESS2"):
        sitting.do("move_session", p_session=session, p_held_at=sitting.hour(days=6), p_place="Salle")


@pytest.mark.parametrize(
    "wrong",
    [
        {"quorum": "some"}, {"quorum": 0}, {"sealing": "majority"}, {"absence": "agree"}, {"notice_hours": -1}, {"notice_hours": "soon"},
        {"remote": "yes"}, {"weekday": 6}, {"time": "29:00"}, {"time": "10h"}, {"place": 3}, {"colour": "red"},
    ],
)  # fmt: skip
def test_a_rule_with_an_unknown_value_is_refused(sitting, wrong):
    with refused("SESS8"):
        sitting.rules(**wrong)


def test_a_rule_may_not_lead_elsewhere_than_to_the_web(sitting):
    with refused("LINK3"):
        sitting.rules(link="file:///etc/passwd")


def test_the_rules_are_those_of_the_installation_under_those_of_the_body(sitting):
    assert sitting.calendar()["bodies"][0]["own"] == {}
    sitting.rules(quorum=2, weekday=3, time="09:30")
    (body,) = sitting.calendar()["bodies"]
    assert body["own"] == {"quorum": 2, "weekday": 3, "time": "09:30"}
    assert (body["settings"]["quorum"], body["settings"]["absence"], body["settings"]["confidence"]) == (2, "escalate", "U")


def test_an_administrator_above_the_body_sets_its_rules_and_strangers_do_not(sitting):
    sitting.do("set_committee", "administrator of Taroudannt province", p_organisation=sitting.body, p_settings={"quorum": "all"})
    for stranger, code in (
        ("secretary of Taroudannt", "ROLE1"), (MEMBERS["member_agency"], "ROLE1"), ("nobody", "42501"),
    ):  # fmt: skip
        with refused(code):
            sitting.do("set_committee", stranger, p_organisation=sitting.body, p_settings={})


def test_the_next_hour_is_the_committees_own_and_never_a_day_off_or_one_taken(sitting):
    sitting.rules(weekday=3, time="09:30", notice_hours=24)
    proposed = datetime.fromisoformat(sitting.calendar()["bodies"][0]["proposed"]).astimezone(MOROCCO)
    assert (proposed.isoweekday(), proposed.strftime("%H:%M")) == (3, "09:30")
    assert timedelta(hours=24) < proposed - sitting.hour() <= timedelta(days=22)
    sitting.do("plan_session", p_organisation=sitting.body, p_held_at=proposed, p_place="Salle")
    sitting.world.owner.run(
        """insert into app.holiday (day, name_fr, name_ar, category, status, source)
           values (%s, 'fermeture', 'تعطيل', 'exceptional', 'confirmed', 'décret') on conflict do nothing""",
        proposed.date() + timedelta(days=7),
    )
    after = datetime.fromisoformat(sitting.calendar()["bodies"][0]["proposed"]).astimezone(MOROCCO)
    assert after.date() >= proposed.date() + timedelta(days=14) and after.isoweekday() == 3


def test_every_rule_says_how_sure_its_proposed_value_is(sitting):
    calendar = sitting.calendar()
    about = calendar["defaults"]["about"]
    assert {rule: one["confidence"] for rule, one in about.items()} == {
        "quorum": "U", "absence": "U", "sealing": "U", "notice_hours": "C", "remote": "C", "weekday": "C",
    }  # fmt: skip
    assert "about" not in calendar["bodies"][0]["settings"]


# -- the agenda ------------------------------------------------------------------------------------------------------------


def test_the_agenda_is_proposed_most_urgent_first_and_kept_in_the_order_given(sitting):
    late, later = sitting.dossier(), sitting.dossier()
    sitting.world.owner.run("update app.task set due_on = due_on - 2 where dossier_id = %s", later)
    session = sitting.plan()
    assert [str(one) for one in sitting.do("propose_agenda", p_session=session)] == [later, late]
    sitting.list(session, late, later)
    assert on_agenda(sitting.page(session)) == [str(late), str(later)]
    sitting.list(session, later, late)
    assert on_agenda(sitting.page(session)) == [str(later), str(late)]
    assert sitting.state(late) == sitting.state(later) == "COMMISSION_SCHEDULED"


def test_a_dossier_named_twice_stands_once(sitting):
    one, two = sitting.dossier(), sitting.dossier()
    session = sitting.plan(one, two, one)
    assert on_agenda(sitting.page(session)) == [str(one), str(two)]


def test_a_dossier_taken_off_waits_again(sitting):
    kept, dropped = sitting.dossier(), sitting.dossier()
    session = sitting.plan(kept, dropped)
    assert {line["id"]: line["session"] for line in sitting.calendar()["waiting"]} == {str(kept): str(session), str(dropped): str(session)}
    sitting.list(session, kept)
    assert sitting.state(dropped) == "IN_STUDY"
    assert {line["id"]: line["session"] for line in sitting.page(session)["waiting"]} == {str(kept): str(session), str(dropped): None}


def test_a_dossier_stands_on_one_agenda_only(sitting):
    dossier = sitting.dossier()
    first, second = sitting.plan(dossier), sitting.plan(days=9)
    assert sitting.do("propose_agenda", p_session=second) == []
    with refused("SESS6"):
        sitting.list(second, dossier)
    sitting.list(first)
    sitting.list(second, dossier)
    assert on_agenda(sitting.page(second)) == [str(dossier)]


def test_a_dossier_of_another_committee_or_not_before_one_is_refused(sitting):
    city = Sitting(sitting.world, {"member_commune": "member commune of Taroudannt"}, "secretary of Taroudannt", "Taroudannt", "Taroudannt")
    elsewhere = city.dossier()
    assert [line["id"] for line in city.calendar()["waiting"]] == [str(elsewhere)]
    session = sitting.plan()
    for dossier in (elsewhere, building.draft(sitting.world, "citizen Fatima", COMMUNE)):
        with refused("SESS6"):
            sitting.list(session, dossier)
    assert city.list(city.plan(), elsewhere) is None


def test_a_change_of_a_convened_agenda_is_told_to_the_members_and_a_change_of_order_is_not(sitting):
    one, two, three = sitting.dossier(), sitting.dossier(), sitting.dossier()
    session = sitting.convene(one, two)
    sitting.list(session, two, one)
    assert "agenda_changed" not in sitting.told(MEMBERS["member_agency"])
    sitting.list(session, two, one, three)
    assert sitting.told(MEMBERS["member_agency"]).count("agenda_changed") == 1


def test_a_postponed_dossier_keeps_its_reason_and_may_stand_elsewhere(sitting):
    kept, postponed = sitting.dossier(), sitting.dossier()
    session = sitting.convene(kept, postponed)
    with refused("SESS9"):
        sitting.do("postpone_item", p_session=session, p_dossier=postponed, p_note="  ")
    sitting.do("postpone_item", p_session=session, p_dossier=postponed, p_note="Plan de masse illisible")
    assert sitting.state(postponed) == "IN_STUDY"
    with refused("SESS6"):
        sitting.do("postpone_item", p_session=session, p_dossier=postponed, p_note="encore")
    other = sitting.plan(postponed, days=10)
    sitting.list(session, kept)  # a new order of the first session leaves the second alone
    page = sitting.page(session)
    assert on_agenda(page, "postponed") == [str(postponed)] and page["agenda"][-1]["note"] == "Plan de masse illisible"
    assert on_agenda(sitting.page(other)) == [str(postponed)] and sitting.state(postponed) == "COMMISSION_SCHEDULED"


# -- convening -------------------------------------------------------------------------------------------------------------


def test_members_are_called_in_time_and_read_the_session(sitting):
    dossier = sitting.dossier()
    session = sitting.plan(dossier)
    agency = MEMBERS["member_agency"]
    assert sitting.calendar(agency)["sessions"] == []
    with refused("SEEN1"):
        sitting.page(session, agency)
    sitting.do("convene_session", p_session=session)
    for who in MEMBERS.values():
        assert sitting.told(who).count("convened") == 1
        page = sitting.page(session, who)
        assert page["acts"] == [] and not page["is_secretary"] and page["waiting"] == []
        assert on_agenda(page) == [str(dossier)] and page["members"][0]["people"] is None
    assert [line["id"] for line in sitting.calendar(agency)["sessions"]] == [str(session)]
    with refused("SESS2"):
        sitting.do("convene_session", p_session=session)


def test_the_notice_is_kept_to_the_hour(sitting):
    sitting.rules(notice_hours=72)
    session = sitting.plan(sitting.dossier())
    sitting.do("move_session", p_session=session, p_held_at=sitting.hour(hours=71), p_place="Salle")
    with refused("SESS3") as said:
        sitting.do("convene_session", p_session=session)
    assert "72" in said.fr and "72" in said.ar
    sitting.do("move_session", p_session=session, p_held_at=sitting.hour(hours=73), p_place="Salle")
    sitting.do("convene_session", p_session=session)


def test_an_empty_agenda_calls_nobody(sitting):
    with refused("SESS4"):
        sitting.do("convene_session", p_session=sitting.plan())


def test_rules_changed_after_convening_do_not_touch_that_session(sitting):
    sitting.rules(quorum=1)
    session = sitting.convene(sitting.dossier())
    sitting.rules(quorum="all")
    assert sitting.page(session)["quorum"]["needed"] == 1
    assert sitting.page(sitting.plan(sitting.dossier()))["quorum"]["needed"] == 3


def test_a_member_reads_the_dossiers_of_their_seats_only(sitting):
    world = sitting.world
    world.person("member commune of Aoulouz")
    mine, theirs = sitting.dossier(), building.seated(world, "citizen Brahim", "Aoulouz")
    session = sitting.convene(mine, theirs)
    page = sitting.page(session, MEMBERS["member_commune"])
    assert on_agenda(page) == [str(mine)] and page["others"] == 1
    assert on_agenda(sitting.page(session, MEMBERS["member_agency"])) == [str(mine), str(theirs)]
    with refused("SEEN1"):
        sitting.page(session, "member commune of Irherm")


# -- who may ----------------------------------------------------------------------------------------------------------------

ACTS = {
    "propose_agenda": {}, "set_agenda": {"p_dossiers": []}, "convene_session": {}, "open_session": {}, "close_session": {},
    "cancel_session": {"p_reason": "non"}, "add_guest": {"p_name": "A", "p_quality": "B"},
    "remove_guest": {"p_name": "A", "p_quality": "B"},
    "move_session": {"p_held_at": "2030-01-01T10:00Z", "p_place": "Salle"}, "postpone_item": {"p_dossier": None, "p_note": "non"},
    "mark_attendance": {"p_role": "member_agency", "p_organisation": None, "p_status": "present"},
}  # fmt: skip


@pytest.mark.parametrize(
    "who", ["secretary of Taroudannt", "member agency of Taroudannt", f"president of {COMMUNE}", f"clerk of {COMMUNE}"]
)
def test_only_the_secretariat_of_the_body_acts(sitting, who):
    session = sitting.convene(sitting.dossier())
    for act, more in ACTS.items():
        with refused("ROLE1"):
            sitting.do(act, who, p_session=session, **more)
    with refused("ROLE1"):
        sitting.do("plan_session", who, p_organisation=sitting.body, p_held_at=sitting.hour(days=3), p_place="Salle")


def test_a_session_that_does_not_exist_is_not_found(sitting):
    for act, more in ACTS.items():
        with refused("SEEN1"):
            sitting.do(act, p_session="00000000-0000-4000-8000-000000000000", **more)
    with refused("SEEN1"):
        sitting.page("00000000-0000-4000-8000-000000000000")


def test_a_secretary_whose_membership_is_over_acts_no_more(sitting):
    session = sitting.plan(sitting.dossier())
    person = sitting.world.person(SECRETARY)
    sitting.world.owner.run("update app.membership set valid_to = current_date - 1 where person_id = %s", person)
    with refused("ROLE1"):
        sitting.do("convene_session", p_session=session)
    assert sitting.calendar()["bodies"] == []
