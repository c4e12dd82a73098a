"""A committee's papers through the database and the worker, with real keys: what is accepted, and what is refused with its code."""

import re
import subprocess
from datetime import datetime

import pytest

from components.permits import authority, committee, detached, signatures, signing
from components.permits.client import call
from components.permits.documents.inspect import examine_here
from tests import building
from tests.worker.conftest import WORKER
from tests.world import refused

PIN, TOWN, SECRETARY = "582913", "Ait Iaaza", "secretary of Taroudannt province"
COMMUNE, STATE, AGENCY = MEMBERS = f"member commune of {TOWN}", "member province of Taroudannt province", "member agency of Taroudannt"


class Hall:
    """A small commune's dossier before the province's committee: three members whose keys the authority certified."""

    def __init__(self, world, worker):
        self.world, self.worker = world, worker
        for who in (*MEMBERS, SECRETARY):
            world.person(who)
        self.dossier = building.seated(world, "citizen Fatima", TOWN)
        self.clients = {who: world.client(who) for who in (*MEMBERS, SECRETARY)}
        for who in MEMBERS:
            if not signatures.key(self.clients[who]):
                signatures.enrol(self.clients[who], PIN)
        self.works()

    def works(self):
        self.worker().run(once=True)

    def seat(self, who):
        role = who.split(" of ")[0].replace(" ", "_")
        return str(self.world.owner.value("select id from app.seats_of(%s) where role = %s", self.dossier, role))

    def draft(self, who, outcome="favourable", reasons="Conforme.", article="", items=()):
        return committee.draft_opinion(self.clients[who], self.seat(who), outcome, reasons, article, list(items))

    def give(self, who, *said):
        committee.sign_opinion(self.clients[who], self.draft(who, *said), PIN)

    def gather(self):
        for who in MEMBERS:
            self.give(who)
        self.works()

    def minutes(self):
        paper = committee.draw_minutes(self.clients[SECRETARY], self.dossier)
        self.works()
        return paper

    def prepare(self, who, paper):
        committee.prepare_minutes(self.clients[who], paper, wait=0)
        self.works()
        return committee.prepare_minutes(self.clients[who], paper, wait=0)

    def sign(self, who, paper):
        committee.sign_minutes(self.clients[who], self.prepare(who, paper), PIN)
        self.works()

    def send(self, who, prepared, cms):
        """A signature as the API takes it, whatever it is; what the worker then said of it."""
        key = signatures.key(self.clients[who])["id"]
        call(self.clients[who], "sign_minutes", p_signature=prepared["signature"], p_digest=prepared["digest"], p_cms=cms, p_key=key)
        self.works()
        return self.world.owner.rows("select state, fault from app.seat_signature where id = %s", prepared["signature"])[0]

    def cms(self, who, prepared):
        held = signatures.key(self.clients[who])
        return signing.sign_digest(
            held["sealed_key"], PIN, held["certificate_pem"], prepared["digest"], datetime.fromisoformat(prepared["now"])
        )

    def row(self, paper):
        return self.world.owner.rows("select * from app.paper where id = %s", paper)[0]

    def bytes(self, path):
        return self.world.client(WORKER).storage.from_("papers").download(path)


@pytest.fixture
def hall(open_world, worker):
    return Hall(open_world, worker)


def test_minutes_are_drawn_signed_by_each_member_sealed_and_stand_any_examination(hall, home, tmp_path):
    hall.gather()
    paper = hall.minutes()
    drawn = hall.row(paper)
    assert (drawn["state"], drawn["fault"]) == ("ready", None)
    assert hall.bytes(drawn["prepared"]["docx"]).startswith(b"PK"), "the working copy"
    for who in MEMBERS:
        hall.sign(who, paper)
    committee.seal_minutes(hall.clients[SECRETARY], paper)
    hall.works()
    sealed = hall.row(paper)
    assert sealed["state"] == "published"
    pdf = hall.bytes(sealed["storage_path"])
    (tmp_path / "minutes.pdf").write_bytes(pdf)
    said = subprocess.run(["pdfsig", "-nocert", tmp_path / "minutes.pdf"], capture_output=True, text=True).stdout
    assert re.findall("Signature Validation: (.*)", said) == ["Signature is Valid."] * 4
    found = examine_here(pdf, authority.trust_roots(home / "authority"))
    assert (found.state, found.faults, found.sealed) == ("signed_valid", (), True)
    assert [each["state"] for each in found.opinions] == ["sound"] * 3 and found.data_digest == sealed["data_digest"]
    assert {each["seat"] for each in found.signatures[:3]} == {hall.seat(who) for who in MEMBERS}
    assert call(hall.world.client("nobody"), "verify_digest", p_data_digest=found.data_digest)["status"] == "authentic"


