"""The bell: what happened, newest first."""

import streamlit as st

from components.permits import letters
from components.permits.client import call
from components.permits.texts import has
from components.ui import links, parts, session
from components.ui.words import language, moment, t

visit = session.require_person()
notices = call(visit.client, "notices", p_limit=100)
parts.title(t("shell.page_notices"), t("people.notices_caption"))

if not notices:
    parts.nothing_here(t("people.no_notices"), ":material/notifications:")
    st.stop()
if any(notice["read_at"] is None for notice in notices) and st.button(t("people.read_all"), icon=":material/done_all:", key="read_all"):
    call(visit.client, "read_notices")
    st.rerun()


def sentence(notice: dict) -> str:
    """The subject of the mail that says the same; a plain word where none is written for this kind."""
    if has(f"mails.{notice['kind']}_subject"):
        return letters.words_of({"template": notice["kind"], "data": notice["data"]}, language()).subject
    return t("people.notice_other", number=notice["data"].get("number") or "")


for notice in notices:
    with st.container(border=True, key=f"notice_{notice['id']}"):
        st.text(sentence(notice))
        if notice["read_at"] is None:
            st.badge(t("people.unread"), color="green")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(moment(notice["at"]))
            if notice["data"].get("session"):
                links.link("session", t("sessions.open_session"), ":material/event_note:", id=notice["data"]["session"])
            elif notice["kind"] == "minutes_to_sign":
                links.link("sign", t("committee.sign_minutes"), ":material/draw:")
            elif notice["dossier_id"]:
                links.link(
                    "committee_desk" if notice["kind"] in letters.DESK else "agent_dossier" if visit.is_staff else "dossier",
                    t("people.open_dossier"),
                    ":material/folder_open:",
                    id=notice["dossier_id"],
                )
