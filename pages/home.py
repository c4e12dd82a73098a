"""Home: what one can do here, for everybody; and the way to one's own work."""

import html

import streamlit as st

from components.ui import links, parts, session, site
from components.ui.words import pick, t

visit = session.current()
MINE = [
    "queue", "counter", "sessions", "sign", "inspection", "cashier", "copies", "governor", "powers", "staff_people", "settings", "holidays",
    "record",
]  # fmt: skip

if visit.person is None:
    parts.title(t("shell.home_title"), t("shell.home_lead"))
else:
    parts.title(t("shell.home_welcome", name=pick(visit.person, "name_") or visit.person["email"]))
    comma = t("filing.comma")
    offices = [f"{parts.role_name(held['role'])}{comma}{pick(held['organisation'], 'name_')}" for held in visit.me["memberships"]]
    st.html(f'<p class="shubbak-lead">{html.escape(parts.joined(*offices) or t("shell.home_lead"))}</p>')


def card(page: str, icon: str, title: str, text: str) -> None:
    with st.container(border=True, height="stretch"):
        st.markdown(f"##### :material/{icon}: {title}")
        parts.note(text)
        links.link(page, t("common.open"), ":material/arrow_back:" if st.session_state["lang"] == "ar" else ":material/arrow_forward:")


shown = {entry.file: entry for entry in site.existing() if entry.file in MINE and site.is_shown(entry, visit)}
if shown:
    parts.header(t("shell.home_your_work"))
    with st.grid(3):
        for name in MINE:
            if name in shown:
                card(name, shown[name].icon, t(f"shell.page_{name}"), t(f"shell.does_{name}"))

if not visit.is_staff:
    with st.grid(3):
        card("filing" if visit.person else "catalogue", "edit_document", t("shell.home_file"), t("shell.home_file_text"))
        card("track", "search", t("shell.home_track"), t("shell.home_track_text"))
        card("verify", "verified", t("shell.home_verify"), t("shell.home_verify_text"))
    parts.header(t("shell.home_how"))
    with st.grid(3):
        for step in (1, 2, 3):
            with st.container(height="stretch"):
                st.markdown(f"{step}. " + t(f"shell.home_step_{step}"))
