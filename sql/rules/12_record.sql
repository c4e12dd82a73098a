-- The record: every act is an event in its dossier's chain, written under the lock that the act already holds.
--   hash = sha256(previous | dossier | seq | kind | instant | actor | role | canonical data)
-- public.verify_record finds an edited, deleted, inserted or reordered event, and any rewrite or cut older than the last
-- daily digest, whose heads are kept, chained, signed and published (app.close_day, worker).
create or replace function app.event_hash(p_previous text, p_dossier uuid, p_seq int, p_kind text, p_at timestamptz,
                                          p_actor uuid, p_role text, p_data jsonb) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return app.digest(concat_ws('|', p_previous, p_dossier, p_seq, p_kind,
           to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), coalesce(p_actor::text, '-'), p_role, app.canonical(p_data)));
end;
$$;

create or replace function app.record(p_dossier uuid, p_kind text, p_role text, p_data jsonb default '{}') returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_last app.event;
  v_seq  int;
  v_at   timestamptz;
  v_previous text;
begin
  select app.now(d.commune_id) into v_at from app.dossier d where d.id = p_dossier for update;
  select * into v_last from app.event where dossier_id = p_dossier order by seq desc limit 1;
  v_seq := coalesce(v_last.seq, 0) + 1;
  v_previous := coalesce(v_last.hash, app.digest(p_dossier::text));
  insert into app.event (dossier_id, seq, kind, at, actor_id, actor_role, data, previous, hash)
  values (p_dossier, v_seq, p_kind, v_at, (select auth.uid()), p_role, coalesce(p_data, '{}'), v_previous,
          app.event_hash(v_previous, p_dossier, v_seq, p_kind, v_at, (select auth.uid()), p_role, coalesce(p_data, '{}')));
  return v_seq;
end;
$$;

select app.say('KEEP9', 'Le registre des actes ne se modifie pas et ne s''efface pas.', 'سجل الأعمال لا يعدل ولا يحذف.');

-- Nobody edits the record through SQL of the application: only a superuser disabling triggers can, and verify_record shows it.
create or replace function app.keep_the_record() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform app.refuse('KEEP9');
end;
$$;
drop trigger if exists the_record_is_append_only on app.event;
create trigger the_record_is_append_only before update or delete on app.event
  for each row execute function app.keep_the_record();
drop trigger if exists the_digests_are_append_only on app.digest_head;
create trigger the_digests_are_append_only before update or delete on app.digest_head
  for each row execute function app.keep_the_record();

-- Rows: event (its number, or 0 for the whole) and fault. No row when the record is sound.
create or replace function app.record_faults(p_dossier uuid) returns table (event int, fault text)
language sql stable security definer set search_path = '' as $$
  with chain as (
    select e.*, lag(e.hash) over (order by e.seq) as before, row_number() over (order by e.seq) as place
      from app.event e where e.dossier_id = p_dossier
  ), heads as (
    select h.* from app.digest_head h where h.dossier_id = p_dossier
  )
  select c.seq, 'altered' from chain c
   where c.hash <> app.event_hash(c.previous, c.dossier_id, c.seq, c.kind, c.at, c.actor_id, c.actor_role, c.data)
  union all
  select c.seq, 'chain_broken' from chain c
   where c.previous is distinct from coalesce(c.before, app.digest(c.dossier_id::text))
  union all
  select c.seq, 'number_missing' from chain c where c.seq <> c.place
  union all
  select h.seq, 'differs_from_published_digest' from heads h
   where not exists (select from chain c where c.seq = h.seq and c.hash = h.hash)
  union all
  -- Every day, not only those that still name this dossier: taking its heads away is the way to hide it.
  select 0, 'digest_does_not_match_its_heads'
    from (select d.day, d.digest, d.previous, lag(d.digest, 1, '') over (order by d.day) as before from app.daily_digest d) as d
   where d.digest is distinct from app.digest_of_day(d.day) or d.previous <> d.before
  union all
  select 0, 'no_event' from app.dossier d
   where d.id = p_dossier and d.state <> 'DRAFT' and not exists (select from chain);
$$;

-- Open to whoever may read the dossier; and to the owner of the database and its superuser, as long as they speak in nobody's role.
create or replace function public.verify_record(p_dossier uuid) returns table (event int, fault text)
language plpgsql stable security definer set search_path = '' as $$
begin
  if not (app.can_read(p_dossier)
          or (current_setting('role') = 'none' and pg_catalog.pg_has_role(session_user, current_user, 'usage'))) then
    perform app.refuse('SEEN1');
  end if;
  return query select * from app.record_faults(p_dossier);
end;
$$;

create or replace function app.digest_of_day(p_day date) returns text
language sql stable security definer set search_path = '' as $$
  select app.digest(concat_ws('|', d.previous, to_char(d.day, 'YYYY-MM-DD'),  -- whatever the DateStyle
           (select string_agg(h.dossier_id || ':' || h.seq || ':' || h.hash, ',' order by h.dossier_id)
              from app.digest_head h where h.day = d.day)))
    from app.daily_digest d where d.day = p_day;
$$;

-- Closes a day: the head of every chain that moved since the previous digest. The worker signs and publishes it.
create or replace function app.close_day(p_day date) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_previous text;
  v_digest   text;
begin
  if exists (select from app.daily_digest where day >= p_day) then
    return null;
  end if;
  select digest into v_previous from app.daily_digest order by day desc limit 1;
  insert into app.daily_digest (day, heads, previous, digest) values (p_day, 0, coalesce(v_previous, ''), '');
  insert into app.digest_head (day, dossier_id, seq, hash)
    select p_day, e.dossier_id, e.seq, e.hash
      from (select distinct on (dossier_id) dossier_id, seq, hash from app.event order by dossier_id, seq desc) as e
     where e.seq > coalesce((select max(h.seq) from app.digest_head h where h.dossier_id = e.dossier_id), 0);
  v_digest := app.digest_of_day(p_day);
  update app.daily_digest set digest = v_digest, heads = (select count(*) from app.digest_head where day = p_day) where day = p_day;
  return v_digest;
end;
$$;

-- Anybody may compare the published digests.
create or replace function public.daily_digests(p_limit int default 30)
returns table (day date, heads int, previous text, digest text, signature text)
language sql stable security definer set search_path = '' as $$
  select d.day, d.heads, d.previous, d.digest, d.signature from app.daily_digest d
   where d.published_at is not null order by d.day desc limit least(p_limit, 366);
$$;

revoke execute on function app.event_hash, app.record, app.keep_the_record, app.digest_of_day, app.close_day, app.record_faults, public.verify_record,
  public.daily_digests from public, anon, authenticated;
grant execute on function public.verify_record to authenticated;
grant execute on function public.daily_digests to anon, authenticated;
