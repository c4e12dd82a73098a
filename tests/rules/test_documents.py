"""Documents: who puts them, who opens them, what is kept. Identity papers open only under a logged look."""

import threading
import uuid

import psycopg
import pytest

from tests.filing import PROCEDURE, attach, check, deposited, draft, offer, register, start, upload
from tests.world import refused

HOME = "Ait Iaaza"
FATIMA = "citizen Fatima"
CLERK = f"clerk of {HOME}"


def row(world, document):
    return world.owner.rows("select * from app.document where id = %s", document)[0]


def key_of(world, document):
    return row(world, document)["storage_path"]


def fetch(world, person, document):
    """What the storage service does with a person's token: read the object's row in that person's role."""
    with world.acting_as(person) as actor:
        return bool(actor.rows("select name from storage.objects where bucket_id = 'dossiers' and name = %s", key_of(world, document)))


def look(world, person, document, purpose="instruction"):
    with world.acting_as(person) as actor:
        return actor.call("open_document", p_document=document, p_purpose=purpose)


# Putting


def test_a_registered_file_waits_for_its_check_and_a_job_is_left_for_the_worker(world):
    dossier = draft(world, FATIMA, HOME)
    document = register(world, FATIMA, dossier, "title", name="titre.pdf")
    kept = row(world, document)
    assert (kept["check_state"], kept["version"], kept["file_name"], kept["is_identity"]) == ("unchecked", 1, "titre.pdf", False)
    payload = world.owner.value("select payload from app.job where kind = 'check_file' and payload ->> 'document' = %s", str(document))
    assert (
        payload["path"] == kept["storage_path"]
        and payload["slot"] == "title"
        and "application/pdf" in payload["types"]
        and payload["max_mb"] == 10
    )


def test_a_stranger_puts_no_file_into_somebody_elses_dossier(world):
    dossier = draft(world, FATIMA, HOME)
    assert upload(world, FATIMA, dossier, "title")  # the slot is open
    for stranger in ("citizen Hassan", CLERK, "nobody"):
        with world.acting_as(stranger) as actor, pytest.raises(psycopg.errors.InsufficientPrivilege):
            actor.run(
                "insert into storage.objects (bucket_id, name, owner_id) values ('dossiers', %s, %s)",
                f"{dossier}/title/{uuid.uuid4()}",
                str(actor.person),
            )


@pytest.mark.parametrize("name", ["{d}/title", "{d}/../{d}/title/aaaaaaaa", "{d}/title/a/b", "x/title/aaaaaaaaa", "{d}/ti tle/aaaaaaaaa"])
def test_keys_have_one_shape(world, name):
    dossier = draft(world, FATIMA, HOME)
    with world.acting_as(FATIMA) as fatima, pytest.raises(psycopg.errors.InsufficientPrivilege):
        fatima.run(
            "insert into storage.objects (bucket_id, name, owner_id) values ('dossiers', %s, %s)",
            name.format(d=dossier),
            str(fatima.person),
        )


def test_a_file_that_never_arrived_or_arrived_in_part_is_refused(world):
    dossier = draft(world, FATIMA, HOME)
    key = upload(world, FATIMA, dossier, "title", size=500)
    with world.acting_as(FATIMA) as fatima:
        for path, size in [(f"{dossier}/title/{uuid.uuid4()}", 500), (key, 1000)]:
            with refused("LOST2"):
                fatima.call("register_document", p_dossier=dossier, p_slot="title", p_path=path, p_file_name="a.pdf", p_size=size)


def test_somebody_elses_upload_cannot_be_registered_as_ones_own(world):
    fatimas = draft(world, FATIMA, HOME)
    hassans = draft(world, "citizen Hassan", HOME)
    key = upload(world, "citizen Hassan", hassans, "title")
    with world.acting_as(FATIMA) as fatima, refused("LOST2"):
        fatima.call("register_document", p_dossier=fatimas, p_slot="title", p_path=key, p_file_name="a.pdf", p_size=1000)


def test_a_file_larger_than_its_slot_is_refused_with_the_limit(world):
    dossier = draft(world, FATIMA, HOME)
    with refused("SIZE2") as said:
        register(world, FATIMA, dossier, "identity", size=6_000_000)
    assert "5" in said.fr


