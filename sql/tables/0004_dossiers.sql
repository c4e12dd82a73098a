-- A dossier is one request made to one commune under one version of one procedure; it keeps that version.
--   drafts, deposit, documents ... sql/rules/filing.sql, documents.sql
--   how it moves ................. sql/rules/workflow.sql
--   when an answer is due ........ sql/rules/clock.sql
--   who may read it .............. sql/access/dossier.sql
create table app.dossier (
  id              uuid primary key default gen_random_uuid(),
  commune_id      uuid not null references app.commune on delete restrict,
  procedure_code  text not null references app.procedure on delete restrict,
  version_id      uuid not null references app.procedure_version on delete restrict,
  channel         text not null check (channel in ('online', 'counter', 'paper')),
  state           text not null default 'DRAFT' check (state in (
                    'DRAFT', 'INCOMPLETE', 'DEPOSITED', 'RETURNED', 'IN_STUDY', 'COMPLEMENT_REQUESTED', 'OPINIONS_COLLECTED',
                    'DECISION_PENDING', 'APPROVED_PENDING_FEES', 'DELIVERED', 'REFUSED', 'WITHDRAWN', 'REVOKED', 'LAPSED')),
  step            text,                   -- id of the circuit's current step
  filed_by        uuid not null references app.person on delete restrict,   -- who typed it: owner, mandatary or clerk
  answers         jsonb not null default '{}',
  revision        int not null default 0,
  owner_name      text not null default '',       -- shown in queues and on papers, taken from the answers at each save
  title           text not null default '',       -- place or object in a few words
  search          text not null default '',       -- folded: accents and Arabic letter variants removed
  number          text unique,                    -- receipt number, without gaps per commune and year
  serial          int,
  serial_year     int,
  tracking_code   text not null default '',
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  deposited_at    timestamptz,                    -- first receipt
  complete_on     date,                           -- the clocks start the day after
  legal_end       date,                           -- latest answer date; null while suspended or before completion
  sector_end      date,
  half_on         date,                           -- last day on which a document may be asked
  remaining_days  int,                            -- frozen while suspended
  complete_by     date,                           -- applicant's last day, while it waits for the applicant
  proposal        jsonb not null default '{}',    -- the instructor's report: proposed outcome, reasons, terms of the order
  decided_at      timestamptz,
  delivered_at    timestamptz,
  valid_until     date,
  silence_on      date,                           -- the day silence opened its effect
  closed_at       timestamptz,
  draft_token     uuid,                           -- a repeated start with the same token opens one draft
  deposit_token   uuid,                           -- a repeated deposit with the same token acts once
  constraint only_a_draft_has_no_number check (state = 'DRAFT' or (number is not null and deposited_at is not null)),
  constraint one_serial_per_commune_and_year unique (commune_id, serial_year, serial)
);
-- The queue: open dossiers of one commune, most urgent first, and those closed lately. The included columns are what counting the
-- bands, its usual filters and the policies read: the wide rows stay closed until fifty of them are shown.
create index dossier_queue on app.dossier (commune_id, legal_end, id)
  include (state, closed_at, deposited_at, filed_by, procedure_code, step, channel) where closed_at is null and state <> 'DRAFT';
create index dossier_closed on app.dossier (commune_id, closed_at)
  include (id, state, legal_end, deposited_at, filed_by, procedure_code, step, channel) where closed_at is not null and state <> 'DRAFT';
create index dossier_by_commune_state on app.dossier (commune_id, state);
create index dossier_by_deposit on app.dossier (commune_id, deposited_at desc, id desc) where state <> 'DRAFT';
create index on app.dossier (filed_by);
create unique index one_draft_per_token on app.dossier (filed_by, draft_token);
create index on app.dossier (version_id);
create index on app.dossier (procedure_code);
-- The worker's daily look for dossiers to return and for silence.
create index dossier_waiting_for_applicant on app.dossier (complete_by) where complete_by is not null and closed_at is null;
create index dossier_past_legal_end on app.dossier (legal_end) where closed_at is null and silence_on is null;

-- People with a right on a dossier beside the staff: the owner, a mandatary, a colleague of the company.
create table app.party (
  dossier_id uuid not null references app.dossier on delete cascade,
  person_id  uuid not null references app.person on delete restrict,
  quality    text not null check (quality in ('owner', 'mandatary')),
  added_at   timestamptz not null default now(),
  primary key (dossier_id, person_id)
);
create index on app.party (person_id);

-- A right to a dossier offered to an e-mail address or by a code, until somebody takes it.
create table app.claim (
  dossier_id uuid not null references app.dossier on delete cascade,
  code_hash  text not null,
  email      text,
  quality    text not null default 'owner',
  created_at timestamptz not null default now(),
  claimed_by uuid references app.person on delete set null,
  claimed_at timestamptz,
  primary key (dossier_id, code_hash)
);
create index on app.claim (claimed_by);
create index on app.claim (lower(email)) where claimed_at is null;

-- One row per changed answer: who, when, what it became. Nothing typed is overwritten without a trace.
create table app.answer_revision (
  dossier_id uuid not null references app.dossier on delete cascade,
  revision   int not null,
  path       text not null,
  value      jsonb,
  person_id  uuid references app.person on delete set null,
  editor     text not null default '',            -- browser session, so that two tabs of one person differ
  at         timestamptz not null default now(),
  primary key (dossier_id, path, revision)
);
create index on app.answer_revision (person_id);

