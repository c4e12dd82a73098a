-- setting: nobody reads the table; public.me hands out the few settings meant for everybody, functions read the rest.
--
--              anonymous  signed in
--   setting       -          -
alter table app.setting enable row level security;
revoke all on app.setting from public, anon, authenticated;
