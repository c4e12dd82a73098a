-- What the commune decides, the papers it issues, the money it collects.
--   deciding and signing ......... sql/rules/decisions.sql, signatures.sql
--   fees ......................... sql/rules/fees.sql
--   public verification .......... sql/rules/verification.sql
create table app.decision (
  id           uuid primary key default gen_random_uuid(),
  dossier_id   uuid not null references app.dossier on delete cascade,
  kind         text not null check (kind in ('grant', 'grant_with_reservations', 'refusal', 'revocation', 'lapse')),
  number       text unique,
  reasons      jsonb not null default '[]',       -- [{text, article}]
  reservations jsonb not null default '[]',       -- [{text, article}]
  terms        jsonb not null default '{}',       -- answers to the mentions the definition demands
  decided_by   uuid references app.person on delete set null,
  decided_at   timestamptz not null,
  signed_at    timestamptz,
  power        jsonb,                             -- the act that gave the power to sign, as found in the register
  notified_at  timestamptz,
  notified_how text,
  effective_on date
);
create index on app.decision (dossier_id);
create index on app.decision (decided_by);

-- A paper is data frozen by a digest, then a file. Bytes live in storage, bucket 'papers'.
create table app.paper (
  id            uuid primary key default gen_random_uuid(),
  dossier_id    uuid not null references app.dossier on delete cascade,
  decision_id   uuid references app.decision on delete cascade,
  kind          text not null,                    -- receipt, permit, refusal, return, request, revocation, payment, ...
  number        text not null default '',
  data          jsonb not null,                   -- everything printed; canonical
  data_digest   text not null,                    -- sha256 of the canonical data: what the QR code carries
  state         text not null default 'requested' check (state in
                  ('requested', 'failed', 'ready', 'signed', 'published', 'withdrawn')),
  needs         text not null check (needs in ('seal', 'signature')),
  fault         text,                             -- why rendering or validation failed
  prepared      jsonb,                            -- what the signer must sign: document digest, byte range, draft path
  storage_path  text,
  file_digest   text,
  created_at    timestamptz not null,
  published_at  timestamptz
);
create index on app.paper (dossier_id, kind);
create index on app.paper (decision_id);

-- A person's signing key, sealed by a PIN that nobody stores; only its owner can fetch it.
create table app.signing_key (
  id          uuid primary key default gen_random_uuid(),
  person_id   uuid not null references app.person on delete cascade,
  request_pem text,                               -- certificate request waiting for the authority
  certificate_pem text,
  sealed_key  text not null,                      -- private key encrypted under the PIN (PKCS#8, PEM)
  created_at  timestamptz not null default now(),
  expires_at  timestamptz,
  revoked_at  timestamptz
);
create index on app.signing_key (person_id) where revoked_at is null;

create table app.signature (
  id          uuid primary key default gen_random_uuid(),
  paper_id    uuid not null references app.paper on delete cascade,
  signer_id   uuid not null references app.person on delete restrict,
  key_id      uuid not null references app.signing_key on delete restrict,
  digest      text not null,
  cms         text not null,                      -- base64 of the detached CMS
  power       jsonb not null,
  state       text not null default 'received' check (state in ('received', 'valid', 'invalid')),
  fault       text,
  at          timestamptz not null
);
create unique index one_living_signature_per_paper on app.signature (paper_id) where state <> 'invalid';
create index on app.signature (signer_id);
create index on app.signature (key_id);

-- Public verification: the short code of the QR and what it says today.
create table app.verification (
  code       text primary key,                    -- Crockford base 32, 60 bits
  paper_id   uuid not null unique references app.paper on delete cascade,
  dossier_id uuid not null references app.dossier on delete cascade,
  status     text not null default 'authentic' check (status in ('authentic', 'revoked', 'lapsed')),
  since      date
);
create index on app.verification (dossier_id);

create table app.verification_attempt (
  client text not null,
  minute timestamptz not null,
  misses int not null default 0,
  primary key (client, minute)
);

create table app.fee_order (
  id         uuid primary key default gen_random_uuid(),
  dossier_id uuid not null references app.dossier on delete cascade,
  number     text not null unique,
  lines      jsonb not null,                      -- formula and numbers used, source, confidence
  total      bigint not null check (total >= 0),  -- centimes
  due_at     text not null default 'delivery',
  quarter    date,                                -- first day of the quarter it covers, when the fee is due by quarter
  created_at timestamptz not null,
  cancelled_at timestamptz
);
create index on app.fee_order (dossier_id);
create unique index one_order_per_quarter on app.fee_order (dossier_id, quarter) where cancelled_at is null;

create table app.payment (
  id           uuid primary key default gen_random_uuid(),
  fee_order_id uuid not null references app.fee_order on delete restrict,
  amount       bigint not null check (amount > 0),  -- centimes
  means        text not null check (means in ('cash', 'cheque', 'transfer', 'card')),
  reference    text not null default '',
  number       text not null unique,              -- receipt (quittance)
  cashier_id   uuid references app.person on delete set null,
  at           timestamptz not null
);
create unique index a_fee_order_is_paid_once on app.payment (fee_order_id);
create index on app.payment (cashier_id);

-- Copies of an act owed to other bodies, with their legal delay.
create table app.copy_sent (
  id         uuid primary key default gen_random_uuid(),
  dossier_id uuid not null references app.dossier on delete cascade,
  paper_id   uuid references app.paper on delete cascade,
  recipient  text not null,                       -- role: local_authority, governor, ...
  due_on     date not null,
  article    text not null default '',
  sent_at    timestamptz,
  seen_at    timestamptz,
  seen_by    uuid references app.person on delete set null
);
create index on app.copy_sent (dossier_id);
create index on app.copy_sent (paper_id);
create index on app.copy_sent (seen_by);
create index copy_received on app.copy_sent (recipient, sent_at desc, id desc) where sent_at is not null;
create index copy_to_send on app.copy_sent (due_on) where sent_at is null;

-- Visits and checks on the spot by inspectors.
create table app.inspection (
  id         uuid primary key default gen_random_uuid(),
  dossier_id uuid not null references app.dossier on delete cascade,
  measured   jsonb not null default '{}',
  finding    text not null check (finding in ('conform', 'not_conform')),
  note       text not null default '',
  inspector_id uuid references app.person on delete set null,
  at         timestamptz not null
);
create index on app.inspection (dossier_id);
create index on app.inspection (inspector_id);

create table app.appeal (
  id          uuid primary key default gen_random_uuid(),
  dossier_id  uuid not null references app.dossier on delete cascade,
  level       text not null check (level in ('president', 'governor')),
  grounds     text not null check (length(trim(grounds)) > 0),
  filed_by    uuid references app.person on delete set null,
  filed_at    timestamptz not null,
  answer_due  date not null,
  answer      text,
  outcome     text check (outcome in ('upheld', 'rejected', 'invited')),
  answered_by uuid references app.person on delete set null,
  answered_at timestamptz,
  unique (dossier_id, level)
);
create index on app.appeal (filed_by);
create index on app.appeal (answered_by);

-- Wording of letters and orders where a procedure brings none of its own. Content, not code: assets/templates/letters.yaml.
create table app.letter_template (
  kind    text primary key,
  content jsonb not null
);
-- Verification by the digest inside an uploaded file.
create index on app.paper (data_digest);
