"""Connections of the service, and the transaction in which one request runs with its caller's role and claims."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from components.local.calls import Call, Fault
from components.local.keys import ROLES
from components.local.postgres import Cluster

# A setting of these kinds on a role needs rights that the caller lacks, or would take the request's identity away.
NEVER_FROM_ROLE = {"role", "session_authorization", "session_preload_libraries", "local_preload_libraries"}


class Database:
    """Two pools: `api` logs in as authenticator and becomes the caller in each request, `auth` belongs to the Auth part."""

    def __init__(self, cluster: Cluster):
        self.cluster = cluster
        common = {"open": False, "timeout": 10, "check": ConnectionPool.check_connection, "reconnect_timeout": 30}
        self.api = ConnectionPool(cluster.address("authenticator"), min_size=2, max_size=16, kwargs={"autocommit": True}, **common)
        self.auth = ConnectionPool(
            cluster.address("supabase_auth_admin"), min_size=1, max_size=6, kwargs={"autocommit": True, "row_factory": dict_row}, **common
        )
        self.role_settings: dict[str, list[tuple[str, str]]] = {role: [] for role in ROLES}

    def open(self) -> None:
        self.api.open(wait=True, timeout=30)
        self.auth.open(wait=True, timeout=30)

    def close(self) -> None:
        self.api.close(timeout=2)
        self.auth.close(timeout=2)

    @contextmanager
    def as_caller(self, call: Call, read_only: bool = False, role: str | None = None) -> Iterator[psycopg.Connection]:
        """A transaction in the caller's role (or another of the three), with the settings PostgREST gives to functions and policies."""
        role = role or call.role
        settings = [
            ("role", role),
            ("request.jwt.claims", json.dumps(call.claims)),
            ("request.method", call.method),
            ("request.path", call.path),
            ("request.headers", json.dumps({name: value for name, value in call.headers.items() if name != "cookie"})),
            ("search_path", '"public", "extensions"'),
            *self.role_settings[role],
        ]
        statement = "select " + ", ".join(["set_config(%s, %s, true)"] * len(settings))
        with self.api.connection() as connection:
            connection.read_only = read_only
            with connection.transaction():
                connection.execute(statement, [value for pair in settings for value in pair])
                yield connection

    def load_role_settings(self, connection: psycopg.Connection) -> None:
        """The per-role limits (`alter role anon set statement_timeout ...`), which a login role would get by itself."""
        rows = connection.execute(
            "select r.rolname, s.setting from pg_db_role_setting d join pg_roles r on r.oid = d.setrole, unnest(d.setconfig) s(setting) "
            "where r.rolname = any(%s) and d.setdatabase in (0, (select oid from pg_database where datname = current_database())) "
            "order by d.setdatabase",
            [list(ROLES)],
        ).fetchall()
        loaded: dict[str, list[tuple[str, str]]] = {role: [] for role in ROLES}
        for role, setting in rows:
            name, _, value = setting.partition("=")
            if name not in NEVER_FROM_ROLE:
                loaded[role].append((name, value))
        self.role_settings = loaded


# SQLSTATE (or its first letters, the longest match wins) -> HTTP status, as PostgREST answers.
STATUS_BY_SQLSTATE = {
    "08": 503, "09": 500, "0L": 403, "0P": 403, "22": 400, "23503": 409, "23505": 409, "25": 500, "25006": 405, "28": 403,
    "2D": 500, "38": 500, "39": 500, "3B": 500, "40": 500, "42883": 404, "42P01": 404, "42P17": 500, "53": 503, "53400": 500,
    "54": 500, "55": 500, "57": 500, "57P01": 503, "57P02": 503, "57P03": 503, "58": 500, "F0": 500, "HV": 500, "P0001": 400,
    "P0": 500, "XX": 500,
}  # fmt: skip


def connection_lost(error: psycopg.Error | PoolTimeout) -> bool:
    """The server is gone or just coming back: the same request may succeed in a moment."""
    state = error.sqlstate
    return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)) and (state is None or state.startswith(("08", "57P")))


def fault_of(error: psycopg.Error | PoolTimeout, role: str) -> Fault:
    """The JSON error PostgREST would answer: `code`, `message`, `details`, `hint` as the database gave them."""
    if isinstance(error, PoolTimeout):
        return rest_fault(504, "PGRST003", "Timed out acquiring connection from connection pool.")
    state = error.sqlstate
    if isinstance(error, psycopg.DataError) and state is None:  # psycopg itself refuses a zero byte
        return rest_fault(400, "22021", str(error))
    if connection_lost(error):
        return rest_fault(503, state or "PGRST001", "Database client error. Retrying the connection.")
    if state is None:
        return rest_fault(500, "XX000", str(error))
    diagnosis = error.diag
    status = next((STATUS_BY_SQLSTATE[state[:length]] for length in (5, 2) if state[:length] in STATUS_BY_SQLSTATE), 400)
    if state == "42501":
        status = 401 if role == "anon" else 403
    elif state.startswith("PT") and state[2:].isdigit() and 200 <= int(state[2:]) <= 599:
        status = int(state[2:])
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return rest_fault(status, state, diagnosis.message_primary or "", diagnosis.message_detail, diagnosis.message_hint, headers)


def rest_fault(
    status: int, code: str, message: str, details: str | None = None, hint: str | None = None, headers: dict | None = None
) -> Fault:
    return Fault(status, {"code": code, "message": message, "details": details, "hint": hint}, headers)
