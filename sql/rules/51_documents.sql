-- Files of a dossier. The page uploads to storage in the person's own right (bucket 'dossiers', key <dossier>/<slot>/<name>),
-- then registers the file here; the worker sets its true type and digest. A replaced file is kept; nothing is deleted after the
-- deposit. Who may fetch the bytes: sql/access/90_storage.sql, which asks app.may_fetch.
--
--   SLOT1  no such document is asked, or no longer open   MANY1  the slot is full
--   LOST2  the file did not arrive in storage             SIZE2  larger than the slot allows
--   LOOK2  the file is not open for reading yet, or was refused
select app.say('SLOT1', 'Ce document n''est pas demandé, ou ne peut plus être changé. Rechargez la page pour voir la liste à jour.',
                        'هذه الوثيقة غير مطلوبة أو لم يعد ممكنا تغييرها. يرجى تحديث الصفحة للاطلاع على اللائحة المحينة.');
select app.say('MANY1', 'Cette rubrique contient déjà {max} fichier(s), le maximum. Remplacez ou retirez un fichier.',
                        'تتضمن هذه الخانة العدد الأقصى من الملفات ({max}). يرجى تعويض ملف أو حذفه.');
select app.say('LOST2', 'Le fichier n''est pas arrivé entier. Envoyez-le de nouveau.', 'لم يصل الملف كاملا. يرجى إرساله من جديد.');
select app.say('SIZE2', 'Le fichier dépasse {max_mb} Mo. Réduisez-le (photo moins grande, PDF compressé) puis renvoyez-le.',
                        'يتجاوز الملف {max_mb} ميغابايت. يرجى تصغيره (صورة أصغر أو ملف PDF مضغوط) ثم إعادة إرساله.');
select app.say('LOOK2', 'Ce fichier n''est pas encore vérifié ou a été refusé : il ne s''ouvre pas. Réessayez dans quelques secondes.',
                        'هذا الملف لم يتم فحصه بعد أو تم رفضه: لا يمكن فتحه. يرجى المحاولة بعد بضع ثوان.');

-- The slot as the definition and today's answers ask for it, or null.
create or replace function app.asked_slot(p_dossier uuid, p_slot text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select s from app.dossier d, jsonb_array_elements(app.demanded_documents(app.version_definition(d.version_id), app.facts(d.id))) as s
           where d.id = p_dossier and s ->> 'slot' = p_slot);
end;
$$;

