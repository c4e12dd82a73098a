"""Signatures over a text, apart from any paper: an opinion is signed by its author the day it is written.

The signature is a detached CMS (CAdES-BES) over the UTF-8 bytes of the text. Anybody may check it without this platform.
"""
import asyncio
import hashlib
from dataclasses import replace
from datetime import datetime

from asn1crypto import cms as asn1_cms
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms

from components.permits.signing import sign_digest
from components.permits.verdicts import SealFault, Verdict, code_of_trust, found_of, read_cms, same_certificate, trust

HOW_TO_CHECK = ("canonical -> opinion.txt (UTF-8, no end of line added); cms -> base64 -d > opinion.cms; openssl cms -verify -binary"
                " -inform DER -in opinion.cms -content opinion.txt -CAfile root.pem -purpose any")


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def sign_text(sealed_key_pem: str, pin: str, certificate_pem: str, text: str, when: datetime) -> str:
    """The detached signature (CMS, base64) of a text. when: the platform's instant, with its zone.

    Raises WrongPin, or KeyRefused (LOCK4) when the key is not that of the certificate.
    """
    return sign_digest(sealed_key_pem, pin, certificate_pem, digest_of(text), when)


def judge_text(text: str, cms: str, certificate_pem: str | None, trust_roots: list[str], digest: str | None = None,
               at: datetime | None = None) -> Verdict:
    """What a detached signature is worth over a text.

    certificate_pem: the registered one of the author; None: whoever signed, under the known roots. digest: that of the text when it
    was frozen (hex). at: the instant at which certificates must be valid, by default the one that the signer claims.
    SEAL1 no signature at all; SEAL2 made over another text; SEAL3 forged; SEAL4 an unknown authority; SEAL5 another person's;
    SEAL6 an expired certificate; SEAL9 the text is not the one that was frozen. Never raises on what it is given.
    """
    try:
        signed = asn1_cms.ContentInfo.load(read_cms(cms))["content"]
        verdict = judge_signed(text.encode(), signed, trust_roots, at)
    except SealFault as fault:
        return Verdict(False, fault.code)
    except Exception:  # noqa: BLE001  hostile bytes raise anything inside the libraries: unreadable, therefore worth nothing
        return Verdict(False, "SEAL1")
    if verdict.ok and digest and digest != digest_of(text):
        return replace(verdict, ok=False, code="SEAL9")
    if verdict.ok and certificate_pem is not None and not same_certificate(certificate_pem, verdict.certificate_pem):
        return replace(verdict, ok=False, code="SEAL5")
    return verdict


def judge_signed(content: bytes, signed: asn1_cms.SignedData, trust_roots: list[str], at: datetime | None) -> Verdict:
    """One signature over bytes. Raises what the library raises when it cannot be read."""
    claimed = signing_time(signed)
    try:
        status = asyncio.run(async_validate_detached_cms(content, signed, trust(trust_roots, at or claimed)))
    except CMSExtractionError as error:
        raise SealFault("SEAL1") from error
    found = found_of(status, claimed)
    if not status.valid:
        code = "SEAL3"
    elif not status.intact:
        code = "SEAL2"
    else:
        code = code_of_trust(status) or ("" if status.bottom_line else "SEAL3")
    return found if not code else replace(found, ok=False, code=code)


def signing_time(signed: asn1_cms.SignedData) -> datetime | None:
    for attribute in signed["signer_infos"][0]["signed_attrs"]:
        if attribute["type"].native == "signing_time":
            return attribute["values"][0].native
    return None
