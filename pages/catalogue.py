"""What one may ask of which commune: the public sheet of each procedure (law 55-19, art. 5-6), and the way to file."""

from uuid import uuid4

import streamlit as st

from components.permits import filing
from components.permits.client import call
from components.ui import check_page, links, parts, procedure_sheet, session
from components.ui.words import pick, t

visit = session.current()
parts.title(t("filing.catalogue_title"), t("filing.catalogue_lead"))

# Load
sheets = call(visit.client, "catalogue")
communes = {commune["id"]: commune for sheet in sheets for commune in sheet["communes"]}

# Choose
names = sorted(communes, key=lambda one: pick(communes[one], "name_"))
asked = st.query_params.get("commune")
commune = st.selectbox(
    t("filing.choose_commune"), names, index=names.index(asked) if asked in names else None, key="commune",
    format_func=lambda one: pick(communes[one], "name_"), placeholder=t("filing.commune_placeholder"), help=t("filing.commune_help"),
)  # fmt: skip
if commune:
    st.query_params["commune"] = commune
    sheets = call(visit.client, "catalogue", p_commune=commune)
wanted = st.query_params.get("procedure")
sheet = next((one for one in sheets if one["code"] == wanted), None)

# Show: the list, or one sheet
if sheet is None:
    if not sheets:
        parts.nothing_here(t("filing.catalogue_empty"))
    for one in sheets:
        procedure_sheet.card(one, commune)
    st.stop()
links.link("catalogue", t("filing.all_procedures"), check_page.arrow_back(), **({"commune": commune} if commune else {}))
parts.header(pick(sheet["title"]))
st.text(pick(sheet["summary"]))

# Act
with st.container(border=True, key="start_box"):
    if not commune:
        st.info(t("filing.choose_commune_first"), icon=":material/location_city:")
    elif sheet["mode"] not in ("online", "online_only"):
        st.info(t(f"filing.mode_{sheet['mode']}"), icon=":material/storefront:")
    elif visit.person is None:
        st.text(t("filing.sign_in_to_file"))
        links.link("sign_in", t("shell.sign_in"), ":material/login:", next=session.here())
        links.link("sign_up", t("shell.sign_up"), ":material/person_add:", next=session.here())
    else:
        st.text(t(f"filing.mode_{sheet['mode']}"))
        token = st.session_state.setdefault(f"start_{commune}_{wanted}", str(uuid4()))
        if st.button(t("filing.start"), key="start", type="primary", icon=":material/edit_document:"):
            with parts.refusals_shown():
                dossier = filing.start_draft(visit.client, commune, sheet["code"], "online", token)
                del st.session_state[f"start_{commune}_{wanted}"]
                links.go("filing", id=dossier)
procedure_sheet.sheet(sheet)
