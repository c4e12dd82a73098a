"""The day of a session: who came for which body, guests, quorum, and the acts that carry it from plan to end."""

import streamlit as st

from components.permits import committee
from components.permits.texts import as_day, as_moment
from components.ui import parts
from components.ui.act_send import send
from components.ui.html_table import html_table, strong, text, tone
from components.ui.sessions_agenda import listed
from components.ui.sessions_calendar import hour_fields, notice_line
from components.ui.sessions_rules import in_words
from components.ui.timeline import role_of
from components.ui.words import moment, number, pick, t

STATUS_TONES = {"present": "green", "remote": "blue", "absent": "red"}


def quorum(page: dict) -> None:
    """Present of needed, and the rule that says how many are needed."""
    found, rule = page["quorum"], page["session"]["rules"]["quorum"]
    with st.container(border=True, key="session_quorum"):
        share = found["present"] / found["needed"] if found["needed"] else 1.0
        counted = t("sessions.quorum_counted", present=number(found["present"]), needed=number(found["needed"]))
        st.markdown(f"**{t('sessions.quorum')}** · {counted}", width="content")
        st.progress(min(1.0, share), text=t("sessions.quorum_met" if found["met"] else "sessions.quorum_not_met"))
        st.caption(parts.joined(in_words("quorum", rule), t("sessions.permanent_members", count=found["members"])))


def members(page: dict) -> None:
    """Who was called, and who came."""
    rows = [
        [
            strong(pick(one["organisation"]), role_of(one["role"]) + ("" if one["is_permanent"] else f" · {t('committee.occasional')}")),
            tone(t(f"sessions.status_{one['status']}"), STATUS_TONES[one["status"]]) if one["status"] else text("—"),
            text(pick(one["name"]), one["mandate"] or ""),
        ]
        for one in page["members"]
    ]
    if rows:
        html_table([t("sessions.column_member"), t("sessions.column_presence"), t("sessions.column_person")], rows)
    else:
        parts.note(t("sessions.no_member"))


def attendance(client, page: dict) -> None:
    """One line per body; only lines that changed are sent. A deputy is named with the act that appoints them."""
    session = page["session"]
    choices = ["present", "remote", "absent"] if session["rules"].get("remote", True) else ["present", "absent"]
    with st.form(f"attendance_{session['id']}", border=False, enter_to_submit=False):
        given = []
        for one in page["members"]:
            key = f"att_{session['id']}_{one['role']}_{one['organisation']['id']}"
            names = {person["id"]: pick(person) for person in one["people"] or []}
            if one["person"] and one["person"] not in names:
                names[one["person"]] = pick(one["name"])
            with st.container(border=True, key=f"{key}_box"):
                st.markdown(f"**{parts.plain(pick(one['organisation']))}** · {role_of(one['role'])}")
                held = one["status"] if one["status"] in choices else None
                status = st.segmented_control(
                    t("sessions.column_presence"), choices, default=held, format_func=lambda choice: t(f"sessions.status_{choice}"),
                    key=f"{key}_status", label_visibility="collapsed",
                )  # fmt: skip
                alone = next(iter(names)) if len(names) == 1 else None
                options = [*names, None]
                person = st.selectbox(
                    t("sessions.who_sits"), options, options.index(one["person"] if one["status"] else alone),
                    format_func=lambda who, names=names: names.get(who) or t("sessions.somebody_else"), key=f"{key}_person",
                )  # fmt: skip
                mandate = st.text_input(
                    t("sessions.mandate"), one["mandate"] or "", max_chars=300, key=f"{key}_mandate", help=t("sessions.mandate_help")
                )
            now = (status, person if status != "absent" else None, (mandate or "").strip())
            before = (one["status"], one["person"], one["mandate"] or "")
            if status and now != before:
                given.append((one, now))
        if st.form_submit_button(t("sessions.keep_attendance"), type="primary", icon=":material/how_to_reg:"):
            keep_attendance(client, session["id"], given)


def keep_attendance(client, session: str, given: list[tuple]) -> None:
    if not given:
        st.info(t("sessions.nothing_changed"))
        return
    with parts.refusals_shown():
        for one, (status, person, mandate) in given:
            committee.mark(client, session, one["role"], one["organisation"]["id"], status, person, mandate)
        parts.flash(t("sessions.attendance_kept", count=len(given)))
        st.rerun()


