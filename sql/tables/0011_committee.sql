-- The committee: who sits on a dossier, sessions, opinions signed by their authors, minutes, remarks on plans.
--   who sits, sessions, agenda .... sql/rules/70_committee.sql, 71_sessions.sql
--   opinions and their signature .. sql/rules/72_committee_opinions.sql
--   minutes ....................... sql/rules/73_minutes.sql
--   remarks and private notes ..... sql/rules/74_remarks.sql
alter table app.dossier drop constraint dossier_state_check;
alter table app.dossier add constraint dossier_state_check check (state in (
  'DRAFT', 'INCOMPLETE', 'DEPOSITED', 'RETURNED', 'IN_STUDY', 'COMMISSION_SCHEDULED', 'COMPLEMENT_REQUESTED', 'MODIFICATION_REQUESTED',
  'OPINIONS_COLLECTED', 'PV_SIGNED', 'DECISION_PENDING', 'DEFERRED', 'APPROVED_PENDING_FEES', 'DELIVERED', 'REFUSED', 'WITHDRAWN', 'REVOKED', 'LAPSED'));

-- A service of the State that a text gives a seat: civil protection, public works, culture, land registry.
alter table app.organisation drop constraint organisation_kind_check;
alter table app.organisation add constraint organisation_kind_check check (kind in (
  'national', 'province', 'commune', 'local_authority', 'urban_agency', 'operator', 'state_service', 'company', 'architects'));

alter table app.membership drop constraint membership_role_check;
alter table app.membership add constraint membership_role_check check (role in (
  'architect', 'company_member', 'clerk', 'instructor',
  'technical', 'patrimony', 'urbanism', 'economic', 'traffic', 'administrative_police', 'local_authority',
  'secretary', 'member_commune', 'member_province', 'member_agency', 'member_network', 'member_telecom', 'member_registry',
  'member_civil_protection', 'member_public_works', 'member_rail', 'member_culture', 'member_environment',
  'inspector', 'president', 'delegate', 'cashier', 'governor', 'administrator', 'worker'));

-- What the administration asks: minor complements (no effect on opinions, the clock runs on) and modified plans (RGC art. 41-42).
alter table app.request drop constraint request_kind_check;
alter table app.request add constraint request_kind_check check (kind in ('missing', 'replace', 'information', 'original', 'minor', 'modification'));

alter table app.message drop constraint message_thread_check;
alter table app.message add constraint message_thread_check check (thread in ('applicant', 'agents', 'services', 'committee'));

alter table app.decision drop constraint decision_kind_check;
alter table app.decision add constraint decision_kind_check check (kind in (
  'grant', 'grant_with_reservations', 'refusal', 'modification', 'deferral', 'attestation', 'revocation', 'lapse'));
alter table app.decision add column requested jsonb not null default '[]';   -- changes demanded: [{target, text, article, by}]

alter table app.paper drop constraint paper_needs_check;
alter table app.paper add constraint paper_needs_check check (needs in ('seal', 'signature', 'signatures'));

-- Found in an uploaded PDF by the worker: {signed, valid, trusted, signer, at}. Null while unchecked or for other files.
alter table app.document add column signature jsonb;

-- The committee of a body (a commune's single window, or the province's committee): its calendar and its rules.
create table app.committee (
  organisation_id uuid primary key references app.organisation on delete restrict,
  settings        jsonb not null default '{}'     -- over app.setting 'committee'
);

create table app.session (
  id              uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references app.organisation on delete restrict,   -- the body at which the committee sits
  held_at         timestamptz not null,
  place           text not null default '',
  link            text not null default '',       -- of a remote sitting
  state           text not null default 'planned' check (state in ('planned', 'convened', 'open', 'closed', 'cancelled')),
  rules           jsonb not null default '{}',    -- the committee's settings, frozen when it is convened
  guests          jsonb not null default '[]',    -- consultative, without a voice: [{name, quality}]
  convened_at     timestamptz,
  opened_at       timestamptz,
  closed_at       timestamptz,
  created_by      uuid references app.person on delete set null,
  created_at      timestamptz not null default now(),
  reason          text not null default ''        -- why it was cancelled or moved
);
create index on app.session (organisation_id, held_at);
create index on app.session (created_by);

-- Who sits on a dossier, and in which round: a new round begins when modified plans are deposited.
create table app.seat (
  id              uuid primary key default gen_random_uuid(),
  dossier_id      uuid not null references app.dossier on delete cascade,
  commune_id      uuid not null references app.commune on delete restrict,
  round           int not null default 1,
  role            text not null,
  organisation_id uuid references app.organisation on delete restrict,   -- null: no body holds this seat yet
  need            text not null check (need in ('permanent', 'occasional')),
  is_binding      boolean not null default false,
  article         text not null default '',       -- the text that gives the seat
  task_id         uuid references app.task on delete set null,
  closed_at       timestamptz                     -- the round is over for it
);
create unique index one_seat_per_body_and_round on app.seat (dossier_id, round, role, organisation_id) nulls not distinct;
create index on app.seat (organisation_id, role) where closed_at is null;
create index on app.seat (task_id);
create index on app.seat (commune_id);

