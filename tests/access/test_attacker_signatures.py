"""A committee's signatures, attacked over HTTP: forged, borrowed, replayed, twice, at once. Real keys, and a real worker to judge them."""

import base64
import threading
import uuid
from datetime import datetime

import pytest

from components.operations.worker import Worker
from components.operations.workshop import Workshop
from components.permits import authority, committee, detached, signatures, signing
from components.permits.client import call
from components.permits.refusals import Refusal
from tests import building, hall
from tests.backend import start_backend
from tests.hall import AGENCY, COMMUNE, MEMBERS, PLACE, PRESIDENT, SECRETARY, STATE
from tests.world import PASSWORD, World, refused

PIN = "582913"
OUTSIDERS = ("member commune of Aoulouz", "member agency of Tiznit", "citizen Zahra", "citizen Fatima", PRESIDENT)


NO_SIGNATURE = base64.b64encode(b"no signature at all" * 30).decode()
REFUSED = "select data ->> 'code' from app.event where kind in ('signature_invalid', 'opinion_invalid') and data ->> 'signature' = %s"
IS_VALID = "select state = 'valid' from app.seat_signature where id = %s"


def broken(cms):
    """The same signature with its last byte changed."""
    forged = bytearray(base64.b64decode(cms))
    forged[-1] ^= 1
    return base64.b64encode(bytes(forged)).decode()


def stranger(folder):
    """A key under an authority that somebody made at home: what a signature asks beside its text."""
    authority.make(folder)
    sealed, request = signing.new_key(PIN)
    return sealed, PIN, authority.issue(folder, request, "Faux membre")


class House:
    """A backend of its own, whose worker takes every job; five members with certified keys; two dossiers before them."""

    def __init__(self, backend, home):
        self.world, self.home, self.clients = World(backend, committed=True), home, {}
        hall.people(self.world)
        self.world.person(hall.WORKER)
        hall.set_rules(self.world, sealing=3)
        self.first, self.second = (building.seated(self.world, "citizen Fatima", PLACE, "URB-02") for _ in range(2))
        self.worker = Worker(Workshop(self.world.email(hall.WORKER), PASSWORD, home))
        self.world.owner.run("delete from app.job")  # receipts that nobody here reads
        for who in MEMBERS:
            signatures.enrol(self.client(who), PIN)
        self.works()

    def client(self, who):
        if who not in self.clients:
            self.clients[who] = self.world.client(who)
        return self.clients[who]

    def works(self):
        self.worker.run(once=True)

    def key(self, who):
        return signatures.key(self.client(who))

    def draft(self, who, dossier, outcome="favourable", *said):
        seat = str(hall.seats(self.world, dossier)[hall.role_of(who)]["id"])
        return committee.draft_opinion(self.client(who), seat, outcome, *(said or ("Conforme.", "", [])))

    def give(self, who, dossier, *said):
        drafted = self.draft(who, dossier, *said)
        committee.sign_opinion(self.client(who), drafted, PIN)
        self.works()
        return drafted

    def cms_of(self, who, text, now):
        """What this member's key makes of a text."""
        key = self.key(who)
        return detached.sign_text(key["sealed_key"], PIN, key["certificate_pem"], text, datetime.fromisoformat(now))

    def send_opinion(self, who, drafted, cms):
        """A signature straight to the API, whatever it is; the worker's verdict: (state of the opinion, fault)."""
        sent = call(
            self.client(who), "sign_opinion", p_opinion=drafted["opinion"], p_digest=drafted["digest"], p_cms=cms, p_key=self.key(who)["id"]
        )
        assert self.value("select state from app.opinion where id = %s", drafted["opinion"]) == "signing", "received, and no more"
        self.works()
        verdict = self.value(REFUSED, sent["signature"])
        return self.value("select state from app.opinion where id = %s", drafted["opinion"]), verdict

    def value(self, query, *values):
        return self.world.owner.value(query, *values)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with start_backend(tmp_path_factory.mktemp("attacked")) as backend, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUPABASE_URL", backend.url)
        patch.setenv("SUPABASE_ANON_KEY", backend.anon_key)
        patch.delenv("SUPABASE_PUBLISHABLE_KEY", raising=False)
        made = House(backend, tmp_path_factory.mktemp("attacked-home"))
        yield made
        made.world.close()


