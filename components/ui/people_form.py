"""Who follows a request: its owner, a mandatary, colleagues. Used while filing and on the applicant's page."""

import streamlit as st

from components.permits import filing
from components.ui import parts
from components.ui.words import pick, t


def show(visit, page: dict) -> None:
    """page: of draft_page or dossier_for_applicant (both carry id, side, state, people)."""
    st.text(t(f"filing.people_{page['side']}"))
    listed(visit, page)
    if page["side"] == "mandatary" and page["state"] != "DRAFT":
        return  # inviting is the owner's affair once the request is filed
    invite(visit, page)
    if visit.holds("company_member") and page["side"] != "clerk":
        if st.button(t("filing.share_company"), key="share_company", icon=":material/groups:"):
            with parts.refusals_shown():
                filing.share_with_company(visit.client, page["id"])
                parts.flash(t("filing.shared"))
                st.rerun()


def listed(visit, page: dict) -> None:
    people = page["people"]
    for party in people["parties"]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"party_{party['person']}"):
            me = f" ({t('filing.you')})" if party["me"] else ""
            st.text(f"{pick(party['name'])}{me}", width="content")
            st.badge(t(f"filing.quality_{party['quality']}"), color="green" if party["quality"] == "owner" else "blue")
            if page["side"] == "owner" and party["quality"] == "mandatary":
                if st.button(t("filing.end_mandate"), key=f"end_{party['person']}", type="tertiary", icon=":material/person_remove:"):
                    with parts.refusals_shown():
                        filing.end_mandate(visit.client, page["id"], party["person"])
                        st.rerun()
    for invited in people["invited"]:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(invited["email"], width="content")
            st.badge(t("filing.invited", quality=t(f"filing.quality_{invited['quality']}")), color="orange")
    if people["invited"] and page["state"] == "DRAFT" and page["side"] != "clerk":
        if st.button(t("filing.for_myself"), key="for_myself", type="tertiary"):
            with parts.refusals_shown():
                filing.withdraw_invitations(visit.client, page["id"])
                st.rerun()


def invite(visit, page: dict) -> None:
    has_owner = any(party["quality"] == "owner" and not party["me"] for party in page["people"]["parties"])
    offered = ["mandatary"] if has_owner or (page["side"] == "owner" and page["state"] != "DRAFT") else ["owner", "mandatary"]
    with st.form(f"invite_{page['id']}", clear_on_submit=True):
        quality = st.radio(t("filing.invite_as"), offered, format_func=lambda one: t(f"filing.invite_{one}"), key="invite_quality")
        email = st.text_input(t("filing.invite_email"), type="email", max_chars=200, key="invite_email")
        if st.form_submit_button(t("filing.invite"), icon=":material/mail:") and email.strip():
            with parts.refusals_shown():
                filing.add_party(visit.client, page["id"], email, quality)
                parts.flash(t("filing.invite_sent", email=email.strip()))
                st.rerun()
