-- After the committee: minor complements, modified plans, deferral, reservations lifted or written in, plans stamped «غير قابل للتغيير».
-- The decision itself: 65_decisions.sql.
--
--   OWED1  a complement is already awaited              REQM1  the changes demanded are missing or point nowhere
--   SURS1  a deferral needs an end within the law       SURS2  the body to consult has not given its opinion
--   SURS3  the decision is deferred: take it up first   RESV2  a reservation of an opinion is neither lifted nor written in
--   STOP2  the binding opinion is missing, or asks for other plans
select app.say('OWED1', 'Un complément mineur est déjà attendu. Attendez la réponse, ou la fin de son délai.',
                        'هناك تكملة بسيطة في انتظار الجواب. يرجى انتظار الجواب أو انتهاء أجله.');
select app.say('REQM1', 'Indiquez au moins une modification demandée, chacune sur une pièce ou une réponse du dossier.',
                        'يرجى تحديد تعديل واحد على الأقل، يتعلق كل واحد بوثيقة أو بجواب من الملف.');
select app.say('SURS1', 'Le sursis a une fin : un jour à venir, dans les {months} mois au plus.', 'لتأجيل البت نهاية: يوم مقبل داخل أجل {months} شهرا على الأكثر.');
select app.say('SURS2', 'Le sursis suppose l''avis de l''organisme à consulter, et il n''est pas donné.', 'يتوقف تأجيل البت على رأي الجهة الواجب استشارتها، ولم يتم إبداؤه بعد.');
select app.say('SURS3', 'Il est sursis à statuer sur ce dossier. Reprenez-le d''abord.', 'تم تأجيل البت في هذا الملف. يرجى استئنافه أولا.');
select app.say('RESV2', 'Chaque réserve d''un membre est à lever (dites comment) ou à écrire dans le permis.',
                        'يجب رفع كل تحفظ لأحد الأعضاء (مع بيان كيفية رفعه) أو إدراجه في الرخصة.');
select app.say('STOP2', 'L''avis conforme n''est pas donné, ou demande d''autres plans : le permis serait nul. Attendez-le, demandez la modification, ou refusez.',
                        'الرأي الملزم غير متوفر أو يطلب تصاميم أخرى: تكون الرخصة باطلة. يرجى انتظاره أو طلب التعديل أو الرفض.');

-- RGC art. 42: a minor complement has no effect on the opinions and none on the legal clock; the architect has a few working days.
create or replace function public.ask_complement(p_dossier uuid, p_items jsonb, p_note text default '') returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier    app.dossier := app.lock_dossier(p_dossier);
  v_definition jsonb := app.definition_of(p_dossier);
  v_rule       jsonb := v_definition #> '{committee,complement}';
  v_request    uuid := gen_random_uuid();
  v_due        date;
begin
  if v_rule is null or v_dossier.closed_at is not null or v_dossier.state not in ('IN_STUDY', 'COMMISSION_SCHEDULED', 'OPINIONS_COLLECTED', 'DECISION_PENDING') then
    perform app.refuse('MOVE1');
  end if;
  perform app.require_secretary(app.seating_body(p_dossier));
  perform app.refuse_interest(p_dossier);
  perform app.refuse_other_form(p_items, 'array');
  perform app.refuse_long(p_note);
  if exists (select from app.request r where r.dossier_id = p_dossier and r.closed_as is null) then
    perform app.refuse('OWED1');
  end if;
  if jsonb_array_length(p_items) = 0 or exists (select from jsonb_array_elements(p_items) as i
       where not app.is_target(v_definition, i ->> 'target') or trim(coalesce(i ->> 'note', '')) = '') then
    perform app.refuse('REQM1');
  end if;
  v_due := app.add_days(app.today(v_dossier.commune_id), (v_rule ->> 'days')::int, v_rule ->> 'counted');
  insert into app.request (id, dossier_id, kind, items, note, article, created_by, created_at, due_on)
  values (v_request, p_dossier, 'minor', p_items, coalesce(p_note, ''), v_rule ->> 'article', (select auth.uid()), app.now(v_dossier.commune_id), v_due);
  perform app.record(p_dossier, 'asked', 'secretary', jsonb_build_object('request', v_request, 'kind', 'minor', 'items', p_items, 'note', p_note, 'due_on', v_due));
  perform app.notify_parties(p_dossier, 'request', jsonb_build_object('request', v_request, 'kind', 'minor', 'due_on', v_due));
  perform app.request_paper(p_dossier, 'request', app.request_letter(p_dossier, v_request));
  return v_request;
