"""The inspector on the spot, with a telephone: find the permit, measure, say whether it conforms."""

import streamlit as st

from components.permits import board, dossiers
from components.ui import parts
from components.ui.act_fields import value_in_words
from components.ui.act_forms import inspection_form
from components.ui.html_table import ltr
from components.ui.session import require_role
from components.ui.words import day, pick, t

session = require_role("inspector")
parts.title(t("inspection.title"), t("inspection.lead"))

# Choose
search = st.text_input(
    t("queue.search"), key="inspection_text", placeholder=t("queue.search_help"), icon=":material/search:", max_chars=120
)
permits = {permit["dossier"]: permit for permit in board.permits_to_inspect(session.client, None, search or "")}
if not permits:
    parts.nothing_here(t("inspection.none"), ":material/task_alt:")
    st.stop()
st.caption(t("inspection.due", count=sum(permit["due"] for permit in permits.values())))


def name_of(dossier: str) -> str:
    permit = permits[dossier]
    last = t("inspection.last", date=day(permit["last_at"], "short")) if permit["last_at"] else t("inspection.never")
    return f"{ltr(permit['number'])} · {permit['owner_name']} · {permit['title']} · {last}"


dossier = st.selectbox(t("inspection.choose"), list(permits), key="inspection_dossier", format_func=name_of)
permit = permits[dossier]

# Load
page = dossiers.page(session.client, dossier)

# Show
granted = [line for decision in page["decisions"] if decision["kind"].startswith("grant") for line in decision["terms"]]
parts.subheader(pick(permit["procedure_title"]))
parts.facts(
    [
        (t("queue.column_number"), permit["number"]),
        (t("queue.column_owner"), permit["owner_name"]),
        (t("queue.column_object"), permit["title"]),
        (t("queue.column_state"), t(f"states.{permit['state']}")),
        (t("inspection.valid_until"), day(permit["valid_until"])),
        *[(pick(line["label"]), value_in_words(line)) for line in granted],
    ]
)

# Act
for act in page["acts"]:
    if act["verb"] == "record_inspection":
        with st.container(border=True):
            inspection_form(session.client, page, act, f"act_{dossier}_inspection")
for inspection in page["inspections"]:
    with st.container(border=True):
        st.markdown(f"**{t('desk.inspection_of', date=day(inspection['at']))}**")
        parts.facts(
            [
                (t("desk.finding"), t(f"desk.finding_{inspection['finding']}")),
                *[(pick(line["label"]), value_in_words(line)) for line in inspection["measured"]],
                (t("desk.inspection_note"), inspection["note"]),
            ]
        )
