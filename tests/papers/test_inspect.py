"""A stranger uploads a PDF: authentic, altered, unsigned or unreadable, whatever was done to it."""

import hashlib
import io
import zlib

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from components.permits import authority, sealing
from components.permits.documents.inspect import MAX_SIZE, examine, examine_here
from tests.papers import samples
from tests.papers.conftest import WHEN


def test_an_authentic_permit_is_told_with_its_signer_its_time_and_its_data(office):
    found = examine(office.signed, office.roots)
    assert (found.state, found.faults, found.signer, found.time) == ("signed_valid", (), "لحسن أيت باها", WHEN.isoformat())
    assert found.data == samples.permit()
    assert found.data_digest == office.paper.data_digest
    assert found.file_digest == hashlib.sha256(office.signed).hexdigest()


def test_one_changed_byte_anywhere_in_the_text_is_seen(office):
    for place in range(2000, len(office.paper.pdf), len(office.paper.pdf) // 12):
        changed = bytearray(office.signed)
        changed[place] ^= 1
        assert examine_here(bytes(changed), office.roots).state in ("altered", "unreadable"), place


def test_bytes_after_the_end_are_seen(office):
    assert examine_here(office.signed + b"\n% more\n", office.roots).state == "altered"


def test_an_appended_page_is_seen(office):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(office.signed)) as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    assert examine_here(out.getvalue(), office.roots).state == "altered"


def test_an_edit_added_after_the_signature_is_seen(office):
    writer = IncrementalPdfFileWriter(io.BytesIO(office.signed))
    page = writer.root["/Pages"]["/Kids"][0]
    page[generic.NameObject("/Rotate")] = generic.NumberObject(90)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    found = examine_here(out.getvalue(), office.roots)
    assert (found.state, found.faults) == ("altered", ("SEAL7",))


def test_the_same_data_without_the_signature_are_not_authentic(office):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(office.signed)) as pdf:
        del pdf.Root.AcroForm
        del pdf.Root.Perms
        del pdf.pages[1].Annots
        pdf.save(out)
    found = examine_here(out.getvalue(), office.roots)
    assert (found.state, found.faults, found.data_digest) == ("unsigned", ("SEAL8",), office.paper.data_digest)


def test_a_copy_signed_under_a_home_made_authority_is_not_authentic(office, tmp_path):
    authority.make(tmp_path / "other")
    forged = sealing.seal(office.paper.pdf, authority.seal_key(tmp_path / "other"), WHEN)
    found = examine_here(forged, office.roots)
    assert (found.state, found.faults) == ("unsigned", ("SEAL4",))
    assert examine_here(forged, authority.trust_roots(tmp_path / "other")).state == "signed_valid"


def test_without_known_roots_nothing_is_authentic(office):
    assert examine_here(office.signed, []).state == "unsigned"


def bomb() -> bytes:
    """A small PDF whose attached file unfolds to more than its reader may hold."""
    packer = zlib.compressobj(6)
    folded = b"".join(packer.compress(bytes(1 << 20)) for _ in range(320)) + packer.flush()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(permit.json) 4 0 R]>>>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        b"<</Type/Filespec/F(permit.json)/EF<</F 5 0 R>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(folded), folded),
    ]
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.7\n")
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj%b endobj\n" % (number, body))
    table = out.tell()
    out.write(b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % table)
    return out.getvalue()


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"hello",
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + b"<<" * 5000 + b"\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\n" + bytes(range(256)) * 50,
        b"%PDF-" + b"0" * MAX_SIZE,
    ],
    ids=["empty", "text", "head_only", "deep", "noise", "too_big"],
)
def test_what_is_no_paper_is_unreadable_and_breaks_nothing(hostile, office):
    found = examine(hostile, office.roots)
    assert found.state == "unreadable" and found.faults
    assert all(found.sentences(lang)[0] for lang in ("fr", "ar"))


def test_a_bomb_costs_one_answer(office):
    assert examine(bomb(), office.roots).state in ("unreadable", "unsigned")


def test_a_truncated_permit_is_not_authentic(office):
    for part in (0.3, 0.9, 0.999):
        assert examine_here(office.signed[: int(len(office.signed) * part)], office.roots).state in ("unreadable", "altered", "unsigned")
