"""Minutes in a stranger's hands: every signature and every opinion is judged, and the one that was changed is named."""

import json

import pytest

from components.permits import authority, seats
from components.permits.documents import minutes, opinions
from components.permits.documents.inspect import examine, examine_here
from components.permits.documents.opinions import judge_opinion
from components.permits.documents.places import member_face, seal_face
from tests.papers.committee import Committee
from tests.papers.conftest import WHEN


@pytest.fixture(scope="module")
def committee(office):
    return Committee(office.directory, 5, ("favourable", "with_reservations", "unfavourable", "modification", ""))


def signed_minutes(office, committee, data, count=3) -> bytes:
    """Minutes of the data as given, signed by the first members and sealed: what a database that lies could bring about."""
    pdf = minutes.compose_minutes(data, None, office.roots).pdf
    for place, member in enumerate(committee.members[:count], start=1):
        face = member_face({"name_fr": member.name_fr, "name_ar": member.name_ar, **data["members"][place - 1]}, WHEN, True)
        prepared = seats.prepare(pdf, f"Seat{place}", WHEN, face)
        pdf = seats.embed(prepared.draft, prepared.state, office.sign(prepared, member.signer))
    return seats.seal(pdf, authority.seal_key(office.directory), WHEN, seal_face(data, WHEN))


@pytest.fixture(scope="module")
def sealed(office, committee) -> bytes:
    return signed_minutes(office, committee, committee.data)


def states(found) -> list[str]:
    return [each["state"] for each in found.opinions]


def test_sound_minutes_say_who_signed_for_which_seat_and_that_each_opinion_holds(office, committee, sealed):
    found = examine(sealed, office.roots)
    assert (found.state, found.faults, found.sealed) == ("signed_valid", (), True)
    assert [(each["field"], each["ok"], each["signer"]) for each in found.signatures] == [
        *((f"Seat{n}", True, member.name_fr) for n, member in enumerate(committee.members[:3], start=1)),
        ("Seal", True, "Cachet électronique Shubbak"),
    ]
    assert found.signatures[2]["role"]["fr"] == "Agence urbaine" and found.signatures[2]["seat"] == committee.members[2].seat
    assert states(found) == ["sound", "sound", "sound", "sound", "none"]
    assert found.opinions[0]["person"]["ar"] == "خديجة أوحدو" and found.opinions[0]["signer"] == "Khadija Ouhaddou"


def test_minutes_that_are_not_sealed_yet_say_so(office, committee):
    found = examine_here(minutes.compose_minutes(committee.data, None, office.roots).pdf, office.roots)
    assert (found.state, found.faults) == ("unsigned", ("SEAL8",))


@pytest.mark.parametrize(("change", "code"), [
    ({"reasons": "Tout est conforme."}, "SEAL2"),
    ({"outcome": "favourable"}, "SEAL2"),
    ({"opinion_article": "art. 1"}, "SEAL2"),
    ({"items": []}, "SEAL2"),
    ({"seat": "another"}, "SEAL2"),
    ({"canonical": "{}"}, "SEAL2"),
    ({"digest": "0" * 64}, "SEAL9"),
    ({"cms": "AAAA"}, "SEAL1"),
    ({"certificate_pem": ""}, "SEAL5"),
])  # fmt: skip
def test_whatever_is_changed_in_an_opinion_is_seen(office, committee, change, code):
    opinion = committee.copy()["opinions"][1]
    assert judge_opinion(opinion, office.roots).ok
    assert judge_opinion(opinion | change, office.roots).code == code


def test_what_was_printed_otherwise_than_signed_is_named_though_every_signature_on_the_file_holds(office, committee, monkeypatch):
    data = committee.copy()
    data["opinions"][2] |= {"outcome": "favourable", "reasons": "Conforme."}
    # A dishonest printer: the check that refuses to draw this is taken out.
    monkeypatch.setattr(minutes, "judge_opinion", lambda opinion, roots: judge_opinion(committee.opinions[0], roots))
    found = examine_here(signed_minutes(office, committee, data), office.roots)
    assert all(each["ok"] for each in found.signatures)
    assert (found.state, found.faults) == ("altered", ("MARK5",))
    assert states(found) == ["sound", "sound", "altered", "sound", "none"]
    assert (found.opinions[2]["role"]["fr"], found.opinions[2]["code"]) == ("Agence urbaine", "SEAL2")


def test_an_opinion_taken_out_of_the_file_is_missing(office, committee, monkeypatch):
    def without_the_second(data):
        carried = json.loads(opinions.opinions_file(data))
        del carried["opinions"][1]
        return json.dumps(carried).encode()

    monkeypatch.setattr(minutes, "opinions_file", without_the_second)
    found = examine_here(signed_minutes(office, committee, committee.data), office.roots)
    assert (found.state, states(found)) == ("altered", ["sound", "missing", "sound", "sound", "none"])


def test_a_changed_byte_and_a_later_signature_are_told_apart_from_sound_ones(office, committee, sealed):
    changed = bytearray(sealed)
    changed[sealed.index(b"/Type /Page") + 3] ^= 1
    assert examine_here(bytes(changed), office.roots).state in ("altered", "unreadable")
    found = examine_here(sealed + b"\n% more\n", office.roots)
    assert found.state == "altered" and [each["ok"] for each in found.signatures] == [True, True, True, False]


def test_under_unknown_roots_nothing_is_called_sound(office, sealed):
    found = examine_here(sealed, [])
    assert (found.state, found.faults) == ("unsigned", ("SEAL4",)) and {each["code"] for each in found.signatures} == {"SEAL4"}
    assert states(found)[:4] == ["unsigned"] * 4


def test_an_opinion_exchanged_for_one_of_a_home_made_authority_is_seen(office, committee, tmp_path, monkeypatch):
    authority.make(tmp_path / "other")
    data = committee.copy()
    data["opinions"][0] = Committee(tmp_path / "other", 1).opinions[0]
    monkeypatch.setattr(minutes, "judge_opinion", lambda opinion, roots: judge_opinion(committee.opinions[0], roots))
    found = examine_here(signed_minutes(office, committee, data), office.roots)
    assert (found.state, found.faults, states(found)[0]) == ("altered", ("MARK5",), "unsigned")
