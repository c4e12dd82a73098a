-- A draft: opened, typed, kept. Every change is acknowledged with its revision; nobody's words are overwritten in silence.
--
--   OFFR1  the commune does not offer this procedure in this way     OFFR2  it no longer receives such requests
--   QUES1  a question that the form does not ask
--   SIZE3  the answers together are too long                         SHUT1  after the deposit, only what was asked may change
-- Deposit: 54_deposit.sql. Files: 51_documents.sql. Owner, mandatary, counter: 52_parties.sql.
select app.say('OFFR1', 'Cette commune ne reçoit pas cette demande de cette façon. Choisissez une autre voie ou adressez-vous à son guichet.',
                        'لا تستقبل هذه الجماعة هذا الطلب بهذه الطريقة. يرجى اختيار طريقة أخرى أو التوجه إلى شباكها.');
select app.say('OFFR2', 'La commune ne reçoit plus cette demande depuis le {day}. Votre brouillon est gardé : adressez-vous à son guichet.',
                        'لم تعد الجماعة تستقبل هذا الطلب منذ {day}. تم الاحتفاظ بمسودتكم: يرجى التوجه إلى شباكها.');
select app.say('QUES1', 'Le formulaire ne pose pas la question « {path} ». Rechargez la page.',
                        'الاستمارة لا تتضمن السؤال «{path}». يرجى تحديث الصفحة.');
select app.say('SIZE3', 'Les réponses sont trop longues (200 ko au plus en tout). Raccourcissez le texte ou joignez un document.',
                        'الأجوبة طويلة جدا (200 كيلوبايت كحد أقصى في المجموع). يرجى اختصار النص أو إرفاق وثيقة.');
select app.say('SHUT1', 'Le dossier est déposé : seul ce que l''administration a demandé peut encore changer.',
                        'تم إيداع الملف: لا يمكن تغيير إلا ما طلبته الإدارة.');

-- On whose side the signed-in person stands as an applicant: owner, mandatary, clerk (typing for somebody at the counter), or null.
create or replace function app.applicant_side(p_dossier uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(
      (select p.quality from app.party p where p.dossier_id = d.id and p.person_id = (select auth.uid())),
      case when d.channel <> 'online' and (d.state <> 'DRAFT' or d.filed_by = (select auth.uid())) and app.holds('clerk', d.commune_id)
           then 'clerk' end)
      from app.dossier d where d.id = p_dossier);
end;
$$;

-- Locks a dossier for an act of the applicant's side.
create or replace function app.lock_for_applicant(p_dossier uuid) returns app.dossier
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier;
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  end if;
  select * into v_dossier from app.dossier where id = p_dossier for update;
  if v_dossier.id is null or app.applicant_side(p_dossier) is null then
    perform app.refuse('SEEN1');
  end if;
  return v_dossier;
end;
$$;

create or replace function app.version_definition(p_version uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select definition || '{}' from app.procedure_version where id = p_version);  -- opened, once (app.opened)
end;
$$;

-- What the evaluator judges: answers, the commune's settings, how many usable files each slot holds, and how many of them carry no valid
-- electronic signature. In the caller's own right: a page of the staff sees what its policies show.
create or replace function app.facts(p_dossier uuid) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
begin
  return (
    select jsonb_build_object('answers', d.answers, 'settings', app.local_settings(d.id), 'today', app.today(d.commune_id),
             'documents', coalesce(m.files, '{}'), 'unsigned', coalesce(m.unsigned, '{}'))
      from app.dossier d,
           lateral (select jsonb_object_agg(s.slot, s.files) as files, jsonb_object_agg(s.slot, s.unsigned) filter (where s.unsigned > 0) as unsigned
                      from (select x.slot, count(*) as files,
                                   count(*) filter (where x.check_state = 'accepted' and coalesce(x.signature ->> 'valid', '') <> 'true') as unsigned
                              from app.document x
                             where x.dossier_id = d.id and x.removed_at is null and x.check_state <> 'refused' group by x.slot) as s) as m
     where d.id = p_dossier);
end;
$$;

create or replace function app.field_ids(p_definition jsonb) returns setof text
language plpgsql immutable set search_path = '' as $$
begin
  return query
    select f ->> 'id' from jsonb_array_elements(p_definition -> 'steps') as s, jsonb_array_elements(s -> 'fields') as f;
end;
$$;

