"""The agenda of a session: composing it, then each dossier with its members, their opinions and its minutes."""

import streamlit as st

from components.permits import committee
from components.permits.refusals import Refusal
from components.ui import links, parts
from components.ui.act_send import send
from components.ui.desk_minutes import check_opinions, minutes_file
from components.ui.desk_seats import seats
from components.ui.desk_secretary import draw_form, seal_form
from components.ui.html_table import ltr
from components.ui.queue_table import both_scripts
from components.ui.sessions_calendar import due_in_words
from components.ui.words import day, number, pick, t

BEFORE = ("IN_STUDY", "COMMISSION_SCHEDULED", "OPINIONS_COLLECTED")  # states in which a dossier may be listed
ITEM_COLOURS = {"listed": "gray", "examined": "green", "postponed": "orange"}
PAPER_COLOURS = {"requested": "gray", "failed": "red", "ready": "blue", "signed": "blue", "published": "green"}


def listed(page: dict) -> list[str]:
    return [line["dossier"] for line in page["agenda"] if line["state"] == "listed"]


# -- composing -----------------------------------------------------------------------------------------------------------------


class Draft:
    """The agenda as it stands on this screen, not yet kept. It follows the database until somebody touches it."""

    def __init__(self, page: dict):
        self.key = f"agenda_{page['session']['id']}"
        kept = listed(page)
        state = st.session_state.get(self.key)
        if state is None or (state["order"] == state["base"] and state["base"] != kept):
            state = {"base": kept, "order": list(kept)}
        self.moved = state["base"] != kept  # a colleague kept another agenda meanwhile
        st.session_state[self.key] = state
        self.order, self.base = state["order"], kept

    @property
    def changed(self) -> bool:
        return self.order != self.base

    def step(self, dossier: str, by: int) -> None:
        place = self.order.index(dossier)
        self.order.insert(place + by, self.order.pop(place))

    def add(self, dossiers: list[str]) -> None:
        self.order.extend(one for one in dossiers if one not in self.order)

    def drop(self) -> None:
        st.session_state.pop(self.key, None)


def compose(client, page: dict) -> None:
    """Order, add, remove, propose; then keep it."""
    session, draft = page["session"], Draft(page)
    known = {line["id"]: line for line in page["waiting"]} | {line["dossier"]: line for line in page["agenda"]}
    if draft.moved:
        st.warning(t("sessions.agenda_moved"), icon=":material/sync_problem:")
    if not draft.order:
        parts.note(t("sessions.agenda_empty"))
    for place, dossier in enumerate(draft.order):
        agenda_line(draft, place, dossier, known.get(dossier))
    loose = {line["id"]: line for line in page["waiting"] if line["id"] not in draft.order and line["session"] in (None, session["id"])}
    if loose:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            picked = st.multiselect(
                t("sessions.add"), list(loose), key=f"{draft.key}_add", format_func=lambda one: line_in_words(loose[one]),
                placeholder=t("common.choose"),
            )  # fmt: skip
            st.button(
                t("common.add"), key=f"{draft.key}_adds", icon=":material/add:", disabled=not picked, on_click=take, args=(draft, picked)
            )
    elif not draft.order:
        st.caption(t("sessions.nothing_waits"))
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            t("sessions.keep_agenda"), type="primary", key=f"{draft.key}_keep", icon=":material/check:", disabled=not draft.changed
        )
        if loose and session["state"] == "planned" and st.button(
            t("sessions.propose"), key=f"{draft.key}_propose", icon=":material/playlist_add:", help=t("sessions.propose_help")
        ):
            propose(client, session, draft)
        if draft.changed or draft.moved:
            st.button(t("sessions.undo"), key=f"{draft.key}_undo", type="tertiary", icon=":material/undo:", on_click=draft.drop)
    if pressed:
        keep(client, session, draft)
    if draft.changed:
        told = t("sessions.members_told") if session["state"] == "convened" else ""
        st.caption(f":material/edit: {t('administration.unsaved')} {told}")


def agenda_line(draft: Draft, place: int, dossier: str, line: dict | None) -> None:
    """One dossier of the draft, with the buttons that move it or take it off."""
    name = f"\u2066{line['number']}\u2069" if line else ""
    with st.container(horizontal=True, vertical_alignment="center", key=f"agenda_line_{place}"):
        st.markdown(f"**{number(place + 1)}.** {parts.plain(line_in_words(line)) if line else t('sessions.gone')}", width="stretch")
        if line and line.get("dossier_state", "IN_STUDY") not in BEFORE:
            st.badge(t("sessions.gone"), color="red")
        for word, icon, off, act, arguments in (
            ("up", "arrow_upward", place == 0, draft.step, (dossier, -1)),
            ("down", "arrow_downward", place == len(draft.order) - 1, draft.step, (dossier, 1)),
            ("take_off", "close", False, draft.order.remove, (dossier,)),
        ):
            st.button(
                t(f"sessions.{word}"), key=f"{draft.key}_{word}_{dossier}", icon=f":material/{icon}:", type="tertiary", disabled=off,
                on_click=act, args=arguments, help=t(f"sessions.{word}_of", number=name),
            )  # fmt: skip


def line_in_words(line: dict) -> str:
    """A dossier on one line: number, owner, commune, opinions, days."""
    if "seats" in line and isinstance(line["seats"], list):
        given, members = sum(seat["given"] for seat in line["seats"]), len(line["seats"])
    else:
        given, members = line["opinions"], line["seats"]
    opinions = t("sessions.opinions_of", given=number(given), seats=number(members))
    late = due_in_words(line["days_left"])[0] if line.get("days_left") is not None else ""
    return parts.joined(line["number"], both_scripts(line["owner_name"])[0], pick(line["commune"]), opinions, late)


