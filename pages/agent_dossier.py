"""A dossier on the desk: what it says, where it stands, what its clock says, and the acts that this person may do now."""

import streamlit as st

from components.permits import dossiers, queue, signatures
from components.ui import links, parts, silence
from components.ui.act_fields import value_in_words
from components.ui.act_forms import acts_panel
from components.ui.band import clock_band, clock_facts, days_table
from components.ui.document_desk import document_desk
from components.ui.dossier_parts import answers, band_badge, decision_of, opinions, papers_of, requests_of
from components.ui.fee_order import order_lines
from components.ui.html_table import ltr
from components.ui.session import MEMBERS, require_person
from components.ui.thread import threads
from components.ui.timeline import path, role_of, timeline
from components.ui.words import day, moment, number, pick, t

session = require_person()
dossier = st.query_params.get("id", "")
if not session.is_staff or not dossier:
    parts.nothing_here(
        t("shell.not_your_page") if dossier else t("desk.no_dossier"), ":material/lock:" if dossier else ":material/folder_off:"
    )
    st.stop()

# Load
page = dossiers.page(session.client, dossier)
head = page["head"]
walk = dict(st.session_state.get("queue_address") or {})
around = queue.neighbours(session.client, walk.pop("commune", None) or head["commune"]["id"], queue.filter_from_address(walk), dossier)
if st.session_state.get("desk_dossier") != dossier:  # another dossier: nothing opened or typed for the last one stays
    for name in [name for name in st.session_state if str(name).startswith(("desk_", "act_")) and name != "desk_dossier"]:
        del st.session_state[name]
    st.session_state["desk_dossier"] = dossier

# Choose: the next one in the same filter
st.html('<span class="shubbak-wide-page"></span>')
with st.container(key="desk_walk", horizontal=True, vertical_alignment="center"):
    links.link("queue", t("queue.back"), ":material/list:", **(st.session_state.get("queue_address") or {}))
    for side, icon in (("previous", "chevron_left"), ("next", "chevron_right")):
        if st.button(
            t(f"queue.{side}"),
            key=f"walk_{side}",
            disabled=not around[side],
            type="tertiary",
            icon=f":material/{icon if session.lang == 'fr' else {'chevron_left': 'chevron_right', 'chevron_right': 'chevron_left'}[icon]}:",
        ):
            links.go("agent_dossier", id=around[side])
    if around["total"]:
        st.caption(t("queue.place", place=number(around["place"]), total=number(around["total"])))

# Show
parts.title(ltr(head["number"]), parts.joined(head["owner_name"], head["title"]))
band_badge(head, page)
if session.holds("secretary", *MEMBERS) and any(step["kind"] == "committee" for step in head["steps"]):
    links.link("committee_desk", t("committee.open_desk"), ":material/rate_review:", id=dossier)
path(head["steps"], head["step"], head["state"])
if head["silence_on"] and not (page["silence_claim"] or {}).get("outcome"):
    st.error(
        t("desk.silence_approval" if head["silence"]["effect"] == "approval" else "desk.silence_appeal", date=day(head["silence_on"])),
        icon=":material/gavel:",
    )
silence.desk(page)
with st.container(key="desk_columns"):  # on a telephone the acts stand above the file
    left, right = st.columns([3, 2], gap="large")
