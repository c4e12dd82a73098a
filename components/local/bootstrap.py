"""Applies `sql/local/`: what Supabase itself provides in every project's database."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import psycopg
from psycopg import sql

from components.local.home import LocalError
from components.local.keys import Keys

FOLDER = Path(__file__).resolve().parents[2] / "sql" / "local"
LOGIN_ROLES = ("supabase_admin", "postgres", "authenticator", "supabase_auth_admin", "supabase_storage_admin")


def apply(connection: psycopg.Connection, keys: Keys) -> None:
    """Runs every file in one transaction when they differ from what the cluster holds. `connection` is the superuser's, in autocommit.

    SHUBBAK_DEFAULT_PRIVILEGES chooses between the default privileges of older Supabase projects (`old`: the API roles receive rights on
    every new object of public) and of newer ones (`new`: they receive none).
    """
    choice = os.environ.get("SHUBBAK_DEFAULT_PRIVILEGES", "old")
    if choice not in ("old", "new"):
        raise LocalError(f"SHUBBAK_DEFAULT_PRIVILEGES is {choice!r}; it may be old or new.")
    texts = [path.read_text(encoding="utf-8") for path in [*sorted(FOLDER.glob("*.sql")), FOLDER / "defaults" / f"{choice}.sql"]]
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()
    if _applied(connection) == digest:
        return
    with connection.transaction():
        for text in texts:
            connection.execute(text)
        for role in LOGIN_ROLES:  # used where the server is reached by TCP
            connection.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(role), sql.Literal(keys.password)))
        connection.execute("delete from _local.setup")
        connection.execute("insert into _local.setup (digest) values (%s)", [digest])


def _applied(connection: psycopg.Connection) -> str | None:
    if connection.execute("select to_regclass('_local.setup')").fetchone()[0] is None:
        return None
    row = connection.execute("select digest from _local.setup").fetchone()
    return row and row[0]
