-- procedure, procedure_version, commune_procedure: the law of the window, public (law 55-19, art. 5-6).
--
--                                   anonymous   signed in
--   procedure                         read        read
--   procedure_version                 read        read
--   commune_procedure                 read        read      but for the column settings, which has private values:
--                                                           app.public_settings gives the public ones
--   write (load_procedure, enable_procedure)      by functions only
alter table app.procedure enable row level security;
alter table app.procedure_version enable row level security;
alter table app.commune_procedure enable row level security;
revoke all on app.procedure, app.procedure_version, app.commune_procedure from public, anon, authenticated;
grant select on app.procedure, app.procedure_version to anon, authenticated;
grant select (commune_id, procedure_code, version_id, mode, updated_at, closed_at) on app.commune_procedure to anon, authenticated;
create policy "anybody reads the procedures" on app.procedure for select to anon, authenticated using (true);
create policy "anybody reads their published versions" on app.procedure_version for select to anon, authenticated using (true);
create policy "anybody reads what a commune offers" on app.commune_procedure for select to anon, authenticated using (true);
-- The public catalogue writes its citations for strangers too.
grant execute on function app.article_text to anon;
