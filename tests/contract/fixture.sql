-- What the contract suite calls. Works on the embedded backend and on a real Supabase project, as the role postgres; safe to run again.

drop view if exists public.contract_letters;
drop table if exists public.contract_letter;
create table public.contract_letter (
  id int primary key, title text not null, kind text, weight numeric, sent boolean, sent_on date, tags text[],
  owner uuid, payload jsonb
);
alter table public.contract_letter enable row level security;
create policy contract_own on public.contract_letter for select to authenticated using (owner is null or owner = (select auth.uid()));
revoke all on public.contract_letter from anon, authenticated;
grant select on public.contract_letter to authenticated;
insert into public.contract_letter values
  (1, 'Permit', 'in', 1.5, true, '2026-01-02', '{a,b}', null, '{"pages": 2}'),
  (2, 'رخصة إصلاح', 'out', 12345678901234567890.123, false, '2026-02-03', '{}', null, null),
  (3, 'A "quoted", title', null, null, null, null, null, null, '[]'),
  (4, 'Letter (four)', 'in', 4, true, '2026-03-04', null, null, null),
  (5, 'hidden', 'in', 5, true, null, null, '00000000-0000-0000-0000-00000000dead', null);

create view public.contract_letters with (security_invoker = true) as select * from public.contract_letter;
revoke all on public.contract_letters from anon, authenticated;
grant select on public.contract_letters to authenticated;

create or replace function public.contract_add(p_first int, p_second int default 10) returns int language sql stable as 'select p_first + p_second';
create or replace function public.contract_echo(p_value jsonb) returns jsonb language sql stable as 'select p_value';
create or replace function public.contract_say(p_words text[], p_day date default null, p_number numeric default null) returns text
  language sql stable as $$ select concat_ws('|', array_to_string(p_words, ','), p_day, p_number) $$;
create or replace function public.contract_nothing() returns text language sql stable as 'select null::text';
create or replace function public.contract_numbers(p_count int) returns setof int language sql stable as 'select generate_series(1, p_count)';
create or replace function public.contract_rows(p_count int) returns table (n int, square int) language sql stable
  as 'select g, g * g from generate_series(1, p_count) g';
create or replace function public.contract_pair() returns record language sql stable as 'select 1, 2';
create or replace function public.contract_one(out first int, out second text) language sql stable as $$ select 7, 'sept' $$;
create or replace function public.contract_whoami() returns jsonb language sql stable as $$
  select jsonb_build_object('uid', auth.uid(), 'role', auth.role(), 'user', current_user, 'email', auth.email(), 'aal', auth.jwt() ->> 'aal')
$$;
create or replace function public.contract_twice(p_value int) returns int language sql stable as 'select 1';
create or replace function public.contract_twice(p_value text) returns int language sql stable as 'select 2';

drop table if exists public.contract_count;
create table public.contract_count (n int not null);
alter table public.contract_count enable row level security;
revoke all on public.contract_count from anon, authenticated;
insert into public.contract_count values (0);
create or replace function public.contract_tick() returns int language sql security definer set search_path = ''
  as 'update public.contract_count set n = n + 1 returning n';
create or replace function public.contract_quietly() returns void language sql security definer set search_path = ''
  as 'update public.contract_count set n = n + 1';
create or replace function public.contract_two_rows() returns setof int language sql security definer set search_path = ''
  as 'update public.contract_count set n = n + 1; select generate_series(1, 2)';

create or replace function public.contract_refuse(p_code text, p_detail text default null) returns void language plpgsql as $$
begin
  raise exception 'Ce dossier attend une autre personne' using errcode = p_code, detail = coalesce(p_detail, ''), hint = 'Demandez-lui';
end $$;
create or replace function public.contract_sleep(p_seconds double precision) returns void language sql volatile as 'select pg_sleep(p_seconds)';
create or replace function public.contract_private() returns int language sql stable as 'select 1';
revoke execute on function public.contract_private() from public, anon, authenticated;
grant execute on function public.contract_private() to service_role;

do $$
declare
  name text;
begin
  foreach name in array array['contract_add(int, int)', 'contract_echo(jsonb)', 'contract_say(text[], date, numeric)', 'contract_nothing()',
      'contract_numbers(int)', 'contract_rows(int)', 'contract_one()', 'contract_whoami()', 'contract_twice(int)', 'contract_twice(text)',
      'contract_tick()', 'contract_quietly()', 'contract_two_rows()', 'contract_refuse(text, text)', 'contract_sleep(double precision)'] loop
    execute 'grant execute on function public.' || name || ' to anon, authenticated, service_role';
  end loop;
end $$;

insert into storage.buckets (id, name, file_size_limit, allowed_mime_types)
  values ('contract', 'contract', 100000, array['application/pdf', 'text/plain', 'image/*'])
  on conflict (id) do update set file_size_limit = excluded.file_size_limit, allowed_mime_types = excluded.allowed_mime_types;
-- Everybody signed in reads the folder `shared`; each person owns the folder named by their own id; `drop` takes letters that nobody reads.
drop policy if exists contract_read on storage.objects;
drop policy if exists contract_write on storage.objects;
drop policy if exists contract_change on storage.objects;
drop policy if exists contract_remove on storage.objects;
create policy contract_read on storage.objects for select to authenticated
  using (bucket_id = 'contract' and (storage.foldername(name))[1] in ('shared', (select auth.uid())::text));
create policy contract_write on storage.objects for insert to authenticated
  with check (bucket_id = 'contract' and (storage.foldername(name))[1] in ('drop', (select auth.uid())::text));
create policy contract_change on storage.objects for update to authenticated
  using (bucket_id = 'contract' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy contract_remove on storage.objects for delete to authenticated
  using (bucket_id = 'contract' and (storage.foldername(name))[1] = (select auth.uid())::text);

notify pgrst, 'reload schema';
