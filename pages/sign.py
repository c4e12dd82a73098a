"""The signer's desk: acts waiting for a signature, each read before it is signed with a PIN."""
import streamlit as st

from components.permits import signatures
from components.permits.refusals import Refusal
from components.ui.pdf_view import show_pdf
from components.ui.session import require_role
from components.ui.signing_key import key_section
from components.ui.words import day, pick, t

session = require_role("president", "delegate")
st.title(t("signing.title"), anchor=False)
st.caption(t("signing.intro"))

# Load
papers = signatures.waiting(session.client)
if done := st.session_state.pop("_signed", None):
    st.success(t("signing.signed"), icon=":material/draw:")
held = signatures.key(session.client)
if not held or not held["certificate_pem"]:
    key_section(session)
if not papers:
    st.info(t("signing.empty"), icon=":material/task_alt:")
    st.stop()

# Choose
asked = st.query_params.get("paper")
names = {p["paper"]: " · ".join([t(f"signing.kind_{p['kind']}"), p["number"], p["owner_name"],
                                 t("signing.until", date=day(p["legal_end"], "short")) if p["legal_end"] else t("signing.clock_suspended")])
         for p in papers}
chosen = st.selectbox(t("signing.choose"), list(names), format_func=names.get, index=list(names).index(asked) if asked in names else 0, key="paper")
line = next(p for p in papers if p["paper"] == chosen)
paper = signatures.read(session.client, chosen)

# Show
if paper["state"] in ("requested", "signed"):
    st.info(t("signing.requested" if paper["state"] == "requested" else "signing.signed"), icon=":material/hourglass_top:")

    @st.fragment(run_every="2s")
    def wait_for_worker():
        if signatures.read(session.client, chosen)["state"] != paper["state"]:
            st.rerun()

    wait_for_worker()
    st.stop()
if paper["state"] == "failed":
    st.error(t("signing.failed", fault=paper["fault"]), icon=":material/report:")
    st.page_link("pages/agent_dossier.py", label=t("signing.open_dossier"), query_params={"id": line["dossier"]})
    st.stop()
if paper["signature_fault"]:
    st.warning(t("signing.invalid", fault=paper["signature_fault"]), icon=":material/warning:")
left, right = st.columns([3, 2], gap="large")
with left:
    show_pdf(signatures.preview(session.client, paper["path"]), f"{line['number']}.pdf")
with right:
    st.subheader(pick(line["procedure"]), anchor=False)
    st.markdown(f"**{line['owner_name']}**  \n{line['place']}")
    st.page_link("pages/agent_dossier.py", label=t("signing.open_dossier"), icon=":material/folder_open:", query_params={"id": line["dossier"]})
    power = paper["power"]
    st.markdown(t("signing.power") + " " + (
        t("signing.power_president") if power["kind"] == "president" else
        t("signing.power_delegation", order=power["order_no"], date=day(power["order_date"], "short"), until=day(power["valid_to"], "short"))))
    if not paper["mine"]:
        st.info(t("signing.instead_help"))
        if st.button(t("signing.instead"), key="instead"):
            try:
                signatures.sign_instead(session.client, paper["decision"])
                st.rerun()
            except Refusal as refusal:
                st.error(refusal.sentence(session.lang))
        st.stop()

    # Act
    with st.form("signing"):
        pin = st.text_input(t("signing.pin"), type="password", key="pin", max_chars=12, autocomplete="off")
        agreed = st.checkbox(t("signing.read_first"), key="agreed")
        if st.form_submit_button(t("signing.sign"), type="primary", icon=":material/draw:", width="stretch") and agreed:
            try:
                with st.spinner(t("signing.working")):
                    signatures.sign(session.client, paper, pin)
            except Refusal as refusal:
                st.error(refusal.sentence(session.lang), icon=":material/error:")
            else:
                st.session_state["_signed"] = chosen
                st.rerun()
