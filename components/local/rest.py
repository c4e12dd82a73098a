"""The REST part, narrowed to what the site uses: functions of schema public, and reads of its views."""

from __future__ import annotations

import time

from psycopg import sql
from starlette.responses import Response

from components.local.calls import Call, raw_answer
from components.local.database import Database, rest_fault
from components.local.rest_query import Query, read_query
from components.local.schema_cache import Function, SchemaCache


def _lines(query: Query, row: str = "p") -> sql.SQL:
    """The answer as the database writes it: a list, or its only element."""
    return sql.SQL(f"(json_agg({row}) -> 0)::text" if query.single else f"coalesce(json_agg({row}), '[]')::text")


class Rest:
    """Handlers of /rest/v1. Errors are faults in PostgREST's shape; database errors pass through to the service's mapping."""

    def __init__(self, database: Database, cache: SchemaCache):
        self.database = database
        self.cache = cache

    def view(self, call: Call) -> Response:
        """GET or HEAD of a view: columns, filters, order, range, exact count."""
        name = call.parts["name"]
        _check_profile(call)
        kind = self._relation(name)
        if kind != "v":
            raise rest_fault(
                400, "not_spoken", f"public.{name} is a table", "The local service reads views and calls functions; tables are not exposed."
            )
        if call.method not in ("GET", "HEAD"):
            raise _writes_refused(name)
        query = read_query(call)
        source = sql.SQL("{}.{}").format(sql.Identifier("public"), sql.Identifier(name))
        with self.database.as_caller(call, read_only=True) as connection:
            total = None
            if query.count:
                total = connection.execute(sql.SQL("select count(*) from ") + source + query.condition(), query.values).fetchone()[0]
            statement = sql.SQL("select {lines}, count(*) from (select {columns} from {source}{where}{page}) p").format(
                lines=_lines(query), columns=query.columns, source=source, where=query.condition(), page=query.page()
            )
            text, rows = connection.execute(statement, query.values).fetchone()
            return _rows_answer(call, query, text, rows, total)

    def function(self, call: Call) -> Response:
        """Calls a function with named arguments. GET and HEAD, and stable functions in any case, run in a read-only transaction."""
        _check_profile(call)
        if call.method not in ("GET", "HEAD", "POST"):
            raise rest_fault(405, "PGRST101", f"Cannot use the {call.method} method on RPC")
        given = self._given_arguments(call)
        function = self._find(call, given)
        query = read_query(call, frozenset(argument.name for argument in function.arguments) if call.method != "POST" else frozenset())
        if not query.plain and not (function.many and function.shape == "row"):
            raise rest_fault(
                400, "PGRST100", "failed to parse the query", f"public.{function.name} does not return rows: it takes arguments only."
            )
        source, values = _call_source(call, function, given)
        with self.database.as_caller(call, read_only=call.method != "POST" or not function.writes) as connection:
            if function.shape == "void":
                connection.execute(sql.SQL("select from ") + source, values)
                return Response(status_code=204)
            if function.many:
                return self._many(call, connection, function, query, source, values)
            shown = {"row": "row_to_json(t)::text", "json": "t.value::text", "scalar": "to_json(t.value)::text"}[function.shape]
            row = connection.execute(sql.SQL(f"select coalesce({shown}, 'null') from ") + source, values).fetchone()
            return raw_answer("" if call.method == "HEAD" else row[0] if row else "null")

    def _many(self, call: Call, connection, function: Function, query: Query, source: sql.Composable, values: list) -> Response:
        if function.shape == "row":
            page = sql.SQL("select {columns} from s{where}{page}").format(columns=query.columns, where=query.condition(), page=query.page())
            shown, counted = "p", sql.SQL("(select count(*) from s") + query.condition() + sql.SQL(")")
        else:
            page = sql.SQL("select * from s") + query.page()
            shown, counted = "p.value", sql.SQL("(select count(*) from s)")
        total = counted if query.count else sql.SQL("null")
        statement = sql.SQL("with s as (select t.* from {source}), p as ({page}) select {lines}, count(*), {total} from p")
        statement = statement.format(source=source, page=page, lines=_lines(query, shown), total=total)
        text, rows, total = connection.execute(statement, [*values, *query.values, *(query.values if query.count else [])]).fetchone()
        return _rows_answer(call, query, text, rows, total)

    def _relation(self, name: str) -> str:
        started = time.monotonic()
        if name not in self.cache.relations:
            self.cache.look_again(started)
        if name not in self.cache.relations:
            raise rest_fault(404, "PGRST205", f"Could not find the table 'public.{name}' in the schema cache")
        return self.cache.relations[name]

    def _given_arguments(self, call: Call) -> list[str] | None:
        """Names of the arguments in a POST's body; None for GET, whose parameters are told apart once the function is known."""
        if call.method != "POST":
            return None
        kind = call.headers.get("content-type", "application/json").split(";")[0].strip().lower()
        if kind != "application/json":
            raise rest_fault(415, "PGRST102", f"Content-Type not acceptable: {kind}")
        try:
            call.body.decode("utf-8")
            content = call.json_object()
        except ValueError as error:
            raise rest_fault(400, "PGRST102", "Empty or invalid json", str(error)) from None
        return list(content)

    def _find(self, call: Call, given: list[str] | None) -> Function:
        started = time.monotonic()
        name = call.parts["name"]
        function = self._match(name, call, given)
        if function is None:
            self.cache.look_again(started)
            function = self._match(name, call, given)
        if function is None:
            names = ", ".join(sorted(given if given is not None else {key for key, _ in call.query}))
            wanted = f"public.{name}({names})" if names else f"public.{name}"
            known = self.cache.functions.get(name)
            hint = None
            if known:
                hint = "Perhaps you meant to call the function public.{}({})".format(
                    name, ", ".join(argument.name for argument in known[0].arguments)
                )
            raise rest_fault(
                404,
                "PGRST202",
                f"Could not find the function {wanted if names else wanted + ' without parameters'} in the schema cache",
                f"Searched for the function {wanted}, but no matches were found in the schema cache.",
                hint,
            )
        return function

    def _match(self, name: str, call: Call, given: list[str] | None) -> Function | None:
        candidates = self.cache.functions.get(name, [])
        if len(candidates) > 1:
            raise rest_fault(
                300,
                "PGRST203",
                f"Could not choose the best candidate function: public.{name} is overloaded",
                "Give each function one name.",
            )
        if not candidates or not candidates[0].speakable:
            return None
        function = candidates[0]
        known = {argument.name for argument in function.arguments}
        if given is None:
            given = [key for key, _ in call.query if key in known]
        required = {argument.name for argument in function.arguments if argument.required}
        return function if required <= set(given) <= known else None


