"""Papers off the page's thread: drawn, sealed, signed, judged. The whole road of a permit, with real keys and poppler's opinion."""

import hashlib
import subprocess

import pytest

from components.permits import authority, sealing, signatures, signing
from components.permits.client import call
from tests.filing import deposited
from tests.worker.conftest import WORKER
from tests.worker.test_jobs import time_passes, work_in_threads
from tests.world import refused

PIN = "582913"


@pytest.fixture
def town(open_world):
    open_world.name = "Freija"
    return open_world


def paper(world, dossier, kind):
    return world.owner.rows("select * from app.paper where dossier_id = %s and kind = %s order by created_at desc", dossier, kind)[0]


def stored_bytes(world, path):
    return world.client(WORKER).storage.from_("papers").download(path)


def decided(world):
    """A deposited request that the president grants; the permit is asked for. Returns the dossier."""
    dossier = deposited(world, "citizen Fatima", world.name)
    with world.acting_as(f"clerk of {world.name}") as clerk:
        clerk.call("act", p_dossier=dossier, p_action="transmit")
    with world.acting_as(f"instructor of {world.name}") as instructor:
        for row in world.owner.rows("select id from app.document where dossier_id = %s", dossier):
            instructor.call("set_verdict", p_document=row["id"], p_verdict="conform")
        instructor.call("act", p_dossier=dossier, p_action="report", p_data={"report": "Conforme", "proposal": "grant"})
    with world.acting_as(f"president of {world.name}") as president:
        president.call("decide", p_dossier=dossier, p_kind="grant", p_terms={"conditions": "Chantier propre"})
    return dossier


def enrolled(world, worker):
    """The president's client, with a key that the authority has certified."""
    client = world.client(f"president of {world.name}")
    if not signatures.key(client):
        signatures.enrol(client, PIN)
    worker().run(once=True)
    assert signatures.key(client)["certificate_pem"]
    return client


def test_the_receipt_is_drawn_sealed_and_published(town, worker, tmp_path):
    dossier = deposited(town, "citizen Fatima", town.name)
    worker().run(once=True)
    receipt = paper(town, dossier, "receipt")
    assert (receipt["state"], receipt["fault"]) == ("published", None)
    pdf = stored_bytes(town, receipt["storage_path"])
    assert hashlib.sha256(pdf).hexdigest() == receipt["file_digest"]
    (tmp_path / "receipt.pdf").write_bytes(pdf)
    said = subprocess.run(["pdfsig", "-nocert", tmp_path / "receipt.pdf"], capture_output=True, text=True).stdout
    assert "Signature is Valid" in said
    assert call(town.client("nobody"), "verify_digest", p_data_digest=receipt["data_digest"])["status"] == "authentic"


def test_a_permit_is_signed_in_two_phases_and_published_only_when_valid(town, worker, home, tmp_path):
    dossier = decided(town)
    president = enrolled(town, worker)
    (waiting,) = [line for line in signatures.waiting(president) if line["dossier"] == str(dossier)]
    shown = signatures.read(president, waiting["paper"])
    assert shown["state"] == "ready" and signatures.preview(president, shown["path"]).startswith(b"%PDF")
    signatures.sign(president, shown, PIN)
    assert paper(town, dossier, "permit")["state"] == "signed", "not published before it was judged"
    worker().run(once=True)
    permit = paper(town, dossier, "permit")
    assert permit["state"] == "published"
    pdf = stored_bytes(town, permit["storage_path"])
    verdict = sealing.validate(pdf, authority.trust_roots(home / "authority"))
    assert verdict.ok and verdict.signer
    (tmp_path / "permit.pdf").write_bytes(pdf)
    said = subprocess.run(["pdfsig", "-nocert", tmp_path / "permit.pdf"], capture_output=True, text=True).stdout
    assert "Signature is Valid" in said and "Total document signed" in said
    assert town.owner.value("select state from app.dossier where id = %s", dossier) == "APPROVED_PENDING_FEES"


