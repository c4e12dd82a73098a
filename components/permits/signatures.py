"""The signer's desk: what waits for a signature, and signing it with a key that only a PIN opens.

The key is opened in this process for one signature and forgotten; the database receives the signature alone, and asks the
register of powers again (sql/rules/67_signatures.sql).
"""

from datetime import datetime

from components.permits import signing
from components.permits.client import call, stored
from components.permits.refusals import refusal_of_ours

PAPERS = "papers"


def waiting(client) -> list[dict]:
    """Papers that the signed-in person may sign: {paper, dossier, number, kind, state, owner_name, place, legal_end, mine, ...}."""
    return call(client, "papers_to_sign")


def read(client, paper: str) -> dict:
    """One paper: {paper, state, digest, data, path, power, now, mine, fault, signature_fault}."""
    return call(client, "paper_to_sign", p_paper=paper)


def preview(client, path: str) -> bytes:
    """The PDF as it will be signed."""
    return stored(client.storage.from_(PAPERS).download, path)


def key(client) -> dict | None:
    """The signed-in person's sealed key {id, sealed_key, certificate_pem or None while the authority has not answered, expires_at}."""
    return call(client, "my_signing_key")


def enrol(client, pin: str) -> str:
    """Make a key sealed by the PIN and ask the authority for its certificate. Raises signing.PinRefused when the PIN is too weak."""
    sealed_key, request = signing.new_key(pin)
    return call(client, "enrol_key", p_sealed_key=sealed_key, p_request_pem=request)


def sign(client, paper: dict, pin: str) -> None:
    """Sign the digest of the paper that was read. Raises Refusal: no certificate yet (KEYS1), signing.WrongPin, the database's own."""
    held = key(client)
    if not held or not held["certificate_pem"]:
        raise refusal_of_ours("KEYS1")
    cms = signing.sign_digest(held["sealed_key"], pin, held["certificate_pem"], paper["digest"], datetime.fromisoformat(paper["now"]))
    call(client, "sign_paper", p_paper=paper["paper"], p_digest=paper["digest"], p_cms=cms, p_key=held["id"])


def sign_instead(client, decision: str) -> None:
    """Have the paper drawn again in the name of the signed-in holder of a power."""
    call(client, "sign_instead", p_decision=decision)


def trust_roots(client) -> list[str]:
    """The certificates (PEM) of the authority that signatures are checked against, as the worker published them."""
    return call(client, "trust_roots")["certificates"]


def verify_code(client, code: str, visitor: str) -> dict:
    """What the register says of a code: {status: authentic|revoked|lapsed|unknown, since, public, digest, ...}."""
    return call(client, "verify_code", p_code=code, p_client=visitor)


def verify_digest(client, digest: str, visitor: str) -> dict:
    return call(client, "verify_digest", p_data_digest=digest, p_client=visitor)
