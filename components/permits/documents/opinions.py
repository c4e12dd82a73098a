"""Opinions inside minutes: what the file carries of them, and whether what is printed is what their authors signed. Draws nothing."""
import json

from components.permits import detached
from components.permits.seats import SEAL_FIELD
from components.permits.verdicts import Verdict

KEPT = ("seat", "role", "organisation", "person", "canonical", "digest", "cms", "certificate_pem")


def field_names(data: dict) -> dict[str, str]:
    """The field of each seat, in the order of the members; and the seal's."""
    return {member["seat"]: f"Seat{number}" for number, member in enumerate(data["members"], start=1)} | {"seal": SEAL_FIELD}


def opinions_file(data: dict) -> bytes:
    """What a third party needs to check each opinion: the text, its signature, the certificate, and how."""
    content = {"kind": "opinions", "number": data["number"], "dossier_number": data.get("dossier_number"), "round": data.get("round"),
               "fields": field_names(data), "check": detached.HOW_TO_CHECK,
               "opinions": [{key: opinion.get(key) for key in KEPT} for opinion in data["opinions"]]}
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()


def article_of(opinion: dict) -> str | dict | None:
    """The text that an opinion cites; a line that also holds its seat's article names its own apart."""
    return opinion["opinion_article"] if "opinion_article" in opinion else opinion.get("article")


def judge_opinion(opinion: dict, trust_roots: list[str]) -> Verdict:
    """What an opinion as it is printed is worth: its text is the one signed (SEAL codes), and it says what the text says (SEAL2)."""
    canonical, cms, certificate = (opinion.get(key) or "" for key in ("canonical", "cms", "certificate_pem"))
    verdict = detached.judge_text(canonical, cms, certificate, trust_roots, opinion.get("digest"))
    if verdict.ok and not says_the_same(opinion, canonical):
        return Verdict(False, "SEAL2", verdict.signer, verdict.certificate_pem, verdict.when)
    return verdict


def says_the_same(opinion: dict, canonical: str) -> bool:
    """Whether what is printed is what was signed: seat, outcome, reasons, article, items."""
    try:
        signed = json.loads(canonical)
        return (opinion["seat"], *said(opinion, article_of(opinion))) == (signed["seat"], *said(signed, signed.get("article")))
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def said(opinion: dict, article: object) -> tuple:
    items = [(item.get("text") or "", item.get("article") or "", item.get("lift_by") or "") for item in opinion.get("items") or []]
    return opinion["outcome"], opinion.get("reasons") or "", article or "", items
