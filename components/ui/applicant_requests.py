"""What the administration asks of the applicant, answered in place: the document or the question itself, then one button."""

import streamlit as st

from components.permits import filing
from components.permits.filing import Screen
from components.ui import parts, step_form, upload
from components.ui.band import clock_facts
from components.ui.words import day, moment, pick, t


def open_requests(visit, seen: dict, clock: dict | None) -> None:
    """clock: the band of both clocks, once they have started."""
    for request in seen["requests"]:
        if request["closed_as"] is None:
            one_request(visit, seen, request, clock)
    answered = [request for request in seen["requests"] if request["closed_as"] is not None]
    if answered:
        with st.expander(t("dossier.earlier_requests", count=len(answered)), icon=":material/history:"):
            for request in answered:
                st.text(
                    " · ".join(
                        [
                            t(f"dossier.request_{request['kind']}"),
                            moment(request["created_at"], "short"),
                            t(f"dossier.closed_{request['closed_as']}"),
                        ]
                    )
                )
                for item in request["items"]:
                    st.caption(" · ".join(filter(None, [pick(item["label"]), pick(item["why"]), item.get("note")])))


def one_request(visit, seen: dict, request: dict, clock: dict | None) -> None:
    """Showing it to a party is the proof that they were told: the days to answer count from then."""
    if request["told_at"] is None and seen["side"] != "clerk":
        request["due_on"] = filing.acknowledge_request(visit.client, request["id"])
    with st.container(border=True, key=f"request_{request['id']}"):
        parts.header(t(f"dossier.request_{request['kind']}"))
        until = t("dossier.request_until", date=day(request["due_on"], "full")) if request["due_on"] else ""
        st.warning(" ".join(filter(None, [t(f"dossier.request_{request['kind']}_text"), until])), icon=":material/assignment_late:")
        if request["article"]:
            st.caption(pick(request["article"]))
        if request["note"]:
            st.text(request["note"])
        if clock and request["kind"] in ("minor", "modification"):
            clock_facts(clock)
        items(visit, request, step_form.read_page(visit.client, seen["id"]))
        send(visit, seen, request)


def items(visit, request: dict, page: dict) -> None:
    """Each item with its reason, and right there what answers it."""
    changes, asked = {}, {}
    for item in request["items"]:  # several things may be asked of one document: one box, every reason
        asked.setdefault(item["target"], []).append(" · ".join(filter(None, [pick(item["why"]), item.get("note")])))
    fields = {entry["id"]: entry for step in page["definition"]["steps"] for entry in step["fields"]}
    for item in {item["target"]: item for item in request["items"]}.values():
        why = "\n".join(filter(None, asked[item["target"]]))
        slot = filing.slot_of(page, item["target"])
        if request["kind"] == "original":
            st.text(" · ".join(filter(None, [pick(item["label"]), why])))
        elif item["is_document"] and slot:
            upload.slot_box(visit.client, page, slot, note=why, asked_at=request["created_at"])
        elif item["target"] in fields:
            st.markdown(f":material/arrow_circle_down: **{pick(item['label'])}**")
            if why:
                st.text(why)
            screen = Screen("request", None, [fields[item["target"]]])
            changes |= step_form.questions(visit.client, page, screen)
        if item["done"]:
            st.badge(t("dossier.item_done"), color="green", icon=":material/check:")
    if step_form.keep(visit.client, page, changes):
        st.rerun()
    if filing.unchecked(page["documents"]):
        upload.wait_for_checks(visit.client, page["id"])


def send(visit, seen: dict, request: dict) -> None:
    if request["kind"] == "original":
        return  # brought to the counter; the clerk records it
    note = ""
    if request["kind"] != "missing":
        note = st.text_area(t("dossier.answer_note"), key=f"note_{request['id']}", max_chars=2000)
    label = "dossier.complete_now" if request["kind"] == "missing" else "dossier.send_answer"
    if st.button(t(label), key=f"answer_{request['id']}", type="primary", icon=":material/send:"):
        with parts.refusals_shown():
            if request["kind"] == "missing":
                filing.complete(visit.client, seen["id"])
                parts.flash(t("dossier.completed"))
            else:
                filing.answer_request(visit.client, request["id"], note)
                parts.flash(
                    t(f"dossier.answered_{request['kind']}" if request["kind"] in ("minor", "modification") else "dossier.answered")
                )
            st.rerun()
