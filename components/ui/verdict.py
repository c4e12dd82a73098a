"""What verification says of a paper, in one picture: green, red or amber, then its public data."""

import html

import streamlit as st

from components.permits import signatures
from components.permits.documents.inspect import examine
from components.ui import parts
from components.ui.verdict_minutes import minutes_evidence
from components.ui.words import day, language, moment, pick, t

LOOKS = {
    "authentic": ("green", ":material/verified:"),
    "revoked": ("red", ":material/block:"),
    "lapsed": ("orange", ":material/event_busy:"),
    "unknown": ("red", ":material/help:"),
    "altered": ("red", ":material/gpp_bad:"),
    "unsigned": ("red", ":material/gpp_maybe:"),
    "unreadable": ("orange", ":material/broken_image:"),
    "superseded": ("orange", ":material/help:"),
    "opinions_changed": ("red", ":material/gpp_bad:"),
}


def of_code(client, code: str, visitor: str) -> dict:
    """{status, by_code, since?, public?, valid_until?, demonstration?}: what the register says of a code."""
    return judged(signatures.verify_code(client, code, visitor)) | {"by_code": True}


def judged(answer: dict) -> dict:
    """Minutes whose opinions are no longer those that were signed are not authentic, whatever their own signatures say."""
    changed = answer["status"] == "authentic" and not answer.get("minutes", {"sound": True})["sound"]
    return answer | {"status": "opinions_changed"} if changed else answer


def of_file(client, content: bytes, visitor: str) -> dict:
    """First what the file itself proves, then what the register says of it today. Adds {signer, signed_at, faults?}."""
    found = examine(content, signatures.trust_roots(client))
    if found.state != "signed_valid":
        return {"status": found.state, "examination": found}
    answer = judged(signatures.verify_digest(client, found.data_digest, visitor))
    if answer["status"] == "unknown":
        answer["status"] = "superseded"
    return answer | {"examination": found}


def show(answer: dict) -> None:
    status, found = answer["status"], answer.get("examination")
    since = day(answer["since"]) if answer.get("since") else ""
    colour, icon = LOOKS[status]
    text = "authentic_code_text" if status == "authentic" and answer.get("by_code") else f"{status}_text"
    box = {"green": st.success, "red": st.error, "orange": st.warning}[colour]
    with st.container(key="verdict"):
        box(f"**{t('verify.' + status, date=since)}**  \n{t('verify.' + text)}", icon=icon)
    if found and found.faults:
        st.html("".join(f'<p class="shubbak-note">{html.escape(sentence)}</p>' for sentence in found.sentences(language())))
    minutes_evidence(answer)
    if "public" not in answer:
        return
    public = answer["public"]
    rows = [
        (t("verify.act"), f"{t('verify.kind_' + public['kind'])} · {pick(public['procedure'])}"),
        (t("verify.plan"), pick(public.get("plan"))),
        (t("verify.number"), public["number"]),
        (t("verify.date"), day(public["date"])),
        (t("verify.commune"), pick(public["commune"], "name_")),
        (t("verify.valid_until"), day(answer.get("valid_until")) if public["kind"] in ("permit", "attestation") else ""),
        *[(pick(field["label"]), pick(field["text"])) for field in public["fields"]],
    ]
    if found:
        rows += [(t("verify.signer"), found.signer), (t("verify.signed_at"), moment(found.time) if found.time else "")]
    with st.container(border=True):
        parts.facts(rows)
    if answer.get("demonstration"):
        st.caption(t("verify.demonstration"))
