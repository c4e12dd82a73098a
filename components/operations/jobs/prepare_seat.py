"""Prepare the minutes for one member's signature, on the revision of this moment."""

from datetime import datetime

from components.operations.jobs.keeping import keep_paper, refused
from components.permits import seats
from components.permits.documents.attached import data_of
from components.permits.documents.places import member_face
from components.permits.verdicts import SealFault


def do(data: dict | None, shop) -> dict:
    if data is None:
        return {"fault": "the signature is gone"}
    if data.get("current", data["path"]) != data["path"]:
        return refused(SealFault("SEAL0"))
    revision = shop.fetch("papers", data["path"])
    when = datetime.fromisoformat(data["when"])
    face = member_face(data["face"], when, bool(data_of(revision).get("demonstration")))
    try:
        prepared = seats.prepare(revision, data["field"], when, face)
    except SealFault as fault:
        return refused(fault)
    path = keep_paper(shop, data, prepared.draft, draft=True)
    return {"revision": data["path"], "document_digest": prepared.document_digest, "state": prepared.state, "path": path}
