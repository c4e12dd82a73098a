"""Who joins, who manages whom, who signs for the president, and how the site's sessions end."""

from datetime import date, timedelta

import pytest

from tests.world import refused

HOME, OTHER = "Ait Iaaza", "Aoulouz"
CLERK, PRESIDENT, CITIZEN = f"clerk of {HOME}", f"president of {HOME}", "citizen Fatima"
ADMINISTRATOR = "administrator of the kingdom"


def office(world, kind="clerk", place=HOME):
    return world.organisation(kind, place)


def invited(world, by, email, role, place=HOME, **dates):
    with world.acting_as(by) as actor:
        return actor.call("invite", p_organisation=office(world, role, place), p_email=email, p_role=role, **dates)["token"]


# Joining


def test_every_account_has_its_person(world):
    person = world.person(CITIZEN)
    assert world.owner.value("select email from app.person where id = %s", person) == world.email(CITIZEN)


def test_somebody_invited_holds_the_function_once_they_accept_with_their_address(world):
    token = invited(world, PRESIDENT, f" {world.email(CITIZEN).upper()} ", "instructor")
    with world.acting_as("nobody") as stranger:
        offer = stranger.call("invitation", p_token=token)
        assert offer["role"] == "instructor" and offer["organisation"]["name_fr"].endswith(HOME)
    with world.acting_as(CITIZEN) as fatima:
        assert fatima.call("me")["memberships"] == []
        fatima.call("accept_invitation", p_token=token)
        assert [held["role"] for held in fatima.call("me")["memberships"]] == ["instructor"]


def test_the_database_keeps_only_the_hash_of_an_invitation(world):
    token = invited(world, PRESIDENT, world.email(CITIZEN), "clerk")
    assert world.owner.value("select count(*) from app.invitation where token_hash = %s", token) == 0
    assert world.owner.value("select data ->> 'token' from app.outbox where template = 'invitation' order by id desc limit 1") == token


def test_an_invitation_works_once_and_for_its_addressee_only(world):
    token = invited(world, PRESIDENT, world.email(CITIZEN), "clerk")
    with world.acting_as("citizen Omar") as omar, refused("JOIN2") as said:
        omar.call("accept_invitation", p_token=token)
    assert world.email(CITIZEN) in said.fr and world.email(CITIZEN) in said.ar
    with world.acting_as(CITIZEN) as fatima:
        fatima.call("accept_invitation", p_token=token)
        with refused("JOIN1"):
            fatima.call("accept_invitation", p_token=token)


@pytest.mark.parametrize("spoilt", ["withdrawn_at = now()", "expires_at = now() - interval '1 minute'"])
def test_a_withdrawn_or_old_invitation_opens_nothing(world, spoilt):
    token = invited(world, PRESIDENT, world.email(CITIZEN), "clerk")
    world.owner.run(f"update app.invitation set {spoilt} where token_hash = app.digest(%s)", token)
    with world.acting_as(CITIZEN) as fatima:
        assert fatima.call("invitation", p_token=token) is None
        with refused("JOIN1"):
            fatima.call("accept_invitation", p_token=token)


def test_a_second_invitation_replaces_the_first(world):
    first = invited(world, PRESIDENT, world.email(CITIZEN), "clerk")
    second = invited(world, PRESIDENT, world.email(CITIZEN), "clerk")
    with world.acting_as("nobody") as stranger:
        assert stranger.call("invitation", p_token=first) is None and stranger.call("invitation", p_token=second)


@pytest.mark.parametrize(
    "by, role, place, allowed",
    [
        (PRESIDENT, "clerk", HOME, True),
        (PRESIDENT, "delegate", HOME, True),
        (PRESIDENT, "president", HOME, False),
        (PRESIDENT, "administrator", HOME, False),
        (PRESIDENT, "clerk", OTHER, False),
        (PRESIDENT, "local_authority", HOME, False),
        (CLERK, "clerk", HOME, False),
        (ADMINISTRATOR, "president", OTHER, True),
        ("administrator of Taroudannt province", "local_authority", HOME, True),
        (f"administrator of {HOME}", "president", HOME, True),
        (f"administrator of {HOME}", "clerk", OTHER, False),
        ("governor of Taroudannt", "clerk", HOME, False),
        (CITIZEN, "clerk", HOME, False),
    ],
)
def test_who_may_invite_whom(world, by, role, place, allowed):
    if allowed:
        assert invited(world, by, "new@example.test", role, place)
    else:
        before = world.owner.value("select count(*) from app.invitation")  # other tests of the session share the database
        with pytest.raises(Exception, match="ROLE1|JOIN3|revient à une autre|ne peut pas être donnée"):
            invited(world, by, "new@example.test", role, place)
        assert world.owner.value("select count(*) from app.invitation") == before


