-- The register of powers beside delegations: who is away and who holds the pen meanwhile, offices without a holder, keys of a body.
--   what each act lets a person sign ... sql/rules/14_powers_register.sql
--   entering and ending acts ........... sql/rules/44_powers_acts.sql, 44_vacancies.sql
create table app.absence (
  id              uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references app.organisation on delete restrict,
  role            text not null,
  person_id       uuid not null references app.person on delete restrict,
  deputy_id       uuid references app.person on delete restrict,   -- null: nobody acts meanwhile
  valid_from      date not null,
  valid_to        date not null,          -- last day, included
  order_no        text not null,
  order_date      date not null,
  reason          text not null default '',
  created_by      uuid references app.person on delete set null,
  created_at      timestamptz not null,
  ended_at        timestamptz,            -- back early, or cancelled before it began
  ended_by        uuid references app.person on delete set null,
  constraint an_absence_ends_after_it_starts check (valid_to >= valid_from),
  constraint nobody_deputises_for_themselves check (deputy_id <> person_id),
  constraint an_order_comes_before_its_effect check (order_date <= valid_from)
);
create index on app.absence (organisation_id, role, valid_to);
create index on app.absence (person_id);
create index on app.absence (deputy_id);
create index on app.absence (created_by);
create index on app.absence (ended_by);

-- An office that signs and has no holder: after an election, a death, a resignation.
create table app.vacancy (
  id              uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references app.organisation on delete restrict,
  role            text not null check (role in ('president', 'governor')),
  since           date not null,
  until           date,                   -- the day before a new holder began; null while it lasts
  cause           text not null check (cause in ('term', 'resignation', 'death', 'removal', 'transfer', 'other', 'found')),
  last_holder_id  uuid references app.person on delete set null,
  acting_id       uuid references app.person on delete restrict,
  acting_text     text not null default '',   -- the text under which that person acts
  order_no        text,
  order_date      date,
  created_by      uuid references app.person on delete set null,   -- null: found by the worker
  created_at      timestamptz not null,
  constraint who_acts_has_an_act check (acting_id is null or (length(btrim(acting_text)) > 0 and order_no is not null and order_date is not null))
);
create unique index one_open_vacancy_per_office on app.vacancy (organisation_id, role) where until is null;
create index on app.vacancy (organisation_id, role, since);
create index on app.vacancy (last_holder_id);
create index on app.vacancy (acting_id);
create index on app.vacancy (created_by);

-- A deputy holds the function of the person they replace, for those days: they see its dossiers, receive its notices and its tasks.
-- Null in both columns: somebody who holds the function in their own right.
alter table app.membership add column absence_id uuid references app.absence on delete cascade;
alter table app.membership add column vacancy_id uuid references app.vacancy on delete cascade;
create index on app.membership (absence_id);
create index on app.membership (vacancy_id);

-- A delegation falls with the president who gave it.
alter table app.delegation add column given_by uuid references app.person on delete set null;
alter table app.delegation add column revoked_by uuid references app.person on delete set null;
create index on app.delegation (given_by);
create index on app.delegation (revoked_by);
update app.delegation g set given_by = (
  select m.person_id from app.membership m join app.organisation o on o.id = m.organisation_id
   where o.commune_id = g.commune_id and o.kind = 'commune' and m.role = 'president'
     and g.order_date between m.valid_from and coalesce(m.valid_to, 'infinity'::date)
   order by m.valid_from desc limit 1);

-- A recusal is an interest that somebody else wrote down: the president or an administrator. Null: declared by the person.
alter table app.declared_interest add column declared_by uuid references app.person on delete set null;
create index on app.declared_interest (declared_by);

-- A certificate names a body; it falls when its owner signs for that body no more.
alter table app.signing_key add column organisation_id uuid references app.organisation on delete set null;
alter table app.signing_key add column revoked_by uuid references app.person on delete set null;
alter table app.signing_key add column revoked_why text check (revoked_why in ('renewed', 'left', 'lost', 'compromised', 'other'));
create index on app.signing_key (organisation_id);
create index on app.signing_key (revoked_by);
