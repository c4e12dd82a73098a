-- What was deployed here: the table files, once each, and every release since.
--   written and read by .......... components/operations/deploy.py
create schema app;

create table app.deployed_table (
  name        text primary key,
  sha256      text not null,              -- of the file as applied: an edited file is refused
  routines    text[] not null default '{}',   -- functions the file made: they belong to the tables and survive every deploy
  deployed_at timestamptz not null default now()
);

create table app.release (
  id          int generated always as identity primary key,
  digest      text not null,              -- sha256 over every input of the deploy
  made        jsonb not null,             -- {routines, views, policies}: what the next deploy drops before it writes its own
  deployed_at timestamptz not null default now()
);

alter table app.deployed_table enable row level security;
alter table app.release enable row level security;