def test_a_role_belongs_to_its_kind_of_body(world):
    with world.acting_as(ADMINISTRATOR) as administrator, refused("JOIN3"):
        administrator.call("invite", p_organisation=office(world), p_email="new@example.test", p_role="governor")


def test_somebody_who_holds_the_function_is_not_invited_to_it_again(world):
    world.person(CLERK)
    with refused("JOIN4"):
        invited(world, PRESIDENT, world.email(CLERK), "clerk")


@pytest.mark.parametrize("address", ["", "nobody", "a b@c.ma", "x@y"])
def test_an_invitation_needs_an_address(world, address):
    with refused("JOIN5"):
        invited(world, PRESIDENT, address, "clerk")


# Leaving


def test_a_function_ends_on_its_last_day_and_stays_in_the_register(world):
    person = world.person(CLERK)
    membership = world.owner.value("select id from app.membership where person_id = %s", person)
    with world.acting_as(PRESIDENT) as president:
        president.call("end_membership", p_membership=membership)
    with world.acting_as(CLERK) as clerk:
        assert clerk.call("me")["memberships"] == []
    assert world.owner.value("select valid_to from app.membership where id = %s", membership) is not None


def test_days_already_served_cannot_be_taken_back(world):
    membership = world.join(CITIZEN, "clerk", HOME, valid_from="2020-01-01")
    with world.acting_as(PRESIDENT) as president:
        president.call("end_membership", p_membership=membership, p_last_day=date(2021, 1, 1))
    today = world.owner.value("select app.today(%s)", world.commune(HOME))
    assert world.owner.value("select valid_to from app.membership where id = %s", membership) == today - timedelta(days=1)


def test_a_president_cannot_end_a_president_nor_a_stranger_a_clerk(world):
    president = world.owner.value("select id from app.membership where person_id = %s", world.person(PRESIDENT))
    clerk = world.owner.value("select id from app.membership where person_id = %s", world.person(CLERK))
    with world.acting_as(PRESIDENT) as actor, refused("JOIN3"):
        actor.call("end_membership", p_membership=president)
    with world.acting_as(f"president of {OTHER}") as actor, refused("ROLE1"):
        actor.call("end_membership", p_membership=clerk)


def test_a_future_function_gives_nothing_yet(world):
    world.join(CITIZEN, "clerk", HOME, valid_from=date.today() + timedelta(days=30))
    with world.acting_as(CITIZEN) as fatima:
        assert fatima.call("me")["memberships"] == []


# Reading


def test_colleagues_see_each_other_and_strangers_do_not(world):
    clerk, other = world.person(CLERK), world.person(f"clerk of {OTHER}")
    with world.acting_as(PRESIDENT) as president:
        seen = {row["id"] for row in president.rows("select id from app.person")}
    assert clerk in seen and other not in seen
    with world.acting_as(CITIZEN) as fatima:
        assert [row["id"] for row in fatima.rows("select id from app.person")] == [world.person(CITIZEN)]
        assert fatima.rows("select id from app.membership") == []


def test_identity_card_and_phone_are_read_by_their_owner_only(world):
    with world.acting_as(CITIZEN) as fatima:
        fatima.call("update_profile", p_data={"cin": "jc 123456", "phone": "+212 661 23 45 67"})
        profile = fatima.call("my_profile")
        assert (profile["cin"], profile["phone"]) == ("JC123456", "0661234567")
        with pytest.raises(Exception, match="permission denied"):
            fatima.rows("select cin from app.person")


