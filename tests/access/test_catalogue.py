"""Lints of the catalogue. Each question names what is wrong; an exception stands in a list with its reason."""

import pytest

# Reference data that anybody may read (their access files say why).
PUBLIC_TABLES = {
    "calendar_day",
    "commune",
    "commune_procedure",
    "holiday",
    "procedure",
    "procedure_version",
    "province",
    "refusal",
    "region",
}
# Open to anonymous visitors: what law 55-19 publishes, verification, tracking, and sessions, whose secret is the hash they are asked by.
FOR_EVERYBODY = {
    "catalogue",
    "commune_map",
    "daily_digests",
    "demonstration_accounts",
    "demonstration_mailbox",
    "holidays",
    "invitation",
    "me",
    "session_claim",
    "session_close",
    "session_language",
    "session_read",
    "session_renew",
    "track",
    "trust_roots",
    "verify_code",
    "verify_digest",
}
# Internal definer functions that visitors may execute: a refusal's sentence, the clock, public values of a commune.
DEFINER_FOR_EVERYBODY = {
    "refuse",
    "now",
    "today",
    "public_settings",
    "is_worker",
    "next_working_day",
    "full_days_end",
    "add_working_days",
    "outside_calendar",
    "working_days_between",
}


def listed(world, query, *values):
    return [row["name"] for row in world.owner.rows(query, *values)]


def test_row_security_is_on_for_every_table(world):
    assert (
        listed(
            world,
            (
                "select relname as name from pg_class where relnamespace in ('app'::regnamespace, 'public'::regnamespace)"
                " and relkind in ('r', 'p') and not relrowsecurity"
            ),
        )
        == []
    )


def test_no_policy_stands_on_a_table_without_row_security(world):
    assert (
        listed(world, "select distinct c.relname as name from pg_policy p join pg_class c on c.oid = p.polrelid where not c.relrowsecurity")
        == []
    )


def test_nobody_of_the_api_writes_a_table_or_a_view(world):
    found = listed(
        world,
        """select distinct c.relname || ' ' || a.privilege_type as name
             from pg_class c, aclexplode(c.relacl) a
            where c.relnamespace in ('app'::regnamespace, 'public'::regnamespace) and a.privilege_type <> 'SELECT'
              and (a.grantee = 0 or a.grantee::regrole::text in ('anon', 'authenticated'))
           union
           select c.relname || '.' || t.attname || ' ' || a.privilege_type
             from pg_class c join pg_attribute t on t.attrelid = c.oid, aclexplode(t.attacl) a
            where c.relnamespace in ('app'::regnamespace, 'public'::regnamespace) and a.privilege_type <> 'SELECT'
              and (a.grantee = 0 or a.grantee::regrole::text in ('anon', 'authenticated'))""",
    )
    assert found == []


def test_schema_public_holds_no_table_and_its_views_read_in_the_callers_right(world):
    assert (
        listed(
            world, "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'm', 'f')"
        )
        == []
    )
    query = "select relname as name from pg_class where relnamespace in ('app'::regnamespace, 'public'::regnamespace) and relkind = 'v'"
    assert listed(world, query + " and not coalesce(reloptions @> '{security_invoker=true}', false)") == []


def test_nobody_of_the_api_creates_anything_in_our_schemas(world):
    for schema in ("app", "public"):
        for role in ("anon", "authenticated", "service_role"):
            assert not world.owner.value("select has_schema_privilege(%s, %s, 'create')", role, schema), f"{role} in {schema}"


def test_every_function_pins_an_empty_search_path(world):
    """A definer function must; the others do too, unless the planner shall see through them (a body of SQL, bound when it is made)."""
    query = """select p.oid::regprocedure::text as name from pg_proc p
                where pronamespace in ('app'::regnamespace, 'public'::regnamespace) and prokind in ('f', 'p')
                  and not coalesce(proconfig @> '{"search_path=\\"\\""}', false) and (prosecdef or prosqlbody is null)"""
    assert listed(world, query) == []


def test_anonymous_visitors_execute_what_is_listed_and_nothing_else(world):
    query = (
        "select distinct proname as name from pg_proc where pronamespace = 'public'::regnamespace"
        " and has_function_privilege('anon', oid, 'execute')"
    )
    assert set(listed(world, query)) == FOR_EVERYBODY
    query = (
        "select proname as name from pg_proc where pronamespace = 'app'::regnamespace and prosecdef"
        " and has_function_privilege('anon', oid, 'execute')"
    )
    assert set(listed(world, query)) <= DEFINER_FOR_EVERYBODY


