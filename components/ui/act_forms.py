"""The acts that the database allows on a dossier now, each with the form it needs. This file decides nothing about who may do what.

An act that cannot be taken back asks for a confirmation (act_send.py, which also shows refusals).
"""

import streamlit as st

from components.permits import dossiers
from components.permits.texts import as_day
from components.ui import parts
from components.ui.act_decide import decide_form, resume_form, revoke_form
from components.ui.act_fields import act_fields
from components.ui.act_send import moved_meanwhile, send, typed_before
from components.ui.silence_forms import attest_form, decline_form, explain_form, letter_form
from components.ui.timeline import role_of
from components.ui.words import day, pick, t

# In the order of a desk: the act of the step first, then the rest. take_task, set_verdict, sign and see_copy have places of their own.
VERBS = (
    "resume_deferred",
    "decide",
    "give_opinion",
    "act",
    "ask_applicant",
    "acknowledge_request",
    "record_notification",
    "answer_request",
    "record_payment",
    "ask_explanations",
    "attest_silence",
    "explain_silence",
    "answer_appeal",
    "decline_attestation",
    "record_inspection",
    "revoke",
    "declare_interest",
)


def name_of_act(act: dict) -> str:
    if act["verb"] == "act":
        return pick(act["label"])
    if act["verb"] == "give_opinion":
        return t("desk.act_give_opinion_of", role=role_of(act["role"]))
    return t(f"desk.act_{act['verb']}")


def acts_panel(client, page: dict) -> None:
    """One act at a time: choose it, fill its form, send it."""
    acts = [act for verb in VERBS for act in page["acts"] if act["verb"] == verb]
    names = [f"{act['verb']}:{act.get('id', '')}" for act in acts]
    moved_meanwhile(page["head"]["id"], names)
    typed_before()
    if not acts:
        st.session_state.pop("desk_act", None)
        parts.note(t("desk.interest_declared") if page["interest"] else t("desk.nothing_to_do"))
        return
    if [act["verb"] for act in acts] == ["declare_interest"]:  # open to everybody at any time: never what one came for
        st.session_state.pop("desk_act", None)
        parts.note(t("desk.nothing_to_do"))
        with st.expander(t("desk.act_declare_interest"), icon=":material/front_hand:", key="desk_interest"):
            interest_form(client, page, acts[0], f"act_{page['head']['id']}_{names[0]}")
        return
    if st.session_state.get("desk_act") not in names:
        st.session_state["desk_act"] = names[0]
    chosen = st.radio(t("desk.what_to_do"), names, key="desk_act", format_func=lambda name: name_of_act(acts[names.index(name)]))
    act = acts[names.index(chosen)]
    with st.container(border=True):
        if act.get("blocked"):
            st.info(pick(act["blocked"]), icon=":material/block:")
            return
        FORMS[act["verb"]](client, page, act, f"act_{page['head']['id']}_{chosen}")


def step_form(client, page: dict, act: dict, key: str) -> None:
    """A plain move of the circuit, with the note and the fields that its definition demands."""
    data = act_fields(act["fields"], key)
    for need in act.get("needs") or []:
        data[need] = (
            st.text_area(t(f"desk.need_{need}"), key=f"{key}_{need}", max_chars=2000)
            if need == "note"
            else st.text_input(t(f"desk.need_{need}"), key=f"{key}_{need}")
        )
    if act.get("law"):
        st.caption(t("desk.by_article", article=pick(act["law"])))
    send(
        pick(act["label"]),
        lambda: dossiers.act(client, page["head"]["id"], act["id"], data, page["seen"]),
        t("desk.done_act", act=pick(act["label"])),
        key,
        confirm=t("desk.confirm_act") if act.get("tone") == "danger" else "",
        danger=act.get("tone") == "danger",
        typed={pick(field["label"]): str(data.get(field["id"], "")) for field in act["fields"]}
        | {t("desk.need_note"): data.get("note", "")},
    )