@pytest.mark.parametrize("slot", ["unknown", "owner_agreement", "tax_status"])
def test_a_document_that_is_not_asked_is_refused(world, slot):
    dossier = draft(world, FATIMA, HOME)  # an owner: no landlord's agreement; taxes are looked up by the administration
    with refused("SLOT1"):
        register(world, FATIMA, dossier, slot)


def test_a_full_slot_refuses_one_more_and_says_how_many_it_takes(world):
    dossier = draft(world, FATIMA, HOME)
    for _ in range(2):
        register(world, FATIMA, dossier, "identity")
    with refused("MANY1") as said:
        register(world, FATIMA, dossier, "identity")
    assert "2" in said.fr


def test_a_slot_of_one_file_replaces_it_and_keeps_the_earlier_version(world):
    dossier = draft(world, FATIMA, HOME, app_quality="tenant", land_consent=True)
    first = attach(world, FATIMA, dossier, "owner_agreement")
    second = register(world, FATIMA, dossier, "owner_agreement")
    assert (row(world, second)["version"], row(world, second)["replaces"]) == (2, first)
    assert row(world, first)["removed_at"] is not None and row(world, first)["digest"]


def test_registering_again_after_a_lost_answer_changes_nothing(world):
    dossier = draft(world, FATIMA, HOME)
    key = upload(world, FATIMA, dossier, "title")
    with world.acting_as(FATIMA) as fatima:
        ids = {
            fatima.call("register_document", p_dossier=dossier, p_slot="title", p_path=key, p_file_name="a.pdf", p_size=1000)
            for _ in range(2)
        }
    assert len(ids) == 1


