"""One session of a committee: where and when, its agenda, who is called and who came, the opinions and minutes of each dossier."""

import html

import streamlit as st

from components.permits import committee
from components.permits.refusals import Refusal
from components.permits.session_lists import agenda_csv
from components.permits.texts import as_moment
from components.ui import links, parts
from components.ui.session import require_person
from components.ui.sessions_agenda import compose, dossiers
from components.ui.sessions_day import acts, attendance, guests, members, quorum
from components.ui.sessions_rules import rules_facts
from components.ui.words import language, moment, pick, t

visit = require_person()
asked = st.query_params.get("id", "")
if not visit.is_staff or not asked:
    parts.nothing_here(t("sessions.no_session") if visit.is_staff else t("shell.not_your_page"), ":material/event_busy:")
    links.link("sessions", t("sessions.back"), ":material/calendar_month:")
    st.stop()

# Load
try:
    page = committee.session(visit.client, asked)
except Refusal as refusal:
    parts.refused(refusal)
    links.link("sessions", t("sessions.back"), ":material/calendar_month:")
    st.stop()
session = page["session"]
st.html('<span class="shubbak-wide-page"></span>')
links.link("sessions", t("sessions.back"), ":material/calendar_month:", body=session["organisation"]["id"])


def stages() -> None:
    """Planned, convened, open, closed: what is past, and since when."""
    order = ["planned", "convened", "open", "closed"]
    here = order.index(session["state"])
    at = {"convened": session["convened_at"], "open": session["opened_at"], "closed": session["closed_at"]}
    items = [
        f'<li class="{"past" if n < here or session["state"] == "closed" else "now" if n == here else "next"}"'
        f'{" aria-current=step" if n == here else ""}><b>{html.escape(t(f"sessions.state_{one}"))}</b>'
        f"<small>{html.escape(moment(at[one], 'short') if at.get(one) else '')}</small></li>"
        for n, one in enumerate(order)
    ]
    st.html(f'<ol class="shubbak-path">{"".join(items)}</ol>')


def convocation() -> bytes:
    from components.permits import session_papers  # the printing library is loaded by those who print

    return session_papers.convocation(page, visit.me["demonstration"])


def papers() -> None:
    """The convocation to print and the agenda as a spreadsheet, made when they are asked for."""
    stamp, lang = as_moment(session["held_at"]).date().isoformat(), language()
    with st.container(horizontal=True, key="session_papers"):
        st.download_button(
            t("sessions.print_convocation"), data=convocation, file_name=f"{t('sessions.file_convocation')}-{stamp}.pdf",
            mime="application/pdf", key="convocation_pdf", icon=":material/print:", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            t("sessions.export_agenda"), data=lambda: agenda_csv(page["agenda"], lang), mime="text/csv",
            file_name=f"{t('sessions.file_agenda')}-{stamp}.csv", key="agenda_csv", icon=":material/download:", on_click="ignore",
        )  # fmt: skip


# Show
parts.title(t("sessions.session_of", at=moment(session["held_at"], "full")), pick(session["organisation"]))
if session["state"] == "cancelled":
    st.error(t("sessions.cancelled_because", reason=parts.plain(session["reason"])), icon=":material/cancel:")
else:
    stages()
with st.container(horizontal=True, vertical_alignment="center", key="session_where"):
    if session["place"]:
        st.markdown(f":material/location_on: {parts.plain(session['place'])}", width="content")
    if session["link"].startswith(("https://", "http://")):
        st.link_button(t("sessions.join"), session["link"], icon=":material/videocam:", type="tertiary")
papers()

with st.container(key="desk_columns"):  # on a telephone, while members are called or sit, the acts stand above the agenda
    left, right = st.columns([3, 2], gap="large")
with left:
    parts.header(t("sessions.agenda"))
    if "set_agenda" in page["acts"]:
        with st.expander(t("sessions.compose"), icon=":material/reorder:", expanded=session["state"] == "planned", key="session_compose"):
            compose(visit.client, page)
    if page["agenda"] or page["others"]:
        dossiers(visit.client, page)
    elif not page["is_secretary"]:
        parts.nothing_here(t("sessions.agenda_empty"), ":material/inbox:")

# Act
with right:
    acts(visit.client, page)
    if session["state"] in ("convened", "open", "closed"):
        quorum(page)
    parts.header(t("sessions.members_to_call" if session["state"] == "planned" else "sessions.members"))
    if "attendance" in page["acts"]:
        tabs = st.tabs([t("sessions.mark_attendance"), t("sessions.called")])
        with tabs[0]:
            attendance(visit.client, page)
        with tabs[1]:
            members(page)
    else:
        members(page)
    guests(visit.client, page)
    with st.expander(t("sessions.rules_of_session"), icon=":material/rule:"):
        rules_facts(session["rules"])
        if session["state"] != "planned":
            st.caption(t("sessions.rules_frozen"))
