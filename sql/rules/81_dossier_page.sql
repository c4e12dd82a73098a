-- The dossier on an agent's desk: everything the page shows, in one call, and the acts this person may do now.
--
-- Consulted services, the cashier, the inspector and the governor read the dossier without personal answers (fields marked
-- personal in the definition) and without identity papers: what the law's minimisation leaves them.
--
--   SEEN1  not found, or not open to this person

-- A sentence of app.refusal, said without refusing: why an act is closed now, why a file was turned down.
create or replace function app.sentence(p_code text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  if p_code is null then
    return null;
  end if;
  return coalesce((select jsonb_build_object('code', r.code, 'fr', r.fr, 'ar', r.ar) from app.refusal r where r.code = p_code),
                  jsonb_build_object('code', p_code, 'fr', p_code, 'ar', p_code));
end;
$$;

-- Fields whose answer says something about a person.
create or replace function app.personal_fields(p_definition jsonb) returns text[]
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select coalesce(array_agg(f ->> 'id'), '{}')
      from jsonb_array_elements(p_definition -> 'steps') as s, jsonb_array_elements(s -> 'fields') as f
     where f ? 'personal' or f ->> 'type' in ('cin', 'phone', 'email'));
end;
$$;

-- A summary of answers without some fields.
create or replace function app.summary_without(p_summary jsonb, p_fields text[]) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(s.step || jsonb_build_object('fields', coalesce(
             (select jsonb_agg(f.field order by f.place) from jsonb_array_elements(s.step -> 'fields') with ordinality as f(field, place)
               where not f.field ->> 'id' = any (p_fields)), '[]')) order by s.place), '[]')
      from jsonb_array_elements(p_summary) with ordinality as s(step, place));
end;
$$;

-- The names of a slot or of a field, for lists of requests and documents.
create or replace function app.label_of(p_definition jsonb, p_target text) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return coalesce(
    (select x -> 'label' from jsonb_array_elements(coalesce(p_definition -> 'documents', '[]')) as x where x ->> 'slot' = p_target),
    (select f -> 'label' from jsonb_array_elements(p_definition -> 'steps') as s, jsonb_array_elements(s -> 'fields') as f where f ->> 'id' = p_target),
    jsonb_build_object('fr', p_target, 'ar', p_target));
end;
$$;