# -- opinions ---------------------------------------------------------------------------------------------------------------


def test_a_forged_or_borrowed_signature_is_received_judged_and_makes_no_opinion(house, tmp_path):
    said = ("unfavourable", "Recul insuffisant", "PA, art. 12", [])
    drafted = house.draft(AGENCY, house.first, *said)
    text, now = drafted["canonical"], drafted["now"]
    other = house.draft(COMMUNE, house.first)
    for code, cms in {
        "SEAL1": NO_SIGNATURE,
        "SEAL2": house.cms_of(AGENCY, text.replace("unfavourable", "favourable"), now),
        "SEAL3": broken(house.cms_of(AGENCY, text, now)),
        "SEAL4": detached.sign_text(*stranger(tmp_path / "authority"), text, datetime.fromisoformat(now)),
        "SEAL5": house.cms_of(COMMUNE, text, now),
    }.items():
        assert house.send_opinion(AGENCY, drafted, cms) == ("draft", code)
        assert "Recul insuffisant" not in str(committee.desk(house.client(COMMUNE), str(house.first)))
        assert call(house.client(AGENCY), "committee_desk", p_dossier=str(house.first))["mine"][0]["opinion"]["fault"]
    assert house.value("select count(*) from app.opinion where state = 'given'") == 0
    assert house.send_opinion(AGENCY, drafted, house.cms_of(AGENCY, text, now)) == ("given", None), "its author signs it in the end"
    assert house.send_opinion(COMMUNE, other, house.cms_of(COMMUNE, other["canonical"], other["now"])) == ("given", None)


def test_the_signature_of_another_opinion_is_not_replayed(house):
    mine = house.value("select o.id from app.opinion o where o.dossier_id = %s and o.role = 'member_agency'", house.first)
    used = house.world.owner.rows("select digest, cms from app.opinion_signature where opinion_id = %s and state = 'valid'", mine)[0]
    drafted = house.draft(AGENCY, house.second)
    with refused("OPIN3"):
        house.send_opinion(AGENCY, drafted | {"digest": used["digest"]}, used["cms"])
    assert house.send_opinion(AGENCY, drafted, used["cms"]) == ("draft", "SEAL2")
    with refused("OPIN2"):
        house.send_opinion(AGENCY, {"opinion": str(mine), "digest": used["digest"]}, used["cms"])


def test_nobody_signs_an_opinion_twice_or_in_the_place_of_its_author(house):
    drafted = house.draft(STATE, house.first)
    cms = house.cms_of(STATE, drafted["canonical"], drafted["now"])
    sent = {"p_opinion": drafted["opinion"], "p_digest": drafted["digest"], "p_cms": cms}
    for who in (AGENCY, COMMUNE, *OUTSIDERS):
        with refused("SEAT1"):
            call(house.client(who), "sign_opinion", **sent, p_key=house.key(STATE)["id"])
    with refused("SIGN4"):
        call(house.client(STATE), "sign_opinion", **sent, p_key=house.key(AGENCY)["id"])
    call(house.client(STATE), "sign_opinion", **sent, p_key=house.key(STATE)["id"])
    with refused("SIGN3"):
        call(house.client(STATE), "sign_opinion", **sent, p_key=house.key(STATE)["id"])
    house.works()
    with refused("OPIN2"):
        call(house.client(STATE), "sign_opinion", **sent, p_key=house.key(STATE)["id"])
    for outcome in ("favourable", "unfavourable"):
        with refused("OPIN2"):
            house.draft(STATE, house.first, outcome, "Motif", "12", [])


def test_two_requests_at_once_sign_one_opinion_once(house):
    who = MEMBERS[3]
    drafted = house.draft(who, house.first)
    cms, key = house.cms_of(who, drafted["canonical"], drafted["now"]), house.key(who)["id"]
    sent = {"p_opinion": drafted["opinion"], "p_digest": drafted["digest"], "p_cms": cms, "p_key": key}
    assert sorted(at_once([(house.world.client(who), "sign_opinion", sent)] * 4)) == ["SIGN3", "SIGN3", "SIGN3", "done"]
    house.works()
    assert house.value("select count(*) from app.opinion_signature where opinion_id = %s", drafted["opinion"]) == 1
    house.give(MEMBERS[4], house.first)


