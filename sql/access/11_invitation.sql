-- invitation: who manages the body. The hash of the token is read by nobody.
--
--                           anonymous  invited person  manager  others
--   invitation                 -            -          read      -
--   (by its token: public.invitation, public.accept_invitation)
alter table app.invitation enable row level security;
revoke all on app.invitation from public, anon, authenticated;
grant select (id, email, organisation_id, role, valid_from, valid_to, invited_by, created_at, expires_at, accepted_by, accepted_at, withdrawn_at)
  on app.invitation to authenticated;
create policy "managers see what they sent" on app.invitation for select to authenticated
  using (organisation_id in (select app.managed_organisations()));
