-- administrative_act: who opened, enabled, closed or changed what. Written by app.note_act alone, never changed.
--
--                                      administrator of the place   administrator of province, kingdom   others
--   acts about a commune                       read                        read (their communes)            -
--   acts without one (holidays)                 -                          read                             -
alter table app.administrative_act enable row level security;
revoke all on app.administrative_act from public, anon, authenticated;
grant select on app.administrative_act to authenticated;
create policy "administrators read the acts about their communes" on app.administrative_act for select to authenticated
  using (commune_id in (select app.my_communes(array['administrator'])));
create policy "keepers of the calendar read what binds everybody" on app.administrative_act for select to authenticated
  using (commune_id is null and app.keeps_the_calendar());
