-- organisation: public bodies are public; companies and architects' offices are seen by their members and by who manages them.
--
--                                anonymous  signed in  member  manager
--   public body                    read       read      read    read
--   company, architects' office     -          -        read    read
alter table app.organisation enable row level security;
revoke all on app.organisation from public, anon, authenticated;
grant select on app.organisation to anon, authenticated;
create policy "public bodies are public" on app.organisation for select to anon, authenticated
  using (kind not in ('company', 'architects'));
create policy "members and managers see their office" on app.organisation for select to authenticated
  using (kind in ('company', 'architects')
         and (id in (select app.my_organisations()) or id in (select app.managed_organisations())));