def test_a_wrong_profile_names_every_fault(world):
    with world.acting_as(CITIZEN) as fatima, refused("LACK1") as said:
        fatima.call("update_profile", p_data={"cin": "12", "phone": "12", "language": "en"})
    assert said.paths() == {"cin", "phone", "language"}
    assert all(fault["fr"] and fault["ar"] for fault in said.faults)


def test_the_people_page_lists_the_bodies_that_one_manages(world):
    world.person(CLERK)
    with world.acting_as(PRESIDENT) as president:
        page = president.call("people_page")
        assert {member["role"] for member in page["members"]} == {"clerk", "president"}
        assert "president" not in page["roles"] and "clerk" in page["roles"]
        with refused("ROLE1"):
            president.call("people_page", p_organisation=office(world, place=OTHER))
    with world.acting_as(CLERK) as clerk:
        assert clerk.call("people_page")["organisations"] == []


# Delegations and interests


def delegation(world, by, order_no="12/2026", start="2026-01-02", end="2030-01-01", place=HOME):
    with world.acting_as(by) as actor:
        return actor.call(
            "delegate_signature",
            p_commune=world.commune(place),
            p_delegate=world.person(f"delegate of {HOME}"),
            p_order_no=order_no,
            p_order_date=date(2026, 1, 1),
            p_procedures=[],
            p_from=start,
            p_to=end,
        )


def test_a_delegation_is_in_force_until_the_president_revokes_it(world):
    given = delegation(world, PRESIDENT)
    with world.acting_as(f"delegate of {HOME}") as delegate:
        assert [power["id"] for power in delegate.call("me")["delegations"]] == [str(given)]
    with world.acting_as(PRESIDENT) as president:
        president.call("revoke_delegation", p_delegation=given)
    with world.acting_as(f"delegate of {HOME}") as delegate:
        assert delegate.call("me")["delegations"] == []
        assert {notice["kind"] for notice in delegate.call("notices")} == {"signature_delegated", "delegation_revoked"}


@pytest.mark.parametrize(
    "by, values, code",
    [
        (CLERK, {}, "ROLE1"),
        (f"president of {OTHER}", {}, "ROLE1"),
        (PRESIDENT, {"order_no": " "}, "SIGD2"),
        (PRESIDENT, {"start": "2025-12-31"}, "SIGD2"),
        (PRESIDENT, {"end": "2026-01-01"}, "TERM2"),
        (f"president of {OTHER}", {"place": OTHER}, "SIGD1"),
    ],
)
def test_a_delegation_rests_on_an_order_and_on_the_right_people(world, by, values, code):
    world.open(OTHER)
    with refused(code):
        delegation(world, by, **values)


def test_notices_belong_to_their_person(world):
    world.owner.run("insert into app.notice (person_id, kind) values (%s, 'test')", world.person(CITIZEN))
    with world.acting_as(CITIZEN) as fatima:
        assert fatima.call("me")["unread"] == 1
    with world.acting_as("citizen Omar") as omar:
        assert omar.call("notices") == [] and omar.rows("select * from app.notice") == []
        omar.call("read_notices")
    with world.acting_as(CITIZEN) as fatima:
        assert fatima.call("read_notices") == 0
        assert fatima.call("me")["unread"] == 0


# Sessions of the site

HASH = "a" * 64


def opened(world, person=CITIZEN, name=HASH):
    with world.acting_as(person) as actor:
        actor.call("session_open", p_id_hash=name, p_sealed="sealed", p_language="fr")


def test_a_session_is_read_by_its_hash_and_by_nothing_else(world):
    opened(world)
    with world.acting_as("nobody") as stranger:
        assert stranger.call("session_read", p_id_hash=HASH)["sealed"] == "sealed"
        assert stranger.call("session_read", p_id_hash="b" * 64) is None
    with world.acting_as(CITIZEN) as fatima, pytest.raises(Exception, match="permission denied"):
        fatima.rows("select sealed from app.site_session")


def test_nobody_opens_a_session_without_an_account(world):
    with world.acting_as("nobody") as stranger, pytest.raises(Exception, match="permission denied"):
        stranger.call("session_open", p_id_hash=HASH, p_sealed="x", p_language="ar")


