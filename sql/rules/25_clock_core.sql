-- The statutory clock as arithmetic: events in, dates out. It reads the calendar and nothing else.
--
-- p_events: [{seq, kind, day, article, cause, legal_end}] in order; kind start | suspend | resume | restart | extend | stop
--           (legal_end only for extend: the new end that was notified).
-- p_clocks: {legal: {days, counted}, sector: {days, counted, on_request: suspend|restart}?, cap: {days, counted}?}
--
-- Two clocks run together. A request stops both on the evening of its day; the answer starts them again the morning after with
-- what was left (remaining = end - day; frozen). A sector clock may start from zero instead (RGC art. 41): the legal clock never
-- does, no text allows it. The cap (55-19 art. 16) is the longest period whatever the definition says. An event without effect
-- (a second suspension, a request after the legal end) changes nothing.

create or replace function app.days_left(p_from date, p_to date, p_counted text) returns int
language plpgsql stable strict set search_path = '' as $$
begin
  return case p_counted when 'working_days' then app.working_days_between(p_from, p_to) else p_to - p_from end;
end;
$$;

-- p_days after p_from in the way of counting, not yet moved off a day without work.
create or replace function app.move_days(p_from date, p_days int, p_counted text) returns date
language plpgsql stable strict set search_path = '' as $$
begin
  return case when p_days = 0 then p_from
              when p_counted = 'working_days' then app.add_working_days(p_from, p_days)
              else p_from + p_days end;
end;
$$;

-- Follows the events. Out: where both clocks stand after the last one, and `steps`, one object per clock and effective event:
-- {clock, seq, day, state: running|suspended|stopped, counted, raw, end, remaining, event, article}
-- raw is the end before it was moved off a day without work.
create or replace function app.clock_fold(p_events jsonb, p_clocks jsonb,
  out start_on date, out state text, out counted text, out legal_end date, out sector_end date, out half_on date,
  out remaining int, out sector_remaining int, out steps jsonb)
language plpgsql stable set search_path = '' as $$
declare
  v_event      jsonb;
  v_kind       text;
  v_day        date;
  v_period     jsonb;                                   -- the legal period or the cap, whichever ends first
  v_sector     jsonb := nullif(p_clocks -> 'sector', 'null');
  v_legal_raw  date;
  v_sector_raw date;
  v_half_left  int;                                     -- what was left of the first half when the clock was suspended
