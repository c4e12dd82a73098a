"""A committee's calendar on the screen: its sessions, the dossiers that wait for one, planning the next."""

from datetime import datetime, time, timedelta

import streamlit as st

from components.permits import committee, session_lists
from components.permits.refusals import Refusal
from components.permits.texts import MOROCCO, as_day, as_moment
from components.ui import links, parts
from components.ui.html_table import ltr
from components.ui.queue_table import both_scripts, rows_table
from components.ui.words import day, language, moment, number, pick, t

TONES = {"planned": "gray", "convened": "blue", "open": "amber", "closed": "green", "cancelled": "red"}
SOON = 3  # days before the end of the committee's own step


def is_to_come(session: dict, now: str) -> bool:
    """Planned, called or sitting; what was neither held nor cancelled in its day stays in sight."""
    return session["state"] in ("planned", "convened", "open") or (
        session["state"] == "cancelled" and as_day(session["held_at"]) >= as_day(now)
    )


def session_row(session: dict) -> dict:
    held = as_moment(session["held_at"])
    return {
        "id": session["id"],
        "number": held.strftime("%d/%m/%Y %H:%M"),
        "address": f"session?id={session['id']}",
        "open": t("sessions.open_of", at=moment(held)),
        "deposited": t(f"sessions.weekday_{held.isoweekday()}"),
        "object": session["place"] or t("sessions.at_a_distance"),
        "object_more": session["reason"] or (t("sessions.with_link") if session["link"] and session["place"] else ""),
        "holder": t("sessions.dossiers", count=session["items"]) if session["state"] != "cancelled" else "—",
        "holder_more": t("sessions.examined", count=session["examined"]) if session["examined"] else "",
        "days": t(f"sessions.state_{session['state']}"),
        "tone": TONES[session["state"]],
        "end": "",
    }


def sessions_table(sessions: list[dict], key: str) -> None:
    """Opening a row opens the session."""
    columns = {
        "number": t("sessions.column_held_at"),
        "object": t("sessions.column_place"),
        "holder": t("sessions.column_items"),
        "end": t("sessions.column_state"),
    }
    if opened := rows_table(t("sessions.tab_sessions"), columns, [session_row(one) for one in sessions], key):
        links.go("session", id=opened)


def due_in_words(left: int | None) -> tuple[str, str]:
    """Words and colour of the days left to the committee's step."""
    if left is None:
        return t("sessions.no_due"), "gray"
    if left < 0:
        return t("common.days_late", count=-left), "red"
    return (t("queue.band_today") if left == 0 else t("common.days_left", count=left)), "amber" if left <= SOON else "green"


def waiting_row(line: dict) -> dict:
    owner, other = both_scripts(line["owner_name"])
    words, tone = due_in_words(line["days_left"])
    return {
        "id": line["id"],
        "number": line["number"],
        "address": f"committee_desk?id={line['id']}",
        "open": t("queue.open", number=line["number"]),
        "deposited": pick(line["commune"]),
        "owner": owner,
        "owner_more": other,
        "object": line["title"],
        "object_more": pick(line["procedure"]),
        "state": session_lists.count_of(line["opinions"], line["seats"], language()),
        "state_more": t("sessions.round_again", round=number(line["round"])) if line["round"] > 1 else "",
        "holder": day(line["held_at"], "short") if line["session"] else t("sessions.on_no_agenda"),
        "days": words,
        "end": day(line["due_on"], "short"),
        "tone": tone,
    }


KINDS = {
    "all": lambda line: True,
    "loose": lambda line: not line["session"],
    "late": lambda line: line["days_left"] is not None and line["days_left"] < 0,
    "ready": lambda line: line["opinions"] == line["seats"],
}


def waiting_table(waiting: list[dict], key: str) -> None:
    """Most urgent first, as the database gave them. Opening a row opens the dossier's desk."""
    counts = {kind: sum(map(holds, waiting)) for kind, holds in KINDS.items()}
    kind = st.pills(
        t("sessions.which"),
        [kind for kind, count in counts.items() if count or kind == "all"],
        default="all",
        format_func=lambda one: f"{t(f'sessions.waiting_{one}')} ({number(counts[one])})",
        key=f"{key}_kind",
        label_visibility="collapsed",
    )
    rows = [waiting_row(line) for line in waiting if KINDS[kind or "all"](line)]
    columns = {
        "number": t("sessions.column_number"),
        "owner": t("sessions.column_owner"),
        "object": t("sessions.column_object"),
        "state": t("sessions.column_opinions"),
        "holder": t("sessions.agenda"),
        "end": t("sessions.column_due"),
    }
    if opened := rows_table(t("sessions.tab_waiting"), columns, rows, key):
        links.go("committee_desk", id=opened)


