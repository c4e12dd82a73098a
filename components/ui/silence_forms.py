"""Forms of the acts of silence on the desk: the governor's letter, the president's explanations, the attestation or its refusal."""

import streamlit as st

from components.permits import silence
from components.permits.texts import as_day
from components.ui import parts
from components.ui.act_decide import reasoned_lines
from components.ui.act_send import send
from components.ui.html_table import ltr
from components.ui.words import day, t


def letter_form(client, page: dict, act: dict, key: str) -> None:
    """Number and date of the letter, as the governor's office keeps them."""
    st.caption(t("silence.letter_help", due=day(act["due_on"])))
    claim = page["silence_claim"]
    number = st.text_input(t("silence.letter_no"), key=f"{key}_number", max_chars=60)
    on = st.date_input(
        t("silence.letter_on"),
        value=as_day(page["today"]),
        min_value=as_day(claim["referred_on"]),
        max_value=as_day(page["today"]),
        format="DD/MM/YYYY",
        key=f"{key}_on",
    )
    send(
        t("silence.letter_send"),
        lambda: silence.ask_explanations(client, page["head"]["id"], number, on.isoformat()),
        t("silence.done_letter"),
        key,
        typed={t("silence.letter_no"): number},
    )


def explain_form(client, page: dict, act: dict, key: str) -> None:
    claim = page["silence_claim"]
    st.caption(t("silence.explain_help", number=ltr(claim["letter_no"]), date=day(claim["letter_on"]), due=day(act["due_on"])))
    text = st.text_area(t("silence.explanations"), key=f"{key}_text", max_chars=5000, height=160)
    send(
        t("silence.explain_send"),
        lambda: silence.explain(client, page["head"]["id"], text),
        t("silence.done_explained"),
        key,
        confirm=t("silence.confirm_explain"),
        typed={t("silence.explanations"): text},
    )


def attest_form(client, page: dict, act: dict, key: str) -> None:
    """After the letter, with or without an answer; or directly, where the delay is not the commune's."""
    claim = page["silence_claim"]
    reason = ""
    if claim["explained_on"]:
        parts.facts([(t("silence.explained_on", date=day(claim["explained_on"])), claim["explanations"])])
    elif claim["letter_on"]:
        st.caption(t("silence.no_explanations", date=day(claim["letter_on"])))
    else:
        st.info(t("silence.direct_help"), icon=":material/info:")
        reason = st.text_area(t("silence.direct_reason"), key=f"{key}_reason", max_chars=2000, height=100)
    st.caption(t("silence.attest_help", due=day(act["due_on"])))
    send(
        t("silence.attest_send"),
        lambda: silence.attest(client, page["head"]["id"], reason),
        t("silence.done_attest"),
        key,
        confirm=t("silence.confirm_attest"),
        typed={t("silence.direct_reason"): reason},
    )


def decline_form(client, page: dict, act: dict, key: str) -> None:

    st.caption(t("silence.decline_help"))
    reasons = reasoned_lines(key, True, t("desk.reasons"))
    send(
        t("silence.decline_send"),
        lambda: silence.decline(client, page["head"]["id"], reasons),
        t("silence.done_declined"),
        key,
        confirm=t("silence.confirm_decline"),
        danger=True,
        typed={t("desk.reasons"): "\n".join(line["text"] for line in reasons)},
    )
