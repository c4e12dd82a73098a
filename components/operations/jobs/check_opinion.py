"""Judge the signature that an author put on an opinion: only a sound one makes the opinion given."""

from components.operations.jobs.keeping import authority_of, refused
from components.permits import authority
from components.permits.detached import judge_text


def do(data: dict | None, shop) -> dict:
    if data is None:
        return {"ok": False, "fault": "the signature is gone"}
    roots = authority.trust_roots(authority_of(shop))
    verdict = judge_text(data["canonical"] or "", data["cms"], data["certificate_pem"] or "", roots, data["digest"] or "-")
    return {"ok": True} if verdict.ok else refused(verdict)
