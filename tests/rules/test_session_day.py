"""The day of a session: attendance, guests, quorum, closing, cancelling, two secretaries at once."""

import threading

import psycopg
import pytest

from tests.sitting import MEMBERS, SECRETARY, Sitting, on_agenda
from tests.world import World, refused


@pytest.fixture
def sitting(world):
    return Sitting(world)


# -- attendance, guests, quorum --------------------------------------------------------------------------------------------


def test_who_came_for_which_body_and_by_which_act(sitting):
    session = sitting.convene(sitting.dossier())
    deputy = sitting.world.person("second member agency of Taroudannt")
    sitting.mark(session, "member_agency", p_person=deputy, p_mandate=" Décision n° 12 ")
    sitting.mark(session, "member_province", "remote")
    members = {line["role"]: line for line in sitting.page(session)["members"]}
    agency = members["member_agency"]
    assert (agency["status"], agency["person"], agency["mandate"]) == ("present", str(deputy), "Décision n° 12")
    assert {one["id"] for one in agency["people"]} == {str(deputy), str(sitting.world.person(MEMBERS["member_agency"]))}
    assert members["member_province"]["status"] == "remote" and members["member_commune"]["status"] is None
    sitting.mark(session, "member_agency", "absent")
    assert {line["role"]: line for line in sitting.page(session)["members"]}["member_agency"]["status"] == "absent"


def test_attendance_refuses_what_cannot_be(sitting):
    session, stranger = sitting.convene(sitting.dossier()), sitting.world.person("member commune of Aoulouz")
    with refused("SESS7"):
        sitting.mark(session, "member_agency", "asleep")
    with refused("SESS7"):
        sitting.mark(session, "member_agency", p_person=stranger)
    with refused("SEAT2"):
        sitting.mark(session, "member_civil_protection")
    left = sitting.world.join("citizen Ali", "member_agency", "Taroudannt", valid_to="2020-01-01")
    assert left
    with refused("SESS7"):
        sitting.mark(session, "member_agency", p_person=sitting.world.person("citizen Ali"))


def test_a_committee_that_sits_in_one_room_knows_no_remote_member(sitting):
    sitting.rules(remote=False)
    session = sitting.convene(sitting.dossier())
    with refused("SESS7"):
        sitting.mark(session, "member_agency", "remote")


def test_nobody_comes_before_they_were_called(sitting):
    with refused("SESS2"):
        sitting.mark(sitting.plan(sitting.dossier()), "member_agency")


def test_guests_are_heard_named_and_taken_off_again(sitting):
    session = sitting.plan(sitting.dossier())
    for name, quality in (("Samira Benali", "Architecte"), ("Ali Naciri", "Géomètre")):
        sitting.do("add_guest", p_session=session, p_name=f" {name} ", p_quality=quality)
    sitting.do("remove_guest", p_session=session, p_name="Ali Naciri", p_quality="Géomètre")
    assert sitting.page(session)["session"]["guests"] == [{"name": "Samira Benali", "quality": "Architecte"}]
    with refused("SESS7"):
        sitting.do("add_guest", p_session=session, p_name="Sans qualité", p_quality=" ")
    assert sitting.page(session)["quorum"]["members"] == 3  # a guest is not counted


@pytest.mark.parametrize("rule, needed", [("all", 3), ("majority", 2), (1, 1), (9, 3)])
def test_a_session_opens_with_its_quorum_and_not_before(sitting, rule, needed):
    sitting.rules(quorum=rule)
    session = sitting.convene(sitting.dossier())
    for number, role in enumerate(MEMBERS):
        assert sitting.page(session)["quorum"] == {"present": number, "needed": needed, "members": 3, "met": number >= needed}
        if number < needed:
            with refused("SESS5") as said:
                sitting.do("open_session", p_session=session)
            assert f"{number} " in said.fr and f" {needed}" in said.fr
        sitting.mark(session, role, "remote" if number else "present")
    sitting.do("open_session", p_session=session)
    assert sitting.page(session)["session"]["state"] == "open"


def test_an_absent_or_occasional_member_does_not_make_the_quorum(sitting):
    sitting.rules(quorum=1)
    sitting.world.person("member rail of Taroudannt")
    session = sitting.convene(sitting.dossier(land_near=["railway"]))
    sitting.mark(session, "member_rail")
    sitting.mark(session, "member_agency", "absent")
    assert sitting.page(session)["quorum"] == {"present": 0, "needed": 1, "members": 3, "met": False}


def test_a_session_whose_dossiers_were_all_postponed_does_not_open(sitting):
    sitting.rules(quorum="all")
    dossier = sitting.dossier()
    session = sitting.convene(dossier)
    sitting.do("postpone_item", p_session=session, p_dossier=dossier, p_note="Pièce manquante")
    with refused("SESS4"):
        sitting.do("open_session", p_session=session)


# -- closing, cancelling ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule, state, told",
    [("wait", "COMMISSION_SCHEDULED", 0), ("escalate", "COMMISSION_SCHEDULED", 1), ("proceed", "OPINIONS_COLLECTED", 0)],
)
def test_when_the_session_is_over_a_missing_opinion_follows_the_rule_for_absences(sitting, rule, state, told):
    sitting.world.person("governor of Taroudannt")
    sitting.rules(absence=rule)
    dossier = sitting.dossier()
    session = sitting.open(dossier, absent=["member_agency"])
    for role in ("member_commune", "member_province"):
        sitting.give(dossier, role)
    sitting.do("close_session", p_session=session)
    assert on_agenda(sitting.page(session), "examined") == [str(dossier)]
    assert sitting.state(dossier) == state
    assert sitting.told("governor of Taroudannt").count("opinion_missing") == told


