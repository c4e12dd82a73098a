"""The people of a body: who holds what since when, invitations."""

import streamlit as st

from components.permits.client import call
from components.permits.refusals import Refusal
from components.permits.texts import as_day
from components.ui import links, parts, session
from components.ui.words import day, pick, t

visit = session.require_role("administrator", "president", "company_member")


def done(text: str, function: str, **params) -> None:
    """One act, then the page again with its message; a refusal is said where it happened."""
    try:
        call(visit.client, function, **params)
    except Refusal as refusal:
        parts.refused(refusal)
    else:
        parts.flash(text)
        st.rerun()


# Load
chosen = st.session_state.get("organisation")
page = call(visit.client, "people_page", p_organisation=chosen)
bodies = {body["id"]: body for body in page["organisations"]}
today = as_day(page["today"]) if page["today"] else None

parts.title(t("shell.page_staff_people"), t("people.people_caption"))
if not bodies:
    parts.nothing_here(t("people.no_members"), ":material/badge:")
    st.stop()

# Choose
if len(bodies) > 1:
    st.selectbox(
        t("people.organisation"),
        list(bodies),
        index=list(bodies).index(page["organisation"]),
        format_func=lambda key: pick(bodies[key], "name_"),
        key="organisation",
    )
else:
    parts.subheader(pick(bodies[page["organisation"]], "name_"))


@st.dialog(t("people.end_function"))
def end_function(member: dict) -> None:
    st.write(t("people.end_question", role=parts.role_name(member["role"]), name=pick(member, "name_") or member["email"]))
    last = st.date_input(t("people.last_day"), today, min_value=today, format="DD/MM/YYYY", key="last_day")
    if st.button(t("people.end_function"), type="primary", key="end_now"):
        done(t("people.ended", date=day(last)), "end_membership", p_membership=member["id"], p_last_day=last)


# Members
parts.header(t("people.members"))
current = [member for member in page["members"] if member["in_force"] or as_day(member["valid_from"]) > today]
if not current:
    parts.nothing_here(t("people.no_members"), ":material/badge:")
for member in current:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"member_{member['id']}"):
        with st.container(gap=None):
            st.markdown(f"**{parts.plain(pick(member, 'name_') or member['email'])}** · {parts.role_name(member['role'])}")
            end = f" · {t('people.until', date=day(member['valid_to']))}" if member["valid_to"] else ""
            end += f" · {t('people.stands_in')}" if member["stands_in"] else ""
            st.caption(f"{member['email']} · {t('people.since')} {day(member['valid_from'])}{end}")
        if member["role"] in page["roles"] and not member["valid_to"] and not member["stands_in"]:
            if st.button(t("people.end_function"), key=f"end_{member['id']}", type="tertiary", icon=":material/event_busy:"):
                end_function(member)
past = [member for member in page["members"] if member not in current]
if past:
    with st.expander(t("people.former_members"), icon=":material/history:"):
        for member in past:
            name = parts.plain(pick(member, "name_") or member["email"])
            st.write(f"{name} · {parts.role_name(member['role'])} · {day(member['valid_from'])} - {day(member['valid_to'])}")

# Invitations
if page["roles"]:
    parts.header(t("people.invite"))
    parts.note(t("people.invite_caption"))
    with st.form("invite", clear_on_submit=False, width=640):
        email = st.text_input(t("common.email"), key="invite_email", type="email", max_chars=254, placeholder="nom@exemple.ma")
        role = st.selectbox(t("people.role"), page["roles"], format_func=parts.role_name, key="invite_role")
        first, last = st.columns(2)
        start = first.date_input(t("people.valid_from"), today, format="DD/MM/YYYY", key="invite_from")
        finish = last.date_input(t("people.valid_to"), None, format="DD/MM/YYYY", key="invite_to")
        sent = st.form_submit_button(t("people.invite_send"), type="primary")
    if sent:
        done(
            t("people.invited", email=email),
            "invite",
            p_organisation=page["organisation"],
            p_email=email,
            p_role=role,
            p_from=start,
            p_to=finish,
        )
if page["invitations"]:
    parts.subheader(t("people.invitations_open"))
    for invitation in page["invitations"]:
        with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            until = t("people.until", date=day(invitation["expires_at"]))
            st.write(f"{invitation['email']} · {parts.role_name(invitation['role'])} · {until}")
            if st.button(t("people.withdraw"), key=f"withdraw_{invitation['id']}", type="tertiary", icon=":material/undo:"):
                done(t("people.withdrawn"), "withdraw_invitation", p_invitation=invitation["id"])

# Delegations, absences and deputies stand in the register of powers.
if bodies[page["organisation"]]["kind"] in ("commune", "province", "urban_agency", "operator", "state_service"):
    links.link("powers", t("people.powers"), ":material/history_edu:", body=page["organisation"])
