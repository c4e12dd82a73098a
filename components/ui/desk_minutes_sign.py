"""Minutes on the signer's desk: the revision of this moment is prepared for the member, read, and signed with the PIN."""

import streamlit as st

from components.permits import committee, signatures
from components.permits.refusals import Refusal
from components.ui import links, parts
from components.ui.pdf_view import show_pdf
from components.ui.words import moment, number, pick, t

OVERTAKEN = "MINU3"  # another member signed meanwhile


def name_of(line: dict) -> str:
    """line: of committee.minutes_to_sign()."""
    count = t(
        "committee.minutes_signatures_of", signed=number(line["signed"]), members=number(line["members"]), needed=number(line["needed"])
    )
    return parts.joined(t("signing.kind_minutes"), line["dossier_number"], line["owner_name"], count)


def after_signing(client, waiting: list[dict]) -> None:
    """What became of the signature sent a moment ago: being checked, on the minutes, or refused (then they wait again)."""
    sent = st.session_state.get("_signed_minutes")
    if not sent:
        return
    if sent["paper"] in [line["paper"] for line in waiting]:
        del st.session_state["_signed_minutes"]
    elif is_on(client, sent):
        del st.session_state["_signed_minutes"]
        st.success(t("committee.minutes_mine_signed"), icon=":material/verified:")
        links.link("committee_desk", t("signing.open_dossier"), ":material/folder_open:", id=sent["dossier"])
    else:
        st.info(t("committee.minutes_mine_checking"), icon=":material/hourglass_top:")
        wait_for_check(client, sent)


def is_on(client, sent: dict) -> bool:
    return sent["seat"] in (committee.desk(client, sent["dossier"])["minutes"] or {}).get("signed", [])


@st.fragment(run_every="1s")
def wait_for_check(client, sent: dict) -> None:
    try:
        if is_on(client, sent) or sent["paper"] in [line["paper"] for line in committee.minutes_to_sign(client)]:
            st.rerun()
    except Refusal:
        return  # the line is down: the next look, or the page itself, says so


def sign_panel(client, line: dict, has_key: bool) -> None:
    try:
        with st.spinner(t("committee.minutes_preparing")):
            prepared = committee.prepare_minutes(client, line["paper"])
            content = signatures.preview(client, prepared["path"]) if prepared["state"] == "ready" else None
    except Refusal as refusal:
        parts.refused(refusal)
        return
    if content is None:
        st.warning(t("committee.minutes_late"), icon=":material/hourglass_top:")
        st.button(t("shell.retry"), key="minutes_retry", icon=":material/refresh:")
        return
    overtaken = is_overtaken(line, prepared)
    if overtaken:
        st.warning(t("committee.minutes_overtaken"), icon=":material/sync_problem:")
    if line["fault"]:
        st.warning(t("signing.invalid", fault=line["fault"]), icon=":material/warning:")
    left, right = st.columns([3, 2], gap="large")
    with left:
        show_pdf(content, f"{line['dossier_number']}.pdf", height=820)
    with right:
        about(line, prepared)
        if has_key:
            sign_form(client, line, prepared, overtaken)


def is_overtaken(line: dict, prepared: dict) -> bool:
    """Another member signed since the page showed the minutes: what is signed must be what was shown, so this run only shows it."""
    key = f"minutes_shown_{line['paper']}"
    before = st.session_state.get(key)
    st.session_state[key] = prepared["revision"]
    return before is not None and before != prepared["revision"]


def about(line: dict, prepared: dict) -> None:
    parts.subheader(pick(line["procedure"]))
    count = t(
        "committee.minutes_signatures_of", signed=number(line["signed"]), members=number(line["members"]), needed=number(line["needed"])
    )
    parts.facts(
        [
            (t("signing.number"), line["dossier_number"]),
            (t("signing.applicant"), line["owner_name"]),
            (t("signing.place"), line["place"]),
            (t("committee.minutes_session"), moment(line["held_at"]) if line["held_at"] else ""),
            (t("committee.conclusion"), pick(prepared["data"]["conclusion"])),
            (t("committee.minutes_seat"), pick(line["role"])),
            (t("committee.minutes_signatures"), count),
        ]
    )
    links.link("committee_desk", t("signing.open_dossier"), ":material/folder_open:", id=line["dossier"])


def sign_form(client, line: dict, prepared: dict, overtaken: bool) -> None:
    with st.form("signing_minutes", enter_to_submit=False):
        pin = st.text_input(t("signing.pin"), type="password", key=f"pin_{line['paper']}", max_chars=12, autocomplete="off")
        agreed = st.checkbox(t("committee.minutes_read_first"), key=f"agreed_{line['paper']}")
        pressed = st.form_submit_button(t("signing.sign"), type="primary", icon=":material/draw:", width="stretch")
    if pressed and not agreed:
        st.warning(t("signing.agree_first"), icon=":material/check_box:")
    elif pressed and not overtaken:
        with parts.refusals_shown(), st.spinner(t("signing.working")):
            sign(client, line, prepared, pin)
            st.rerun()


def sign(client, line: dict, prepared: dict, pin: str) -> None:
    """Signs what was read. Somebody who comes first in this very moment makes it another text: the next run prepares and shows it."""
    try:
        committee.sign_minutes(client, prepared, pin)
    except Refusal as refusal:
        if refusal.code != OVERTAKEN:
            raise
        committee.prepare_after(client, line["paper"], prepared["revision"])
        return
    st.session_state["_signed_minutes"] = {"paper": line["paper"], "dossier": line["dossier"], "seat": line["seat"]}