def test_a_forged_signature_is_never_published_and_its_signer_may_sign_again(town, worker):
    dossier = decided(town)
    president = enrolled(town, worker)
    (waiting,) = [line for line in signatures.waiting(president) if line["dossier"] == str(dossier)]
    shown = signatures.read(president, waiting["paper"])
    key = signatures.key(president)
    stranger, request = signing.new_key(PIN)
    forged = signing.sign_digest(
        stranger, PIN, authority.issue(worker().shop.home / "authority", request, "Quelqu'un d'autre"), shown["digest"],
        authority.datetime.fromisoformat(shown["now"]),
    )  # fmt: skip
    call(president, "sign_paper", p_paper=shown["paper"], p_digest=shown["digest"], p_cms=forged, p_key=key["id"])
    worker().run(once=True)
    permit = paper(town, dossier, "permit")
    assert permit["state"] == "ready" and permit["published_at"] is None
    assert town.owner.value("select state from app.dossier where id = %s", dossier) == "DECISION_PENDING"
    again = signatures.read(president, waiting["paper"])
    assert "/" in again["signature_fault"], "said in both languages"
    signatures.sign(president, again, PIN)
    worker().run(once=True)
    assert paper(town, dossier, "permit")["state"] == "published"


def test_a_paper_that_cannot_be_printed_says_why_instead_of_leaving(town, worker):
    dossier = deposited(town, "citizen Fatima", town.name)
    town.owner.run("delete from app.job")
    receipt = paper(town, dossier, "receipt")
    town.owner.run("update app.paper set data = data - 'title' where id = %s", receipt["id"])
    town.owner.value("select app.enqueue('render_paper', jsonb_build_object('paper', %s::uuid))", receipt["id"])
    worker().run(once=True)
    receipt = paper(town, dossier, "receipt")
    assert receipt["state"] == "failed" and receipt["fault"] and receipt["storage_path"] is None
    assert town.owner.value("select max(state) from app.job where kind = 'render_paper'") == "done", "no use in trying again"


def test_two_workers_drawing_papers_publish_each_once(town, worker):
    dossiers = [deposited(town, f"citizen number {n}", town.name) for n in range(4)]
    work_in_threads(worker(), worker())
    for dossier in dossiers:
        assert paper(town, dossier, "receipt")["state"] == "published"
        published = town.owner.value("select count(*) from app.event where dossier_id = %s and kind = 'paper_published'", dossier)
        assert published == 1


def test_a_worker_that_lost_its_hold_cannot_change_the_file_that_was_published(town, worker):
    dossier = deposited(town, "citizen Fatima", town.name)
    with town.acting_as(WORKER) as slow:
        (job,) = slow.call("worker_claim", p_kinds=["render_paper"], p_limit=1)
    time_passes(town)
    worker().run(once=True)
    receipt = paper(town, dossier, "receipt")
    one = worker()
    one.do_job({**job, "kind": "render_paper"})
    assert paper(town, dossier, "receipt") == receipt
    assert hashlib.sha256(stored_bytes(town, receipt["storage_path"])).hexdigest() == receipt["file_digest"]


def test_only_the_worker_puts_papers(town, worker):
    dossier = deposited(town, "citizen Fatima", town.name)
    for name in ("citizen Fatima", f"president of {town.name}"):
        with pytest.raises(Exception, match="row-level|Unauthorized|403"):
            town.client(name).storage.from_("papers").upload(f"{dossier}/forged.pdf", b"%PDF-", {"content-type": "application/pdf"})


def test_the_days_digest_is_signed_published_and_mailed(town, worker, home):
    governor = town.person("governor of Taroudannt")
    town.owner.run("insert into app.daily_digest (day, heads, previous, digest) values ('2001-01-01', 0, '', 'abc') on conflict do nothing")
    town.owner.value("select app.enqueue('sign_digest', '{\"day\": \"2001-01-01\"}')")
    worker().run(once=True)
    (kept,) = town.owner.rows("select * from app.daily_digest where day = '2001-01-01'")
    public = authority.digest_public_key(home / "authority")
    assert authority.verify_digest_line(public, authority.digest_line("2001-01-01", "abc"), kept["signature"])
    assert not authority.verify_digest_line(public, authority.digest_line("2001-01-01", "abd"), kept["signature"])
    shown = town.client("nobody").rpc("daily_digests", {"p_limit": 366}).execute().data
    assert "2001-01-01" in [row["day"] for row in shown]
    mailed = town.owner.rows("select data from app.outbox where person_id = %s and template = 'daily_digest'", governor)
    assert "abc" in [row["data"]["digest"] for row in mailed]


def test_a_worthless_certificate_request_is_answered_with_nothing(town, worker):
    client = town.client(f"president of {town.name}")
    sealed, _ = signing.new_key(PIN)
    nonsense = "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----"
    call(client, "enrol_key", p_sealed_key=sealed, p_request_pem=nonsense)
    worker().run(once=True)
    assert signatures.key(client)["certificate_pem"] is None
    with refused("SIGN4"):
        call(client, "enrol_key", p_sealed_key="open key", p_request_pem="x")
