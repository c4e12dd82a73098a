-- Default privileges of older and self-hosted Supabase projects: the API roles receive everything on new objects of public.
alter default privileges for role postgres grant execute on functions to public;
alter default privileges for role postgres in schema public grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on sequences to postgres, anon, authenticated, service_role;
