"""Bring a database to this release: `python -m components.operations.deploy --database-url URL`.

One transaction does it all, so a deploy happens whole or not at all:

    tables       sql/tables/*.sql     history: each file once, recorded with its digest; an edited one is refused
    (drop)                            the policies, views and functions the release before made, by catalogue
    rules        sql/rules/*.sql      functions, views, triggers: the present, written whole every time
    access       sql/access/*.sql     policies and grants: the same
    seed         sql/seed/*.sql       reference data, idempotent; a line `-- load data/x.csv into name` fills a temporary table
    procedures   assets/procedures/*  published versions of the procedures, frozen once loaded

"Create or replace" cannot change a return type, a parameter's name or a view's columns: hence the drop. Functions
on which an index, a check or a generated column rests belong in sql/tables: they are never dropped.

It needs the rights of the `postgres` role of a hosted Supabase project, not a superuser.
"""

import argparse
import csv
import hashlib
import json
import os
import re
import sys
from contextlib import contextmanager
from pathlib import Path

import psycopg
import yaml
from psycopg import sql

from components.permits.procedures import BrokenDefinition, load
from components.permits.procedures import files as procedures_of

ROOT = Path(__file__).resolve().parents[2]
PART_ORDER = ("tables", "rules", "access", "seed")
LOAD = re.compile(r"^-- load (\S+) into (\w+)$", re.MULTILINE)
LOCK = 7253_2026  # any number, the same in every release: two deploys must not run at once


class DeployError(Exception):
    """The deploy stopped and changed nothing; the sentence says what to do."""


def deploy(database_url, progress=print, *, force=False, folder=ROOT / "sql", procedures=ROOT / "assets/procedures"):
    """Apply everything under `folder` and `procedures`. Return True when something was done, False when nothing had changed.

    database_url: a direct connection or a session pooler, as the role that owns schema `app`.
    progress: called with one line of text per part. Raises DeployError, after which the database is as before.
    """
    digest = _digest_of_inputs(folder, procedures)
    with psycopg.connect(database_url, prepare_threshold=None) as connection, connection.cursor() as cursor:
        _lock(cursor)
        if not force and _last_release(cursor).get("digest") == digest:
            progress("deploy: nothing has changed")
            return False
        _run_tables(cursor, folder, progress)
        _drop_previous(cursor, _last_release(cursor).get("made", {}))
        before = _objects(cursor)
        for part in ("rules", "access", "seed"):
            for file in _files(folder, part):
                progress(f"deploy: {part}/{file.name}")
                _run(cursor, file)
        _validate_bodies(cursor)
        _load_procedures(cursor, procedures, progress)
        after = _objects(cursor)
        made = {kind: sorted(after[kind] - before[kind]) for kind in after}
        cursor.execute("insert into app.release (digest, made) values (%s, %s)", (digest, json.dumps(made)))
        cursor.execute("notify pgrst, 'reload schema'")
    progress("deploy: done")
    return True


def status(database_url, progress=print, *, folder=ROOT / "sql", procedures=ROOT / "assets/procedures"):
    """Say what the database has and what a deploy would do."""
    with psycopg.connect(database_url, prepare_threshold=None) as connection, connection.cursor() as cursor:
        done, last = _deployed_tables(cursor), _last_release(cursor)
    for file in _files(folder, "tables"):
        state = "to apply" if file.name not in done else "applied" if done[file.name] == _sha256(file) else "EDITED since it was applied"
        progress(f"tables/{file.name}: {state}")
    if not last:
        progress("never deployed")
    else:
        same = last["digest"] == _digest_of_inputs(folder, procedures)
        progress(f"last deployed {last['deployed_at']:%Y-%m-%d %H:%M}; {'up to date' if same else 'these files differ: a deploy is due'}")


def _lock(cursor):
    cursor.execute("set local search_path = ''")
    cursor.execute("set local check_function_bodies = off")  # bodies may name what a later file makes; _validate_bodies reads them all
    cursor.execute("set local statement_timeout = '10min'")
    cursor.execute("set local lock_timeout = '60s'")
    try:
        cursor.execute("select pg_advisory_xact_lock(%s)", (LOCK,))
    except psycopg.errors.LockNotAvailable as fault:
        raise DeployError("Another deploy has been running for a minute. Wait until it is over, then run this one again.") from fault
    cursor.execute("set local lock_timeout = '15s'")  # rather give up than hold up everybody behind a long query


