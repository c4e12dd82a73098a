-- Counting days. Every rule is one or two look-ups in app.calendar_day: no walk from day to day.
--   full days        first and last day excluded (55-19 art. 31, 47-06 art. 174); a last day off moves to the next working day
--   working days     Monday to Friday except public holidays (decree 2-05-916)
--   calendar days    every day; a last day off moves to the next working day
-- They are plpgsql for its kept plans: an SQL function that pins its search_path is planned anew at each statement.
-- The calendar covers 2015 to 2060. Beyond it these functions fail (SQLSTATE 22008) rather than answer null.
--
--   REST1  this day is not among the public holidays
--   REST3  that day is a public holiday already
--   REST2  a date, a name in both languages, a category, a status or a source is missing or unknown

create or replace function app.outside_calendar(p_day date) returns void
language plpgsql immutable set search_path = '' as $$
begin
  raise exception 'the calendar has no answer from %: app.calendar_day covers 2015 to 2060', p_day using errcode = '22008';
end;
$$;

-- The day itself when it is a working day, else the next one.
create or replace function app.next_working_day(p_day date) returns date
language plpgsql stable strict set search_path = '' as $$
declare
  v_found date;
begin
  select n.day into v_found
    from app.calendar_day d
    join app.calendar_day n on n.is_working and n.working_index = d.working_index + case when d.is_working then 0 else 1 end
   where d.day = p_day;
  if v_found is null then
    perform app.outside_calendar(p_day);
  end if;
  return v_found;
end;
$$;

-- The legal end of p_days full days from p_from: the day after the last counted one, moved off days without work.
create or replace function app.full_days_end(p_from date, p_days int) returns date
language plpgsql stable strict set search_path = '' as $$
begin
  return app.next_working_day(p_from + p_days + 1);
end;
$$;

-- The p_days-th working day after p_from; p_from itself never counts. Zero: p_from or the next working day.
create or replace function app.add_working_days(p_from date, p_days int) returns date
language plpgsql stable strict set search_path = '' as $$
declare
  v_found date;
begin
  if p_days = 0 then
    return app.next_working_day(p_from);
  end if;
  select n.day into v_found
    from app.calendar_day d
    join app.calendar_day n on n.is_working and n.working_index = d.working_index + p_days
   where d.day = p_from;
  if v_found is null then
    perform app.outside_calendar(p_from);
  end if;
  return v_found;
end;
$$;

-- Working days after p_from, up to and including p_to; negative when p_to comes first.
create or replace function app.working_days_between(p_from date, p_to date) returns int
language plpgsql stable strict set search_path = '' as $$
declare
  v_days int;
begin
  select t.working_index - f.working_index into v_days
    from app.calendar_day f, app.calendar_day t where f.day = p_from and t.day = p_to;
  if v_days is null then
    perform app.outside_calendar(greatest(p_from, p_to));
  end if;
  return v_days;
end;
$$;

-- The end of a period as a definition writes it: {days, counted}.
create or replace function app.add_days(p_from date, p_days int, p_counted text) returns date
language plpgsql stable strict set search_path = '' as $$
begin
  return case p_counted
    when 'full_days' then app.full_days_end(p_from, p_days)
    when 'working_days' then app.add_working_days(p_from, p_days)
    when 'calendar_days' then app.next_working_day(p_from + p_days)
  end;
end;
$$;

-- Writes the index of working days again from the holidays; returns the days whose nature changed.
create or replace function app.rebuild_calendar() returns setof date
language sql volatile security definer set search_path = '' as $$
  with wanted as (
    select g::date as day, is_working, (sum(is_working::int) over (order by g))::int as working_index
      from generate_series('2015-01-01'::timestamp, '2060-12-31', '1 day') as g,
           lateral (select extract(isodow from g) < 6
                           and not exists (select from app.holiday h where h.day = g::date) as is_working) as nature
  ),
  differing as (
    select w.*, c.is_working as was_working
      from wanted w left join app.calendar_day c using (day)
     where (c.is_working, c.working_index) is distinct from (w.is_working, w.working_index)
  ),
  written as (
    insert into app.calendar_day (day, is_working, working_index) select day, is_working, working_index from differing
    on conflict (day) do update set is_working = excluded.is_working, working_index = excluded.working_index
  )
  select day from differing where is_working <> was_working;
$$;

