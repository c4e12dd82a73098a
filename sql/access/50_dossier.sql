-- dossier: who reads a request.
--
--                                         anonymous  party  its filing clerk  staff of the commune  consulted service  others
--   draft                                     -       read        read                 -                    -            -
--   filed                                     -       read        read (as staff)      read                 read         -
--   write (start_draft, save_draft, ...)      -       by functions only
--
-- Staff: the reading roles in the commune, in its province or nationally. A service reads what it is or was asked about.
alter table app.dossier enable row level security;
revoke all on app.dossier from public, anon, authenticated;
grant select on app.dossier to authenticated;
create policy "parties read their dossiers, staff and services what was filed with them" on app.dossier for select to authenticated
  using ((state <> 'DRAFT' and commune_id in (select app.my_communes(app.reading_roles())))
      or id in (select app.my_party_dossiers())
      or (state = 'DRAFT' and channel <> 'online' and filed_by = (select auth.uid()) and app.holds('clerk', commune_id))
      or (state <> 'DRAFT' and id in (select app.my_service_dossiers()))
      or (select app.is_worker()));
