"""What happens because a day has come. Each thing once, however often the worker looks."""

from datetime import date, timedelta

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.filing import attach, deposit, deposited, draft, start
from tests.worker.conftest import WORKER
from tests.world import World

FATIMA, HOME = "citizen Fatima", "Tiout"  # a commune that the other tests of the worker leave alone
MONDAY = date(2027, 2, 1)


@pytest.fixture
def town(world):
    """A commune in which it is Monday 1 February 2027."""
    world.open(HOME)
    world.set_today(HOME, MONDAY)
    return world


def tick(world):
    with world.acting_as(WORKER) as worker:
        did = worker.call("worker_tick")
    assert did["faults"] == [], did
    return did


def on(world, day):
    """It is that day now; what its tick did."""
    world.set_today(HOME, day)
    return tick(world)


def dossier_of(world, identifier):
    return world.owner.rows("select * from app.dossier where id = %s", identifier)[0]


def told(world, dossier, person=None):
    rows = world.owner.rows(
        "select kind from app.notice where dossier_id = %s and (%s::uuid is null or person_id = %s) order by id",
        dossier, person, person,
    )  # fmt: skip
    return [row["kind"] for row in rows]


# Files waiting for the applicant

def test_a_file_left_incomplete_is_returned_after_its_last_day_and_once(town):
    dossier = deposited(town, FATIMA, HOME, slots=("identity", "title"))
    last = dossier_of(town, dossier)["complete_by"]
    assert last, "this sample lacks an expected document"
    assert on(town, last)["returned"] == 0
    assert on(town, last + timedelta(days=1))["returned"] == 1
    assert dossier_of(town, dossier)["state"] == "RETURNED"
    assert on(town, last + timedelta(days=2))["returned"] == 0
    assert told(town, dossier, town.person(FATIMA)).count("returned") == 1


# Warnings and silence

def complete(world):
    dossier = deposited(world, FATIMA, HOME)
    assert dossier_of(world, dossier)["legal_end"]
    return dossier


def test_half_of_the_time_is_said_to_the_instructor_once(town):
    instructor = town.person(f"instructor of {HOME}")
    dossier = complete(town)
    half = dossier_of(town, dossier)["half_on"]
    on(town, half - timedelta(days=1))
    assert "late_half" not in told(town, dossier)
    on(town, half)
    on(town, half)
    assert told(town, dossier, instructor).count("late_half") == 1


def test_each_warning_reaches_its_people_as_the_deadline_comes(town):
    people = {role: town.person(f"{role} of {HOME}") for role in ("clerk", "instructor", "president")}
    dossier = complete(town)
    day, end = MONDAY, dossier_of(town, dossier)["legal_end"]
    while day <= end:
        on(town, day)
        day += timedelta(days=1)
    said = {role: [kind for kind in told(town, dossier, person) if kind.startswith("late_")] for role, person in people.items()}
    assert said == {"clerk": ["late_70", "late_85"], "instructor": ["late_half", "late_70"], "president": ["late_85"]}


def test_a_worker_back_after_a_long_absence_says_only_the_latest_warning(town):
    town.person(f"instructor of {HOME}")
    town.person(f"president of {HOME}")
    dossier = complete(town)
    on(town, dossier_of(town, dossier)["legal_end"])
    tick(town)
    assert {kind for kind in told(town, dossier) if kind.startswith("late_")} == {"late_85"}


def test_silence_opens_the_day_after_the_legal_end_and_once(town):
    governor = town.person("governor of Taroudannt")
    dossier = complete(town)
    end = dossier_of(town, dossier)["legal_end"]
    on(town, end)
    assert dossier_of(town, dossier)["silence_on"] is None
    assert on(town, end + timedelta(days=1))["silence"] == 1
    assert on(town, end + timedelta(days=2))["silence"] == 0
    assert dossier_of(town, dossier)["silence_on"] == end + timedelta(days=1)
    assert told(town, dossier, town.person(FATIMA)).count("silence_open") == 1
    assert told(town, dossier, governor).count("late_100") == 1


def test_one_dossier_that_cannot_move_does_not_keep_the_law_from_the_others(town):
    broken = deposited(town, FATIMA, HOME, slots=("identity", "title"))
    sound = deposited(town, "citizen Omar", HOME, slots=("identity", "title"))
    town.owner.run("""create function pg_temp.break_down() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$""")
    town.owner.run(
        f"""create trigger break_down before update on app.dossier
              for each row when (old.id = '{broken}') execute function pg_temp.break_down()"""
    )
    town.set_today(HOME, MONDAY + timedelta(days=60))
    with town.acting_as(WORKER) as worker:
        did = worker.call("worker_tick")
    assert [fault["dossier"] for fault in did["faults"] if fault["act"] == "returned"] == [str(broken)]
    assert dossier_of(town, sound)["state"] == "RETURNED"


# Drafts

