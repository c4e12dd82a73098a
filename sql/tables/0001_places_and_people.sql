-- Places, bodies and the people who hold a function in them.
--
-- A person is an account of Supabase Auth. What a person may do comes only from dated
-- memberships: nothing is read from metadata that its owner can edit.
--   who may read these ........... sql/access/
--   which power a person holds ... sql/rules/powers.sql
--   how staff join ............... sql/rules/people.sql
create schema if not exists app;

-- One line of settings of the installation: demonstration mode, public address, names.
create table app.setting (
  key   text primary key,
  value jsonb not null
);

-- Every refusal the database can pronounce: its code and what the reader should do, in both languages.
create table app.refusal (
  code text primary key,
  fr   text not null,
  ar   text not null,
  constraint a_code_is_a_sqlstate_of_our_own check (code ~ '^[I-OQ-W][A-Z]{3}[0-9]$')
);

create table app.region (
  code        text primary key,           -- code of the High Commission for Planning (HCP)
  name_fr     text not null,
  name_ar     text not null,
  population  int
);

create table app.province (
  code        text primary key,
  region_code text not null references app.region on delete restrict,
  kind        text not null check (kind in ('province', 'prefecture')),
  name_fr     text not null,
  name_ar     text not null,
  name_zgh    text,                       -- Tifinagh, only where a source gives it
  population  int,
  lat         double precision,
  lon         double precision
);
create index on app.province (region_code);

create table app.commune (
  id               uuid primary key,      -- derived from the code, so that it is the same everywhere
  code             text not null unique,
  province_code    text not null references app.province on delete restrict,
  kind             text not null check (kind in ('urban', 'rural')),
  name_fr          text not null,
  name_ar          text not null,
  name_zgh         text,
  population       int,
  lat              double precision,
  lon              double precision,
  boundary         jsonb,                 -- GeoJSON geometry, indicative
  is_open          boolean not null default false,
  is_demonstration boolean not null default false,
  clock_offset     interval not null default '0',
  contact          jsonb not null default '{}',
  constraint only_a_demonstration_commune_shifts_its_clock check (is_demonstration or clock_offset = '0')
);
-- The commune picker and the governor's board list one province.
create index on app.commune (province_code, name_fr);

create table app.organisation (
  id            uuid primary key default gen_random_uuid(),
  kind          text not null check (kind in
                  ('national', 'province', 'commune', 'local_authority', 'urban_agency', 'operator', 'company', 'architects')),
  name_fr       text not null,
  name_ar       text not null,
  commune_id    uuid references app.commune on delete restrict,
  province_code text references app.province on delete restrict,
  identifiers   jsonb not null default '{}',        -- ICE, trade register, order number
  created_at    timestamptz not null default now(),
  constraint a_commune_office_has_its_commune check (kind not in ('commune', 'local_authority') or commune_id is not null),
  constraint a_province_office_has_its_province check (kind <> 'province' or province_code is not null)
);
create unique index one_office_per_commune on app.organisation (commune_id, kind) where kind in ('commune', 'local_authority');
create unique index one_office_per_province on app.organisation (province_code) where kind = 'province';
create index on app.organisation (province_code);

create table app.person (
  id         uuid primary key references auth.users on delete cascade,
  email      text,
  name_fr    text not null default '',
  name_ar    text not null default '',
  cin        text,
  phone      text,
  address    text,
  language   text not null default 'ar' check (language in ('ar', 'fr')),
  created_at timestamptz not null default now()
);

create table app.membership (
  id              uuid primary key default gen_random_uuid(),
  person_id       uuid not null references app.person on delete cascade,
  organisation_id uuid not null references app.organisation on delete restrict,
  role            text not null check (role in (
                    'architect', 'company_member', 'clerk', 'instructor',
                    'technical', 'patrimony', 'urbanism', 'economic', 'traffic', 'administrative_police', 'local_authority',
                    'inspector', 'president', 'delegate', 'cashier', 'governor', 'administrator', 'worker')),
  valid_from      date not null,
  valid_to        date,                   -- last day, included; null = until ended
  created_at      timestamptz not null default now(),
  constraint a_membership_ends_after_it_starts check (valid_to is null or valid_to >= valid_from)
);
-- Every policy asks "what does this person hold today?".
create index on app.membership (person_id, role);
create index on app.membership (organisation_id, role);

create table app.invitation (
  id              uuid primary key default gen_random_uuid(),
  token_hash      text not null unique,   -- sha256 in hexadecimal; the token itself is only in the mail
  email           text not null,
  organisation_id uuid not null references app.organisation on delete cascade,
  role            text not null,
  valid_from      date not null,
  valid_to        date,
  invited_by      uuid references app.person on delete set null,
  created_at      timestamptz not null default now(),
  expires_at      timestamptz not null default now() + interval '14 days',
  accepted_by     uuid references app.person on delete set null,
  accepted_at     timestamptz,
  withdrawn_at    timestamptz
);
create index on app.invitation (organisation_id);
create index on app.invitation (invited_by);
create index on app.invitation (accepted_by);

-- Delegation of signature (organic law 113-14, art. 103-104): who signs for the president, for what, since when.
create table app.delegation (
  id          uuid primary key default gen_random_uuid(),
  commune_id  uuid not null references app.commune on delete restrict,
  delegate_id uuid not null references app.person on delete restrict,
  order_no    text not null,
  order_date  date not null,
  procedures  text[] not null default '{}',        -- empty: every procedure
  valid_from  timestamptz not null,
  valid_to    timestamptz not null,
  revoked_at  timestamptz,
  created_by  uuid references app.person on delete set null,
  created_at  timestamptz not null default now(),
  constraint a_delegation_ends_after_it_starts check (valid_to > valid_from)
);
create index on app.delegation (commune_id, delegate_id);
create index on app.delegation (delegate_id);
create index on app.delegation (created_by);

-- Browser sessions of the site. The refresh token is encrypted with a key derived from the cookie, which
-- is not stored: a copy of this table opens nothing.
create table app.site_session (
  id_hash      text primary key,          -- sha256 of the cookie
  person_id    uuid references app.person on delete cascade,
  sealed       text not null,             -- encrypted tokens
  generation   int not null default 0,    -- grows at each refresh; a tab with an older one reads again
  language     text not null default 'ar',
  created_at   timestamptz not null default now(),
  renewed_at   timestamptz not null default now(),
  expires_at   timestamptz not null
);
create index on app.site_session (person_id);
create index on app.site_session (expires_at);
