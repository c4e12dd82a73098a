-- message, thread_read: each thread to those who take part in it.
--
--                 party               staff of the file   consulted service    anonymous
--   message       thread applicant    all threads         thread services      -
--   thread_read   own marks           own marks           own marks            -
alter table app.message enable row level security;
alter table app.thread_read enable row level security;
revoke all on app.message, app.thread_read from public, anon, authenticated;
grant select on app.message, app.thread_read to authenticated;
create policy "a thread to those who take part in it" on app.message for select to authenticated
  using (thread = any (app.my_threads(dossier_id)));
create policy "one's own read marks" on app.thread_read for select to authenticated
  using (person_id = (select auth.uid()));
