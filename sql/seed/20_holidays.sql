-- Public holidays: the dated list of 2024-2027, and the fixed days of every other year of the calendar.
--   sources ...................... sql/seed/data/README.md
-- Hijri days and exceptional closures of later years are entered by an administrator (public.set_holiday). A day that an
-- administrator set or removed is never brought back.
-- load data/holidays_2024_2027.csv into holiday_csv
-- load data/fixed_holidays.csv into fixed_csv
insert into app.holiday (day, name_fr, name_ar, category, status, alt_day, source)
select day, name_fr, name_ar, category, status, alt_day, source
  from (select date::date as day, name_fr, name_ar, category, status, nullif(alt_date, '')::date as alt_day, source from holiday_csv
        union all
        select make_date(y, f.month::int, f.day::int), f.name_fr, f.name_ar, 'national', 'fixed', null, f.source
          from fixed_csv f, generate_series(2015, 2060) as y
         where y not between 2024 and 2027 and y >= f.since::int) as wanted
 where day not in (select d.value::date
                     from app.setting s, jsonb_array_elements_text(s.value) as d
                    where s.key = 'calendar.removed_days')
on conflict (day) do nothing;

analyze app.holiday, app.calendar_day;
