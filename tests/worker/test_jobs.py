"""The worker's jobs: each is done once, whoever does it, and none is lost."""

import os
import signal
import threading
import time
import uuid

import pytest
from psycopg.types.json import Jsonb

from components.operations.worker_account import ensure_worker_account
from components.permits.client import call, make_client, stored
from components.permits.refusals import Refusal
from tests.filing import draft, start
from tests.worker.conftest import WORKER
from tests.worker.samples import image, pdf, scripted
from tests.world import refused

FATIMA, HOME = "citizen Fatima", "Ait Iaaza"


def upload(world, dossier, slot, content, name):
    """As the page does it: bytes to storage in the person's own right, then the file is registered. Returns the document's id."""
    client = world.client(FATIMA)
    key = f"{dossier}/{slot}/{uuid.uuid4()}"
    stored(client.storage.from_("dossiers").upload, key, content, {"content-type": "application/pdf"})
    return call(client, "register_document", p_dossier=dossier, p_slot=slot, p_path=key, p_file_name=name, p_size=len(content))


def document(world, identifier):
    return world.owner.rows("select * from app.document where id = %s", identifier)[0]


def many_files(world, count):
    """Files of one dossier waiting to be checked, registered one by one under different names in storage."""
    dossier = draft(world, FATIMA, HOME)
    first = upload(world, dossier, "title", pdf(), "plan.pdf")
    client = world.client(FATIMA)
    for number in range(1, count):
        key = f"{dossier}/title/{uuid.uuid4()}"
        stored(client.storage.from_("dossiers").upload, key, pdf(1 + number % 3), {"content-type": "application/pdf"})
        world.owner.run(
            """with made as (insert into app.document (dossier_id, slot, version, storage_path, file_name)
                             values (%s, 'title', %s, %s, 'plan.pdf') returning id)
               select app.enqueue('check_file', jsonb_build_object('document', id, 'types', jsonb_build_array('application/pdf'),
                                                                   'max_mb', 10)) from made""",
            dossier, number + 1, key,
        )  # fmt: skip
    return dossier, first


def jobs(world, state=None):
    return world.owner.value("select count(*) from app.job where %s::text is null or state = %s", state, state)


def time_passes(world):
    """More than a minute: every hold has lapsed."""
    world.owner.run("update app.job set locked_until = now() - interval '1 second' where state = 'running'")


def work_in_threads(*workers):
    faults = []

    def run(one):
        try:
            one.run(once=True)
        except Exception as fault:  # noqa: BLE001 - carried to the test's own thread
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(one,)) for one in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


# What a check does

def test_a_sound_file_is_accepted_with_its_true_type_digest_and_pages(open_world, worker):
    dossier = draft(open_world, FATIMA, HOME)
    identifier = upload(open_world, dossier, "title", pdf(3), "titre foncier.pdf")
    worker().run(once=True)
    kept = document(open_world, identifier)
    assert (kept["check_state"], kept["mime"], kept["pages"], kept["check_code"]) == ("accepted", "application/pdf", 3, None)
    assert kept["digest"] and kept["size_bytes"] == len(pdf(3))


@pytest.mark.parametrize(("content", "name", "code"), [
    (b"MZ this is a program", "plan.pdf", "SCAN4"), (scripted(), "plan.pdf", "SCAN6"), (image("WEBP"), "photo", "SCAN3"),
])  # fmt: skip
def test_an_unacceptable_file_is_refused_and_its_owner_reads_what_to_do_in_both_languages(open_world, worker, content, name, code):
    dossier = draft(open_world, FATIMA, HOME)
    identifier = upload(open_world, dossier, "title", content, name)
    worker().run(once=True)
    assert document(open_world, identifier)["check_code"] == code
    (shown,) = [d for d in call(open_world.client(FATIMA), "draft_page", p_dossier=dossier)["documents"] if d["id"] == identifier]
    assert shown["check"] == "refused" and shown["why"]["fr"] and shown["why"]["ar"]


def test_a_verdict_on_bytes_stays(open_world, worker):
    dossier = draft(open_world, FATIMA, HOME)
    identifier = upload(open_world, dossier, "title", pdf(), "plan.pdf")
    worker().run(once=True)
    open_world.owner.value("select app.file_checked(%s, %s)", identifier, '{"ok": false, "code": "SCAN6"}')
    assert document(open_world, identifier)["check_state"] == "accepted"


# Holds

