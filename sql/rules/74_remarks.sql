-- Remarks pinned on a page of a plan: an author's private note, a word to the committee, or one to the architect, who answers each.
--
--   LACK8  the remark is empty, too long, or not on a page of this document      SEEN1, SITS1, MOVE1 as elsewhere
select app.say('LACK8', 'Écrivez une remarque de 1 à 3 000 caractères et placez-la sur une page du document.',
                        'يرجى كتابة ملاحظة من 1 إلى 3000 حرف ووضعها على صفحة من الوثيقة.');

create or replace function public.add_remark(p_dossier uuid, p_document uuid, p_page int, p_x real, p_y real, p_body text, p_audience text default 'committee')
returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier  app.dossier := app.lock_dossier(p_dossier);
  v_document app.document;
  v_id       uuid;
begin
  if not app.sits_on(p_dossier) then
    perform app.refuse('SEAT1');
  end if;
  if v_dossier.closed_at is not null then
    perform app.refuse('MOVE1');
  end if;
  perform app.refuse_interest(p_dossier);
  select * into v_document from app.document where id = p_document and dossier_id = p_dossier and removed_at is null and not is_identity;
  if trim(coalesce(p_body, '')) = '' or length(p_body) > 3000 or coalesce(p_audience, '') not in ('private', 'committee', 'architect')
     or (p_document is not null and (v_document.id is null or coalesce(p_page, 0) not between 1 and greatest(coalesce(v_document.pages, 1), 1)))
     or coalesce(p_x, 0) not between 0 and 1 or coalesce(p_y, 0) not between 0 and 1 then
    perform app.refuse('LACK8');
  end if;
  insert into app.remark (dossier_id, document_id, page, x, y, body, audience, author_id, author_role, at)
  values (p_dossier, p_document, coalesce(p_page, 1), p_x, p_y, trim(p_body), p_audience, (select auth.uid()), app.my_role_on(p_dossier),
          app.now(v_dossier.commune_id)) returning id into v_id;
  -- A private note is nobody's business: the record keeps the others, by digest.
  if p_audience <> 'private' then
    perform app.record(p_dossier, 'remark', app.my_role_on(p_dossier), jsonb_build_object('remark', v_id, 'document', p_document, 'page', p_page,
              'audience', p_audience, 'digest', app.digest(trim(p_body))));
  end if;
  if p_audience = 'architect' then
    perform app.notify_parties(p_dossier, 'remark');
  end if;
  return v_id;
end;
$$;

-- Locks the dossier of a remark that the signed-in person may read.
create or replace function app.lock_remark(p_remark uuid) returns app.remark
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_remark app.remark;
begin
  select * into v_remark from app.remark where id = p_remark;
  if v_remark.id is null or not coalesce(app.reads_remark(v_remark), false) then
    perform app.refuse(case when (select auth.uid()) is null then 'SIGN1' else 'SEEN1' end);
  end if;
  perform app.lock_dossier(v_remark.dossier_id);
  return v_remark;
end;
$$;

create or replace function app.reads_remark(p_remark app.remark) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return case p_remark.audience
    when 'private' then p_remark.author_id = (select auth.uid())
    when 'committee' then app.sits_on(p_remark.dossier_id)
    else app.is_party(p_remark.dossier_id) or app.sits_on(p_remark.dossier_id) or app.is_staff_of(p_remark.dossier_id) end;
end;
$$;

-- The architect, or whoever files for the owner, answers each remark once; a new version of the plan says the rest.
create or replace function public.answer_remark(p_remark uuid, p_answer text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_remark app.remark := app.lock_remark(p_remark);
begin
  if v_remark.audience <> 'architect' or not app.is_party(v_remark.dossier_id) then
    perform app.refuse('ROLE1');
  end if;
  if trim(coalesce(p_answer, '')) = '' or length(p_answer) > 3000 then
    perform app.refuse('LACK8');
  end if;
  if v_remark.resolved_at is not null then
    perform app.refuse('MOVE1');
  end if;
  update app.remark set answer = trim(p_answer), answered_by = (select auth.uid()),
         answered_at = (select app.now(d.commune_id) from app.dossier d where d.id = v_remark.dossier_id) where id = p_remark;
  perform app.record(v_remark.dossier_id, 'remark_answered', 'applicant', jsonb_build_object('remark', p_remark, 'digest', app.digest(trim(p_answer))));
  perform app.notify(v_remark.author_id, v_remark.dossier_id, 'remark_answered');
end;
$$;

create or replace function public.resolve_remark(p_remark uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_remark app.remark := app.lock_remark(p_remark);
begin
  if v_remark.author_id is distinct from (select auth.uid()) then
    perform app.refuse('ROLE1');
  end if;
  update app.remark set resolved_by = (select auth.uid()),
         resolved_at = (select app.now(d.commune_id) from app.dossier d where d.id = v_remark.dossier_id) where id = p_remark and resolved_at is null;
  if v_remark.audience <> 'private' then
    perform app.record(v_remark.dossier_id, 'remark_resolved', v_remark.author_role, jsonb_build_object('remark', p_remark));
  end if;
end;
$$;

-- A private note may be thrown away; what others have read stays.
create or replace function public.remove_remark(p_remark uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_remark app.remark := app.lock_remark(p_remark);
begin
  if v_remark.author_id is distinct from (select auth.uid()) or v_remark.audience <> 'private' then
    perform app.refuse('ROLE1');
  end if;
  delete from app.remark where id = p_remark;
end;
$$;

-- Remarks of a dossier that the signed-in person may read, oldest first.
create or replace function app.remarks_for_me(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'document', r.document_id, 'page', r.page, 'x', r.x, 'y', r.y, 'body', r.body, 'audience', r.audience,
             'by', app.name_of(r.author_id), 'role', r.author_role, 'mine', r.author_id = (select auth.uid()), 'at', r.at, 'answer', r.answer,
             'answered_by', app.name_of(r.answered_by), 'answered_at', r.answered_at, 'resolved_at', r.resolved_at) order by r.at, r.id), '[]')
      from app.remark r where r.dossier_id = p_dossier and app.reads_remark(r));
end;
$$;

revoke execute on function app.lock_remark, app.reads_remark, app.remarks_for_me, public.add_remark, public.answer_remark, public.resolve_remark,
  public.remove_remark from public, anon, authenticated;
grant execute on function public.add_remark, public.answer_remark, public.resolve_remark, public.remove_remark to authenticated;