-- The acts that the signed-in person may do on the dossier now, as the functions that do them will judge: [{verb, id, label, tone,
-- needs, fields, article, blocked}]. blocked is the sentence that would be refused, so that the page can say it beforehand.
create or replace function app.staff_acts(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_dossier    app.dossier;
  v_definition jsonb := app.definition_of(p_dossier);
  v_step       jsonb;
  v_roles      text[];
  v_power      jsonb;
  v_holds      boolean;
  v_acts       jsonb := '[]';
  v_asking     jsonb;
begin
  select * into v_dossier from app.dossier where id = p_dossier;
  if v_dossier.id is null or not app.can_read(p_dossier) then
    return '[]';
  end if;
  v_roles := app.my_roles(v_dossier.commune_id);
  v_step := app.step_named(v_definition, v_dossier.step);
  v_power := app.power_to_sign(p_dossier);
  if app.has_interest(p_dossier) then
    return '[]';
  end if;
  v_holds := v_dossier.closed_at is null and v_dossier.state not in ('COMPLEMENT_REQUESTED', 'MODIFICATION_REQUESTED')
             and exists (select from unnest(app.holder_roles(v_step)) as h(role) where h.role = any (v_roles) and (h.role not in ('president', 'delegate') or v_power is not null));

  if v_holds and v_step ->> 'kind' in ('check', 'study', 'decision') then
    select v_acts || coalesce(jsonb_agg(a || jsonb_build_object('verb', 'act', 'law', app.article_text(v_definition, a ->> 'article'),
             'fields', app.fields_named(v_step -> 'fields', a -> 'needs_fields'))), '[]')
      into v_acts from jsonb_array_elements(coalesce(v_step -> 'actions', '[]')) as a;
  end if;
  if v_holds and v_step ->> 'kind' in ('check', 'study') then
    v_asking := app.request_kinds(v_dossier, v_definition);
    v_acts := v_acts || jsonb_build_array(jsonb_build_object('verb', 'set_verdict'),
      jsonb_build_object('verb', 'ask_applicant', 'kinds', v_asking, 'blocked', case
        when exists (select from app.request r where r.dossier_id = p_dossier and r.closed_as is null) then app.sentence('OPEN1')
        when coalesce(v_definition #> '{requests,half_time_lock}', 'true') = 'true' and app.today(v_dossier.commune_id) > v_dossier.half_on then app.sentence('LATE2')
        when v_asking = '[]' then app.sentence('ONCE1') end));
  end if;
  if v_holds and v_step ->> 'kind' = 'decision' then
    v_acts := v_acts || jsonb_build_object('verb', 'decide', 'kinds', app.decisions_left(p_dossier, coalesce(v_step -> 'decisions', '["grant", "grant_with_reservations", "refusal"]')),
      'terms', (select coalesce(jsonb_agg(t || jsonb_build_object('answer',
                         coalesce(v_dossier.answers -> (t ->> 'replaces'), local.settings -> (t #>> '{field,default,setting}')))), '[]')
                  from (select app.local_settings(p_dossier) as settings) as local,
                       jsonb_array_elements(coalesce(v_definition -> 'decision_terms', '[]')) as t),
      'no_grant_because_of', app.blocking_opinion(p_dossier),
      'binding_missing', (select coalesce(jsonb_agg(app.seat_title(v_definition, s.role, s.organisation_id)), '[]') from app.seats_of(p_dossier) s
                           where s.is_binding and not exists (select from app.opinion o where o.seat_id = s.id and o.state = 'given' and o.outcome <> 'modification')),
      'targets', case when v_step -> 'decisions' ? 'modification'
            then app.request_targets(v_definition, app.facts(p_dossier)) else '[]' end,
      'reservations', (select coalesce(jsonb_agg(to_jsonb(r) || jsonb_build_object('by', app.seat_title(v_definition, r.role, r.organisation_id))), '[]') from app.open_reservations(p_dossier) r),
      'changes', (select coalesce(jsonb_agg(i || jsonb_build_object('by', app.seat_title(v_definition, s.role, s.organisation_id))), '[]')
                    from app.seats_of(p_dossier) s join app.opinion o on o.seat_id = s.id and o.state = 'given' and o.outcome = 'modification', jsonb_array_elements(o.items) as i),
      'deferral', v_definition #> '{committee,deferral}', 'blocked', case when v_dossier.state = 'DEFERRED' then app.sentence('SURS3') end);
    if v_dossier.state = 'DEFERRED' then
      v_acts := v_acts || jsonb_build_object('verb', 'resume_deferred');
    end if;
  end if;
  if v_step ->> 'kind' = 'opinions' and v_dossier.state <> 'COMPLEMENT_REQUESTED' and v_dossier.closed_at is null then
    select v_acts || coalesce(jsonb_agg(jsonb_build_object('verb', 'give_opinion', 'id', t.id, 'role', t.role, 'due_on', t.due_on,
                                          'fields', coalesce(v_step -> 'fields', '[]'))), '[]')
      into v_acts from app.task t where t.dossier_id = p_dossier and t.step = v_dossier.step and t.closed_at is null and t.role = any (v_roles);
  end if;

  -- Papers that wait for this person's pen, and decisions taken by another holder of the pen.
  if v_power is not null or app.power_to_sign(p_dossier, 'attestation') is not null then
    select v_acts || coalesce(jsonb_agg(jsonb_build_object('verb', case when x.power ->> 'person' = (select auth.uid())::text then 'sign' else 'sign_instead' end,
                                          'id', case when x.power ->> 'person' = (select auth.uid())::text then p.id else x.id end, 'state', p.state, 'fault', p.fault)), '[]')
      into v_acts from app.paper p join app.decision x on x.id = p.decision_id
     where p.dossier_id = p_dossier and p.needs = 'signature' and p.state in ('requested', 'failed', 'ready') and x.signed_at is null
       and app.power_to_sign(p_dossier, app.power_kind(x.kind)) is not null;
    -- What the worker could not draw, a stamped plan included: the holder of the pen asks for it again (public.sign_instead).
    select v_acts || coalesce(jsonb_agg(jsonb_build_object('verb', 'draw_again', 'id', f.decision, 'fault', f.fault)), '[]')
      into v_acts
      from (select x.id as decision, min(p.fault) as fault from app.decision x join app.paper p on p.decision_id = x.id and p.state = 'failed'
             where x.dossier_id = p_dossier and x.signed_at is null and app.power_to_sign(p_dossier, app.power_kind(x.kind)) is not null group by x.id) as f;
    if v_power is not null and v_dossier.state = 'DELIVERED' and not exists (select from app.decision x where x.dossier_id = p_dossier and x.kind = 'revocation') then
      v_acts := v_acts || jsonb_build_object('verb', 'revoke', 'causes', coalesce(v_definition -> 'revocation', '[]'));
    end if;
  end if;
  if v_holds and v_step ->> 'kind' = 'payment' then
    select v_acts || coalesce(jsonb_agg(jsonb_build_object('verb', 'record_payment', 'id', o.id)), '[]')
      into v_acts from app.fee_order o
     where o.dossier_id = p_dossier and o.cancelled_at is null and not exists (select from app.payment y where y.fee_order_id = o.id);
  end if;

  -- A signed act whose applicant has no account: the proof that they were told.
  select v_acts || coalesce(jsonb_agg(jsonb_build_object('verb', 'record_notification', 'id', x.id, 'kind', x.kind, 'signed_at', x.signed_at,
                                        'due_on', app.notify_by(p_dossier, x.signed_at))), '[]')
    into v_acts from app.decision x
   where x.dossier_id = p_dossier and x.signed_at is not null and x.notified_at is null and v_roles && array['clerk', 'instructor'];

  -- The applicant's open request: proof that they were told, and originals shown at the counter.
  select v_acts || coalesce(jsonb_agg(jsonb_build_object('verb', a.verb, 'id', r.id, 'kind', r.kind)), '[]')
    into v_acts
    from app.request r, lateral (select 'acknowledge_request' as verb where r.told_at is null and v_roles && array['clerk', 'instructor']
                                 union all
                                 select 'answer_request' where 'clerk' = any (v_roles) and r.kind = 'original') as a
   where r.dossier_id = p_dossier and r.closed_as is null and v_dossier.closed_at is null;
  select v_acts || coalesce(jsonb_agg(jsonb_build_object('verb', 'answer_appeal', 'id', p.id, 'level', p.level, 'answer_due', p.answer_due,
                                        'outcomes', case p.level when 'president' then '["upheld", "rejected"]'::jsonb else '["invited", "rejected"]'::jsonb end)), '[]')
    into v_acts from app.appeal p where p.dossier_id = p_dossier and p.answered_at is null and p.level = any (v_roles);
  v_acts := v_acts || app.silence_acts(p_dossier, v_roles);
  if 'inspector' = any (v_roles) and v_dossier.state in ('DELIVERED', 'REVOKED', 'LAPSED') then
    v_acts := v_acts || jsonb_build_object('verb', 'record_inspection', 'fields', coalesce(v_definition #> '{follow_up,inspection,fields}', '[]'));
  end if;
  select v_acts || coalesce(jsonb_agg(jsonb_build_object('verb', 'see_copy', 'id', c.id)), '[]')
    into v_acts from app.copy_sent c where c.dossier_id = p_dossier and c.sent_at is not null and c.seen_at is null and c.recipient = any (v_roles);
  select v_acts || coalesce(jsonb_agg(jsonb_build_object('verb', 'take_task', 'id', t.id, 'role', t.role)), '[]')
    into v_acts from app.task t
   where t.dossier_id = p_dossier and t.closed_at is null and t.role = any (v_roles) and t.assigned_to is distinct from (select auth.uid());
  if v_dossier.closed_at is null and cardinality(v_roles) > 0 then
    v_acts := v_acts || jsonb_build_object('verb', 'declare_interest');
  end if;
  return v_acts;
end;
$$;

-- Nobody acts on a dossier of which they are a party or in which they declared an interest.
create or replace function app.has_interest(p_dossier uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return app.is_party(p_dossier)
      or exists (select from app.declared_interest i where i.dossier_id = p_dossier and i.person_id = (select auth.uid()));
end;
$$;

-- The kinds of request that may still be made, each with its coded reasons and article: [{kind, article, reasons}].
create or replace function app.request_kinds(p_dossier app.dossier, p_definition jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('kind', k.kind, 'article', p_definition #>> array['requests', 'articles', k.kind],
             'law', app.article_text(p_definition, p_definition #>> array['requests', 'articles', k.kind]), 'reasons', k.reasons)), '[]')
      from (select kind, (select jsonb_agg(r) from jsonb_array_elements(coalesce(p_definition #> '{requests,reasons}', '[]')) as r where r -> 'kinds' ? kind) as reasons
              from unnest(array['replace', 'information', 'original']) as kind) as k
     where k.reasons is not null
       and not (coalesce(p_definition #> '{requests,once}', '[]') ? k.kind
                and exists (select from app.request r where r.dossier_id = p_dossier.id and r.kind = k.kind)));
end;
$$;

create or replace function public.dossier_page(p_dossier uuid) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_dossier    app.dossier;
  v_definition jsonb;
  v_roles      text[];
  v_full       boolean;
  v_today      date;
  v_facts      jsonb;
  v_hidden     text[];
  v_answers    jsonb;
begin
  select * into v_dossier from app.dossier where id = p_dossier and state <> 'DRAFT';
  v_roles := app.my_roles(v_dossier.commune_id);
  if v_dossier.id is null or cardinality(v_roles) = 0 then
    perform app.refuse(case when (select auth.uid()) is null then 'SIGN1' else 'SEEN1' end);
  end if;
  select definition into v_definition from app.procedure_version where id = v_dossier.version_id;
  v_full := app.is_staff_of(p_dossier);
  v_today := app.today(v_dossier.commune_id);
  v_hidden := case when v_full then '{}'::text[] else app.personal_fields(v_definition) end;
  v_answers := v_dossier.answers - v_hidden;
  v_facts := app.facts(p_dossier);

  return jsonb_build_object(
    'head', app.page_head(v_dossier, v_definition, v_today),
    'today', v_today, 'roles', v_roles, 'full', v_full, 'interest', app.has_interest(p_dossier),
    'seen', (select coalesce(max(e.seq), 0) from app.event e where e.dossier_id = p_dossier),
    'acts', app.staff_acts(p_dossier),
    'threads', to_jsonb(app.my_threads(p_dossier)),
    'summary', app.summary_without(app.answers_summary(v_definition, v_answers), v_hidden),
    'faults', case when v_full then app.faults(v_definition, v_facts) else '[]'::jsonb end,
    'targets', case when v_full then app.request_targets(v_definition, v_facts) else '[]'::jsonb end,
    'verdict_reasons', (select coalesce(jsonb_agg(r), '[]') from jsonb_array_elements(coalesce(v_definition #> '{requests,reasons}', '[]')) as r where r -> 'kinds' ? 'replace'),
    'clock', app.band_with_law(v_definition, public.clock_band(p_dossier)),
    'proposal', case when not app.has_interest(p_dossier) then v_dossier.proposal end,
    'documents', (
      select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'slot', m.slot, 'label', app.label_of(v_definition, m.slot), 'version', m.version,
               'file_name', m.file_name, 'size', m.size_bytes, 'pages', m.pages, 'mime', m.mime, 'identity', m.is_identity, 'check', m.check_state, 'signature', m.signature,
               'check_why', app.sentence(m.check_code), 'verdict', m.verdict, 'verdict_code', m.verdict_code, 'verdict_note', m.verdict_note,
               'verdict_by', app.name_of(m.verdict_by), 'verdict_at', m.verdict_at, 'uploaded_at', m.uploaded_at,
               'replaced', exists (select from app.document n where n.replaces = m.id and n.removed_at is null)) order by m.slot, m.version desc, m.uploaded_at), '[]')
        from app.document m where m.dossier_id = p_dossier and m.removed_at is null),
    'requests', (
      select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'kind', r.kind, 'note', r.note, 'law', app.article_text(v_definition, r.article), 'created_at', r.created_at,
               'by', app.name_of(r.created_by), 'told_at', r.told_at, 'told_how', r.told_how, 'due_on', r.due_on, 'answered_at', r.answered_at, 'closed_as', r.closed_as,
               'items', (select jsonb_agg(i || jsonb_build_object('label', app.label_of(v_definition, i ->> 'target'), 'reason_label',
                                  (select w -> 'label' from jsonb_array_elements(v_definition #> '{requests,reasons}') as w where w ->> 'code' = i ->> 'reason')))
                           from jsonb_array_elements(r.items) as i)) order by r.created_at desc), '[]')
        from app.request r where r.dossier_id = p_dossier),
    'messages', (
      select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'thread', m.thread, 'body', m.body, 'at', m.at, 'role', m.author_role, 'by', app.name_of(m.author_id),
               'mine', m.author_id = (select auth.uid()), 'expected_on', m.expected_on,
               'unread', m.author_id is distinct from (select auth.uid()) and not exists (
                  select from app.thread_read x where x.dossier_id = m.dossier_id and x.thread = m.thread and x.person_id = (select auth.uid()) and x.read_at >= m.at))
               order by m.at), '[]')
        from app.message m where m.dossier_id = p_dossier),
    'tasks', (
      select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'step', t.step, 'role', t.role, 'opened_at', t.opened_at, 'due_on', t.due_on, 'assigned', app.name_of(t.assigned_to),
               'is_mine', t.assigned_to = (select auth.uid()), 'closed_at', t.closed_at, 'closed_by', app.name_of(t.closed_by), 'outcome', t.outcome)
               order by t.opened_at, t.role), '[]')
        from app.task t where t.dossier_id = p_dossier),
    'opinions', (
      select coalesce(jsonb_agg(jsonb_build_object('role', o.role, 'outcome', o.outcome, 'reasons', o.reasons, 'article', o.article,
               'measured', app.measured_table(o.measured, app.step_named(v_definition, t.step) -> 'fields'),
               'items', o.items, 'round', case when o.seat_id is not null then o.round end, 'by', app.name_of(o.author_id), 'at', o.at) order by o.at), '[]')
        from app.opinion o left join app.task t on t.id = o.task_id where o.dossier_id = p_dossier and o.state = 'given'),
    'decisions', (
      select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'kind', x.kind, 'number', x.number, 'reasons', x.reasons, 'reservations', x.reservations, 'requested', x.requested,
               'terms', app.measured_table(x.terms, app.term_fields(v_definition)), 'by', app.name_of(x.decided_by), 'decided_at', x.decided_at, 'signed_at', x.signed_at,
               'power', x.power, 'notified_at', x.notified_at, 'notified_how', x.notified_how, 'effective_on', x.effective_on) order by x.decided_at desc), '[]')
        from app.decision x where x.dossier_id = p_dossier),
    'papers', (
      select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'kind', p.kind, 'number', p.number, 'state', p.state, 'fault', p.fault, 'path', p.storage_path,
               'plan', case when p.kind = 'plan' then p.data -> 'title' end, 'created_at', p.created_at, 'published_at', p.published_at) order by p.created_at desc), '[]')
        from app.paper p where p.dossier_id = p_dossier and p.state <> 'withdrawn'),
    'fees', (
      select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'number', o.number, 'lines', o.lines, 'total', o.total, 'created_at', o.created_at, 'cancelled_at', o.cancelled_at,
               'payment', (select jsonb_build_object('number', y.number, 'amount', y.amount, 'means', y.means, 'reference', y.reference, 'at', y.at, 'by', app.name_of(y.cashier_id))
                             from app.payment y where y.fee_order_id = o.id)) order by o.created_at desc), '[]')
        from app.fee_order o where o.dossier_id = p_dossier),
    'copies', (
      select coalesce(jsonb_agg(jsonb_build_object('recipient', c.recipient, 'due_on', c.due_on, 'law', app.article_text(v_definition, c.article), 'sent_at', c.sent_at, 'seen_at', c.seen_at,
               'seen_by', app.name_of(c.seen_by)) order by c.due_on), '[]')
        from app.copy_sent c where c.dossier_id = p_dossier),
    'inspections', (
      select coalesce(jsonb_agg(jsonb_build_object('finding', n.finding, 'note', n.note, 'at', n.at, 'by', app.name_of(n.inspector_id),
               'measured', app.measured_table(n.measured, v_definition #> '{follow_up,inspection,fields}')) order by n.at desc), '[]')
        from app.inspection n where n.dossier_id = p_dossier),
    'silence_claim', app.silence_steps(p_dossier),
    'appeals', (
      select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'level', a.level, 'grounds', a.grounds, 'filed_at', a.filed_at, 'answer_due', a.answer_due,
               'answer', a.answer, 'outcome', a.outcome, 'answered_at', a.answered_at, 'decide_by', a.decide_by, 'by', app.name_of(a.answered_by)) order by a.filed_at), '[]')
        from app.appeal a where a.dossier_id = p_dossier),
    'events', (
      select coalesce(jsonb_agg(jsonb_build_object('seq', e.seq, 'kind', e.kind, 'at', e.at, 'role', e.actor_role, 'by', app.name_of(e.actor_id),
               'about', app.event_about(v_definition, e.kind, e.data)) order by e.seq desc), '[]')
        from (select * from app.event where dossier_id = p_dossier order by seq desc limit 300) as e));
end;
$$;

create or replace function app.page_head(p_dossier app.dossier, p_definition jsonb, p_today date) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'id', p_dossier.id, 'number', p_dossier.number, 'owner_name', p_dossier.owner_name, 'title', p_dossier.title,
      'commune', jsonb_build_object('id', c.id, 'name_fr', c.name_fr, 'name_ar', c.name_ar),
      'procedure', p_dossier.procedure_code, 'procedure_title', p_definition -> 'title', 'channel', p_dossier.channel,
      'state', p_dossier.state, 'step', p_dossier.step, 'band', app.deadline_band(p_dossier.state, p_dossier.legal_end, p_dossier.closed_at, p_today),
      'steps', (select jsonb_agg(jsonb_build_object('id', s ->> 'id', 'kind', s ->> 'kind', 'title', s -> 'title', 'roles', to_jsonb(app.holder_roles(s)), 'state', s ->> 'state'))
                  from jsonb_array_elements(p_definition #> '{circuit,steps}') as s),
      'deposited_at', p_dossier.deposited_at, 'complete_on', p_dossier.complete_on, 'legal_end', p_dossier.legal_end, 'sector_end', p_dossier.sector_end,
      'days_left', p_dossier.legal_end - p_today, 'remaining_days', p_dossier.remaining_days, 'half_on', p_dossier.half_on, 'complete_by', p_dossier.complete_by,
      'decided_at', p_dossier.decided_at, 'delivered_at', p_dossier.delivered_at, 'valid_until', p_dossier.valid_until, 'closed_at', p_dossier.closed_at,
      'silence_on', p_dossier.silence_on, 'silence', p_definition -> 'silence')
      from app.commune c where c.id = p_dossier.commune_id);
end;
$$;

-- What may be asked of the applicant: the demanded document slots, and the fields of the form that are in view: [{target, label, is_document}].
create or replace function app.request_targets(p_definition jsonb, p_facts jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('target', x.target, 'label', x.label, 'is_document', x.is_document) order by not x.is_document, x.place), '[]')
      from (select d.slot ->> 'slot' as target, d.slot -> 'label' as label, true as is_document, d.place
              from jsonb_array_elements(app.demanded_documents(p_definition, p_facts)) with ordinality as d(slot, place)
            union all
            select f.field ->> 'id', f.field -> 'label', f.field ->> 'type' = 'document', 1000 * s.place + f.place
              from jsonb_array_elements(p_definition -> 'steps') with ordinality as s(step, place),
                   jsonb_array_elements(s.step -> 'fields') with ordinality as f(field, place)
             where f.field ->> 'type' not in ('heading', 'help') and p_facts -> 'answers' ? (f.field ->> 'id')) as x);
end;
$$;

-- Measured values or terms with the names of their fields: [{label, value, unit, options}], in the order of the fields.
create or replace function app.measured_table(p_values jsonb, p_fields jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('label', f.field -> 'label', 'type', f.field ->> 'type', 'value', p_values -> (f.field ->> 'id'),
                                'unit', f.field -> 'unit', 'options', f.field -> 'options') order by f.place), '[]')
      from jsonb_array_elements(coalesce(p_fields, '[]')) with ordinality as f(field, place)
     where p_values -> (f.field ->> 'id') not in ('null', '""', '[]', '{}'));
