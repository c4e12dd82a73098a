"""Plans that an architect signed elsewhere: checked on arrival, told to all who read the file, demanded where the commune wants it."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from components.permits import authority, sealing, seats, signing
from components.permits.client import call
from components.permits.refusals import Refusal
from tests import building

HOME, SAMIRA, AGENCY, PIN = "Igoudar Mnabha", "architect Samira", "member agency of Taroudannt", "493817"
NAME = "Samira Benali, architecte"


@pytest.fixture
def signed(tmp_path):
    """signed(text) -> the bytes of a plan signed with a certificate of the architects' own authority, unknown to the house."""
    authority.make(tmp_path / "order")
    sealed_key, request = signing.new_key(PIN)
    certificate = authority.issue(tmp_path / "order", request, NAME)

    def made(text):
        place = seats.Place("Architecte", 0, (60, 60, 260, 120))
        prepared = sealing.prepare(seats.open_places(building.plan(text), [place]), datetime.now(UTC), field="Architecte", alone=False)
        cms = signing.sign_digest(sealed_key, PIN, certificate, prepared.document_digest, datetime.now(UTC))
        return sealing.embed(prepared.draft, prepared.state, cms)

    return made


@pytest.fixture
def strict(open_world):
    """A commune that receives no plan without its author's signature."""
    place = building.offer(open_world, HOME)
    change = "update app.commune_procedure set settings = settings || %s::jsonb where commune_id = %s and procedure_code = 'URB-03'"
    open_world.owner.run(change, '{"plans_must_be_signed": true}', place)
    yield open_world
    open_world.owner.run(change, '{"plans_must_be_signed": false}', place)


def faults(client, dossier):
    page = call(client, "draft_page", p_dossier=dossier)
    return {(fault["path"], fault["severity"]) for fault in page["faults"] if fault["code"] == "SIGP1"}


def filed(world, worker, plans):
    """A draft with all its papers, checked by a real worker. plans: slot -> bytes."""
    dossier = building.draft(world, SAMIRA, HOME)
    client = world.client(SAMIRA)
    for slot in building.SLOTS["URB-03"]:
        building.put(world, client, dossier, slot, plans.get(slot))
    worker().run(once=True)
    return dossier, client


def test_the_signer_is_told_to_the_applicants_side_the_clerk_and_the_member(open_world, worker, signed):
    dossier, client = filed(open_world, worker, {"masse": signed("masse")})
    told = {"signed": True, "valid": True, "trusted": False, "signer": NAME}

    def of(page, slot="masse"):
        [found] = [file["signature"] for file in page["documents"] if file["slot"] == slot]
        return {name: found[name] for name in told}

    assert of(call(client, "draft_page", p_dossier=dossier)) == told
    assert of(call(client, "draft_page", p_dossier=dossier), "levels")["signed"] is False
    assert ("masse", "warn") not in faults(client, dossier) and ("levels", "warn") in faults(client, dossier)
    call(client, "deposit", p_dossier=dossier, p_token=str(uuid4()))
    assert of(call(client, "dossier_for_applicant", p_dossier=dossier)) == told
    with open_world.acting_as(f"clerk of {HOME}") as clerk:
        page = clerk.call("dossier_page", p_dossier=dossier)
    assert of(page) == told
    assert ("levels", "SIGP1") in {(fault["path"], fault["code"]) for fault in page["faults"]}, "the clerk reads what the applicant read"
    open_world.person(AGENCY)  # sits as soon as the clerk transmits
    building.transmit(open_world, HOME, dossier)
    with open_world.acting_as(AGENCY) as member:
        assert of(member.call("committee_desk", p_dossier=dossier)) == told


def test_where_the_commune_wants_it_an_unsigned_or_altered_plan_is_refused_and_signed_ones_are_received(strict, worker, signed):
    plans = {slot: signed(slot) for slot in building.PLANS}
    dossier, client = filed(strict, worker, plans | {"levels": building.plan("levels"), "masse": signed("masse") + b"\n% more"})
    assert faults(client, dossier) >= {("levels", "refuse"), ("masse", "refuse")}
    with pytest.raises(Refusal) as refused:
        call(client, "deposit", p_dossier=dossier, p_token=str(uuid4()))
    assert refused.value.code == "LACK1"
    for slot in ("levels", "masse", *[path for path, _ in faults(client, dossier) if path not in plans]):
        [old] = [file["id"] for file in call(client, "draft_page", p_dossier=dossier)["documents"] if file["slot"] == slot]
        call(client, "remove_document", p_document=old)
        building.put(strict, client, dossier, slot, signed(slot))
    worker().run(once=True)
    assert faults(client, dossier) == set()
    assert call(client, "deposit", p_dossier=dossier, p_token=str(uuid4()))["number"]
