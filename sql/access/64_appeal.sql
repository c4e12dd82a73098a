-- appeal: the parties, the staff of the commune, the governor.
--
--            party          reading roles of the commune   anonymous
--   appeal   own dossiers   read                           -
alter table app.appeal enable row level security;
revoke all on app.appeal from public, anon, authenticated;
grant select on app.appeal to authenticated;
create policy "parties and administration read appeals" on app.appeal for select to authenticated
  using (app.can_read(dossier_id));
