"""The signatures of a file that somebody uploaded: an architect's plan may come signed by another authority's certificate."""
import io

import pikepdf

from components.permits.documents.evidence import signatures_of

INTACT = {"", "SEAL4", "SEAL6"}  # nothing against the file itself: only the certificate is unknown here, or was over


def is_signed(pdf: bytes) -> bool:
    """Whether some object of the file is a signature. Raises what pikepdf raises on a damaged file."""
    with pikepdf.open(io.BytesIO(pdf), suppress_warnings=True) as document:
        return any(isinstance(each, pikepdf.Dictionary) and "/ByteRange" in each and "/Contents" in each for each in document.objects)


def look_here(pdf: bytes, trust_roots: list[str]) -> dict:
    """{signed, valid, trusted, signer, at}. valid: every signature holds and the last covers the whole file; trusted: all lead to a
    known root; signer: names in the certificates; at: claimed instant of the last, ISO 8601. For the child of inspect: see inspect.look."""
    found = [verdict for _, verdict in signatures_of(pdf, trust_roots)]
    return {"signed": True, "valid": bool(found) and all(each.code in INTACT for each in found),
            "trusted": bool(found) and all(each.ok for each in found),
            "signer": ", ".join(dict.fromkeys(each.signer for each in found if each.signer))[:300],
            "at": found[-1].when.isoformat() if found and found[-1].when else None}