create table app.document (
  id           uuid primary key default gen_random_uuid(),
  dossier_id   uuid not null references app.dossier on delete cascade,
  slot         text not null,                     -- document slot of the definition, or a field of type document
  version      int not null default 1,
  replaces     uuid references app.document on delete restrict,
  request_id   uuid,                              -- the request that asked for it
  storage_path text not null unique,
  file_name    text not null,
  size_bytes   bigint,
  mime         text,
  digest       text,                              -- sha256, set by the worker
  pages        int,
  is_identity  boolean not null default false,    -- opened only through a function that logs the look
  check_state  text not null default 'unchecked' check (check_state in ('unchecked', 'accepted', 'refused')),
  check_code   text,                              -- why the file was refused (app.refusal)
  verdict      text check (verdict in ('conform', 'not_conform')),
  verdict_code text,
  verdict_note text,
  verdict_by   uuid references app.person on delete set null,
  verdict_at   timestamptz,
  uploaded_by  uuid references app.person on delete set null,
  uploaded_at  timestamptz not null default now(),
  removed_at   timestamptz,
  removed_by   uuid references app.person on delete set null
);
create index on app.document (dossier_id, slot, version);
create index on app.document (replaces);
create index on app.document (uploaded_by);
create index on app.document (verdict_by);
create index on app.document (removed_by);
create index document_to_check on app.document (uploaded_at) where check_state = 'unchecked';

-- What the administration asks of the applicant; each kind once, in the first half of the period.
create table app.request (
  id          uuid primary key default gen_random_uuid(),
  dossier_id  uuid not null references app.dossier on delete cascade,
  kind        text not null check (kind in ('missing', 'replace', 'information', 'original')),
  items       jsonb not null,                     -- [{target: slot or field, action: replace|add|clarify, reason, note, article}]
  note        text not null default '',
  article     text,
  created_by  uuid references app.person on delete set null,
  created_at  timestamptz not null,
  told_at     timestamptz,                        -- proof that the applicant was told: the 30 days count from it
  told_how    text,
  due_on      date,
  answered_at timestamptz,
  closed_as   text check (closed_as in ('answered', 'expired', 'withdrawn'))
);
create index on app.request (dossier_id);
create index on app.request (created_by);

create table app.message (
  id          uuid primary key default gen_random_uuid(),
  dossier_id  uuid not null references app.dossier on delete cascade,
  thread      text not null check (thread in ('applicant', 'agents', 'services')),
  body        text not null check (length(body) between 1 and 5000),
  author_id   uuid references app.person on delete set null,
  author_role text not null,
  at          timestamptz not null,
  expected_on date                                -- an answer is awaited by this day
);
create index on app.message (dossier_id, at);
create index on app.message (author_id);

create table app.thread_read (
  dossier_id uuid not null references app.dossier on delete cascade,
  thread     text not null,
  person_id  uuid not null references app.person on delete cascade,
  read_at    timestamptz not null,
  primary key (dossier_id, thread, person_id)
);
create index on app.thread_read (person_id);

-- Who holds the dossier now. One row per holder; a parallel step opens several.
create table app.task (
  id              uuid primary key default gen_random_uuid(),
  dossier_id      uuid not null references app.dossier on delete cascade,
  commune_id      uuid not null references app.commune on delete restrict,
  step            text not null,
  role            text not null,
  opened_at       timestamptz not null,
  due_on          date,
  assigned_to     uuid references app.person on delete set null,
  closed_at       timestamptz,
  closed_by       uuid references app.person on delete set null,
  outcome         text
);
create index task_open_by_commune on app.task (commune_id, role, dossier_id) where closed_at is null;
create index on app.task (dossier_id, step);
create index on app.task (assigned_to);
create index on app.task (closed_by);

create table app.opinion (
  id         uuid primary key default gen_random_uuid(),
  dossier_id uuid not null references app.dossier on delete cascade,
  task_id    uuid not null unique references app.task on delete cascade,
  role       text not null,
  outcome    text not null check (outcome in ('favourable', 'with_reservations', 'unfavourable', 'not_concerned')),
  reasons    text not null default '',
  article    text not null default '',
  measured   jsonb not null default '{}',         -- what a visit measured
  author_id  uuid references app.person on delete set null,
  at         timestamptz not null,
  constraint an_unfavourable_opinion_has_reasons check
    (outcome not in ('unfavourable', 'with_reservations') or (length(trim(reasons)) > 0 and (outcome <> 'unfavourable' or length(trim(article)) > 0)))
);
create index on app.opinion (dossier_id);
create index on app.opinion (author_id);

-- A person who has an interest in a dossier may not act on it.
create table app.declared_interest (
  dossier_id  uuid not null references app.dossier on delete cascade,
  person_id   uuid not null references app.person on delete cascade,
  reason      text not null default '',
  declared_at timestamptz not null default now(),
  primary key (dossier_id, person_id)
);
create index on app.declared_interest (person_id);

-- Number series without gaps: one row per commune, year and kind, locked by the act that takes the number.
create table app.number_series (
  commune_id uuid not null references app.commune on delete restrict,
  year       int not null,
  kind       text not null,
  last       int not null default 0,
  primary key (commune_id, year, kind)
);

-- The clock's ledger: what changed it, on which day, by which article. Days are computed from it, never stored.
create table app.clock_event (
  dossier_id uuid not null references app.dossier on delete cascade,
  seq        int not null,
  kind       text not null check (kind in ('start', 'suspend', 'resume', 'restart', 'extend', 'stop')),
  day        date not null,
  article    text not null default '',
  cause      text not null,                       -- the act that decided it, as named in app.event
  legal_end  date,                                -- the legal end after this event
  sector_end date,
  remaining  int,
  primary key (dossier_id, seq)
);
