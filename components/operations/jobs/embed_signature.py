"""Put the signer's signature into the prepared paper, and judge the result. Only a valid one is published."""

import hashlib

from components.operations.jobs.keeping import authority_of, keep_paper, refused
from components.permits import authority, sealing


def do(data: dict | None, shop) -> dict:
    if data is None or data["state"] != "signed":
        return {"ok": False, "fault": "the paper is no longer waiting for this signature"}
    prepared = data["prepared"]
    draft = shop.fetch("papers", prepared["path"])
    try:
        pdf = sealing.embed(draft, prepared["state"], data["cms"])
    except sealing.SealFault as fault:
        return refused(fault)
    roots = authority.trust_roots(authority_of(shop))
    verdict = sealing.validate(pdf, roots, data["certificate_pem"], prepared["document_digest"])
    if not verdict.ok:
        return refused(verdict)
    return {"ok": True, "storage_path": keep_paper(shop, data, pdf), "file_digest": hashlib.sha256(pdf).hexdigest()}
