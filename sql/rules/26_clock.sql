-- The clock of a dossier: its events are kept in app.clock_event, the dates they lead to on app.dossier, where the queue,
-- the worker and the board find them. All callers hold the dossier's row already.
--
--   TICK1  the period cannot be extended: it is not running
--   TICK2  the period was extended once already (55-19 art. 17: one extension)
select app.say('TICK1', 'Le délai ne court pas : il ne peut pas être prolongé. Attendez la réponse du demandeur ou le dépôt complet.',
                        'الأجل غير جار ولا يمكن تمديده. يرجى انتظار جواب صاحب الطلب أو استكمال الملف.');
select app.say('TICK2', 'Le délai a déjà été prolongé une fois. Décidez avant la date notifiée.',
                        'سبق تمديد الأجل مرة واحدة. يرجى اتخاذ القرار قبل التاريخ المبلغ.');

-- The clocks of a version, with the cap that the law puts on every act. Definitions are public.
create or replace function app.clocks_of(p_version uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select jsonb_build_object('cap', (select s.value from app.setting s where s.key = 'clock.cap')) || (v.definition -> 'clocks')
            from app.procedure_version v where v.id = p_version);
end;
$$;

create or replace function app.clock_events(p_dossier uuid) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
begin
  return (select coalesce(jsonb_agg(jsonb_build_object('seq', seq, 'kind', kind, 'day', day, 'article', article, 'cause', cause,
                                                       'legal_end', legal_end) order by seq), '[]')
            from app.clock_event where dossier_id = p_dossier);
end;
$$;

-- Adds one event and writes the new dates; an event without effect is not kept.
create or replace function app.clock_append(p_dossier uuid, p_kind text, p_day date, p_cause text, p_article text, p_new_end date default null)
returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_events jsonb := app.clock_events(p_dossier);
  v_seq    int := jsonb_array_length(v_events) + 1;
  v_clocks jsonb;
  v_now    record;
begin
  select app.clocks_of(version_id) into strict v_clocks from app.dossier where id = p_dossier;
  select * into v_now
    from app.clock_fold(v_events || jsonb_build_object('seq', v_seq, 'kind', p_kind, 'day', p_day, 'article', p_article, 'cause', p_cause,
                                                       'legal_end', p_new_end), v_clocks);
  if not v_now.steps @> jsonb_build_array(jsonb_build_object('seq', v_seq)) then
    return;
  end if;
  insert into app.clock_event (dossier_id, seq, kind, day, article, cause, legal_end, sector_end, remaining)
  values (p_dossier, v_seq, p_kind, p_day, p_article, p_cause, v_now.legal_end, v_now.sector_end, v_now.remaining);
  update app.dossier
     set complete_on = v_now.start_on, legal_end = v_now.legal_end, sector_end = v_now.sector_end, half_on = v_now.half_on,
         remaining_days = v_now.remaining
   where id = p_dossier;
end;
$$;

-- The file is complete: both clocks start the day after p_day.
create or replace function app.clock_start(p_dossier uuid, p_day date, p_cause text, p_article text default '') returns void
language plpgsql volatile security definer set search_path = '' as $$ begin perform app.clock_append(p_dossier, 'start', p_day, p_cause, p_article); end; $$;

-- The applicant was asked for something: what is left is frozen. half_on is null as long as the first half is not over.
create or replace function app.clock_suspend(p_dossier uuid, p_day date, p_cause text, p_article text default '') returns void
language plpgsql volatile security definer set search_path = '' as $$ begin perform app.clock_append(p_dossier, 'suspend', p_day, p_cause, p_article); end; $$;

create or replace function app.clock_resume(p_dossier uuid, p_day date, p_cause text, p_article text default '') returns void
language plpgsql volatile security definer set search_path = '' as $$ begin perform app.clock_append(p_dossier, 'resume', p_day, p_cause, p_article); end; $$;

-- Modified plans were deposited: the sector's period starts from zero, the legal one goes on with what was left.
create or replace function app.clock_restart_sector(p_dossier uuid, p_day date, p_cause text, p_article text default '') returns void
language plpgsql volatile security definer set search_path = '' as $$ begin perform app.clock_append(p_dossier, 'restart', p_day, p_cause, p_article); end; $$;

-- Expertise or public inquiry: one extension, to a date notified to the applicant.
create or replace function app.clock_extend(p_dossier uuid, p_new_end date, p_day date, p_cause text, p_article text default '') returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  if exists (select from app.clock_event where dossier_id = p_dossier and kind = 'extend') then
    perform app.refuse('TICK2');
  end if;
  if not exists (select from app.dossier where id = p_dossier and legal_end >= p_day) or p_new_end is null or p_new_end < p_day then
    perform app.refuse('TICK1');
  end if;
  perform app.clock_append(p_dossier, 'extend', p_day, p_cause, p_article, p_new_end);
end;
$$;

-- Decided, withdrawn, returned: no day counts after p_day.
create or replace function app.clock_stop(p_dossier uuid, p_day date, p_cause text, p_article text default '') returns void
language plpgsql volatile security definer set search_path = '' as $$ begin perform app.clock_append(p_dossier, 'stop', p_day, p_cause, p_article); end; $$;

