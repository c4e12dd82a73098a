-- appeal: whoever reads the dossier: the parties, the reading roles of the commune, the services that were asked about it.
--
--            party          reading roles   asked services   anonymous
--   appeal   own dossiers   read            read             -
alter table app.appeal enable row level security;
revoke all on app.appeal from public, anon, authenticated;
grant select on app.appeal to authenticated;
create policy "parties and administration read appeals" on app.appeal for select to authenticated
  using (app.can_read(dossier_id));