-- May the signed-in person put a file under this key? Asked by the policy on storage.objects: cheap, so conditions of the form
-- are left to register_document. 300 objects are far more than any form asks for.
create or replace function app.may_upload(p_name text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  v_dossier app.dossier;
begin
  if p_name !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[A-Za-z0-9_.]{1,60}/[A-Za-z0-9-]{8,60}$' then
    return false;
  end if;
  select * into v_dossier from app.dossier where id = split_part(p_name, '/', 1)::uuid;
  return v_dossier.id is not null and app.applicant_side(v_dossier.id) is not null
     and (v_dossier.state = 'DRAFT' or split_part(p_name, '/', 2) = any (app.open_targets(v_dossier.id)))
     and (select count(*) from storage.objects o where o.bucket_id = 'dossiers' and o.name like v_dossier.id || '/%') < 300;
end;
$$;

-- Registers an uploaded file. p_replaces: the file it takes the place of; a slot of one file replaces by itself. Returns its id.
create or replace function public.register_document(p_dossier uuid, p_slot text, p_path text, p_file_name text, p_size bigint,
                                                    p_replaces uuid default null) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier  app.dossier := app.lock_for_applicant(p_dossier);
  v_now      timestamptz := app.now(v_dossier.commune_id);
  v_slot     jsonb := app.asked_slot(p_dossier, p_slot);
  v_size     bigint;
  v_max      int;
  v_living   uuid[];
  v_document uuid;
begin
  if v_slot is null or (v_dossier.state <> 'DRAFT' and not p_slot = any (app.open_targets(p_dossier))) then
    perform app.refuse('SLOT1');
  end if;
  select id into v_document from app.document where storage_path = p_path and dossier_id = p_dossier and slot = p_slot;
  if v_document is not null then  -- the answer to the first call was lost on its way
    return v_document;
  end if;
  select (o.metadata ->> 'size')::bigint into v_size
    from storage.objects o
   where o.bucket_id = 'dossiers' and o.name = p_path and p_path like p_dossier || '/' || p_slot || '/%'
     and coalesce(o.owner_id, o.owner::text) = (select auth.uid())::text;
  if v_size is null or v_size = 0 or v_size is distinct from p_size then
    perform app.refuse('LOST2');
  end if;
  if v_size > coalesce((v_slot ->> 'max_mb')::numeric, 10) * 1024 * 1024 then
    perform app.refuse('SIZE2', jsonb_build_object('max_mb', coalesce(v_slot ->> 'max_mb', '10')));
  end if;

  v_max := coalesce((v_slot ->> 'max_files')::int, 1);
  select array_agg(id) into v_living from app.document where dossier_id = p_dossier and slot = p_slot and removed_at is null;
  if p_replaces is null and v_max = 1 then
    p_replaces := v_living[1];
  end if;
  if p_replaces is not null and not p_replaces = any (coalesce(v_living, '{}')) then
    perform app.refuse('SLOT1');
  end if;
  if coalesce(cardinality(v_living), 0) - (case when p_replaces is null then 0 else 1 end) >= v_max then
    perform app.refuse('MANY1', jsonb_build_object('max', v_max));
  end if;

  update app.document set removed_at = v_now, removed_by = (select auth.uid()) where id = p_replaces;
  insert into app.document (dossier_id, slot, version, replaces, request_id, storage_path, file_name, size_bytes, is_identity, uploaded_by, uploaded_at)
  values (p_dossier, p_slot,
          1 + coalesce((select max(m.version) from app.document m where m.dossier_id = p_dossier and m.slot = p_slot), 0),
          p_replaces,
          (select r.id from app.request r, jsonb_array_elements(r.items) as i
            where r.dossier_id = p_dossier and r.closed_as is null and i ->> 'target' = p_slot limit 1),
          p_path, left(regexp_replace(coalesce(nullif(trim(p_file_name), ''), p_slot), '[[:cntrl:]/\\]', ' ', 'g'), 200), v_size,
          coalesce((v_slot ->> 'identity')::boolean, false), (select auth.uid()), v_now)
  returning id into v_document;
  perform app.enqueue('check_file', jsonb_build_object('document', v_document, 'path', p_path, 'slot', p_slot,
            'types', coalesce(v_slot -> 'types', '["application/pdf", "image/jpeg", "image/png"]'),
            'max_mb', coalesce((v_slot ->> 'max_mb')::numeric, 10)), p_dossier);
  if v_dossier.state <> 'DRAFT' then
    perform app.record(p_dossier, 'document_added', app.applicant_side(p_dossier), jsonb_build_object('document', v_document, 'slot', p_slot,
              'version', (select version from app.document where id = v_document), 'replaces', p_replaces));
  end if;
  return v_document;
end;
$$;

-- Takes a file out of a draft; the page then removes its bytes. After the deposit a file is replaced, never removed, except one
-- that the worker refused or that answers a request still open.
create or replace function public.remove_document(p_document uuid) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_document app.document;
  v_dossier  app.dossier;
begin
  select * into v_document from app.document where id = p_document;
  v_dossier := app.lock_for_applicant(v_document.dossier_id);
  if v_dossier.state <> 'DRAFT'
     and not (v_document.slot = any (app.open_targets(v_dossier.id))
              and (v_document.check_state = 'refused'
                   or exists (select from app.request r where r.id = v_document.request_id and r.closed_as is null))) then
    perform app.refuse('SLOT1');
  end if;
  update app.document set removed_at = coalesce(removed_at, app.now(v_dossier.commune_id)), removed_by = coalesce(removed_by, (select auth.uid()))
   where id = p_document;
  if v_dossier.state <> 'DRAFT' then
    perform app.record(v_dossier.id, 'document_removed', app.applicant_side(v_dossier.id),
              jsonb_build_object('document', p_document, 'slot', v_document.slot, 'version', v_document.version));
  end if;
  return v_document.storage_path;
end;
$$;

-- May this person see that the document exists and what it is? Identity papers: the applicant's side and the staff of the file.
create or replace function app.sees_document(p_dossier uuid, p_is_identity boolean) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return app.applicant_side(p_dossier) is not null or app.is_worker()
      or (case when p_is_identity then app.is_staff_of(p_dossier) else app.can_read(p_dossier) end);
end;
$$;

-- Asked by the policy on storage.objects for each fetch of bytes: a known file that the person sees, checked unless it is their
-- own side's; for an identity paper also a look logged in the last two minutes, outside the owner's own draft.
create or replace function app.may_fetch(p_name text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  v_document app.document;
  v_side     text;
begin
  select * into v_document from app.document where storage_path = p_name;
  if v_document.id is null or not app.sees_document(v_document.dossier_id, v_document.is_identity) then
    return false;
  end if;
  if app.is_worker() then
    return true;
  end if;
  v_side := app.applicant_side(v_document.dossier_id);
  if v_side is null and v_document.check_state <> 'accepted' then
    return false;
  end if;
  return not v_document.is_identity
      or (v_side in ('owner', 'mandatary') and exists (select from app.dossier d where d.id = v_document.dossier_id and d.state = 'DRAFT'))
      or exists (select from app.access_log l where l.document_id = v_document.id and l.person_id = (select auth.uid())
                    and l.at > now() - interval '2 minutes');
end;
$$;

-- A file just uploaded and not registered yet belongs to its uploader alone. May its bytes go? Also those of a file taken out of a draft.
create or replace function app.is_loose(p_name text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return not exists (select from app.document where storage_path = p_name);
end;
$$;

create or replace function app.may_erase(p_name text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return app.is_loose(p_name)
      or exists (select from app.document m join app.dossier d on d.id = m.dossier_id
                  where m.storage_path = p_name and m.removed_at is not null and d.state = 'DRAFT' and app.applicant_side(d.id) is not null);
end;
$$;

-- A published or prepared paper, or its draft while it waits for its signer; the worker reads and writes them all.
create or replace function app.may_fetch_paper(p_name text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  v_paper app.paper;
begin
  if app.is_worker() then
    return true;
  end if;
  -- By its key, or a list of the bucket would read every paper for every object.
  if not pg_input_is_valid(split_part(p_name, '/', 1), 'uuid') then
    return false;
  end if;
  select * into v_paper from app.paper p
   where p.dossier_id = split_part(p_name, '/', 1)::uuid
     and (p.storage_path = p_name or p.prepared ->> 'path' = p_name or p.prepared ->> 'docx' = p_name
          or exists (select from app.seat_signature g where g.paper_id = p.id and g.prepared ->> 'path' = p_name and g.signer_id = (select auth.uid()))) limit 1;
  return v_paper.id is not null and app.can_read_paper(v_paper);
end;
$$;

-- The way to a file: says where its bytes are, and writes down who looks at an identity paper and why.
create or replace function public.open_document(p_document uuid, p_purpose text default '') returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_document app.document;
begin
  select * into v_document from app.document where id = p_document;
  if v_document.id is null or not app.sees_document(v_document.dossier_id, v_document.is_identity) then
    perform app.refuse(case when (select auth.uid()) is null then 'SIGN1' else 'SEEN1' end);
  end if;
  if v_document.check_state <> 'accepted' and app.applicant_side(v_document.dossier_id) is null then
    perform app.refuse('LOOK2');
  end if;
  if v_document.is_identity then
    insert into app.access_log (person_id, dossier_id, document_id, purpose)
    values ((select auth.uid()), v_document.dossier_id, p_document, left(coalesce(p_purpose, ''), 200));
  end if;
  return jsonb_build_object('path', v_document.storage_path, 'file_name', v_document.file_name, 'mime', v_document.mime);
end;
$$;

-- The living files of a dossier as its applicant sees them, latest versions first within a slot.
create or replace function app.applicant_documents(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
             'id', m.id, 'slot', m.slot, 'version', m.version, 'file_name', m.file_name, 'size', m.size_bytes, 'pages', m.pages, 'mime', m.mime,
             'check', m.check_state, 'uploaded_at', m.uploaded_at, 'verdict', m.verdict, 'verdict_note', m.verdict_note, 'identity', m.is_identity,
             'signature', m.signature, 'why', (select jsonb_build_object('fr', r.fr, 'ar', r.ar) from app.refusal r where r.code = m.check_code)) order by m.slot, m.version), '[]')
      from app.document m where m.dossier_id = p_dossier and m.removed_at is null);
end;
$$;

revoke execute on function app.asked_slot, app.may_upload, app.sees_document, app.may_fetch, app.is_loose, app.may_erase, app.may_fetch_paper, app.applicant_documents, public.register_document,
  public.remove_document, public.open_document from public, anon, authenticated;
grant execute on function app.may_upload, app.sees_document, app.may_fetch, app.is_loose, app.may_erase, app.may_fetch_paper to authenticated;
grant execute on function public.register_document, public.remove_document, public.open_document to authenticated;