def _call_source(call: Call, function: Function, given: list[str] | None) -> tuple[sql.Composable, list]:
    """The FROM item that calls the function, as `t`, and its values. The database itself turns the JSON into the arguments' types."""
    alias = sql.SQL("t") if function.shape in ("row", "void") else sql.SQL("t(value)")
    name = sql.SQL("public.{}").format(sql.Identifier(function.name))
    types = {argument.name: argument.type for argument in function.arguments}
    if given is None:
        pairs = [(key, value) for key, value in call.query if key in types]
        if len({key for key, _ in pairs}) < len(pairs):
            raise rest_fault(400, "PGRST100", "failed to parse the query", "An argument is given twice.")
        arguments = sql.SQL(", ").join(sql.Identifier(key) + sql.SQL(" := %s::" + types[key].replace("%", "%%")) for key, _ in pairs)
        return name + sql.SQL("(") + arguments + sql.SQL(") as ") + alias, [value for _, value in pairs]
    if not given:
        return name + sql.SQL("() as ") + alias, []
    columns = sql.SQL(", ").join(sql.Identifier(key) + sql.SQL(" " + types[key].replace("%", "%%")) for key in given)
    arguments = sql.SQL(", ").join(sql.SQL("{0} := a.{0}").format(sql.Identifier(key)) for key in given)
    source = (
        sql.SQL("json_to_record(%s::json) as a({}), lateral ").format(columns) + name + sql.SQL("(") + arguments + sql.SQL(") as ") + alias
    )
    return source, [call.body.decode("utf-8")]


def _rows_answer(call: Call, query: Query, text: str, rows: int, total: int | None) -> Response:
    if total is not None and query.offset > total:
        raise rest_fault(
            416,
            "PGRST103",
            "Requested range not satisfiable",
            f"An offset of {query.offset} was requested, but there are only {total} rows.",
        )
    if query.single:
        if rows != 1:
            raise rest_fault(406, "PGRST116", "Cannot coerce the result to a single JSON object", f"The result contains {rows} rows")
    span = f"{query.offset}-{query.offset + rows - 1}" if rows else "*"
    headers = {"Content-Range": f"{span}/{'*' if total is None else total}"}
    partial = total is not None and rows < total
    return raw_answer("" if call.method == "HEAD" else text, 206 if partial else 200, headers)


def _check_profile(call: Call) -> None:
    wanted = call.headers.get("content-profile" if call.method == "POST" else "accept-profile") or "public"
    if wanted != "public":
        raise rest_fault(406, "PGRST106", f"Invalid schema: {wanted}", None, "Only the following schemas are exposed: public")


def _writes_refused(name: str):
    return rest_fault(405, "not_spoken", f"public.{name} cannot be written", "All writes are functions: call one at /rest/v1/rpc/.")
