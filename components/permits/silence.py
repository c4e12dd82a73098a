"""Silence equal to approval: asking the president, then the governor; the attestation. Every act is one call.

The steps of a dossier (`silence_claim` of the applicant's page and of the desk, or None where silence approves nothing) hold
{tacit_on, opened_on, claimed_on, president_due, form, referred_on, governor_due, letter_no, letter_on, explained_on, explanations (for the
administration alone), direct_reason, outcome: delivered|attested|declined|refused|None, ended_on, reasons,
attestation: {number, signed_at}}.
"""

from components.permits.client import call

# What a step may be: done, waiting (an authority's days run), open (the applicant may ask now), next, over (no longer needed).
DONE, WAITING, OPEN, NEXT, OVER = "done", "waiting", "open", "next", "over"


def claim(client, dossier: str) -> dict:
    """Ask the president for the act: {president_due}."""
    return call(client, "claim_silence", p_dossier=dossier)


def ask_attestation(client, dossier: str) -> dict:
    """Ask the governor for the attestation; the proof of the first request goes with it: {governor_due}."""
    return call(client, "ask_attestation", p_dossier=dossier)


def ask_explanations(client, dossier: str, number: str, day: str) -> None:
    """The governor's letter to the president, with its number and date (ISO)."""
    call(client, "ask_explanations", p_dossier=dossier, p_number=number, p_on=day)


def explain(client, dossier: str, text: str) -> None:
    call(client, "explain_silence", p_dossier=dossier, p_text=text)


def attest(client, dossier: str, direct_reason: str) -> dict:
    """Draw the attestation up for the governor's signature: {decision, number}. direct_reason: why without the president's explanations."""
    return call(client, "attest_silence", p_dossier=dossier, p_direct=direct_reason)


def decline(client, dossier: str, reasons: list[dict]) -> None:
    """reasons: [{text, article}]."""
    call(client, "decline_attestation", p_dossier=dossier, p_reasons=reasons)


def standing(claim: dict, today: str) -> dict[str, str]:
    """How each of the three steps stands: {president, governor, attestation}. Days are ISO, so that they compare as text."""
    outcome = claim["outcome"]
    if not claim["claimed_on"]:
        return {"president": OPEN, "governor": NEXT, "attestation": NEXT}
    if not claim["referred_on"]:
        if outcome:
            return {"president": DONE, "governor": OVER, "attestation": OVER}
        late = today > claim["president_due"]
        return {"president": DONE if late else WAITING, "governor": OPEN if late else NEXT, "attestation": NEXT}
    if outcome == "attested":
        return {"president": DONE, "governor": DONE, "attestation": DONE}
    if outcome:
        return {"president": DONE, "governor": DONE, "attestation": OVER}
    return {"president": DONE, "governor": WAITING, "attestation": NEXT}
