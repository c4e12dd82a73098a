"""The signer's desk: acts and minutes waiting for a signature, each read before it is signed with a PIN."""

import streamlit as st

from components.permits import committee, signatures
from components.permits.refusals import Refusal
from components.ui import desk_minutes_sign, links, parts
from components.ui.pdf_view import show_pdf
from components.ui.session import MEMBERS, require_role
from components.ui.signing_key import key_section
from components.ui.words import day, pick, t

session = require_role("president", "delegate", "governor", *MEMBERS)
st.html('<span class="shubbak-wide-page"></span>')
parts.title(t("signing.title"), t("signing.intro"))

# Load
papers = signatures.waiting(session.client)
minutes = committee.minutes_to_sign(session.client) if session.holds(*MEMBERS) else []
held = signatures.key(session.client)
if not held or not held["certificate_pem"]:
    held = key_section(session)
followed = st.session_state.get("_signed")
if followed:  # signed a moment ago: the service checks the signature, then publishes
    state = signatures.read(session.client, followed)["state"]
    if state == "signed":
        st.success(t("signing.signed"), icon=":material/draw:")
    else:
        del st.session_state["_signed"]
        if state == "published":
            st.success(t("signing.published"), icon=":material/verified:")
papers = [paper for paper in papers if paper["paper"] != st.session_state.get("_signed")]
desk_minutes_sign.after_signing(session.client, minutes)
if not papers and not minutes:
    parts.nothing_here(t("signing.empty"), ":material/task_alt:")


@st.fragment(run_every="1s")
def wait_for_worker(paper: str, state: str) -> None:
    """Looks again until the worker has done its part, then draws the page anew."""
    try:
        if signatures.read(session.client, paper)["state"] != state:
            st.rerun()
    except Refusal:
        return  # the line is down, or the paper was replaced: the next run of the page says so


@st.fragment(run_every="2s")
def wait_for_papers() -> None:
    """While nothing waits: an act decided a moment ago comes once its plans are stamped and its paper is drawn."""
    try:
        if signatures.waiting(session.client) or (session.holds(*MEMBERS) and committee.minutes_to_sign(session.client)):
            st.rerun()
    except Refusal:
        return  # the line is down: the next look, or the page itself, says so


if st.session_state.get("_signed"):
    wait_for_worker(st.session_state["_signed"], "signed")
elif not papers and not minutes:
    wait_for_papers()
if not papers and not minutes:
    st.stop()


# Choose
def name_of(paper: dict) -> str:
    if paper in minutes:
        return desk_minutes_sign.name_of(paper)
    until = t("signing.until", date=day(paper["legal_end"], "short")) if paper["legal_end"] else t("signing.clock_suspended")
    return " · ".join([t(f"signing.kind_{paper['kind']}"), f"\u2066{paper['number']}\u2069", paper["owner_name"], until])


papers += minutes
ids = [paper["paper"] for paper in papers]
asked = st.query_params.get("paper")
if st.session_state.get("sign_paper") not in ids:
    st.session_state["sign_paper"] = asked if asked in ids else ids[0]
chosen = st.selectbox(t("signing.choose", count=len(ids)), ids, key="sign_paper", format_func=lambda one: name_of(papers[ids.index(one)]))
line = papers[ids.index(chosen)]
if line in minutes:
    desk_minutes_sign.sign_panel(session.client, line, bool(held and held["certificate_pem"]))
    st.stop()
paper = signatures.read(session.client, chosen)

# Show
if paper["state"] in ("requested", "signed"):
    st.info(t(f"signing.{paper['state']}"), icon=":material/hourglass_top:")
    wait_for_worker(chosen, paper["state"])
    st.stop()
if paper["state"] == "failed":
    st.error(t("signing.failed", fault=paper["fault"]), icon=":material/report:")
    if st.button(t("signing.again"), key="again", icon=":material/refresh:"):
        with parts.refusals_shown():
            signatures.sign_instead(session.client, paper["decision"])
            st.rerun()
    links.link("agent_dossier", t("signing.open_dossier"), ":material/folder_open:", id=line["dossier"])
    st.stop()
if paper["signature_fault"]:
    st.warning(t("signing.invalid", fault=paper["signature_fault"]), icon=":material/warning:")
left, right = st.columns([3, 2], gap="large")
with left:
    show_pdf(signatures.preview(session.client, paper["path"]), f"{line['number']}.pdf", height=820)
with right:
    parts.subheader(pick(line["procedure"]))
    power = paper["power"]
    words = pick(power["act"])
    if power.get("valid_to"):
        words = t("signing.power_until", act=words, until=day(power["valid_to"], "short"))
    parts.facts(
        [
            (t("signing.number"), line["number"]),
            (t("signing.applicant"), line["owner_name"]),
            (t("signing.place"), line["place"]),
            (t("signing.power"), words),
        ]
    )
    links.link("agent_dossier", t("signing.open_dossier"), ":material/folder_open:", id=line["dossier"])
    if not paper["mine"]:
        st.info(t("signing.instead_help"), icon=":material/swap_horiz:")
        if st.button(t("signing.instead"), key="instead"):
            with parts.refusals_shown():
                signatures.sign_instead(session.client, paper["decision"])
                st.rerun()
        st.stop()
    if not held or not held["certificate_pem"]:
        st.stop()  # the key comes first: its form stands above

    # Act
    with st.form("signing", enter_to_submit=False):
        pin = st.text_input(t("signing.pin"), type="password", key=f"pin_{chosen}", max_chars=12, autocomplete="off")
        agreed = st.checkbox(t("signing.read_first"), key=f"agreed_{chosen}")
        pressed = st.form_submit_button(t("signing.sign"), type="primary", icon=":material/draw:", width="stretch")
    if pressed and not agreed:
        st.warning(t("signing.agree_first"), icon=":material/check_box:")
    elif pressed:
        with parts.refusals_shown(), st.spinner(t("signing.working")):
            signatures.sign(session.client, paper, pin)
            st.session_state["_signed"] = chosen
            st.rerun()
