"""A new password: asking for the link, then using it."""

import streamlit as st

from components.permits import accounts, sessions
from components.permits.client import call, make_client
from components.permits.refusals import refusal_of_ours
from components.ui import links, parts, session
from components.ui.words import t

parts.title(t("shell.page_recover"), t("shell.new_password_caption") if "token_hash" in st.query_params else t("shell.recover_caption"))

if "token_hash" not in st.query_params:
    with st.form("recover", width=560):
        email = st.text_input(t("common.email"), key="email", type="email", max_chars=254, autocomplete="username")
        sent = st.form_submit_button(t("shell.recover_send"), type="primary")
    if sent:
        with parts.refusals_shown():
            if "@" not in email:
                raise refusal_of_ours("MAIL2")
            accounts.send_recovery(email)
            st.success(t("shell.recover_sent"), icon=":material/mail:")
    links.link("sign_in", t("shell.sign_in"))
    st.stop()

with st.form("new_password", width=560):
    password = st.text_input(
        t("shell.new_password"), key="password", type="password", max_chars=200, autocomplete="new-password", help=t("shell.password_help")
    )
    again = st.text_input(t("shell.password_again"), key="again", type="password", max_chars=200, autocomplete="new-password")
    sent = st.form_submit_button(t("common.save"), type="primary")
if sent and password != again:
    st.error(t("shell.passwords_differ"), icon=":material/error:")
elif sent:
    with parts.refusals_shown():
        if len(password) < accounts.SHORTEST_PASSWORD:
            raise refusal_of_ours("PASS2")
        # The link works once: its session is kept, so that a refused password can be followed by a better one.
        if "_recovering" not in st.session_state:
            st.session_state["_recovering"] = accounts.confirm(st.query_params["token_hash"], st.query_params.get("type") or "recovery")
        tokens = st.session_state["_recovering"]
        accounts.set_password(tokens, password)
        call(make_client(access_token=tokens.access), "session_close_others", p_id_hash=sessions.name_of(""))
        st.session_state.pop("_recovering")
        st.success(t("shell.password_changed"), icon=":material/check_circle:")
        session.hand_over(tokens, t("common.continue"))
