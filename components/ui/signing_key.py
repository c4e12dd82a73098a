"""The signing key of a president or delegate: made here, sealed by a PIN, certified by the authority's worker."""

import streamlit as st

from components.permits import signatures
from components.permits.refusals import Refusal
from components.ui import parts
from components.ui.session import Session
from components.ui.words import day, t


def key_section(session: Session) -> dict | None:
    """Shows the state of the signed-in person's key, and the form that makes one. Returns the key, which may be newer than the page's."""
    parts.header(t("signing.key_title"))
    held = signatures.key(session.client)
    if held and not held["certificate_pem"]:
        st.info(t("signing.key_waiting"), icon=":material/hourglass_top:")

        @st.fragment(run_every="1s")
        def wait_for_certificate():
            try:
                newer = signatures.key(session.client)
            except Refusal:
                return  # the line is down: the next look, or the page itself, says so
            if newer and newer["certificate_pem"]:
                st.rerun()

        wait_for_certificate()
        return held
    if held:
        st.success(t("signing.key_ready", date=day(held["expires_at"])), icon=":material/key:")
        st.caption(t("signing.key_demonstration"))
        with st.expander(t("signing.key_again"), icon=":material/key:"):
            _form(session)
    else:
        st.info(t("signing.key_none"), icon=":material/key:")
        _form(session)
    return held


def _form(session: Session) -> None:
    with st.form("new_key", width=560, enter_to_submit=False):
        pin = st.text_input(t("signing.pin"), type="password", max_chars=12, key="new_pin", autocomplete="new-password")
        again = st.text_input(t("signing.pin_again"), type="password", max_chars=12, key="new_pin_again", autocomplete="new-password")
        if not st.form_submit_button(t("signing.key_make"), type="primary"):
            return
    if pin != again:
        st.error(t("signing.pin_differs"))
        return
    with parts.refusals_shown(), st.spinner(t("signing.key_making")):
        signatures.enrol(session.client, pin)
        st.rerun()
