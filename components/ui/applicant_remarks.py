"""What members of the committee wrote to the architect on the plans: each remark with its place, answered one by one."""

import streamlit as st

from components.permits import committee, filing
from components.ui import parts
from components.ui.desk_remarks import answer_of, numbers_of
from components.ui.html_table import tone
from components.ui.page_pictures import page_picture
from components.ui.pin_field import pin_field
from components.ui.timeline import role_of
from components.ui.words import moment, number, pick, t

DECIDED = ("APPROVED_PENDING_FEES", "DELIVERED")


def remarks(visit, seen: dict) -> None:
    """seen: of dossier_for_applicant. Open remarks are in sight, settled ones folded; after the decision all are, and nothing is asked."""
    if not seen["remarks"]:
        return
    numbers = numbers_of(seen["remarks"])
    if seen["state"] in DECIDED or seen["closed_at"]:
        with st.expander(t("committee.remarks_to_you"), icon=":material/push_pin:"):
            for one in seen["remarks"]:
                card(visit, one, numbers[one["id"]])
        return
    parts.header(t("committee.remarks_to_you"))
    st.caption(t("committee.remarks_to_you_help"))
    settled = [one for one in seen["remarks"] if one["resolved_at"]]
    for one in seen["remarks"]:
        if one not in settled:
            card(visit, one, numbers[one["id"]], may_answer=seen["side"] != "clerk")
    if settled:
        with st.expander(t("committee.remarks_settled", count=len(settled)), icon=":material/task_alt:"):
            for one in settled:
                card(visit, one, numbers[one["id"]])


def card(visit, remark: dict, place: int, may_answer: bool = False) -> None:
    with st.container(border=True, key=f"remark_{remark['id']}"):
        state = tone(t("committee.resolved"), "green") if remark["resolved_at"] else tone(t("committee.to_answer"), "amber")
        if remark["answer"] and not remark["resolved_at"]:
            state = tone(t("committee.answered"), "blue")
        st.html(f'<div class="shubbak-badges"><b>{number(place)}</b>{state}</div>')
        where = t("committee.on_page", page=number(remark["page"])) if remark["document"] else ""
        st.caption(parts.joined(pick(remark["label"]), where, role_of(remark["role"]), moment(remark["at"], "short")))
        st.text(remark["body"])
        on_plan(visit.client, remark, place)
        if remark["answer"]:
            answer_of(remark)
        if may_answer:
            answer(visit.client, remark)


def on_plan(client, remark: dict, place: int) -> None:
    """The page with the pin, drawn when somebody asks."""
    if not remark["document"]:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        shown = st.toggle(t("committee.show_remark"), key=f"remark_show_{remark['id']}")
    picture = page_picture(lambda document: filing.fetch(client, document), remark["document"], remark["page"]) if shown else None
    if picture:
        pins = [{"number": place, "x": remark["x"], "y": remark["y"], "text": remark["body"], "tone": "architect"}]
        name = t("committee.page_of", name=pick(remark["label"]), page=number(remark["page"]))
        pin_field(picture, name, pins if remark["x"] is not None and remark["y"] is not None else [], f"remark_sheet_{remark['id']}")


def answer(client, remark: dict) -> None:
    """One answer, which may be written again until the remark is settled."""
    key = f"remark_answer_{remark['id']}"
    if st.session_state.pop(f"{key}_sent", False):
        st.session_state[key] = ""
    text = st.text_area(t("committee.answer_again" if remark["answer"] else "committee.answer"), key=key, max_chars=3000, height=80)
    if st.button(t("committee.answer_send"), key=f"{key}_send", icon=":material/send:") and (text or "").strip():
        with parts.refusals_shown():
            committee.answer_remark(client, remark["id"], text)
            st.session_state[f"{key}_sent"] = True
            parts.flash(t("committee.answer_sent"))
            st.rerun()
