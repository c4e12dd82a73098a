"""One request as its applicant sees it: what happens now, what is asked, papers, messages, ways to act."""

import streamlit as st

from components.permits import filing
from components.permits.client import call
from components.ui import (
    applicant_acts,
    applicant_page,
    applicant_remarks,
    applicant_requests,
    dossier_cards,
    links,
    parts,
    people_form,
    session,
    silence,
    timeline,
    upload,
)
from components.ui.words import pick, t

visit = session.require_person()
dossier = st.query_params.get("id")
if not dossier:
    links.go("my_dossiers")

# Load
seen = filing.dossier_for_applicant(visit.client, dossier)
if seen["state"] == "DRAFT":
    links.go("filing", id=dossier)

clock = call(visit.client, "clock_band", p_dossier=dossier) if seen["complete_on"] else None

# Show
parts.title(pick(seen["procedure"]), f"{pick(seen['commune'])} · {dossier_cards.code(seen['number'])}")
dossier_cards.state_badge(seen["state"])
upload.show_refused()
if st.query_params.get("new"):
    applicant_page.receipt_panel(visit.client, seen)
silence.panel(visit, seen)
applicant_page.what_happens_now(seen)
applicant_requests.open_requests(visit, seen, clock)
applicant_remarks.remarks(visit, seen)
applicant_page.decision(seen)
applicant_page.papers(visit.client, seen)

# Act
applicant_acts.offers(visit, seen)
parts.header(t("dossier.messages"))
applicant_page.messages(visit.client, seen)

with st.expander(t("dossier.answers_and_documents"), icon=":material/description:"):
    applicant_page.contents(visit.client, seen)
with st.expander(t("dossier.people"), icon=":material/group:"):
    people_form.show(visit, seen)
with st.expander(t("dossier.clock_and_history"), icon=":material/schedule:"):
    if clock:
        applicant_page.clock(clock)
    timeline.timeline(seen["history"])
