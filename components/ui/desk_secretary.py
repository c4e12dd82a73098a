"""What the secretariat of a committee does on a dossier: seat an occasional member, ask a minor complement, draw the minutes, seal them."""

import streamlit as st

from components.permits import committee
from components.ui import parts
from components.ui.act_send import send
from components.ui.timeline import role_of
from components.ui.words import number, pick, t

VERBS = ("draw_minutes", "seal_minutes", "add_seat", "ask_complement")


def secretary(client, page: dict) -> None:
    """Where the minutes stand, then one act at a time, of those that the database allows now."""
    line = page["minutes"]
    if line and line["state"] in ("requested", "ready", "signed"):
        parts.note(t(f"committee.minutes_{line['state']}", signed=number(line["signatures"]), needed=number(line["needed"])))
    acts = [verb for verb in VERBS if verb in page["acts"] and (verb != "add_seat" or page["occasional"])]
    if page["interest"] or not acts:
        parts.note(t("desk.interest_declared") if page["interest"] else t("desk.nothing_to_do"))
        return
    if st.session_state.get("member_act") not in acts:
        st.session_state["member_act"] = acts[0]
    verb = st.radio(t("desk.what_to_do"), acts, key="member_act", format_func=lambda one: t(f"committee.act_{one}"))
    with st.container(border=True):
        FORMS[verb](client, page, f"member_act_{page['head']['id']}_{verb}")


def draw_form(client, page: dict, key: str) -> None:
    st.caption(t("committee.draw_help"))
    send(
        t("committee.act_draw_minutes"), lambda: committee.draw_minutes(client, page["head"]["id"]), t("committee.drawn"), key,
        confirm=t("committee.draw_confirm"),
    )  # fmt: skip


def seal_form(client, page: dict, key: str) -> None:
    line = page["minutes"]
    st.caption(t("committee.seal_help", signed=line["signatures"], needed=line["needed"], members=line["members"]))
    send(
        t("committee.act_seal_minutes"), lambda: committee.seal_minutes(client, line["paper"]), t("committee.sealing"), key,
        confirm=t("committee.seal_confirm"),
    )  # fmt: skip


def seat_form(client, page: dict, key: str) -> None:
    """Only members that the definition knows; the article that demands them is written down."""
    st.caption(t("committee.add_seat_help"))
    offered = {seat["role"]: seat for seat in page["occasional"]}
    role = st.selectbox(t("committee.member"), list(offered), key=f"{key}_role", format_func=role_of)
    article = st.text_input(t("committee.seat_article"), value=offered[role]["article"] or "", key=f"{key}_article_{role}", max_chars=200)
    send(
        t("committee.act_add_seat"), lambda: committee.add_seat(client, page["head"]["id"], role, article), t("committee.seat_added"), key,
        typed={t("committee.seat_article"): article},
    )  # fmt: skip


def complement_form(client, page: dict, key: str) -> None:
    """Each document or answer with what is asked of it. The legal clock runs on."""
    st.caption(t("committee.complement_help"))
    targets = {target["target"]: pick(target["label"]) for target in page["targets"]}
    picked = st.multiselect(t("desk.items"), list(targets), key=f"{key}_items", format_func=targets.get, placeholder=t("common.choose"))
    items = [
        {"target": target, "action": "replace" if is_document(page, target) else "clarify",
         "note": st.text_input(t("committee.complement_note", name=targets[target]), key=f"{key}_note_{target}", max_chars=500)}
        for target in picked
    ]  # fmt: skip
    note = st.text_area(t("desk.request_note"), key=f"{key}_text", max_chars=2000, height=80)
    send(
        t("committee.act_ask_complement"), lambda: committee.ask_complement(client, page["head"]["id"], items, note or ""),
        t("committee.complement_asked"), key, confirm=t("committee.complement_confirm"),
        typed={targets[item["target"]]: item["note"] for item in items} | {t("desk.request_note"): note},
    )  # fmt: skip


def is_document(page: dict, target: str) -> bool:
    return any(one["target"] == target and one["is_document"] for one in page["targets"])


FORMS = {"draw_minutes": draw_form, "seal_minutes": seal_form, "add_seat": seat_form, "ask_complement": complement_form}
