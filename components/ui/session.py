"""Who is looking at this page: the browser session, read again at each run so that a sign-out ends every open tab.

session = require_role("clerk", "instructor")      # first line of a page: it can be reached by its address
call(session.client, "queue", ...)
"""

from dataclasses import dataclass, field
from urllib.parse import urlencode

import streamlit as st
from supabase import Client

from components.permits import sessions
from components.permits.accounts import Tokens
from components.permits.client import call, make_client
from components.ui import links
from components.ui.parts import posting_form
from components.ui.words import DEFAULT_LANGUAGE, language, speak, t

COOKIE = "shubbak_session"
LANGUAGE_COOKIE = "shubbak_language"
NOT_STAFF = {"architect", "company_member", "worker"}
MEMBERS = {  # of committees
    "member_commune", "member_province", "member_agency", "member_network", "member_telecom", "member_registry",
    "member_civil_protection", "member_public_works", "member_rail", "member_culture", "member_environment",
}  # fmt: skip


@dataclass(frozen=True)
class Session:
    """client acts with the visitor's own token; me is the answer of public.me; id_hash names the session row (None: anonymous)."""

    client: Client
    me: dict
    lang: str
    id_hash: str | None = None
    was_closed: bool = False
    roles: frozenset = field(default_factory=frozenset)

    @property
    def person(self) -> dict | None:
        return self.me["person"]

    @property
    def is_staff(self) -> bool:
        return bool(self.roles - NOT_STAFF)

    def holds(self, *roles: str) -> bool:
        return bool(self.roles & set(roles))

    def communes(self, *roles: str) -> list[dict]:
        """Communes {id, code, name_fr, name_ar} where one of the roles is held today; national memberships name none."""
        found = {}
        for membership in self.me["memberships"]:
            if membership["role"] in roles:
                found |= {commune["id"]: commune for commune in membership["communes"] or []}
        return list(found.values())


def first_language() -> str:
    """The language chosen in this browser, else Arabic, unless the browser asks for French and not for Arabic."""
    chosen = st.context.cookies.get(LANGUAGE_COOKIE)
    return chosen if chosen in ("ar", "fr") else guess_language(st.context.headers.get("Accept-Language", ""))


def guess_language(accepted: str) -> str:
    wished = [part.split(";")[0].strip()[:2].lower() for part in accepted.split(",")]
    known = [language for language in wished if language in ("ar", "fr")]
    return known[0] if known else DEFAULT_LANGUAGE


def begin() -> Session:
    """Reads the session of this run. Called once per run by the main script; pages call current()."""
    if "lang" not in st.session_state:
        st.session_state["lang"] = first_language()
    session = signed_in() or anonymous()
    speak(st.session_state["lang"])
    st.session_state["_session"] = session
    return session


def current() -> Session:
    return st.session_state.get("_session") or begin()


def anonymous(was_closed: bool = False) -> Session:
    client = st.session_state.setdefault("_anonymous_client", make_client())
    return Session(client, call(client, "me"), st.session_state["lang"], was_closed=was_closed)


def signed_in() -> Session | None:
    cookie = st.context.cookies.get(COOKIE)
    if not cookie:
        return None
    held = st.session_state.get("_opened")
    if held is None or held.id_hash != sessions.name_of(cookie):
        if st.session_state.get("_over") == cookie:
            return anonymous(was_closed=True)
        held = sessions.read(cookie)
        if held is None:
            return forget(cookie)
        st.session_state["lang"] = held.language
    if held.is_nearly_over():
        held = sessions.renew(cookie, held)
        if held is None:
            return forget(cookie)
    client = client_of(cookie, held)
    me = call(client, "me", p_session=held.id_hash)
    if me["session"] is None or me["person"] is None:
        return forget(cookie)
    roles = frozenset(membership["role"] for membership in me["memberships"])
    return Session(client, me, st.session_state["lang"], held.id_hash, roles=roles)


def client_of(cookie: str, held: sessions.Opened) -> Client:
    """The client of this browser session; it asks for a new token by itself when a call finds its own too old."""
    if st.session_state.get("_opened") != held:
        client = make_client(access_token=held.tokens.access)

        def renew() -> str | None:
            newer = sessions.renew(cookie, held)
            st.session_state["_opened"] = newer
            return newer and newer.tokens.access

        client.renew = renew
        st.session_state["_opened"], st.session_state["_client"] = held, client
    return st.session_state["_client"]


def forget(cookie: str) -> Session:
    """The session was closed elsewhere or has lapsed: nothing of it stays in this tab but the language."""
    lang = st.session_state["lang"]
    st.session_state.clear()
    st.session_state["lang"], st.session_state["_over"] = lang, cookie
    return anonymous(was_closed=True)


def here() -> str:
    """The address of this page, to come back to it."""
    query = "?" + urlencode(st.query_params.to_dict()) if st.query_params else ""
    return f"/{st.session_state.get('_page', '')}{query}"


def require_person() -> Session:
    """The signed-in person's session; otherwise says what to do and stops the page."""
    session = current()
    if session.person is None:
        st.warning(t("refusals_http.SESS1") if session.was_closed else t("shell.sign_in_first"), icon=":material/lock:")
        links.link("sign_in", t("shell.sign_in"), ":material/login:", next=here())
        st.stop()
    return session


def require_role(*roles: str) -> Session:
    """The session of somebody who holds one of these roles somewhere; the database decides about each act and commune."""
    session = require_person()
    if not session.holds(*roles):
        st.warning(t("shell.not_your_page"), icon=":material/lock:")
        links.link("home", t("shell.back_home"), ":material/home:")
        st.stop()
    return session


def hand_over(tokens: Tokens, label: str, target: str = "/") -> None:
    """A button that signs in whoever just opened or recovered an account on this page.

    A script cannot set a cookie. It opens a session whose secret, the ticket, works once: POST /session/redeem exchanges it.
    """
    posting_form("/session/redeem", "", label, ticket=sessions.begin(tokens, language()), next=target)
