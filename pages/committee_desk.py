"""A dossier before the committee, as a member or the secretariat studies it: plans, remarks, what others said, one's own signed opinion."""

import streamlit as st

from components.permits import committee
from components.ui import links, parts
from components.ui.desk_minutes import minutes
from components.ui.desk_opinion import OPINION, my_opinion
from components.ui.desk_plans import plans
from components.ui.desk_remarks import all_remarks
from components.ui.desk_seats import earlier_rounds, requests, seats, session_line
from components.ui.desk_secretary import secretary
from components.ui.dossier_parts import band_badge, faults_of, summary_of
from components.ui.html_table import ltr
from components.ui.session import require_person
from components.ui.thread import threads
from components.ui.timeline import path
from components.ui.words import day, t

session = require_person()
dossier = st.query_params.get("id", "")
if not dossier:
    parts.nothing_here(t("desk.no_dossier"), ":material/folder_off:")
    st.stop()

# Load
page = committee.desk(session.client, dossier)
if st.session_state.get("member_dossier") != dossier:  # another dossier: nothing opened or typed for the last one stays
    for name in [name for name in st.session_state if str(name).startswith(("member_", "desk_"))]:
        del st.session_state[name]
    st.session_state["member_dossier"] = dossier

# Show
head = page["head"]
st.html('<span class="shubbak-wide-page"></span>')
links.link("sessions", t("committee.back"), ":material/list:")
parts.title(ltr(head["number"]), parts.joined(head["owner_name"], head["title"]))
band_badge(head, page)
path(head["steps"], head["step"], head["state"])
session_line(page)
for mine in page["mine"]:
    if mine["may_write"] and not page["interest"]:
        words = t("committee.to_opinion", date=day(mine["due_on"])) if mine["due_on"] else t("committee.to_opinion_undated")
        st.markdown(f":material/edit_note: [{words}](#{OPINION})")
if unread := sum(message["unread"] for message in page["messages"]):
    st.badge(t("committee.unread", count=unread), color="blue", icon=":material/chat:")
names = ["project", "plans", "opinions", "remarks", "exchanges"] + (["secretary"] if page["is_secretary"] else [])
# Labels that never change: the open tab is remembered by its label.
tabs = dict(zip(names, st.tabs([t(f"committee.tab_{name}") for name in names], key="member_tabs", on_change="rerun"), strict=True))
with tabs["project"]:
    parts.note(t("desk.minimised"))
    faults_of(page)
    summary_of(page, columns=2)
with tabs["plans"]:
    plans(session.client, page, in_sight=tabs["plans"].open)
with tabs["opinions"]:
    seats(page)
    earlier_rounds(page)
    minutes(session.client, page)
    requests(page)
with tabs["remarks"]:
    all_remarks(session.client, page)
with tabs["exchanges"]:
    threads(session.client, dossier, ["committee"], page["messages"], seen=tabs["exchanges"].open)
if page["is_secretary"]:
    with tabs["secretary"]:
        secretary(session.client, page)

# Act
for mine in page["mine"]:
    my_opinion(session, page, mine)
