"""The staff's queue: who waits for what, most urgent first. The address carries the filter, so that it can be kept and shared."""

import streamlit as st

from components.permits import queue
from components.ui import links, parts
from components.ui.queue_filters import band_pills, filters, offered, read_address
from components.ui.queue_table import queue_table
from components.ui.session import NOT_STAFF, require_person
from components.ui.words import language, number, t

session = require_person()
if not session.is_staff:
    parts.nothing_here(t("shell.not_your_page"), ":material/lock:")
    st.stop()
parts.title(t("queue.title"), t("queue.lead"))
st.html('<span class="shubbak-wide-page"></span>')
communes = {commune["id"]: commune for commune in session.communes(*(session.roles - NOT_STAFF))}
if not communes:
    parts.nothing_here(t("queue.no_commune"), ":material/location_off:")
    st.stop()

# Choose
chosen = read_address(communes)
commune = st.session_state["queue_commune"] or None
filters(communes, offered(session.client, commune))

# Load
page = queue.page(session.client, commune, chosen, limit=queue.PAGE * st.session_state["queue_pages"])

# Show
band_pills(page["bands"], len(communes) > 1)
if not page["rows"]:
    parts.nothing_here(t("queue.empty_filtered") if chosen else t("queue.empty"), ":material/task_alt:")
    st.stop()
opened = queue_table(page["rows"])

# Act
with st.container(horizontal=True, vertical_alignment="center"):
    st.caption(t("queue.shown", shown=number(len(page["rows"])), total=t("queue.found", count=page["total"])))
    if len(page["rows"]) < page["total"] and st.button(t("queue.more"), key="queue_more", icon=":material/expand_more:"):
        st.session_state["queue_pages"] += 1
        st.rerun()
    if "queue_file" in st.session_state:
        content, lines = st.session_state["queue_file"]
        st.download_button(
            t("queue.export_ready", count=number(lines)),
            content,
            file_name=f"{t('queue.export_file')}-{page['today']}.csv",
            mime="text/csv",
            key="queue_download",
            icon=":material/download:",
            on_click="ignore",
        )
    elif st.button(t("queue.export_prepare"), key="queue_export", icon=":material/table_view:", help=t("queue.export_help")):
        with st.spinner(t("queue.export_working")):
            st.session_state["queue_file"] = queue.export(session.client, commune, chosen, language())
        st.rerun()
if opened:
    links.go("agent_dossier", id=opened)
