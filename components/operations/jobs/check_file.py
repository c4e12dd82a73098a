"""Say what an uploaded file really is, whether its slot accepts it, and who signed it."""

from components.operations.jobs.keeping import authority_of
from components.permits import authority
from components.permits.documents.inspect import look
from components.permits.files import examine_file
from components.permits.refusals import Refusal


def do(data: dict | None, shop) -> dict:
    if data is None or data["check_state"] != "unchecked":
        return {"ok": False, "code": "SCAN0"}  # given up by its owner, or judged already: nothing is applied
    try:
        content = shop.fetch("dossiers", data["path"])
    except Refusal as refusal:
        if refusal.code != "LOST1":
            raise
        return {"ok": False, "code": "SCAN0", "details": "not in storage"}
    report = examine_file(content, data["file_name"], data["types"], float(data["max_mb"]))
    signature = look(content, authority.trust_roots(authority_of(shop))) if report.ok and report.mime == "application/pdf" else None
    return report.as_result() | ({"signature": signature} if signature else {})
