"""Who sits on a dossier, in which session, and what each member said; the rounds before this one."""

from html import escape

import streamlit as st

from components.ui import links, parts
from components.ui.html_table import html_table, strong, text, tone
from components.ui.timeline import role_of
from components.ui.words import day, moment, number, pick, t

TONES = {"favourable": "green", "with_reservations": "amber", "modification": "amber", "unfavourable": "red", "not_concerned": "gray"}


def session_line(page: dict) -> None:
    """The session at which the dossier is examined: its day, its place, its link."""
    held = page["session"]
    if not held:
        if "add_remark" in page["acts"]:  # still studied
            parts.note(t("committee.no_session", body=pick(page["body"])))
        return
    with st.container(horizontal=True, vertical_alignment="center", key="member_session"):
        words = t("committee.session_at", at=moment(held["held_at"]), body=pick(page["body"]))
        st.markdown(f":material/groups: {parts.plain(parts.joined(words, held['place']))}", width="content")
        if held["link"].startswith(("https://", "http://")):
            st.link_button(t("committee.session_link"), held["link"], icon=":material/videocam:", type="tertiary")
        elif held["link"]:
            st.caption(held["link"])
        links.link("session", t("committee.open_session"), ":material/event_note:", id=held["id"])


def seats(page: dict) -> None:
    rows = [[member(seat), said(seat)] for seat in page["seats"]]
    html_table([t("committee.member"), t("desk.opinion")], rows)
    given = sum(seat["given"] for seat in page["seats"])
    st.caption(t("committee.count", given=number(given), seats=number(len(rows)), round=number(page["round"])))


def member(seat: dict) -> str:
    title = title_of(seat)
    body = pick(seat["organisation"]) if seat["organisation"] else t("committee.nobody_holds")
    role = role_of(seat["role"])
    about = " · ".join(dict.fromkeys(piece for piece in (role, body, pick(seat["law"])) if piece and piece != title))
    marks = [tone(t("committee.binding"), "gold")] if seat["is_binding"] else []
    marks += [tone(t("committee.occasional"), "gray")] if seat["need"] == "occasional" else []
    where = seat["status"] or (seat["given_in"] == "desk" and "desk")
    marks += [tone(t(f"committee.status_{where}"), "red" if where == "absent" else "blue")] if where else []
    return strong(title, about) + (f'<div class="shubbak-badges">{"".join(marks)}</div>' if marks else "")


def title_of(seat: dict) -> str:
    """By the body that holds the seat; by its role while nobody does."""
    return pick(seat["title"]) if seat["organisation"] else role_of(seat["role"])


def said(seat: dict) -> str:
    if not seat["given"]:
        return tone(t("desk.awaited"), "gray")
    return opinion_in_words(seat)


def opinion_in_words(opinion: dict) -> str:
    """Outcome, reasons, lines, by whom and when."""
    lines = "".join(
        f"<li>{text(item['text'], ' · '.join(filter(None, [item.get('article'), item.get('lift_by')])))}</li>"
        for item in opinion["items"] or []
    )
    who = parts.joined(pick(opinion["by"]), moment(opinion["at"], "short"))
    return (
        tone(t(f"committee.outcome_{opinion['outcome']}"), TONES[opinion["outcome"]])
        + (f"<div>{text(opinion['reasons'], opinion.get('article') or '')}</div>" if opinion["reasons"] else "")
        + (f"<ul>{lines}</ul>" if lines else "")
        + f"<small>{escape(who)}</small>"
    )


def earlier_rounds(page: dict) -> None:
    if page["earlier"]:
        parts.subheader(t("committee.earlier"))
        rows = [[text(number(one["round"])), strong(pick(one["title"])), opinion_in_words(one)] for one in page["earlier"]]
        html_table([t("committee.round"), t("committee.member"), t("desk.opinion")], rows)


def requests(page: dict) -> None:
    """Complements and modified plans asked of the applicant."""
    for request in page["requests"]:
        state = (
            t(f"desk.closed_{request['closed_as']}")
            if request["closed_as"]
            else t("desk.until", date=day(request["due_on"]))
            if request["due_on"]
            else t("desk.awaiting")
        )
        with st.container(border=True):
            st.markdown(f"**{t('committee.request_' + request['kind'])}** · {day(request['created_at'])} · {state}")
            for item in request["items"] or []:
                st.markdown("- " + parts.plain(parts.joined(pick(item["label"]), item.get("note") or "")))
            if request["note"]:
                st.text(request["note"])