def _last_release(cursor):
    cursor.execute("select to_regclass('app.release') is not null")
    if not cursor.fetchone()[0]:
        return {}
    cursor.execute("select digest, made, deployed_at from app.release order by id desc limit 1")
    row = cursor.fetchone()
    return dict(zip(("digest", "made", "deployed_at"), row, strict=True)) if row else {}


def _deployed_tables(cursor):
    cursor.execute("select to_regclass('app.deployed_table') is not null")
    if not cursor.fetchone()[0]:
        return {}
    cursor.execute("select name, sha256 from app.deployed_table")
    return dict(cursor.fetchall())


def _run_tables(cursor, folder, progress):
    done = _deployed_tables(cursor)
    files = _files(folder, "tables")
    for file in files:
        if file.name in done and done[file.name] != _sha256(file):
            raise DeployError(
                f"sql/tables/{file.name} was edited after it had been applied to this database. "
                "Put it back as it was and write the change in a new file with the next number."
            )
    if missing := sorted(done.keys() - {file.name for file in files}):
        raise DeployError(f"This database holds tables of a later release ({', '.join(missing)}). Deploy that release, or a newer one.")
    for file in files:
        if file.name not in done:
            progress(f"deploy: tables/{file.name}")
            before = _objects(cursor)["routines"]
            _run(cursor, file)
            cursor.execute(
                "insert into app.deployed_table (name, sha256, routines) values (%s, %s, %s)",
                (file.name, _sha256(file), sorted(_objects(cursor)["routines"] - before)),
            )


def _objects(cursor):
    """Names of the routines and views of schemas app and public, and of the policies of every table we may meet."""
    cursor.execute("""
        select n.nspname || '.' || p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
         where n.nspname in ('app', 'public')
           and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')""")
    routines = {row[0] for row in cursor.fetchall()}
    cursor.execute("""
        select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname in ('app', 'public') and c.relkind = 'v'
           and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')""")
    views = {row[0] for row in cursor.fetchall()}
    cursor.execute("""
        select schemaname || '.' || tablename || '.' || policyname from pg_policies where schemaname in ('app', 'public', 'storage')""")
    return {"routines": routines, "views": views, "policies": {row[0] for row in cursor.fetchall()}}


def _drop_previous(cursor, made):
    """Drop what rules and access made: all of schema app but the tables' own functions; elsewhere what the last release recorded.

    A project may keep things of its own in public and storage: they are not ours to drop.
    """
    here = _objects(cursor)
    old = {kind: sorted(name for name in names if name.startswith("app.") or name in made.get(kind, [])) for kind, names in here.items()}
    for name in old["policies"]:
        schema, table, policy = name.split(".", 2)
        with _storage_explained(schema == "storage"):
            cursor.execute(sql.SQL("drop policy if exists {} on {}").format(sql.Identifier(policy), sql.Identifier(schema, table)))
    cursor.execute(
        """select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind = 'v' and n.nspname || '.' || c.relname = any(%s)""",
        (old["views"],),
    )
    if views := [row[0] for row in cursor.fetchall()]:
        cursor.execute(f"drop view {', '.join(views)}")  # one statement: views may rest on each other
    cursor.execute(
        """select p.oid, p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname || '.' || p.proname = any(%s)
              and not exists (select from app.deployed_table t where n.nspname || '.' || p.proname = any(t.routines))""",
        (old["routines"],),
    )
    if not (routines := cursor.fetchall()):
        return
    oids = [row[0] for row in routines]
    # Cascade, because only a table's owner may drop a trigger by name and auth.users is not ours; so look first.
    cursor.execute(
        """select distinct pg_describe_object(d.classid, d.objid, d.objsubid) || ' -> ' || d.refobjid::regprocedure::text from pg_depend d
            where d.refclassid = 'pg_proc'::regclass and d.refobjid = any(%s) and d.classid <> 'pg_trigger'::regclass
              and not (d.classid = 'pg_proc'::regclass and d.objid = any(%s))""",
        (oids, oids),
    )
    if held := [row[0] for row in cursor.fetchall()]:
        raise DeployError(
            "Something outside the rules rests on a function of the rules: "
            + "; ".join(held)
            + ". A function that an index, a check or a column needs belongs in sql/tables."
        )
    cursor.execute(f"drop routine {', '.join(row[1] for row in routines)} cascade")


def _run(cursor, file):
    text = file.read_text(encoding="utf-8")
    for source, table in LOAD.findall(text):
        _load(cursor, file.parent / source, table)
    try:
        with _storage_explained("storage.objects" in text):
            cursor.execute(text)
    except psycopg.Error as fault:
        position = fault.diag.statement_position
        line = f":{text.count(chr(10), 0, int(position)) + 1}" if position else ""
        details = "".join(f"\n{text}" for text in (fault.diag.message_detail, fault.diag.context) if text)
        raise DeployError(f"{file.parent.name}/{file.name}{line}: {fault.diag.message_primary}{details}") from fault