def test_two_uploads_at_once_get_different_versions(open_world):
    fatima, home = "citizen Fatima Deux", "Aoulouz"
    dossier = draft(open_world, fatima, home)
    keys = [upload(open_world, fatima, dossier, "title") for _ in range(2)]
    start_together = threading.Barrier(2)

    def one(key):
        with psycopg.connect(open_world.backend.database_url) as connection:
            connection.execute("select set_config('request.jwt.claims', %s, true)", [f'{{"sub": "{open_world.person(fatima)}"}}'])
            connection.execute("set local role authenticated")
            start_together.wait()
            connection.execute("select public.register_document(%s, 'title', %s, 'a.pdf', 1000)", [dossier, key])

    threads = [threading.Thread(target=one, args=[key]) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    versions = open_world.owner.rows("select version from app.document where dossier_id = %s order by version", dossier)
    assert [line["version"] for line in versions] == [1, 2]


def test_a_file_name_is_kept_readable_and_harmless(world):
    dossier = draft(world, FATIMA, HOME)
    document = register(world, FATIMA, dossier, "title", name="../..\\ملكية\n.pdf")
    assert "/" not in row(world, document)["file_name"] and "\n" not in row(world, document)["file_name"]
    assert "ملكية" in row(world, document)["file_name"]


# Taking away


def test_a_file_leaves_a_draft_and_its_bytes_may_be_erased(world):
    dossier = draft(world, FATIMA, HOME)
    document = attach(world, FATIMA, dossier, "title")
    with world.acting_as(FATIMA) as fatima:
        erasable = "select app.may_erase(%s) as yes"
        assert fatima.value(erasable, key_of(world, document)) is False
        assert fatima.call("remove_document", p_document=document) == key_of(world, document)
        assert fatima.value(erasable, key_of(world, document)) is True


def test_nothing_leaves_a_deposited_file(world):
    dossier = deposited(world, FATIMA, HOME)
    [document] = world.owner.rows("select id from app.document where dossier_id = %s and slot = 'title'", dossier)
    with world.acting_as(FATIMA) as fatima:
        with refused("SLOT1"):
            fatima.call("remove_document", p_document=document["id"])
        assert fatima.value("select app.may_erase(%s)", key_of(world, document["id"])) is False
    with pytest.raises(psycopg.errors.InsufficientPrivilege):  # not even the upload
        upload(world, FATIMA, dossier, "title")


def test_a_requested_replacement_is_a_new_version_tied_to_its_request(world):
    dossier = deposited(world, FATIMA, HOME)
    before = world.owner.value("select id from app.document where dossier_id = %s and slot = 'title'", dossier)
    with world.acting_as(CLERK) as clerk:
        request = clerk.call(
            "ask_applicant",
            p_dossier=dossier,
            p_kind="replace",
            p_items=[{"target": "title", "action": "replace", "reason": "unreadable", "note": ""}],
        )
    after = register(world, FATIMA, dossier, "title", replaces=before)
    assert (row(world, after)["version"], row(world, after)["replaces"], row(world, after)["request_id"]) == (2, before, request)
    assert row(world, before)["removed_at"] is not None
    with pytest.raises(psycopg.errors.InsufficientPrivilege):  # the other slots stay closed
        upload(world, FATIMA, dossier, "photos")


# Opening


def test_the_owner_opens_files_of_their_draft_and_a_stranger_does_not(world):
    dossier = draft(world, FATIMA, HOME)
    document = attach(world, FATIMA, dossier, "identity")
    assert fetch(world, FATIMA, document)
    for stranger in ("citizen Hassan", CLERK, f"president of {HOME}", "nobody"):
        assert not fetch(world, stranger, document)
        if stranger != "nobody":
            with refused("SEEN1"):
                look(world, stranger, document)


def test_staff_open_checked_files_only(world):
    dossier = deposited(world, FATIMA, HOME, slots=("identity", "title"))
    document = register(world, FATIMA, dossier, "photos")
    with refused("LOOK2"):
        look(world, CLERK, document)
    assert not fetch(world, CLERK, document)
    check(world, document)
    assert look(world, CLERK, document)["path"] == key_of(world, document) and fetch(world, CLERK, document)


def test_an_identity_paper_opens_only_after_a_look_was_written_down(world):
    dossier = deposited(world, FATIMA, HOME)
    document = world.owner.value("select id from app.document where dossier_id = %s and slot = 'identity'", dossier)
    assert not fetch(world, CLERK, document)
    assert look(world, CLERK, document, "comparer la signature")["path"]
    assert fetch(world, CLERK, document)
    [line] = world.owner.rows("select * from app.access_log where document_id = %s", document)
    assert (line["person_id"], line["purpose"]) == (world.person(CLERK), "comparer la signature")
    assert not fetch(world, f"instructor of {HOME}", document)  # each person's own look
    world.owner.run("update app.access_log set at = at - interval '3 minutes'")
    assert not fetch(world, CLERK, document)
    with world.acting_as(FATIMA) as fatima:
        assert [seen["purpose"] for seen in fatima.call("dossier_for_applicant", p_dossier=dossier)["looks"]] == ["comparer la signature"]


@pytest.mark.parametrize("role", ["governor of Taroudannt", f"cashier of {HOME}", f"inspector of {HOME}"])
def test_readers_of_the_dossier_who_do_not_need_it_see_no_identity_paper(world, role):
    dossier = deposited(world, FATIMA, HOME)
    identity = world.owner.value("select id from app.document where dossier_id = %s and slot = 'identity'", dossier)
    with world.acting_as(role) as reader:
        assert reader.rows("select id from app.dossier where id = %s", dossier)
        assert {line["slot"] for line in reader.rows("select slot from app.document where dossier_id = %s", dossier)} == {"title", "photos"}
    with refused("SEEN1"):
        look(world, role, identity)
    assert not fetch(world, role, identity)


def test_a_consulted_service_sees_the_plans_but_no_identity_paper(world):
    dossier = deposited(world, FATIMA, HOME)
    service = f"technical of {HOME}"
    with world.acting_as(service) as agent:
        assert agent.rows("select id from app.dossier where id = %s", dossier) == []
    world.owner.run(
        "insert into app.task (dossier_id, commune_id, step, role, opened_at) values (%s, %s, 'opinions', 'technical', now())",
        dossier,
        world.commune(HOME),
    )
    with world.acting_as(service) as agent:
        assert agent.rows("select id from app.dossier where id = %s", dossier)
        slots = {line["slot"] for line in agent.rows("select slot from app.document where dossier_id = %s", dossier)}
    assert slots == {"title", "photos"}


def test_the_worker_fetches_what_it_must_check(world):
    dossier = draft(world, FATIMA, HOME)
    document = register(world, FATIMA, dossier, "identity")
    assert fetch(world, "worker of the kingdom", document)


def test_a_form_started_without_files_has_none(world):
    offer(world, HOME)
    dossier = start(world, FATIMA, HOME)
    assert world.owner.value("select count(*) from app.document where dossier_id = %s", dossier) == 0
    assert world.owner.value("select count(*) from app.procedure where code = %s", PROCEDURE) == 1
