"""Two phases, one key, one paper: what is accepted, and every way of cheating that is not."""

import base64
import io
import stat
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import cms as asn1_cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader

from components.permits import authority, sealing, seats, signing
from components.permits.documents import compose
from components.permits.seats import Place
from tests.papers import samples
from tests.papers.conftest import PIN, WHEN
from tests.papers.programs import outside_the_page, say, words


def judge(office, pdf: bytes, **values) -> sealing.Verdict:
    return sealing.validate(pdf, office.roots, office.president.certificate, office.prepared.document_digest, **values)


def embed(office, cms: str) -> bytes:
    return sealing.embed(office.prepared.draft, office.prepared.state, cms)


# The road that must work.


def test_a_signed_permit_is_valid_for_us_and_for_pdfsig(office, tmp_path):
    verdict = judge(office, office.signed, at=WHEN)
    assert (verdict.ok, verdict.code, verdict.signer, verdict.when) == (True, "", "لحسن أيت باها", WHEN)
    (tmp_path / "signed.pdf").write_bytes(office.signed)
    said = say("pdfsig", "-nocert", str(tmp_path / "signed.pdf"))
    assert "Signature Validation: Signature is Valid." in said
    assert "Total document signed" in said and "ETSI.CAdES.detached" in said and "Nov 23 2026" in said
    assert "No syntax or stream encoding errors" in say("qpdf", "--check", str(tmp_path / "signed.pdf"))
    assert "permit.json" in say("pdfdetach", "-list", str(tmp_path / "signed.pdf"))


def test_the_seal_shows_the_signer_the_power_and_the_date_in_both_scripts(office, tmp_path):
    (tmp_path / "seal.pdf").write_bytes(office.paper.seal)
    text = words(tmp_path / "seal.pdf")
    for part in ("Lahcen Aït Baha", "Loi organique n° 113-14, article 101", "Le 23 novembre 2026", "2026", "Certificat de démonstration"):
        assert part in text, part
    assert "لحسن" in text
    assert outside_the_page(tmp_path / "seal.pdf", margin=2) == []


def test_the_only_signature_certifies_that_nothing_may_change(office):
    signature = PdfFileReader(io.BytesIO(office.signed)).embedded_signatures[0]
    assert signature.docmdp_level.name == "NO_CHANGES"


def test_a_receipt_sealed_by_the_commune_is_valid(office, tmp_path):
    sealed = sealing.seal(compose(samples.receipt()).pdf, authority.seal_key(office.directory), WHEN)
    key = authority.seal_key(office.directory)
    assert sealing.validate(sealed, office.roots, key.certificate_pem).ok
    (tmp_path / "sealed.pdf").write_bytes(sealed)
    assert "Signature is Valid." in say("pdfsig", "-nocert", str(tmp_path / "sealed.pdf"))


def test_two_signers_on_fields_made_beforehand_both_stay_valid(office):
    other = office.new_signer()
    pdf = seats.open_places(compose(samples.receipt()).pdf, [Place("One", 0, (60, 60, 200, 110)), Place("Two", 0, (220, 60, 360, 110))])
    for field, signer in (("One", office.president), ("Two", other)):
        prepared = sealing.prepare(pdf, WHEN, office.paper.seal, field=field, alone=False)
        pdf = sealing.embed(prepared.draft, prepared.state, office.sign(prepared, signer))
    assert sealing.validate(pdf, office.roots, other.certificate).ok
    assert len(PdfFileReader(io.BytesIO(pdf)).embedded_signatures) == 2


def test_the_digest_does_not_depend_on_who_will_sign(office):
    other = office.new_signer()
    pdf = embed(office, office.sign(office.prepared, other))
    assert sealing.validate(pdf, office.roots, other.certificate, office.prepared.document_digest).ok


# Forgeries.


def test_the_signature_of_another_paper_is_refused(office):
    paper = compose(samples.permit() | {"number": "TRD-2026-REF-000124"})
    other = sealing.prepare(paper.pdf, WHEN, paper.seal, paper.seal_page, paper.seal_box)
    verdict = judge(office, embed(office, office.sign(other, office.president)))
    assert (verdict.ok, verdict.code) == (False, "SEAL2")


def test_a_signature_by_another_registered_person_is_not_the_presidents(office):
    verdict = judge(office, embed(office, office.sign(office.prepared, office.new_signer())))
    assert (verdict.ok, verdict.code) == (False, "SEAL5")


