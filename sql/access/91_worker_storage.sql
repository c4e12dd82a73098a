-- The worker erases what nobody can reach any more: bytes in `dossiers` that no document names, left by a deleted draft.
-- The other policies on files: 90_storage.sql.
create policy "the worker sees files that no document names" on storage.objects for select to authenticated
  using (bucket_id = 'dossiers' and (select app.is_worker()) and app.is_loose(name));
create policy "the worker erases files that no document names" on storage.objects for delete to authenticated
  using (bucket_id = 'dossiers' and (select app.is_worker()) and app.is_loose(name));
