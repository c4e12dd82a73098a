"""The register of powers: who holds the pen of a body today and why, every act with its history, entering and ending acts."""

import streamlit as st

from components.permits import powers
from components.permits.refusals import Refusal
from components.ui import links, parts, powers_forms, powers_register
from components.ui.session import require_role
from components.ui.words import pick, t

session = require_role(*powers.SIGNERS, "administrator", "clerk", "instructor", "inspector", "cashier")
parts.title(t("shell.page_powers"), t("powers.lead"))
st.html('<span class="shubbak-wide-page"></span>')

# Load
try:
    page = powers.register(session.client, st.query_params.get("body"))
except Refusal as refusal:
    parts.refused(refusal)
    if "body" not in st.query_params:
        st.stop()
    del st.query_params["body"]  # a body of somebody else: one's own instead
    page = powers.register(session.client, None)
bodies = {one["id"]: one for one in page["organisations"]}
body = bodies[page["organisation"]]
titles = {one["code"]: pick(one["title"]) for one in page["procedures"]}


def body_name(key: str) -> str:
    name = pick(bodies[key], "name_")
    return t("powers.vacant_mark", name=name) if bodies[key]["vacant"] else name


# Choose
if len(bodies) > 1:
    st.session_state["powers_body"] = body["id"]

    def choose() -> None:
        st.query_params["body"] = st.session_state["powers_body"]

    st.selectbox(t("powers.body"), list(bodies), format_func=body_name, key="powers_body", on_change=choose)
else:
    parts.subheader(body_name(body["id"]))

# Show
powers_register.alarm(page)
powers_register.pens(page, titles)

# Act
with st.container(key="screen_only_enter"):  # not printed
    powers_forms.enter(session.client, page, body)
powers_register.history(page, titles, f"{t('powers.file')}-{page['today']}")
with st.container(key="screen_only_end"):
    powers_register.ending(session.client, page)
    if session.holds("administrator", "president"):
        links.link("staff_people", t("powers.people_link"), ":material/badge:")
