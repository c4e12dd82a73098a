"""The worker's account: an ordinary account of Auth with a membership `worker` in a national body.

    python -m components.operations.worker_account        makes or repairs it, writes worker.json into SHUBBAK_HOME

It needs, this once, SUPABASE_URL, SUPABASE_SERVICE_ROLE_KEY and DATABASE_URL. The worker itself needs neither of the last two.
"""

import json
import os
import secrets
import sys
from pathlib import Path

import httpx
import psycopg

ADDRESS = "worker@shubbak.invalid"  # nothing is ever mailed to it
FILE = "worker.json"


class AccountError(Exception):
    """The account could not be made; the text says what to do."""


def ensure_worker_account(url: str, service_role_key: str, database_url: str, home: Path) -> Path:
    """Make the worker's account unless it works already; return the file (mode 0600) with its e-mail and password.

    Safe to repeat and to kill: a password that was set but not written down is replaced by the next run.
    """
    file = Path(home) / FILE
    kept = _read(file)
    with psycopg.connect(database_url, prepare_threshold=None) as connection:
        if kept and _is_worker(connection, kept["email"]):
            return file
        kept = kept or {"email": ADDRESS, "password": secrets.token_urlsafe(32)}
        _set_password(url, service_role_key, kept["email"], kept["password"])
        _appoint(connection, kept["email"])
    _write(file, kept)
    return file


def _read(file: Path) -> dict | None:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return kept if {"email", "password"} <= kept.keys() else None
    except (OSError, ValueError):
        return None


def _write(file: Path, kept: dict) -> None:
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        json.dump(kept, out)
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, file)


def _is_worker(connection: psycopg.Connection, email: str) -> bool:
    query = """select exists (select from app.membership m join app.person p on p.id = m.person_id join auth.users u on u.id = p.id
                               where p.email = %s and m.role = 'worker' and (m.valid_to is null or m.valid_to >= current_date))"""
    return connection.execute(query, (email,)).fetchone()[0]


def _appoint(connection: psycopg.Connection, email: str) -> None:
    national = connection.execute("select id from app.organisation where kind = 'national' order by created_at limit 1").fetchone()
    if national is None:
        raise AccountError("No national body is registered: run python -m components.operations.deploy first.")
    if not _is_worker(connection, email):
        connection.execute("select app.appoint(%s, %s, 'worker', %s)", (email, national[0], "2000-01-01"))


def _set_password(url: str, service_role_key: str, email: str, password: str) -> None:
    headers = {"apikey": service_role_key, "Authorization": f"Bearer {service_role_key}"}
    with httpx.Client(base_url=f"{url}/auth/v1/admin", headers=headers, timeout=30) as auth:
        made = auth.post("/users", json={"email": email, "password": password, "email_confirm": True})
        if made.status_code == 422:  # it exists
            found = [user["id"] for user in _users(auth) if (user.get("email") or "").lower() == email]
            made = auth.put(f"/users/{found[0]}", json={"password": password, "email_confirm": True}) if found else made
        if made.is_error:
            raise AccountError(f"Auth refused the worker's account ({made.status_code}). Is SUPABASE_SERVICE_ROLE_KEY the key of {url}?")


def _users(auth: httpx.Client):
    page = 1
    while users := auth.get("/users", params={"page": page, "per_page": 200}).raise_for_status().json()["users"]:
        yield from users
        page += 1


def main() -> int:
    wanted = ("SUPABASE_URL", "SUPABASE_SERVICE_ROLE_KEY", "DATABASE_URL", "SHUBBAK_HOME")
    if missing := [name for name in wanted if not os.environ.get(name)]:
        print(f"Set {', '.join(missing)} first.", file=sys.stderr)
        return 2
    try:
        file = ensure_worker_account(*(os.environ[name] for name in wanted[:3]), Path(os.environ["SHUBBAK_HOME"]))
    except (AccountError, httpx.HTTPError, psycopg.Error) as error:
        print(f"The worker's account was not made: {error}", file=sys.stderr)
        return 1
    print(f"The worker's account is ready: {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
