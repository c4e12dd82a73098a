"""Accepting an invitation: the link of the mail carries its token."""

import streamlit as st

from components.permits.client import call
from components.ui import links, parts, session
from components.ui.words import pick, t

visit = session.current()
token = st.query_params.get("token", "")
parts.title(t("shell.page_invitation"))

if not token:
    st.warning(t("people.invitation_missing"), icon=":material/link_off:")
    st.stop()
invitation = call(visit.client, "invitation", p_token=token)
if invitation is None:
    st.warning(t("people.invitation_over"), icon=":material/event_busy:")
    st.stop()

with st.container(border=True, width=640):
    st.write(
        t("people.invitation_caption", organisation=pick(invitation["organisation"], "name_"), role=parts.role_name(invitation["role"]))
    )
    parts.note(t("people.invitation_for", email=invitation["email"]))
    if visit.person is None:
        st.write(t("people.invitation_sign_in"))
        with st.container(horizontal=True):
            links.link("sign_in", t("shell.sign_in"), ":material/login:", next=session.here())
            links.link("sign_up", t("shell.sign_up"), ":material/person_add:", next=session.here())
    elif st.button(t("people.invitation_accept"), type="primary", key="accept"):
        with parts.refusals_shown():
            call(visit.client, "accept_invitation", p_token=token)
            parts.flash(t("people.invitation_accepted"))
            links.go("home")