def at_once(calls):
    """Several calls in the same instant: 'done' or the code of each refusal."""
    start, said = threading.Barrier(len(calls)), []

    def run(client, function, params):
        start.wait()
        try:
            call(client, function, **params)
            said.append("done")
        except Refusal as refusal:
            said.append(refusal.code)

    threads = [threading.Thread(target=run, args=one) for one in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


# -- minutes ----------------------------------------------------------------------------------------------------------------


def has_given(house, who, dossier):
    return house.value(
        "select count(*) from app.opinion where dossier_id = %s and role = %s and state = 'given'", dossier, hall.role_of(who)
    )


@pytest.fixture(scope="module")
def minutes(house):
    """The minutes of the first dossier, drawn by the secretariat: all five opinions are in (the tests above gave them)."""
    for who in MEMBERS:
        if not has_given(house, who, house.first):
            house.give(who, house.first)
    paper = committee.draw_minutes(house.client(SECRETARY), str(house.first))
    house.works()
    assert house.value("select state from app.paper where id = %s", paper) == "ready", house.value(
        "select fault from app.paper where id = %s", paper
    )
    return paper


def prepared(house, who, paper):
    """What this member is shown to sign, on the revision of this moment."""
    committee.prepare_minutes(house.client(who), paper, wait=0)
    house.works()
    return committee.prepare_minutes(house.client(who), paper, wait=0)


def cms_over(house, who, digest, now):
    key = house.key(who)
    return signing.sign_digest(key["sealed_key"], PIN, key["certificate_pem"], digest, datetime.fromisoformat(now))


def sent(house, who, shown, cms=None):
    cms = cms or cms_over(house, who, shown["digest"], shown["now"])
    return {"p_signature": shown["signature"], "p_digest": shown["digest"], "p_cms": cms, "p_key": house.key(who)["id"]}


def put(house, who, shown, cms=None):
    return call(house.client(who), "sign_minutes", **sent(house, who, shown, cms))


def revision(house, paper):
    return house.world.owner.rows("select storage_path, file_digest, state from app.paper where id = %s", paper)


def test_minutes_are_drawn_once_and_sealed_by_the_secretariat_alone(house, minutes):
    with refused("MINU2"):
        committee.draw_minutes(house.client(SECRETARY), str(house.first))
    for who in MEMBERS[:2]:
        with refused("ROLE1"):
            committee.draw_minutes(house.client(who), str(house.first))
        with refused("ROLE1"):
            committee.seal_minutes(house.client(who), minutes)
    with refused("MINU4"):
        committee.seal_minutes(house.client(SECRETARY), minutes)


def test_a_forged_or_borrowed_signature_is_received_and_never_put_on_the_minutes(house, minutes, tmp_path):
    before = revision(house, minutes)
    foreign = stranger(tmp_path / "authority")
    for code, forge in {
        "SEAL1": lambda digest, now: NO_SIGNATURE,
        "SEAL2": lambda digest, now: cms_over(house, AGENCY, "ab" * 32, now),
        "SEAL3": lambda digest, now: broken(cms_over(house, AGENCY, digest, now)),
        "SEAL4": lambda digest, now: signing.sign_digest(*foreign, digest, datetime.fromisoformat(now)),
        "SEAL5": lambda digest, now: cms_over(house, COMMUNE, digest, now),
    }.items():
        shown = prepared(house, AGENCY, minutes)
        put(house, AGENCY, shown, forge(shown["digest"], shown["now"]))
        house.works()
        assert house.value("select state from app.seat_signature where id = %s", shown["signature"]) == "invalid", code
        assert house.value(REFUSED, shown["signature"]) == code
        assert revision(house, minutes) == before
    assert house.value("select app.signed_seats(%s)", minutes) == 0


def test_only_members_named_in_the_minutes_and_only_what_was_prepared_for_them_is_signed(house, minutes):
    shown = prepared(house, AGENCY, minutes)
    good = sent(house, AGENCY, shown)
    for who, code in zip(OUTSIDERS, ("SEEN1", "SEEN1", "SEEN1", "SEAT1", "SEAT1")):
        with refused(code):
            committee.prepare_minutes(house.client(who), minutes, wait=0)
        with refused(code):
            call(house.client(who), "sign_minutes", **good)
    for who in (COMMUNE, SECRETARY):
        with refused("SEAT1"):
            call(house.client(who), "sign_minutes", **good)
    for change, code in (
        ({"p_digest": "ab" * 32}, "SIGN2"),
        ({"p_digest": None}, "SIGN2"),
        ({"p_key": house.key(COMMUNE)["id"]}, "SIGN4"),
        ({"p_key": str(uuid.uuid4())}, "SIGN4"),
        ({"p_cms": ""}, "SIGN6"),
        ({"p_cms": "<x>" * 99}, "SIGN6"),
        ({"p_signature": str(uuid.uuid4())}, "SEEN1"),
    ):
        with refused(code):
            call(house.client(AGENCY), "sign_minutes", **(good | change))


def test_of_two_members_at_once_one_signs_and_the_other_signs_the_newer_revision(house, minutes):
    shown = {who: prepared(house, who, minutes) for who in (AGENCY, COMMUNE)}
    said = at_once([(house.client(who), "sign_minutes", sent(house, who, shown[who])) for who in shown])
    assert sorted(said) == ["MINU3", "done"]
    house.works()
    (late,) = [who for who in shown if not house.value(IS_VALID, shown[who]["signature"])]
    with refused("MINU3"):
        put(house, late, shown[late])
    again = prepared(house, late, minutes)
    assert again["revision"] != shown[late]["revision"] and again["digest"] != shown[late]["digest"]
    put(house, late, again)
    house.works()
    assert house.value("select app.signed_seats(%s)", minutes) == 2


def test_a_member_signs_once_and_no_signature_is_replayed(house, minutes):
    with refused("SIGN3"):
        committee.prepare_minutes(house.client(AGENCY), minutes, wait=0)
    used = house.world.owner.rows(
        "select id, prepared ->> 'document_digest' as digest, cms from app.seat_signature where signer_id = %s and state = 'valid'",
        house.world.person(AGENCY),
    )[0]
    with refused("SIGN3"):
        put(house, AGENCY, {"signature": str(used["id"]), "digest": used["digest"]}, used["cms"])
    for who in MEMBERS:
        if not has_given(house, who, house.second):
            house.give(who, house.second)
    other = committee.draw_minutes(house.client(SECRETARY), str(house.second))
    house.works()
    shown = prepared(house, AGENCY, other)
    with refused("SIGN2"):
        put(house, AGENCY, shown | {"digest": used["digest"]}, used["cms"])
    put(house, AGENCY, shown, used["cms"])
    house.works()
    assert house.value(REFUSED, shown["signature"]) == "SEAL2" and house.value("select app.signed_seats(%s)", other) == 0


def test_at_two_signatures_of_five_under_a_rule_of_three_nothing_is_sealed_and_at_three_it_is(house, minutes):
    assert house.value("select app.signed_seats(%s)", minutes) == 2
    with refused("MINU4"):
        committee.seal_minutes(house.client(SECRETARY), minutes)
    third = prepared(house, STATE, minutes)
    put(house, STATE, third)
    with refused("MINU4"):
        committee.seal_minutes(house.client(SECRETARY), minutes)  # received is not yet valid
    house.works()
    for who in (STATE, AGENCY):
        with refused("ROLE1"):
            committee.seal_minutes(house.client(who), minutes)
    committee.seal_minutes(house.client(SECRETARY), minutes)
    with refused("MINU5"):
        committee.seal_minutes(house.client(SECRETARY), minutes)
    house.works()
    assert house.value("select state from app.paper where id = %s", minutes) == "published"
    assert house.value("select step from app.dossier where id = %s", house.first) == "decision"
    with refused("MINU5"):
        committee.prepare_minutes(house.client(MEMBERS[4]), minutes, wait=0)


def test_an_opinion_altered_behind_the_rules_is_named_by_whoever_verifies(house, minutes):
    assert committee.verify_minutes(house.client(AGENCY), minutes)["sound"]
    house.world.owner.run("update app.opinion set outcome = 'favourable' where dossier_id = %s and role = 'member_agency'", house.first)
    found = committee.verify_minutes(house.client(PRESIDENT), minutes)
    assert not found["sound"]
    (line,) = [line for line in found["opinions"] if line["state"] != "sound"]
    assert line["seat"] == str(hall.seats(house.world, house.first)["member_agency"]["id"]) and line["state"] == "altered"
