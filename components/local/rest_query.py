"""Reads the query of a REST request: columns, filters, order, range. What is not understood is refused, never ignored."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from psycopg import sql

from components.local.calls import Call, Fault
from components.local.database import rest_fault

ROW_LIMIT = 1000  # hosted Supabase's own
NAME = re.compile(r"[^\W\d]\w*")
COMPARISONS = {"eq": "=", "neq": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "like": "like", "ilike": "ilike"}
TRUTHS = {"null": "null", "not_null": "not null", "true": "true", "false": "false", "unknown": "unknown"}
RESERVED = {"select", "order", "limit", "offset"}
NOT_SPOKEN = {"or", "and", "not.or", "not.and", "columns", "on_conflict"}


@dataclass
class Query:
    """`where` and `values` go together; `limit` is never above ROW_LIMIT."""

    columns: sql.Composable = field(default_factory=lambda: sql.SQL("*"))
    where: list[sql.Composable] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    order: list[sql.Composable] = field(default_factory=list)
    limit: int = ROW_LIMIT
    offset: int = 0
    count: bool = False
    single: bool = False
    plain: bool = True  # nothing was asked that needs rows

    def condition(self) -> sql.Composable:
        return sql.SQL(" where ") + sql.SQL(" and ").join(self.where) if self.where else sql.SQL("")

    def page(self) -> sql.Composable:
        order = sql.SQL(" order by ") + sql.SQL(", ").join(self.order) if self.order else sql.SQL("")
        return order + sql.SQL(f" limit {self.limit} offset {self.offset}")


def unreadable(what: str, details: str) -> Fault:
    return rest_fault(400, "PGRST100", f"failed to parse {what}", details)


def read_query(call: Call, arguments: frozenset[str] = frozenset()) -> Query:
    """The query of a call; parameters named in `arguments` belong to the function and are left alone."""
    query = Query()
    query.count, query.single = _preferences(call), _wants_single(call)
    for name, value in call.query:
        if name in arguments:
            continue
        query.plain = False
        if name in NOT_SPOKEN or "." in name and name.rpartition(".")[2] in RESERVED | NOT_SPOKEN:
            raise unreadable(f"parameter ({name})", f"The local service does not speak the parameter {name}.")
        if name == "select":
            query.columns = _columns(value)
        elif name == "order":
            query.order = [_order(term) for term in value.split(",")]
        elif name == "limit":
            query.limit = min(_whole(name, value), query.limit)
        elif name == "offset":
            query.offset = _whole(name, value)
        else:
            condition, values = _filter(name, value)
            query.where.append(condition)
            query.values += values
    if given := call.headers.get("range"):
        query.plain = False
        _range(query, given)
    return query


def _identifier(text: str, what: str) -> sql.Identifier:
    text = text.strip()
    if not NAME.fullmatch(text):
        raise unreadable(f"{what} ({text})", "The local service speaks plain column names: no casts, JSON paths, embedding or aggregates.")
    return sql.Identifier(text)


def _columns(text: str) -> sql.Composable:
    chosen: list[sql.Composable] = []
    for term in text.split(","):
        if term.strip() == "*":
            chosen.append(sql.SQL("*"))
            continue
        alias, colon, column = term.rpartition(":")
        if colon and ("::" in term or not alias):
            raise unreadable(f"select parameter ({text})", "The local service does not speak casts.")
        chosen.append(
            _identifier(column, "select parameter") + (sql.SQL(" as ") + _identifier(alias, "select parameter") if colon else sql.SQL(""))
        )
    return sql.SQL(", ").join(chosen)


def _order(term: str) -> sql.Composable:
    column, *rest = term.strip().split(".")
    clause: sql.Composable = _identifier(column, "order")
    for words in ({"asc": " asc", "desc": " desc"}, {"nullsfirst": " nulls first", "nullslast": " nulls last"}):
        if rest and rest[0] in words:
            clause += sql.SQL(words[rest.pop(0)])
    if rest:
        raise unreadable(f"order ({term})", f"Unexpected {rest[0]!r}; write column.asc|desc.nullsfirst|nullslast.")
    return clause


def _filter(name: str, value: str) -> tuple[sql.Composable, list[str]]:
    column = _identifier(name, "filter")
    operator, dot, operand = value.partition(".")
    negated = operator == "not"
    if negated:
        operator, dot, operand = operand.partition(".")
    if not dot:
        raise unreadable(f"filter ({value})", f"Write {name}=operator.value.")
    values = [operand]
    if operator in COMPARISONS:
        condition = column + sql.SQL(f" {COMPARISONS[operator]} %s")
        if operator in ("like", "ilike"):
            values = [operand.replace("*", "%")]
    elif operator == "in":
        condition, values = column + sql.SQL(" = any(%s)"), [_array(_list(operand))]
    elif operator == "is":
        if operand.lower() not in TRUTHS:
            raise unreadable(f"filter ({value})", "is takes null, not_null, true, false or unknown.")
        condition, values = column + sql.SQL(f" is {TRUTHS[operand.lower()]}"), []
    else:
        raise unreadable(f"filter ({value})", f"The local service does not speak the operator {operator!r}.")
    return (sql.SQL("not (") + condition + sql.SQL(")") if negated else condition), values


def _list(text: str) -> list[str]:
    """The elements of `(a,"b,c",d)`; inside quotes a backslash keeps the next character."""
    if not (text.startswith("(") and text.endswith(")")):
        raise unreadable(f"filter (in.{text})", "Write in.(a,b,c).")
    inner, elements, position = text[1:-1], [], 0
    if not inner:
        return []
    while True:
        if inner[position : position + 1] == '"':
            match = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL).match(inner, position)
            if not match:
                raise unreadable(f"filter (in.{text})", "A quotation mark is not closed.")
            elements.append(re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL))
            position = match.end()
        else:
            end = inner.find(",", position)
            end = len(inner) if end < 0 else end
            elements.append(inner[position:end])
            position = end
        if position >= len(inner):
            return elements
        if inner[position] != ",":
            raise unreadable(f"filter (in.{text})", f"Unexpected {inner[position]!r} after a quoted value.")
        position += 1


def _array(elements: list[str]) -> str:
    """A PostgreSQL array literal: its elements take the column's type."""
    return "{" + ",".join('"' + element.replace("\\", "\\\\").replace('"', '\\"') + '"' for element in elements) + "}"


