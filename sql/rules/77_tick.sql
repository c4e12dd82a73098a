-- What happens because a day has come: files returned, silence opened, warnings, copies, lapses, forgotten drafts, the day's
-- digest. public.worker_tick may run as often as one likes and twice at once: it takes what is due, skips what somebody is acting
-- on, and does each thing once. At most 100 dossiers a kind and a call; {"more": true} asks for another call.
--
--   ROLE1  only the worker's account may call it

create or replace function app.tick_limit() returns int
language sql immutable set search_path = '' as $$ select 100; $$;

-- Hosted Supabase stops a statement after 8 s, and what it did is undone: the tick leaves the rest to the next call well before.
create or replace function app.tick_may_go_on() returns boolean
language sql volatile set search_path = '' as $$ select clock_timestamp() < statement_timestamp() + interval '4 seconds'; $$;

-- The date of each commune that has dossiers: demonstration communes may live in another one.
create or replace function app.commune_days(p_commune uuid default null) returns table (commune_id uuid, today date)
language sql stable rows 100 security definer set search_path = '' as $$
  select c.id, app.today(c.id) from app.commune c
   where (p_commune is null or c.id = p_commune) and exists (select from app.dossier d where d.commune_id = c.id);
$$;

-- Warnings before the deadline, as a share of the time elapsed (domain reference, 4.7). Who is told at 100 % is decided by
-- app.open_silence. An installation may set its own: [{"share": 70, "kind": "late_70", "roles": ["instructor"]}].
create or replace function app.escalations() returns table (share int, kind text, roles text[])
language sql stable rows 3 security definer set search_path = '' as $$
  select (e ->> 'share')::int, e ->> 'kind', array(select jsonb_array_elements_text(e -> 'roles'))
    from jsonb_array_elements(coalesce(app.setting_value('escalations'),
      '[{"share": 50, "kind": "late_half", "roles": ["instructor"]},
        {"share": 70, "kind": "late_70", "roles": ["clerk", "instructor"]},
        {"share": 85, "kind": "late_85", "roles": ["president", "clerk"]}]')) as e;
$$;

-- Two mails, then the deletion, said too. {"remind_after_days": [30, 60], "delete_after_days": 90}
create or replace function app.draft_setting() returns jsonb
language sql stable security definer set search_path = '' as $$
  select '{"remind_after_days": [30, 60], "delete_after_days": 90}'::jsonb || coalesce(app.setting_value('drafts'), '{}');
$$;

-- Each act has its own savepoint: a dossier that cannot move must not keep the law's dates from the others. Its fault comes back
-- in the answer and in the worker's log.
create or replace function app.tick_dossiers(p_act text, p_dossiers uuid[], inout p_did jsonb)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier uuid;
  v_count   int := 0;
begin
  foreach v_dossier in array coalesce(p_dossiers, '{}') loop
    if not app.tick_may_go_on() then
      p_did := p_did || '{"more": true}';
      exit;
    end if;
    begin
      case p_act
        when 'returned' then perform app.return_dossier(v_dossier);
        when 'silence' then perform app.open_silence(v_dossier);
        when 'warned' then perform app.warn_dossier(v_dossier);
        when 'drafts' then perform app.remind_or_delete_draft(v_dossier);
      end case;
      v_count := v_count + 1;
    exception when others then
      p_did := jsonb_set(p_did, '{faults}', (p_did -> 'faults') || jsonb_build_object('act', p_act, 'dossier', v_dossier, 'code', sqlstate, 'fault', left(sqlerrm, 200)));
    end;
  end loop;
  p_did := p_did || jsonb_build_object(p_act, v_count, 'more', (p_did ->> 'more')::boolean or v_count >= app.tick_limit());
end;
$$;

-- Acts that find their own dossiers.
create or replace function app.tick_call(p_act text, inout p_did jsonb, p_commune uuid default null)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count int;
begin
  if not app.tick_may_go_on() then
    p_did := p_did || '{"more": true}';
    return;
  end if;
  v_count := case p_act
    when 'joined' then app.join_opinions_due()
    when 'complements' then app.close_complements()
    when 'deferrals' then app.end_deferrals()
    when 'due_days' then app.announce_due_days()
    when 'copies' then app.send_copies()
    when 'lapsed' then app.lapse_dossiers()
    when 'vacancies' then app.find_vacancies(p_commune)
    when 'left' then app.revoke_left_certificates()
    when 'certificates' then app.warn_of_expiring_certificates()
    when 'dues' then app.order_dues()
    when 'renewals' then app.remind_renewals()
  end;
  p_did := p_did || jsonb_build_object(p_act, v_count, 'more', (p_did ->> 'more')::boolean or v_count >= app.tick_limit());
exception when others then
  -- As above: one fault must not stop the rest of the tick.
  p_did := jsonb_set(p_did, '{faults}', (p_did -> 'faults') || jsonb_build_object('act', p_act, 'code', sqlstate, 'fault', left(sqlerrm, 200)));
end;
$$;

create or replace function public.worker_tick(p_commune uuid default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_did   jsonb := '{"faults": [], "more": false}';
  v_latest date;
begin
  perform app.require_worker();
  if not pg_try_advisory_xact_lock(7502026) then
    return '{"busy": true, "faults": [], "more": false}';
  end if;
  select max(today) into v_latest from app.commune_days(p_commune);

  v_did := app.tick_dossiers('returned', array(
    select d.id from app.dossier d join app.commune_days(p_commune) c on c.commune_id = d.commune_id
     where d.complete_by < v_latest and d.complete_by < c.today and d.closed_at is null
     order by d.complete_by limit app.tick_limit() for update of d skip locked), v_did);
  v_did := app.tick_call('joined', v_did);
  v_did := app.tick_call('complements', v_did);
  v_did := app.tick_call('deferrals', v_did);
  v_did := app.tick_dossiers('silence', array(
    select d.id from app.dossier d join app.commune_days(p_commune) c on c.commune_id = d.commune_id
     where d.legal_end < v_latest and d.legal_end < c.today and d.closed_at is null and d.silence_on is null and d.decided_at is null
       and d.state <> 'DEFERRED'
     order by d.legal_end limit app.tick_limit() for update of d skip locked), v_did);
  v_did := app.tick_dossiers('warned', array(select w.dossier_id from app.warnings_due(p_commune) w limit app.tick_limit()), v_did);
  v_did := app.tick_call('due_days', v_did);
  v_did := app.tick_call('copies', v_did);
  v_did := app.tick_call('lapsed', v_did);
  v_did := app.tick_call('dues', v_did);
  v_did := app.tick_call('renewals', v_did);
  v_did := app.tick_call('vacancies', v_did, p_commune);
  v_did := app.tick_call('left', v_did);
  v_did := app.tick_call('certificates', v_did);
  v_did := app.tick_dossiers('drafts', array(select f.dossier_id from app.drafts_due(p_commune) f limit app.tick_limit()), v_did);
  v_did := v_did || jsonb_build_object('digest', app.close_yesterday());
  return v_did;
end;
$$;

-- Open dossiers whose elapsed share has reached a warning not given yet: the highest one. The share is that of the legal period
-- itself: suspensions move the end, so the days left are compared with the length first given.
create or replace function app.warnings_due(p_commune uuid default null, p_dossier uuid default null) returns table (dossier_id uuid, kind text)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
begin
  -- Planned for its arguments: one dossier is asked for by its key, all of them by one pass.
  return query
  select distinct on (d.id) d.id, e.kind
    from app.dossier d
    join app.commune_days(p_commune) c on c.commune_id = d.commune_id
    join lateral (select s.legal_end - s.day as days from app.clock_event s
                   where s.dossier_id = d.id and s.kind = 'start' order by s.seq desc limit 1) as given on given.days > 0
    join app.escalations() e
      on case when e.share = 50 then c.today >= d.half_on
              else (given.days - (d.legal_end - c.today)) * 100 >= e.share * given.days end
   where (p_dossier is null or d.id = p_dossier)
     and d.closed_at is null and d.decided_at is null and d.silence_on is null
     and d.legal_end is not null and d.half_on is not null and c.today >= d.half_on
     and not exists (select from app.reminder r where r.dossier_id = d.id and r.kind = e.kind)
     and not exists (select from app.reminder r join app.escalations() h on h.kind = r.kind
                      where r.dossier_id = d.id and h.share > e.share)
   order by d.id, e.share desc;
end;
$$;

create or replace function app.warn_dossier(p_dossier uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier;
  v_kind    text;
begin
  select * into v_dossier from app.dossier where id = p_dossier for update skip locked;
  select w.kind into v_kind from app.warnings_due(v_dossier.commune_id, v_dossier.id) w where w.dossier_id = v_dossier.id;
  if v_kind is null then
    return;
  end if;
  insert into app.reminder (dossier_id, kind, at) values (p_dossier, v_kind, app.now(v_dossier.commune_id));
  perform app.notify_role(p_dossier, r.role, v_kind, jsonb_build_object('legal_end', v_dossier.legal_end,
            'days_left', v_dossier.legal_end - app.today(v_dossier.commune_id)))
    from app.escalations() e, unnest(e.roles) as r(role) where e.kind = v_kind;
end;
$$;

-- Certificates that end within 60 days: said once for each key.
create or replace function app.warn_of_expiring_certificates() returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_key   app.signing_key;
  v_count int := 0;
begin
  for v_key in
    select k.* from app.signing_key k
     where k.revoked_at is null and k.expires_at between now() and now() + interval '60 days'
       and not exists (select from app.notice n where n.person_id = k.person_id and n.kind = 'certificate_expiring' and n.data ->> 'key' = k.id::text)
     order by k.id limit app.tick_limit() for update of k skip locked
  loop
    perform app.notify(v_key.person_id, null, 'certificate_expiring',
              jsonb_build_object('key', v_key.id, 'expires_on', (v_key.expires_at at time zone 'Africa/Casablanca')::date));
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;

-- Drafts left alone: which act is due, draft_1, draft_2 or delete. A change to the draft starts the count again; a draft is deleted
-- only when the second mail left as long ago as the setting leaves between the two, so that a worker stopped for months deletes nothing
-- unannounced.
create or replace function app.drafts_due(p_commune uuid default null, p_dossier uuid default null) returns table (dossier_id uuid, act text)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
begin
  return query
  with setting as (
    select (s #>> '{remind_after_days,0}')::int as first, (s #>> '{remind_after_days,1}')::int as second, (s ->> 'delete_after_days')::int as deleted
      from app.draft_setting() as s
  ), draft as (
    select d.id, d.updated_at, app.now(d.commune_id) as now, s.*,
           (select r.at from app.reminder r where r.dossier_id = d.id and r.kind = 'draft_1' and r.at >= d.updated_at) as told_1,
           (select r.at from app.reminder r where r.dossier_id = d.id and r.kind = 'draft_2' and r.at >= d.updated_at) as told_2
      from app.dossier d, setting s
     where d.state = 'DRAFT' and d.updated_at < (select max(app.now(c.commune_id)) from app.commune_days(p_commune) c) - s.first * interval '1 day'
       and (p_commune is null or d.commune_id = p_commune) and (p_dossier is null or d.id = p_dossier)
  )
  select d.id, case when d.told_1 is null then 'draft_1' when d.told_2 is null then 'draft_2' else 'delete' end
    from draft d
   where case when d.told_1 is null then d.now >= d.updated_at + d.first * interval '1 day'
              when d.told_2 is null then d.now >= greatest(d.updated_at + d.second * interval '1 day', d.told_1 + (d.second - d.first) * interval '1 day')
              else d.now >= greatest(d.updated_at + d.deleted * interval '1 day', d.told_2 + (d.deleted - d.second) * interval '1 day') end
   order by d.updated_at;
end;
$$;

create or replace function app.remind_or_delete_draft(p_dossier uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_draft app.dossier;
  v_act   text;
  v_data  jsonb;
begin
  select * into v_draft from app.dossier where id = p_dossier and state = 'DRAFT' for update skip locked;
  select f.act into v_act from app.drafts_due(v_draft.commune_id, v_draft.id) f where f.dossier_id = v_draft.id;
  if v_act is null then
    return;
  end if;
  select jsonb_build_object('title', v_draft.title, 'procedure_fr', v.definition #>> '{title,fr}', 'procedure_ar', v.definition #>> '{title,ar}',
           'commune_fr', c.name_fr, 'commune_ar', c.name_ar,
           'delete_on', (app.now(c.id) at time zone 'Africa/Casablanca')::date + (s.setting ->> 'delete_after_days')::int
                        - (s.setting #>> array['remind_after_days', case v_act when 'draft_1' then '0' else '1' end])::int)
    into v_data
    from app.commune c, app.procedure_version v, app.draft_setting() as s(setting)
   where c.id = v_draft.commune_id and v.id = v_draft.version_id;
  if v_act <> 'delete' then
    insert into app.reminder (dossier_id, kind, at) values (p_dossier, v_act, app.now(v_draft.commune_id))
    on conflict (dossier_id, kind) do update set at = excluded.at;
    perform app.notify(w.person, p_dossier, 'draft_reminder', v_data)
      from (select v_draft.filed_by as person union select y.person_id from app.party y where y.dossier_id = p_dossier) as w;
    return;
  end if;
  -- The notice outlives the draft, so it is tied to the person alone. Bytes go by the worker's hand, through Storage.
  perform app.notify(w.person, null, 'draft_deleted', v_data - 'delete_on')
    from (select v_draft.filed_by as person union select y.person_id from app.party y where y.dossier_id = p_dossier) as w;
  perform app.enqueue('delete_files', jsonb_build_object('bucket', 'dossiers', 'paths', p.paths))
    from (select jsonb_agg(t.storage_path) as paths from app.document t where t.dossier_id = p_dossier) as p where p.paths is not null;
  update app.document set replaces = null where dossier_id = p_dossier;
  delete from app.dossier where id = p_dossier;
end;
$$;

-- The digest of yesterday, in Morocco, once; signing it is a job.
create or replace function app.close_yesterday() returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_day    date := (now() at time zone 'Africa/Casablanca')::date - 1;
  v_digest text;
begin
  v_digest := app.close_day(v_day);
  if v_digest is not null then
    perform app.enqueue('sign_digest', jsonb_build_object('day', v_day));
  end if;
  return v_digest;
end;
$$;

revoke execute on function app.tick_limit, app.tick_may_go_on, app.commune_days, app.escalations, app.draft_setting, app.tick_dossiers, app.tick_call, public.worker_tick,
  app.warnings_due, app.warn_dossier, app.warn_of_expiring_certificates, app.drafts_due, app.remind_or_delete_draft, app.close_yesterday
  from public, anon, authenticated;
grant execute on function public.worker_tick to authenticated;
