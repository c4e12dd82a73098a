"""The main script: every run of every page begins here.

Reads the session, offers the pages of the person's functions, draws the bar, runs the page. Pages guard themselves
(session.require_role): the menu only shows what is useful. A page whose file does not exist yet is left out.
"""

import html
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from components.permits.client import call
from components.permits.refusals import Refusal
from components.ui import links, parts, session, style
from components.ui.words import pick, t

ROOT = Path(__file__).resolve().parents[2]

AWAY = ("LINK1", "SLOW1")
EVERYBODY, SIGNED_OUT, PERSON, APPLICANT, DEMONSTRATION = "everybody", "signed_out", "person", "applicant", "demonstration"
SERVICES = {"technical", "patrimony", "urbanism", "economic", "traffic", "administrative_police"}
MEMBERS = session.MEMBERS
AGENTS = {"clerk", "instructor", "president", "delegate", "cashier", "inspector", "local_authority", "governor", "administrator"} | SERVICES
AGENTS |= MEMBERS | {"secretary"}


@dataclass(frozen=True)
class Entry:
    """file: pages/<file>.py, also its address; shown: who sees it in the menu (a role set or one of the words above; empty: nobody)."""

    file: str
    icon: str
    shown: object = frozenset()


PAGES = [
    Entry("home", "home", EVERYBODY),
    Entry("queue", "inbox", AGENTS - {"cashier"}),
    Entry("counter", "storefront", {"clerk"}),
    Entry("sessions", "groups", MEMBERS | {"secretary"}),
    Entry("sign", "draw", {"president", "delegate", "governor"} | MEMBERS),
    Entry("inspection", "fact_check", {"inspector"}),
    Entry("cashier", "payments", {"cashier"}),
    Entry("copies", "file_copy", {"local_authority", "governor"} | MEMBERS),
    Entry("governor", "monitoring", {"governor"}),
    Entry("my_dossiers", "folder_open", APPLICANT),
    Entry("filing", "edit_document", APPLICANT),
    Entry("catalogue", "menu_book", EVERYBODY),
    Entry("track", "search", EVERYBODY),
    Entry("verify", "verified", EVERYBODY),
    Entry("powers", "history_edu", {"president", "delegate", "governor", "secretary", "administrator"} | MEMBERS),
    Entry("staff_people", "badge", {"administrator", "president", "company_member"}),
    Entry("studio", "tune", {"administrator"}),
    Entry("settings", "tune", {"administrator"}),
    Entry("holidays", "event", {"administrator"}),
    Entry("record", "fact_check", {"clerk", "instructor", "president", "governor", "administrator"}),
    Entry("mailbox", "mail", DEMONSTRATION),
    Entry("dossier", "folder"),
    Entry("agent_dossier", "folder"),
    Entry("session", "event_note"),
    Entry("committee_desk", "rate_review"),
    Entry("notices", "notifications"),
    Entry("account", "person"),
    Entry("sign_in", "login"),
    Entry("sign_up", "person_add"),
    Entry("recover", "key"),
    Entry("invitation", "drafts"),
    Entry("claim", "how_to_reg"),
]


def existing() -> list[Entry]:
    return [entry for entry in PAGES if (ROOT / "pages" / f"{entry.file}.py").is_file()]


def is_shown(entry: Entry, visit: session.Session) -> bool:
    if isinstance(entry.shown, (set, frozenset)):
        return visit.holds(*entry.shown)
    return {
        EVERYBODY: True,
        SIGNED_OUT: visit.person is None,
        PERSON: visit.person is not None,
        APPLICANT: visit.person is not None and not visit.is_staff,
        DEMONSTRATION: visit.me["demonstration"],
    }[entry.shown]


def navigation(visit: session.Session) -> tuple:
    """The pages as st.navigation wants them: all reachable by address, the useful ones in the menu."""
    pages = {
        entry.file: st.Page(
            ROOT / "pages" / f"{entry.file}.py",
            title=t(f"shell.page_{entry.file}"),
            icon=f":material/{entry.icon}:",
            url_path=entry.file,
            default=entry.file == "home",
            visibility="visible" if is_shown(entry, visit) else "hidden",
        )
        for entry in existing()
    }
    page = st.navigation(list(pages.values()), position="sidebar" if visit.is_staff else "top", expanded=True)
    return page, pages


def switch_language() -> None:
    st.session_state["lang"] = "fr" if st.session_state["lang"] == "ar" else "ar"
    visit = st.session_state.get("_session")
    if visit and visit.id_hash:
        try:
            call(visit.client, "session_language", p_id_hash=visit.id_hash, p_language=st.session_state["lang"])
        except Refusal:
            pass  # the cookie keeps the choice; the row follows at the next switch


def bar(visit: session.Session) -> None:
    """Language, bell and account, in the header at the end of the line."""
    with st.container(key="shell_bar", horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small"):
        st.button(t("shell.other_language"), key="shell_language", on_click=switch_language, type="tertiary", icon=":material/translate:")
        if visit.person is None:
            links.link("sign_in", t("shell.sign_in"), ":material/login:")
            return
        unread = visit.me["unread"]
        with st.container(key="shell_bell_new" if unread else "shell_bell", width="content"):
            name = t("shell.unread", count=unread) if unread else t("shell.page_notices")
            links.link("notices", name, ":material/notifications:", help=name)
        name = pick(visit.person, "name_") or visit.person["email"]
        with st.popover(parts.plain(name), icon=":material/account_circle:", type="tertiary", key="shell_account"):
            st.markdown(f"**{parts.plain(name)}**")
            for membership in visit.me["memberships"]:
                st.caption(f"{parts.role_name(membership['role'])} · {pick(membership['organisation'], 'name_')}")
            links.link("account", t("shell.my_account"), ":material/person:")
            parts.posting_form("/session/sign-out", "", t("shell.sign_out"), quiet=True)


def main() -> None:
    st.set_page_config(page_icon=str(ROOT / "assets" / "logo.svg"), layout="wide", initial_sidebar_state="auto")
    try:
        visit = session.begin()
    except Refusal as refusal:
        visit = st.session_state.get("_session") if refusal.code in AWAY else None
        if visit is None:
            style.mark_language()
            parts.refused(refusal)
            st.button(t("shell.retry"), icon=":material/refresh:")
            st.stop()
        # The backend is away: the page stays with what was typed on it, and its own calls say so.
    page, pages = navigation(visit)
    st.session_state["_page"], st.session_state["_pages"] = page.url_path, pages
    mark = "wordmark-light.svg" if visit.is_staff else "wordmark.svg"
    st.logo(str(ROOT / "assets" / mark), size="large", link=None, icon_image=str(ROOT / "assets" / "wordmark.svg"))
    style.mark_language()
    bar(visit)
    st.button(t("shell.retry"), key="shell_returned")  # unseen: assets/shell.js presses it when a lost connection is back
    if visit.me["demonstration"]:
        st.html(f'<div class="shubbak-demonstration" role="note">{html.escape(t("shell.demonstration_strip"))}</div>')
    with st.container(key="shell_flash"):  # always there: a message that comes or goes does not draw the page anew
        parts.show_flash()
    try:
        page.run()
    except Refusal as refusal:
        parts.refused(refusal)


if __name__ == "__main__":
    main()
