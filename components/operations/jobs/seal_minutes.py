"""Put the seal on minutes that enough members signed: from here they never change again."""

import hashlib
from datetime import datetime

from components.operations.jobs.keeping import authority_of, keep_paper, refused
from components.permits import authority, sealing, seats
from components.permits.documents.attached import data_of
from components.permits.documents.places import seal_face
from components.permits.verdicts import SealFault


def do(data: dict | None, shop) -> dict:
    if data is None:
        return {"fault": "the paper is gone"}
    revision = shop.fetch("papers", data["path"])
    when, folder = datetime.fromisoformat(data["when"]), authority_of(shop)
    key = authority.seal_key(folder)
    try:
        pdf = seats.seal(revision, key, when, seal_face(data_of(revision), when))
    except SealFault as fault:
        return refused(fault)
    verdict = sealing.validate(pdf, authority.trust_roots(folder), key.certificate_pem)
    if not verdict.ok:
        return refused(verdict)
    return {"ok": True, "storage_path": keep_paper(shop, data, pdf), "file_digest": hashlib.sha256(pdf).hexdigest()}
