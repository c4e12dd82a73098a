"""The staff's queue: what it holds, in which order, under which filter, and for whom."""

from datetime import date, timedelta

import pytest

from tests import filing
from tests.world import refused

COMMUNE = "Ait Iaaza"
CLERK = f"clerk of {COMMUNE}"


@pytest.fixture
def three(world):
    """Three complete dossiers of one commune, whose legal ends are yesterday, today and in three weeks."""
    made = {name: filing.deposited(world, "citizen Fatima", COMMUNE) for name in ("late", "today", "later")}
    today = today_in(world)
    for name, days in (("late", -1), ("today", 0), ("later", 21)):
        world.owner.run("update app.dossier set legal_end = %s where id = %s", today + timedelta(days=days), made[name])
    return made


def today_in(world, commune=COMMUNE):
    return world.owner.value("select app.today(%s)", world.commune(commune))


def ask(world, person=CLERK, commune=COMMUNE, limit=50, after=None, **chosen):
    with world.acting_as(person) as actor:
        return actor.call("queue", p_commune=world.commune(commune), p_filter=chosen, p_limit=limit, p_after=after)


def ids(page):
    return [row["id"] for row in page["rows"]]


def test_the_most_urgent_comes_first(world, three):
    assert ids(ask(world)) == [str(three[name]) for name in ("late", "today", "later")]


def test_bands_are_counted_from_today(world, three):
    bands = ask(world)["bands"]
    assert (bands["late"], bands["today"], bands["later"], bands["waiting"]) == (1, 1, 1, 0)


def test_a_band_narrows_the_rows_and_not_the_counts(world, three):
    page = ask(world, band="late")
    assert ids(page) == [str(three["late"])] and page["total"] == 1
    assert page["bands"]["later"] == 1


def test_a_dossier_that_waits_for_the_applicant_is_not_late(world, three):
    world.owner.run("update app.dossier set state = 'COMPLEMENT_REQUESTED', legal_end = null where id = %s", three["late"])
    page = ask(world)
    assert (page["bands"]["late"], page["bands"]["waiting"]) == (0, 1)
    assert ids(page)[-1] == str(three["late"]), "without a legal end it comes last"
    assert ids(ask(world, holder="applicant")) == [str(three["late"])]


def test_what_is_closed_leaves_the_list_and_stays_a_month_in_the_counts(world, three):
    world.owner.run("update app.dossier set state = 'REFUSED', closed_at = now() where id = %s", three["late"])
    world.owner.run("update app.dossier set state = 'REFUSED', closed_at = now() - interval '2 months' where id = %s", three["today"])
    page = ask(world)
    assert ids(page) == [str(three["later"])] and page["bands"]["done"] == 1
    assert ids(ask(world, band="done")) == [str(three["late"])]
    assert len(ids(ask(world, scope="all"))) == 3


def test_a_draft_is_in_nobodys_queue(world):
    filing.draft(world, "citizen Fatima", COMMUNE)
    assert ask(world)["rows"] == []


def test_a_clerk_of_another_commune_sees_none_of_it(world, three):
    assert len(ids(ask(world))) == 3
    assert ask(world, person="clerk of Aoulouz")["rows"] == []


def test_the_applicant_has_no_queue_of_others(world, three):
    filing.deposited(world, "citizen Brahim", COMMUNE)
    assert len(ids(ask(world))) == 4
    assert set(ids(ask(world, person="citizen Fatima"))) <= {str(one) for one in three.values()}


def test_search_finds_both_scripts_and_their_variants(world):
    dossier = filing.deposited(world, "citizen Fatima", COMMUNE)
    for typed in ("أيت علي", "ايت على", "AIT ALI", "aït ali", "tamaloukt", "jc123456", "12345/39", "Ali Fatima"):
        assert ids(ask(world, text=typed)) == [str(dossier)], typed
    assert ids(ask(world, text="Ali Brahim")) == [], "every word must be found"


def test_signs_of_a_search_are_ordinary_characters(world):
    filing.deposited(world, "citizen Fatima", COMMUNE)
    for typed in ("%", "_", "\\", "%%fatima_%", "' or true --"):
        assert ask(world, text=typed)["rows"] == [], typed


def test_a_number_finds_its_dossier(world, three):
    number = world.owner.value("select number from app.dossier where id = %s", three["today"])
    assert ids(ask(world, text=number.lower())) == [str(three["today"])]


def test_filters_combine(world, three):
    world.owner.run("update app.dossier set state = 'IN_STUDY', step = 'study', channel = 'counter' where id = %s", three["later"])
    assert ids(ask(world, states=["IN_STUDY"])) == [str(three["later"])]
    assert ids(ask(world, states=["IN_STUDY"], channel="online")) == []
    assert ids(ask(world, step="study", channel="counter", procedure=filing.PROCEDURE)) == [str(three["later"])]
    assert ask(world, procedure="ECO-09")["rows"] == []


def test_dossiers_deposited_between_two_days(world, three):
    today = today_in(world)
    world.owner.run("update app.dossier set deposited_at = deposited_at - interval '10 days' where id = %s", three["late"])
    assert len(ids(ask(world, **{"from": str(today)}))) == 2
    assert ids(ask(world, to=str(today - timedelta(days=5)))) == [str(three["late"])]


