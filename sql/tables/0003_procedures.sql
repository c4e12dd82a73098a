-- Procedures are data: one frozen JSON definition per version (fields, documents, circuit, clocks, fees, texts).
--   its format and loading ....... sql/rules/procedures.sql, assets/procedures/
--   how a form is judged ......... sql/rules/evaluator.sql
create table app.procedure (
  code     text primary key,
  family   text not null check (family in ('urbanism', 'economic', 'networks')),
  position int not null default 0
);

create table app.procedure_version (
  id             uuid primary key default gen_random_uuid(),
  procedure_code text not null references app.procedure on delete restrict,
  version        int not null,
  owner_kind     text not null check (owner_kind in ('national', 'region', 'province')),
  owner_code     text not null default '',
  definition     jsonb not null,
  digest         text not null,           -- sha256 of the canonical definition
  published_at   timestamptz not null default now(),
  constraint one_version_per_owner unique (procedure_code, owner_kind, owner_code, version),
  constraint a_national_version_has_no_place check ((owner_kind = 'national') = (owner_code = ''))
);

-- Read whole by nearly every function: kept uncompressed, so that opening one costs a copy and no more.
alter table app.procedure_version alter column definition set storage external;

create table app.commune_procedure (
  commune_id     uuid not null references app.commune on delete cascade,
  procedure_code text not null references app.procedure on delete restrict,
  version_id     uuid not null references app.procedure_version on delete restrict,
  mode           text not null check (mode in ('paper_register', 'counter', 'online', 'online_only')),
  settings       jsonb not null default '{}',     -- local values of the settings that the version declares
  updated_at     timestamptz not null default now(),
  primary key (commune_id, procedure_code)
);
create index on app.commune_procedure (version_id);
create index on app.commune_procedure (procedure_code);
