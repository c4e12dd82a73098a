"""Sign the digest of a day's heads, so that the record cannot be rewritten behind a published digest."""

from components.operations.jobs.keeping import authority_of
from components.permits import authority


def do(data: dict | None, shop) -> dict:
    if data is None:
        return {"fault": "no such day"}
    return {"signature": authority.sign_digest_line(authority_of(shop), authority.digest_line(data["day"], data["digest"]))}
