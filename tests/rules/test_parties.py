"""People of a dossier: mandate, company, counter, tracking, taking a dossier over."""

import pytest

from tests.filing import attach, deposit, deposited, draft, start
from tests.world import refused

HOME = "Ait Iaaza"
FATIMA = "citizen Fatima"
ARCHITECT = "architect Younes"
CLERK = f"clerk of {HOME}"


def claim_code(world, email):
    return world.owner.value(
        "select data ->> 'code' from app.outbox where template = 'claim' and recipient = %s order by id desc limit 1", email
    )


def sees(world, person, dossier):
    with world.acting_as(person) as actor:
        return [line["id"] for line in actor.call("my_dossiers")] == [dossier]


def row(world, dossier):
    return world.owner.rows("select * from app.dossier where id = %s", dossier)[0]


# Mandate


def test_an_architect_files_for_an_owner_who_then_sees_the_same_dossier(world):
    dossier = draft(world, ARCHITECT, HOME)
    with world.acting_as(ARCHITECT) as architect:
        architect.call("add_party", p_dossier=dossier, p_email=f" {world.email(FATIMA).upper()} ")
        assert architect.call("draft_page", p_dossier=dossier)["side"] == "mandatary"
    world.person(FATIMA)
    assert not sees(world, FATIMA, dossier)
    with world.acting_as(FATIMA) as fatima:
        answer = fatima.call("accept_claim", p_dossier=dossier, p_code=claim_code(world, world.email(FATIMA)))
        assert answer == {"dossier": str(dossier), "state": "DRAFT"}
    assert sees(world, FATIMA, dossier) and sees(world, ARCHITECT, dossier)
    for slot in ("identity", "title", "photos"):
        attach(world, ARCHITECT, dossier, slot)
    deposit(world, ARCHITECT, dossier)
    told = {
        line["person_id"]
        for line in world.owner.rows("select person_id from app.notice where dossier_id = %s and kind = 'deposited'", dossier)
    }
    assert told == {world.person(FATIMA), world.person(ARCHITECT)}
    receipt = world.owner.value("select data from app.paper where dossier_id = %s and kind = 'receipt'", dossier)
    assert any("mandataire" in str(line) for line in receipt["tables"][0]["rows"])


def test_a_claim_needs_the_code_of_the_mail_and_not_only_the_address(world):
    dossier = draft(world, ARCHITECT, HOME)
    with world.acting_as(ARCHITECT) as architect:
        architect.call("add_party", p_dossier=dossier, p_email=world.email(FATIMA))
    with world.acting_as(FATIMA) as fatima:
        assert fatima.call("accept_claim", p_dossier=dossier, p_code="0000000000000000") == {}
    assert not sees(world, FATIMA, dossier)


def test_a_claim_is_taken_once(world):
    dossier = draft(world, ARCHITECT, HOME)
    with world.acting_as(ARCHITECT) as architect:
        architect.call("add_party", p_dossier=dossier, p_email=world.email(FATIMA))
    code = claim_code(world, world.email(FATIMA))
    with world.acting_as(FATIMA) as fatima:
        first = fatima.call("accept_claim", p_dossier=dossier, p_code=code)
        assert fatima.call("accept_claim", p_dossier=dossier, p_code=code) == first
    with world.acting_as("citizen Hassan") as hassan:
        assert hassan.call("accept_claim", p_dossier=dossier, p_code=code) == {}
    assert not sees(world, "citizen Hassan", dossier)


def test_guessing_codes_is_stopped(world):
    dossier = draft(world, ARCHITECT, HOME)
    with world.acting_as("citizen Hassan") as hassan:
        for attempt in range(10):
            assert hassan.call("accept_claim", p_dossier=dossier, p_code=f"GUESS{attempt}") == {}
        with refused("RATE1"):
            hassan.call("accept_claim", p_dossier=dossier, p_code="GUESS")


@pytest.mark.parametrize("email", ["", "fatima", "fatima@", "@exemple.ma", "a b@exemple.ma", None])
def test_an_address_that_is_none_is_refused(world, email):
    dossier = draft(world, ARCHITECT, HOME)
    with world.acting_as(ARCHITECT) as architect, refused("MAIL1"):
        architect.call("add_party", p_dossier=dossier, p_email=email)


def test_filing_for_oneself_after_all_makes_one_the_owner_again(world):
    dossier = draft(world, FATIMA, HOME)
    with world.acting_as(FATIMA) as fatima:
        fatima.call("add_party", p_dossier=dossier, p_email="hassan@exemple.ma")
        fatima.call("withdraw_invitations", p_dossier=dossier)
        page = fatima.call("draft_page", p_dossier=dossier)
    assert page["side"] == "owner" and page["people"]["invited"] == []


def test_the_owner_ends_a_mandate_and_a_mandatary_cannot_end_the_owners(world):
    dossier = draft(world, ARCHITECT, HOME)
    with world.acting_as(ARCHITECT) as architect:
        architect.call("add_party", p_dossier=dossier, p_email=world.email(FATIMA))
    with world.acting_as(FATIMA) as fatima:
        fatima.call("accept_claim", p_dossier=dossier, p_code=claim_code(world, world.email(FATIMA)))
    with world.acting_as(ARCHITECT) as architect, refused("OWNR1"):
        architect.call("end_mandate", p_dossier=dossier, p_person=world.person(FATIMA))
    with world.acting_as(FATIMA) as fatima:
        fatima.call("end_mandate", p_dossier=dossier, p_person=world.person(ARCHITECT))
    with world.acting_as(ARCHITECT) as architect:
        assert architect.call("my_dossiers") == []
        with refused("SEEN1"):
            architect.call("draft_page", p_dossier=dossier)