def test_a_forgotten_draft_brings_two_mails_and_then_goes_with_its_files(town):
    dossier = draft(town, FATIMA, HOME)
    attach(town, FATIMA, dossier, "title")
    fatima = town.person(FATIMA)
    on(town, MONDAY + timedelta(days=29))
    assert told(town, dossier) == []
    on(town, MONDAY + timedelta(days=31))
    on(town, MONDAY + timedelta(days=59))
    assert told(town, dossier) == ["draft_reminder"]
    on(town, MONDAY + timedelta(days=62))
    assert told(town, dossier) == ["draft_reminder"] * 2
    on(town, MONDAY + timedelta(days=91))
    assert dossier_of(town, dossier)["state"] == "DRAFT", "thirty days after the second mail, not before"
    on(town, MONDAY + timedelta(days=93))
    assert town.owner.rows("select from app.dossier where id = %s", dossier) == []
    assert town.owner.value("select count(*) from app.notice where person_id = %s and kind = 'draft_deleted'", fatima) == 1
    assert town.owner.value("select template from app.outbox where person_id = %s order by id desc limit 1", fatima) == "draft_deleted"
    (job,) = town.owner.rows("select payload from app.job where kind = 'delete_files'")
    assert all(path.startswith(str(dossier)) for path in job["payload"]["paths"]) and len(job["payload"]["paths"]) == 1


def test_a_change_to_a_draft_starts_the_count_again(town):
    dossier = draft(town, FATIMA, HOME)
    on(town, MONDAY + timedelta(days=31))
    town.set_today(HOME, MONDAY + timedelta(days=32))
    with town.acting_as(FATIMA) as fatima:
        fatima.call("save_draft", p_dossier=dossier, p_changes={"ref_desc": "Autre chose"}, p_base=1, p_editor="another day")
    on(town, MONDAY + timedelta(days=61))
    assert told(town, dossier) == ["draft_reminder"]
    on(town, MONDAY + timedelta(days=63))
    assert told(town, dossier) == ["draft_reminder"] * 2


def test_a_worker_stopped_for_months_deletes_no_draft_unannounced(town):
    dossier = start(town, FATIMA, HOME)
    on(town, MONDAY + timedelta(days=200))
    tick(town)
    assert told(town, dossier) == ["draft_reminder"] and dossier_of(town, dossier)["state"] == "DRAFT"


def test_a_deposited_file_is_no_forgotten_draft(town):
    dossier = draft(town, FATIMA, HOME)
    for slot in ("identity", "title", "photos"):
        attach(town, FATIMA, dossier, slot)
    on(town, MONDAY + timedelta(days=1))
    deposit(town, FATIMA, dossier)
    did = on(town, MONDAY + timedelta(days=200))
    assert did["drafts"] == 0


# The day's digest, certificates

def test_yesterday_is_closed_once_and_its_signature_is_asked_for(town):
    dossier = complete(town)
    # The days that other tests closed are forgotten here; only the tables' owner could.
    town.owner.run("alter table app.digest_head disable trigger user")
    for table in ("digest_head", "daily_digest", "job"):
        town.owner.run(f"delete from app.{table}")
    tick(town)
    tick(town)
    (closed,) = town.owner.rows("select day, heads, digest from app.daily_digest")
    assert closed["day"] == town.owner.value("select (now() at time zone 'Africa/Casablanca')::date - 1")
    assert len(closed["digest"]) == 64 and town.owner.value("select count(*) from app.digest_head where dossier_id = %s", dossier) == 1
    assert len(town.owner.rows("select from app.job where kind = 'sign_digest'")) == 1


def test_a_certificate_about_to_end_is_said_to_its_owner_once(town):
    president = town.person(f"president of {HOME}")
    for days in (20, 200):
        town.owner.run(
            "insert into app.signing_key (person_id, sealed_key, certificate_pem, expires_at) values (%s, 'x', 'x', now() + %s)",
            president, timedelta(days=days),
        )  # fmt: skip
    tick(town)
    tick(town)
    assert town.owner.value("select count(*) from app.notice where person_id = %s and kind = 'certificate_expiring'", president) == 1


# Two at once

def test_two_ticks_at_once_do_not_meet(open_world, backend):
    """While one tick runs, another has nothing to do; while somebody acts on a dossier, the tick passes it by."""
    open_world.open("Aoulouz")
    open_world.set_today("Aoulouz", MONDAY)
    dossier = deposited(open_world, FATIMA, "Aoulouz", slots=("identity", "title"))
    open_world.set_today("Aoulouz", MONDAY + timedelta(days=60))
    first, second = World(backend), World(backend)
    try:
        first.connection.execute("select from app.dossier where id = %s for update", [dossier])
        assert run_tick(open_world, second)["returned"] == 0, "somebody is acting on it"
        first.connection.rollback()
        assert run_tick(open_world, first).get("busy"), "the second has not finished"
        second.connection.rollback()
        first.connection.rollback()
        assert run_tick(open_world, first)["returned"] >= 1
    finally:
        first.close()
        second.close()


def run_tick(people, connected):
    """A tick in a transaction that stays open."""
    connected.connection.execute("select set_config('request.jwt.claims', %s, true)",
                                 [f'{{"role": "authenticated", "sub": "{people.person(WORKER)}"}}'])
    return connected.connection.execute("select public.worker_tick() as did").fetchone()["did"]


# Nobody else

def test_the_tick_is_the_workers_alone(world):
    for name in (FATIMA, f"president of {HOME}", "administrator of the kingdom"):
        with world.acting_as(name) as actor, pytest.raises(psycopg.Error) as refusal:
            actor.call("worker_tick")
        assert refusal.value.sqlstate == "ROLE1"


def test_an_installation_may_set_its_own_warnings(town):
    town.owner.run(
        "insert into app.setting (key, value) values ('escalations', %s)", Jsonb([{"share": 10, "kind": "late_70", "roles": ["president"]}])
    )
    president = town.person(f"president of {HOME}")
    dossier = complete(town)
    on(town, dossier_of(town, dossier)["half_on"])
    assert told(town, dossier, president) == ["late_70"]
