-- region, province, commune, refusal: reference data that anybody reads and only deploys and acts write.
--
--              anonymous  signed in
--   region       read       read
--   province     read       read
--   commune      read       read
--   refusal      read       read
alter table app.region enable row level security;
alter table app.province enable row level security;
alter table app.commune enable row level security;
alter table app.refusal enable row level security;
revoke all on app.region, app.province, app.commune, app.refusal from public, anon, authenticated;
grant select on app.region, app.province, app.commune, app.refusal to anon, authenticated;
create policy "anybody reads regions" on app.region for select to anon, authenticated using (true);
create policy "anybody reads provinces" on app.province for select to anon, authenticated using (true);
create policy "anybody reads communes" on app.commune for select to anon, authenticated using (true);
create policy "anybody reads what a refusal says" on app.refusal for select to anon, authenticated using (true);
