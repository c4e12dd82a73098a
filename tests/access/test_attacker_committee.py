"""What is written in confidence before a committee: drafts, private notes, remarks, unsealed minutes. Reached for by every way in."""

import json
import threading
import time
import uuid

import httpx
import psycopg
import pytest

from components.permits.client import call
from components.permits.refusals import Refusal
from tests import building
from tests.access import matrix, probes
from tests.access.scene import ACTORS, PARTY, people
from tests.world import refused

# Texts of the scene (tests/access/committee.py) and who may ever read them; what is missing here is nobody else's business.
SECRETS = {
    "Brouillon secret": {"member_commune"},  # a draft
    "Remarque private": {"member_agency"},  # a note to oneself
    "Remarque committee": people(["committee"]),
    "Recul insuffisant": people(["readers", "committee", "party_and_clerk", "worker", "secretary_of_the_commune"]),  # an opinion given
}


@pytest.fixture(scope="module")
def committee(scene):
    return scene.committee


def readings(scene):
    """Every function that changes nothing, asked about the dossier that is before the committee."""
    stable = {
        row["proname"]
        for row in scene.world.owner.rows(
            "select proname from pg_proc where pronamespace = 'public'::regnamespace and provolatile <> 'v' and prokind = 'f'"
        )
    }
    ours = {"p_dossier": scene.committee.before, "p_number": scene.committee.number, "p_paper": scene.committee.minutes}
    for function, (params, _) in probes.calls(scene).items():
        if function in stable:
            yield function, ({name: ours.get(name, value) for name, value in params.items()}, None)


def test_no_reading_function_tells_anybody_what_another_wrote_in_confidence(scene):
    world, told, found = scene.world, [], dict.fromkeys(SECRETS, 0)
    calls = probes.spoken(world, dict(readings(scene)))
    assert {
        "committee_desk",
        "session_page",
        "dossier_page",
        "dossier_for_applicant",
        "committee_calendar",
        "verify_minutes",
    } <= calls.keys()
    for word, name in ACTORS.items():
        for function, answer, _ in probes.answers(world, name, calls):
            for secret in SECRETS:
                found[secret] += secret in answer
                if secret in answer and word not in SECRETS[secret]:
                    told.append(f"{function} told {word}: {secret}")
    assert not told, "\n".join(told)
    assert all(found.values()), f"nobody found, so nothing is proved: {found}"


def test_no_row_of_a_table_shows_them_to_others_either(scene):
    """Each table in which the owner finds one of them, asked by everybody in their own right."""
    world, told = scene.world, []
    holding = [
        (table, secret)
        for table in matrix.expected()["tables"]
        for secret in SECRETS
        if scene.value(f"select exists (select from app.{table} as whole where whole::text like '%%' || %s || '%%')", secret)
    ]
    assert {("opinion", "Brouillon secret"), ("remark", "Remarque private"), ("event", "Recul insuffisant")} <= set(holding)
    for word, name in ACTORS.items():
        speaker = probes.actor(world, name)
        for table, secret in holding:
            asked = f"select exists (select from app.{table} as whole where whole::text like '%%' || %s || '%%')"
            try:
                if speaker.value(asked, secret) and word not in SECRETS[secret]:
                    told.append(f"{table} shows {word}: {secret}")
            except psycopg.errors.InsufficientPrivilege:
                continue
    assert not told, "\n".join(told)


def test_nobody_writes_the_committees_tables(scene):
    """Not even those who sit: every change is a function."""
    for word in ("member_agency", "secretary", "president", "party", "administrator_kingdom", "worker"):
        speaker = probes.actor(scene.world, ACTORS[word])
        for table, change in {
            "opinion": "outcome = 'favourable'",
            "opinion_signature": "state = 'valid'",
            "seat": "is_binding = false",
            "seat_signature": "state = 'valid'",
            "session": "state = 'closed'",
            "agenda_item": "state = 'examined'",
            "attendance": "status = 'present'",
            "committee": "settings = '{}'",
            "remark": "body = 'x'",
            "paper": "state = 'published'",
        }.items():
            for statement in (f"update app.{table} set {change}", f"delete from app.{table}", f"insert into app.{table} default values"):
                with refused("42501"):
                    speaker.run(statement)


