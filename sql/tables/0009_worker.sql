-- What the worker needs to do each thing once: a hold on a mail while it is being sent, and the memory of what was already told.
--   used by ...................... sql/rules/75_worker.sql, 76_outbox.sql
alter table app.outbox
  add column held_until timestamptz,      -- taken by a worker until then; also the pause after a failed attempt
  add column token      uuid;             -- who holds it

-- One row per dossier and kind of warning: late_half, late_70, ..., draft_1, draft_2.
create table app.reminder (
  dossier_id uuid not null references app.dossier on delete cascade,
  kind       text not null,
  at         timestamptz not null,
  primary key (dossier_id, kind)
);

-- The worker's look for forgotten drafts.
create index draft_by_last_change on app.dossier (updated_at) where state = 'DRAFT';
