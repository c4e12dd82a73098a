"""The calendar of a committee: its sessions, the dossiers that wait for one, planning the next, the rules by which it sits."""

import streamlit as st

from components.permits import committee
from components.ui import links, parts
from components.ui.session import require_person
from components.ui.sessions_calendar import (
    exports,
    figures,
    is_to_come,
    overdue,
    plan_form,
    sessions_table,
    waiting_table,
)
from components.ui.sessions_rules import rules_facts, rules_form
from components.ui.words import number, pick, t

session = require_person()
if not session.is_staff:
    parts.nothing_here(t("shell.not_your_page"), ":material/lock:")
    st.stop()
parts.title(t("sessions.title"), t("sessions.lead"))
st.html('<span class="shubbak-wide-page"></span>')

# Load
page = committee.calendar(session.client)
bodies = {body["id"]: body for body in page["bodies"]}
if not bodies:
    parts.nothing_here(t("sessions.no_committee"), ":material/groups:")
    links.link("queue", t("shell.page_queue"), ":material/inbox:")
    st.stop()

# Choose
asked = st.query_params.get("body")
chosen = next(iter(bodies))
if len(bodies) > 1:
    ids = list(bodies)
    first = ids.index(asked) if asked in bodies else 0
    chosen = st.selectbox(t("sessions.committee"), ids, first, format_func=lambda one: pick(bodies[one]), key="sessions_body")
else:
    st.markdown(f":material/account_balance: **{parts.plain(pick(bodies[chosen]))}**")
body = bodies[chosen]
sessions = [one for one in page["sessions"] if one["organisation"]["id"] == chosen]
waiting = [line for line in page["waiting"] if line["organisation"] == chosen]
coming = [one for one in sessions if is_to_come(one, body["now"])]
past = [one for one in reversed(sessions) if one not in coming]


# Show
def calendar() -> None:
    if coming:
        sessions_table(coming, "sessions_coming")
    else:
        parts.nothing_here(t("sessions.none_planned" if body["is_secretary"] else "sessions.none_for_you"), ":material/event_available:")
    if past:
        parts.subheader(t("sessions.past"))
        sessions_table(past, "sessions_past")
    if sessions or waiting:
        exports(body, sessions, waiting, session.me["demonstration"])


if not body["is_secretary"]:
    calendar()
    with st.expander(t("sessions.tab_rules"), icon=":material/rule:"):
        rules_facts(body["settings"])
    st.stop()

# Act
figures(sessions, waiting, body["now"])
overdue(sessions, body["now"])
names = [t("sessions.tab_sessions"), f"{t('sessions.tab_waiting')} ({number(len(waiting))})", t("sessions.tab_rules")]
dates, queue, rules = st.tabs(names)
with dates:
    left, right = st.columns([3, 2], gap="large")
    with left:
        calendar()
    with right, st.container(border=True):
        plan_form(session.client, body)
with queue:
    if waiting:
        st.caption(t("sessions.waiting_lead"))
        waiting_table(waiting, "sessions_waiting")
    else:
        parts.nothing_here(t("sessions.nothing_waits"), ":material/task_alt:")
with rules:
    rules_form(session.client, body, page["defaults"])
