-- site_session: a person sees that they have sessions, and since when; hash and sealed tokens are read by nobody.
--
--                  anonymous  own                  others
--   site_session      -       dates and language     -
--   (by the hash of the cookie: public.session_read and the others)
alter table app.site_session enable row level security;
revoke all on app.site_session from public, anon, authenticated;
grant select (person_id, language, created_at, renewed_at, expires_at) on app.site_session to authenticated;
create policy "one's own sessions" on app.site_session for select to authenticated using (person_id = (select auth.uid()));