end;
$$;

-- The worker's tick: complements whose days are over; the file goes on without them.
create or replace function app.close_complements() returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_request app.request;
  v_count   int := 0;
begin
  for v_request in
    select r.* from app.request r join app.dossier d on d.id = r.dossier_id
     where r.kind = 'minor' and r.closed_as is null and r.due_on < app.today(d.commune_id) for update of d, r skip locked limit 200
  loop
    update app.request set closed_as = 'expired' where id = v_request.id;
    perform app.record(v_request.dossier_id, 'complement_expired', 'system', jsonb_build_object('request', v_request.id));
    perform app.notify_body(v_request.dossier_id, 'secretary', app.seating_body(v_request.dossier_id), 'complement_expired');
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;

-- What deciding must respect beside the law common to all procedures (called by public.decide).
create or replace function app.refuse_decision(p_dossier app.dossier, p_kind text, p_reservations jsonb, p_requested jsonb, p_until date) returns void
language plpgsql stable security definer set search_path = '' as $$
declare
  v_definition jsonb := app.definition_of(p_dossier.id);
  v_rule       jsonb := v_definition #> '{committee,deferral}';
  v_today      date := app.today(p_dossier.commune_id);
begin
  if p_dossier.state = 'DEFERRED' then
    perform app.refuse('SURS3');
  end if;
  if p_kind like 'grant%' and v_definition ? 'committee' then
    -- An unfavourable one is refused by its own sentence (STOP1, 65_decisions.sql).
    if exists (select from app.seats_of(p_dossier.id) s where s.is_binding
                 and not exists (select from app.opinion o where o.seat_id = s.id and o.state = 'given' and o.outcome <> 'modification')) then
      perform app.refuse('STOP2');
    end if;
    if exists (select from app.open_reservations(p_dossier.id) as r
                where not exists (select from jsonb_array_elements(p_reservations) as x
                                   where x ->> 'opinion' = r.opinion::text and (x ->> 'item')::int = r.item
                                     and (coalesce(x -> 'lifted', 'false') = 'false' or trim(coalesce(x ->> 'lifted_note', '')) <> ''))) then
      perform app.refuse('RESV2');
    end if;
    if p_kind = 'grant' and exists (select from jsonb_array_elements(p_reservations) as x where coalesce(x -> 'lifted', 'false') = 'false') then
      perform app.refuse('RESV2');
    end if;
  end if;
  if p_kind = 'modification' and (jsonb_array_length(p_requested) = 0 or exists (
       select from jsonb_array_elements(p_requested) as i where not app.is_target(v_definition, i ->> 'target') or trim(coalesce(i ->> 'text', '')) = '')) then
    perform app.refuse('REQM1');
  end if;
  if p_kind = 'deferral' then
    if p_until is null or p_until <= v_today or not coalesce(p_until <= (v_today + make_interval(months => (v_rule ->> 'max_months')::int))::date, false) then
      perform app.refuse('SURS1', jsonb_build_object('months', v_rule ->> 'max_months'));
    end if;
    if v_rule ? 'consult' and not exists (select from app.seats_of(p_dossier.id) s join app.opinion o on o.seat_id = s.id and o.state = 'given'
                                           where s.role = v_rule ->> 'consult') then
      perform app.refuse('SURS2');
    end if;
  end if;
end;
$$;

-- Reservations of the running round's opinions, one row each.
create or replace function app.open_reservations(p_dossier uuid) returns table (opinion uuid, item int, role text, organisation_id uuid, text text, article text, lift_by text)
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select o.id, (x.n - 1)::int, s.role, s.organisation_id, x.i ->> 'text', x.i ->> 'article', x.i ->> 'lift_by'
      from app.seats_of(p_dossier) s join app.opinion o on o.seat_id = s.id and o.state = 'given' and o.outcome = 'with_reservations',
           jsonb_array_elements(o.items) with ordinality as x (i, n)
     order by s.role, o.id, x.n;
