"""One's own account: who one is, what one holds, sessions, signing key."""

import streamlit as st

from components.permits.client import call
from components.permits.powers import SIGNERS
from components.permits.refusals import Refusal
from components.ui import links, parts, session
from components.ui.signing_key import key_section
from components.ui.words import day, pick, speak, t

visit = session.require_person()
profile = call(visit.client, "my_profile")
parts.title(t("shell.page_account"), profile["email"])

parts.header(t("people.profile"))
parts.note(t("people.profile_caption"))
with st.form("profile", width=640):
    values = {
        "name_ar": st.text_input(t("shell.full_name_ar"), profile["name_ar"], key="name_ar", max_chars=200, autocomplete="name"),
        "name_fr": st.text_input(t("shell.full_name_fr"), profile["name_fr"], key="name_fr", max_chars=200, autocomplete="name"),
        "cin": st.text_input(t("common.cin"), profile["cin"] or "", key="cin", max_chars=12, placeholder="JC123456"),
        "phone": st.text_input(
            t("common.phone"), profile["phone"] or "", key="phone", max_chars=20, type="phone", placeholder="0661234567"
        ),
        "address": st.text_area(t("common.address"), profile["address"] or "", key="address", max_chars=500, height=90),
        "language": st.segmented_control(
            t("people.language_of_mails"),
            ["ar", "fr"],
            default=profile["language"],
            required=True,
            key="mail_language",
            format_func=lambda code: t("people.arabic" if code == "ar" else "people.french"),
        ),
    }
    saved = st.form_submit_button(t("common.save"), type="primary")
if saved:
    try:
        call(visit.client, "update_profile", p_data=values)
        if values["language"] != st.session_state["lang"]:
            st.session_state["lang"] = values["language"]
            speak(values["language"])
            call(visit.client, "session_language", p_id_hash=visit.id_hash, p_language=values["language"])
    except Refusal as refusal:
        parts.refused(refusal)
    else:
        parts.flash(t("common.saved"))
        st.rerun()

parts.header(t("people.memberships"))
if not visit.me["memberships"]:
    parts.note(t("people.no_membership"))
for membership in visit.me["memberships"]:
    end = f" · {t('people.until', date=day(membership['valid_to']))}" if membership["valid_to"] else ""
    end += f" · {t('people.stands_in')}" if membership["stands_in"] else ""
    st.markdown(f"**{parts.role_name(membership['role'])}** · {pick(membership['organisation'], 'name_')}{end}")

if visit.holds(*SIGNERS):
    key_section(visit)

parts.header(t("people.security"))
st.write(t("people.sessions_open", count=profile["sessions"]))
with st.container(horizontal=True, vertical_alignment="center"):
    if profile["sessions"] > 1 and st.button(t("people.close_others"), key="close_others", icon=":material/devices:"):
        call(visit.client, "session_close_others", p_id_hash=visit.id_hash)
        parts.flash(t("people.others_closed"))
        st.rerun()
    links.link("recover", t("shell.change_password"), ":material/key:")