def test_an_opinion_that_comes_after_the_session_completes_the_round(sitting):
    dossier = sitting.dossier()
    sitting.do("close_session", p_session=sitting.open(dossier, absent=["member_agency"]))
    for role in MEMBERS:
        assert sitting.state(dossier) == "COMMISSION_SCHEDULED"
        sitting.give(dossier, role)
    assert sitting.state(dossier) == "OPINIONS_COLLECTED"
    assert sitting.told(SECRETARY).count("opinions_collected") == 1


def test_opinions_that_are_all_in_need_no_session(sitting):
    dossier = sitting.dossier()
    for role in MEMBERS:
        sitting.give(dossier, role)
    assert sitting.state(dossier) == "OPINIONS_COLLECTED"
    (line,) = sitting.calendar()["waiting"]
    assert (line["opinions"], line["seats"]) == (3, 3)


def test_a_cancelled_session_gives_its_dossiers_back_and_says_why(sitting):
    dossier = sitting.dossier()
    session = sitting.convene(dossier)
    with refused("SESS9"):
        sitting.do("cancel_session", p_session=session, p_reason="")
    sitting.do("cancel_session", p_session=session, p_reason="Intempéries")
    assert sitting.state(dossier) == "IN_STUDY"
    agency = MEMBERS["member_agency"]
    assert sitting.told(agency).count("session_cancelled") == 1
    page = sitting.page(session, agency)  # whoever was called may read why it does not take place
    assert (page["session"]["state"], page["session"]["reason"]) == ("cancelled", "Intempéries")
    assert sitting.page(session)["acts"] == []
    again = sitting.plan(dossier, days=8)
    assert on_agenda(sitting.page(again)) == [str(dossier)]
    for act in ("convene_session", "open_session", "close_session"):
        with refused("SESS2"):
            sitting.do(act, p_session=session)
    with refused("SESS2"):
        sitting.do("cancel_session", p_session=session, p_reason="encore")


def test_cancelling_leaves_alone_what_was_postponed_to_another_session(sitting):
    dossier = sitting.dossier()
    first = sitting.convene(dossier)
    sitting.do("postpone_item", p_session=first, p_dossier=dossier, p_note="À la prochaine")
    second = sitting.plan(dossier, days=10)
    sitting.do("cancel_session", p_session=first, p_reason="Plus rien à examiner")
    assert sitting.state(dossier) == "COMMISSION_SCHEDULED" and on_agenda(sitting.page(second)) == [str(dossier)]
    assert sitting.page(first)["agenda"][0]["note"] == "À la prochaine"


def test_a_cancelled_plan_is_told_to_nobody(sitting):
    session = sitting.plan(sitting.dossier())
    sitting.do("cancel_session", p_session=session, p_reason="Erreur de date")
    assert "session_cancelled" not in sitting.told(MEMBERS["member_agency"])


# -- two at once -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def committed(open_world):
    """A city's own committee, committed: two secretaries, each on a connection of their own."""
    city = "Khouribga"
    committee = Sitting(open_world, {"member_commune": f"member commune of {city}"}, f"secretary of {city}", city, city)
    open_world.person(f"second secretary of {city}")
    return committee


def both(committee, first, second):
    """Two acts [(who, function, params)] started together; the codes with which they were refused, None for the one that passed."""
    codes, together = [None, None], threading.Barrier(2)

    def act(place, who, function, params):
        other = World(committee.world.backend, committed=True)
        other._people = committee.world._people
        try:
            together.wait()
            with other.acting_as(who) as actor:
                actor.call(function, **params)
        except psycopg.Error as error:
            codes[place] = error.sqlstate
        finally:
            other.connection.close()

    threads = [threading.Thread(target=act, args=(place, *given)) for place, given in enumerate((first, second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return codes


def test_two_secretaries_convene_once(committed):
    session = committed.plan(committed.dossier())
    second = committed.secretary.replace("secretary", "second secretary")
    codes = both(
        committed, (committed.secretary, "convene_session", {"p_session": session}), (second, "convene_session", {"p_session": session})
    )
    assert sorted(codes, key=str) == [None, "SESS2"]
    assert committed.told(committed.members["member_commune"]).count("convened") == 1


def test_two_secretaries_list_a_dossier_on_two_agendas_and_one_is_told(committed):
    second = committed.secretary.replace("secretary", "second secretary")
    for _ in range(5):
        dossier = committed.dossier()
        sessions = [committed.plan(), committed.plan(days=9)]
        codes = both(
            committed,
            (committed.secretary, "set_agenda", {"p_session": sessions[0], "p_dossiers": [dossier]}),
            (second, "set_agenda", {"p_session": sessions[1], "p_dossiers": [dossier]}),
        )
        assert sorted(codes, key=str) == [None, "SESS6"]
        listed = committed.world.owner.value("select count(*) from app.agenda_item where dossier_id = %s and state = 'listed'", dossier)
        assert listed == 1
