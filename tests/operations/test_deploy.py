"""A deploy brings a database to a release: first, again, and over the release before. Small trees of sql/, real PostgreSQL."""

import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from components.operations.deploy import DeployError, deploy
from tests.backend import start_backend

ROOT = Path(__file__).resolve().parents[2]

FIRST = {
    "tables/0001_things.sql": """
        create function app.slug(p_name text) returns text language sql immutable as $$ select lower(p_name) $$;
        create table app.thing (
          id int generated always as identity primary key, name text not null, slug text generated always as (app.slug(name)) stored);
        alter table app.thing enable row level security;
        create table app.welcome (account uuid);
        """,
    "rules/10_things.sql": """
        create function app.may(p_id int) returns boolean language sql stable as $$ select p_id > 0 $$;
        create function app.shown(p_name text) returns text language sql stable as $$ select app.slug(p_name) $$;
        create view public.things with (security_invoker) as select id, name, app.shown(name) as shown from app.thing;
        create view public.few_things with (security_invoker) as select id from public.things;
        create function public.add_thing(p_name text) returns int language sql security definer set search_path = ''
          as $$ insert into app.thing (name) values (p_name) returning id $$;
        create function public.out_of_date() returns int language sql as $$ select 1 $$;
        create function app.greet() returns trigger language plpgsql security definer set search_path = ''
          as $$ begin insert into app.welcome values (new.id); return new; end $$;
        create trigger greet after insert on auth.users for each row execute function app.greet();
        revoke execute on function app.may, app.shown, app.greet, public.add_thing, public.out_of_date from public, anon, authenticated;
        grant execute on function public.add_thing, app.may to authenticated;
        """,
    "access/10_things.sql": """
        revoke all on app.thing, public.things from anon, authenticated;
        grant usage on schema app to authenticated;
        grant select on app.thing, public.things to authenticated;
        create policy "signed-in people read things" on app.thing for select to authenticated using (app.may(id));
        create policy "first rule of files" on storage.objects for select to authenticated using (app.may(1));
        """,
    "seed/10_things.sql": """-- load data/things.csv into thing_csv
        insert into app.thing (name) select name from thing_csv where name not in (select name from app.thing);
        """,
    "seed/data/things.csv": "name,note\nLampe,\nChaise,\"de bois, peinte\"\n",
}
SECOND = FIRST | {
    "tables/0002_prices.sql": "alter table app.thing add column price int not null default 0;",
    # other parameter names, types and results; other columns of a view; the function of a policy with another type
    "rules/10_things.sql": """
        create function app.may(p_thing bigint, p_strict boolean default false) returns boolean language sql stable
          as $$ select not p_strict $$;
        create function app.shown(p_text text) returns varchar language sql stable as $$ select upper(p_text) $$;
        create view public.things with (security_invoker) as select app.shown(name) as shown, price from app.thing;
        create function public.add_thing(p_title text, p_price int) returns jsonb language sql security definer set search_path = ''
          as $$ insert into app.thing (name, price) values (p_title, p_price) returning to_jsonb(thing) $$;
        create function app.greet() returns trigger language plpgsql security definer set search_path = ''
          as $$ begin insert into app.welcome values (new.id); return new; end $$;
        create trigger greet after insert on auth.users for each row execute function app.greet();
        revoke execute on function app.may, app.shown, app.greet, public.add_thing from public, anon, authenticated;
        grant execute on function public.add_thing, app.may to authenticated;
        """,
    "access/10_things.sql": """
        revoke all on app.thing, public.things from anon, authenticated;
        grant usage on schema app to authenticated;
        grant select on app.thing, public.things to authenticated;
        create policy "signed-in people read cheap things" on app.thing for select to authenticated using (app.may(price, price > 9));
        create policy "second rule of files" on storage.objects for select to authenticated using (app.may(2));
        """,
}


@pytest.fixture(scope="module", params=["old", "new"])
def server(request, tmp_path_factory):
    """An empty Supabase-shaped database, under the default privileges of old and of new projects."""
    with start_backend(tmp_path_factory.mktemp("empty"), empty=True, defaults=request.param) as backend:
        yield backend


@pytest.fixture
def database(server):
    """The server's database, cleaned of what the test before deployed."""
    yield server.database_url
    with psycopg.connect(server.database_url, autocommit=True) as connection:
        for name in connection.execute("select policyname from pg_policies where schemaname = 'storage'").fetchall():
            connection.execute(f'drop policy "{name[0]}" on storage.objects')
        connection.execute("drop schema if exists app cascade")
        for name in connection.execute(
            "select p.oid::regprocedure from pg_proc p where p.pronamespace = 'public'::regnamespace and pg_has_role(p.proowner, 'usage')"
        ).fetchall():
            connection.execute(f"drop routine {name[0]} cascade")


