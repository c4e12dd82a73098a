"""Public verification: a code, a QR link, or the PDF itself. Open to anybody; public data only."""
import streamlit as st

from components.permits import signatures
from components.permits.refusals import Refusal
from components.ui.session import current
from components.ui.verdict import show_answer, show_file
from components.ui.words import t

MAX_MB = 10

session = current()
st.title(t("verify.title"), anchor=False)
st.caption(t("verify.intro"))
visitor = st.context.ip_address or "local"

# Choose
by_code, by_file = st.columns(2, gap="large")
with by_code, st.form("by_code", border=False):
    code = st.text_input(t("verify.code"), value=st.query_params.get("code", ""), placeholder=t("verify.code_example"), max_chars=40, key="code")
    asked = st.form_submit_button(t("verify.check"), type="primary", icon=":material/verified:")
with by_file:
    file = st.file_uploader(t("verify.file"), type=["pdf"], max_upload_size=MAX_MB, key="file")

# Show
try:
    if file is not None:
        show_file(session, file.getvalue(), visitor)
    elif code.strip() and (asked or "code" in st.query_params):
        show_answer(signatures.verify_code(session.client, code, visitor), by_code=True)
except Refusal as refusal:
    st.warning(refusal.sentence(session.lang), icon=":material/hourglass_top:")
