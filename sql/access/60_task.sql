-- task: who holds a dossier. Staff of the commune read all; a consulted service its own; the applicant those of their dossiers.
--
--           party          staff of the commune   consulted service   anonymous
--   task    own dossiers   read                   its own             -
alter table app.task enable row level security;
revoke all on app.task from public, anon, authenticated;
grant select on app.task to authenticated;
create policy "staff read the tasks of their communes" on app.task for select to authenticated
  using (commune_id in (select app.my_communes(app.reading_roles())));
create policy "whoever reads a dossier knows who holds it" on app.task for select to authenticated
  using (app.can_read(dossier_id));