create table app.agenda_item (
  session_id   uuid not null references app.session on delete cascade,
  dossier_id   uuid not null references app.dossier on delete cascade,
  round        int not null default 1,
  position     int not null,
  state        text not null default 'listed' check (state in ('listed', 'examined', 'postponed')),
  rapporteur_id uuid references app.person on delete set null,
  note         text not null default '',
  primary key (session_id, dossier_id)
);
create index on app.agenda_item (dossier_id, round);
create index on app.agenda_item (rapporteur_id);

create table app.attendance (
  session_id      uuid not null references app.session on delete cascade,
  role            text not null,
  organisation_id uuid not null references app.organisation on delete restrict,
  status          text not null check (status in ('present', 'remote', 'absent')),
  person_id       uuid references app.person on delete set null,
  mandate         text not null default '',       -- by which act a deputy sits
  marked_at       timestamptz not null,
  marked_by       uuid references app.person on delete set null,
  primary key (session_id, role, organisation_id)
);
create index on app.attendance (organisation_id);
create index on app.attendance (person_id);
create index on app.attendance (marked_by);

-- An opinion of a member is a draft of its author until its canonical text is signed; then it never changes.
alter table app.opinion drop constraint opinion_outcome_check;
alter table app.opinion add constraint opinion_outcome_check check (outcome in ('favourable', 'with_reservations', 'unfavourable', 'modification', 'not_concerned'));
alter table app.opinion drop constraint an_unfavourable_opinion_has_reasons;   -- a draft may lack what its author has not written yet
alter table app.opinion alter column task_id drop not null;
alter table app.opinion add column seat_id uuid unique references app.seat on delete cascade;
alter table app.opinion add column round int not null default 1;
alter table app.opinion add column state text not null default 'given' check (state in ('draft', 'signing', 'given'));
alter table app.opinion add column items jsonb not null default '[]';   -- reservations or changes: [{text, article, lift_by, target}]
alter table app.opinion add column given_in text not null default 'desk' check (given_in in ('desk', 'session'));
alter table app.opinion add column documents jsonb not null default '{}';  -- {slot: [digest]}: the files that lay before the member
alter table app.opinion add column canonical text;                      -- the frozen text that its author signs
alter table app.opinion add column digest text;
alter table app.opinion add constraint an_unfavourable_opinion_has_reasons check (state = 'draft'
  or outcome not in ('unfavourable', 'with_reservations', 'modification')
  or (length(trim(reasons)) > 0 and (outcome <> 'unfavourable' or length(trim(article)) > 0)));
alter table app.opinion add constraint an_opinion_has_its_task_or_its_seat check (task_id is not null or seat_id is not null);

create table app.opinion_signature (
  id         uuid primary key default gen_random_uuid(),
  opinion_id uuid not null references app.opinion on delete cascade,
  signer_id  uuid not null references app.person on delete restrict,
  key_id     uuid not null references app.signing_key on delete restrict,
  digest     text not null,
  cms        text not null,                       -- base64 of the detached CMS over the canonical text
  power      jsonb not null,
  state      text not null default 'received' check (state in ('received', 'valid', 'invalid')),
  fault      text,
  at         timestamptz not null
);
create unique index one_living_signature_per_opinion on app.opinion_signature (opinion_id) where state <> 'invalid';
create index on app.opinion_signature (signer_id);
create index on app.opinion_signature (key_id);

-- Minutes are a paper with one field per seated member. Each signature is prepared for one seat on the revision of that moment.
create table app.seat_signature (
  id         uuid primary key default gen_random_uuid(),
  paper_id   uuid not null references app.paper on delete cascade,
  seat_id    uuid not null references app.seat on delete cascade,
  signer_id  uuid not null references app.person on delete restrict,
  key_id     uuid references app.signing_key on delete restrict,
  revision   text not null,                       -- storage path of the file that was prepared
  prepared   jsonb,                               -- {document_digest, state, path}
  cms        text,
  power      jsonb not null default '{}',
  state      text not null default 'preparing' check (state in ('preparing', 'ready', 'received', 'valid', 'invalid', 'stale')),
  fault      text,
  at         timestamptz not null
);
create unique index one_living_signature_per_seat on app.seat_signature (paper_id, seat_id) where state not in ('invalid', 'stale');
create index on app.seat_signature (seat_id);
create index on app.seat_signature (signer_id);
create index on app.seat_signature (key_id);

-- A remark pinned on a page of a plan. private: its author's own note; committee: members; architect: the applicant's side too.
create table app.remark (
  id          uuid primary key default gen_random_uuid(),
  dossier_id  uuid not null references app.dossier on delete cascade,
  document_id uuid references app.document on delete cascade,
  page        int not null default 1,
  x           real check (x between 0 and 1),      -- from the left of the page
  y           real check (y between 0 and 1),      -- from the top of the page
  body        text not null check (length(body) between 1 and 3000),
  audience    text not null default 'committee' check (audience in ('private', 'committee', 'architect')),
  author_id   uuid references app.person on delete set null,
  author_role text not null,
  at          timestamptz not null,
  answer      text not null default '',
  answered_by uuid references app.person on delete set null,
  answered_at timestamptz,
  resolved_by uuid references app.person on delete set null,
  resolved_at timestamptz
);
create index on app.remark (dossier_id, document_id, page);
create index on app.remark (document_id);
create index on app.remark (author_id);
create index on app.remark (answered_by);
create index on app.remark (resolved_by);
