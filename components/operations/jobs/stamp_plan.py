"""Stamp the plans that a permit makes unchangeable, and seal them: the file that was deposited is only read."""

import hashlib

from components.operations.jobs.keeping import authority_of, keep_paper
from components.permits import authority, sealing
from components.permits.documents import RenderFault
from components.permits.documents.plans import compose_plan
from components.permits.documents.seal import created


def do(data: dict | None, shop) -> dict:
    if data is None:
        return {"fault": "the paper is gone"}
    content = shop.fetch("dossiers", data["data"]["plan"]["path"])
    try:
        plan = compose_plan(data["data"], data["canonical"], content)
    except RenderFault as fault:
        return {"fault": f"{fault.sentence('fr')} / {fault.sentence('ar')}"}
    pdf = sealing.seal(plan.pdf, authority.seal_key(authority_of(shop)), created(data["data"]))
    return {"storage_path": keep_paper(shop, data, pdf), "file_digest": hashlib.sha256(pdf).hexdigest(), "pages": plan.pages}
