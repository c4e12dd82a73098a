"""Conversations on a dossier: with the applicant, among agents, with the consulted services."""

import html

import streamlit as st

from components.permits import dossiers
from components.ui import parts
from components.ui.timeline import role_of
from components.ui.words import day, moment, number, pick, t


def show_messages(messages: list[dict]) -> None:
    """messages in the order they were written; text is shown as typed, in its own direction."""
    lines = []
    for message in messages:
        who = " · ".join(filter(None, [role_of(message["role"]), pick(message["by"])]))
        expected = (
            f'<small class="due">{html.escape(t("desk.expected_on", date=day(message["expected_on"])))}</small>'
            if message["expected_on"]
            else ""
        )
        kind = "mine" if message["mine"] else "new" if message["unread"] else ""
        body = html.escape(message["body"]).replace("\n", "<br>")
        lines.append(
            f'<li class="{kind}"><small><bdi>{html.escape(who)}</bdi> · <time>{html.escape(moment(message["at"], "short"))}</time></small>'
            f'<p dir="auto">{body}</p>{expected}</li>'
        )
    st.html(f'<ul class="shubbak-thread">{"".join(lines)}</ul>')


def threads(client, dossier: str, names: list[str], messages: list[dict], seen: bool = True) -> None:
    """The threads this person takes part in, one at a time; showing a thread marks it as read. seen: whether it is in sight."""
    if not names:
        return
    unread = {name: sum(message["unread"] for message in messages if message["thread"] == name) for name in names}
    chosen = names[0]
    if len(names) > 1:
        chosen = st.segmented_control(
            t("desk.threads"),
            names,
            default=names[0],
            key="desk_thread",
            required=True,
            label_visibility="collapsed",
            format_func=lambda name: t(f"desk.thread_{name}") + (f" ({number(unread[name])})" if unread[name] else ""),
        )
    st.caption(t(f"desk.thread_{chosen}_help"))
    mine = [message for message in messages if message["thread"] == chosen]
    if mine:
        show_messages(mine)
    else:
        parts.note(t("desk.no_message"))
    if unread[chosen] and seen:
        with parts.refusals_shown():
            dossiers.read_thread(client, dossier, chosen)
    kept = f"desk_message_{chosen}"
    if st.session_state.pop(f"{kept}_sent", False):
        st.session_state[kept] = ""
    st.text_area(t("desk.write"), key=kept, max_chars=5000, height=110)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.date_input(t("desk.answer_wanted"), value=None, format="DD/MM/YYYY", key=f"{kept}_date")
        if st.button(t("desk.send_message"), key=f"{kept}_send", icon=":material/send:") and (st.session_state[kept] or "").strip():
            with parts.refusals_shown():
                dossiers.post_message(client, dossier, chosen, st.session_state[kept], wanted and wanted.isoformat())
                st.session_state[f"{kept}_sent"] = True
                parts.flash(t("desk.message_sent"))
                st.rerun()
