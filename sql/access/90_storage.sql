-- Files: two private buckets. Everybody comes with their own token, the worker too; the policies decide, row by row.
--
--   dossiers  <dossier>/<slot>/<name>   put: the applicant's side, while the slot is open        fetch: app.may_fetch
--                                       erase: one's own, before it is registered or once taken out of a draft
--   papers    <dossier>/<paper>.pdf     put: the worker                                          fetch: app.can_read_paper
--
-- On hosted Supabase storage.objects belongs to another role: policies may be created on it, nothing else. If this file fails
-- with "must be owner of table objects", deploy as the project's postgres role.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('dossiers', 'dossiers', false, 52428800, null), ('papers', 'papers', false, 52428800, array['application/pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document'])
on conflict (id) do update set public = false, file_size_limit = excluded.file_size_limit, allowed_mime_types = excluded.allowed_mime_types;

create policy "the applicant's side puts files into open slots" on storage.objects for insert to authenticated
  with check (bucket_id = 'dossiers' and app.may_upload(name));
create policy "uploaders see what they have not registered yet" on storage.objects for select to authenticated
  using (bucket_id = 'dossiers' and coalesce(owner_id, owner::text) = (select auth.uid())::text and app.is_loose(name));
create policy "readers fetch checked files, identity papers after a logged look" on storage.objects for select to authenticated
  using (bucket_id = 'dossiers' and app.may_fetch(name));
create policy "uploaders erase loose files and those taken out of a draft" on storage.objects for delete to authenticated
  using (bucket_id = 'dossiers' and coalesce(owner_id, owner::text) = (select auth.uid())::text and app.may_erase(name));

create policy "readers fetch the papers open to them" on storage.objects for select to authenticated
  using (bucket_id = 'papers' and app.may_fetch_paper(name));
create policy "the worker puts papers" on storage.objects for insert to authenticated
  with check (bucket_id = 'papers' and (select app.is_worker()));
create policy "the worker replaces papers" on storage.objects for update to authenticated
  using (bucket_id = 'papers' and (select app.is_worker())) with check (bucket_id = 'papers' and (select app.is_worker()));
