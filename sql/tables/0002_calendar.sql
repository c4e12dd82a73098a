-- Public holidays and the index of working days made from them.
--
-- app.calendar_day turns every counting rule into two lookups: the n-th working day after a date is the day whose
-- working_index is n higher. It is rebuilt whenever a holiday changes.      rules: sql/rules/calendar.sql
create table app.holiday (
  day        date primary key,
  name_fr    text not null,
  name_ar    text not null,
  category   text not null check (category in ('national', 'religious', 'exceptional')),
  status     text not null check (status in ('fixed', 'confirmed', 'press_forecast', 'estimated')),
  alt_day    date,
  source     text not null,
  updated_at timestamptz not null default now()
);

create table app.calendar_day (
  day           date primary key,
  is_working    boolean not null,
  working_index int not null              -- number of working days from the first day of the table up to and including this one
);
create index calendar_day_by_working_index on app.calendar_day (working_index) where is_working;
