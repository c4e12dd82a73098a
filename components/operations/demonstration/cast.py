"""The people of the demonstration, each acting under their own name.

An act is one call of a function of the API, in the role and with the identity that the API gives its caller. It is spoken in SQL: the
database must be at hand for the load anyway, and thousands of calls over HTTP would take longer than what they do. Files go through
Storage, with the person's own session.
"""

import json
from functools import cached_property
from threading import Lock, local

import psycopg
from psycopg.types.json import Json

from components.operations.demonstration.people import PASSWORD, email
from components.permits.client import make_client, plain
from components.permits.refusals import refusal_of_database

FUNCTIONS = """
select p.proname, p.proretset, array(select format('%s %s', a.name, format_type(a.type, null))
                                       from unnest(p.proargnames, p.proargtypes::oid[]) as a (name, type) where a.type is not null)
  from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prokind = 'f'"""


TRIES = 3  # of an act that met the worker's at the same rows: it was undone whole
AS_THE_CALLER = "select set_config('request.jwt.claims', %s, true), set_config('role', 'authenticated', true)"


class Cast:
    """ids: {name: person id}. One connection for each thread that acts; to be closed at the end."""

    def __init__(self, url: str, anon_key: str, database: str, ids: dict[str, str]):
        self.url, self.anon_key, self.database, self.ids = url, anon_key, database, ids
        self._clients, self._lock, self._own, self._connections = {}, Lock(), local(), []

    def client(self, name: str):
        """A signed-in client of the API, made when first needed: several communes ask for the same one at the same moment."""
        with self._lock:
            if name not in self._clients:
                visitor = make_client(self.url, self.anon_key)
                session = visitor.auth.sign_in_with_password({"email": email(name), "password": PASSWORD}).session
                self._clients[name] = make_client(self.url, self.anon_key, access_token=session.access_token)
            return self._clients[name]

    def call(self, name: str, function: str, **params):
        """The answer of one function as JSON carries it; raises Refusal."""
        many, types = self._functions[function]
        columns = ", ".join(types[param] for param in params)
        given = ", ".join(f"{param} => given.{param}" for param in params)
        source = f"json_to_record(%s) as given ({columns}), lateral " if params else ""
        answer = "coalesce(json_agg(answer), '[]')" if many else "to_json(answer)"
        values = [Json(plain(params))] if params else []
        claims = json.dumps({"sub": self.ids[name], "role": "authenticated"})
        for left in range(TRIES, 0, -1):
            try:
                with self._connection.transaction():
                    self._connection.execute(AS_THE_CALLER, [claims])
                    spoken = self._connection.execute(f"select {answer} from {source}public.{function}({given}) as answer", values)
                    return spoken.fetchone()[0]
            except psycopg.Error as error:
                if left == 1 or not isinstance(error, psycopg.errors.DeadlockDetected):
                    raise refusal_of_database(error.diag.message_detail) or error from error

    def look(self, query: str, *values) -> list[tuple]:
        """Rows as the database's owner sees them: which task, request or order is open. A person would read that on a page, whose whole
        function takes longer than the act."""
        return self._connection.execute(query, values).fetchall()

    def close(self) -> None:
        for connection in self._connections:
            connection.close()

    @property
    def _connection(self) -> psycopg.Connection:
        if not hasattr(self._own, "connection"):
            self._own.connection = psycopg.connect(self.database, autocommit=True)
            self._connections.append(self._own.connection)
        return self._own.connection

    @cached_property
    def _functions(self) -> dict[str, tuple[bool, dict[str, str]]]:
        """{function: (answers rows, {parameter: "parameter type"})}"""
        return {name: (many, {one.split(" ", 1)[0]: one for one in types}) for name, many, types in self._connection.execute(FUNCTIONS)}