def test_forged_replayed_and_late_signatures_are_refused_and_their_owners_may_sign_again(hall, home):
    hall.gather()
    paper = hall.minutes()
    first = hall.prepare(COMMUNE, paper)
    stranger, request = signing.new_key(PIN)
    certificate = authority.issue(home / "authority", request, "Quelqu'un d'autre")
    forged = signing.sign_digest(stranger, PIN, certificate, first["digest"], datetime.fromisoformat(first["now"]))
    judged = hall.send(COMMUNE, first, forged)
    assert judged["state"] == "invalid" and " / " in judged["fault"], "another certificate"

    again = hall.prepare(COMMUNE, paper)
    other = hall.prepare(STATE, paper)
    assert hall.send(STATE, other, hall.cms(STATE, again))["state"] == "invalid", "made for another field"
    used = hall.cms(COMMUNE, again)
    assert hall.send(COMMUNE, again, used)["state"] == "valid"
    later = hall.prepare(STATE, paper)
    assert hall.send(STATE, later, used)["state"] == "invalid", "replayed"
    with refused("SIGN3"):
        hall.prepare(COMMUNE, paper)  # one member signs once

    waiting, quicker = hall.prepare(STATE, paper), hall.prepare(AGENCY, paper)
    assert hall.send(AGENCY, quicker, hall.cms(AGENCY, quicker))["state"] == "valid"
    with refused("MINU3"):
        committee.sign_minutes(hall.clients[STATE], waiting, PIN)
    hall.sign(STATE, paper)
    assert hall.world.owner.value("select count(*) from app.seat_signature where paper_id = %s and state = 'valid'", paper) == 3
    assert hall.row(paper)["state"] == "ready"


def test_an_opinion_is_given_only_under_its_authors_signature_of_that_very_text(hall):
    drafted = hall.draft(AGENCY, "unfavourable", "Trop haut.", "12-90 art. 43")
    held = signatures.key(hall.clients[AGENCY])
    when = datetime.fromisoformat(drafted["now"])

    def send(text, who=held):
        cms = detached.sign_text(who["sealed_key"], PIN, who["certificate_pem"], text, when)
        call(hall.clients[AGENCY], "sign_opinion", p_opinion=drafted["opinion"], p_digest=drafted["digest"], p_cms=cms, p_key=held["id"])
        hall.works()
        return hall.world.owner.value("select state from app.opinion where id = %s", drafted["opinion"])

    assert send(drafted["canonical"].replace("Trop haut", "Conforme")) == "draft", "another text"
    assert send(drafted["canonical"], signatures.key(hall.clients[COMMUNE])) == "draft", "a colleague's key"
    faults = hall.world.owner.rows("select fault from app.opinion_signature where opinion_id = %s", drafted["opinion"])
    assert len(faults) == 2 and all(" / " in row["fault"] for row in faults)
    assert send(drafted["canonical"]) == "given"


def test_minutes_are_not_drawn_when_an_opinion_was_changed_behind_its_authors_back(hall):
    hall.gather()
    hall.world.owner.run("update app.opinion set reasons = 'Autre chose' where seat_id = %s", hall.seat(AGENCY))
    paper = hall.row(hall.minutes())
    assert paper["state"] == "failed" and paper["storage_path"] is None
    agency = next(member for member in paper["data"]["members"] if member["seat"] == hall.seat(AGENCY))
    assert agency["role"]["fr"] in paper["fault"]
