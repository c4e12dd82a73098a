-- absence, vacancy: the register of powers, beside delegations (11_delegation.sql). Written by public.record_absence, end_absence,
-- declare_vacancy, name_acting; screens read them through public.powers_page, which hides the reason of an absence.
--
--               anonymous  the person, their deputy  managers of the body  governor  others
--   absence         -                read                    read             -        -
--   vacancy         -                read                    read            read      -
alter table app.absence enable row level security;
alter table app.vacancy enable row level security;
revoke all on app.absence, app.vacancy from public, anon, authenticated;
grant select on app.absence, app.vacancy to authenticated;
create policy "the person away and their deputy" on app.absence for select to authenticated
  using ((select auth.uid()) in (person_id, deputy_id));
create policy "managers of the body" on app.absence for select to authenticated
  using (organisation_id in (select app.managed_organisations()));
create policy "the last holder and who acts" on app.vacancy for select to authenticated
  using ((select auth.uid()) in (last_holder_id, acting_id));
create policy "managers of the body and the governor" on app.vacancy for select to authenticated
  using (organisation_id in (select app.managed_organisations())
         or organisation_id in (select o.id from app.organisation o where o.commune_id in (select app.my_communes(array['governor']))));
