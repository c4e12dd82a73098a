"""Draw the minutes of a committee: the paper that its members will sign, and a working copy for the secretariat."""

import hashlib

from components.operations.jobs.keeping import authority_of, keep_paper
from components.permits import authority
from components.permits.documents import RenderFault
from components.permits.documents.minutes import compose_minutes
from components.permits.documents.minutes_copy import DOCX, write_copy


def do(data: dict | None, shop) -> dict:
    if data is None:
        return {"fault": "the paper is gone"}
    try:
        minutes = compose_minutes(data["data"], data["canonical"], authority.trust_roots(authority_of(shop)))
    except RenderFault as fault:
        return {"fault": f"{fault.sentence('fr')} / {fault.sentence('ar')}"}
    copy = write_copy(data["data"])
    copy_path = f"{data['dossier']}/{data['paper']}.{hashlib.sha256(copy).hexdigest()[:16]}.docx"
    shop.keep("papers", copy_path, copy, DOCX)
    return {"storage_path": keep_paper(shop, data, minutes.pdf), "docx_path": copy_path, "pages": minutes.pages, "fields": minutes.fields}