def _whole(name: str, value: str) -> int:
    if not re.fullmatch(r"\d{1,12}", value):
        raise unreadable(f"{name} parameter ({value})", "Write a whole number of rows.")
    return int(value)


def _range(query: Query, given: str) -> None:
    match = re.fullmatch(r"(?:items=)?(\d{1,12})-(\d{0,12})", given.strip())
    if not match:
        raise unreadable(f"Range header ({given})", "Write Range: 0-24.")
    first = int(match[1])
    query.offset += first
    if match[2]:
        if int(match[2]) < first:
            raise rest_fault(
                416, "PGRST103", "Requested range not satisfiable", "The lower boundary must be lower than or equal to the upper boundary"
            )
        query.limit = min(query.limit, int(match[2]) - first + 1)


def _preferences(call: Call) -> bool:
    """True when an exact count is wanted."""
    count = False
    for preference in filter(None, (part.strip() for part in call.headers.get("prefer", "").split(","))):
        if preference == "count=exact":
            count = True
        elif preference not in ("return=representation", "handling=lenient"):
            raise rest_fault(400, "PGRST122", "Invalid preferences given", f"The local service does not speak Prefer: {preference}.")
    return count


def _wants_single(call: Call) -> bool:
    accepted = [part.strip().replace(" ", "") for part in call.headers.get("accept", "*/*").split(",")]
    for kind in accepted:
        if kind.startswith("application/vnd.pgrst.object"):
            if "nulls=stripped" in kind:
                break
            return True
        if (
            kind.split(";")[0] in ("*/*", "application/*", "application/json", "application/vnd.pgrst.array+json")
            and "nulls=stripped" not in kind
        ):
            return False
    raise rest_fault(406, "PGRST107", f"None of these media types are available: {', '.join(accepted)}")
