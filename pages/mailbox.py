"""The mailbox of a demonstration: mails that would have left, newest first. Refused (MAIL9) everywhere else."""

import streamlit as st

from components.permits.client import call
from components.permits.letters import link_of, words_of
from components.ui import parts, session
from components.ui.words import language, moment, t

visit = session.current()
mails = call(visit.client, "demonstration_mailbox", p_limit=200)
parts.title(t("mails.box_title"), t("mails.box_intro"))

if not mails:
    parts.nothing_here(t("mails.box_empty"), ":material/mail:")
    st.stop()

recipients = sorted({mail["recipient"] for mail in mails})
mine = (visit.person or {}).get("email")
chosen = st.selectbox(
    t("mails.box_recipient"), [None, *recipients], index=recipients.index(mine) + 1 if mine in recipients else 0,
    format_func=lambda address: address or t("mails.box_all"), key="mailbox_recipient",
)  # fmt: skip

for mail in [mail for mail in mails if chosen in (None, mail["recipient"])][:50]:
    words = words_of(mail, language())
    with st.expander(f"{words.subject} · {moment(mail['created_at'], 'short')}", icon=":material/mail:"):
        parts.note(t("mails.box_to", recipient=mail["recipient"]) + " · " + t("mails.box_sent" if mail["sent_at"] else "mails.box_kept"))
        for paragraph in words.paragraphs:
            st.text(paragraph)
        parts.facts(words.facts)
        st.link_button(words.button, link_of(mail, ""))
