-- auth and storage belong to the platform. Their schemas refuse new tables, functions and indexes by themselves; these event triggers refuse
-- what postgres could still do as an heir of local_table_owner: altering, dropping or giving away. Allowed, as on hosted Supabase: triggers on
-- auth.users, policies and triggers on storage tables, references to them, passing on SELECT.

create or replace function _local.is_platform() returns boolean language sql stable as $$
  select rolsuper from pg_catalog.pg_roles where rolname = current_user
$$;
grant usage on schema _local to public;

create or replace function _local.guard_commands() returns event_trigger language plpgsql as $$
declare
  touched record;
begin
  if _local.is_platform() then
    return;
  end if;
  for touched in select * from pg_catalog.pg_event_trigger_ddl_commands() loop
    if touched.schema_name in ('auth', 'storage') and touched.object_type not in ('trigger', 'policy') then
      raise exception 'must be owner of % %', touched.object_type, touched.object_identity using errcode = '42501';
    end if;
    if touched.command_tag in ('GRANT', 'REVOKE') and exists (
      select from pg_catalog.pg_class c
      cross join lateral pg_catalog.aclexplode(c.relacl) right_of
      where c.relnamespace = 'auth'::regnamespace and right_of.privilege_type <> 'SELECT'
        and (right_of.grantee = 0 or right_of.grantee::regrole::text not in ('postgres', 'supabase_auth_admin', 'local_table_owner', 'supabase_admin'))
    ) then
      raise exception 'permission denied to grant rights in schema auth' using errcode = '42501';
    end if;
  end loop;
end $$;

create or replace function _local.guard_drops() returns event_trigger language plpgsql as $$
declare
  dropped record;
begin
  if _local.is_platform() then
    return;
  end if;
  for dropped in select * from pg_catalog.pg_event_trigger_dropped_objects() loop
    if dropped.schema_name in ('auth', 'storage') and dropped.object_type not in ('trigger', 'policy') then
      raise exception 'must be owner of % %', dropped.object_type, dropped.object_identity using errcode = '42501';
    end if;
  end loop;
end $$;

-- As on hosted Supabase, the REST part hears of every change to the schema.
create or replace function _local.announce_change() returns event_trigger language plpgsql as $$
begin
  perform pg_catalog.pg_notify('pgrst', 'reload schema');
end $$;

drop event trigger if exists local_guard_commands;
create event trigger local_guard_commands on ddl_command_end execute function _local.guard_commands();
drop event trigger if exists local_guard_drops;
create event trigger local_guard_drops on sql_drop execute function _local.guard_drops();
drop event trigger if exists local_announce_commands;
create event trigger local_announce_commands on ddl_command_end
  when tag in ('CREATE FUNCTION', 'ALTER FUNCTION', 'DROP FUNCTION', 'CREATE VIEW', 'ALTER VIEW', 'DROP VIEW', 'COMMENT')
  execute function _local.announce_change();
