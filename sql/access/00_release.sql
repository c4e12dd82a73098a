-- app.deployed_table, app.release: read and written by deploys only.
alter table app.deployed_table enable row level security;
alter table app.release enable row level security;
revoke all on app.deployed_table, app.release from public, anon, authenticated;
