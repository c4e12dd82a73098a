"""The link of a mail that offers a right on a request: accepted by whoever signs in with it."""

import streamlit as st

from components.permits import filing
from components.ui import links, parts, session
from components.ui.words import t

visit = session.require_person()
parts.title(t("dossier.claim_title"), t("dossier.claim_lead"))

# Choose
code = st.text_input(t("dossier.claim_code"), st.query_params.get("code", ""), key="code", max_chars=40)
if not st.button(t("dossier.claim_accept"), key="accept", type="primary", icon=":material/how_to_reg:"):
    st.stop()

# Act
taken = filing.accept_claim(visit.client, st.query_params.get("dossier", ""), code)
if not taken:
    st.warning(t("dossier.claim_unknown"), icon=":material/key_off:")
    st.stop()
parts.flash(t("dossier.taken_over"))
links.go("filing" if taken["state"] == "DRAFT" else "dossier", id=taken["dossier"])