begin
  steps := '[]';
  state := 'not_started';
  for v_event in select * from jsonb_array_elements(p_events) loop
    v_kind := v_event ->> 'kind';
    v_day := (v_event ->> 'day')::date;

    if v_kind = 'start' and state in ('not_started', 'stopped') then
      start_on := v_day;
      v_period := p_clocks -> 'legal';
      if app.add_days(v_day, (p_clocks #>> '{cap,days}')::int, p_clocks #>> '{cap,counted}')
         < app.add_days(v_day, (v_period ->> 'days')::int, v_period ->> 'counted') then
        v_period := p_clocks -> 'cap';
      end if;
      counted := v_period ->> 'counted';
      v_legal_raw := app.move_days(v_day, (v_period ->> 'days')::int + case counted when 'full_days' then 1 else 0 end, counted);
      half_on := app.move_days(v_day, (v_period ->> 'days')::int / 2, counted);
      v_sector_raw := app.move_days(v_day, (v_sector ->> 'days')::int + case v_sector ->> 'counted' when 'full_days' then 1 else 0 end,
                                    v_sector ->> 'counted');
      state := 'running';
    elsif v_kind = 'suspend' and state = 'running' and v_day <= legal_end then
      remaining := app.days_left(v_day, legal_end, counted);
      sector_remaining := app.days_left(v_day, sector_end, v_sector ->> 'counted');
      if half_on >= v_day then                          -- else the first half is over, and stays over
        v_half_left := app.days_left(v_day, half_on, counted);
        half_on := null;
      end if;
      state := 'suspended';
    elsif v_kind in ('resume', 'restart') and state = 'suspended' then
      v_legal_raw := app.move_days(v_day, remaining, counted);
      half_on := coalesce(half_on, app.move_days(v_day, v_half_left, counted));
      if v_kind = 'restart' or v_sector ->> 'on_request' = 'restart' then
        v_sector_raw := app.move_days(v_day, (v_sector ->> 'days')::int + case v_sector ->> 'counted' when 'full_days' then 1 else 0 end,
                                      v_sector ->> 'counted');
      else
        v_sector_raw := app.move_days(v_day, sector_remaining, v_sector ->> 'counted');
      end if;
      state := 'running';
    elsif v_kind = 'restart' and state = 'running' then
      v_sector_raw := app.move_days(v_day, (v_sector ->> 'days')::int + case v_sector ->> 'counted' when 'full_days' then 1 else 0 end,
                                    v_sector ->> 'counted');
    elsif v_kind = 'extend' and state = 'running' then
      v_legal_raw := (v_event ->> 'legal_end')::date;
    elsif v_kind = 'stop' and state in ('running', 'suspended') then
      state := 'stopped';
    else
      continue;
    end if;

    if state = 'running' then
      legal_end := app.next_working_day(v_legal_raw);
      sector_end := app.next_working_day(v_sector_raw);
      remaining := null;
      sector_remaining := null;
    elsif state = 'suspended' then
      legal_end := null;
      sector_end := null;
    end if;
    steps := steps || jsonb_build_object(
      'clock', 'legal', 'seq', v_event -> 'seq', 'day', v_day, 'state', state, 'counted', counted, 'raw', v_legal_raw, 'end', legal_end,
      'remaining', remaining, 'event', v_event -> 'cause', 'article', v_event -> 'article');
    if v_sector is not null then
      steps := steps || jsonb_build_object(
        'clock', 'sector', 'seq', v_event -> 'seq', 'day', v_day, 'state', state, 'counted', v_sector -> 'counted', 'raw', v_sector_raw,
        'end', sector_end, 'remaining', sector_remaining, 'event', v_event -> 'cause', 'article', v_event -> 'article');
    end if;
  end loop;
end;
$$;

-- The ledger: which state each day has, by which event and article. One scan of the calendar between start and p_until.
-- segments: [{clock, from, to, state: not_counted|running|suspended|after|stopped, seq, event, article}]
-- days:     [{day, legal, sector, why, sector_why, event, article, holiday: {fr, ar}?}]
--           legal, sector: counted | not_counted | suspended | after;   event and article are those of the legal clock
--           why: first_day | counted | weekend | holiday | moved | last_day | suspended | ended | stopped
create or replace function app.clock_ledger(p_events jsonb, p_clocks jsonb, p_until date default null) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
  with fold as materialized (
    select f.*, coalesce(p_until, greatest(f.legal_end, f.sector_end, (select max((e ->> 'day')::date) from jsonb_array_elements(p_events) e))) as until
      from app.clock_fold(p_events, p_clocks) f
  ),
  step as (
    select s.*, f.until, lead(s.day) over (partition by s.clock order by s.seq) as next_day,
           row_number() over (partition by s.clock order by s.seq) = 1 as is_first
      from fold f, jsonb_to_recordset(f.steps)
           as s (clock text, seq int, day date, state text, counted text, raw date, "end" date, event text, article text)
  ),
  span as materialized (
    select clock, day as from_day, day as to_day, 'not_counted' as state, seq, event, article, counted, raw, "end" from step where is_first
    union all
    select clock, day + 1, least(coalesce(next_day, until), case state when 'running' then "end" end), state, seq, event, article, counted, raw, "end"
      from step
    union all                                         -- past its end and not decided: late
    select clock, greatest(day, "end") + 1, coalesce(next_day, until), 'after', seq, event, article, counted, raw, "end"
      from step where state = 'running'
  ),
  judged as (
    select d.day, s.clock, s.state, s.event, s.article, h.name_fr, h.name_ar,
           case
             when s.state = 'not_counted' then 'first_day'
             when s.state = 'suspended' then 'suspended'
             when s.state = 'stopped' then 'stopped'
             when s.state = 'after' then 'ended'
             when s.counted = 'full_days' and d.day = s."end" then 'last_day'
             when s.counted = 'full_days' and d.day < s.raw or s.counted = 'calendar_days' and d.day <= s.raw
               or s.counted = 'working_days' and d.is_working then 'counted'
             when h.day is not null then 'holiday'
             when not d.is_working then 'weekend'
             else 'moved'
           end as why
      from fold f
      join app.calendar_day d on d.day between (f.steps #>> '{0,day}')::date and f.until
      join span s on d.day between s.from_day and s.to_day
      left join app.holiday h on h.day = d.day
  ),
  day as (
    select j.day,
           jsonb_strip_nulls(jsonb_build_object(
             'day', j.day,
             'legal', max(kind) filter (where clock = 'legal'), 'why', max(why) filter (where clock = 'legal'),
             'sector', max(kind) filter (where clock = 'sector'), 'sector_why', max(why) filter (where clock = 'sector'),
             'event', max(event) filter (where clock = 'legal'), 'article', max(article) filter (where clock = 'legal'),
             'holiday', case when max(name_fr) is not null then jsonb_build_object('fr', max(name_fr), 'ar', max(name_ar)) end)) as line
      from judged j,
           lateral (select case when why = 'counted' then 'counted' when why = 'suspended' then 'suspended'
                                when why in ('ended', 'stopped') then 'after' else 'not_counted' end as kind) as k
     group by j.day
  )
  select jsonb_build_object(
    'start', f.start_on, 'state', f.state, 'until', f.until, 'legal_end', f.legal_end, 'sector_end', f.sector_end, 'half_on', f.half_on,
    'remaining', f.remaining, 'sector_remaining', f.sector_remaining,
    'segments', coalesce((select jsonb_agg(jsonb_build_object('clock', clock, 'from', from_day, 'to', to_day, 'state', state, 'seq', seq,
                                                              'event', event, 'article', article) order by clock, from_day, seq)
                            from span where from_day <= to_day), '[]'),
    'days', coalesce((select jsonb_agg(line order by day) from day), '[]'))
    from fold f);
end;
$$;

revoke execute on function app.days_left, app.move_days, app.clock_fold, app.clock_ledger from public, anon, authenticated;
grant execute on function app.days_left, app.move_days, app.clock_fold, app.clock_ledger to authenticated;
