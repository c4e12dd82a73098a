-- The record: a chain of events per dossier, a daily digest of all heads, looks at identity papers; and the
-- things that leave the house: jobs for the worker, mails, notices.
--   writing and verifying ........ sql/rules/record.sql
--   jobs ......................... sql/rules/worker.sql
create table app.event (
  dossier_id uuid not null references app.dossier on delete restrict,
  seq        int not null,
  kind       text not null,
  at         timestamptz not null,
  actor_id   uuid,
  actor_role text not null,
  data       jsonb not null default '{}',
  previous   text not null,                       -- hash of the event before, or of the dossier's id for the first
  hash       text not null,
  primary key (dossier_id, seq)
);
create index event_by_time on app.event (at);

create table app.daily_digest (
  day          date primary key,
  heads        int not null,
  previous     text not null,
  digest       text not null,                     -- over the previous digest and every head of the day, in order
  signature    text,
  signed_at    timestamptz,
  published_at timestamptz
);

create table app.digest_head (
  day        date not null references app.daily_digest on delete restrict,
  dossier_id uuid not null,
  seq        int not null,
  hash       text not null,
  primary key (dossier_id, day)
);
create index on app.digest_head (day);

create table app.access_log (
  id          bigint generated always as identity primary key,
  person_id   uuid not null,
  dossier_id  uuid not null references app.dossier on delete cascade,
  document_id uuid not null references app.document on delete cascade,
  purpose     text not null default '',
  at          timestamptz not null default now()
);
create index on app.access_log (document_id, person_id, at);
create index on app.access_log (dossier_id);

-- Work done off the page's thread by the one worker.
create table app.job (
  id         bigint generated always as identity primary key,
  kind       text not null,
  payload    jsonb not null default '{}',
  dossier_id uuid references app.dossier on delete cascade,
  state      text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed')),
  attempts   int not null default 0,
  run_after  timestamptz not null default now(),
  locked_until timestamptz,
  token      uuid,                                -- who holds it: a worker that lost its hold cannot finish it
  fault      text,
  created_at timestamptz not null default now(),
  done_at    timestamptz
);
create index job_to_run on app.job (run_after, id) where state in ('waiting', 'running');
create index on app.job (dossier_id);

create table app.outbox (
  id         bigint generated always as identity primary key,
  recipient  text not null,                       -- e-mail address
  person_id  uuid references app.person on delete cascade,
  language   text not null check (language in ('ar', 'fr')),
  template   text not null,
  data       jsonb not null default '{}',
  dossier_id uuid references app.dossier on delete cascade,
  created_at timestamptz not null default now(),
  sent_at    timestamptz,
  attempts   int not null default 0,
  fault      text
);
create index outbox_to_send on app.outbox (id) where sent_at is null;
create index on app.outbox (person_id);
create index on app.outbox (dossier_id);

create table app.notice (
  id         bigint generated always as identity primary key,
  person_id  uuid not null references app.person on delete cascade,
  dossier_id uuid references app.dossier on delete cascade,
  kind       text not null,
  data       jsonb not null default '{}',
  at         timestamptz not null default now(),
  read_at    timestamptz
);
create index notice_unread on app.notice (person_id, at desc) where read_at is null;
create index on app.notice (dossier_id);
-- The bell's page: one person's notices, read ones too.
create index on app.notice (person_id, at desc);