with left:
    unread = sum(message["unread"] for message in page["messages"])
    names = ["request", "documents", "clock", "exchanges", "opinions", "history"]
    labels = {name: t(f"desk.tab_{name}") for name in names}
    labels["documents"] += f" ({number(len(page['documents']))})"
    labels["exchanges"] += f" ({number(unread)})" if unread else ""
    request, documents, clock, exchanges, views, history = st.tabs(list(labels.values()))
    with request:
        answers(page)
    with documents:
        document_desk(session.client, page)
    with clock:
        clock_facts(page["clock"])
        clock_band(page["clock"])
        with st.expander(t("desk.days_table"), icon=":material/table_rows:"):
            days_table(page["clock"])
        parts.subheader(t("desk.requests"))
        requests_of(page["requests"])
    with exchanges:
        threads(session.client, dossier, page["threads"], page["messages"])
    with views:
        opinions(page)
        for decision in page["decisions"]:
            decision_of(decision)
        for appeal in page["appeals"]:
            parts.subheader(t("desk.appeal_to", level=role_of(appeal["level"])))
            parts.facts(
                [
                    (t("desk.filed_at"), day(appeal["filed_at"])),
                    (t("desk.grounds"), appeal["grounds"]),
                    (t("desk.answer_due"), day(appeal["answer_due"])),
                    (t("desk.appeal_outcome"), appeal["outcome"] and t(f"desk.outcome_{appeal['outcome']}")),
                    (t("desk.appeal_answer"), appeal["answer"]),
                    (t("desk.appeal_decide_by"), day(appeal["decide_by"])),
                ]
            )
        for inspection in page["inspections"]:
            parts.subheader(t("desk.inspection_of", date=day(inspection["at"])))
            parts.facts(
                [
                    (t("desk.finding"), t(f"desk.finding_{inspection['finding']}")),
                    *[(pick(line["label"]), value_in_words(line)) for line in inspection["measured"]],
                    (t("desk.inspection_note"), inspection["note"]),
                    (t("desk.by"), pick(inspection["by"])),
                ]
            )
    with history:
        timeline(page["events"])

# Act
with right:
    tasks = [task for task in page["tasks"] if not task["closed_at"]]
    if tasks:
        st.caption(
            t("desk.held_by")
            + " "
            + " · ".join(role_of(task["role"]) + (f" ({pick(task['assigned'])})" if task["assigned"] else "") for task in tasks)
        )
    for act in page["acts"]:
        if act["verb"] == "take_task" and st.button(
            t("desk.act_take_task", role=role_of(act["role"])), key=f"take_{act['id']}", icon=":material/front_hand:", type="tertiary"
        ):
            dossiers.take_task(session.client, act["id"])
            st.rerun()
        if act["verb"] in ("sign", "sign_instead"):
            waiting = (one["id"] for one in page["papers"] if one["state"] in ("requested", "failed", "ready") and one["kind"] != "receipt")
            paper = act["id"] if act["verb"] == "sign" else next(waiting, act["id"])
            links.link("sign", t("desk.act_sign"), ":material/draw:", paper=paper)
        if act["verb"] == "draw_again":
            st.error(t("signing.failed", fault=act["fault"]), icon=":material/report:")
            if st.button(t("signing.again"), key=f"again_{act['id']}", icon=":material/refresh:"):
                with parts.refusals_shown():
                    signatures.sign_instead(session.client, act["id"])
                    parts.flash(t("signing.asked_again"))
                    st.rerun()
        if act["verb"] == "see_copy" and st.button(
            t("copies.mark_seen"), key=f"copy_{act['id']}", icon=":material/done_all:", type="primary"
        ):
            dossiers.see_copy(session.client, act["id"])
            parts.flash(t("copies.marked"))
            st.rerun()
    parts.subheader(t("desk.acts"))
    acts_panel(session.client, page)
    if page["fees"]:
        parts.subheader(t("desk.fees"))
        for order in page["fees"]:
            st.caption(t("cashier.order_number", number=order["number"]))
            order_lines(order)
            if order["payment"]:
                st.success(
                    t(
                        "cashier.paid",
                        number=order["payment"]["number"],
                        date=moment(order["payment"]["at"], "short"),
                        means=t(f"cashier.means_{order['payment']['means']}"),
                    )
                )
    if page["papers"]:
        parts.subheader(t("desk.papers"))
        papers_of(session.client, page["papers"])
    if page["copies"]:
        parts.subheader(t("desk.copies"))
        parts.facts(
            [
                (
                    role_of(copy["recipient"]),
                    t("desk.copy_seen", date=day(copy["seen_at"], "short"))
                    if copy["seen_at"]
                    else t("desk.copy_sent", date=day(copy["sent_at"], "short"))
                    if copy["sent_at"]
                    else t("desk.copy_due", date=day(copy["due_on"], "short")),
                )
                for copy in page["copies"]
            ]
        )
