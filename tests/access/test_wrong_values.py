"""Every function, called by somebody who may, with values that no page sends: a refusal or an error of value, never a fault of ours."""

import uuid

import psycopg
import pytest

from tests.access import matrix, probes
from tests.access.scene import ACTORS, people

BY_TYPE = {
    "jsonb": [
        "[]",
        "{}",
        '"x"',
        "5",
        "null",
        '{"a": {"b": [1, null]}}',
        "[[]]",
        '[{"text": 5, "article": {}}]',
        "[null, 3]",
        '{"x": 1e9999}',
    ],
    "text": ["", "x" * 20_000, "%_\\'\"", "\u202e\ufeff", None],
    "uuid": [str(uuid.uuid4()), None],
    "integer": [-1, 0, 2147483647, None],
    "bigint": [-1, 9223372036854775807, None],
    "date": ["infinity", "-infinity", "5874897-12-31", "4713-01-01 BC", None],
    "timestamp with time zone": ["infinity", "-infinity", "294276-12-31", None],
    "real": ["NaN", "Infinity", "-1", "1e38", None],
    "boolean": [None],
    "text[]": ["{}", "{NULL}", None],
    "uuid[]": ["{NULL}", None],
    "bigint[]": ["{NULL}", None],
}
# A refusal of ours, a value out of its type or range (22), a broken constraint (23), no right (42501).
ACCEPTABLE = ("22", "23", "42501")


def types_of(world, function):
    rows = world.owner.rows(
        """select a.name, a.type::regtype::text as type from pg_proc p, unnest(p.proargnames, p.proargtypes::oid[]) as a (name, type)
            where p.pronamespace = 'public'::regnamespace and p.proname = %s and a.type is not null""",
        function,
    )
    return {row["name"]: row["type"] for row in rows}


def called(scene):
    """Every function as the matrix calls it, and decisions after a committee, each of which reads other values."""
    yield from ((function, params) for function, (params, _) in probes.calls(scene).items())
    decision = {"p_dossier": scene.committee.deciding, "p_reasons": [{"text": "x", "article": "1"}]}
    for kind in ("grant", "grant_with_reservations", "modification", "deferral"):
        yield "decide", decision | {"p_kind": kind, "p_reservations": [{"text": "x"}], "p_requested": [{"target": "masse", "text": "x"}]}


def test_no_value_makes_a_function_fail_by_itself(scene):
    world, expected, failed = scene.world, matrix.expected()["functions"], []
    known = {row["code"] for row in world.owner.rows("select code from app.refusal")}
    for function, params in called(scene):
        allowed = people(expected[function])
        caller = probes.actor(world, next(name for word, name in ACTORS.items() if word in allowed))
        types = types_of(world, function)
        with world.connection.transaction(force_rollback=True):
            for name, kind in types.items():
                for value in BY_TYPE[kind]:
                    given = {**params, name: None}
                    call, values = world.owner._call_of(function, given)
                    values = [value if key == name else v for key, v in zip(given, values)]
                    try:
                        with world.connection.transaction(force_rollback=True):
                            caller.rows(call, *values)
                    except psycopg.Error as error:
                        state = error.sqlstate or ""
                        if state not in known and not state.startswith(ACCEPTABLE):
                            failed.append(f"{function}({name}={value!r:.60}): {state} {str(error).splitlines()[0][:150]}")
    assert not failed, "\n".join(failed)


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_a_statement_may_not_last(world, role):
    limit = world.owner.value("select array_to_string(rolconfig, ' ') from pg_roles where rolname = %s", role)
    assert "statement_timeout=" in limit
