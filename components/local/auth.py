"""The Auth part: sign-up, sign-in, refresh, the person's own account, sign-out, recovery, and the operator's list of accounts.

Settings, fixed: sign-up by e-mail on, addresses confirmed at once, no phone, anonymous, OAuth or second factor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
from starlette.responses import Response

from components.local import auth_sessions
from components.local.auth_users import (
    Attempts,
    auth_fault,
    change_user,
    checked_data,
    checked_email,
    find_user,
    hash_password,
    insert_user,
    merged,
    password_matches,
    read_body,
    user_json,
)
from components.local.calls import Call, json_answer
from components.local.database import Database
from components.local.keys import Keys

CONFIRM_AT_ONCE = True
LINK_TYPES = {"recovery": ("recovery",), "signup": ("confirmation",), "email": ("recovery", "confirmation")}
BCRYPT_HASH = re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}")
DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


class Auth:
    """Handlers of /auth/v1. `issuer` is the part's public address."""

    def __init__(self, database: Database, keys: Keys, issuer: str):
        self.database, self.keys, self.issuer = database, keys, issuer
        self.passwords = Attempts(most=10, seconds=300)
        self.mails = Attempts(most=1, seconds=60)

    @contextmanager
    def _transaction(self) -> Iterator[psycopg.Connection]:
        with self.database.auth.connection() as connection, connection.transaction():
            yield connection

    def health(self, call: Call) -> Response:
        return json_answer(
            {"name": "GoTrue", "description": "Local sign-in service with the interface of Supabase Auth", "version": "local"}
        )

    def settings(self, call: Call) -> Response:
        return json_answer(
            {
                "external": {"email": True, "phone": False, "anonymous_users": False},
                "disable_signup": False,
                "mailer_autoconfirm": CONFIRM_AT_ONCE,
                "phone_autoconfirm": False,
                "sms_provider": "",
                "saml_enabled": False,
            }
        )

    # -- coming and going -----------------------------------------------------------------------------------------------------------

    def sign_up(self, call: Call) -> Response:
        body = read_body(call)
        if body.get("phone"):
            raise auth_fault(400, "phone_provider_disabled", "Phone signups are disabled")
        if not body.get("email"):
            raise auth_fault(422, "anonymous_provider_disabled", "Anonymous sign-ins are disabled")
        email, data = checked_email(body["email"]), checked_data(body.get("data"), "data")
        hashed = hash_password(body.get("password"))
        try:
            with self._transaction() as connection:
                user = insert_user(connection, email, hashed, data, confirmed=CONFIRM_AT_ONCE)
                if CONFIRM_AT_ONCE:
                    return json_answer(self._open(connection, user, call, "password"))
                auth_sessions.mail_link(connection, user, "signup")
                return json_answer(user_json(connection, user))
        except psycopg.errors.UniqueViolation as error:
            if "users_email_partial_key" not in str(error):
                raise
            raise auth_fault(422, "user_already_exists", "User already registered") from None

    def token(self, call: Call) -> Response:
        kind = call.parameter("grant_type")
        if kind == "password":
            return self._sign_in(call)
        if kind == "refresh_token":
            return self._refresh(call)
        if kind in ("pkce", "id_token", "web3"):
            raise auth_fault(501, "not_spoken", f"The local service does not speak grant_type={kind}.")
        raise auth_fault(400, "invalid_credentials", "unsupported_grant_type")

    def _sign_in(self, call: Call) -> Response:
        body = read_body(call)
        email, password = body.get("email"), body.get("password")
        if body.get("phone"):
            raise auth_fault(400, "phone_provider_disabled", "Phone logins are disabled")
        if not isinstance(email, str) or not isinstance(password, str) or not email or "\0" in email:
            raise auth_fault(400, "validation_failed", "missing email or password")
        email = email.strip().lower()
        if self.passwords.exhausted(email):
            raise auth_fault(429, "over_request_rate_limit", "Request rate limit reached")
        self.passwords.add(email)  # before the slow comparison: attempts made at once count too
        with self._transaction() as connection:
            user = find_user(connection, email=email)
        if not password_matches(password, user and user["encrypted_password"]):
            raise auth_fault(400, "invalid_credentials", "Invalid login credentials")
        self.passwords.forget(email)
        if user["email_confirmed_at"] is None:
            raise auth_fault(400, "email_not_confirmed", "Email not confirmed")
        with self._transaction() as connection:
            current = find_user(connection, user_id=user["id"])
            if current is None:
                raise auth_fault(400, "invalid_credentials", "Invalid login credentials")
            return json_answer(self._open(connection, current, call, "password"))

    def _refresh(self, call: Call) -> Response:
        token = read_body(call).get("refresh_token")
        if not isinstance(token, str) or not token:
            raise auth_fault(400, "validation_failed", "refresh_token required")
        with self._transaction() as connection:
            answer = auth_sessions.refresh(connection, self.keys, self.issuer, token)
        if answer is None:
            raise auth_fault(400, "refresh_token_already_used", "Invalid Refresh Token: Already Used")
        return json_answer(answer)

    def log_out(self, call: Call) -> Response:
        scope = call.parameter("scope", "global")
        if scope not in ("global", "local", "others"):
            raise auth_fault(400, "validation_failed", f"Unsupported logout scope {scope!r}")
        with self._transaction() as connection:
            user = self._person(connection, call)
            auth_sessions.close_sessions(connection, user["id"], call.claims.get("session_id"), scope)
        return Response(status_code=204)

    def _open(self, connection: psycopg.Connection, user: dict, call: Call, method: str) -> dict:
        return auth_sessions.open_session(connection, self.keys, self.issuer, user, method, call.headers.get("user-agent"))

    # -- one's own account ----------------------------------------------------------------------------------------------------------

    def _person(self, connection: psycopg.Connection, call: Call) -> dict:
        """The account behind the token. A token outlives its session by at most an hour elsewhere; here the session must still exist."""
        if not call.claims.get("sub"):
            raise auth_fault(403, "bad_jwt", "invalid claim: missing sub claim")
        user = find_user(connection, user_id=call.claims["sub"])
        if user is None:
            raise auth_fault(403, "user_not_found", "User from sub claim in JWT does not exist")
        session = call.claims.get("session_id")
        if (
            session
            and not connection.execute("select 1 from auth.sessions where id = %s and user_id = %s", [session, user["id"]]).fetchone()
        ):
            raise auth_fault(403, "session_not_found", "Session from session_id claim in JWT does not exist")
        return user

    def user(self, call: Call) -> Response:
        with self._transaction() as connection:
            return json_answer(user_json(connection, self._person(connection, call)))

    def change_own(self, call: Call) -> Response:
        body = read_body(call)
        if body.get("phone"):
            raise auth_fault(400, "phone_provider_disabled", "Unable to change phone: phone sign-ups are disabled")
        changes: dict = {}
        if body.get("email"):
            changes["email"] = checked_email(body["email"])
        hashed = hash_password(body["password"]) if body.get("password") is not None else None
        with self._writing() as connection:
            user = self._person(connection, call)
            if hashed:
                if password_matches(body["password"], user["encrypted_password"]):
                    raise auth_fault(422, "same_password", "New password should be different from the old password.")
                changes["encrypted_password"] = hashed
                auth_sessions.close_sessions(connection, user["id"], call.claims.get("session_id"), "others")
            if "data" in body:
                changes["raw_user_meta_data"] = merged(user["raw_user_meta_data"], checked_data(body["data"], "data"))
            return json_answer(user_json(connection, change_user(connection, user, changes)))

    def recover(self, call: Call) -> Response:
        """Leaves a mail with a link; answers the same for unknown addresses."""
        email = checked_email(read_body(call).get("email"))
        if self.mails.exhausted(email):
            raise auth_fault(429, "over_email_send_rate_limit", "For security purposes, you can only request this once every 60 seconds.")
        self.mails.add(email)
        with self._transaction() as connection:
            if user := find_user(connection, email=email):
                auth_sessions.mail_link(connection, user, "recovery")
        return json_answer({})

    def verify(self, call: Call) -> Response:
        body = read_body(call)
        kind, token = body.get("type"), body.get("token_hash")
        if kind not in LINK_TYPES:
            raise auth_fault(501, "not_spoken", f"The local service does not speak verification of type {kind!r}.")
        if not isinstance(token, str) or not token:
            raise auth_fault(400, "validation_failed", "Verify requires a token_hash; the local service sends links, no codes.")
        with self._transaction() as connection:
            user = auth_sessions.use_link(connection, token, LINK_TYPES[kind])
            return json_answer(self._open(connection, user, call, "otp"))

    # -- the operator's list --------------------------------------------------------------------------------------------------------

    @contextmanager
    def _writing(self) -> Iterator[psycopg.Connection]:
        try:
            with self._transaction() as connection:
                yield connection
        except psycopg.errors.UniqueViolation:
            raise auth_fault(422, "email_exists", "A user with this email address has already been registered") from None

    def _require_operator(self, call: Call) -> None:
        if call.role != "service_role":
            raise auth_fault(403, "not_admin", "User not allowed")

    def _named(self, connection: psycopg.Connection, call: Call) -> dict:
        user = find_user(connection, user_id=call.parts["id"])
        if user is None:
            raise auth_fault(404, "user_not_found", "User not found")
        return user

    def list_users(self, call: Call) -> Response:
        self._require_operator(call)
        try:
            page, size = int(call.parameter("page") or 1), int(call.parameter("per_page") or 50)
        except ValueError:
            raise auth_fault(400, "validation_failed", "page and per_page must be whole numbers") from None
        if not (1 <= page <= 10**9 and 1 <= size <= 1000):
            raise auth_fault(400, "validation_failed", "page starts at 1, per_page ends at 1000")
        with self._transaction() as connection:
            rows = connection.execute(
                "select * from auth.users where deleted_at is null order by created_at desc, id limit %s offset %s",
                [size, (page - 1) * size],
            ).fetchall()
            total = connection.execute("select count(*) as n from auth.users where deleted_at is null").fetchone()["n"]
            shown = [user_json(connection, row) for row in rows]
        return json_answer({"users": shown, "aud": "authenticated"}, headers={"x-total-count": str(total)})

    def create_user(self, call: Call) -> Response:
        self._require_operator(call)
        body = read_body(call)
        email = checked_email(body.get("email"))
        hashed = hash_password(body["password"]) if body.get("password") is not None else None
        if body.get("password_hash"):
            hashed = str(body["password_hash"])
            if not BCRYPT_HASH.fullmatch(hashed):
                raise auth_fault(400, "validation_failed", "The local service takes bcrypt hashes only")
        with self._writing() as connection:
            user = insert_user(
                connection,
                email,
                hashed,
                checked_data(body.get("user_metadata"), "user_metadata"),
                app_metadata=checked_data(body.get("app_metadata"), "app_metadata"),
                confirmed=bool(body.get("email_confirm")),
                user_id=body.get("id") and str(body["id"]),
                role=str(body.get("role") or "authenticated"),
            )
            if ban := _ban(body):
                user = change_user(connection, user, ban)
            return json_answer(user_json(connection, user))

    def get_user(self, call: Call) -> Response:
        self._require_operator(call)
        with self._transaction() as connection:
            return json_answer(user_json(connection, self._named(connection, call)))

    def change_user(self, call: Call) -> Response:
        self._require_operator(call)
        body = read_body(call)
        changes: dict = _ban(body)
        if body.get("email"):
            changes["email"] = checked_email(body["email"])
        if body.get("password") is not None:
            changes["encrypted_password"] = hash_password(body["password"])
        if body.get("role"):
            changes["role"] = str(body["role"])
        with self._writing() as connection:
            user = self._named(connection, call)
            if body.get("email_confirm") and user["email_confirmed_at"] is None:
                changes["email_confirmed_at"] = datetime.now(UTC)
            for name, column in (("user_metadata", "raw_user_meta_data"), ("app_metadata", "raw_app_meta_data")):
                if name in body:
                    changes[column] = merged(user[column], checked_data(body[name], name))
            return json_answer(user_json(connection, change_user(connection, user, changes)))

    def delete_user(self, call: Call) -> Response:
        self._require_operator(call)
        if read_body(call).get("should_soft_delete"):
            raise auth_fault(501, "not_spoken", "The local service does not speak soft deletion.")
        with self._transaction() as connection:
            connection.execute("delete from auth.users where id = %s", [self._named(connection, call)["id"]])
        return json_answer({})


def _ban(body: dict) -> dict:
    """`ban_duration`: none, or hours, minutes and seconds like 24h or 1h30m."""
    wanted = body.get("ban_duration")
    if not wanted:
        return {}
    if wanted == "none":
        return {"banned_until": None}
    match = DURATION.fullmatch(str(wanted))
    if not match:
        raise auth_fault(400, "validation_failed", "invalid format for ban duration: write 24h or none")
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return {"banned_until": datetime.now(UTC) + timedelta(hours=min(hours, 10**6), minutes=minutes, seconds=seconds)}
