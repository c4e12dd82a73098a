"""Accounts of Supabase Auth: sign up, sign in, refresh, recover. Every failure a person can act on is a Refusal."""

from dataclasses import dataclass

import httpx
from supabase_auth.errors import AuthError

from components.permits.client import make_client, refusal_of_transport
from components.permits.refusals import refusal_of_ours

# Error code of Auth -> sentence of ours. Anything absent is a fault and rises.
SENTENCES = {
    "invalid_credentials": "PASS1",
    "user_not_found": "PASS1",
    "email_not_confirmed": "MAIL4",
    "user_banned": "STOP9",
    "weak_password": "PASS2",
    "same_password": "PASS3",
    "email_exists": "MAIL3",
    "user_already_exists": "MAIL3",
    "email_address_invalid": "MAIL2",
    "email_address_not_authorized": "MAIL2",
    "validation_failed": "MAIL2",
    "signup_disabled": "OPEN9",
    "email_provider_disabled": "OPEN9",
    "otp_expired": "LATE9",
    "otp_disabled": "LATE9",
    "over_request_rate_limit": "RATE2",
    "over_email_send_rate_limit": "RATE2",
    "request_timeout": "SLOW1",
    "session_not_found": "SESS1",
    "session_expired": "SESS1",
    "refresh_token_not_found": "SESS1",
    "refresh_token_already_used": "SESS1",
    "bad_jwt": "SESS1",
    "invalid_jwt": "SESS1",
    "no_authorization": "SESS1",
}
SHORTEST_PASSWORD = 10


@dataclass(frozen=True)
class Tokens:
    """access: sent with each call, about an hour; refresh: exchanged once for the next pair; expires_at: seconds since 1970."""

    access: str
    refresh: str
    expires_at: int


def asked(act, *args):
    """Run one call of the Auth client."""
    try:
        return act(*args)
    except httpx.HTTPError as error:
        raise refusal_of_transport(error) from error
    except AuthError as error:
        if isinstance(original := getattr(error, "original_error", None), httpx.HTTPError):
            raise refusal_of_transport(original) from error
        code = SENTENCES.get(error.code)
        if code is None and getattr(error, "status", 0) in (0, 502, 503, 504):
            code = "LINK1"
        if code is None and getattr(error, "status", 0) == 429:
            code = "RATE2"
        if code is None:
            raise
        raise refusal_of_ours(code) from error


def tokens_of(session) -> Tokens | None:
    return Tokens(session.access_token, session.refresh_token, session.expires_at) if session else None


def sign_in(email: str, password: str) -> Tokens:
    credentials = {"email": email.strip(), "password": password}
    return tokens_of(asked(make_client().auth.sign_in_with_password, credentials).session)


def sign_up(email: str, password: str, data: dict) -> Tokens | None:
    """Opens an account; data: name_fr, name_ar, language. None when the address must be confirmed first by its mail."""
    if len(password) < SHORTEST_PASSWORD:
        raise refusal_of_ours("PASS2")
    answer = asked(make_client().auth.sign_up, {"email": email.strip(), "password": password, "options": {"data": data}})
    if answer.session is None and answer.user is not None and answer.user.identities == []:
        raise refusal_of_ours("MAIL3")  # hosted Auth hides an existing address this way
    return tokens_of(answer.session)


def refresh(tokens: Tokens) -> Tokens:
    return tokens_of(asked(make_client().auth.refresh_session, tokens.refresh).session)


def send_recovery(email: str) -> None:
    """Sends the mail that lets its reader choose a new password. Says nothing about whether the address is known."""
    asked(make_client().auth.reset_password_for_email, email.strip())


def confirm(token_hash: str, kind: str) -> Tokens | None:
    """Redeems the link of a mail (kind: signup, recovery, email, invite), once."""
    return tokens_of(asked(make_client().auth.verify_otp, {"token_hash": token_hash, "type": kind}).session)


def set_password(tokens: Tokens, password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise refusal_of_ours("PASS2")
    client = make_client()
    asked(client.auth.set_session, tokens.access, tokens.refresh)
    asked(client.auth.update_user, {"password": password})


def sign_out(tokens: Tokens) -> None:
    """Ends this session at Auth, so that its refresh token is worth nothing."""
    client = make_client(access_token=tokens.access)
    asked(client.auth.admin.sign_out, tokens.access, "local")