def take(draft: Draft, picked: list[str]) -> None:
    draft.add(picked)
    st.session_state.pop(f"{draft.key}_add", None)


def keep(client, session: dict, draft: Draft) -> None:
    try:
        committee.set_agenda(client, session["id"], draft.order)
    except Refusal as refusal:
        parts.refused(refusal)
        return
    draft.drop()
    parts.flash(t("sessions.agenda_kept"))
    st.rerun()


def propose(client, session: dict, draft: Draft) -> None:
    """Adds what waits, most urgent first; nothing is kept yet."""
    with parts.refusals_shown():
        draft.add(committee.propose_agenda(client, session["id"]))
        st.rerun()


# -- the dossiers --------------------------------------------------------------------------------------------------------------


def dossiers(client, page: dict) -> None:
    """Each dossier of the agenda as a card."""
    for place, line in enumerate(page["agenda"], 1):
        with st.container(border=True, key=f"item_{line['dossier']}"):
            card(client, page, line, place)
    if page["others"]:
        parts.note(t("sessions.others", count=page["others"]))
    if any(line["minutes"] and line["minutes"]["state"] in ("requested", "signed") for line in page["agenda"]):
        wait_for_minutes(client, page["session"]["id"], states_of(page))


def card(client, page: dict, line: dict, place: int) -> None:
    given = sum(seat["given"] for seat in line["seats"])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{number(place)}. {ltr(line['number'])}** {parts.plain(both_scripts(line['owner_name'])[0])}", width="content")
        if line["state"] != "listed":
            st.badge(t(f"sessions.item_{line['state']}"), color=ITEM_COLOURS[line["state"]])
        all_in = given == len(line["seats"])
        if line["seats"]:
            st.badge(t("sessions.opinions_of", given=number(given), seats=number(len(line["seats"]))), color="green" if all_in else "gray")
        if line["minutes"]:
            st.badge(t(f"sessions.paper_{line['minutes']['state']}"), color=PAPER_COLOURS[line["minutes"]["state"]])
    until = t("desk.until", date=day(line["legal_end"], "short")) if line["legal_end"] else ""
    st.caption(parts.joined(line["title"], pick(line["procedure"]), pick(line["commune"]), t(f"states.{line['dossier_state']}"), until))
    if line["note"]:
        st.info(parts.plain(line["note"]), icon=":material/event_busy:")
    if not line["seats"]:  # a party to the dossier: its line, and nothing of what members said
        parts.note(t("desk.interest_declared"))
        return
    empty = [seat for seat in line["seats"] if not seat["organisation"]]
    if empty and page["is_secretary"]:
        st.warning(t("sessions.empty_seats", names=" · ".join(t(f"roles.{seat['role']}") for seat in empty)), icon=":material/person_off:")
    with st.expander(t("sessions.members_and_opinions"), icon=":material/how_to_vote:", key=f"opinions_{line['dossier']}"):
        seats(line)
    minutes(client, page, line)
    with st.container(horizontal=True, vertical_alignment="center"):
        links.link("committee_desk", t("sessions.open_desk"), ":material/rate_review:", id=line["dossier"])
        if "postpone" in page["acts"] and line["state"] == "listed" and not line["minutes"]:
            postpone(client, page, line)


def minutes(client, page: dict, line: dict) -> None:
    """Where the minutes of a dossier stand: drawn, signed by how many of how many, sealed; what the secretariat may do next."""
    found, key = line["minutes"], f"minutes_{line['dossier']}"
    mine = {"head": {"id": line["dossier"]}, "minutes": found}
    if line["may_draw"]:
        with st.expander(t("committee.act_draw_minutes"), icon=":material/edit_note:", expanded=True, key=f"{key}_draw"):
            draw_form(client, mine, f"{key}_draw_form")
    if not found:
        return
    if found["state"] == "failed":
        st.error(t("committee.minutes_failed", fault=found["fault"] or ""), icon=":material/report:")
    elif found["state"] == "requested":
        st.caption(t("committee.minutes_requested"))
    else:
        signed, needed = found["signatures"], found["needed"]
        words = t("sessions.signatures", signed=number(signed), needed=number(needed), members=number(found["members"]))
        st.progress(min(1.0, signed / max(1, needed)), text=words)
    if found["state"] in ("ready", "published"):
        minutes_file(client, found["paper"], found["path"], found["docx"] if page["is_secretary"] else None)
    if found["state"] == "published":
        check_opinions(client, found["paper"])
    if found["may_seal"] and page["is_secretary"]:
        with st.expander(t("committee.act_seal_minutes"), icon=":material/verified:", expanded=True, key=f"{key}_seal"):
            seal_form(client, mine, f"{key}_seal_form")


def postpone(client, page: dict, line: dict) -> None:
    """Off this agenda, with the reason that its members read."""
    key = f"postpone_{line['dossier']}"
    with st.popover(t("sessions.postpone"), icon=":material/event_busy:", type="tertiary", key=f"{key}_open"):
        reason = st.text_area(t("sessions.postpone_reason"), key=f"{key}_reason", max_chars=2000, height=100)
        send(
            t("sessions.postpone_it"), lambda: committee.postpone(client, page["session"]["id"], line["dossier"], reason or ""),
            t("sessions.postponed", number=line["number"]), key,
        )  # fmt: skip


def states_of(page: dict) -> list:
    return [line["minutes"] and line["minutes"]["state"] for line in page["agenda"]]


@st.fragment(run_every="3s")
def wait_for_minutes(client, session: str, states: list) -> None:
    """Looks again until the worker has drawn or sealed what it was asked for."""
    try:
        if states_of(committee.session(client, session)) != states:
            st.rerun()
    except Refusal:
        return  # the line is down: the next look, or the page itself, says so
