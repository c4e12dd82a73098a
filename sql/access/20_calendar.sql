-- The calendar is public. Its index must be readable by everybody who computes a date: a grant without a policy
-- would hide every day, and with them every deadline.
--
--                  anonymous  signed in   writes
--   holiday        read       read        public.set_holiday(), public.remove_holiday()
--   calendar_day   read       read        app.rebuild_calendar()
alter table app.holiday enable row level security;
alter table app.calendar_day enable row level security;
revoke all on app.holiday, app.calendar_day from public, anon, authenticated;
grant select on app.holiday, app.calendar_day to anon, authenticated;
create policy "anybody reads the public holidays" on app.holiday for select to anon, authenticated using (true);
create policy "anybody reads the working days" on app.calendar_day for select to anon, authenticated using (true);