def test_who_sits_elsewhere_or_on_another_dossier_reaches_nothing_here(scene, committee):
    verbs = probes.committee_calls(committee)
    for word in (
        "member_commune_elsewhere",
        "member_agency_elsewhere",
        "member_network",
        "secretary_elsewhere",
        "secretary_province_elsewhere",
    ):
        client = scene.world.client(ACTORS[word])
        assert call(client, "minutes_to_sign") == [] and str(committee.session) not in str(call(client, "committee_calendar"))
        for function in verbs.keys() - {"minutes_to_sign", "committee_calendar"}:
            with pytest.raises(Refusal) as said:
                call(client, function, **json.loads(json.dumps(verbs[function][0], default=str)))
            assert said.value.code in {"SEEN1", "SEAT1", "ROLE1"}, f"{word}: {function}"


@pytest.mark.parametrize("act", ["seat_embedded", "paper_rendered", "signature_embedded"])
def test_the_worker_waits_for_a_signer_without_holding_what_the_signer_needs_next(scene, committee, act):
    """Who acts holds the dossier, then the paper; the worker in another order would let both wait for ever."""
    paper, one = (committee.minutes, committee.prepared["signature"]) if act == "seat_embedded" else (scene.signed["paper"],) * 2
    ask = f'select app.{act}(%s, \'{{"ok": false, "fault": "x"}}\')'
    signer, worker, watcher = (psycopg.connect(scene.world.backend.database_url, autocommit=n == 2) for n in range(3))
    try:
        dossier = watcher.execute("select dossier_id from app.paper where id = %s", [paper]).fetchone()[0]
        signer.execute("select from app.dossier where id = %s for update", [dossier])
        waiting = threading.Thread(target=lambda: worker.execute(ask, [one]))
        waiting.start()
        held = "select cardinality(pg_blocking_pids(%s)) > 0"
        while not watcher.execute(held, [worker.info.backend_pid]).fetchone()[0]:
            assert waiting.is_alive(), "the worker did not ask for the dossier at all"
            time.sleep(0.01)
        signer.execute("select from app.paper where id = %s for update nowait", [paper])
        signer.rollback()
        waiting.join(10)
        assert not waiting.is_alive()
    finally:
        for connection in (signer, worker, watcher):
            connection.rollback()
            connection.close()


# -- remarks ----------------------------------------------------------------------------------------------------------------


def test_a_remark_stays_on_a_page_of_its_own_dossier(scene, committee):
    member = scene.world.client(ACTORS["member_agency"])
    here = {"p_dossier": str(committee.before), "p_document": str(committee.plan), "p_page": 1, "p_x": 0.5, "p_y": 0.5}
    elsewhere = scene.value("select id from app.document where dossier_id = %s and slot = 'masse'", committee.ready)
    identity = scene.value("select id from app.document where dossier_id = %s and is_identity", committee.before)
    for change in (
        {"p_document": str(elsewhere)}, {"p_document": str(identity)}, {"p_document": str(uuid.uuid4())}, {"p_page": 2}, {"p_page": 0},
        {"p_x": 1.1}, {"p_y": -0.1}, {"p_body": " "}, {"p_body": "x" * 3001}, {"p_audience": "everybody"}, {"p_audience": None},
    ):  # fmt: skip
        with refused("LACK8"):
            call(member, "add_remark", **{**here, "p_body": "Cote", **change})
    for word, code in (
        ("party", "SEAT1"),
        ("clerk", "SEAT1"),
        ("member_network", "SEEN1"),
        ("party_and_member", "SEAT1"),
        ("stranger", "SEEN1"),
    ):
        with refused(code):
            call(scene.world.client(ACTORS[word]), "add_remark", **here, p_body="Cote")


