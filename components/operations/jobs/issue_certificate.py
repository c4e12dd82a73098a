"""Answer a signer's request for a certificate. Name and body come from the register of people, never from the request."""

from components.operations.jobs.keeping import authority_of
from components.permits import authority
from components.permits.signing import KeyRefused


def do(data: dict | None, shop) -> dict:
    if data is None or not data["request_pem"]:
        return {"fault": "the request is gone"}
    name = data["name_fr"] or data["name_ar"]
    try:
        certificate = authority.issue(authority_of(shop), data["request_pem"], name, data["organisation"] or "", data["person"])
    except KeyRefused as refusal:
        return {"fault": refusal.code}
    return {"certificate_pem": certificate, "expires_at": authority.CERTIFICATE_END.isoformat()}
