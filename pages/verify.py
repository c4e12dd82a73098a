"""Public verification: a code, a QR link, or the PDF itself. Open to anybody; public data only."""

import streamlit as st

from components.permits.refusals import Refusal
from components.ui import parts, session, verdict
from components.ui.words import t

MAX_MB = 10

visit = session.current()
parts.title(t("verify.title"), t("verify.intro"))
visitor = st.context.ip_address or "local"
linked = st.query_params.get("code", "")

# Choose
by_code, by_file = st.columns(2, gap="large")
with by_code, st.form("by_code", border=False):
    code = st.text_input(t("verify.code"), value=linked, placeholder="7K2M-4QXC-P9TD", max_chars=40, key="verify_code", autocomplete="off")
    pressed = st.form_submit_button(t("verify.check"), type="primary", icon=":material/verified:")
with by_file:
    file = st.file_uploader(t("verify.file"), type=["pdf"], max_upload_size=MAX_MB, key="verify_file")

# Each question is asked once: attempts are counted, and reading a file takes a second. The answer stays until the next question.
asked = st.session_state.get("_verified", ("", None))
if pressed and code.strip():
    question = ("code", code.strip())
elif file is not None and file.file_id != st.session_state.get("_verify_file"):
    question = ("file", file.file_id)
elif asked[0] == "file" and file is None:
    question = None  # taken away again
elif linked and not asked[0]:
    question = ("code", linked)
else:
    question = asked
st.session_state["_verify_file"] = file and file.file_id

# Show
if question is None or not question[0]:
    st.session_state.pop("_verified", None)
    st.stop()
if question != asked or pressed:
    try:
        with st.spinner(t("verify.working")):
            answer = (
                verdict.of_code(visit.client, code, visitor)
                if question[0] == "code"
                else verdict.of_file(visit.client, file.getvalue(), visitor)
            )
    except Refusal as refusal:
        st.session_state.pop("_verified", None)
        st.warning(refusal.sentence(visit.lang), icon=":material/hourglass_top:")
        st.stop()
    st.session_state["_verified"], st.session_state["_verdict"] = question, answer
verdict.show(st.session_state["_verdict"])