end;
$$;

-- The clock band with its articles in words, for both clocks and each segment and day.
create or replace function app.band_with_law(p_definition jsonb, p_band jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return p_band || jsonb_strip_nulls(jsonb_build_object(
    'legal', p_band -> 'legal' || jsonb_build_object('law', app.article_text(p_definition, p_band #>> '{legal,source}')),
    'sector', p_band -> 'sector' || jsonb_build_object('law', app.article_text(p_definition, p_band #>> '{sector,source}')),
    'laws', (select jsonb_object_agg(a.article, app.article_text(p_definition, a.article))
               from (select distinct s ->> 'article' as article from jsonb_array_elements(p_band -> 'segments') as s where s ->> 'article' <> '') as a)));
end;
$$;

-- What a line of the history says beside its kind: names instead of codes; never a person's data.
create or replace function app.event_about(p_definition jsonb, p_kind text, p_data jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
    'step', app.step_named(p_definition, p_data ->> 'step') -> 'title',
    'action', (select a -> 'label' from jsonb_array_elements(coalesce(app.step_named(p_definition, p_data ->> 'step') -> 'actions', '[]')) as a
                where a ->> 'id' = p_data ->> 'action'),
    'document', case when p_data ? 'slot' then app.label_of(p_definition, p_data ->> 'slot') end,
    'verdict', p_data -> 'verdict', 'kind', p_data -> 'kind', 'outcome', p_data -> 'outcome', 'number', p_data -> 'number', 'to', p_data -> 'to',
    'due_on', p_data -> 'due_on', 'legal_end', p_data -> 'legal_end', 'thread', p_data -> 'thread', 'level', p_data -> 'level', 'finding', p_data -> 'finding'));
end;
$$;

revoke execute on function app.sentence, app.personal_fields, app.summary_without, app.label_of, app.staff_acts, app.has_interest, app.request_kinds, app.page_head, app.request_targets,
  app.measured_table, app.band_with_law, app.event_about, public.dossier_page from public, anon, authenticated;
grant execute on function app.sentence, app.personal_fields, app.summary_without, app.label_of, app.staff_acts, app.has_interest, app.page_head, app.request_targets,
  app.measured_table, app.band_with_law, app.event_about, app.article_text, app.term_fields, public.dossier_page to authenticated;