def ask_form(client, page: dict, act: dict, key: str) -> None:
    """The one exhaustive list: kind, then each item with its coded reason. It suspends the clock."""
    kinds = {kind["kind"]: kind for kind in act["kinds"]}
    kind = kinds[st.radio(t("desk.request_kind"), list(kinds), format_func=lambda one: t(f"desk.kind_{one}"), key=f"{key}_kind")]
    st.caption(t("desk.by_article", article=pick(kind["law"])) + " " + t(f"desk.kind_{kind['kind']}_help"))
    targets = {target["target"]: target for target in page["targets"] if kind["kind"] == "information" or target["is_document"]}
    refused = [
        document["slot"]
        for document in page["documents"]
        if document["verdict"] == "not_conform" and not document["replaced"] and document["slot"] in targets
    ]
    picked = st.multiselect(
        t("desk.items"),
        list(targets),
        default=sorted(set(refused)) if kind["kind"] == "replace" else [],
        format_func=lambda one: pick(targets[one]["label"]),
        key=f"{key}_items_{kind['kind']}",
        placeholder=t("common.choose"),
    )
    reasons = {reason["code"]: pick(reason["label"]) for reason in kind["reasons"]}
    items = []
    for target in picked:
        with st.container(border=True):
            st.markdown(f"**{pick(targets[target]['label'])}**")
            judged = next(
                (document for document in page["documents"] if document["slot"] == target and document["verdict"] == "not_conform"), {}
            )
            codes = list(reasons)
            reason = st.selectbox(
                t("desk.reason"),
                codes,
                index=codes.index(judged.get("verdict_code")) if judged.get("verdict_code") in codes else 0,
                format_func=reasons.get,
                key=f"{key}_reason_{kind['kind']}_{target}",
            )
            note = st.text_input(
                t("desk.note"), value=judged.get("verdict_note") or "", key=f"{key}_note_{kind['kind']}_{target}", max_chars=500
            )
            action = "clarify" if not targets[target]["is_document"] else "replace"
            items.append({"target": target, "action": action, "reason": reason, "note": note})
    note = st.text_area(t("desk.request_note"), key=f"{key}_text", max_chars=2000, height=100)
    send(
        t("desk.ask_send"),
        lambda: dossiers.ask_applicant(client, page["head"]["id"], kind["kind"], items, note, kind["article"]),
        t("desk.done_ask"),
        key,
        confirm=t("desk.confirm_ask"),
        typed={t("desk.request_note"): note},
    )


def opinion_form(client, page: dict, act: dict, key: str) -> None:
    outcome = st.radio(
        t("desk.opinion"),
        ["favourable", "with_reservations", "unfavourable", "not_concerned"],
        format_func=lambda one: t(f"desk.outcome_{one}"),
        key=f"{key}_outcome",
        index=None,
    )
    reasons = st.text_area(t("desk.opinion_reasons"), key=f"{key}_reasons", max_chars=3000, height=120)
    article = st.text_input(t("desk.opinion_article"), key=f"{key}_article", max_chars=200)
    measured = {}
    if act["fields"]:
        with st.expander(t("desk.measured"), icon=":material/straighten:", expanded=True):
            measured = act_fields(act["fields"], f"{key}_measured")
    if act["due_on"]:
        st.caption(t("desk.opinion_due", date=day(act["due_on"])))
    if outcome:
        send(
            t("desk.opinion_send"),
            lambda: dossiers.give_opinion(client, act["id"], outcome, reasons, article, measured),
            t("desk.done_opinion"),
            key,
            confirm=t("desk.confirm_opinion"),
            typed={t("desk.opinion_reasons"): reasons},
        )


def told_form(client, page: dict, act: dict, key: str) -> None:
    st.caption(t("desk.told_help"))
    how = st.selectbox(
        t("desk.told_how"), ["registered_letter", "hand", "telephone"], format_func=lambda one: t(f"desk.how_{one}"), key=f"{key}_how"
    )
    asked = next(request for request in page["requests"] if request["id"] == act["id"])
    on = st.date_input(
        t("desk.told_on"),
        value=as_day(page["today"]),
        min_value=as_day(asked["created_at"]),
        max_value=as_day(page["today"]),
        format="DD/MM/YYYY",
        key=f"{key}_on",
    )
    send(
        t("desk.told_send"),
        lambda: dossiers.record_told(client, act["id"], how, on.isoformat()),
        t("desk.done_told"),
        key,
        confirm=t("desk.confirm_told"),
    )


def notified_form(client, page: dict, act: dict, key: str) -> None:
    st.caption(t("desk.notify_help"))
    if act["due_on"]:
        st.caption(t("desk.notify_by", date=day(act["due_on"])))
    how = st.selectbox(t("desk.told_how"), ["registered_letter", "hand"], format_func=lambda one: t(f"desk.how_{one}"), key=f"{key}_how")
    on = st.date_input(
        t("desk.told_on"),
        value=as_day(page["today"]),
        min_value=min(as_day(act["signed_at"]), as_day(page["today"])),
        max_value=as_day(page["today"]),
        format="DD/MM/YYYY",
        key=f"{key}_on",
    )
    send(
        t("desk.told_send"),
        lambda: dossiers.record_notification(client, act["id"], how, on.isoformat()),
        t("desk.done_told"),
        key,
        confirm=t("desk.confirm_told"),
    )