def test_only_the_worker_calls_its_functions(open_world):
    with open_world.acting_as("administrator of the kingdom") as administrator, refused("ROLE1"):
        administrator.call("worker_claim", p_kinds=["check_file"], p_limit=1)
    with open_world.acting_as("nobody") as nobody, refused("42501"):
        nobody.call("worker_tick")


def test_a_worker_that_lost_its_hold_cannot_finish_the_job(open_world, worker):
    _, identifier = many_files(open_world, 1)
    with open_world.acting_as(WORKER) as slow:
        (first,) = slow.call("worker_claim", p_kinds=["check_file"], p_limit=1)
        assert slow.call("worker_claim", p_kinds=["check_file"], p_limit=1) == [], "held jobs are not given out"
        time_passes(open_world)
        (second,) = slow.call("worker_claim", p_kinds=["check_file"], p_limit=1)
        with refused("MOVE1"):
            slow.call("worker_done", p_job=first["id"], p_token=first["token"], p_result={"ok": False, "code": "SCAN6"})
        slow.call("worker_done", p_job=second["id"], p_token=second["token"], p_result={"ok": True, "mime": "application/pdf"})
        with refused("MOVE1"):
            slow.call("worker_done", p_job=second["id"], p_token=second["token"], p_result={"ok": False, "code": "SCAN6"})
    assert document(open_world, identifier)["check_state"] == "accepted"


def test_somebody_waiting_at_a_screen_is_served_before_a_backlog_and_the_backlog_moves_on(open_world):
    numbers = [open_world.owner.value("select app.enqueue('sign_digest', '{}')") for _ in range(6)]
    with open_world.acting_as(WORKER) as actor:
        taken = actor.call("worker_claim", p_kinds=["sign_digest"], p_limit=2)
    assert {job["id"] for job in taken} == {numbers[0], numbers[-1]}


def test_what_people_wait_for_comes_before_what_may_follow(open_world):
    for kind in ("render_paper", "check_file", "render_paper", "check_file"):
        open_world.owner.value("select app.enqueue(%s, '{}')", kind)
    with open_world.acting_as(WORKER) as actor:
        taken = actor.call("worker_claim", p_kinds=["check_file", "render_paper"], p_limit=3)
    assert sorted(job["kind"] for job in taken) == ["check_file", "check_file", "render_paper"]


def test_two_workers_at_once_do_nothing_twice(open_world, worker, caplog):
    caplog.set_level("INFO", "shubbak.worker")
    many_files(open_world, 20)
    work_in_threads(worker(), worker())
    assert jobs(open_world, "done") == 20
    assert open_world.owner.value("select max(attempts) from app.job") == 1
    done = [record.args[1] for record in caplog.records if record.msg.startswith("done kind")]
    assert len(done) == len(set(done)) == 20


def test_a_worker_killed_in_the_middle_of_its_jobs_loses_nothing(open_world, worker, worker_process):
    dossier, _ = many_files(open_world, 24)
    process = worker_process()
    while True:
        # Stopped first, so that what it holds can be looked at before it dies.
        os.kill(process.pid, signal.SIGSTOP)
        if jobs(open_world, "running") and jobs(open_world, "done"):
            break
        os.kill(process.pid, signal.SIGCONT)
        assert process.poll() is None and jobs(open_world, "done") < 24, process.stderr.read()
        time.sleep(0.01)
    process.kill()
    process.wait()
    held = jobs(open_world, "running")
    worker().run(once=True)
    assert jobs(open_world, "running") == held, "what the dead worker held waits for its minute"
    time_passes(open_world)
    worker().run(once=True)
    assert jobs(open_world, "done") == 24
    assert open_world.owner.value("select count(*) from app.document where dossier_id = %s and check_state = 'accepted'", dossier) == 24


def test_a_worker_told_to_stop_ends_in_order_and_leaves_nothing_held(open_world, worker_process):
    many_files(open_world, 24)
    process = worker_process()
    while not jobs(open_world, "done"):
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=20)
    assert process.returncode == 0 and "stopped" in log
    assert jobs(open_world, "running") == 0


def test_the_log_names_no_person(open_world, worker_process):
    dossier = draft(open_world, FATIMA, HOME)
    upload(open_world, dossier, "title", b"not a document", "acte de naissance de Fatima.pdf")
    _, log = worker_process("--once").communicate(timeout=30)
    assert "result=SCAN4" in log
    assert "Fatima" not in log and "naissance" not in log and "@" not in log


# Failing

