"""Following a request with the number and code of its receipt, without an account; a person served at the counter takes it over here."""

import streamlit as st

from components.permits import filing
from components.ui import applicant_page, dossier_cards, links, parts, session
from components.ui.words import pick, t

visit = session.current()
parts.title(t("dossier.track_title"), t("dossier.track_lead"))

# Choose
with st.form("track"):
    number = st.text_input(
        t("dossier.number"), st.query_params.get("number", ""), key="number", placeholder="5410101-2026-REF-000123", max_chars=40
    )
    code = st.text_input(t("dossier.tracking_code"), st.query_params.get("code", ""), key="code", max_chars=20)
    asked = st.form_submit_button(t("dossier.track_see"), type="primary", icon=":material/search:")
if not (asked or st.query_params.get("code")) or not (number.strip() and code.strip()):
    st.stop()
st.query_params.update({"number": number.strip(), "code": code.strip()})

# Load
seen = filing.track(visit.client, number, code)
if not seen["found"]:
    st.warning(t("dossier.track_unknown"), icon=":material/search_off:")
    st.stop()

# Show
with st.container(border=True, key="tracked"):
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        parts.header(f"{pick(seen['procedure'])} · {pick(seen['commune'])}")
        dossier_cards.state_badge(seen["state"])
    st.text(dossier_cards.code(seen["number"]))
    applicant_page.what_happens_now(seen | {"next": applicant_page.public_next(seen)})

# Act
if seen["claimable"]:
    with st.container(border=True, key="take_over"):
        st.text(t("dossier.take_over_text"))
        if visit.person is None:
            links.link("sign_in", t("shell.sign_in"), ":material/login:", next=session.here())
        elif st.button(t("dossier.take_over"), key="claim", type="primary", icon=":material/assignment_ind:"):
            with parts.refusals_shown():
                taken = filing.claim_dossier(visit.client, number, code)
                if taken:
                    parts.flash(t("dossier.taken_over"))
                    links.go("dossier", id=taken["dossier"])
                st.warning(t("dossier.claim_unknown"))
