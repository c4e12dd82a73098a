"""The embedded cluster refuses what hosted Supabase refuses to the role postgres, and allows what it allows."""

from __future__ import annotations

import psycopg
import pytest

from components.local.home import Home
from components.local.postgres import SUPERUSER, Cluster
from tests.backend import reachable_directory
from tests.local.conftest import copy_home


@pytest.fixture(scope="module")
def cluster(tmp_path_factory, made_home):
    with reachable_directory(tmp_path_factory.mktemp("roles")) as directory:
        copy_home(made_home, directory / "home")
        cluster = Cluster(Home(directory / "home"))
        cluster.start()
        yield cluster
        cluster.stop()


@pytest.fixture
def postgres(cluster):
    """A connection as postgres whose work is undone."""
    with psycopg.connect(cluster.address()) as connection:
        yield connection
        connection.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "create table auth.mine ()",
        "create table storage.mine ()",
        "create function auth.mine() returns int language sql as 'select 1'",
        "create function storage.mine() returns int language sql as 'select 1'",
        "create view storage.mine as select 1",
        "create index on auth.users (role)",
        "create index on storage.objects (owner)",
        "alter table auth.users add column mine int",
        "alter table storage.objects add column mine int",
        "alter table storage.objects disable row level security",
        "alter table storage.objects owner to postgres",
        "alter table storage.objects rename to mine",
        "drop table storage.objects cascade",
        "drop table auth.users cascade",
        "drop index storage.bucketid_objname",
        "drop function auth.uid() cascade",
        "create or replace function auth.uid() returns uuid language sql as 'select null::uuid'",
        "drop schema auth cascade",
        "alter schema storage owner to postgres",
        "comment on table auth.users is 'mine'",
        "grant insert on auth.users to authenticated",
        "delete from storage.objects",
        "delete from storage.buckets",
        "alter role anon set statement_timeout = '1h'",
        "alter role postgres superuser",
        "set role supabase_admin",
        "set role supabase_auth_admin",
        "set role local_table_owner",
        "alter event trigger local_guard_commands disable",
        "create event trigger mine on ddl_command_end execute function _local.announce_change()",
        "copy (select 1) to program 'true'",
        "create language plperlu",
        "select pg_read_file('/etc/passwd')",
        "insert into _local.setup values ('x')",
    ],
)
def test_postgres_may_not(postgres, statement):
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedFile, psycopg.errors.FeatureNotSupported)) as caught:
        postgres.execute(statement)
    assert caught.value.sqlstate in ("42501", "58P01", "0A000")


@pytest.mark.parametrize(
    "statements",
    [
        ["create policy mine on storage.objects for select using (true)", "drop policy mine on storage.objects"],
        ["create policy mine on storage.buckets for select using (true)"],
        [
            "create function public.mine() returns trigger language plpgsql as 'begin return new; end'",
            "create trigger mine after insert on auth.users for each row execute function public.mine()",
            "create or replace trigger mine after insert or update on auth.users for each row execute function public.mine()",
            "drop trigger mine on auth.users",
        ],
        [
            "create function public.mine() returns trigger language plpgsql as 'begin return new; end'",
            "create trigger mine after insert on auth.users for each row execute function public.mine()",
            "drop function public.mine() cascade",
        ],
        ["create table public.mine (id uuid references auth.users (id) on delete cascade)", "drop table public.mine"],
        ["select count(*) from auth.users", "select count(*) from auth.sessions", "select count(*) from storage.objects"],
        ["grant select on auth.users to service_role"],
        ["insert into storage.buckets (id, name) values ('mine', 'mine')"],
        ["create schema app", "create table app.mine ()", "create role somebody", "set role anon"],
        ["create extension citext schema extensions"],
        ["select count(*) from auth.local_mail", "delete from auth.local_mail"],
    ],
)
def test_postgres_may(postgres, statements):
    for statement in statements:
        postgres.execute(statement)


def test_postgres_is_no_superuser_but_sees_every_row(postgres):
    row = postgres.execute("select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls from pg_roles where rolname = 'postgres'").fetchone()
    assert row == (False, True, True, True)


def test_granting_usage_on_auth_silently_does_nothing(postgres):
    postgres.execute("create role somebody")
    postgres.execute("grant usage on schema auth to somebody")
    assert postgres.execute("select has_schema_privilege('somebody', 'auth', 'usage')").fetchone() == (False,)


def test_the_platform_owns_its_schemas(postgres):
    rows = postgres.execute(
        "select nspname, nspowner::regrole::text from pg_namespace where nspname in ('auth', 'storage') order by nspname"
    ).fetchall()
    assert rows == [("auth", "supabase_auth_admin"), ("storage", "supabase_storage_admin")]


def test_the_api_login_becomes_the_three_api_roles_only(cluster):
    with psycopg.connect(cluster.address("authenticator"), autocommit=True) as connection:
        for role in ("anon", "authenticated", "service_role"):
            connection.execute(f"set role {role}")
            connection.execute("reset role")
        for role in ("postgres", SUPERUSER, "supabase_auth_admin"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"set role {role}")


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_the_api_roles_do_not_see_accounts(postgres, role):
    postgres.execute(f"set role {role}")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        postgres.execute("select * from auth.users")


def test_storage_helpers_cut_a_key_as_supabase_does(postgres):
    row = postgres.execute(
        "select storage.foldername(k), storage.filename(k), storage.extension(k) from (values ('a/b/c.tar.gz')) as v(k)"
    ).fetchone()
    assert row == (["a", "b"], "c.tar.gz", "gz")
    assert postgres.execute("select storage.foldername('c.pdf')").fetchone() == ([],)


@pytest.mark.parametrize("choice, allowed", [("old", True), ("new", False)])
def test_default_privileges_follow_old_or_new_projects(cluster, monkeypatch, choice, allowed):
    monkeypatch.setenv("SHUBBAK_DEFAULT_PRIVILEGES", choice)
    cluster.start()
    with psycopg.connect(cluster.address()) as connection:
        connection.execute("create function public.fresh() returns int language sql as 'select 1'")
        connection.execute("create table public.fresh_table ()")
        row = connection.execute(
            "select has_function_privilege('anon', 'public.fresh()', 'execute'),"
            " has_table_privilege('authenticated', 'public.fresh_table', 'insert')"
        ).fetchone()
        connection.rollback()
    assert row == (allowed, allowed)


def test_applying_the_platform_again_changes_nothing(cluster, monkeypatch):
    def shape(connection):
        return connection.execute(
            "select (select array_agg(format('%s %s %s', oid::regclass, relacl, relowner::regrole) order by oid) from pg_class"
            " where relnamespace in ('auth'::regnamespace, 'storage'::regnamespace) and relkind in ('r', 'i')),"
            " (select count(*) from pg_proc where pronamespace in ('auth'::regnamespace, 'storage'::regnamespace)),"
            " (select count(*) from pg_event_trigger)"
        ).fetchone()

    with psycopg.connect(cluster.address(SUPERUSER), autocommit=True) as connection:
        before = shape(connection)
        connection.execute("update _local.setup set digest = 'older'")
        cluster.start()
        assert shape(connection) == before
