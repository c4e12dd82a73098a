"""The counter: a clerk files for somebody present, with or without an address, and prints the receipt."""

from uuid import uuid4

import streamlit as st

from components.permits import filing
from components.permits.client import call
from components.ui import dossier_cards, links, parts, session
from components.ui.words import day, pick, t

CHANNELS = {"online": ["counter", "paper"], "counter": ["counter", "paper"], "paper_register": ["paper"], "online_only": []}

clerk = session.require_role("clerk")
parts.title(t("counter.title"), t("counter.lead"))

# Choose
communes = clerk.communes("clerk")
chosen = communes[0]
if len(communes) > 1:
    chosen = st.selectbox(t("common.commune"), communes, format_func=lambda commune: pick(commune, "name_"), key="commune")
sheets = [sheet for sheet in call(clerk.client, "catalogue", p_commune=chosen["id"]) if CHANNELS[sheet["mode"]]]

# Act
with st.container(border=True, key="counter_new"):
    parts.header(t("counter.new"))
    if not sheets:
        parts.nothing_here(t("counter.no_procedure"))
    else:
        sheet = st.selectbox(t("counter.procedure"), sheets, format_func=lambda one: pick(one["title"]), key="procedure")
        channel = st.radio(
            t("counter.channel"),
            CHANNELS[sheet["mode"]],
            format_func=lambda one: t(f"counter.channel_{one}"),
            key="channel",
            horizontal=True,
        )
        st.caption(t(f"counter.channel_{channel}_help"))
        token = st.session_state.setdefault("counter_token", str(uuid4()))
        if st.button(t("counter.start"), key="start", type="primary", icon=":material/add:"):
            with parts.refusals_shown():
                dossier = filing.start_draft(clerk.client, chosen["id"], sheet["code"], channel, token)
                del st.session_state["counter_token"]
                links.go("filing", id=dossier)

# Show
parts.header(t("counter.mine"))
lines = filing.counter_dossiers(clerk.client, chosen["id"])
if not lines:
    parts.nothing_here(t("counter.none"))
for line in lines:
    with st.container(border=True, key=f"line_{line['id']}"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(f"**{pick(line['procedure'])}**", width="content")
            dossier_cards.state_badge(line["state"])
        since = day(line["deposited_at"] or line["updated_at"], "short")
        st.text(parts.joined(dossier_cards.code(line["number"]), line["owner_name"], line["title"], since))
        with st.container(horizontal=True):
            if line["state"] == "DRAFT":
                links.link("filing", t("counter.go_on"), ":material/edit:", id=line["id"])
            else:
                links.link("dossier", t("counter.receipt"), ":material/receipt_long:", id=line["id"])
                links.link("agent_dossier", t("counter.open"), ":material/folder_open:", id=line["id"])
