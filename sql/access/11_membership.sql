-- membership: one's own, those of one's colleagues, those one manages. Written by public.accept_invitation and public.end_membership.
--
--                  anonymous  own    colleague  manager  others
--   membership        -       read     read      read      -
alter table app.membership enable row level security;
revoke all on app.membership from public, anon, authenticated;
grant select on app.membership to authenticated;
create policy "one's own memberships" on app.membership for select to authenticated using (person_id = (select auth.uid()));
create policy "colleagues and managed people" on app.membership for select to authenticated
  using (organisation_id in (select app.my_organisations()) or organisation_id in (select app.managed_organisations()));
