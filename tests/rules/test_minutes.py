"""The minutes: drawn once, one signature per seat, sealed when the rule is met and not before, compared with what each member signed."""

import pytest
from psycopg.types.json import Jsonb

from tests import hall
from tests.hall import AGENCY, COMMUNE, MEMBERS, NETWORK, PLACE, PRESIDENT, SECRETARY, STATE, give, seats, sign_minutes
from tests.world import refused


@pytest.fixture
def world(seated_world):
    return seated_world


@pytest.fixture
def dossier(world):
    """All five opinions are in."""
    hall.set_rules(world, sealing=3)
    for who in MEMBERS:
        give(world, who, world.dossier, "unfavourable" if who == NETWORK else "favourable")
    return world.dossier


@pytest.fixture
def paper(world, dossier):
    return hall.minutes(world, dossier)


def row(world, paper):
    return world.owner.rows("select * from app.paper where id = %s", paper)[0]


def verified(world, paper, who=SECRETARY):
    with world.acting_as(who) as reader:
        return reader.call("verify_minutes", p_paper=paper)


def test_the_minutes_carry_a_line_per_seat_with_what_proves_each_opinion(world, dossier, paper):
    data = row(world, paper)["data"]
    assert len(data["members"]) == len(data["opinions"]) == 5 and data["round"] == 1
    for line in data["opinions"]:
        assert line["outcome"] and line["canonical"] and line["digest"] and line["cms"] == hall.CMS and line["certificate_pem"]
    assert data["sealing"] == {"rule": 3, "needed": 3}
    assert not any("cms" in line or "canonical" in line for line in data["members"])
    words = world.owner.value("select app.wording('{}', 'minutes') -> 'conclusions'")
    assert data["conclusion"] == words["divided"], "dissent is kept"


def test_they_are_drawn_once_by_the_secretariat_when_all_opinions_are_in(world):
    dossier = world.dossier
    with world.acting_as(SECRETARY) as secretary:
        with refused("MINU1"):
            secretary.call("draw_minutes", p_dossier=dossier)
    for who in MEMBERS:
        give(world, who, dossier)
    for who, code in (
        (AGENCY, "ROLE1"),
        (PRESIDENT, "ROLE1"),
        (f"secretary of {PLACE}", "ROLE1"),
        ("secretary of Tiznit province", "SEEN1"),
    ):
        with world.acting_as(who) as other, refused(code):
            other.call("draw_minutes", p_dossier=dossier)
    hall.minutes(world, dossier)
    with world.acting_as(SECRETARY) as secretary, refused("MINU2"):
        secretary.call("draw_minutes", p_dossier=dossier)


def test_minutes_that_could_not_be_drawn_are_drawn_again(world, dossier):
    with world.acting_as(SECRETARY) as secretary:
        failed = secretary.call("draw_minutes", p_dossier=dossier)
        world.owner.value("select app.paper_rendered(%s, %s)", failed, Jsonb({"fault": "police absente"}))
        again = secretary.call("draw_minutes", p_dossier=dossier)
    assert row(world, failed)["state"] == "withdrawn" and again != failed


def test_under_a_rule_of_three_two_signatures_do_not_seal_and_three_do(world, dossier, paper):
    for who in (COMMUNE, STATE):
        sign_minutes(world, who, paper)
    with world.acting_as(SECRETARY) as secretary, refused("MINU4") as said:
        secretary.call("seal_minutes", p_paper=paper)
    assert (said.params["signed"], said.params["needed"]) == (2, 3)
    assert row(world, paper)["state"] == "ready" and hall.file(world, dossier)["state"] == "OPINIONS_COLLECTED"
    sign_minutes(world, AGENCY, paper)
    for who, code in ((AGENCY, "ROLE1"), (PRESIDENT, "ROLE1"), ("secretary of Tiznit province", "SEEN1")):
        with world.acting_as(who) as other, refused(code):
            other.call("seal_minutes", p_paper=paper)
    hall.seal(world, paper)
    assert row(world, paper)["state"] == "published"
    assert (hall.file(world, dossier)["step"], hall.file(world, dossier)["state"]) == ("decision", "DECISION_PENDING")
    with world.acting_as(SECRETARY) as secretary, refused("MINU5"):
        secretary.call("seal_minutes", p_paper=paper)
    with world.acting_as(NETWORK) as late, refused("MINU5"):
        late.call("prepare_minutes", p_paper=paper)


def test_the_rule_of_the_session_holds_even_when_the_committee_changes_it_later(world):
    dossier = world.dossier
    hall.set_rules(world, sealing=2)
    held = hall.convene(world, dossier)
    for who in MEMBERS:
        give(world, who, dossier)
    hall.hold(world, held)
    hall.set_rules(world, sealing="all")
    assert row(world, hall.minutes(world, dossier))["data"]["sealing"] == {"rule": 2, "needed": 2}


def test_a_rule_that_is_no_number_of_signatures_is_refused(world):
    with world.acting_as(SECRETARY) as secretary:
        for settings in (
            {"sealing": 0},
            {"sealing": "none"},
            {"sealing": -1},
            {"sealing": None},
            {"sealing": [3]},
            {"quorum": 0},
            {"absence": "deem"},
        ):
            with refused("SESS8"):
                secretary.call("set_committee", p_organisation=hall.body(world), p_settings=settings)