def original_form(client, page: dict, act: dict, key: str) -> None:
    note = st.text_area(t("desk.original_note"), key=f"{key}_note", max_chars=2000, height=100)
    send(
        t("desk.original_send"),
        lambda: dossiers.record_original_seen(client, act["id"], note),
        t("desk.done_original"),
        key,
        confirm=t("desk.confirm_original"),
        typed={t("desk.original_note"): note},
    )


def payment_form(client, page: dict, act: dict, key: str) -> None:
    from components.ui.fee_order import order_lines

    order = next(order for order in page["fees"] if order["id"] == act["id"])
    order_lines(order)
    means, reference = payment_means(key)
    send(
        t("cashier.record"),
        lambda: dossiers.record_payment(client, act["id"], means, reference),
        t("cashier.recorded"),
        key,
        confirm=t("cashier.confirm"),
    )


def payment_means(key: str) -> tuple[str, str]:
    means = st.radio(
        t("cashier.means"),
        ["cash", "cheque", "transfer", "card"],
        format_func=lambda one: t(f"cashier.means_{one}"),
        key=f"{key}_means",
        horizontal=True,
    )
    reference = st.text_input(t("cashier.reference"), key=f"{key}_reference", max_chars=120) if means != "cash" else ""
    return means, reference


def appeal_form(client, page: dict, act: dict, key: str) -> None:
    appeal = next(appeal for appeal in page["appeals"] if appeal["id"] == act["id"])
    parts.facts([(t("desk.grounds"), appeal["grounds"]), (t("desk.answer_due"), day(appeal["answer_due"]))])
    outcome = st.radio(
        t("desk.appeal_outcome"), act["outcomes"], format_func=lambda one: t(f"desk.outcome_{one}"), key=f"{key}_outcome", index=None
    )
    answer = st.text_area(t("desk.appeal_answer"), key=f"{key}_answer", max_chars=5000)
    if outcome:
        send(
            t("desk.appeal_send"),
            lambda: dossiers.answer_appeal(client, act["id"], outcome, answer),
            t("desk.done_appeal"),
            key,
            confirm=t("desk.confirm_appeal"),
            typed={t("desk.appeal_answer"): answer},
        )


def inspection_form(client, page: dict, act: dict, key: str) -> None:
    measured = act_fields(act["fields"], f"{key}_measured")
    finding = st.radio(
        t("desk.finding"),
        ["conform", "not_conform"],
        format_func=lambda one: t(f"desk.finding_{one}"),
        key=f"{key}_finding",
        index=None,
        horizontal=True,
    )
    note = st.text_area(t("desk.inspection_note"), key=f"{key}_note", max_chars=2000, height=100)
    if finding:
        send(
            t("desk.inspection_send"),
            lambda: dossiers.record_inspection(client, page["head"]["id"], finding, measured, note),
            t("desk.done_inspection"),
            key,
            typed={t("desk.inspection_note"): note},
        )


def interest_form(client, page: dict, act: dict, key: str) -> None:
    st.caption(t("desk.interest_help"))
    reason = st.text_area(t("desk.interest_reason"), key=f"{key}_reason", max_chars=1000, height=80)
    send(
        t("desk.interest_send"),
        lambda: dossiers.declare_interest(client, page["head"]["id"], reason),
        t("desk.done_interest"),
        key,
        confirm=t("desk.confirm_interest"),
        typed={t("desk.interest_reason"): reason},
    )


FORMS = {
    "act": step_form,
    "decide": decide_form,
    "resume_deferred": resume_form,
    "give_opinion": opinion_form,
    "ask_applicant": ask_form,
    "acknowledge_request": told_form,
    "record_notification": notified_form,
    "answer_request": original_form,
    "record_payment": payment_form,
    "ask_explanations": letter_form,
    "attest_silence": attest_form,
    "explain_silence": explain_form,
    "answer_appeal": appeal_form,
    "decline_attestation": decline_form,
    "record_inspection": inspection_form,
    "revoke": revoke_form,
    "declare_interest": interest_form,
}