-- After a change of the calendar: every open dossier whose period holds one of the changed days gets its dates again, and an event
-- when they moved. A right that silence has opened stays open. Returns how many moved.
create or replace function app.recompute_deadlines(p_changed date[]) returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_moved record;
  v_count int := 0;
begin
  for v_moved in
    with clocks as materialized (select id, app.clocks_of(id) as clocks from app.procedure_version),
    touched as materialized (
      select d.id, d.version_id, d.legal_end, d.sector_end, d.half_on, d.remaining_days
        from app.dossier d
       where d.closed_at is null and d.state <> 'DRAFT' and d.silence_on is null
         and not exists (select from app.clock_event c where c.dossier_id = d.id and c.kind = 'stop')
         and exists (select from unnest(p_changed) as c (day)
                      where c.day >= d.complete_on
                        and c.day <= greatest(d.legal_end, d.sector_end,
                                              (select max(greatest(e.legal_end, e.sector_end)) from app.clock_event e where e.dossier_id = d.id)))
    ),
    running as (
      select t.id, t.legal_end, t.sector_end, t.half_on, t.remaining_days,
             f.legal_end as new_legal, f.sector_end as new_sector, f.half_on as new_half, f.remaining as new_remaining
        from touched t
        join clocks k on k.id = t.version_id
        cross join lateral app.clock_fold(app.clock_events(t.id), k.clocks) f
    )
    update app.dossier d
       set legal_end = r.new_legal, sector_end = r.new_sector, half_on = r.new_half, remaining_days = r.new_remaining
      from running r
     where r.id = d.id
       and (r.new_legal, r.new_sector, r.new_half, r.new_remaining)
           is distinct from (d.legal_end, d.sector_end, d.half_on, d.remaining_days)
    returning r.*
  loop
    v_count := v_count + 1;
    perform app.record(v_moved.id, 'deadline_recomputed', 'system', jsonb_build_object(
      'changed_days', to_jsonb(p_changed),
      'before', jsonb_build_object('legal_end', v_moved.legal_end, 'sector_end', v_moved.sector_end, 'remaining', v_moved.remaining_days),
      'after', jsonb_build_object('legal_end', v_moved.new_legal, 'sector_end', v_moved.new_sector, 'remaining', v_moved.new_remaining)));
  end loop;
  return v_count;
end;
$$;

-- What the clock band draws: the ledger of app.clock_ledger up to today or the end, whichever is later, and
--   legal, sector: {days, counted, source, confidence, end, remaining, state: not_started|running|suspended|late|stopped}
--   today; remaining: days left on the legal clock (working days when it counts in working days; negative when late)
create or replace function public.clock_band(p_dossier uuid) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_dossier app.dossier;
  v_clocks  jsonb;
  v_events  jsonb;
  v_today   date;
  v_band    jsonb;
begin
  select * into v_dossier from app.dossier where id = p_dossier;
  if v_dossier.id is null then
    perform app.refuse('SEEN1');
  end if;
  v_clocks := app.clocks_of(v_dossier.version_id);
  v_events := app.clock_events(p_dossier);
  v_today := app.today(v_dossier.commune_id);
  v_band := app.clock_ledger(v_events, v_clocks, case when v_dossier.closed_at is null
                                                      then greatest(v_today, v_dossier.legal_end, v_dossier.sector_end) end);
  return v_band || jsonb_build_object(
    'today', v_today,
    'legal', app.clock_face(v_clocks -> 'legal', v_band ->> 'state', (v_band ->> 'legal_end')::date, (v_band ->> 'remaining')::int, v_today),
    'sector', app.clock_face(nullif(v_clocks -> 'sector', 'null'), v_band ->> 'state', (v_band ->> 'sector_end')::date,
                             (v_band ->> 'sector_remaining')::int, v_today),
    'remaining', app.clock_face(v_clocks -> 'legal', v_band ->> 'state', (v_band ->> 'legal_end')::date, (v_band ->> 'remaining')::int,
                                v_today) -> 'remaining');
end;
$$;

create or replace function app.clock_face(p_clock jsonb, p_state text, p_end date, p_remaining int, p_today date) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return case when p_clock is not null then
    p_clock || jsonb_build_object(
      'end', p_end,
      'state', case when p_state = 'running' and p_end < p_today then 'late' else p_state end,
      'remaining', case p_state when 'suspended' then p_remaining
                                when 'running' then app.days_left(p_today, p_end, p_clock ->> 'counted') end) end;
end;
$$;

revoke execute on function app.clocks_of, app.clock_events, app.clock_append, app.clock_start, app.clock_suspend, app.clock_resume,
  app.clock_restart_sector, app.clock_extend, app.clock_stop, app.recompute_deadlines, app.clock_face, public.clock_band
  from public, anon, authenticated;
grant execute on function app.clocks_of, app.clock_events, app.clock_face, public.clock_band to authenticated;
