-- Silence equal to approval (law 55-19 art. 19 and 20): one row per dossier, from the day its applicant asks the president for the act.
--   asking, and the president .... sql/rules/58_silence.sql
--   the governor's attestation ... sql/rules/59_attestation.sql
--   who may read it .............. sql/access/58_silence.sql
create table app.silence_claim (
  dossier_id    uuid primary key references app.dossier on delete cascade,
  tacit_on      date not null,                    -- the legal end that passed without a decision; a tacit permit counts from it
  claimed_by    uuid references app.person on delete set null,
  claimed_at    timestamptz not null,
  president_due date not null,                    -- the president's last day to deliver the act
  form_id       uuid references app.paper on delete set null,      -- the request form: proof of the second step
  referred_by   uuid references app.person on delete set null,
  referred_at   timestamptz,                      -- received by the governor: the days count from it
  governor_due  date,
  letter_no     text,                             -- the governor's letter asking the president for explanations
  letter_on     date,
  letter_by     uuid references app.person on delete set null,
  explanations  text check (length(explanations) between 1 and 5000),
  explained_by  uuid references app.person on delete set null,
  explained_at  timestamptz,
  direct_reason text not null default '',         -- why the governor acts without them: the delay is not the commune's (RGC art. 55)
  decision_id   uuid references app.decision on delete set null,   -- the attestation, drafted or signed
  outcome       text check (outcome in ('delivered', 'attested', 'declined', 'refused')),
  reasons       jsonb not null default '[]',      -- why the attestation was declined: [{text, article}]
  ended_by      uuid references app.person on delete set null,
  ended_at      timestamptz,
  constraint a_governor_has_a_last_day check ((referred_at is null) = (governor_due is null)),
  constraint a_letter_has_its_number_and_date check ((letter_no is null) = (letter_on is null)),
  constraint an_outcome_has_its_day check ((outcome is null) = (ended_at is null))
);
create index on app.silence_claim (president_due) where outcome is null and referred_at is null;
create index on app.silence_claim (governor_due) where outcome is null;
create index on app.silence_claim (claimed_by);
create index on app.silence_claim (form_id);
create index on app.silence_claim (referred_by);
create index on app.silence_claim (letter_by);
create index on app.silence_claim (explained_by);
create index on app.silence_claim (decision_id);
create index on app.silence_claim (ended_by);

-- The governor invites the president to decide within days that count from the invitation (law 55-19 art. 21).
alter table app.appeal add column decide_by date;
create index on app.appeal (answer_due) where answered_at is null;
create index on app.appeal (decide_by) where decide_by is not null;
