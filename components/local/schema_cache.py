"""What schema `public` exposes: its functions with their arguments, and its views."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import psycopg

from components.local.database import Database


@dataclass(frozen=True)
class Argument:
    name: str
    type: str
    required: bool


@dataclass(frozen=True)
class Function:
    """`shape` is void, scalar, json (passed on as it is) or row; `many` means setof. `writes` is false for stable and immutable ones."""

    name: str
    arguments: tuple[Argument, ...]
    shape: str
    many: bool
    writes: bool
    speakable: bool  # false: variadic or unnamed arguments, or a bare record without columns


FUNCTIONS = """
select p.proname, coalesce(p.proargnames, '{}'), coalesce(p.proargmodes::text[], '{}'),
  (select coalesce(array_agg(pg_catalog.format_type(t, null) order by n), '{}')
   from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality a(t, n)),
  p.pronargs, p.pronargdefaults, p.provolatile <> 'v', p.proretset, r.typname, r.typtype, p.provariadic <> 0
from pg_catalog.pg_proc p
join pg_catalog.pg_type r on r.oid = p.prorettype
where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' and r.typname not in ('trigger', 'event_trigger')
"""
RELATIONS = (
    "select relname, relkind from pg_catalog.pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm', 'p', 'f')"
)


class SchemaCache:
    """Kept in memory and read again when the database says `NOTIFY pgrst` (every change of a function or view says so) or on a miss."""

    def __init__(self, database: Database):
        self.database = database
        self.functions: dict[str, list[Function]] = {}
        self.relations: dict[str, str] = {}
        self._loaded_at = 0.0
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def load(self) -> None:
        started = time.monotonic()
        with self.database.api.connection() as connection:
            functions: dict[str, list[Function]] = {}
            for row in connection.execute(FUNCTIONS):
                function = _function(row)
                functions.setdefault(function.name, []).append(function)
            relations = dict(connection.execute(RELATIONS).fetchall())
            self.database.load_role_settings(connection)
        self.functions, self.relations, self._loaded_at = functions, relations, started

    def look_again(self, since: float) -> None:
        """One fresh look for a request that began at `since` (monotonic seconds) and missed something."""
        with self._lock:
            if self._loaded_at < since:
                self.load()

    def listen(self) -> None:
        """Runs until `stop()`, in a thread of its own."""
        while not self._stopped.is_set():
            try:
                with psycopg.connect(self.database.cluster.address("authenticator"), autocommit=True) as connection:
                    connection.execute("listen pgrst")
                    self.load()
                    while not self._stopped.is_set():
                        if list(connection.notifies(timeout=1, stop_after=1)):
                            list(connection.notifies(timeout=0))  # a deployment says it many times
                            self.load()
                            self.database.api.drain()  # prepared statements remember the types of before
            except psycopg.Error:
                self._stopped.wait(0.5)  # the server is gone; it is being brought back

    def stop(self) -> None:
        self._stopped.set()


def _function(row: tuple) -> Function:
    name, names, modes, types, given, defaults, steady, many, result, kind, variadic = row
    modes = modes or ["i"] * len(types)
    inputs = [(names[i] if i < len(names) else "", types[i]) for i in range(len(types)) if modes[i] in "ibv"]
    arguments = tuple(Argument(n, t, index < given - defaults) for index, (n, t) in enumerate(inputs))
    outputs = any(mode in "obt" for mode in modes)
    if result == "void":
        shape = "void"
    elif kind == "c" or result == "record" or outputs:
        shape = "row"
    else:
        shape = "json" if result in ("json", "jsonb") else "scalar"
    speakable = not variadic and all(argument.name for argument in arguments) and (result != "record" or outputs)
    return Function(name, arguments, shape, many, not steady, speakable)
