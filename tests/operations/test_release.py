"""The real sql/: it deploys under both default privileges of Supabase, again over itself, and keeps what administrators decided."""

import psycopg
import pytest

from components.operations.deploy import deploy
from tests.backend import start_backend

RIGHTS = """
    select r.rolname, p.oid::regprocedure::text as name, 'execute' as may from pg_proc p, pg_roles r
     where p.pronamespace in ('app'::regnamespace, 'public'::regnamespace) and has_function_privilege(r.oid, p.oid, 'execute')
       and r.rolname in ('anon', 'authenticated')
    union all
    select r.rolname, c.oid::regclass::text, k.may
      from pg_class c, pg_roles r, unnest(array['select', 'insert', 'update', 'delete']) as k (may)
     where c.relnamespace in ('app'::regnamespace, 'public'::regnamespace) and c.relkind in ('r', 'v')
       and has_table_privilege(r.oid, c.oid, k.may) and r.rolname in ('anon', 'authenticated')
     order by 1, 2, 3"""


@pytest.fixture(scope="module")
def old_project(tmp_path_factory):
    with start_backend(tmp_path_factory.mktemp("old"), defaults="old") as backend:
        yield backend.database_url


def ask(database, query, *values):
    with psycopg.connect(database) as connection:
        return connection.execute(query, values).fetchall()


def test_people_have_the_same_rights_on_old_and_new_projects(old_project, tmp_path_factory):
    with start_backend(tmp_path_factory.mktemp("new"), defaults="new") as backend:
        rights = ask(backend.database_url, RIGHTS)
    assert ("anon", "app.refuse(text,jsonb)", "execute") in rights  # the question does find rights
    assert ask(old_project, RIGHTS) == rights


def test_the_places_of_the_kingdom_are_there(old_project):
    counted = {name: ask(old_project, f"select count(*) from app.{name}")[0][0] for name in ("region", "province", "commune")}
    assert counted == {"region": 12, "province": 75, "commune": 1503}
    taroudant = ask(old_project, "select count(*), count(boundary) from app.commune where province_code = '09.541'")
    assert taroudant == [(89, 89)]
    assert ask(old_project, "select id = md5('commune:' || code)::uuid from app.commune where code = '09.541.01.01'") == [(True,)]
    assert ask(old_project, "select kind, count(*) from app.organisation group by 1 order by 1") == [("national", 1), ("province", 75)]
    assert ask(old_project, "select count(*) from app.commune where is_open") == [(0,)]


def test_deploying_again_keeps_rights_data_and_decisions(old_project):
    rights = ask(old_project, RIGHTS)
    with psycopg.connect(old_project) as connection:
        connection.execute("select app.open_commune(id) from app.commune where name_fr = 'Ait Iaaza'")
        connection.execute("update app.commune set contact = '{\"phone\": \"05\"}', name_fr = 'Mistyped' where code = '09.541.01.02'")
        connection.execute("update app.holiday set status = 'confirmed', source = 'decided' where day = '2026-06-17'")
        connection.execute("delete from app.holiday where day = '2026-05-28'")
        connection.execute("insert into app.setting values ('calendar.removed_days', '[\"2026-05-28\"]')")

    deploy(old_project, force=True, progress=lambda line: None)

    assert ask(old_project, RIGHTS) == rights
    assert ask(old_project, "select name_fr, contact ->> 'phone' from app.commune where code = '09.541.01.02'") == [("Aoulouz", "05")]
    offices = ask(old_project, "select kind, name_fr, name_ar from app.organisation where commune_id is not null order by kind")
    assert offices == [
        ("commune", "Commune d'Ait Iaaza", "جماعة آيت إيعزة"),
        ("local_authority", "Autorité locale d'Ait Iaaza", "السلطة المحلية بجماعة آيت إيعزة"),
    ]
    assert ask(old_project, "select source from app.holiday where day = '2026-06-17'") == [("decided",)]
    assert ask(old_project, "select day from app.holiday where day = '2026-05-28'") == []
    assert deploy(old_project, progress=lambda line: None) is False
