"""The record against its most powerful attacker: the superuser, with triggers off, after the day was closed."""

import psycopg
import pytest

from components.permits.client import call
from tests import filing
from tests.access.scene import ACTORS, HERE
from tests.world import refused

OWNER = "citizen Nadia"


@pytest.fixture
def dossier(scene):
    """A dossier with a handful of events."""
    dossier = filing.deposited(scene.world, OWNER, HERE)
    with scene.world.acting_as(ACTORS["clerk"]) as clerk:
        clerk.call("act", p_dossier=dossier, p_action="transmit")
    assert scene.value("select count(*) from app.event where dossier_id = %s", dossier) >= 5
    return dossier


@pytest.fixture
def forger(scene, dossier):
    """The superuser of the cluster, triggers off; everything they did is rolled back after the test."""
    with psycopg.connect(scene.world.backend.database_url, user="supabase_admin") as connection:
        connection.execute("set session_replication_role = replica")
        yield connection
        connection.rollback()


def faults(connection, dossier):
    return connection.execute("select event, fault from public.verify_record(%s) order by 1, 2", [dossier]).fetchall()


def close(connection, day=None):
    """Publish the heads of everything, as the worker does at night."""
    last = connection.execute("select coalesce(max(day), '2019-01-01') + 1 from app.daily_digest").fetchone()[0]
    connection.execute("select app.close_day(%s)", [day or last])


def rewrite(connection, dossier):
    """Every event again with another date, hashes made right by the forger, who knows how."""
    connection.execute("update app.event set at = at - interval '30 days' where dossier_id = %s", [dossier])
    connection.execute(
        f"""do $$
           declare e app.event; before text;
           begin
             for e in select * from app.event where dossier_id = '{dossier}' order by seq loop
               before := coalesce((select hash from app.event where dossier_id = e.dossier_id and seq = e.seq - 1),
                                  app.digest(e.dossier_id::text));
               update app.event set previous = before,
                      hash = app.event_hash(before, e.dossier_id, e.seq, e.kind, e.at, e.actor_id, e.actor_role, e.data)
                where dossier_id = e.dossier_id and seq = e.seq;
             end loop;
           end $$"""
    )


def test_a_sound_record_has_no_fault(scene, forger, dossier):
    assert faults(forger, dossier) == []
    close(forger)
    assert faults(forger, dossier) == []


@pytest.mark.parametrize(
    "column, value",
    [
        ("kind", "'refused'"),
        ("at", "at - interval '1 second'"),
        ("actor_id", "null"),
        ("actor_role", "'president'"),
        ("data", "data || '{\"x\": 1}'"),
        ("hash", "md5(hash)"),
        ("previous", "md5(previous)"),
    ],
)
def test_an_edited_event_is_reported_by_its_number(forger, dossier, column, value):
    forger.execute(f"update app.event set {column} = {value} where dossier_id = %s and seq = 3", [dossier])
    assert (3, "altered") in faults(forger, dossier)


def test_an_edited_event_with_a_right_hash_breaks_the_chain_after_it(forger, dossier):
    forger.execute(
        """update app.event set data = '{"x": 1}',
                  hash = app.event_hash(previous, dossier_id, seq, kind, at, actor_id, actor_role, '{"x": 1}')
            where dossier_id = %s and seq = 3""",
        [dossier],
    )
    assert (4, "chain_broken") in faults(forger, dossier)


@pytest.mark.parametrize("seq", [1, 3])
def test_a_deleted_event_is_reported(forger, dossier, seq):
    forger.execute("delete from app.event where dossier_id = %s and seq = %s", [dossier, seq])
    found = faults(forger, dossier)
    assert (seq + 1, "chain_broken") in found and (seq + 1, "number_missing") in found


def test_a_deleted_event_is_reported_when_the_numbers_are_closed_up(forger, dossier):
    forger.execute("delete from app.event where dossier_id = %s and seq = 3", [dossier])
    last = forger.execute("select max(seq) from app.event where dossier_id = %s", [dossier]).fetchone()[0]
    for seq in range(4, last + 1):
        forger.execute("update app.event set seq = seq - 1 where dossier_id = %s and seq = %s", [dossier, seq])
    assert {(3, "altered"), (3, "chain_broken")} <= set(faults(forger, dossier))


