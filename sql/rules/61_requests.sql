-- What the administration may ask of the applicant (law 55-19, art. 7, 10, 14): reasoned, each kind as often as the
-- definition allows, in the first half of the period; the clock is suspended; the 30 days count from the recorded proof of
-- being told; without an answer the file is returned.
--
--   LATE2  half of the period has passed          ONCE1  this kind of request was already made
--   ONCE2  this document was already asked for    OPEN1  another request is still open
select app.say('LATE2', 'La première moitié du délai est passée : plus aucune pièce ni information ne peut être demandée.',
                        'انصرم النصف الأول من الأجل: لم يعد ممكنا طلب أي وثيقة أو معلومة.');
select app.say('ONCE1', 'Cette sorte de demande n''est permise qu''une seule fois et a déjà été faite.',
                        'هذا النوع من الطلبات مسموح به مرة واحدة فقط وقد سبق تقديمه.');
select app.say('ONCE2', 'Cette pièce a déjà été demandée une fois : elle ne peut pas l''être de nouveau.',
                        'سبق طلب هذه الوثيقة مرة واحدة: لا يمكن طلبها من جديد.');
select app.say('OPEN1', 'Une demande est déjà en attente de réponse : attendez-la, ou complétez-la par un message.',
                        'هناك طلب في انتظار الجواب: يرجى انتظاره أو توضيحه برسالة.');
select app.say('LACK4', 'Choisissez au moins un élément, chacun avec un motif prévu par la procédure.',
                        'يرجى اختيار عنصر واحد على الأقل مع سبب منصوص عليه في المسطرة لكل عنصر.');
select app.say('LACK5', 'Répondez à chaque élément demandé : remplacez la pièce ou corrigez la réponse.',
                        'يرجى الجواب عن كل عنصر مطلوب: تعويض الوثيقة أو تصحيح الجواب.');
select app.say('LACK6', 'Une pièce refusée doit porter un motif.', 'يجب تعليل رفض الوثيقة.');

-- What a clerk or instructor thinks of one document. It decides nothing by itself.
create or replace function public.set_verdict(p_document uuid, p_verdict text, p_code text default null, p_note text default '') returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_document app.document;
  v_dossier  app.dossier;
  v_role     text;
begin
  select * into v_document from app.document where id = p_document and removed_at is null;
  v_dossier := app.lock_dossier(v_document.dossier_id);
  v_role := app.require_step_holder(v_dossier, array['check', 'study'], null);
  perform app.refuse_long(p_note, p_code);
  if p_verdict not in ('conform', 'not_conform') then
    perform app.refuse('LACK6');
  end if;
  if p_verdict = 'not_conform' and coalesce(trim(p_code), '') = '' and coalesce(trim(p_note), '') = '' then
    perform app.refuse('LACK6');
  end if;
  update app.document set verdict = p_verdict, verdict_code = p_code, verdict_note = p_note,
         verdict_by = (select auth.uid()), verdict_at = app.now(v_dossier.commune_id)
   where id = p_document;
  perform app.record(v_dossier.id, 'verdict', v_role, jsonb_build_object('document', p_document, 'slot', v_document.slot,
            'version', v_document.version, 'verdict', p_verdict, 'code', p_code, 'note', p_note));
end;
$$;

-- p_items: [{target: slot or field, action: replace|add|clarify, reason: code, note}]. Returns the request's id.
create or replace function public.ask_applicant(p_dossier uuid, p_kind text, p_items jsonb, p_note text default '', p_article text default null)
returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier    app.dossier := app.lock_dossier(p_dossier);
  v_rules      jsonb := app.definition_of(p_dossier) -> 'requests';
  v_definition jsonb := app.definition_of(p_dossier);
  v_role       text;
  v_today      date := app.today(v_dossier.commune_id);
  v_request    uuid := gen_random_uuid();
