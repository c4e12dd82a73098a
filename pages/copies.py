"""Copies of acts that the law owes to the local authority, to the governor and to those who sat: received on a day, read on a day."""

import streamlit as st

from components.permits import board, dossiers
from components.ui import links, parts
from components.ui.html_table import html_table, ltr, strong, text, tone
from components.ui.pdf_view import show_pdf
from components.ui.session import MEMBERS, require_role
from components.ui.words import day, number, pick, t

session = require_role("local_authority", "governor", *MEMBERS)
parts.title(t("copies.title"), t("copies.lead"))

# Choose
only_new = st.toggle(t("copies.only_new"), value=True, key="copies_new")

# Load
page = board.copies(session.client, only_new, limit=100)
if not page["rows"]:
    parts.nothing_here(t("copies.none_new") if only_new else t("copies.none"), ":material/task_alt:")
    st.stop()
st.caption(t("copies.unseen", count=page["unseen"]))

# Show
rows = {row["id"]: row for row in page["rows"]}
lines = []
for row in rows.values():
    seen = t("desk.copy_seen", date=day(row["seen_at"], "short")) if row["seen_at"] else t("copies.new")
    lines.append(
        [
            strong(pick(row, "commune_"), row["dossier_number"]),
            text(pick(row["procedure_title"]), f"{row['owner_name']} · {row['title']}"),
            text(day(row["sent_at"], "short"), t("copies.due", date=day(row["due_on"], "short"), article=pick(row["law"])))
            + (tone(t("copies.late"), "red") if row["late"] else ""),
            text(seen),
        ]
    )
html_table([t(f"copies.column_{name}") for name in ("commune", "act", "received", "read")], lines)
if page["next"]:
    st.caption(t("copies.more", count=number(len(rows))))

# Act
chosen = rows[
    st.selectbox(
        t("copies.choose"),
        list(rows),
        key="copies_row",
        format_func=lambda one: f"{ltr(rows[one]['dossier_number'])} · {rows[one]['owner_name']}",
    )
]
with st.container(horizontal=True, vertical_alignment="center"):
    if not chosen["seen_at"] and st.button(t("copies.mark_seen"), key="copies_seen", type="primary", icon=":material/done_all:"):
        with parts.refusals_shown():
            dossiers.see_copy(session.client, chosen["id"])
            parts.flash(t("copies.marked"))
            st.rerun()
    links.link("agent_dossier", t("signing.open_dossier"), ":material/folder_open:", id=chosen["dossier"])
    if chosen["path"] and st.button(t("copies.read"), key="copies_read", icon=":material/picture_as_pdf:"):
        st.session_state["copies_open"] = chosen["id"]
if st.session_state.get("copies_open") == chosen["id"]:
    with parts.refusals_shown():
        show_pdf(dossiers.paper_bytes(session.client, chosen["path"]), f"{chosen['paper_number'] or chosen['dossier_number']}.pdf")
