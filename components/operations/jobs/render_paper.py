"""Draw a paper. Sealed ones leave finished; the others leave as a draft with the digest that their signer will sign."""

import hashlib

from components.operations.jobs.keeping import authority_of, keep_paper
from components.permits import authority, sealing
from components.permits.documents import RenderFault, compose
from components.permits.documents.seal import created


def do(data: dict | None, shop) -> dict:
    if data is None:
        return {"fault": "the paper is gone"}
    try:
        paper = compose(data["data"], data["canonical"])
    except RenderFault as fault:
        return {"fault": f"{fault.sentence('fr')} / {fault.sentence('ar')}"}
    # The instant printed on the paper: certificates cover it, whatever day it is in a demonstration commune.
    when = created(data["data"])
    if data["needs"] == "seal":
        pdf = sealing.seal(paper.pdf, authority.seal_key(authority_of(shop)), when)
        return {"storage_path": keep_paper(shop, data, pdf), "file_digest": hashlib.sha256(pdf).hexdigest(), "pages": paper.pages}
    prepared = sealing.prepare(paper.pdf, when, paper.seal, paper.seal_page, paper.seal_box)
    path = keep_paper(shop, data, prepared.draft, draft=True)
    return {
        "storage_path": path,
        "pages": paper.pages,
        "prepared": {"document_digest": prepared.document_digest, "state": prepared.state, "path": path},
    }
