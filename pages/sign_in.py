"""Signing in: a plain form posted to the server, which answers with the cookie."""

import html

import streamlit as st

from components.permits.client import call
from components.permits.texts import has
from components.ui import links, parts, session
from components.ui.words import pick, t

visit = session.current()
target = st.query_params.get("next", "")
fault = f"refusals_http.{st.query_params.get('fault', '')}"

parts.title(t("shell.page_sign_in"), t("shell.sign_in_caption"))
if visit.person is not None:
    st.success(t("shell.already_signed_in"), icon=":material/check_circle:")
    links.link("home", t("shell.back_home"), ":material/home:")
    st.stop()
if has(fault):
    st.error(t(fault), icon=":material/error:")

with st.container(border=True, width=520):
    parts.posting_form(
        "/session/sign-in",
        f"""
        <label>{html.escape(t("common.email"))}
          <input type="email" name="email" autocomplete="username" required maxlength="254" inputmode="email" dir="ltr"></label>
        <label>{html.escape(t("common.password"))}
          <input type="password" name="password" autocomplete="current-password" required maxlength="200" dir="ltr"></label>""",
        t("shell.sign_in"),
        next=target,
    )
    with st.container(horizontal=True):
        links.link("recover", t("shell.forgotten"))
        links.link("sign_up", t("shell.sign_up"), **({"next": target} if target else {}))

# Demonstration only: the function answers nothing elsewhere.
demonstration = call(visit.client, "demonstration_accounts") if visit.me["demonstration"] else {"accounts": []}
if demonstration["accounts"]:
    parts.header(t("shell.demonstration_accounts"))
    parts.note(t("shell.demonstration_accounts_caption"))
    forms = "".join(
        f"""<form method="post" action="/session/sign-in"><input type="hidden" name="demonstration" value="1">
            <input type="hidden" name="next" value="{html.escape(target)}">
            <input type="hidden" name="email" value="{html.escape(account["email"])}">
            <button type="submit"><b>{html.escape(parts.role_name(account["role"]))}</b><span>{html.escape(pick(account, "name_"))}</span>
            <bdi>{html.escape(account["email"])}</bdi></button></form>"""
        for account in demonstration["accounts"]
    )
    st.html(f'<div class="shubbak-accounts">{forms}</div>')
    parts.note(t("shell.demonstration_password", password=demonstration.get("password", "")))
