-- notice: one's own. Written by app.notify; public.read_notices marks them as read.
--
--             anonymous  own   others
--   notice       -       read    -
alter table app.notice enable row level security;
revoke all on app.notice from public, anon, authenticated;
grant select on app.notice to authenticated;
create policy "one's own notices" on app.notice for select to authenticated using (person_id = (select auth.uid()));
