-- Roles and schemas of a Supabase database. Run by the superuser supabase_admin; safe to run again.
--
-- As on hosted Supabase, postgres is no superuser: it creates roles and databases, bypasses row security, owns the database and its public
-- schema, and nothing in auth and storage.

create schema if not exists _local;  -- private to the embedded backend
create table if not exists _local.setup (digest text not null, applied_at timestamptz not null default now());

do $$
declare
  wanted text;
begin
  foreach wanted in array array['postgres', 'anon', 'authenticated', 'service_role', 'authenticator', 'supabase_auth_admin',
                                'supabase_storage_admin', 'local_table_owner'] loop
    if not exists (select from pg_roles where rolname = wanted) then
      execute format('create role %I', wanted);
    end if;
  end loop;
end $$;

alter role postgres login createrole createdb bypassrls nosuperuser;
alter role anon nologin noinherit;
alter role authenticated nologin noinherit;
alter role service_role nologin noinherit bypassrls;
alter role authenticator login noinherit;
alter role supabase_auth_admin login noinherit createrole;
alter role supabase_storage_admin login noinherit createrole;
alter role local_table_owner nologin;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role, authenticator to postgres;

-- Limits of hosted Supabase.
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';

alter database postgres owner to postgres;
alter role postgres set search_path = "$user", public, extensions;

create schema if not exists extensions authorization postgres;
create schema if not exists auth authorization supabase_auth_admin;
create schema if not exists storage authorization supabase_storage_admin;

grant usage on schema public, extensions, auth, storage to postgres, anon, authenticated, service_role;
grant usage on schema auth to supabase_storage_admin;
-- The owner of auth.users, storage.objects and storage.buckets. postgres inherits its rights, which makes policies and triggers possible
-- there; everything else an owner could do is refused by 60_guard.sql.
grant usage on schema auth, storage to local_table_owner;
grant local_table_owner to postgres with inherit true, set false;
grant local_table_owner to supabase_auth_admin, supabase_storage_admin with inherit true, set false;

do $$
declare
  wanted text;
begin
  foreach wanted in array array['pgcrypto', 'pg_trgm', 'unaccent', 'btree_gist'] loop
    if exists (select from pg_available_extensions where name = wanted) then
      execute format('create extension if not exists %I schema extensions', wanted);
    end if;
  end loop;
end $$;
grant execute on all functions in schema extensions to postgres, anon, authenticated, service_role;
