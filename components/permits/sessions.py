"""The site's browser sessions: one row per cookie, readable only with the cookie.

The cookie is 256 random bits. The database knows its sha256 (the row's name) and the tokens sealed with a key derived from
the cookie: a copy of the table opens nothing. Several tabs share one refresh token: sql/rules/41_sessions.sql says how.
"""

import json
import secrets
import time
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from components.permits import accounts
from components.permits.accounts import Tokens
from components.permits.client import call, make_client
from components.permits.refusals import Refusal, SessionOver, refusal_of_ours

NEARLY_OVER = 90  # seconds before the end of an access token at which a new one is fetched
PATIENCE = 12  # seconds a tab waits for another one that is refreshing; a claim lapses after ten


@dataclass(frozen=True)
class Opened:
    """What a browser session holds: the name of its row, its tokens, language, and the generation they were read at."""

    id_hash: str
    tokens: Tokens
    language: str
    generation: int

    def is_nearly_over(self) -> bool:
        return self.tokens.expires_at - time.time() < NEARLY_OVER


def name_of(cookie: str) -> str:
    return sha256(cookie.encode()).hexdigest()


def key_of(cookie: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"shubbak session tokens").derive(cookie.encode()))


def seal(cookie: str, tokens: Tokens) -> str:
    nonce = secrets.token_bytes(12)
    sealed = key_of(cookie).encrypt(nonce, json.dumps(asdict(tokens)).encode(), name_of(cookie).encode())
    return b64encode(nonce + sealed).decode()


def unseal(cookie: str, sealed: str) -> Tokens:
    """Raises InvalidTag when the cookie is not the one that sealed it, or the row was altered."""
    octets = b64decode(sealed)
    return Tokens(**json.loads(key_of(cookie).decrypt(octets[:12], octets[12:], name_of(cookie).encode())))


def begin(tokens: Tokens, language: str) -> str:
    """Opens a session for whoever holds these tokens; returns the cookie."""
    cookie = secrets.token_urlsafe(32)
    call(
        make_client(access_token=tokens.access),
        "session_open",
        p_id_hash=name_of(cookie),
        p_sealed=seal(cookie, tokens),
        p_language=language,
    )
    return cookie


def read(cookie: str) -> Opened | None:
    """The session of this cookie, or None when it is over."""
    return opened(cookie, call(make_client(), "session_read", p_id_hash=name_of(cookie)))


def opened(cookie: str, row: dict | None) -> Opened | None:
    if row is None:
        return None
    try:
        return Opened(name_of(cookie), unseal(cookie, row["sealed"]), row["language"], row["generation"])
    except (InvalidTag, ValueError):
        return None


def renew(cookie: str, session: Opened) -> Opened | None:
    """New tokens: fetched by one tab, read by the others. None when the session is over."""
    client, waited_until = make_client(), time.monotonic() + PATIENCE
    while time.monotonic() < waited_until:
        row = call(client, "session_claim", p_id_hash=session.id_hash, p_generation=session.generation)
        found = opened(cookie, row)
        if found is None or (not row["claimed"] and not found.is_nearly_over()):
            return found
        if row["claimed"]:
            return fetch(client, cookie, found)
        session = found
        time.sleep(0.1)
    raise refusal_of_ours("SLOW1")


def fetch(client, cookie: str, session: Opened) -> Opened | None:
    try:
        tokens = accounts.refresh(session.tokens)
    except SessionOver:
        call(client, "session_close", p_id_hash=session.id_hash)  # the account was closed, or its tokens revoked
        return None
    call(client, "session_renew", p_id_hash=session.id_hash, p_generation=session.generation, p_sealed=seal(cookie, tokens))
    return Opened(session.id_hash, tokens, session.language, session.generation + 1)


def end(cookie: str) -> None:
    """Closes the session for every tab, and its tokens at Auth."""
    session = read(cookie)
    call(make_client(), "session_close", p_id_hash=name_of(cookie))
    if session and session.tokens.expires_at > time.time():
        try:
            accounts.sign_out(session.tokens)
        except Refusal:
            pass  # the row is gone: nobody can read these tokens any more