def test_one_tab_refreshes_and_the_others_wait(world):
    opened(world)
    with world.acting_as("nobody") as tab:
        first = tab.call("session_claim", p_id_hash=HASH, p_generation=0)
        second = tab.call("session_claim", p_id_hash=HASH, p_generation=0)
        late = tab.call("session_claim", p_id_hash=HASH, p_generation=first["generation"])
        assert (first["claimed"], second["claimed"], late["claimed"]) == (True, False, False)
        assert tab.call("session_renew", p_id_hash=HASH, p_generation=first["generation"], p_sealed="newer")
        assert tab.call("session_read", p_id_hash=HASH)["sealed"] == "newer"
        assert not tab.call("session_renew", p_id_hash=HASH, p_generation=first["generation"], p_sealed="stale")


def test_a_refresh_that_died_is_taken_over(world):
    opened(world)
    with world.acting_as("nobody") as tab:
        dead = tab.call("session_claim", p_id_hash=HASH, p_generation=0)
    world.owner.run("update app.site_session set renewed_at = renewed_at - interval '11 seconds' where id_hash = %s", HASH)
    with world.acting_as("nobody") as tab:
        assert tab.call("session_claim", p_id_hash=HASH, p_generation=dead["generation"])["claimed"]
        assert not tab.call("session_renew", p_id_hash=HASH, p_generation=dead["generation"], p_sealed="ghost")


def test_me_says_whether_the_session_is_still_open_and_whose_it_is(world):
    opened(world)
    with world.acting_as(CITIZEN) as fatima:
        assert fatima.call("me", p_session=HASH)["session"]["language"] == "fr"
    with world.acting_as("citizen Omar") as omar:
        assert omar.call("me", p_session=HASH)["session"] is None
    with world.acting_as("nobody") as stranger:
        stranger.call("session_close", p_id_hash=HASH)
    with world.acting_as(CITIZEN) as fatima:
        assert fatima.call("me", p_session=HASH)["session"] is None


def test_a_lapsed_session_is_over(world):
    opened(world)
    world.owner.run("update app.site_session set expires_at = now() - interval '1 second'")
    with world.acting_as("nobody") as tab:
        assert tab.call("session_read", p_id_hash=HASH) is None and tab.call("session_claim", p_id_hash=HASH, p_generation=0) is None


def test_agents_sessions_end_sooner_than_applicants(world):
    opened(world)
    opened(world, CLERK, "c" * 64)
    ends = {row["id_hash"]: row["expires_at"] for row in world.owner.rows("select id_hash, expires_at from app.site_session")}
    assert ends["c" * 64] < ends[HASH]


def test_a_changed_language_reaches_screens_and_mails(world):
    opened(world)
    with world.acting_as("nobody") as tab:
        tab.call("session_language", p_id_hash=HASH, p_language="ar")
        tab.call("session_language", p_id_hash=HASH, p_language="xx")
    with world.acting_as(CITIZEN) as fatima:
        assert fatima.call("me", p_session=HASH)["session"]["language"] == "ar"
        assert fatima.call("me")["person"]["language"] == "ar"


def test_closing_the_other_sessions_keeps_this_one(world):
    opened(world)
    opened(world, name="d" * 64)
    opened(world, "citizen Omar", "e" * 64)
    with world.acting_as(CITIZEN) as fatima:
        assert fatima.call("session_close_others", p_id_hash=HASH) == 1
    with world.acting_as("nobody") as tab:
        assert [bool(tab.call("session_read", p_id_hash=name * 64)) for name in "ade"] == [True, False, True]


def test_the_accounts_of_a_demonstration_are_listed_in_a_demonstration_only(world):
    with world.acting_as("nobody") as stranger:
        world.owner.run("delete from app.setting where key = 'demonstration'")
        assert stranger.call("demonstration_accounts") == {"accounts": []}
        assert stranger.call("me")["demonstration"] is False
        world.owner.run("""insert into app.setting values ('demonstration', '{"accounts": [{"email": "a@b.c"}], "password": "x"}')""")
        assert stranger.call("demonstration_accounts")["accounts"] == [{"email": "a@b.c"}]
        assert stranger.call("me")["demonstration"] is True