def test_a_job_that_fails_is_tried_later_then_given_up_and_said(open_world):
    _, identifier = many_files(open_world, 1)
    open_world.person("administrator of the kingdom")
    with open_world.acting_as(WORKER) as actor:
        for attempt in range(1, 6):
            (job,) = actor.call("worker_claim", p_kinds=["check_file"], p_limit=1)
            assert job["attempts"] == attempt
            state = actor.call("worker_failed", p_job=job["id"], p_token=job["token"], p_fault="ValueError at files.py:1")
            assert state == ("waiting" if attempt < 5 else "failed")
            assert actor.call("worker_claim", p_kinds=["check_file"], p_limit=1) == [], "not at once"
            open_world.owner.run("update app.job set run_after = now()")
    assert document(open_world, identifier)["check_code"] == "SCAN0"
    told = open_world.owner.rows("select person_id from app.notice where kind = 'job_failed'")
    assert open_world.person("administrator of the kingdom") in [row["person_id"] for row in told]


def test_a_job_that_kills_every_worker_is_given_up(open_world):
    _, identifier = many_files(open_world, 1)
    with open_world.acting_as(WORKER) as actor:
        for _ in range(5):
            assert len(actor.call("worker_claim", p_kinds=["check_file"], p_limit=1)) == 1
            time_passes(open_world)
        assert actor.call("worker_claim", p_kinds=["check_file"], p_limit=1) == []
    assert jobs(open_world, "failed") == 1
    assert document(open_world, identifier)["check_code"] == "SCAN0"


def test_a_file_that_never_arrived_is_refused_with_advice(open_world, worker):
    dossier = start(open_world, FATIMA, HOME)
    identifier = open_world.owner.value(
        "insert into app.document (dossier_id, slot, storage_path, file_name) values (%s, 'title', 'nowhere/x', 'a.pdf') returning id",
        dossier,
    )
    open_world.owner.value("select app.enqueue('check_file', %s)", Jsonb({"document": str(identifier), "types": [], "max_mb": 1}))
    worker().run(once=True)
    assert document(open_world, identifier)["check_code"] == "SCAN0"


def test_the_worker_signs_in_again_when_its_session_is_over(open_world, worker):
    one = worker()
    one.run(once=True)
    many_files(open_world, 2)
    one.shop._client = make_client(access_token="a.worn-out.token")
    one.run(once=True)
    assert jobs(open_world, "done") == 2


def test_without_a_backend_the_worker_waits_and_still_stops_when_told(worker_process):
    process = worker_process(SUPABASE_URL="http://127.0.0.1:9")
    line = process.stderr.readline()
    while line and "away" not in line:
        line = process.stderr.readline()
    assert "away code=LINK1" in line
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


def test_a_worker_without_an_account_says_what_to_do(worker_process):
    process = worker_process("--once", SHUBBAK_WORKER_PASSWORD="wrong")
    _, said = process.communicate(timeout=20)
    assert process.returncode == 2 and "worker_account" in said


# Drafts thrown away

def test_the_bytes_of_a_deleted_draft_are_erased_and_no_others(open_world, worker):
    dossier = draft(open_world, FATIMA, HOME)
    upload(open_world, dossier, "title", pdf(), "plan.pdf")
    kept = draft(open_world, FATIMA, HOME)
    identifier = upload(open_world, kept, "title", pdf(2), "autre.pdf")
    rows = open_world.owner.rows("select storage_path from app.document where dossier_id = any(%s)", [dossier, kept])
    paths = [row["storage_path"] for row in rows]
    assert len(paths) == 2
    open_world.owner.run("delete from app.dossier where id = %s", dossier)
    open_world.owner.value("select app.enqueue('delete_files', %s)", Jsonb({"bucket": "dossiers", "paths": paths}))
    worker().run(once=True)
    left = [row["name"] for row in open_world.owner.rows("select name from storage.objects where name = any(%s)", paths)]
    assert left == [document(open_world, identifier)["storage_path"]]


# The account

def test_the_worker_account_is_made_once_and_repaired_when_its_file_is_lost(open_world, backend, tmp_path):
    arguments = (backend.url, backend.service_role_key, backend.database_url, tmp_path)
    file = ensure_worker_account(*arguments)
    first = file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    assert ensure_worker_account(*arguments).read_text() == first
    file.unlink()
    second = ensure_worker_account(*arguments).read_text()
    assert second != first
    assert open_world.owner.value(
        "select count(*) from app.membership m join app.person p on p.id = m.person_id where p.email = 'worker@shubbak.invalid'"
    ) == 1  # fmt: skip


def test_a_refusal_is_not_an_outage(open_world, worker):
    with pytest.raises(Refusal):
        worker().shop.ask("worker_done", p_job=0, p_token=str(uuid.uuid4()), p_result={})