def test_a_remark_is_answered_by_its_own_applicants_side_resolved_and_removed_by_its_author(scene, committee):
    remarks = {audience: str(remark) for audience, remark in committee.remarks.items()}
    other = building.seated(scene.world, ACTORS["other_applicant"], scene.here)
    assert scene.value("select count(*) from app.seat where dossier_id = %s", other) > 0
    stranger, party = (scene.world.client(ACTORS[word]) for word in ("other_applicant", "party"))
    for audience in remarks:
        with refused("SEEN1"):
            call(stranger, "answer_remark", p_remark=remarks[audience], p_answer="Vu")
    for audience in ("private", "committee"):
        with refused("SEEN1"):
            call(party, "answer_remark", p_remark=remarks[audience], p_answer="Vu")
    for word in ("secretary", "member_province", "president"):
        client = scene.world.client(ACTORS[word])
        with refused("SEEN1"):
            call(client, "remove_remark", p_remark=remarks["private"])
        for function, more in (("answer_remark", {"p_answer": "Vu"}), ("resolve_remark", {}), ("remove_remark", {})):
            with refused("ROLE1"):
                call(client, function, p_remark=remarks["architect"], **more)
    author = scene.world.client(ACTORS["member_agency"])
    with refused("ROLE1"):
        call(author, "remove_remark", p_remark=remarks["architect"])  # others have read it
    with refused("LACK8"):
        call(party, "answer_remark", p_remark=remarks["architect"], p_answer=" ")


def test_a_note_whose_author_is_gone_is_nobodys(scene, committee):
    with scene.world.connection.transaction(force_rollback=True):
        scene.run("update app.remark set author_id = null where id = %s", committee.remarks["private"])
        for word in ("member_agency", "secretary", "party"):
            for function in ("resolve_remark", "remove_remark"):
                with refused("SEEN1"):
                    probes.actor(scene.world, ACTORS[word]).call(function, p_remark=committee.remarks["private"])


# -- minutes in storage -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stored(scene, committee):
    """Bytes behind the drafts of the minutes: {name: key}."""
    keys = {
        "revision": committee.minutes_path,
        "prepared": committee.prepared["path"],
        "copy": f"{committee.ready}/{committee.minutes}.docx",
    }
    backend = scene.world.backend
    headers = {"apikey": backend.service_role_key, "Authorization": f"Bearer {backend.service_role_key}", "Content-Type": "application/pdf"}
    for key in keys.values():
        answer = httpx.post(
            f"{backend.url}/storage/v1/object/papers/{key}", content=b"%PDF-1.7 minutes", headers={**headers, "x-upsert": "true"}
        )
        assert answer.status_code == 200, answer.text
    return keys


def reads(scene, word, key):
    backend = scene.world.backend
    token = scene.world.client(ACTORS[word]).options.headers["Authorization"]
    return (
        httpx.get(f"{backend.url}/storage/v1/object/papers/{key}", headers={"apikey": backend.anon_key, "Authorization": token}).status_code
        == 200
    )


@pytest.mark.parametrize(
    "word",
    [
        "party",
        "party_and_member",
        "stranger",
        "other_applicant",
        "member_network",
        "member_civil_protection",  # sits, but not on this dossier
        "member_agency_elsewhere",
        "secretary_elsewhere",
        "secretary_province_elsewhere",
        "clerk_elsewhere",
    ],
)
def test_drafts_of_minutes_leave_storage_for_nobody_who_does_not_sit(scene, stored, word):
    assert [name for name, key in stored.items() if reads(scene, word, key)] == []


def test_members_read_the_revision_and_each_only_what_was_prepared_for_them(scene, stored):
    for word in ("member_commune", "member_province", "member_agency", "secretary", "clerk", "president"):
        assert reads(scene, word, stored["revision"]) and reads(scene, word, stored["copy"]), word
        assert reads(scene, word, stored["prepared"]) is (word == "member_commune"), word


def test_the_applicants_side_reads_no_minutes_even_once_they_are_sealed(scene, committee, stored):
    scene.run("update app.paper set state = 'published' where id = %s", committee.minutes)
    try:
        for word in ("party", "party_and_member"):
            assert not any(reads(scene, word, key) for key in stored.values()), word
        with refused("SEEN1"):
            call(scene.world.client(PARTY), "verify_minutes", p_paper=str(committee.minutes))
    finally:
        scene.run("update app.paper set state = 'ready' where id = %s", committee.minutes)
