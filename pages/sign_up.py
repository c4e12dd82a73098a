"""Opening an account, and confirming its address from the link of the mail."""

import streamlit as st

from components.permits import accounts
from components.permits.refusals import Refusal, refusal_of_ours
from components.ui import links, parts, session
from components.ui.words import language, t

visit = session.current()
target = st.query_params.get("next", "/")
parts.title(t("shell.page_sign_up"), t("shell.sign_up_caption"))

if visit.person is not None:
    st.success(t("shell.already_signed_in"), icon=":material/check_circle:")
    links.link("home", t("shell.back_home"), ":material/home:")
    st.stop()
if visit.me["settings"].get("sign_up") == "closed":
    st.info(t("shell.sign_up_closed"), icon=":material/storefront:")
    st.stop()

# The link of the mail: used by the button, not by programs that look at links.
if "token_hash" in st.query_params:
    st.write(t("shell.confirm_address_caption"))
    if st.button(t("shell.confirm_address"), type="primary", key="confirm"):
        with parts.refusals_shown():
            tokens = accounts.confirm(st.query_params["token_hash"], st.query_params.get("type") or "signup")
            st.success(t("shell.account_ready"), icon=":material/check_circle:")
            session.hand_over(tokens, t("common.continue"), target)
    st.stop()

with st.form("sign_up", width=560):
    name_ar = st.text_input(t("shell.full_name_ar"), key="name_ar", max_chars=200, autocomplete="name")
    name_fr = st.text_input(t("shell.full_name_fr"), key="name_fr", max_chars=200, autocomplete="name")
    email = st.text_input(
        t("common.email"), key="email", type="email", max_chars=254, autocomplete="username", placeholder="nom@exemple.ma"
    )
    password = st.text_input(
        t("common.password"), key="password", type="password", max_chars=200, autocomplete="new-password", help=t("shell.password_help")
    )
    again = st.text_input(t("shell.password_again"), key="again", type="password", max_chars=200, autocomplete="new-password")
    sent = st.form_submit_button(t("shell.create_account"), type="primary")

if sent:
    try:
        if not (name_ar.strip() or name_fr.strip()):
            st.error(t("shell.name_needed"), icon=":material/error:")
        elif password != again:
            st.error(t("shell.passwords_differ"), icon=":material/error:")
        elif "@" not in email:
            raise refusal_of_ours("MAIL2")
        else:
            tokens = accounts.sign_up(email, password, {"name_ar": name_ar.strip(), "name_fr": name_fr.strip(), "language": language()})
            if tokens is None:
                st.success(t("shell.account_to_confirm", email=email.strip()), icon=":material/mail:")
            else:
                st.success(t("shell.account_ready"), icon=":material/check_circle:")
                session.hand_over(tokens, t("common.continue"), target)
    except Refusal as refusal:
        parts.refused(refusal)

with st.container(horizontal=True, vertical_alignment="center"):
    parts.note(t("shell.have_account"))
    links.link("sign_in", t("shell.sign_in"), **({"next": target} if target != "/" else {}))