def test_what_waits_for_me_follows_the_step(world, three):
    assert len(ids(ask(world, holder="me"))) == 3, "a fresh dossier waits for the clerk"
    assert ask(world, person=f"president of {COMMUNE}", holder="me")["rows"] == []
    with world.acting_as(CLERK) as clerk:
        clerk.call("act", p_dossier=three["today"], p_action="transmit")
    assert str(three["today"]) not in ids(ask(world, holder="me"))
    assert ids(ask(world, holder="instructor")) == [str(three["today"])]
    assert ids(ask(world, person=f"instructor of {COMMUNE}", holder="me")) == [str(three["today"])]


def test_a_dossier_taken_on_is_mine(world, three):
    task = world.owner.value("select id from app.task where dossier_id = %s and closed_at is null", three["later"])
    with world.acting_as(CLERK) as clerk:
        clerk.call("take_task", p_task=task)
    page = ask(world, assigned="me")
    assert ids(page) == [str(three["later"])] and page["rows"][0]["holders"][0]["is_mine"]
    assert ask(world, person=f"second clerk of {COMMUNE}", assigned="me")["rows"] == []


def test_unread_messages_are_counted_for_the_reader(world, three):
    with world.acting_as("citizen Fatima") as citizen:
        citizen.call("post_message", p_dossier=three["today"], p_thread="applicant", p_body="Bonjour, où en est mon dossier ?")
    unread = {row["id"]: row["unread"] for row in ask(world)["rows"]}
    assert unread[str(three["today"])] == 1 and unread[str(three["late"])] == 0
    with world.acting_as(CLERK) as clerk:
        clerk.call("read_thread", p_dossier=three["today"], p_thread="applicant")
    assert not any(row["unread"] for row in ask(world)["rows"])


def test_pages_by_key_show_every_row_once(world, three):
    world.owner.run("update app.dossier set legal_end = null, state = 'COMPLEMENT_REQUESTED' where id = %s", three["today"])
    seen, after = [], None
    while True:
        page = ask(world, limit=1, after=after)
        seen += ids(page)
        after = page["next"]
        if after is None:
            break
    assert seen == ids(ask(world)) and len(set(seen)) == 3


def test_neighbours_walk_the_filter_in_its_order(world, three):
    world.owner.run("update app.dossier set state = 'COMPLEMENT_REQUESTED' where id = any(%s)", list(three.values()))
    world.owner.run("update app.dossier set legal_end = null where id = %s", three["today"])
    for chosen in ({}, {"scope": "all"}, {"band": "waiting"}):
        order = ids(ask(world, **chosen))
        with world.acting_as(CLERK) as clerk:
            around = [clerk.call("queue_neighbours", p_commune=world.commune(COMMUNE), p_filter=chosen, p_dossier=one) for one in order]
        assert [near["previous"] for near in around] == [None, *order[:-1]], chosen
        assert [near["next"] for near in around] == [*order[1:], None], chosen
        assert [near["place"] for near in around] == [1, 2, 3], chosen


def test_a_dossier_that_left_the_filter_still_knows_its_neighbours(world, three):
    with world.acting_as(CLERK) as clerk:
        clerk.call("act", p_dossier=three["today"], p_action="transmit")
        near = clerk.call("queue_neighbours", p_commune=world.commune(COMMUNE), p_filter={"holder": "me"}, p_dossier=three["today"])
    assert (near["previous"], near["next"]) == (str(three["late"]), str(three["later"]))


def test_the_export_holds_exactly_what_the_filter_shows(world, three):
    with world.acting_as(CLERK) as clerk:
        exported = clerk.call("queue_export", p_commune=world.commune(COMMUNE), p_filter={"band": "later"}, p_after=None)
    assert [row["id"] for row in exported["rows"]] == ids(ask(world, band="later"))


def test_a_consulted_service_finds_what_it_is_asked(world, three):
    service = f"technical of {COMMUNE}"
    assert ask(world, person=service)["rows"] == []
    world.owner.run(
        """insert into app.task (dossier_id, commune_id, step, role, opened_at)
           select id, commune_id, 'opinions', 'technical', now() from app.dossier where id = %s""",
        three["later"],
    )
    assert ids(ask(world, person=service)) == [str(three["later"])]
    assert ids(ask(world, person=service, holder="me")) == [str(three["later"])]


def test_all_communes_of_the_province_make_one_queue_for_the_governor(world, three):
    elsewhere = filing.deposited(world, "citizen Brahim", "Aoulouz")
    with world.acting_as("governor of Taroudannt") as governor:
        page = governor.call("queue", p_commune=None, p_filter={})
    assert {str(elsewhere), *(str(one) for one in three.values())} <= set(ids(page))


def test_a_band_holds_the_days_that_its_name_says(world):
    today = date(2026, 3, 2)

    def band(state, days, closed=None):
        return world.owner.value(
            "select app.deadline_band(%s, %s, %s, %s)", state, None if days is None else today + timedelta(days=days), closed, today
        )

    assert [band("IN_STUDY", days) for days in (-1, 0, 1, 7, 8, None)] == ["late", "today", "this_week", "this_week", "later", "waiting"]
    assert band("APPROVED_PENDING_FEES", -5) == "waiting", "the decision has stopped the clock"
    assert band("DELIVERED", -5, "2026-03-01") == "done"


def test_who_is_not_signed_in_has_no_queue(world, three):
    with refused("42501"), world.acting_as("nobody") as nobody:
        nobody.call("queue", p_commune=world.commune(COMMUNE), p_filter={})
