"""What a signature is worth, said the same way for papers and for texts: a verdict with a code and its sentence."""
import base64
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import cms as asn1_cms
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko_certvalidator import ValidationContext

from components.permits import hex_strings  # noqa: F401  pyHanko reads signatures faster with it
from components.permits.texts import translate

RESERVED = 16_384            # hexadecimal digits kept for the CMS: several times what a P-256 signature with its chain takes
EXPIRED = {AdESIndeterminate.OUT_OF_BOUNDS_NO_POE, AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED}


class SealFault(Exception):
    """What was received cannot be embedded, or the paper cannot take it. code: of papers.yaml."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code

    def sentence(self, lang: str) -> str:
        return translate(f"papers.{self.code}", lang)


@dataclass(frozen=True)
class Verdict:
    """What one signature is worth. code: "" when ok, otherwise SEAL0 to SEAL9 (papers.yaml). when: the signer's claimed instant."""
    ok: bool
    code: str
    signer: str = ""
    certificate_pem: str = ""
    when: datetime | None = None

    def sentence(self, lang: str) -> str:
        return translate(f"papers.{self.code}", lang) if self.code else ""


def read_cms(text: str) -> bytes:
    """The DER of a signature as sign_digest makes it. It comes from outside: nothing else gets into a paper."""
    try:
        der = base64.b64decode(text, validate=True)
        content = asn1_cms.ContentInfo.load(der, strict=True)
        data = content["content"]
        sound = (content["content_type"].native == "signed_data" and len(data["signer_infos"]) == 1
                 and data["encap_content_info"]["content"].native is None and len(data["certificates"]) <= 4
                 and not data["signer_infos"][0]["unsigned_attrs"] and len(der) * 2 <= RESERVED)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SealFault("SEAL1") from error
    if not sound:
        raise SealFault("SEAL1")
    return der


def trust(trust_roots: list[str], moment: datetime | None) -> ValidationContext:
    """What certificates are checked against. trust_roots: PEM. moment: when they must be valid, by default now. Nothing is fetched."""
    roots = [asn1_x509.Certificate.load(pem_to_der(root)) for root in trust_roots]
    return ValidationContext(trust_roots=roots, allow_fetching=False, moment=moment or datetime.now(UTC))


def found_of(status, when: datetime | None) -> Verdict:
    """The verdict of a signature with nothing against it yet, from what the library says of it."""
    certificate = pem.armor("CERTIFICATE", status.signing_cert.dump()).decode()
    return Verdict(True, "", status.signing_cert.subject.native.get("common_name", ""), certificate, when)


def code_of_trust(status) -> str:
    """Why a certificate is not trusted; "" when it is."""
    if status.trusted:
        return ""
    return "SEAL6" if status.trust_problem_indic in EXPIRED else "SEAL4"


def same_certificate(one: str, other: str) -> bool:
    """Whether two PEM texts hold the same certificate; what is none equals nothing."""
    try:
        return pem_to_der(one) == pem_to_der(other)
    except (ValueError, TypeError, AttributeError):
        return False


def pem_to_der(text: str) -> bytes:
    return pem.unarmor(text.encode())[2]
