"""Who signed an uploaded file, in the words that applicant, clerk and member read alike."""

from components.ui.words import t


def signed_words(signature: dict | None) -> str:
    """signature: what the worker found in the file, {signed, valid, trusted, signer, at}; empty words when nothing is signed."""
    found = signature or {}
    if not found.get("signed"):
        return ""
    state = "trusted" if found.get("valid") and found.get("trusted") else "valid" if found.get("valid") else "broken"
    return t(f"common.signed_{state}", signer=found.get("signer") or "?")