def test_a_signature_by_a_key_other_than_the_certificates_is_false(office):
    intruder = ec.generate_private_key(ec.SECP256R1())
    certificate = x509.load_pem_x509_certificate(office.president.certificate.encode())
    forged = signing.sign_with(intruder, certificate, [], bytes.fromhex(office.prepared.document_digest), WHEN)
    verdict = judge(office, embed(office, base64.b64encode(forged).decode()))
    assert (verdict.ok, verdict.code) == (False, "SEAL3")


def test_a_certificate_that_imitates_the_presidents_under_another_authority_is_refused(office, tmp_path):
    authority.make(tmp_path / "other")
    verdict = judge(office, embed(office, office.sign(office.prepared, office.new_signer(tmp_path / "other"))))
    assert (verdict.ok, verdict.code) == (False, "SEAL4")


def test_an_expired_certificate_is_refused(office):
    late = office.new_signer(until=datetime(2024, 6, 30, tzinfo=UTC))
    pdf = embed(office, office.sign(office.prepared, late))
    verdict = sealing.validate(pdf, office.roots, late.certificate, office.prepared.document_digest, at=WHEN)
    assert (verdict.ok, verdict.code) == (False, "SEAL6")


@pytest.mark.parametrize(
    "cms", ["", "not base64 !", base64.b64encode(b"\x30\x03\x02\x01\x01").decode(), base64.b64encode(bytes(9000)).decode()]
)
def test_what_is_no_signature_does_not_enter_a_paper(office, cms):
    with pytest.raises(sealing.SealFault) as refused:
        embed(office, cms)
    assert refused.value.code == "SEAL1" and refused.value.sentence("fr") != refused.value.sentence("ar")


def test_a_signature_loaded_with_other_matter_does_not_enter_a_paper(office):
    genuine = asn1_cms.ContentInfo.load(base64.b64decode(office.sign(office.prepared, office.president)))
    genuine["content"]["encap_content_info"]["content"] = b"another text"
    for forged in (genuine.dump(force=True), base64.b64decode(office.sign(office.prepared, office.president)) + b"tail"):
        with pytest.raises(sealing.SealFault):
            embed(office, base64.b64encode(forged).decode())


def test_a_signature_does_not_enter_another_draft(office):
    with pytest.raises(sealing.SealFault) as refused:
        sealing.embed(office.prepared.draft + b" ", office.prepared.state, office.sign(office.prepared, office.president))
    assert refused.value.code == "SEAL9"


def test_another_prepared_paper_is_not_the_one_expected(office):
    again = sealing.prepare(compose(samples.permit() | {"number": "TRD-2026-REF-000125"}).pdf, WHEN)
    pdf = sealing.embed(again.draft, again.state, office.sign(again, office.president))
    assert judge(office, pdf).code == "SEAL9"


def test_a_draft_without_signature_is_worth_nothing(office):
    assert judge(office, office.prepared.draft).code == "SEAL1"
    assert judge(office, office.paper.pdf).code == "SEAL8"


# The key and its PIN.


def test_a_wrong_pin_opens_nothing_and_says_so_in_both_languages(office):
    for pin in ("493818", "", "not a pin"):
        with pytest.raises(signing.WrongPin) as refused:
            signing.sign_digest(office.president.sealed_key, pin, office.president.certificate, office.prepared.document_digest, WHEN)
        assert refused.value.code == "LOCK1" and refused.value.sentence("ar") and refused.value.__context__ is None


def test_a_key_signs_only_under_its_own_certificate(office):
    with pytest.raises(signing.KeyRefused):
        signing.sign_digest(office.president.sealed_key, PIN, office.new_signer().certificate, office.prepared.document_digest, WHEN)


def test_the_pin_and_the_open_key_are_in_nothing_that_leaves(office):
    key = signing.open_key(office.president.sealed_key, PIN)
    secret = key.private_numbers().private_value.to_bytes(32, "big")
    cms = base64.b64decode(office.sign(office.prepared, office.president))
    for made in (
        office.president.sealed_key.encode(),
        office.president.certificate.encode(),
        cms,
        office.signed,
        office.prepared.state.encode(),
    ):
        assert PIN.encode() not in made and secret not in made and secret.hex().encode() not in made
        assert secret not in base64.b64decode("".join(made.decode().split("\n")[1:-2])) if made.startswith(b"-----") else True


