"""A request in a few lines: what it is, where it stands, what to do next and until when."""

import streamlit as st

from components.ui import links, parts
from components.ui.words import day, moment, pick, t

COLOURS = {
    "DRAFT": "gray", "INCOMPLETE": "orange", "COMPLEMENT_REQUESTED": "orange", "MODIFICATION_REQUESTED": "orange",
    "APPROVED_PENDING_FEES": "orange", "DELIVERED": "green",
    "REFUSED": "red", "RETURNED": "red", "REVOKED": "red", "WITHDRAWN": "gray", "LAPSED": "gray",
}  # fmt: skip


# Numbers of dossiers are always read from left to right.
def code(text: str | None) -> str:
    return f"\u2066{text}\u2069" if text else ""


MINE = ("continue", "complete", "answer", "modify", "complement", "answer_remarks", "pay", "pay_attested", "silence", "silence_refer")
OVER = ("collect", "collect_attested", "read_refusal", "start_again", "none")


def state_badge(state: str) -> None:
    st.badge(t(f"states.{state}"), color=COLOURS.get(state, "blue"))


def group_of(line: dict) -> str:
    """mine: waits for the applicant; running: the administration works; over."""
    return "mine" if line["next"] in MINE else "over" if line["next"] in OVER else "running"


def when(line: dict) -> str:
    """The date that counts for this request now."""
    if line["next"] == "continue":
        return t("dossier.last_change", at=moment(line["updated_at"], "short"))
    if line["complete_by"]:
        return t("dossier.until", date=day(line["complete_by"]), left=days_words(line["days_left"]))
    if line["next"] in ("collect", "collect_attested") and line["valid_until"]:
        return t("dossier.valid_until", date=day(line["valid_until"]))
    if line["next"] == "wait" and line["legal_end"]:
        return t("dossier.answer_by", date=day(line["legal_end"]), left=days_words(line["days_left"]))
    return t("dossier.deposited_on", date=day(line["deposited_at"])) if line["deposited_at"] else ""


def days_words(left: int | None) -> str:
    if left is None:
        return ""
    return t("common.days_left", count=left) if left >= 0 else t("common.days_late", count=-left)


def card(line: dict) -> None:
    with st.container(border=True, key=f"card_{line['id']}"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(f"**{pick(line['procedure'])}** · {pick(line['commune'])}", width="content")
            state_badge(line["state"])
        about = parts.joined(code(line["number"]), line["owner_name"], line["title"])
        if about:
            st.text(about)
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.caption(" · ".join(filter(None, [t(f"dossier.next_{line['next']}"), when(line)])), width="content")
            target = ("filing", ":material/edit:") if line["state"] == "DRAFT" else ("dossier", ":material/folder_open:")
            links.link(target[0], t("dossier.go_on" if line["next"] in MINE else "dossier.open"), target[1], id=line["id"])
        if line["unread"]:
            st.badge(t("dossier.unread", count=line["unread"]), color="blue", icon=":material/chat:")
