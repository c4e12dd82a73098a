"""Accounts of the Auth part: their JSON shape, their passwords, creating and changing them."""

from __future__ import annotations

import re
import threading
import time
import uuid
from datetime import UTC, datetime

import bcrypt
import psycopg
from psycopg.types.json import Jsonb

from components.local.calls import Call, Fault

BCRYPT_COST = 10
SHORTEST_PASSWORD = 6
LONGEST_PASSWORD = 72  # bytes; bcrypt reads no further
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# Compared when the e-mail is unknown, so that the time of the answer does not tell.
NOBODYS_HASH = b"$2b$10$wd/vdJtiihSpH9fMeXSNhevusesl0zOi/QUErgUELTXpL6OUgYiIe"  # of a password that was thrown away
_hashing = threading.BoundedSemaphore(4)


def auth_fault(status: int, error_code: str, message: str, **more) -> Fault:
    return Fault(status, {"code": status, "error_code": error_code, "msg": message, **more})


def read_body(call: Call) -> dict:
    try:
        return call.json_object()
    except ValueError as error:
        raise auth_fault(400, "bad_json", f"Could not parse request body as JSON: {error}") from None


def checked_email(value: object) -> str:
    if not isinstance(value, str) or len(value) > 255 or not EMAIL.fullmatch(value.strip()) or "\0" in value:
        raise auth_fault(400, "validation_failed", "Unable to validate email address: invalid format")
    return value.strip().lower()


def checked_data(value: object, name: str) -> dict:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise auth_fault(400, "validation_failed", f"{name} must be an object")
    return value


def hash_password(password: object) -> str:
    if not isinstance(password, str) or not password:
        raise auth_fault(400, "validation_failed", "Signup requires a valid password")
    if len(password) < SHORTEST_PASSWORD:
        message = f"Password should be at least {SHORTEST_PASSWORD} characters."
        raise auth_fault(422, "weak_password", message, weak_password={"reasons": ["length"], "message": message})
    content = password.encode()
    if len(content) > LONGEST_PASSWORD or "\0" in password:
        raise auth_fault(400, "validation_failed", f"Password cannot be longer than {LONGEST_PASSWORD} characters")
    with _hashing:
        return bcrypt.hashpw(content, bcrypt.gensalt(BCRYPT_COST)).decode()


def password_matches(password: str, stored: str | None) -> bool:
    """Takes the same time for an unknown account (`stored` None)."""
    content = password.encode()[:LONGEST_PASSWORD].replace(b"\0", b"?")
    with _hashing:
        try:
            same = bcrypt.checkpw(content, stored.encode() if stored else NOBODYS_HASH)
        except ValueError:  # a hash that is none: no password fits
            bcrypt.checkpw(content, NOBODYS_HASH)
            same = False
    return same and bool(stored) and len(password.encode()) <= LONGEST_PASSWORD


class Attempts:
    """Failures per key within a sliding window, in memory: a restart forgives. Bounded, the oldest keys go first."""

    def __init__(self, most: int, seconds: float, keys: int = 10_000):
        self.most, self.seconds, self.keys = most, seconds, keys
        self._failures: dict[str, list[float]] = {}
        self._lock = threading.Lock()

    def exhausted(self, key: str) -> bool:
        with self._lock:
            return len(self._recent(key)) >= self.most

    def add(self, key: str) -> None:
        with self._lock:
            recent = [*self._recent(key), time.monotonic()]
            self._failures.pop(key, None)
            self._failures[key] = recent
            while len(self._failures) > self.keys:
                self._failures.pop(next(iter(self._failures)))

    def forget(self, key: str) -> None:
        with self._lock:
            self._failures.pop(key, None)

    def _recent(self, key: str) -> list[float]:
        since = time.monotonic() - self.seconds
        return [moment for moment in self._failures.get(key, []) if moment > since]


