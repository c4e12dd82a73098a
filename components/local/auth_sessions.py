"""Sessions of the Auth part: access tokens, refresh tokens with rotation and reuse detection, and the links that are mailed."""

from __future__ import annotations

import hashlib
import secrets
import time
import uuid
from datetime import UTC, datetime, timedelta

import psycopg

from components.local.auth_users import auth_fault, is_banned, user_json
from components.local.keys import Keys, sign

ACCESS_SECONDS = 3600
REUSE_SECONDS = 10  # several tabs may present the same token at once
LINK_SECONDS = 3600


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(connection: psycopg.Connection, keys: Keys, issuer: str, user: dict, method: str, agent: str | None) -> dict:
    """Starts a session and returns the token answer. Raises a fault for a banned account."""
    if is_banned(user):
        raise auth_fault(400, "user_banned", "User is banned")
    session, now = uuid.uuid4(), datetime.now(UTC)
    connection.execute(
        "insert into auth.sessions (id, user_id, created_at, updated_at, aal, user_agent, tag) values (%s, %s, %s, %s, 'aal1', %s, %s)",
        [session, user["id"], now, now, agent, method],
    )
    user = connection.execute(
        "update auth.users set last_sign_in_at = %s, updated_at = %s where id = %s returning *", [now, now, user["id"]]
    ).fetchone()
    return _answer(connection, keys, issuer, user, session, method, now, _new_refresh_token(connection, user, session, None))


def refresh(connection: psycopg.Connection, keys: Keys, issuer: str, token: str) -> dict | None:
    """The next pair of tokens, or None when a token was used again after its time: the whole session is then revoked.

    The caller commits in both cases. Raises a fault for an unknown token, an ended session, a banned account.
    """
    row = connection.execute("select * from auth.refresh_tokens where token = %s for update", [digest(token)]).fetchone()
    if row is None:
        raise auth_fault(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")
    session = connection.execute("select * from auth.sessions where id = %s", [row["session_id"]]).fetchone()
    user = connection.execute("select * from auth.users where id = %s and deleted_at is null", [row["user_id"]]).fetchone()
    if session is None or user is None:
        raise auth_fault(400, "session_not_found", "Invalid Refresh Token: Session Expired")
    if is_banned(user):
        raise auth_fault(400, "user_banned", "Invalid Refresh Token: User Banned")
    now = datetime.now(UTC)
    if row["revoked"] and now - row["updated_at"] > timedelta(seconds=REUSE_SECONDS):
        connection.execute("update auth.refresh_tokens set revoked = true, updated_at = 'epoch' where session_id = %s", [session["id"]])
        return None
    if not row["revoked"]:
        connection.execute("update auth.refresh_tokens set revoked = true, updated_at = %s where id = %s", [now, row["id"]])
    connection.execute(
        "update auth.sessions set refreshed_at = %s, updated_at = %s where id = %s", [now.replace(tzinfo=None), now, session["id"]]
    )
    next_token = _new_refresh_token(connection, user, session["id"], row["token"])
    return _answer(connection, keys, issuer, user, session["id"], session["tag"] or "password", session["created_at"], next_token)


def close_sessions(connection: psycopg.Connection, user_id: object, session_id: str | None, scope: str) -> None:
    """scope: global (all of the person), local (this one), others."""
    condition = {"global": "", "local": " and id = %s", "others": " and id is distinct from %s"}[scope]
    connection.execute("delete from auth.sessions where user_id = %s" + condition, [user_id, session_id][: 1 if scope == "global" else 2])


def mail_link(connection: psycopg.Connection, user: dict, kind: str) -> None:
    """Leaves a mail for the operator's mailer: kind recovery or signup. An older link of the same kind stops working."""
    token, token_type = secrets.token_hex(28), {"recovery": "recovery", "signup": "confirmation"}[kind]
    connection.execute(
        "insert into auth.one_time_tokens (user_id, token_type, token_hash, relates_to) values (%s, %s, %s, %s)"
        " on conflict (user_id, token_type) do update set token_hash = excluded.token_hash, relates_to = excluded.relates_to,"
        " created_at = now(), updated_at = now()",
        [user["id"], token_type, digest(token), user["email"]],
    )
    column = "recovery_sent_at" if kind == "recovery" else "confirmation_sent_at"
    connection.execute(f"update auth.users set {column} = now() where id = %s", [user["id"]])
    connection.execute("insert into auth.local_mail (kind, email, token_hash) values (%s, %s, %s)", [kind, user["email"], token])


def use_link(connection: psycopg.Connection, token: str, types: tuple[str, ...]) -> dict:
    """The account of a mailed link, which is spent and confirms the address. Raises a fault when unknown, spent or older than an hour."""
    row = connection.execute(
        "delete from auth.one_time_tokens where token_hash = %s and token_type = any(%s) returning *", [digest(token), list(types)]
    ).fetchone()
    user = row and connection.execute("select * from auth.users where id = %s and deleted_at is null", [row["user_id"]]).fetchone()
    fresh = row and datetime.now(UTC) - row["created_at"] < timedelta(seconds=LINK_SECONDS)
    if not user or not fresh or user["email"] != row["relates_to"]:
        raise auth_fault(403, "otp_expired", "Email link is invalid or has expired")
    return connection.execute(
        "update auth.users set email_confirmed_at = coalesce(email_confirmed_at, now()), updated_at = now() where id = %s returning *",
        [user["id"]],
    ).fetchone()


def _new_refresh_token(connection: psycopg.Connection, user: dict, session: uuid.UUID, parent: str | None) -> str:
    token = secrets.token_urlsafe(24)
    connection.execute(
        "insert into auth.refresh_tokens (token, user_id, created_at, updated_at, parent, session_id)"
        " values (%s, %s, now(), now(), %s, %s)",
        [digest(token), str(user["id"]), parent, session],
    )
    return token


def _answer(
    connection: psycopg.Connection,
    keys: Keys,
    issuer: str,
    user: dict,
    session: uuid.UUID,
    method: str,
    since: datetime,
    refresh_token: str,
) -> dict:
    now = int(time.time())
    claims = {
        "iss": issuer,
        "sub": str(user["id"]),
        "aud": user["aud"],
        "exp": now + ACCESS_SECONDS,
        "iat": now,
        "email": user["email"],
        "phone": user["phone"] or "",
        "app_metadata": user["raw_app_meta_data"] or {},
        "user_metadata": user["raw_user_meta_data"] or {},
        "role": user["role"],
        "aal": "aal1",
        "amr": [{"method": method, "timestamp": int(since.timestamp())}],
        "session_id": str(session),
        "is_anonymous": user["is_anonymous"],
    }
    return {
        "access_token": sign(keys, claims),
        "token_type": "bearer",
        "expires_in": ACCESS_SECONDS,
        "expires_at": now + ACCESS_SECONDS,
        "refresh_token": refresh_token,
        "user": user_json(connection, user),
    }
