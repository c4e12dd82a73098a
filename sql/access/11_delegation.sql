-- delegation: the delegate, and the staff and supervisors of the commune.
--
--                  anonymous  delegate  staff of the commune  governor  others
--   delegation        -         read          read              read      -
alter table app.delegation enable row level security;
revoke all on app.delegation from public, anon, authenticated;
grant select on app.delegation to authenticated;
create policy "the delegate" on app.delegation for select to authenticated using (delegate_id = (select auth.uid()));
create policy "staff of the commune and its province" on app.delegation for select to authenticated
  using (commune_id in (select app.my_communes(app.reading_roles())));