def tree(folder, files):
    """Write a small sql/ tree; table 0000 is the real one."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "sql/tables/0000_releases.sql", folder / "tables")
    return folder


@pytest.fixture
def release(database, tmp_path):
    """Deploy a tree: release(FIRST)."""

    def run(files, **options):
        return deploy(database, progress=lambda line: None, folder=tree(tmp_path / "sql", files), procedures=tmp_path / "none", **options)

    return run


def ask(database, query, *values):
    with psycopg.connect(database) as connection:
        return connection.execute(query, values).fetchall()


def test_a_second_release_changes_every_signature_and_keeps_the_data(database, release):
    release(FIRST)
    ask(database, "select public.add_thing('Table')")
    # what a project keeps beside us
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("create function public.theirs() returns int language sql as 'select 7'")
        connection.execute('create policy "their own rule" on storage.objects for select to anon using (false)')

    release(SECOND)

    assert ask(database, "select name, slug, price from app.thing order by id") == [
        ("Lampe", "lampe", 0), ("Chaise", "chaise", 0), ("Table", "table", 0)]
    assert ask(database, "select * from public.things order by 1") == [("CHAISE", 0), ("LAMPE", 0), ("TABLE", 0)]
    assert ask(database, "select public.add_thing('Tapis', 12)")[0][0]["slug"] == "tapis"
    gone = "select to_regprocedure('public.out_of_date()'), to_regprocedure('public.add_thing(text)'), to_regclass('public.few_things')"
    assert ask(database, gone) == [(None, None, None)]
    policies = {name for (name,) in ask(database, "select policyname from pg_policies where schemaname in ('app', 'storage')")}
    assert policies == {"signed-in people read cheap things", "second rule of files", "their own rule"}
    assert ask(database, "select public.theirs()") == [(7,)]
    triggers = ask(database, "select tgname from pg_trigger where tgrelid = 'auth.users'::regclass and not tgisinternal")
    assert triggers == [("greet",)]


def test_anonymous_people_execute_nothing_whatever_the_project_s_defaults(database, release):
    release(FIRST)
    release(SECOND)
    executable = ask(
        database,
        """select r.rolname, p.pronamespace::regnamespace || '.' || p.proname from pg_proc p, pg_roles r
            where p.pronamespace in ('public'::regnamespace, 'app'::regnamespace) and r.rolname in ('anon', 'authenticated')
              and has_function_privilege(r.oid, p.oid, 'execute') and p.proname <> 'slug' order by 2""",
    )
    assert executable == [("authenticated", "app.may"), ("authenticated", "public.add_thing")]


def test_the_same_release_twice_does_nothing(database, release):
    assert release(FIRST) is True
    before = ask(database, "select oid, xmin::text from pg_proc where pronamespace = 'app'::regnamespace order by oid")
    assert release(FIRST) is False
    assert ask(database, "select oid, xmin::text from pg_proc where pronamespace = 'app'::regnamespace order by oid") == before
    assert release(FIRST, force=True) is True
    assert ask(database, "select count(*) from app.thing") == [(2,)]
    assert len(ask(database, "select id from app.release")) == 2


def test_a_changed_line_of_reference_data_is_a_new_release(database, release):
    release(FIRST)
    assert release(FIRST | {"seed/data/things.csv": "name,note\nLampe,\nChaise,\nBanc,\n"}) is True
    assert ask(database, "select name from app.thing order by id") == [("Lampe",), ("Chaise",), ("Banc",)]


def test_an_edited_table_file_is_refused(database, release):
    release(FIRST)
    edited = FIRST | {"tables/0001_things.sql": FIRST["tables/0001_things.sql"] + "-- one more remark"}
    with pytest.raises(DeployError, match="0001_things.sql was edited .* new file with the next number"):
        release(edited)


def test_an_older_release_does_not_go_over_a_newer_one(database, release):
    release(SECOND)
    with pytest.raises(DeployError, match="later release .*0002_prices.sql"):
        release(FIRST)


def test_a_faulty_release_leaves_the_database_as_it_was(database, release):
    release(FIRST)
    before = ask(database, "select name, sha256 from app.deployed_table"), ask(database, "select id from app.release")
    broken = SECOND | {"rules/20_broken.sql": "select 1;\nselect 2;\nselect nothing_there();"}
    with pytest.raises(DeployError, match=r"rules/20_broken.sql:3: .*nothing_there"):
        release(broken)
    unread = SECOND | {"rules/20_unread.sql": "create function app.unread() returns int language sql as 'select cost from app.thing'"}
    with pytest.raises(DeployError, match=r"app.unread\(\): .*cost"):
        release(unread)
    assert (ask(database, "select name, sha256 from app.deployed_table"), ask(database, "select id from app.release")) == before
    assert ask(database, "select public.out_of_date()") == [(1,)]


def test_a_function_may_name_what_a_later_file_makes(release):
    early = "create function app.early() returns int language sql as 'select app.late()'"
    late = "create function app.late() returns int language sql as 'select 1'"
    release(FIRST | {"rules/05_early.sql": early, "rules/20_late.sql": late})


def test_a_rule_that_holds_up_a_column_is_refused_rather_than_dropped(database, release):
    release(FIRST)
    with psycopg.connect(database) as connection:
        connection.execute("create function app.fold(t text) returns text language sql immutable as 'select t'")
        connection.execute("create index on app.thing (app.fold(name))")
    with pytest.raises(DeployError, match=r"rests on a function of the rules: index .*app.fold.*belongs in sql/tables"):
        release(SECOND)


def test_a_role_without_the_right_to_storage_is_told_what_to_do(server, database, tmp_path):
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("create role weak login; grant create on database postgres to weak")
    try:
        policy = 'create policy "first rule of files" on storage.objects for select to authenticated using (true)'
        files = {"tables/0001_none.sql": "select 1", "access/90_storage.sql": policy}
        with pytest.raises(DeployError, match="policies on storage.objects could not be written .* role `postgres`"):
            deploy(database.replace("postgres@", "weak@", 1), progress=lambda line: None, folder=tree(tmp_path / "sql", files),
                   procedures=tmp_path / "none")
    finally:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("revoke create on database postgres from weak; drop role weak")


def test_the_command_says_how_the_database_stands(database, release):
    release(FIRST)
    command = [sys.executable, "-m", "components.operations.deploy", "--status", "--database-url", database]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "tables/0000_releases.sql: applied" in said
    assert "these files differ: a deploy is due" in said