def _load(cursor, source, table):
    """Fill a temporary table: a CSV gives one text column per heading, a JSON or YAML file one row with a jsonb column `document`."""
    name = sql.Identifier(table)
    if source.suffix != ".csv":
        text = source.read_text(encoding="utf-8")
        document = json.dumps(yaml.safe_load(text), ensure_ascii=False) if source.suffix == ".yaml" else text
        cursor.execute(sql.SQL("create temporary table {} (document jsonb) on commit drop").format(name))
        cursor.execute(sql.SQL("insert into {} values (%s)").format(name), (document,))
        return
    with source.open(encoding="utf-8", newline="") as lines:
        columns = next(csv.reader(lines))
    fields = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(column)) for column in columns)
    cursor.execute(sql.SQL("create temporary table {} ({}) on commit drop").format(name, fields))
    with cursor.copy(sql.SQL("copy {} from stdin (format csv, header true)").format(name)) as copy:
        copy.write(source.read_bytes())


def _validate_bodies(cursor):
    """Read every function's body now that everything it may name exists."""
    cursor.execute("set local check_function_bodies = on")
    cursor.execute("""
        select p.oid::regprocedure::text, l.lanname, p.oid from pg_proc p
          join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
         where n.nspname in ('app', 'public') and l.lanname in ('sql', 'plpgsql') and pg_has_role(p.proowner, 'usage')""")
    faults = []
    for name, language, oid in cursor.fetchall():
        validator = "fmgr_sql_validator" if language == "sql" else "plpgsql_validator"
        try:
            with cursor.connection.transaction():
                cursor.execute(f"select {validator}(%s)", (oid,))
        except psycopg.Error as fault:
            faults.append(f"{name}: {fault.diag.message_primary}")
    if faults:
        raise DeployError("\n".join(faults))


def _load_procedures(cursor, folder, progress):
    """Hand each definition to app.load_procedure, which validates it and freezes it by its digest."""
    for file in procedures_of(folder):
        progress(f"deploy: procedures/{file.name}")
        try:
            cursor.execute("select app.load_procedure(%s::jsonb)", (json.dumps(load(file), ensure_ascii=False),))
        except BrokenDefinition as fault:
            raise DeployError(str(fault)) from fault
        except psycopg.Error as fault:
            raise DeployError(f"procedures/{file.name}: {fault.diag.message_primary} {fault.diag.message_detail or ''}") from fault


@contextmanager
def _storage_explained(applies):
    """Turn the one refusal that hosted projects give for storage into a sentence of its own."""
    try:
        yield
    except psycopg.errors.InsufficientPrivilege as fault:
        if not applies:
            raise
        raise DeployError(
            f"The policies on storage.objects could not be written ({fault.diag.message_primary}). Connect as the role `postgres` of "
            "the project, directly or through the session pooler; on a Supabase that lacks that right, grant it supabase_storage_admin."
        ) from fault


def _files(folder, part):
    return sorted(Path(folder, part).glob("*.sql"))


def _sha256(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _digest_of_inputs(folder, procedures):
    inputs = [file for part in PART_ORDER for file in sorted(Path(folder, part).rglob("*")) if file.is_file()]
    inputs += [*procedures_of(Path(procedures)), *sorted(Path(procedures).parent.glob("templates/*.yaml")), Path(__file__)]
    return hashlib.sha256("\n".join(f"{file.name} {_sha256(file)}" for file in inputs).encode()).hexdigest()


def main():
    parser = argparse.ArgumentParser(prog="python -m components.operations.deploy", description="Bring a database to this release.")
    parser.add_argument("--database-url", default=os.environ.get("DATABASE_URL"), help="default: DATABASE_URL of the environment")
    parser.add_argument("--status", action="store_true", help="only say what the database has and what a deploy would do")
    parser.add_argument("--force", action="store_true", help="write rules, access and reference data again although nothing has changed")
    options = parser.parse_args()
    if not options.database_url:
        parser.error("say which database: --database-url postgresql://... or DATABASE_URL in the environment")
    try:
        if options.status:
            status(options.database_url)
        else:
            deploy(options.database_url, force=options.force)
    except (DeployError, psycopg.OperationalError) as fault:
        sys.exit(f"deploy: {fault}")


if __name__ == "__main__":
    main()