def hour_fields(key: str, held_at: datetime, earliest: str, place: str, link: str) -> tuple[datetime | None, str, str]:
    """Day, hour, place and link of a session, as they stand on the screen."""
    with st.container(horizontal=True):
        first = min(as_day(earliest), held_at.date())
        on = st.date_input(t("sessions.day"), held_at.date(), min_value=first, format="DD/MM/YYYY", key=f"{key}_day", width=160)
        at = st.time_input(t("sessions.hour"), held_at.time().replace(second=0, microsecond=0), step=900, key=f"{key}_hour", width=110)
    place = st.text_input(t("sessions.column_place"), place, key=f"{key}_place", max_chars=300)
    link = link_field(t("sessions.column_link"), link, f"{key}_link")
    return datetime.combine(on, at, MOROCCO) if on and at else None, place or "", link or ""


def link_field(label: str, value: str, key: str) -> str:
    return st.text_input(
        label, value, key=key, max_chars=500, type="url", help=t("sessions.link_help"), placeholder=t("sessions.link_example")
    )


def notice_line(held_at: datetime | None, now: str, hours: int) -> None:
    """Until when the members can be called; said at once when that moment is past."""
    if held_at is None:
        return
    last = held_at - timedelta(hours=hours)
    if last <= as_moment(now):
        st.warning(t("sessions.notice_short", hours=number(hours)), icon=":material/schedule:")
    else:
        st.caption(t("sessions.notice_until", hours=number(hours), last=moment(last)))


def plan_form(client, body: dict) -> None:
    """The next session, proposed on the committee's usual weekday and hour; it opens once it is planned."""
    rules, key = body["settings"], f"plan_{body['id']}"
    parts.subheader(t("sessions.plan"))
    fallback = datetime.combine(as_day(body["now"]) + timedelta(days=7), time(10), MOROCCO)
    proposed = as_moment(body["proposed"]) if body["proposed"] else fallback
    held_at, place, link = hour_fields(key, proposed, body["now"], rules.get("place") or "", rules.get("link") or "")
    notice_line(held_at, body["now"], int(rules["notice_hours"]))
    if st.button(t("sessions.plan_it"), type="primary", key=f"{key}_send", icon=":material/event:"):
        try:
            session = committee.plan(client, body["id"], held_at, place, link)
        except Refusal as refusal:
            parts.refused(refusal)
            return
        parts.flash(t("sessions.planned", at=moment(held_at)))
        links.go("session", id=session)


def exports(body: dict, sessions: list[dict], waiting: list[dict], demonstration: bool) -> None:
    """The calendar as a PDF to print and as spreadsheets; made when they are asked for."""
    stamp, lang = as_day(body["now"]).isoformat(), language()
    with st.container(horizontal=True, key="sessions_exports"):
        st.download_button(
            t("sessions.print_calendar"), data=lambda: calendar_file(body, sessions, waiting, demonstration), mime="application/pdf",
            file_name=f"{t('sessions.file_calendar')}-{stamp}.pdf", key="calendar_pdf", icon=":material/print:", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            t("sessions.export_sessions"), data=lambda: session_lists.calendar_csv(sessions, lang), mime="text/csv",
            file_name=f"{t('sessions.file_calendar')}-{stamp}.csv", key="calendar_csv", icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        if waiting:
            st.download_button(
                t("sessions.export_waiting"), data=lambda: session_lists.waiting_csv(waiting, lang), mime="text/csv",
                file_name=f"{t('sessions.file_waiting')}-{stamp}.csv", key="waiting_csv", icon=":material/download:", on_click="ignore",
            )  # fmt: skip


def calendar_file(body: dict, sessions: list[dict], waiting: list[dict], demonstration: bool) -> bytes:
    from components.permits import session_papers  # the printing library is loaded by those who print

    return session_papers.calendar(body, sessions, waiting, body["now"], demonstration)


def next_session(sessions: list[dict], now: str) -> dict | None:
    """The first one to come that is not cancelled."""
    coming = [one for one in sessions if one["state"] in ("planned", "convened", "open") and as_day(one["held_at"]) >= as_day(now)]
    return coming[0] if coming else None


def figures(sessions: list[dict], waiting: list[dict], now: str) -> None:
    """The next session and how much waits."""
    coming = next_session(sessions, now)
    with st.container(horizontal=True, key="sessions_figures"):
        st.metric(t("sessions.next"), day(coming["held_at"], "short") if coming else t("common.none"), border=True)
        for kind in ("all", "loose", "late"):
            st.metric(t(f"sessions.figure_{kind}"), number(sum(map(KINDS[kind], waiting))), border=True)


def overdue(sessions: list[dict], now: str) -> None:
    """Sessions whose day is over and that nobody closed or cancelled."""
    late = [one for one in sessions if one["state"] in ("planned", "convened", "open") and as_day(one["held_at"]) < as_day(now)]
    if late:
        dates = " · ".join(ltr(day(one["held_at"], "short")) for one in late)
        st.warning(t("sessions.left_open", dates=dates), icon=":material/event_busy:")