def insert_user(
    connection: psycopg.Connection,
    email: str,
    password_hash: str | None,
    user_metadata: dict,
    *,
    app_metadata: dict | None = None,
    confirmed: bool,
    user_id: str | None = None,
    role: str = "authenticated",
) -> dict:
    """Adds an account with its e-mail identity and returns its row. Raises psycopg's UniqueViolation when the e-mail is taken."""
    now = datetime.now(UTC)
    user_id = user_id or str(uuid.uuid4())
    identity = {"sub": user_id, "email": email, "email_verified": confirmed, "phone_verified": False}
    row = connection.execute(
        "insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data,"
        " raw_user_meta_data, created_at, updated_at)"
        " values ('00000000-0000-0000-0000-000000000000', %s, 'authenticated', %s, %s, %s, %s, %s, %s, %s, %s) returning *",
        [
            user_id, role, email, password_hash, now if confirmed else None,
            Jsonb({"provider": "email", "providers": ["email"], **(app_metadata or {})}), Jsonb({**user_metadata, **identity}), now, now,
        ],
    ).fetchone()  # fmt: skip
    connection.execute(
        "insert into auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)"
        " values (%s, %s, %s, 'email', %s, %s, %s)",
        [user_id, user_id, Jsonb(identity), now, now, now],
    )
    return row


def find_user(connection: psycopg.Connection, *, user_id: object = None, email: str | None = None) -> dict | None:
    if email is not None:
        return connection.execute(
            "select * from auth.users where email = %s and not is_sso_user and deleted_at is null", [email]
        ).fetchone()
    try:
        wanted = uuid.UUID(str(user_id))
    except ValueError:
        return None
    return connection.execute("select * from auth.users where id = %s and deleted_at is null", [wanted]).fetchone()


def change_user(connection: psycopg.Connection, user: dict, changes: dict) -> dict:
    """Sets columns of an account (e-mail changes reach its identity too) and returns the new row."""
    if not changes:
        return user
    changes = {**changes, "updated_at": datetime.now(UTC)}
    assignments = psycopg.sql.SQL(", ").join(psycopg.sql.SQL("{} = %s").format(psycopg.sql.Identifier(name)) for name in changes)
    values = [Jsonb(value) if isinstance(value, dict) else value for value in changes.values()]
    row = connection.execute(
        psycopg.sql.SQL("update auth.users set {} where id = %s returning *").format(assignments), [*values, user["id"]]
    ).fetchone()
    if "email" in changes:
        connection.execute(
            "update auth.identities set identity_data = identity_data || jsonb_build_object('email', %s::text), updated_at = now()"
            " where user_id = %s and provider = 'email'",
            [changes["email"], user["id"]],
        )
    return row


def merged(old: dict | None, new: dict) -> dict:
    """Metadata after a change: a key set to null goes."""
    return {key: value for key, value in {**(old or {}), **new}.items() if value is not None}


def is_banned(user: dict) -> bool:
    return user["banned_until"] is not None and user["banned_until"] > datetime.now(UTC)


def user_json(connection: psycopg.Connection, user: dict) -> dict:
    """The account as Supabase Auth shows it."""
    identities = connection.execute("select * from auth.identities where user_id = %s order by created_at", [user["id"]]).fetchall()
    shown = {
        "id": str(user["id"]),
        "aud": user["aud"],
        "role": user["role"],
        "email": user["email"],
        "email_confirmed_at": moment(user["email_confirmed_at"]),
        "phone": user["phone"] or "",
        "confirmed_at": moment(user["confirmed_at"]),
        "recovery_sent_at": moment(user["recovery_sent_at"]),
        "confirmation_sent_at": moment(user["confirmation_sent_at"]),
        "last_sign_in_at": moment(user["last_sign_in_at"]),
        "app_metadata": user["raw_app_meta_data"] or {},
        "user_metadata": user["raw_user_meta_data"] or {},
        "identities": [
            {
                "identity_id": str(identity["id"]),
                "id": identity["provider_id"],
                "user_id": str(identity["user_id"]),
                "identity_data": identity["identity_data"],
                "provider": identity["provider"],
                "last_sign_in_at": moment(identity["last_sign_in_at"]),
                "created_at": moment(identity["created_at"]),
                "updated_at": moment(identity["updated_at"]),
                "email": identity["email"],
            }
            for identity in identities
        ],
        "created_at": moment(user["created_at"]),
        "updated_at": moment(user["updated_at"]),
        "banned_until": moment(user["banned_until"]),
        "is_anonymous": user["is_anonymous"],
    }
    return {name: value for name, value in shown.items() if value is not None}


def moment(value: datetime | None) -> str | None:
    return value and value.astimezone(UTC).isoformat().replace("+00:00", "Z")