def test_no_function_is_granted_to_everybody_at_once(world):
    """A grant to PUBLIC would reach roles that do not exist yet."""
    query = """select p.oid::regprocedure::text as name from pg_proc p
                where pronamespace in ('app'::regnamespace, 'public'::regnamespace)
                  and (proacl is null or exists (select from aclexplode(proacl) a where a.grantee = 0))"""
    assert listed(world, query) == []


def test_writing_functions_belong_to_the_definer_and_reading_ones_change_nothing(world):
    query = "select proname as name from pg_proc where pronamespace = 'public'::regnamespace and provolatile = 'v' and not prosecdef"
    assert listed(world, query) == [], "an invoker that writes would need a grant to write"


def test_a_definer_function_asks_who_calls_in_its_body(world):
    """Reading or writing for somebody else's eyes without naming the caller is a hole; those for everybody have nobody to ask."""
    query = """select proname as name from pg_proc where pronamespace = 'public'::regnamespace and prosecdef
                  and prosrc !~ 'auth\\.uid\\(\\)|app\\.(require_|lock_|can_read|my_communes|applicant_side|my_threads|is_demonstration)'"""
    assert set(listed(world, query)) <= FOR_EVERYBODY


def test_every_foreign_key_has_an_index(world):
    query = """select k.conrelid::regclass || ' ' || k.conname as name from pg_constraint k
                where k.contype = 'f' and k.connamespace = 'app'::regnamespace
                  and not exists (select from pg_index i where i.indrelid = k.conrelid
                                     and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)"""
    assert listed(world, query) == []


def test_every_table_has_a_primary_key(world):
    query = """select relname as name from pg_class c where relnamespace = 'app'::regnamespace and relkind in ('r', 'p')
                  and not exists (select from pg_index where indrelid = c.oid and indisprimary)"""
    assert listed(world, query) == []


def test_policies_ask_who_is_signed_in_once_per_statement_and_not_once_per_row(world):
    query = (
        "select polrelid::regclass || ': ' || polname as name"
        " from pg_policy, lateral (select coalesce(pg_get_expr(polqual, polrelid), '') || ' ' || "
        "coalesce(pg_get_expr(polwithcheck, polrelid), '') as text) x where "
    )
    bare = "regexp_replace(x.text, '\\( SELECT (auth\\.)?uid\\(\\)( AS uid)?\\)', '', 'g') ~ 'uid\\(\\)'"
    assert listed(world, query + bare) == []


def test_only_reference_tables_are_open_without_a_condition(world):
    query = (
        "select c.relname as name from pg_policy p join pg_class c on c.oid = p.polrelid"
        " where pg_get_expr(polqual, polrelid) = 'true' or pg_get_expr(polwithcheck, polrelid) = 'true'"
    )
    assert set(listed(world, query)) == PUBLIC_TABLES


def test_policies_only_let_read_and_name_their_roles(world):
    query = (
        "select schemaname || '.' || tablename || ': ' || policyname as name from pg_policies where schemaname = 'app'"
        " and (cmd <> 'SELECT' or 'public' = any (roles) or permissive <> 'PERMISSIVE')"
    )
    assert listed(world, query) == []


def test_buckets_are_private(world):
    assert listed(world, "select id as name from storage.buckets where public") == []
    assert (
        listed(
            world,
            (
                "select policyname as name from pg_policies where schemaname = 'storage' and tablename = 'objects'"
                " and ('anon' = any (roles) or 'public' = any (roles))"
            ),
        )
        == []
    )
    assert listed(world, "select policyname as name from pg_policies where schemaname = 'storage' and tablename = 'buckets'") == []


def test_append_only_tables_refuse_their_owner_too(world):
    for table, values in (
        ("event", "set data = '{}'"),
        ("digest_head", "set hash = ''"),
        ("procedure_version", "set digest = ''"),
        ("administrative_act", "set act = ''"),
    ):
        triggers = listed(
            world,
            "select tgname as name from pg_trigger where tgrelid = %s::regclass and not tgisinternal and tgenabled <> 'D'",
            f"app.{table}",
        )
        assert triggers, f"app.{table} can be edited: {values}"


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_the_roles_of_the_api_own_nothing_and_are_no_members_of_others(world, role):
    assert listed(world, "select relname as name from pg_class where relowner = %s::regrole", role) == []
    assert listed(world, "select roleid::regrole::text as name from pg_auth_members where member = %s::regrole", role) == []
