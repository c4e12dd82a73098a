-- What administrators decide, and when a commune stopped receiving a request.
--   rules ........................ sql/rules/45_administration.sql
-- Closed: no new request; open ones go on with the mode, version and values of the row.
alter table app.commune_procedure add column closed_at timestamptz;

-- One line per act of administration, never edited. commune_id is null for acts that bind the whole kingdom (holidays).
create table app.administrative_act (
  id         bigint generated always as identity primary key,
  at         timestamptz not null default now(),   -- real time: a commune's moved clock is itself one of the acts
  person_id  uuid not null,
  commune_id uuid references app.commune on delete restrict,
  act        text not null,
  data       jsonb not null default '{}'
);
create index on app.administrative_act (commune_id, id desc);
