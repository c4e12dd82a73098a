-- party: the people of a dossier.  claim: rights offered and not yet taken; the code's hash is read by nobody.
-- answer_revision: what was typed, when and by whom.  access_log: who looked at identity papers.
--
--                       anonymous  applicant's side  staff of the file  other readers of the dossier
--   party                   -           read               read                  read
--   claim (no hash)         -           read                -                      -
--   answer_revision         -           read               read                    -
--   access_log              -           read               read                    -
--   write                   -       by functions only
alter table app.party enable row level security;
revoke all on app.party from public, anon, authenticated;
grant select on app.party to authenticated;
create policy "oneself, and the people of the dossiers one reads" on app.party for select to authenticated
  using (person_id = (select auth.uid()) or app.can_read(dossier_id));

alter table app.claim enable row level security;
revoke all on app.claim from public, anon, authenticated;
grant select (dossier_id, email, quality, created_at, claimed_at) on app.claim to authenticated;
create policy "the applicant's side sees whom it invited" on app.claim for select to authenticated
  using (app.applicant_side(dossier_id) is not null);

alter table app.answer_revision enable row level security;
revoke all on app.answer_revision from public, anon, authenticated;
grant select on app.answer_revision to authenticated;
create policy "the applicant's side and the staff of the file" on app.answer_revision for select to authenticated
  using (app.applicant_side(dossier_id) is not null or app.is_staff_of(dossier_id));

alter table app.access_log enable row level security;
revoke all on app.access_log from public, anon, authenticated;
grant select on app.access_log to authenticated;
create policy "looks are shown to the people concerned and to the staff of the file" on app.access_log for select to authenticated
  using (app.applicant_side(dossier_id) is not null or app.is_staff_of(dossier_id));