-- However a holiday comes or goes, the index follows, and with it the ends of the dossiers it touches (26_clock.sql).
create or replace function app.follow_holidays() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_changed date[];
begin
  v_changed := array(select app.rebuild_calendar());
  if cardinality(v_changed) > 0 then
    -- Added up for the act that changed the holiday: an upsert comes here twice.
    perform set_config('shubbak.dossiers_moved', (app.dossiers_moved() + app.recompute_deadlines(v_changed))::text, true);
  end if;
  return null;
end;
$$;
create or replace trigger the_calendar_follows_the_holidays after insert or update or delete on app.holiday
  for each statement execute function app.follow_holidays();

-- How many dossiers the changes of the holidays have moved so far in this transaction.
create or replace function app.dossiers_moved() returns int
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(nullif(current_setting('shubbak.dossiers_moved', true), ''), '0')::int;
end;
$$;

select app.say('REST1', 'Ce jour ne figure pas parmi les jours fériés. Vérifiez la date.',
                        'هذا اليوم غير مدرج ضمن أيام العطل. يرجى التحقق من التاريخ.');
select app.say('REST2', 'Indiquez une date entre 2015 et 2060, le nom en français et en arabe, la catégorie, l''état et la source.',
                        'يرجى تحديد تاريخ بين 2015 و2060 والاسم بالعربية والفرنسية والصنف والحالة والمصدر.');

select app.say('REST3', 'Ce jour est déjà férié. Choisissez un autre jour, ou modifiez celui-là.',
                        'هذا اليوم عطلة من قبل. يرجى اختيار يوم آخر أو تعديل ذلك اليوم.');

-- Holidays are decided at province or national level: they bind every commune.
create or replace function app.keeps_the_calendar() returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from app.membership m join app.organisation o on o.id = m.organisation_id
     where m.person_id = (select auth.uid()) and m.role = 'administrator' and o.kind in ('national', 'province')
       and app.today(null) between m.valid_from and coalesce(m.valid_to, 'infinity'::date));
end;
$$;

create or replace function app.require_keeper_of_the_calendar() returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  elsif not app.keeps_the_calendar() then
    perform app.refuse('ROLE1');
  end if;
end;
$$;

-- Adds a holiday or writes it anew; returns how many open dossiers got other dates.
create or replace function public.set_holiday(p_day date, p_name_fr text, p_name_ar text, p_category text, p_status text,
                                              p_source text, p_alt_day date default null) returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_before jsonb := (select to_jsonb(h) - 'updated_at' from app.holiday h where h.day = p_day);
  v_moved  int := app.dossiers_moved();
begin
  perform app.require_keeper_of_the_calendar();
  if p_day is null or p_day not between '2015-01-01' and '2060-12-31'
     or trim(coalesce(p_name_fr, '')) = '' or trim(coalesce(p_name_ar, '')) = '' or trim(coalesce(p_source, '')) = ''
     or coalesce(p_category, '') not in ('national', 'religious', 'exceptional')
     or coalesce(p_status, '') not in ('fixed', 'confirmed', 'press_forecast', 'estimated') then
    perform app.refuse('REST2');
  end if;
  update app.setting set value = value - p_day::text where key = 'calendar.removed_days';
  insert into app.holiday (day, name_fr, name_ar, category, status, source, alt_day)
  values (p_day, trim(p_name_fr), trim(p_name_ar), p_category, p_status, trim(p_source), p_alt_day)
  on conflict (day) do update
     set name_fr = excluded.name_fr, name_ar = excluded.name_ar, category = excluded.category, status = excluded.status,
         source = excluded.source, alt_day = excluded.alt_day, updated_at = now();
  perform app.note_act(null, 'holiday_set', jsonb_build_object('day', p_day, 'name_fr', trim(p_name_fr), 'name_ar', trim(p_name_ar),
    'status', p_status, 'source', trim(p_source), 'before', v_before, 'dossiers', app.dossiers_moved() - v_moved));
  return app.dossiers_moved() - v_moved;
end;
$$;

-- A day taken away is remembered, so that a later deploy of the reference data does not bring it back.
create or replace function app.remember_removed_day(p_day date, p_back date default null) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  insert into app.setting as s (key, value) values ('calendar.removed_days', jsonb_build_array(p_day))
  on conflict (key) do update set value = (s.value - p_day::text - coalesce(p_back::text, '')) || excluded.value;
end;
$$;

