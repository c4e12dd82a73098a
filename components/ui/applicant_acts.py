"""What an applicant may still do: withdraw, appeal, invoke the administration's silence. Offered only while the law offers it."""

import streamlit as st

from components.permits import filing
from components.ui import parts
from components.ui.words import day, pick, t


def offers(visit, seen: dict) -> None:
    may = seen["may"]
    for one in seen["appeals"]:
        with st.container(border=True, key=f"appeal_made_{one['level']}"):
            st.markdown("**" + t(f"dossier.appeal_made_{one['level']}", date=day(one["filed_at"])) + "**")
            st.text(one["answer"] if one["outcome"] else t("dossier.appeal_waits", date=day(one["answer_due"])))
            if one["outcome"]:
                st.badge(t(f"dossier.appeal_{one['outcome']}"))
            if one["decide_by"]:
                st.caption(t("dossier.appeal_decide_by", date=day(one["decide_by"])))
    with st.container(horizontal=True, key="acts"):
        for level in ("president", "governor"):
            if may[f"appeal_{level}"]:
                appeal(visit, seen, level)
        if may["withdraw"]:
            withdraw(visit, seen)


def appeal(visit, seen: dict, level: str) -> None:
    with st.popover(t(f"dossier.appeal_to_{level}"), icon=":material/gavel:", key=f"appeal_{level}"):
        st.caption(pick(seen["appeal"]["text"]))
        grounds = st.text_area(t("dossier.appeal_grounds"), max_chars=5000, key=f"grounds_{level}")
        if st.button(t("dossier.appeal_send"), key=f"appeal_send_{level}", type="primary"):
            with parts.refusals_shown():
                answer = filing.appeal(visit.client, seen["id"], level, grounds)
                parts.flash(t("dossier.appeal_sent", date=day(answer["answer_due"])))
                st.rerun()


def withdraw(visit, seen: dict) -> None:
    with st.popover(t("dossier.withdraw"), icon=":material/undo:", key="withdraw"):
        st.text(t("dossier.withdraw_text"))
        reason = st.text_area(t("dossier.withdraw_reason"), max_chars=1000, key="withdraw_reason")
        if st.button(t("dossier.withdraw_yes"), key="withdraw_yes"):
            with parts.refusals_shown():
                filing.withdraw(visit.client, seen["id"], reason)
                parts.flash(t("dossier.withdrawn"))
                st.rerun()
