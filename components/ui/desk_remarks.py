"""Remarks on the plans of a dossier: whose eyes they are for, what was answered, what their author may still do with them."""

import html

import streamlit as st

from components.permits import committee
from components.ui import parts
from components.ui.html_table import tone
from components.ui.timeline import role_of
from components.ui.words import moment, number, pick, t

AUDIENCES = ("private", "committee", "architect")
TONES = {"private": "gray", "committee": "blue", "architect": "amber"}


def numbers_of(remarks: list[dict]) -> dict[str, int]:
    """The number that a remark bears on the plans and in every list: in the order in which they were made."""
    return {remark["id"]: place for place, remark in enumerate(remarks, 1)}


def remark_card(client, page: dict, remark: dict, leads_there: bool = False) -> None:
    """One remark. leads_there: with a way to its place on the plan."""
    documents = {document["id"]: document for document in page["documents"]}
    document = documents.get(remark["document"])
    with st.container(border=True, key=f"member_remark_{'there' if leads_there else 'here'}_{remark['id']}"):
        st.html(head_of(remark, numbers_of(page["remarks"])[remark["id"]], document if leads_there else None))
        st.text(remark["body"])
        answer_of(remark)
        with st.container(horizontal=True):
            if leads_there and document:
                st.button(
                    t("committee.show_remark"), key=f"member_show_{remark['id']}", type="tertiary", icon=":material/center_focus_strong:",
                    on_click=show, args=(document, remark),
                )  # fmt: skip
            elif not leads_there:
                acts(client, page, remark)


def head_of(remark: dict, place: int, document: dict | None = None) -> str:
    state = tone(t("committee.resolved"), "green") if remark["resolved_at"] else ""
    where = [pick(document["label"])] if document else []
    where.append(t("committee.on_page", page=number(remark["page"])))
    who = [role_of(remark["role"]), pick(remark.get("by")), moment(remark["at"], "short")]
    line = " · ".join(html.escape(f"\u2068{piece}\u2069") for piece in [*where, *who] if piece)
    eyes = tone(t("committee.audience_" + remark["audience"]), TONES[remark["audience"]])
    return f'<div class="shubbak-badges"><b>{number(place)}</b>{eyes}{state}</div><p class="shubbak-note">{line}</p>'


def answer_of(remark: dict) -> None:
    if remark["answer"]:
        with st.container(border=True):
            st.caption(parts.joined(t("committee.answer"), pick(remark["answered_by"]), moment(remark["answered_at"], "short")))
            st.text(remark["answer"])
    elif remark["audience"] == "architect" and not remark["resolved_at"]:
        st.caption(t("committee.answer_awaited"))


def acts(client, page: dict, remark: dict) -> None:
    """What its author may do: say that it is settled; throw a private note away."""
    if not remark["mine"] or page["interest"]:
        return
    if not remark["resolved_at"] and st.button(
        t("committee.resolve"), key=f"member_resolve_{remark['id']}", type="tertiary", icon=":material/task_alt:"
    ):
        with parts.refusals_shown():
            committee.resolve_remark(client, remark["id"])
            parts.flash(t("committee.resolved_now"))
            st.rerun()
    if remark["audience"] == "private" and st.button(
        t("common.remove"), key=f"member_remove_{remark['id']}", type="tertiary", icon=":material/delete:"
    ):
        with parts.refusals_shown():
            committee.remove_remark(client, remark["id"])
            parts.flash(t("committee.removed"))
            st.rerun()


def show(document: dict, remark: dict) -> None:
    """Before the next run: the plan and its page come on the screen."""
    st.session_state["member_tabs"] = t("committee.tab_plans")
    st.session_state["member_document"] = document["id"]
    if (document["pages"] or 1) > 1:
        st.session_state[f"member_page_{document['id']}"] = remark["page"]


def all_remarks(client, page: dict) -> None:
    """Every remark that the reader may see, whatever its plan."""
    if not page["remarks"]:
        parts.note(t("committee.no_remark"))
    for remark in page["remarks"]:
        remark_card(client, page, remark, leads_there=True)