def test_a_member_signs_once_and_the_second_of_two_at_once_signs_the_newer_revision(world, paper):
    first, second = hall.prepare(world, COMMUNE, paper), hall.prepare(world, AGENCY, paper)
    hall.put_signature(world, COMMUNE, first)
    with refused("MINU3"):
        hall.put_signature(world, AGENCY, second)  # the first is being embedded
    hall.embed(world, first)
    with refused("MINU3"):
        hall.put_signature(world, AGENCY, second)  # prepared on the revision before
    for again in (lambda: hall.prepare(world, COMMUNE, paper), lambda: hall.put_signature(world, COMMUNE, first)):
        with refused("SIGN3"):
            again()
    third = hall.prepare(world, AGENCY, paper)
    assert third["signature"] != second["signature"] and third["revision"] != second["revision"]
    hall.put_signature(world, AGENCY, third)
    hall.embed(world, third)
    assert world.owner.value("select app.signed_seats(%s)", paper) == 2


def test_a_forged_signature_counts_for_nothing_and_its_member_signs_again(world, paper):
    forged = hall.prepare(world, AGENCY, paper)
    hall.put_signature(world, AGENCY, forged)
    before = row(world, paper)["storage_path"]
    hall.embed(world, forged, ok=False)
    assert world.owner.value("select app.signed_seats(%s)", paper) == 0 and row(world, paper)["storage_path"] == before
    sign_minutes(world, AGENCY, paper)
    assert world.owner.value("select app.signed_seats(%s)", paper) == 1


def test_only_a_digest_that_was_prepared_for_this_seat_is_signed(world, paper):
    mine, other = hall.prepare(world, AGENCY, paper), hall.prepare(world, COMMUNE, paper)
    with refused("SIGN2"):
        hall.put_signature(world, AGENCY, mine | {"digest": other["digest"]})
    with refused("SIGN2"):
        hall.put_signature(world, AGENCY, mine | {"digest": None})
    with refused("SEAT1"):
        hall.put_signature(world, AGENCY, other)
    with world.acting_as(AGENCY) as member, refused("SIGN4"):
        member.call("sign_minutes", p_signature=mine["signature"], p_digest=mine["digest"], p_cms=hall.CMS, p_key=hall.key(world, COMMUNE))


def test_nobody_but_the_members_named_in_the_minutes_signs_them(world, paper):
    for who, code in (
        (SECRETARY, "SEAT1"), (PRESIDENT, "SEAT1"), ("member agency of Tiznit", "SEEN1"), ("member commune of Aoulouz", "SEEN1"),
        ("citizen Fatima", "SEAT1"),
    ):  # fmt: skip
        with world.acting_as(who) as other, refused(code):
            other.call("prepare_minutes", p_paper=paper)
    with world.acting_as(AGENCY) as member:
        assert [line["paper"] for line in member.call("minutes_to_sign")] == [str(paper)]
        member.call("declare_interest", p_dossier=world.dossier, p_reason="Voisin")
        assert member.call("minutes_to_sign") == []
        with refused("INTR1"):
            member.call("prepare_minutes", p_paper=paper)


def test_a_member_whose_function_ended_since_the_minutes_were_opened_signs_no_more(world, paper):
    opened = hall.prepare(world, AGENCY, paper)
    world.owner.run("update app.membership set valid_to = '2001-01-01' where person_id = %s", world.person(AGENCY))
    world.person(f"second {AGENCY}")
    with refused("SEEN1"):
        hall.put_signature(world, AGENCY, opened)
    with refused("SEAT1"):
        hall.put_signature(world, f"second {AGENCY}", opened)
    sign_minutes(world, f"second {AGENCY}", paper)
    assert world.owner.value("select signer_id from app.seat_signature where paper_id = %s and state = 'valid'", paper) == world.person(
        f"second {AGENCY}"
    )


@pytest.mark.parametrize(
    "change",
    [
        "update app.opinion set outcome = 'favourable' where id = %s",
        "update app.opinion set reasons = 'Autre motif' where id = %s",
        "update app.opinion set canonical = replace(canonical, 'unfavourable', 'favourable'), outcome = 'favourable' where id = %s",
        "update app.opinion_signature set cms = 'WFla' where opinion_id = %s",
        "update app.opinion_signature set state = 'invalid' where opinion_id = %s",
    ],
)
def test_verification_names_the_opinion_that_somebody_altered_behind_the_rules(world, dossier, paper, change):
    assert verified(world, paper)["sound"] is True
    opinion = world.owner.value("select id from app.opinion where seat_id = %s", seats(world, dossier)["member_network"]["id"])
    world.owner.run(change, opinion)
    found = verified(world, paper)
    assert found["sound"] is False
    assert {line["seat"]: line["state"] for line in found["opinions"]} == {
        str(seat["id"]): "altered" if role == "member_network" else "sound" for role, seat in seats(world, dossier).items()
    }


def test_verification_names_an_opinion_that_was_taken_away_and_a_line_rewritten_in_the_minutes(world, dossier, paper):
    seat = seats(world, dossier)["member_network"]["id"]
    with world.connection.transaction(force_rollback=True):
        world.owner.run("delete from app.opinion where seat_id = %s", seat)
        assert {line["state"] for line in verified(world, paper)["opinions"] if line["seat"] == str(seat)} == {"missing"}
    data = row(world, paper)["data"]
    for line in data["opinions"]:
        if line["seat"] == str(seat):
            line["outcome"] = "favourable"
    world.owner.run("update app.paper set data = %s where id = %s", Jsonb(data), paper)
    assert verified(world, paper)["sound"] is False


def test_who_may_not_read_the_minutes_may_not_verify_them_either(world, paper):
    assert verified(world, paper, AGENCY)["sound"] and verified(world, paper, PRESIDENT)["sound"]
    for who in ("citizen Fatima", "citizen Zahra", "member agency of Tiznit", "clerk of Aoulouz"):
        with refused("SEEN1"):
            verified(world, paper, who)
