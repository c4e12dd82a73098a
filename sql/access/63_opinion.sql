-- opinion: the administration's side only; the applicant learns of it through the reasons of the decision. A member's opinion that is
-- not signed yet is its author's alone.
--
--             party   staff, services of the dossier   author   anonymous
--   opinion   -       read, once given                 read     -
alter table app.opinion enable row level security;
revoke all on app.opinion from public, anon, authenticated;
grant select on app.opinion to authenticated;
create policy "the administration reads opinions that were given" on app.opinion for select to authenticated
  using (app.can_read(dossier_id) and not app.is_party(dossier_id) and (state = 'given' or author_id = (select auth.uid())));