def guests(client, page: dict) -> None:
    """Consultative guests: heard, without a voice."""
    session, may = page["session"], "guest" in page["acts"]
    if session["guests"] or may:
        parts.subheader(t("sessions.guests"))
    for place, guest in enumerate(session["guests"]):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{parts.plain(parts.joined(guest['name'], guest['quality']))}", width="stretch")
            if may and st.button(
                t("common.remove"), key=f"guest_{place}_{session['id']}", type="tertiary", icon=":material/close:",
                help=t("sessions.remove_guest", name=guest["name"]),
            ):  # fmt: skip
                with parts.refusals_shown():
                    committee.remove_guest(client, session["id"], guest)
                    st.rerun()
    if may:
        with st.expander(t("sessions.add_guest"), icon=":material/person_add:", key=f"guest_open_{session['id']}"):
            key = f"guest_new_{session['id']}"
            st.caption(t("sessions.guest_help"))
            name = st.text_input(t("sessions.guest_name"), key=f"{key}_name", max_chars=200)
            quality = st.text_input(t("sessions.guest_quality"), key=f"{key}_quality", max_chars=200)
            send(
                t("common.add"), lambda: committee.add_guest(client, session["id"], name or "", quality or ""), t("sessions.guest_added"),
                key,
            )  # fmt: skip


# -- acts ---------------------------------------------------------------------------------------------------------------------


def acts(client, page: dict) -> None:
    """The next act of the session in sight, then the others folded."""
    for verb, form in (("convene", convene_form), ("open", open_form), ("close", close_form)):
        if verb in page["acts"]:
            with st.container(border=True, key=f"session_act_{verb}"):
                parts.subheader(t(f"sessions.act_{verb}"))
                form(client, page, f"act_{page['session']['id']}_{verb}")
    for verb, icon, form in (("move", "edit_calendar", move_form), ("cancel", "cancel", cancel_form)):
        if verb in page["acts"]:
            with st.expander(t(f"sessions.act_{verb}"), icon=f":material/{icon}:", key=f"session_act_{verb}"):
                form(client, page, f"act_{page['session']['id']}_{verb}")


def convene_form(client, page: dict, key: str) -> None:
    session = page["session"]
    if not any(line["state"] == "listed" for line in page["agenda"]):
        parts.note(t("sessions.convene_empty"))
        return
    if st.session_state.get(f"agenda_{session['id']}", {}).get("order") != listed(page):
        st.warning(t("sessions.convene_unsaved"), icon=":material/edit:")
    notice_line(as_moment(session["held_at"]), page["now"], int(session["rules"]["notice_hours"]))
    st.caption(t("sessions.convene_help", count=len(page["members"])))
    send(
        t("sessions.act_convene"), lambda: committee.convene(client, session["id"]), t("sessions.convened"), key,
        confirm=t("sessions.convene_confirm"),
    )  # fmt: skip


def open_form(client, page: dict, key: str) -> None:
    session, found = page["session"], page["quorum"]
    if as_day(session["held_at"]) > as_day(page["now"]):
        st.info(t("sessions.open_early", at=moment(session["held_at"])), icon=":material/schedule:")
    if not found["met"]:
        parts.note(t("sessions.open_help", present=number(found["present"]), needed=number(found["needed"])))
    send(t("sessions.act_open"), lambda: committee.open_session(client, session["id"]), t("sessions.opened"), key)


def close_form(client, page: dict, key: str) -> None:
    session = page["session"]
    missing = [line for line in page["agenda"] if line["state"] == "listed" and not all(seat["given"] for seat in line["seats"])]
    if missing:
        rule = session["rules"]["absence"]
        st.warning(
            f"{t('sessions.close_missing', count=len(missing))} {t(f'sessions.absence_{rule}_help')}", icon=":material/hourglass_empty:"
        )
    send(
        t("sessions.act_close"), lambda: committee.close_session(client, session["id"]), t("sessions.closed"), key,
        confirm=t("sessions.close_confirm"),
    )  # fmt: skip


def move_form(client, page: dict, key: str) -> None:
    session = page["session"]
    held_at, place, link = hour_fields(key, as_moment(session["held_at"]), page["now"], session["place"], session["link"])
    notice_line(held_at, page["now"], int(session["rules"]["notice_hours"]))
    send(t("common.save"), lambda: committee.move(client, session["id"], held_at, place, link), t("sessions.moved"), key)


def cancel_form(client, page: dict, key: str) -> None:
    session = page["session"]
    called = session["state"] != "planned"
    st.caption(t("sessions.cancel_help") + (f" {t('sessions.cancel_told')}" if called else ""))
    reason = st.text_area(t("sessions.cancel_reason"), key=f"{key}_reason", max_chars=2000, height=100)
    send(
        t("sessions.act_cancel"), lambda: committee.cancel(client, session["id"], reason or ""), t("sessions.cancelled"), key,
        confirm=t("sessions.cancel_confirm"), danger=True,
    )  # fmt: skip
