-- person: names and address of oneself, of colleagues and of those whose memberships one manages. The private columns (identity card,
-- phone, postal address) are read by nobody through the table: public.my_profile gives each person their own.
--
--                            anonymous  oneself  colleague  manager  others
--   name, e-mail, language      -        read      read      read      -
--   cin, phone, address         -         -         -         -        -
alter table app.person enable row level security;
revoke all on app.person from public, anon, authenticated;
grant select (id, email, name_fr, name_ar, language, created_at) on app.person to authenticated;
create policy "oneself" on app.person for select to authenticated using (id = (select auth.uid()));
create policy "colleagues, and people one manages" on app.person for select to authenticated
  using (id in (select app.people_in_view()));