-- The announced day is another than the expected one: one change, one computation. Returns how many open dossiers got other dates.
create or replace function public.move_holiday(p_from date, p_to date, p_status text, p_source text) returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_was   app.holiday;
  v_moved int := app.dossiers_moved();
begin
  perform app.require_keeper_of_the_calendar();
  select * into v_was from app.holiday where day = p_from for update;
  if not found then
    perform app.refuse('REST1');
  elsif p_to is null or p_to not between '2015-01-01' and '2060-12-31' or trim(coalesce(p_source, '')) = ''
        or coalesce(p_status, '') not in ('fixed', 'confirmed', 'press_forecast', 'estimated') then
    perform app.refuse('REST2');
  elsif exists (select from app.holiday where day = p_to) then
    perform app.refuse('REST3');
  end if;
  update app.holiday set day = p_to, status = p_status, source = trim(p_source), alt_day = null, updated_at = now() where day = p_from;
  perform app.remember_removed_day(p_from, p_to);
  perform app.note_act(null, 'holiday_moved', jsonb_build_object('from', p_from, 'day', p_to, 'name_fr', v_was.name_fr, 'name_ar', v_was.name_ar,
    'status', p_status, 'source', trim(p_source), 'dossiers', app.dossiers_moved() - v_moved));
  return app.dossiers_moved() - v_moved;
end;
$$;

create or replace function public.remove_holiday(p_day date) returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_was   app.holiday;
  v_moved int := app.dossiers_moved();
begin
  perform app.require_keeper_of_the_calendar();
  delete from app.holiday where day = p_day returning * into v_was;
  if v_was.day is null then
    perform app.refuse('REST1');
  end if;
  perform app.remember_removed_day(p_day);
  perform app.note_act(null, 'holiday_removed', jsonb_build_object('day', p_day, 'name_fr', v_was.name_fr, 'name_ar', v_was.name_ar,
    'dossiers', app.dossiers_moved() - v_moved));
  return app.dossiers_moved() - v_moved;
end;
$$;

-- How many open dossiers would get other dates if this day became a holiday (p_adding; instead of another day when one is moved), or
-- ceased to be one. The very rules answer: the change is made and taken back.
create or replace function public.holiday_effect(p_day date, p_adding boolean, p_instead_of date default null) returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_moved int := app.dossiers_moved();
begin
  perform app.require_keeper_of_the_calendar();
  if p_day is null or p_day not between '2015-01-01' and '2060-12-31' then
    perform app.refuse('REST2');
  end if;
  begin
    if not p_adding then
      delete from app.holiday where day = p_day;
    elsif p_instead_of is null then
      insert into app.holiday (day, name_fr, name_ar, category, status, source) values (p_day, '?', '?', 'exceptional', 'estimated', '?')
      on conflict do nothing;
    else
      update app.holiday h set day = p_day where h.day = p_instead_of and not exists (select from app.holiday o where o.day = p_day);
    end if;
    v_moved := app.dossiers_moved() - v_moved;
    raise exception using errcode = 'QQQQ0';
  exception when sqlstate 'QQQQ0' then
    null;
  end;
  return v_moved;
end;
$$;

create or replace function public.holidays(p_year int)
returns table (day date, name_fr text, name_ar text, category text, status text, alt_day date, source text)
language sql stable security invoker set search_path = '' as $$
  select h.day, h.name_fr, h.name_ar, h.category, h.status, h.alt_day, h.source
    from app.holiday h
   where h.day between make_date(p_year, 1, 1) and make_date(p_year, 12, 31)
   order by h.day;
$$;

revoke execute on function app.outside_calendar, app.next_working_day, app.full_days_end, app.add_working_days, app.working_days_between,
  app.add_days, app.rebuild_calendar, app.follow_holidays, app.dossiers_moved, app.keeps_the_calendar,
  app.require_keeper_of_the_calendar, app.remember_removed_day, public.set_holiday, public.move_holiday, public.remove_holiday,
  public.holiday_effect, public.holidays from public, anon, authenticated;
grant execute on function app.outside_calendar, app.next_working_day, app.full_days_end, app.add_working_days, app.working_days_between,
  app.add_days to anon, authenticated;
grant execute on function app.keeps_the_calendar, public.set_holiday, public.move_holiday, public.remove_holiday, public.holiday_effect to authenticated;
grant execute on function public.holidays to anon, authenticated;