def test_a_sealed_key_is_scrypt_under_aes():
    sealed, _ = signing.new_key(PIN)
    listing = subprocess.run(["openssl", "asn1parse"], input=sealed, capture_output=True, text=True, check=True).stdout
    assert "scrypt" in listing and "aes-256-cbc" in listing and f":{signing.SCRYPT_N:X}".replace(":", "") in listing


@pytest.mark.parametrize(
    "pin, code",
    [
        ("12345", "LOCK2"),
        ("1234567890123", "LOCK2"),
        ("49381a", "LOCK2"),
        ("", "LOCK2"),
        ("٤٩٣٨١٧", "LOCK2"),
        ("111111", "LOCK3"),
        ("123456", "LOCK3"),
        ("987654", "LOCK3"),
        ("121212", "LOCK3"),
        ("123123", "LOCK3"),
        ("890123", "LOCK3"),
        ("112211", "LOCK3"),
    ],
)
def test_a_pin_that_is_easily_guessed_seals_nothing(pin, code):
    with pytest.raises(signing.PinRefused) as refused:
        signing.new_key(pin)
    assert refused.value.code == code
    assert not pin or pin not in str(refused.value)


def test_an_instant_without_its_zone_is_an_error_of_the_program(office):
    with pytest.raises(ValueError):
        signing.sign_digest(
            office.president.sealed_key, PIN, office.president.certificate, office.prepared.document_digest, datetime(2026, 1, 1)
        )


# The authority.


def test_the_authority_is_made_once_and_keeps_its_keys_to_itself(tmp_path):
    authority.make(tmp_path / "authority")
    root = authority.trust_roots(tmp_path / "authority")
    authority.make(tmp_path / "authority")
    assert authority.trust_roots(tmp_path / "authority") == root
    assert stat.S_IMODE((tmp_path / "authority").stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "authority").glob("*.key")} == {0o600}
    assert [file.name for file in tmp_path.iterdir()] == ["authority"]


def test_certificates_say_demonstration_and_cover_shifted_clocks(office):
    certificate = x509.load_pem_x509_certificate(office.president.certificate.encode())
    assert certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)[0].value == "DEMONSTRATION"
    assert certificate.not_valid_before_utc == datetime(2020, 1, 1, tzinfo=UTC)
    assert certificate.not_valid_after_utc > WHEN + timedelta(days=8 * 365)
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


@pytest.mark.parametrize("name", ["فاطمة الزهراء ALAMI (2)", "Zineb El Fassi", "محمد", "م" * 90, "Ali علي"])
def test_names_of_every_kind_make_certificates_that_validate(office, name):
    sealed_key, request = signing.new_key(PIN)
    certificate = authority.issue(office.directory, request, name, f"جماعة {name}")
    cms = signing.sign_digest(sealed_key, PIN, certificate, office.prepared.document_digest, WHEN)
    assert sealing.validate(embed(office, cms), office.roots, certificate).ok


def test_a_request_that_proves_no_key_gets_no_certificate(office):
    _, request = signing.new_key(PIN)
    _, other = signing.new_key(PIN)
    der = x509.load_pem_x509_csr(request.encode()).public_bytes(serialization.Encoding.DER)
    stolen = der[:-40] + x509.load_pem_x509_csr(other.encode()).public_bytes(serialization.Encoding.DER)[-40:]
    weak = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([]))
        .sign(rsa.generate_private_key(65537, 1024), hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
        .decode()
    )
    wrapped = "-----BEGIN CERTIFICATE REQUEST-----\n" + base64.encodebytes(stolen).decode() + "-----END CERTIFICATE REQUEST-----\n"
    for bad in ("", "nothing", wrapped, weak):
        with pytest.raises(signing.KeyRefused):
            authority.issue(office.directory, bad, "Intrus")


def test_a_published_digest_is_verified_line_by_line(office):
    signature = authority.sign_digest_line(office.directory, "2026-11-23 abcdef")
    public = authority.digest_public_key(office.directory)
    assert authority.verify_digest_line(public, "2026-11-23 abcdef", signature)
    assert not authority.verify_digest_line(public, "2026-11-23 abcdee", signature)
    assert not authority.verify_digest_line(public, "2026-11-23 abcdef", "AAAA")