end;
$$;

-- The president's letter asking for modified plans is signed: the legal clock stands still, the file waits for the applicant.
create or replace function app.begin_modification(p_decision app.decision) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier;
  v_rule    jsonb := app.definition_of(p_decision.dossier_id) #> '{committee,modification}';
  v_step    text;
  v_today   date;
  v_due     date;
begin
  select * into v_dossier from app.dossier where id = p_decision.dossier_id for update;
  v_today := app.today(v_dossier.commune_id);
  v_due := case when v_rule ? 'days' then app.add_days(v_today, (v_rule ->> 'days')::int, v_rule ->> 'counted') end;
  select s ->> 'id' into v_step from jsonb_array_elements(app.definition_of(v_dossier.id) #> '{circuit,steps}') as s where s ->> 'kind' = 'committee';
  update app.task set closed_at = app.now(v_dossier.commune_id), outcome = coalesce(outcome, 'left') where dossier_id = v_dossier.id and closed_at is null;
  insert into app.request (dossier_id, kind, items, note, article, created_by, created_at, told_at, told_how, due_on)
  values (v_dossier.id, 'modification', (select jsonb_agg(jsonb_build_object('target', i ->> 'target', 'action', 'replace', 'reason', 'modification', 'note',
            (i ->> 'text') || coalesce(' (' || nullif(i ->> 'article', '') || ')', ''))) from jsonb_array_elements(p_decision.requested) as i), '', v_rule ->> 'article', p_decision.decided_by,
          app.now(v_dossier.commune_id), app.now(v_dossier.commune_id), 'online', v_due);
  perform app.clock_suspend(v_dossier.id, v_today, 'request_modification', coalesce(v_rule ->> 'article', ''));
  update app.dossier set state = 'MODIFICATION_REQUESTED', step = v_step, complete_by = v_due, updated_at = now() where id = v_dossier.id;
  perform app.record(v_dossier.id, 'modification_requested', 'system', jsonb_build_object('decision', p_decision.id, 'requested', p_decision.requested, 'due_on', v_due));
  perform app.notify_parties(v_dossier.id, 'modification', jsonb_build_object('due_on', v_due));
end;
$$;

-- Modified plans are there (public.answer_request): the sector's period starts from zero, the legal one goes on with what was left, and the
-- committee studies anew.
create or replace function app.end_modification(p_dossier app.dossier) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  update app.dossier set complete_by = null where id = p_dossier.id;
  perform app.clock_restart_sector(p_dossier.id, app.today(p_dossier.commune_id), 'modified_plans',
            coalesce(app.definition_of(p_dossier.id) #>> '{committee,modification,article}', ''));
  perform app.enter_step(p_dossier.id, p_dossier.step);
end;
$$;

-- Deferral (12-90 art. 45): the file is frozen until a day, at the latest; the clocks stop.
create or replace function app.begin_deferral(p_decision app.decision) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier;
  v_step    text;
begin
  select * into v_dossier from app.dossier where id = p_decision.dossier_id for update;
  select s ->> 'id' into v_step from jsonb_array_elements(app.definition_of(v_dossier.id) #> '{circuit,steps}') as s where s ->> 'kind' = 'decision';
  perform app.clock_stop(v_dossier.id, app.today(v_dossier.commune_id), 'deferral', coalesce(app.definition_of(v_dossier.id) #>> '{committee,deferral,article}', ''));
  perform app.enter_step(v_dossier.id, v_step);
  update app.dossier set state = 'DEFERRED', updated_at = now() where id = v_dossier.id;
  update app.task set due_on = p_decision.effective_on where dossier_id = v_dossier.id and closed_at is null;
  perform app.record(v_dossier.id, 'deferred', 'system', jsonb_build_object('decision', p_decision.id, 'until', p_decision.effective_on));
  perform app.notify_parties(v_dossier.id, 'deferred', jsonb_build_object('until', p_decision.effective_on));
end;
$$;

-- The end of a deferral: the holder of the pen takes the file up, or the worker does on its day. The clocks start again.
create or replace function public.resume_deferred(p_dossier uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier := app.lock_dossier(p_dossier);
begin
  if app.power_to_sign(p_dossier) is null then
    perform app.require_role(array['president'], v_dossier.commune_id);
  end if;
  perform app.refuse_interest(p_dossier);
  if v_dossier.state <> 'DEFERRED' then
    perform app.refuse('MOVE1');
  end if;
  perform app.end_deferral(v_dossier, 'president');
end;
$$;

create or replace function app.end_deferral(p_dossier app.dossier, p_role text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform app.clock_start(p_dossier.id, app.today(p_dossier.commune_id), 'deferral_ended', coalesce(app.definition_of(p_dossier.id) #>> '{committee,deferral,article}', ''));
  perform app.record(p_dossier.id, 'deferral_ended', p_role, '{}');
  perform app.enter_step(p_dossier.id, p_dossier.step);
  perform app.notify_parties(p_dossier.id, 'deferral_ended');
end;
$$;

create or replace function app.end_deferrals() returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier;
  v_count   int := 0;
begin
  for v_dossier in
    select d.* from app.dossier d
     where d.state = 'DEFERRED'
       and (select x.effective_on from app.decision x where x.dossier_id = d.id and x.kind = 'deferral' order by x.decided_at desc limit 1) <= app.today(d.commune_id)
       for update of d skip locked limit 200
  loop
    perform app.end_deferral(v_dossier, 'system');
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;

-- Before the permit is drawn, each plan named by the definition is stamped and sealed: a paper of its own; those that are stay. True when
-- there is one to wait for.
create or replace function app.request_plans(p_decision app.decision) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_definition jsonb := app.definition_of(p_decision.dossier_id);
  v_document   app.document;
  v_some       boolean := false;
begin
  for v_document in
    select m.* from app.document m
     where m.dossier_id = p_decision.dossier_id and v_definition -> 'plans' ? m.slot and m.removed_at is null and m.check_state = 'accepted'
       and not exists (select from app.document n where n.replaces = m.id and n.removed_at is null and n.check_state = 'accepted')
       and not exists (select from app.paper p where p.decision_id = p_decision.id and p.kind = 'plan' and p.state <> 'withdrawn'
                          and p.data #>> '{plan,document}' = m.id::text)
     order by m.slot, m.uploaded_at
  loop
    perform app.request_paper(p_decision.dossier_id, 'plan', jsonb_build_object('number', p_decision.number,
      'title', app.label_of(v_definition, v_document.slot),
      'plan', jsonb_build_object('document', v_document.id, 'slot', v_document.slot, 'version', v_document.version, 'path', v_document.storage_path,
                'digest', v_document.digest, 'file_name', v_document.file_name, 'mime', v_document.mime, 'pages', v_document.pages)), p_decision.id);
    v_some := true;
  end loop;
  return v_some;
end;
$$;

-- The plans of a decision as the permit lists them: [[label, version and pages, digest of the stamped file]]
create or replace function app.plan_table(p_decision uuid, p_wording jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select case when count(*) = 0 then '[]' else jsonb_build_array(jsonb_build_object('title', p_wording -> 'plans_title', 'columns', p_wording -> 'plans_columns',
             'rows', jsonb_agg(jsonb_build_array(p.data -> 'title', jsonb_build_object('fr', p.file_digest, 'ar', p.file_digest)) order by p.data #>> '{plan,slot}', p.created_at))) end
      from app.paper p where p.decision_id = p_decision and p.kind = 'plan' and p.state = 'published');
end;
$$;

-- The last plan is stamped: the permit that lists their digests can be drawn.
create or replace function app.plan_stamped(p_paper app.paper) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  if not exists (select from app.paper p where p.decision_id = p_paper.decision_id and p.kind = 'plan' and p.state in ('requested', 'failed'))
     and not exists (select from app.paper p where p.decision_id = p_paper.decision_id and p.kind = 'permit' and p.state <> 'withdrawn') then
    perform app.request_decision_paper(p_paper.decision_id);
  end if;
end;
$$;

revoke execute on function app.close_complements, app.refuse_decision, app.open_reservations, app.begin_modification, app.end_modification, app.begin_deferral,
  app.end_deferral, app.end_deferrals, app.request_plans, app.plan_table, app.plan_stamped, public.ask_complement, public.resume_deferred
  from public, anon, authenticated;
grant execute on function public.ask_complement, public.resume_deferred to authenticated;
