-- document: what files a dossier holds. Bytes: 90_storage.sql.
--
--                       anonymous  applicant's side  staff of the file  other readers of the dossier (services, governor, cashier)
--   identity papers         -           read               read                       -
--   other documents         -           read               read                      read
--   write                   -       by functions only (register_document, remove_document, set_verdict)
alter table app.document enable row level security;
revoke all on app.document from public, anon, authenticated;
grant select on app.document to authenticated;
create policy "readers of the dossier, identity papers by staff of the file only" on app.document for select to authenticated
  using (app.sees_document(dossier_id, is_identity));
