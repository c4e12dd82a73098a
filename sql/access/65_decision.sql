-- decision, copy_sent, inspection, declared_interest.
--
--                        party                     reading roles   asked services, recipients of a copy   anonymous
--   decision             once notified             read            read                                   -
--   copy_sent            -                         read            read                                   -
--   inspection           own dossiers              read            read                                   -
--   declared_interest    -                         own; staff      -                                      -
alter table app.decision enable row level security;
alter table app.copy_sent enable row level security;
alter table app.inspection enable row level security;
alter table app.declared_interest enable row level security;
revoke all on app.decision, app.copy_sent, app.inspection, app.declared_interest from public, anon, authenticated;
grant select on app.decision, app.copy_sent, app.inspection, app.declared_interest to authenticated;
create policy "a decision is read once notified, before that by the administration" on app.decision for select to authenticated
  using (app.can_read(dossier_id) and (notified_at is not null or not app.is_party(dossier_id)));
create policy "the administration reads copies" on app.copy_sent for select to authenticated
  using (app.can_read(dossier_id) and not app.is_party(dossier_id));
create policy "whoever reads a dossier reads its inspections" on app.inspection for select to authenticated
  using (app.can_read(dossier_id));
create policy "staff and the person read declared interests" on app.declared_interest for select to authenticated
  using (person_id = (select auth.uid()) or app.is_staff_of(dossier_id));
