-- request: what was asked of the applicant. Whoever reads the dossier, save consulted services.
--
--             party          staff of the file   consulted service   anonymous
--   request   own dossiers   read                -                   -
alter table app.request enable row level security;
revoke all on app.request from public, anon, authenticated;
grant select on app.request to authenticated;
create policy "parties and staff read what was asked" on app.request for select to authenticated
  using (app.is_party(dossier_id) or app.is_staff_of(dossier_id));
