"""What verification says of a paper, in one picture: green, red or grey, then its public data."""
import streamlit as st

from components.permits import signatures
from components.permits.documents.inspect import examine
from components.ui.session import Session
from components.ui.words import day, moment, pick, t

LOOK = {"authentic": (st.success, ":material/verified:"), "revoked": (st.error, ":material/block:"), "lapsed": (st.warning, ":material/event_busy:"),
        "unknown": (st.error, ":material/help:"), "altered": (st.error, ":material/gpp_bad:"), "unsigned": (st.error, ":material/gpp_maybe:"),
        "unreadable": (st.warning, ":material/broken_image:"), "superseded": (st.warning, ":material/help:")}


def say(status: str, text: str = "", **values) -> None:
    box, icon = LOOK[status]
    box(f"**{t('verify.' + status, **values)}**  \n{t('verify.' + (text or status + '_text'))}", icon=icon)


def show_answer(answer: dict, by_code: bool = False, examination=None) -> None:
    """The register's answer; `examination` adds who signed the uploaded file and when."""
    status = answer["status"]
    say(status, "authentic_code_text" if by_code and status == "authentic" else "", date=day(answer.get("since")) if answer.get("since") else "")
    if "public" not in answer:
        return
    public = answer["public"]
    rows = {t("verify.act"): f"{t('verify.kind_' + public['kind'])} · {pick(public['procedure'])}", t("verify.number"): public["number"],
            t("verify.date"): day(public["date"]), t("verify.commune"): pick(public["commune"], "name_")}
    if answer.get("valid_until") and public["kind"] == "permit":
        rows[t("verify.valid_until")] = day(answer["valid_until"])
    rows |= {pick(field["label"]): pick(field["text"]) for field in public["fields"]}
    if examination is not None:
        rows[t("verify.signer")] = examination.signer or ""
        rows[t("verify.signed_at")] = moment(examination.time) if examination.time else ""
    st.table(rows, border="horizontal")
    if answer.get("demonstration"):
        st.caption(t("verify.demonstration"))


def show_file(session: Session, content: bytes, visitor: str) -> None:
    """First what the file itself proves, then what the register says of it today."""
    found = examine(content, signatures.trust_roots(session.client))
    if found.state == "signed_valid":
        answer = signatures.verify_digest(session.client, found.data_digest, visitor)
        if answer["status"] == "unknown":
            say("superseded")
        else:
            show_answer(answer, examination=found)
    else:
        say(found.state)