def test_a_company_member_shares_one_dossier_with_colleagues(world):
    company = world.owner.value(
        "insert into app.organisation (kind, name_fr, name_ar) values ('company', 'Souss Bâtiment', 'سوس للبناء') returning id"
    )
    for name in ("employee Amina", "employee Driss"):
        world.owner.run(
            "insert into app.membership (person_id, organisation_id, role, valid_from) values (%s, %s, 'company_member', '2020-01-01')",
            world.person(name), company,
        )  # fmt: skip
    shared, private = draft(world, "employee Amina", HOME), draft(world, "employee Amina", HOME)
    with world.acting_as("employee Amina") as amina:
        assert amina.call("share_with_company", p_dossier=shared) == 1
    assert sees(world, "employee Driss", shared) and private
    dossier = draft(world, FATIMA, HOME)
    with world.acting_as(FATIMA) as fatima, refused("TEAM1"):
        fatima.call("share_with_company", p_dossier=dossier)


# Counter


def test_a_clerk_files_for_somebody_without_an_address_who_takes_the_dossier_over_later(world):
    dossier = deposited(world, CLERK, HOME, channel="counter")
    kept = row(world, dossier)
    assert kept["channel"] == "counter" and world.owner.value("select count(*) from app.party where dossier_id = %s", dossier) == 0
    with world.acting_as(FATIMA) as fatima:
        assert fatima.call("claim_dossier", p_number=kept["number"], p_code="WRONG123") == {}
        answer = fatima.call("claim_dossier", p_number=kept["number"].lower(), p_code=kept["tracking_code"].lower())
    assert answer["dossier"] == str(dossier) and sees(world, FATIMA, dossier)
    with world.acting_as("citizen Hassan") as hassan:  # the receipt opens it once
        assert hassan.call("claim_dossier", p_number=kept["number"], p_code=kept["tracking_code"]) == {}
    assert world.owner.value("select count(*) from app.event where dossier_id = %s and kind = 'claimed'", dossier) == 1


def test_a_dossier_filed_online_is_never_taken_over_with_its_receipt(world):
    kept = row(world, deposited(world, FATIMA, HOME))
    with world.acting_as("citizen Hassan") as hassan:
        assert hassan.call("claim_dossier", p_number=kept["number"], p_code=kept["tracking_code"]) == {}


def test_a_clerk_invites_the_owner_by_mail_at_the_counter(world):
    dossier = draft(world, CLERK, HOME, channel="counter")
    with world.acting_as(CLERK) as clerk:
        clerk.call("add_party", p_dossier=dossier, p_email=world.email(FATIMA))
        assert [line["id"] for line in clerk.call("counter_dossiers", p_commune=world.commune(HOME))] == [str(dossier)]
    with world.acting_as(FATIMA) as fatima:
        assert fatima.call("accept_claim", p_dossier=dossier, p_code=claim_code(world, world.email(FATIMA)))["dossier"] == str(dossier)
    assert sees(world, FATIMA, dossier)


def test_the_counter_list_belongs_to_clerks(world):
    start(world, CLERK, HOME, channel="counter")
    for other in (FATIMA, "clerk of Aoulouz"):
        with world.acting_as(other) as actor, refused("ROLE1"):
            actor.call("counter_dossiers", p_commune=world.commune(HOME))


# Tracking


def test_anybody_with_number_and_code_follows_a_dossier_and_learns_no_name(world):
    kept = row(world, deposited(world, FATIMA, HOME))
    with world.acting_as("nobody") as visitor:
        seen = visitor.call("track", p_number=kept["number"], p_code=kept["tracking_code"])
        assert seen["found"] and seen["state"] == "DEPOSITED" and seen["holders"][0]["role"] == "clerk" and seen["days_left"] > 0
        assert "Fatima" not in str(seen) and "Tamaloukt" not in str(seen) and "JC123456" not in str(seen)
        assert visitor.call("track", p_number=kept["number"], p_code="00000000") == {"found": False}
        assert visitor.call("track", p_number="9-2026-REF-000001", p_code=kept["tracking_code"]) == {"found": False}


def test_a_draft_is_not_tracked(world):
    draft(world, FATIMA, HOME)
    with world.acting_as("nobody") as visitor:
        assert visitor.call("track", p_number="", p_code="") == {"found": False}


def test_guessing_the_code_of_a_number_is_stopped_even_with_the_right_one_at_last(world):
    kept = row(world, deposited(world, FATIMA, HOME))
    with world.acting_as("nobody") as visitor:
        for attempt in range(10):
            visitor.call("track", p_number=kept["number"], p_code=f"GUESS{attempt}")
        with refused("RATE1"):
            visitor.call("track", p_number=kept["number"], p_code=kept["tracking_code"])
