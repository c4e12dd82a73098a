-- The clock's events: whoever may read a dossier reads its clock.
--
--                 applicant     staff, services     anonymous   writes
--   clock_event   own dossier   dossier they read   nothing     app.clock_append()
alter table app.clock_event enable row level security;
revoke all on app.clock_event from public, anon, authenticated;
grant select on app.clock_event to authenticated;
create policy "whoever reads a dossier reads its clock" on app.clock_event for select to authenticated
  using (app.can_read(dossier_id));
