"""A request being written, screen by screen: the questions of the procedure, the documents, the people, the check and the deposit."""

import streamlit as st

from components.permits import filing
from components.ui import check_page, links, parts, people_form, progress, session, step_form, upload
from components.ui.words import pick, t

visit = session.require_person()
dossier = st.query_params.get("id") or st.query_params.get("dossier")
if not dossier:
    parts.title(t("filing.title"), t("filing.lead"))
    links.link("catalogue", t("filing.choose_procedure"), ":material/menu_book:")
    links.link("my_dossiers", t("filing.my_drafts"), ":material/folder_open:")
    st.stop()

# Load
page = step_form.read_page(visit.client, dossier)
if page["state"] != "DRAFT":
    links.go("dossier", id=dossier)
memory = step_form.memory_of(dossier)
journey = filing.Journey(page)
screen = journey.screen(st.query_params.get("screen") or memory.shown)

# A screen just left: what was typed last there is kept before the next one is shown.
left = st.empty()
if memory.shown not in (None, screen.id) and memory.shown in journey.ids:
    with left.container():
        typed = step_form.questions(visit.client, page, journey.screen(memory.shown))
        kept = step_form.keep(visit.client, page, typed) if typed else False
    if kept is None:
        st.stop()  # the line is down: the questions stay with what was typed
    left.empty()
    memory.shown = screen.id
    if kept:
        st.rerun()
memory.shown = screen.id

# Show
changes = {}
parts.title(pick(page["definition"]["title"]), t("filing.in_commune", commune=pick(page["commune"])))
step_form.saved_line(page)
upload.show_refused()
progress.screens(journey, screen.id, dossier)
side, form = st.columns([1, 3], gap="large")
with side, st.container(key="filing_side"):
    progress.screen_links(journey, screen.id, dossier, "side")
with form:
    parts.header(progress.screen_title(screen))
    if screen.id == filing.DOCUMENTS:
        st.text(t("filing.documents_lead"))
        for slot in journey.slots:
            faults = [fault for fault in screen.faults if fault["path"] == slot["slot"] and "code" in fault] if memory.checked else []
            upload.slot_box(visit.client, page, slot, faults)
        # A place of its own, empty or not: the buttons below stay where they are under the reader's finger.
        with st.container(key="filing_checks"):
            if filing.unchecked(page["documents"]):
                upload.wait_for_checks(visit.client, dossier)
    elif screen.id == filing.PEOPLE:
        people_form.show(visit, page)
    elif screen.id == filing.CHECK:
        check_page.show(visit.client, page, journey, memory)
    else:
        changes = step_form.questions(visit.client, page, screen)
    wanted = check_page.next_button(journey, screen.id, dossier)

# Act: keep what was typed, then go on
news = step_form.keep(visit.client, page, changes)
if wanted and news is not None and not any(entry["id"] in memory.conflicts for entry in screen.fields):
    links.go("filing", id=dossier, screen=wanted)
if news:
    st.rerun()

# Give up
with st.container(horizontal=True, key="filing_foot"), st.popover(t("filing.give_up"), icon=":material/delete:", type="tertiary"):
    st.text(t("filing.give_up_text"))
    if st.button(t("filing.give_up_yes"), key="give_up"):
        with parts.refusals_shown():
            filing.discard(visit.client, page)
            parts.flash(t("filing.given_up"))
            links.go("my_dossiers")
