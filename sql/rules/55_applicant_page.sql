-- What applicants read: their dossiers, the page "what happens now" of one, and the public part of it that tracking shows.

-- Nobody's name, no place: number, state, steps, holders by role, dates.
create or replace function app.progress(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_dossier    app.dossier;
  v_definition jsonb;
  v_today      date;
  v_place      bigint;
begin
  select * into v_dossier from app.dossier where id = p_dossier;
  v_definition := app.version_definition(v_dossier.version_id);
  v_today := app.today(v_dossier.commune_id);
  select n into v_place from jsonb_array_elements(v_definition #> '{circuit,steps}') with ordinality as x(s, n) where s ->> 'id' = v_dossier.step;
  return (
    select jsonb_build_object(
      'number', v_dossier.number, 'state', v_dossier.state, 'channel', v_dossier.channel, 'procedure', v_definition -> 'title',
      'commune', jsonb_build_object('fr', c.name_fr, 'ar', c.name_ar),
      'demonstration', c.is_demonstration,
      'today', v_today, 'deposited_at', v_dossier.deposited_at, 'complete_on', v_dossier.complete_on, 'complete_by', v_dossier.complete_by,
      'legal_end', v_dossier.legal_end, 'days_left', v_dossier.legal_end - v_today, 'remaining_days', v_dossier.remaining_days,
      'working_days_left', case when v_definition #>> '{clocks,legal,counted}' = 'working_days' and v_dossier.legal_end >= v_today
                                then app.working_days_between(v_today, v_dossier.legal_end) end,
      'working_days_left', case when v_definition #>> '{clocks,legal,counted}' = 'working_days' and v_dossier.legal_end >= v_today
                                then app.working_days_between(v_today, v_dossier.legal_end) end,
      'decided_at', v_dossier.decided_at, 'delivered_at', v_dossier.delivered_at, 'valid_until', v_dossier.valid_until,
      'silence_on', v_dossier.silence_on, 'closed_at', v_dossier.closed_at,
      'waits_for', case when v_dossier.closed_at is not null or v_dossier.state in ('DELIVERED', 'LAPSED') then 'nobody'
                        when v_dossier.state in ('DRAFT', 'INCOMPLETE', 'COMPLEMENT_REQUESTED', 'MODIFICATION_REQUESTED', 'APPROVED_PENDING_FEES') then 'applicant'
                        else 'administration' end,
      'holders', (select coalesce(jsonb_agg(jsonb_build_object('role', t.role, 'since', t.opened_at, 'due_on', t.due_on) order by t.role), '[]')
                    from app.task t where t.dossier_id = p_dossier and t.closed_at is null),
      -- Steps as the circuit names them; endings other than the one reached are not announced.
      'steps', (select coalesce(jsonb_agg(jsonb_build_object('id', s ->> 'id', 'title', s -> 'title', 'kind', s ->> 'kind', 'status',
                         case when v_dossier.closed_at is not null and s ->> 'id' is distinct from v_dossier.step then
                                case when exists (select from app.event e where e.dossier_id = p_dossier and e.kind = 'step' and e.data ->> 'step' = s ->> 'id')
                                     then 'done' else 'dropped' end
                              when s ->> 'id' = v_dossier.step then case when s ->> 'kind' = 'done' then 'done' else 'now' end
                              when n < v_place then 'done' else 'next' end) order by n), '[]')
                  from jsonb_array_elements(v_definition #> '{circuit,steps}') with ordinality as x(s, n)
                 where s ->> 'kind' <> 'done' or s ->> 'id' = v_dossier.step or s ->> 'state' = 'DELIVERED'),
      'silence', v_definition -> 'silence', 'appeal', v_definition -> 'appeal')
      from app.commune c where c.id = v_dossier.commune_id);
end;
$$;

-- What the applicant should do next, in one word: the page and the list show its sentence.
create or replace function app.next_act(p_dossier app.dossier) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return case
    when p_dossier.state = 'DRAFT' then 'continue'
    when p_dossier.state = 'INCOMPLETE' then 'complete'
    when p_dossier.state = 'COMPLEMENT_REQUESTED' then 'answer'
    when p_dossier.state = 'MODIFICATION_REQUESTED' then 'modify'
    when exists (select from app.request r where r.dossier_id = p_dossier.id and r.kind = 'minor' and r.closed_as is null) then 'complement'
    when p_dossier.state = 'DEFERRED' then 'deferred'
    when p_dossier.state = 'APPROVED_PENDING_FEES' then case when app.is_attested(p_dossier.id) then 'pay_attested' else 'pay' end
    when p_dossier.state = 'DELIVERED' then case when app.is_attested(p_dossier.id) then 'collect_attested' else 'collect' end
    when p_dossier.state = 'REFUSED' then 'read_refusal'
    when p_dossier.state in ('RETURNED', 'LAPSED') then 'start_again'
    when p_dossier.silence_on is not null and p_dossier.closed_at is null and not exists (select from app.appeal a where a.dossier_id = p_dossier.id)
      then app.silence_word(p_dossier.id)
    when p_dossier.closed_at is null and app.unanswered_remarks(p_dossier.id) > 0 then 'answer_remarks'
    when p_dossier.closed_at is null then 'wait'
    else 'none' end;
end;
$$;

-- Remarks on plans that wait for the architect's word.
create or replace function app.unanswered_remarks(p_dossier uuid) returns int
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select count(*)::int from app.remark r where r.dossier_id = p_dossier and r.audience = 'architect' and r.answer = '' and r.resolved_at is null);
end;
$$;

-- What members of the committee wrote to the architect, with the plan and the page; by their function, as all agents speak to applicants.
create or replace function app.remarks_to_architect(p_dossier uuid, p_definition jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(r.line - 'by' || jsonb_build_object('label', app.target_label(p_definition, m.slot), 'version', m.version, 'mime', m.mime) order by r.n), '[]')
      from jsonb_array_elements(app.remarks_for_me(p_dossier)) with ordinality as r(line, n)
      left join app.document m on m.id = (r.line ->> 'document')::uuid
     where r.line ->> 'audience' = 'architect');
end;
$$;

-- The signed-in person's dossiers, those that wait for them first. [{id, number, procedure, commune, state, step, owner, title, ...}]
create or replace function public.my_dossiers() returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(x.line order by x.mine desc, x.updated_at desc), '[]')
      from (
        select d.updated_at, d.state in ('DRAFT', 'INCOMPLETE', 'COMPLEMENT_REQUESTED', 'MODIFICATION_REQUESTED', 'APPROVED_PENDING_FEES') as mine,
          jsonb_build_object('id', d.id, 'number', d.number, 'state', d.state, 'owner_name', d.owner_name, 'title', d.title, 'quality', p.quality,
            'procedure', v.definition -> 'title', 'commune', jsonb_build_object('fr', c.name_fr, 'ar', c.name_ar),
            'step', (select s -> 'title' from jsonb_array_elements(v.definition #> '{circuit,steps}') as s where s ->> 'id' = d.step),
            'updated_at', d.updated_at, 'deposited_at', d.deposited_at, 'legal_end', d.legal_end, 'complete_by', d.complete_by,
            'valid_until', d.valid_until, 'days_left', coalesce(d.complete_by, d.legal_end) - app.today(d.commune_id),
            'next', app.next_act(d),
            'asked', (select count(*) from app.request r, jsonb_array_elements(r.items) where r.dossier_id = d.id and r.closed_as is null),
            'unread', (select count(*) from app.message m
                        where m.dossier_id = d.id and m.thread = 'applicant' and m.author_id is distinct from (select auth.uid())
                          and m.at > coalesce((select t.read_at from app.thread_read t
                                where t.dossier_id = d.id and t.thread = 'applicant' and t.person_id = (select auth.uid())), '-infinity'))) as line
          from app.party p
          join app.dossier d on d.id = p.dossier_id
          join app.procedure_version v on v.id = d.version_id
          join app.commune c on c.id = d.commune_id
         where p.person_id = (select auth.uid())
         order by d.updated_at desc limit 300) as x);
end;
$$;

-- What a clerk opened or deposited at the counter, latest first: drafts to go on with, receipts to print.
create or replace function public.counter_dossiers(p_commune uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform app.require_role(array['clerk'], p_commune);
  return (select coalesce(jsonb_agg(x.line order by x.updated_at desc), '[]')
            from (select d.updated_at, jsonb_build_object('id', d.id, 'number', d.number, 'state', d.state, 'channel', d.channel, 'owner_name', d.owner_name,
                           'title', d.title, 'procedure', v.definition -> 'title', 'updated_at', d.updated_at, 'deposited_at', d.deposited_at) as line
                    from app.dossier d join app.procedure_version v on v.id = d.version_id
                   where d.commune_id = p_commune and d.channel <> 'online' and d.filed_by = (select auth.uid())
                   order by d.updated_at desc limit 50) as x);
end;
$$;

-- The requests made to the applicant, each item with its label and whether it has been answered.
create or replace function app.requests_of(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'kind', r.kind, 'note', r.note, 'created_at', r.created_at, 'told_at', r.told_at,
             'due_on', r.due_on, 'answered_at', r.answered_at, 'closed_as', r.closed_as,
             'article', app.article_text(v.definition, r.article),
             'items', (select jsonb_agg(i || jsonb_build_object(
                          'label', app.target_label(v.definition, i ->> 'target'),
                          'is_document', i ->> 'target' in (select s ->> 'slot' from jsonb_array_elements(v.definition -> 'documents') as s)
                                      or i ->> 'target' in (select f ->> 'id' from jsonb_array_elements(v.definition -> 'steps') as s,
                                                            jsonb_array_elements(s -> 'fields') as f where f ->> 'type' = 'document'),
                          'why', (select q -> 'label' from jsonb_array_elements(v.definition #> '{requests,reasons}') as q where q ->> 'code' = i ->> 'reason' limit 1),
                          'done', exists (select from app.document m where m.dossier_id = d.id and m.slot = i ->> 'target' and m.removed_at is null
                                             and m.request_id = r.id and m.check_state = 'accepted')
                               or exists (select from app.event asked join app.event e on e.dossier_id = d.id and e.seq > asked.seq
                                           where asked.dossier_id = d.id and asked.kind = 'asked' and asked.data ->> 'request' = r.id::text
                                             and e.kind = 'answers_changed' and e.data -> 'changes' ? (i ->> 'target'))))
                         from jsonb_array_elements(r.items) as i)) order by r.created_at desc), '[]')
      from app.dossier d join app.procedure_version v on v.id = d.version_id join app.request r on r.dossier_id = d.id
     where d.id = p_dossier);
end;
$$;

-- The applicant's page of one dossier, in one call.
create or replace function public.dossier_for_applicant(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_side       text := app.applicant_side(p_dossier);
  v_dossier    app.dossier;
  v_definition jsonb;
  v_today      date;
begin
  if v_side is null then
    perform app.refuse(case when (select auth.uid()) is null then 'SIGN1' else 'SEEN1' end);
  end if;
  select * into v_dossier from app.dossier where id = p_dossier;
  v_definition := app.version_definition(v_dossier.version_id);
  v_today := app.today(v_dossier.commune_id);
  return app.progress(p_dossier) || jsonb_build_object(
    'id', v_dossier.id, 'side', v_side, 'owner_name', v_dossier.owner_name, 'title', v_dossier.title, 'revision', v_dossier.revision,
    'tracking_code', v_dossier.tracking_code, 'half_on', v_dossier.half_on, 'next', app.next_act(v_dossier),
    'commune_contact', (select c.contact from app.commune c where c.id = v_dossier.commune_id),
    'people', app.people_of(p_dossier),
    'summary', app.answers_summary(v_definition, v_dossier.answers),
    'documents', (select coalesce(jsonb_agg(m || jsonb_build_object('label', app.target_label(v_definition, m ->> 'slot')) order by n), '[]')
                    from jsonb_array_elements(app.applicant_documents(p_dossier)) with ordinality as x(m, n)),
    'requests', app.requests_of(p_dossier), 'remarks', app.remarks_to_architect(p_dossier, v_definition),
    -- Agents sign with their function; the applicant's side with its names.
    'messages', (select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'thread', m.thread, 'body', m.body, 'role', m.author_role,
                          'mine', m.author_id = (select auth.uid()),
                          'by', case when m.author_role in ('applicant', 'owner', 'mandatary') then app.person_name(m.author_id) end,
                          'unread', m.author_id is distinct from (select auth.uid()) and m.at > coalesce((select r.read_at from app.thread_read r
                              where r.dossier_id = m.dossier_id and r.thread = m.thread and r.person_id = (select auth.uid())), '-infinity'),
                          'at', m.at, 'expected_on', m.expected_on) order by m.at), '[]')
                   from app.message m where m.dossier_id = p_dossier and m.thread = 'applicant'),
    'papers', (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'kind', p.kind, 'number', p.number, 'state', p.state, 'path', p.storage_path,
                        'title', p.data -> 'title', 'state_line', p.data -> 'state_line', 'created_at', p.created_at, 'code', p.data #>> '{verification,code}')
                        order by p.created_at desc), '[]')
                 from app.paper p
                where p.dossier_id = p_dossier
                  and p.kind <> 'minutes' and (p.kind not in ('permit', 'plan') or v_dossier.delivered_at is not null)
                  and (p.needs = 'seal' or p.state = 'published')),
    'fee', (select jsonb_build_object('number', f.number, 'total', f.total, 'lines', f.lines, 'paid_at', y.at, 'receipt', y.number)
              from app.fee_order f left join app.payment y on y.fee_order_id = f.id
             where f.dossier_id = p_dossier and f.cancelled_at is null order by f.created_at desc limit 1),
    'decision', (select jsonb_build_object('kind', x.kind, 'number', x.number, 'decided_at', x.decided_at, 'notified_at', x.notified_at,
                          'reasons', x.reasons, 'until', x.effective_on, 'requested', x.requested,
                          'reservations', (select coalesce(jsonb_agg(l), '[]') from jsonb_array_elements(x.reservations) as l where l -> 'lifted' is distinct from 'true'))
                   from app.decision x where x.dossier_id = p_dossier and x.signed_at is not null order by x.decided_at desc limit 1),
    'appeals', (select coalesce(jsonb_agg(jsonb_build_object('level', a.level, 'filed_at', a.filed_at, 'answer_due', a.answer_due, 'outcome', a.outcome,
                         'answer', a.answer, 'answered_at', a.answered_at, 'decide_by', a.decide_by) order by a.filed_at), '[]')
                  from app.appeal a where a.dossier_id = p_dossier),
    'looks', (select coalesce(jsonb_agg(jsonb_build_object('at', l.at, 'name', app.person_name(l.person_id), 'file_name', m.file_name,
                       'purpose', l.purpose) order by l.at desc), '[]')
                from app.access_log l join app.document m on m.id = l.document_id where l.dossier_id = p_dossier),
    'history', (select coalesce(jsonb_agg(jsonb_build_object('seq', e.seq, 'kind', e.kind, 'at', e.at, 'role', e.actor_role, 'by', null,
                         'about', jsonb_build_object('step', app.step_named(v_definition, e.data ->> 'step') -> 'title', 'number', e.data ->> 'number',
                           'due_on', e.data ->> 'due_on')) order by e.seq desc), '[]')
                  from app.event e
                 where e.dossier_id = p_dossier
                   and e.kind in ('deposited', 'completed', 'step', 'asked', 'told', 'answered', 'returned', 'silence_open', 'silence_claimed', 'silence_referred', 'silence_attested',
                                  'silence_delivered', 'silence_refused', 'silence_president_late', 'silence_governor_late', 'explanations_asked', 'explanations_given',
                                  'attestation_declined', 'appeal_president_late', 'appeal_governor_late', 'appeal_decision_late', 'signed', 'paid', 'delivered', 'withdrawn', 'revoked', 'lapsed', 'appeal', 'appeal_answered', 'claimed',
                                  'deadline_recomputed', 'document_added', 'modification_requested', 'deferred',
                                  'deferral_ended', 'remark_answered', 'complement_expired')),
    'silence_claim', app.silence_steps(p_dossier),
    'may', jsonb_build_object(
      'complete', v_dossier.state = 'INCOMPLETE' and v_today <= v_dossier.complete_by,
      'withdraw', v_side <> 'clerk' and v_dossier.closed_at is null and v_dossier.state not in ('DRAFT', 'DELIVERED'),
      'message', v_side <> 'clerk' and v_dossier.state <> 'DRAFT',
      'appeal_president', v_side <> 'clerk' and coalesce(lower(app.appeal_window(p_dossier, 'president')) <= v_today
                            and v_today <@ app.appeal_window(p_dossier, 'president'), false)
                          and not exists (select from app.appeal a where a.dossier_id = p_dossier and a.level = 'president'),
      'appeal_governor', v_side <> 'clerk' and coalesce(lower(app.appeal_window(p_dossier, 'governor')) <= v_today
                            and v_today <@ app.appeal_window(p_dossier, 'governor'), false)
                          and not exists (select from app.appeal a where a.dossier_id = p_dossier and a.level = 'governor'),
      'claim_silence', v_side <> 'clerk' and coalesce(app.silence_next(p_dossier) = 'claim', false),
      'ask_attestation', v_side <> 'clerk' and coalesce(app.silence_next(p_dossier) = 'refer', false)));
end;
$$;

revoke execute on function app.progress, app.next_act, app.unanswered_remarks, app.remarks_to_architect, app.requests_of, public.my_dossiers, public.counter_dossiers, public.dossier_for_applicant
  from public, anon, authenticated;
grant execute on function app.next_act to authenticated;
grant execute on function public.my_dossiers, public.counter_dossiers, public.dossier_for_applicant to authenticated;
