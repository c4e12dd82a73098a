"""What the catalogue and the database answer, in the shape of expected.yaml."""

from tests.access import probes
from tests.access.scene import ACTORS

ROLES = ("anon", "authenticated")


def observed(scene):
    return {
        "tables": table_rights(scene.world),
        "rows": row_rights(scene),
        "functions": function_rights(scene),
        "internal": internal_rights(scene.world),
    }


def table_rights(world):
    """Table -> role -> "select" or the columns that may be read. Any right to write stands there too, and must never."""
    rights = {}
    for table in probes.tables(world):
        rights[table] = {}
        for role in ROLES:
            whole = [
                right.lower()
                for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")
                if world.owner.value("select has_table_privilege(%s, %s, %s)", role, f"app.{table}", right)
            ]
            some = [
                column
                for column in probes.columns(world, table)
                for right in ("SELECT", "INSERT", "UPDATE")
                if not whole and world.owner.value("select has_column_privilege(%s, %s, %s, %s)", role, f"app.{table}", column, right)
            ]
            if whole or some:
                rights[table][role] = " ".join(whole) or f"select ({', '.join(some)})"
    return rights


def readable(world, role):
    """Tables that the role may at least ask."""
    rows = world.owner.rows(
        (
            "select relname from pg_class where relnamespace = 'app'::regnamespace and relkind in ('r', 'p')"
            " and has_any_column_privilege(%s, oid, 'SELECT')"
        ),
        role,
    )
    return {row["relname"] for row in rows}


def row_rights(scene):
    """Label of a kind of row -> who sees the one of the scene."""
    asked = probes.rows(scene)
    hidden = [
        label
        for label, (table, condition) in asked.items()
        if not scene.value(f"select exists (select from app.{table} where {condition})")
    ]
    assert not hidden, f"the owner sees no such row, so nothing is proved: {hidden}"
    open_tables = {role: readable(scene.world, role) for role in ROLES}
    seen = {word: probes.seen(scene.world, name, asked, open_tables) for word, name in ACTORS.items()}
    return {label: [word for word in ACTORS if label in seen[word]] for label in sorted(asked)}


def function_rights(scene):
    """Function of the API -> who gets further than a refusal."""
    tried = probes.calls(scene)
    names = {
        row["proname"] for row in scene.world.owner.rows("select distinct proname from pg_proc where pronamespace = 'public'::regnamespace")
    }
    assert names == set(tried), f"not tried, or gone: {sorted(names ^ set(tried))}"
    calls = probes.spoken(scene.world, tried)
    reached = {word: probes.reached(scene.world, name, calls) for word, name in ACTORS.items()}
    return {function: [word for word in ACTORS if function in reached[word]] for function in sorted(tried)}


def internal_rights(world):
    """Role -> functions of schema app that it may execute: those that policies and invoker functions call."""
    rows = world.owner.rows(
        """select p.proname as name, has_function_privilege('anon', p.oid, 'execute') as anon,
                  has_function_privilege('authenticated', p.oid, 'execute') as authenticated
             from pg_proc p where pronamespace = 'app'::regnamespace order by 1"""
    )
    return {role: [row["name"] for row in rows if row[role]] for role in ROLES}
