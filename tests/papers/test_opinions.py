"""The signature of an opinion: made over a text alone, judged by us and by openssl, and every way of cheating that is refused."""

import base64
import subprocess
from datetime import UTC, datetime

import pytest
from asn1crypto import cms as asn1_cms
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from components.operations.jobs import check_opinion
from components.permits import authority, detached, signing
from tests.papers.conftest import PIN, WHEN

TEXT = '{"items": [], "kind": "opinion", "outcome": "unfavourable", "reasons": "ارتفاع البناية يتجاوز المسموح به — hauteur de 12,50 m"}'


@pytest.fixture(scope="module")
def signed(office) -> str:
    return by(office.president)


def by(signer, text: str = TEXT) -> str:
    return detached.sign_text(signer.sealed_key, PIN, signer.certificate, text, WHEN)


def judge(office, cms: str, text: str = TEXT, certificate: str | None = None, **values) -> str:
    verdict = detached.judge_text(text, cms, certificate or office.president.certificate, office.roots, detached.digest_of(TEXT), **values)
    assert verdict.ok == (verdict.code == "")
    return verdict.code


def test_a_signed_opinion_is_sound_and_says_who_signed_it_and_when(office, signed):
    verdict = detached.judge_text(TEXT, signed, office.president.certificate, office.roots, detached.digest_of(TEXT))
    assert (verdict.ok, verdict.code, verdict.signer, verdict.when) == (True, "", "لحسن أيت باها", WHEN)


def test_anybody_checks_it_with_openssl_alone(office, signed, tmp_path):
    (tmp_path / "opinion.cms").write_bytes(base64.b64decode(signed))
    (tmp_path / "root.pem").write_text(office.roots[0])

    def check(text: str) -> int:
        (tmp_path / "opinion.txt").write_text(text, encoding="utf-8")
        command = "openssl cms -verify -binary -inform DER -in opinion.cms -content opinion.txt -CAfile root.pem -purpose any -out read.txt"
        return subprocess.run(command.split(), cwd=tmp_path, capture_output=True).returncode

    assert check(TEXT) == 0 and (tmp_path / "read.txt").read_text(encoding="utf-8") == TEXT
    assert check(TEXT + " ") != 0


def test_a_signature_replayed_over_another_text_is_refused(office, signed):
    other = TEXT.replace("unfavourable", "favourable")
    assert detached.judge_text(other, signed, office.president.certificate, office.roots).code == "SEAL2"


def test_a_text_that_is_not_the_frozen_one_is_refused_even_when_well_signed(office):
    other = TEXT.replace("12,50", "12,60")
    assert judge(office, by(office.president, other), other) == "SEAL9"


def test_a_colleagues_signature_is_not_the_authors(office):
    assert judge(office, by(office.new_signer())) == "SEAL5"


def test_a_key_other_than_the_certificates_is_a_forgery(office):
    certificate = x509.load_pem_x509_certificate(office.president.certificate.encode())
    forged = signing.sign_with(ec.generate_private_key(ec.SECP256R1()), certificate, [], bytes.fromhex(detached.digest_of(TEXT)), WHEN)
    assert judge(office, base64.b64encode(forged).decode()) == "SEAL3"


def test_one_changed_bit_of_the_signature_is_seen(office, signed):
    der = bytearray(base64.b64decode(signed))
    der[-4] ^= 1
    assert judge(office, base64.b64encode(bytes(der)).decode()) in ("SEAL3", "SEAL1")


def test_a_home_made_authority_proves_nothing(office, tmp_path):
    authority.make(tmp_path / "other")
    stranger = office.new_signer(tmp_path / "other")
    assert judge(office, by(stranger), certificate=stranger.certificate) == "SEAL4"


def test_a_certificate_that_was_over_is_refused(office):
    late = office.new_signer(until=datetime(2024, 6, 30, tzinfo=UTC))
    assert judge(office, by(late), certificate=late.certificate) == "SEAL6"


@pytest.mark.parametrize("cms", ["", "not base64 !", "MAMCAQE=", base64.b64encode(bytes(9000)).decode()])
def test_what_is_no_signature_is_worth_nothing(office, cms):
    assert judge(office, cms) == "SEAL1"


def test_a_signature_that_carries_a_text_of_its_own_is_worth_nothing(office, signed):
    loaded = asn1_cms.ContentInfo.load(base64.b64decode(signed))
    loaded["content"]["encap_content_info"]["content"] = TEXT.encode()
    assert judge(office, base64.b64encode(loaded.dump(force=True)).decode()) == "SEAL1"


class Shop:
    """The part of a workshop that judging needs: where the authority's keys are."""

    def __init__(self, office):
        self.home = office.directory.parent


@pytest.mark.parametrize(("change", "code"), [
    ({}, None),
    ({"canonical": TEXT + " "}, "SEAL2"),
    ({"digest": "0" * 64}, "SEAL9"),
    ({"digest": None}, "SEAL9"),
    ({"certificate_pem": None}, "SEAL5"),
    ({"cms": "AAAA"}, "SEAL1"),
])  # fmt: skip
def test_the_worker_says_whether_an_opinion_is_given(office, signed, change, code):
    data = {"signature": "s", "canonical": TEXT, "digest": detached.digest_of(TEXT), "cms": signed,
            "certificate_pem": office.president.certificate, "signer": "p"}  # fmt: skip
    result = check_opinion.do(data | change, Shop(office))
    assert (result["ok"], result.get("code")) == (code is None, code)
    assert result["ok"] or " / " in result["fault"]
