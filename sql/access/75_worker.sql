-- job, outbox, reminder: nobody reads or writes these tables. The worker calls its functions (sql/rules/75 to 77), acts write
-- through app.enqueue and app.notify; public.demonstration_mailbox shows mails in a demonstration only.
--
--              anonymous  signed in  worker
--   job           -          -       by functions
--   outbox        -          -       by functions
--   reminder      -          -       by functions
alter table app.job enable row level security;
alter table app.outbox enable row level security;
alter table app.reminder enable row level security;
revoke all on app.job, app.outbox, app.reminder from public, anon, authenticated;