def test_an_inserted_event_is_reported(forger, dossier):
    last = forger.execute("select max(seq) from app.event where dossier_id = %s", [dossier]).fetchone()[0]
    for seq in range(last, 2, -1):
        forger.execute("update app.event set seq = seq + 1 where dossier_id = %s and seq = %s", [dossier, seq])
    forger.execute(
        """insert into app.event (dossier_id, seq, kind, at, actor_role, data, previous, hash)
           select dossier_id, 3, 'told', at, 'clerk', '{}', hash, app.event_hash(hash, dossier_id, 3, 'told', at, null, 'clerk', '{}')
             from app.event where dossier_id = %s and seq = 2""",
        [dossier],
    )
    assert {(4, "altered"), (4, "chain_broken")} <= set(faults(forger, dossier))


def test_an_event_with_an_invented_hash_at_the_end_is_reported(forger, dossier):
    forger.execute(
        """insert into app.event (dossier_id, seq, kind, at, actor_role, data, previous, hash)
           select dossier_id, seq + 1, 'delivered', at, 'system', '{}', hash, md5('x') from app.event
            where dossier_id = %s order by seq desc limit 1""",
        [dossier],
    )
    assert [fault for _, fault in faults(forger, dossier)] == ["altered"]


def test_two_events_in_exchanged_order_are_reported(forger, dossier):
    for before, after in ((3, -3), (4, 3), (-3, 4)):
        forger.execute("update app.event set seq = %s where dossier_id = %s and seq = %s", [after, dossier, before])
    assert {(3, "altered"), (4, "altered")} <= set(faults(forger, dossier))


def test_every_event_gone_is_reported(forger, dossier):
    forger.execute("delete from app.event where dossier_id = %s", [dossier])
    assert (0, "no_event") in faults(forger, dossier)


def test_a_cut_tail_is_reported_once_the_day_was_closed(forger, dossier):
    close(forger)
    last = forger.execute("select max(seq) from app.event where dossier_id = %s", [dossier]).fetchone()[0]
    forger.execute("delete from app.event where dossier_id = %s and seq > 2", [dossier])
    assert faults(forger, dossier) == [(last, "differs_from_published_digest")]


def test_a_record_rewritten_from_the_first_event_on_is_reported_once_the_day_was_closed(forger, dossier):
    rewrite(forger, dossier)
    assert faults(forger, dossier) == [], "the forger is good at it: nothing shows before a digest is published"
    close(forger)
    rewrite(forger, dossier)
    assert [fault for _, fault in faults(forger, dossier)] == ["differs_from_published_digest"]


def test_heads_taken_away_to_hide_a_rewrite_are_reported(forger, dossier):
    close(forger)
    rewrite(forger, dossier)
    forger.execute("delete from app.digest_head where dossier_id = %s", [dossier])
    assert faults(forger, dossier) == [(0, "digest_does_not_match_its_heads")]


def test_heads_rewritten_with_the_events_are_reported(forger, dossier):
    close(forger)
    rewrite(forger, dossier)
    forger.execute(
        (
            "update app.digest_head h set hash = e.hash from app.event e where h.dossier_id = e.dossier_id"
            " and h.seq = e.seq and h.dossier_id = %s"
        ),
        [dossier],
    )
    assert faults(forger, dossier) == [(0, "digest_does_not_match_its_heads")]


def test_a_day_taken_out_of_the_published_digests_is_reported(scene, forger, dossier):
    close(forger)
    middle = forger.execute("select max(day) from app.daily_digest").fetchone()[0]
    forger.execute("select app.record(%s, 'message', 'clerk')", [dossier])
    close(forger)
    rewrite(forger, dossier)
    forger.execute("delete from app.digest_head where day = %s or dossier_id = %s", [middle, dossier])
    forger.execute("delete from app.daily_digest where day = %s", [middle])
    assert (0, "digest_does_not_match_its_heads") in faults(forger, dossier)


def test_the_record_is_not_edited_by_the_owner_of_the_database(scene, dossier):
    for statement in ("update app.event set data = '{}' where dossier_id = %s", "delete from app.event where dossier_id = %s"):
        with refused("KEEP9"):
            scene.run(statement, dossier)


def test_the_record_is_verified_by_whoever_reads_the_dossier_and_refused_to_strangers(scene, dossier):
    world = scene.world
    assert scene.value("select count(*) from app.event where dossier_id = %s", dossier)
    for person in (OWNER, ACTORS["clerk"], ACTORS["governor"]):
        assert call(world.client(person), "verify_record", p_dossier=dossier) == []
    for word, code in (
        ("stranger", "SEEN1"),
        ("party", "SEEN1"),
        ("clerk_elsewhere", "SEEN1"),
        ("former_clerk", "SEEN1"),
        ("nobody", "ROLE2"),
    ):
        with refused(code):
            call(world.client(ACTORS[word]), "verify_record", p_dossier=dossier)
