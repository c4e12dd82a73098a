"""Put a member's signature into the minutes and judge all that stand there. Only then is it the next revision."""

import hashlib

from components.operations.jobs.keeping import authority_of, keep_paper, refused
from components.permits import authority, seats
from components.permits.verdicts import SealFault


def do(data: dict | None, shop) -> dict:
    if data is None or not data.get("prepared"):
        return {"ok": False, "fault": "the signature is gone"}
    prepared = data["prepared"]
    draft = shop.fetch("papers", prepared["path"])
    current = shop.fetch("papers", data["current"]) if data.get("current") else None
    try:
        pdf = seats.embed(draft, prepared["state"], data["cms"], current)
    except SealFault as fault:
        return refused(fault)
    verdict = seats.judge(pdf, authority.trust_roots(authority_of(shop)), data["certificate_pem"] or "", prepared["state"], current)
    if not verdict.ok:
        return refused(verdict)
    return {"ok": True, "storage_path": keep_paper(shop, data, pdf), "file_digest": hashlib.sha256(pdf).hexdigest()}
