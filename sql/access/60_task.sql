-- task: who holds a dossier. Staff of the commune read all; a consulted service its own; the applicant those of their dossiers.
--
--           party          staff of the commune   consulted service   anonymous
--   task    own dossiers   read                   its own             -
alter table app.task enable row level security;
revoke all on app.task from public, anon, authenticated;
grant select on app.task to authenticated;
-- One policy, the cheap question first: the staff's queue asks it for thousands of rows, and OR stops at the first yes.
create policy "staff of the commune, and whoever reads the dossier" on app.task for select to authenticated
  using (commune_id in (select app.my_communes(app.reading_roles())) or app.can_read(dossier_id));