begin
  v_role := app.require_step_holder(v_dossier, array['check', 'study'], null);
  perform app.refuse_other_form(p_items, 'array');
  perform app.refuse_long(p_note, p_article);
  if exists (select from app.request r where r.dossier_id = p_dossier and r.closed_as is null) then
    perform app.refuse('OPEN1');
  end if;
  if coalesce(v_rules -> 'half_time_lock', 'true') = 'true' and v_today > v_dossier.half_on then
    perform app.refuse('LATE2');
  end if;
  if coalesce(v_rules -> 'once', '["information", "original"]') ? p_kind
     and exists (select from app.request r where r.dossier_id = p_dossier and r.kind = p_kind) then
    perform app.refuse('ONCE1');
  end if;
  if jsonb_typeof(p_items) is distinct from 'array' or jsonb_array_length(p_items) = 0 or p_kind not in ('replace', 'information', 'original')
     or exists (select from jsonb_array_elements(p_items) as i
                 where not app.is_target(v_definition, i ->> 'target')
                    or not exists (select from jsonb_array_elements(coalesce(v_rules -> 'reasons', '[]')) as r
                                    where r ->> 'code' = i ->> 'reason' and coalesce(r -> 'kinds', jsonb_build_array(p_kind)) ? p_kind)) then
    perform app.refuse('LACK4');
  end if;
  if exists (select from app.request r, jsonb_array_elements(r.items) as old, jsonb_array_elements(p_items) as new
              where r.dossier_id = p_dossier and r.closed_as is distinct from 'withdrawn' and r.kind = p_kind
                and old ->> 'target' = new ->> 'target') then
    perform app.refuse('ONCE2');
  end if;

  insert into app.request (id, dossier_id, kind, items, note, article, created_by, created_at)
  values (v_request, p_dossier, p_kind, p_items, coalesce(p_note, ''), coalesce(p_article, v_rules #>> array['articles', p_kind]),
          (select auth.uid()), app.now(v_dossier.commune_id));
  perform app.clock_suspend(p_dossier, v_today, 'request_' || p_kind, coalesce(v_rules #>> array['articles', p_kind], ''));
  update app.dossier set state = 'COMPLEMENT_REQUESTED', updated_at = now() where id = p_dossier;
  perform app.record(p_dossier, 'asked', v_role, jsonb_build_object('request', v_request, 'kind', p_kind, 'items', p_items, 'note', p_note));
  perform app.notify_parties(p_dossier, 'request', jsonb_build_object('request', v_request, 'kind', p_kind));
  perform app.request_paper(p_dossier, 'request', app.request_letter(p_dossier, v_request));
  return v_request;
end;
$$;

-- Is this a document slot or a field of the form?
create or replace function app.is_target(p_definition jsonb, p_target text) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return exists (select from jsonb_array_elements(coalesce(p_definition -> 'documents', '[]')) as d where d ->> 'slot' = p_target)
      or exists (select from jsonb_array_elements(p_definition -> 'steps') as s, jsonb_array_elements(s -> 'fields') as f where f ->> 'id' = p_target);
end;
$$;

-- The applicant has been told: the day from which the 30 days count. The applicant's own page calls it when it shows the
-- request; staff record another proof (registered letter, hand delivery) with its day, never in the future.
create or replace function public.acknowledge_request(p_request uuid, p_how text default 'online', p_day date default null) returns date
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_request app.request;
  v_dossier app.dossier;
  v_days    int;
  v_told    timestamptz;
  v_due     date;
  v_role    text := 'applicant';
begin
  select * into v_request from app.request where id = p_request;
  v_dossier := app.lock_dossier(v_request.dossier_id);
  select * into v_request from app.request where id = p_request;
  if v_request.told_at is not null or v_request.closed_as is not null then
    return v_request.due_on;
  end if;
  v_told := app.now(v_dossier.commune_id);
  perform app.refuse_days(p_day);
  if app.is_party(v_dossier.id) then
    p_how := 'online';  -- the other proofs are the administration's
  else
    v_role := app.require_role(array['clerk', 'instructor'], v_dossier.commune_id);
    if p_how not in ('registered_letter', 'hand', 'telephone') then
      perform app.refuse('LACK2');
    end if;
    v_told := least(coalesce((p_day + time '12:00') at time zone 'Africa/Casablanca', v_told), v_told);
    v_told := greatest(v_told, v_request.created_at);
  end if;
  if v_request.kind in ('minor', 'modification') then  -- their days were counted when they were asked (79_after_committee.sql)
    update app.request set told_at = v_told, told_how = p_how where id = p_request;
    perform app.record(v_dossier.id, 'told', v_role, jsonb_build_object('request', p_request, 'how', p_how, 'due_on', v_request.due_on));
    return v_request.due_on;
  end if;
  v_days := coalesce((app.definition_of(v_dossier.id) #>> '{requests,complete_days}')::int, 30);
  v_due := app.full_days_end((v_told at time zone 'Africa/Casablanca')::date, v_days);
  update app.request set told_at = v_told, told_how = p_how, due_on = v_due where id = p_request;
  update app.dossier set complete_by = v_due where id = v_dossier.id;
  perform app.record(v_dossier.id, 'told', v_role, jsonb_build_object('request', p_request, 'how', p_how, 'due_on', v_due));
  return v_due;
end;
$$;

-- The applicant has answered every item: the clock resumes for the time left.
create or replace function public.answer_request(p_request uuid, p_note text default '') returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_request app.request;
  v_dossier app.dossier;
  v_step    jsonb;
  v_role    text := 'applicant';
begin
  select * into v_request from app.request where id = p_request;
  v_dossier := app.lock_dossier(v_request.dossier_id);
  select * into v_request from app.request where id = p_request;
  if not app.is_party(v_dossier.id) then
    v_role := app.require_role(array['clerk'], v_dossier.commune_id);
  end if;
  if v_request.closed_as is not null or v_request.kind = 'missing' then
    perform app.refuse('MOVE1');
  end if;
  perform app.refuse_long(p_note);
  if exists (
    select from jsonb_array_elements(v_request.items) as i
     where not exists (select from app.document m where m.dossier_id = v_dossier.id and m.slot = i ->> 'target' and m.removed_at is null
                          and m.check_state = 'accepted' and m.request_id = p_request)
       and not exists (select from app.answer_revision r where r.dossier_id = v_dossier.id and r.path = i ->> 'target' and r.at >= v_request.created_at)
       and not (i ->> 'action' = 'clarify' and length(trim(coalesce(p_note, ''))) > 0)
       and not (v_request.kind = 'original' and v_role = 'clerk')) then
    perform app.refuse('LACK5');
  end if;
  update app.request set answered_at = app.now(v_dossier.commune_id), closed_as = 'answered' where id = p_request;
  if length(trim(coalesce(p_note, ''))) > 0 then
    insert into app.message (dossier_id, thread, body, author_id, author_role, at)
    values (v_dossier.id, 'applicant', p_note, (select auth.uid()), v_role, app.now(v_dossier.commune_id));
  end if;
  perform app.record(v_dossier.id, 'answered', v_role, jsonb_build_object('request', p_request, 'note', p_note));
  if v_request.kind = 'modification' then
    perform app.end_modification(v_dossier);
  elsif v_request.kind <> 'minor' then  -- a minor complement stopped nothing
    v_step := app.step_named(app.definition_of(v_dossier.id), v_dossier.step);
    update app.dossier set state = v_step ->> 'state', complete_by = null, updated_at = now() where id = v_dossier.id;
    perform app.clock_resume(v_dossier.id, app.today(v_dossier.commune_id), 'request_answered', coalesce(v_request.article, ''));
  end if;
  perform app.notify_role(v_dossier.id, t.role, 'answered') from app.task t where t.dossier_id = v_dossier.id and t.closed_at is null;
end;
$$;

-- The applicant did not complete in time: the file is returned (55-19 art. 10). Called by the worker's tick; says it once.
create or replace function app.return_dossier(p_dossier uuid) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier;
begin
  select * into v_dossier from app.dossier where id = p_dossier for update;
  if v_dossier.closed_at is not null or v_dossier.complete_by is null or app.today(v_dossier.commune_id) <= v_dossier.complete_by then
    return false;
  end if;
  -- Every paper came in time and only the last click is missing: the file is complete, not late.
  if v_dossier.state = 'INCOMPLETE' and app.complete_if_ready(p_dossier) then
    return false;
  end if;
  update app.request set closed_as = 'expired' where dossier_id = p_dossier and closed_as is null;
  perform app.request_paper(p_dossier, 'return', app.return_letter(p_dossier));
  perform app.close_dossier(p_dossier, 'RETURNED', 'returned', 'system', jsonb_build_object('complete_by', v_dossier.complete_by));
  perform app.notify_parties(p_dossier, 'returned');
  return true;
end;
$$;

revoke execute on function public.set_verdict, public.ask_applicant, public.acknowledge_request, public.answer_request,
  app.is_target, app.return_dossier from public, anon, authenticated;
grant execute on function public.set_verdict, public.ask_applicant, public.acknowledge_request, public.answer_request to authenticated;