-- Slots and fields that an open request lets the applicant's side change after the deposit.
create or replace function app.open_targets(p_dossier uuid) returns text[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(array_agg(i ->> 'target'), '{}')
      from app.request r join app.dossier d on d.id = r.dossier_id, jsonb_array_elements(r.items) as i
     where r.dossier_id = p_dossier and r.closed_as is null and d.closed_at is null
       and (r.due_on is null or r.due_on >= app.today(d.commune_id)));
end;
$$;

-- What queues and papers show of the answers, and what a search finds. Identifiers are searched too, by their type.
create or replace function app.refresh_dossier_head(p_dossier uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier    app.dossier;
  v_definition jsonb;
  v_owner      text;
  v_title      text;
begin
  select * into v_dossier from app.dossier where id = p_dossier;
  v_definition := app.version_definition(v_dossier.version_id);
  v_owner := coalesce(app.owner_name(v_definition, v_dossier.answers), '');
  v_title := coalesce(app.dossier_title(v_definition, v_dossier.answers), '');
  update app.dossier
     set owner_name = v_owner, title = v_title, updated_at = app.now(v_dossier.commune_id),
         search = app.fold(concat_ws(' ', v_dossier.number, v_owner, v_title,
           (select string_agg(v_dossier.answers ->> (f ->> 'id'), ' ')
              from jsonb_array_elements(v_definition -> 'steps') as s, jsonb_array_elements(s -> 'fields') as f
             where f ->> 'type' in ('cin', 'ice', 'land_title', 'phone', 'email')
                or f ->> 'id' like 'app%name%')))
   where id = p_dossier;
end;
$$;

-- The ways by which a commune receives a procedure that it enabled in this mode.
create or replace function app.ways_in(p_mode text) returns text[]
language plpgsql immutable set search_path = '' as $$
begin
  return case p_mode when 'online_only' then array['online'] when 'online' then array['online', 'counter', 'paper']
                     when 'counter' then array['counter', 'paper'] else array['paper'] end;
end;
$$;

-- A person opens a draft. p_channel: online (anybody signed in), counter or paper (a clerk of the commune, for somebody present).
-- The same token twice opens one draft. Returns {id, revision}.
create or replace function public.start_draft(p_commune uuid, p_procedure text, p_channel text default 'online', p_token uuid default null)
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_offer   app.commune_procedure;
  v_dossier uuid;
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  end if;
  select id into v_dossier from app.dossier where filed_by = (select auth.uid()) and draft_token = p_token;
  if v_dossier is not null then
    return (select jsonb_build_object('id', id, 'revision', revision) from app.dossier where id = v_dossier);
  end if;
  select cp.* into v_offer
    from app.commune_procedure cp join app.commune c on c.id = cp.commune_id and c.is_open
   where cp.commune_id = p_commune and cp.procedure_code = p_procedure and cp.closed_at is null;
  if v_offer.mode is null
     or not coalesce(p_channel = any (app.ways_in(v_offer.mode)), false) then
    perform app.refuse('OFFR1');
  end if;
  if p_channel <> 'online' then
    perform app.require_role(array['clerk'], p_commune);
  end if;

  insert into app.dossier (commune_id, procedure_code, version_id, channel, filed_by, draft_token, created_at, updated_at)
  values (p_commune, p_procedure, v_offer.version_id, p_channel, (select auth.uid()), p_token, app.now(p_commune), app.now(p_commune))
  on conflict (filed_by, draft_token) do nothing
  returning id into v_dossier;
  if v_dossier is null then  -- the other of two clicks was faster
    select id into v_dossier from app.dossier where filed_by = (select auth.uid()) and draft_token = p_token;
  elsif p_channel = 'online' then
    insert into app.party (dossier_id, person_id, quality, added_at) values (v_dossier, (select auth.uid()), 'owner', app.now(p_commune));
  end if;
  return (select jsonb_build_object('id', id, 'revision', revision) from app.dossier where id = v_dossier);
end;
$$;

-- The other procedures of the same family that the commune receives by the way of this draft: [{code, title}].
create or replace function app.other_forms(p_dossier uuid) returns table (code text, version_id uuid, title jsonb)
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select cp.procedure_code, b.id, b.definition -> 'title'
      from app.dossier d
      join app.procedure_version a on a.id = d.version_id
      join app.commune_procedure cp on cp.commune_id = d.commune_id and cp.procedure_code <> d.procedure_code and cp.closed_at is null
      join app.procedure_version b on b.id = cp.version_id and b.definition ->> 'family' = a.definition ->> 'family'
     where d.id = p_dossier and d.channel = any (app.ways_in(cp.mode));
end;
$$;

-- The draft goes on under another procedure of the same commune (a house that turns out to be a large project): files stay, and every
-- answer that the other form asks too; what it does not ask is kept in the trace of answers only.
create or replace function public.change_procedure(p_dossier uuid, p_procedure text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier := app.lock_for_applicant(p_dossier);
  v_version uuid;
begin
  if v_dossier.state <> 'DRAFT' then
    perform app.refuse('MOVE1');
  end if;
  select o.version_id into v_version from app.other_forms(p_dossier) as o where o.code = p_procedure;
  if v_version is null then
    perform app.refuse('OFFR1');
  end if;
  update app.dossier
     set procedure_code = p_procedure, version_id = v_version, updated_at = app.now(commune_id),
         answers = coalesce((select jsonb_object_agg(a.key, a.value) from jsonb_each(answers) as a
                              where a.key in (select app.field_ids(app.version_definition(v_version)))), '{}')
   where id = p_dossier;
  perform app.refresh_dossier_head(p_dossier);
end;
$$;

-- A draft given up: everything typed goes. Its files are removed first, through storage; MOVE1 once it is deposited.
create or replace function public.discard_draft(p_dossier uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier := app.lock_for_applicant(p_dossier);
begin
  if v_dossier.state <> 'DRAFT' then
    perform app.refuse('MOVE1');
  end if;
  update app.document set replaces = null where dossier_id = p_dossier;
  delete from app.dossier where id = p_dossier;
end;
$$;

-- Everything the screen of a form needs after a change:
-- {revision, saved_at, answers, visible, demanded, faults, fee}.
create or replace function app.draft_state(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_dossier    app.dossier;
  v_definition jsonb;
  v_facts      jsonb := app.facts(p_dossier);
  v_asked      jsonb;
begin
  select * into v_dossier from app.dossier where id = p_dossier;
  v_definition := app.version_definition(v_dossier.version_id);
  v_asked := app.asked(v_definition, v_facts);
  v_asked := v_asked || jsonb_build_object('demanded', app.documents_asked(v_definition, v_asked));
  return jsonb_build_object(
    'revision', v_dossier.revision, 'saved_at', v_dossier.updated_at, 'state', v_dossier.state, 'answers', v_dossier.answers,
    'visible', app.visible_fields(v_definition, v_facts, v_asked), 'demanded', v_asked -> 'demanded',
    'faults', app.faults(v_definition, v_facts, v_asked), 'fee', app.fee_estimate(v_definition, v_facts, v_asked));
end;
$$;

-- public.save_draft keeps changed answers. p_changes: {field id: value, or null to clear}; p_base: the revision the person saw;
-- p_editor: names one open page, so that two tabs differ. A field that another page changed since p_base to something else is
-- not overwritten: it comes back under conflicts [{path, mine, theirs, by: {fr, ar}, same_person, at}]; sent again with the new
-- base, it is kept. Values of a wrong type are kept as typed and judged at the deposit: faults name them at once.
create or replace function public.save_draft(p_dossier uuid, p_changes jsonb, p_base int, p_editor text) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier    app.dossier := app.lock_for_applicant(p_dossier);
  v_definition jsonb := app.version_definition(v_dossier.version_id);
  v_now        timestamptz := app.now(v_dossier.commune_id);
  v_answers    jsonb := v_dossier.answers;
  v_kept       jsonb := '{}';
  v_conflicts  jsonb := '[]';
  v_open       text[];
  v_path       text;
  v_value      jsonb;
  v_last       app.answer_revision;
begin
  if jsonb_typeof(p_changes) is distinct from 'object' then
    perform app.refuse('QUES1', jsonb_build_object('path', left(coalesce(p_changes::text, ''), 40)));
  end if;
  select k into v_path from jsonb_object_keys(p_changes) as k where k not in (select app.field_ids(v_definition)) limit 1;
  if v_path is not null then
    perform app.refuse('QUES1', jsonb_build_object('path', left(v_path, 40)));
  end if;
  if v_dossier.state <> 'DRAFT' then
    v_open := app.open_targets(p_dossier);
    if exists (select from jsonb_object_keys(p_changes) as k where not k = any (v_open)) or v_open = '{}' then
      perform app.refuse('SHUT1');
    end if;
  end if;

  for v_path, v_value in select * from jsonb_each(p_changes) loop
    continue when v_value = coalesce(v_answers -> v_path, 'null');
    select * into v_last from app.answer_revision where dossier_id = p_dossier and path = v_path order by revision desc limit 1;
    if v_last.revision > coalesce(p_base, 0) and (v_last.editor <> coalesce(p_editor, '') or v_last.person_id <> (select auth.uid())) then
      v_conflicts := v_conflicts || jsonb_build_object('path', v_path, 'mine', v_value, 'theirs', v_last.value, 'at', v_last.at,
        'same_person', v_last.person_id = (select auth.uid()),
        'by', (select jsonb_build_object('fr', coalesce(nullif(p.name_fr, ''), p.name_ar), 'ar', coalesce(nullif(p.name_ar, ''), p.name_fr))
                 from app.person p where p.id = v_last.person_id));
    else
      v_kept := v_kept || jsonb_build_object(v_path, v_value);
      v_answers := case when v_value = 'null' then v_answers - v_path else v_answers || jsonb_build_object(v_path, v_value) end;
    end if;
  end loop;

  if v_kept <> '{}' then
    if octet_length(v_answers::text) > 200000 then
      perform app.refuse('SIZE3');
    end if;
    insert into app.answer_revision (dossier_id, revision, path, value, person_id, editor, at)
      select p_dossier, v_dossier.revision + 1, k.key, nullif(k.value, 'null'), (select auth.uid()), left(coalesce(p_editor, ''), 64), v_now
        from jsonb_each(v_kept) as k;
    update app.dossier set answers = v_answers, revision = v_dossier.revision + 1 where id = p_dossier;
    perform app.refresh_dossier_head(p_dossier);
    if v_dossier.state <> 'DRAFT' then
      perform app.record(p_dossier, 'answers_changed', app.applicant_side(p_dossier),
                jsonb_build_object('revision', v_dossier.revision + 1, 'changes', v_kept));
    end if;
  end if;
  return app.draft_state(p_dossier) || jsonb_build_object('conflicts', v_conflicts);
end;
$$;

-- The whole form page in one call: what is asked, what was answered, what is missing, files, people, the earlier refusal if any.
create or replace function public.draft_page(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_side       text := app.applicant_side(p_dossier);
  v_dossier    app.dossier;
  v_definition jsonb;
begin
  if v_side is null then
    perform app.refuse(case when (select auth.uid()) is null then 'SIGN1' else 'SEEN1' end);
  end if;
  select * into v_dossier from app.dossier where id = p_dossier;
  v_definition := app.version_definition(v_dossier.version_id);
  return app.draft_state(p_dossier) || jsonb_build_object(
    'id', v_dossier.id, 'number', v_dossier.number, 'channel', v_dossier.channel, 'side', v_side, 'definition', v_definition,
    'settings', app.local_settings(p_dossier),
    'commune', (select jsonb_build_object('id', c.id, 'fr', c.name_fr, 'ar', c.name_ar, 'lat', c.lat, 'lon', c.lon, 'boundary', c.boundary)
                  from app.commune c where c.id = v_dossier.commune_id),
    'documents', app.applicant_documents(p_dossier),
    'summary', app.answers_summary(v_definition, v_dossier.answers),
    'people', app.people_of(p_dossier),
    'open_targets', case when v_dossier.state <> 'DRAFT' then to_jsonb(app.open_targets(p_dossier)) end,
    'other_forms', case when v_dossier.state = 'DRAFT'
                        then (select coalesce(jsonb_agg(jsonb_build_object('code', o.code, 'title', o.title)), '[]') from app.other_forms(p_dossier) as o) end,
    'earlier_refusal', case when v_dossier.state = 'DRAFT' then app.earlier_refusal(p_dossier) end);
end;
$$;

revoke execute on function app.applicant_side, app.lock_for_applicant, app.version_definition, app.facts, app.field_ids, app.open_targets,
  app.refresh_dossier_head, app.draft_state, app.ways_in, app.other_forms, public.start_draft, public.change_procedure, public.discard_draft, public.save_draft, public.draft_page
  from public, anon, authenticated;
grant execute on function app.applicant_side, app.facts to authenticated;
grant execute on function public.start_draft, public.change_procedure, public.discard_draft, public.save_draft, public.draft_page to authenticated;
