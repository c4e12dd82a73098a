-- silence_claim: the administration's side; the applicant reads its dates on their page (public.dossier_for_applicant), without what the
-- president explained to the governor.
--
--                   party   reading roles   asked services   anonymous
--   silence_claim   -       read            read             -
alter table app.silence_claim enable row level security;
revoke all on app.silence_claim from public, anon, authenticated;
grant select on app.silence_claim to authenticated;
create policy "the administration reads how silence is answered" on app.silence_claim for select to authenticated
  using (app.can_read(dossier_id) and not app.is_party(dossier_id));
