-- Deciding: grant, grant with reservations, refusal; later revocation and recorded lapse. Signing: 67_signatures.sql.
--   REAS1  a refusal needs reasons, each with its article     RESV1  reservations are missing
--   STOP1  a service's unfavourable opinion forbids a grant   TERM1  a mention the order must state is missing
select app.say('REAS1', 'Un refus ou un retrait porte au moins un motif, et chaque motif cite son article.',
                        'يجب أن يتضمن الرفض أو السحب سببا واحدا على الأقل، وأن يستند كل سبب إلى مادة قانونية.');
select app.say('RESV1', 'Écrivez les réserves, une par ligne.', 'يرجى كتابة التحفظات، كل تحفظ على حدة.');
select app.say('STOP1', 'L''avis défavorable d''un service interdit l''octroi. Refusez, ou demandez-lui un nouvel examen.',
                        'الرأي غير الموافق لإحدى المصالح يمنع منح الرخصة. يمكن الرفض أو طلب إعادة الدراسة.');
select app.say('TERM1', 'L''arrêté doit énoncer toutes les mentions obligatoires. Complétez celles indiquées.',
                        'يجب أن يتضمن القرار جميع البيانات الإلزامية. يرجى استكمال البيانات المشار إليها.');

-- Every reason (or reservation) has its text, and its article when one is demanded.
create or replace function app.well_reasoned(p_reasons jsonb, p_with_article boolean) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_typeof(p_reasons) = 'array' and jsonb_array_length(p_reasons) > 0
     and not exists (select from jsonb_array_elements(p_reasons) as r
                      where trim(coalesce(r ->> 'text', '')) = '' or (p_with_article and trim(coalesce(r ->> 'article', '')) = ''));
end;
$$;

-- The mentions that the order must state, as fields.
create or replace function app.term_fields(p_definition jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(t -> 'field'), '[]') from jsonb_array_elements(coalesce(p_definition -> 'decision_terms', '[]')) as t);
end;
$$;

-- The answers as the order grants them: a term may replace what was asked (a smaller area, a later end).
create or replace function app.granted_answers(p_definition jsonb, p_answers jsonb, p_terms jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return p_answers || coalesce(p_terms, '{}') || coalesce((
    select jsonb_object_agg(t ->> 'replaces', p_terms -> (t #>> '{field,id}'))
      from jsonb_array_elements(coalesce(p_definition -> 'decision_terms', '[]')) as t
     where t ? 'replaces' and p_terms -> (t #>> '{field,id}') is not null), '{}');
end;
$$;

-- The terms of the signed grant, or none.
create or replace function app.granted_terms(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce((select x.terms from app.decision x where x.dossier_id = p_dossier and x.kind like 'grant%' and x.signed_at is not null
                    order by x.decided_at desc limit 1), '{}');
end;
$$;

create or replace function public.decide(p_dossier uuid, p_kind text, p_reasons jsonb default '[]', p_reservations jsonb default '[]',
                                         p_terms jsonb default '{}', p_seen int default null, p_requested jsonb default '[]',
                                         p_until date default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier    app.dossier := app.lock_dossier(p_dossier);
  v_definition jsonb := app.definition_of(p_dossier);
  v_step       jsonb;
  v_role       text;
  v_faults     jsonb;
  v_decision   app.decision;
begin
  v_role := app.require_step_holder(v_dossier, array['decision'], p_seen);
  v_step := app.step_named(v_definition, v_dossier.step);
  perform app.refuse_other_form(p_reasons, 'array');
  perform app.refuse_other_form(p_reservations, 'array');
  perform app.refuse_other_form(p_terms, 'object');
  perform app.refuse_other_form(p_requested, 'array');
  if p_kind is null or not (coalesce(v_step -> 'decisions', '["grant", "grant_with_reservations", "refusal"]') ? p_kind) then
    perform app.refuse('MOVE1');
  end if;
  perform app.refuse_late_decision(p_dossier, p_kind);
  if p_kind in ('refusal', 'deferral') and not coalesce(app.well_reasoned(p_reasons, true), false) then
    perform app.refuse('REAS1');
  end if;
  if p_kind = 'grant_with_reservations' and not coalesce(app.well_reasoned(p_reservations, false), false) then
    perform app.refuse('RESV1');
  end if;
  perform app.refuse_decision(v_dossier, p_kind, p_reservations, p_requested, p_until);
  if p_kind like 'grant%' then
    if app.blocking_opinion(p_dossier) is not null then
      perform app.refuse('STOP1', jsonb_build_object('role', app.blocking_opinion(p_dossier)));
    end if;
    v_faults := app.lacking(p_dossier, jsonb_build_object('fields', app.term_fields(v_definition)), p_terms);
    if v_faults <> '[]' then
      perform app.refuse('TERM1', jsonb_build_object('faults', v_faults));
    end if;
  end if;

  insert into app.decision (dossier_id, kind, number, reasons, reservations, terms, requested, effective_on, decided_by, decided_at, power)
  values (p_dossier, p_kind, app.decision_number(v_dossier), p_reasons, p_reservations, p_terms, p_requested, p_until, (select auth.uid()),
          app.now(v_dossier.commune_id), app.power_to_sign(p_dossier))
  returning * into v_decision;
  update app.task set closed_at = app.now(v_dossier.commune_id), closed_by = (select auth.uid()), outcome = p_kind
   where dossier_id = p_dossier and closed_at is null;
  perform app.record(p_dossier, 'decided', v_role, jsonb_build_object('decision', v_decision.id, 'number', v_decision.number, 'kind', p_kind,
            'reasons', p_reasons, 'reservations', p_reservations, 'terms', p_terms, 'requested', p_requested, 'until', p_until, 'power', v_decision.power));
  perform app.enter_step(p_dossier, app.next_step(v_step, p_kind));
  if not (p_kind like 'grant%' and app.request_plans(v_decision)) then
    perform app.request_decision_paper(v_decision.id);
  end if;
  return jsonb_build_object('decision', v_decision.id, 'number', v_decision.number);
end;
$$;

create or replace function app.decision_number(p_dossier app.dossier) returns text
language plpgsql volatile security definer set search_path = '' as $$
begin
  return (
    select format('%s-%s-%s-A%s', replace(substr(c.code, 4), '.', ''), y.year, app.definition_of(p_dossier.id) ->> 'short_code',
                  lpad(app.next_number(p_dossier.commune_id, y.year, 'decision')::text, 5, '0'))
      from app.commune c, lateral (select extract(year from app.today(c.id))::int as year) as y
     where c.id = p_dossier.commune_id);
end;
$$;

-- Another holder of the pen signs instead of the one who decided: the paper is drawn again with the new signer's power. The same one asks
-- again in this way for what could not be drawn.
create or replace function public.sign_instead(p_decision uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_decision app.decision;
  v_dossier  app.dossier;
  v_power    jsonb;
  v_again    boolean;
begin
  select * into v_decision from app.decision where id = p_decision;
  v_dossier := app.lock_dossier(v_decision.dossier_id);
  select * into v_decision from app.decision where id = p_decision;
  v_power := app.power_to_sign(v_dossier.id, app.power_kind(v_decision.kind));
  perform app.refuse_interest(v_dossier.id);
  if v_power is null then
    perform app.refuse_power(v_dossier.id, app.power_kind(v_decision.kind));
  end if;
  -- A closed dossier has nothing left to sign but its revocation: the signature would open it again.
  if v_decision.signed_at is not null or v_decision.kind = 'lapse' or (v_dossier.closed_at is not null and v_decision.kind <> 'revocation') then
    perform app.refuse('MOVE1');
  end if;
  update app.paper set state = 'withdrawn' where decision_id = p_decision and state <> 'published';
  v_again := coalesce(v_decision.power ->> 'person' = v_power ->> 'person', false);
  update app.decision set power = v_power, decided_by = (select auth.uid()) where id = p_decision returning * into v_decision;
  perform app.record(v_dossier.id, case when v_again then 'paper_again' else 'signer_changed' end, v_power ->> 'kind', jsonb_build_object('decision', p_decision, 'power', v_power));
  -- A plan that was not stamped yet, or could not be, is asked for again: no permit leaves one out.
  if not (v_decision.kind like 'grant%' and app.request_plans(v_decision)) then
    perform app.request_decision_paper(p_decision);
  end if;
end;
$$;

-- What follows once a decision is signed and published: the applicant is told, which stops the clock.
create or replace function app.decision_signed(p_decision uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_decision app.decision;
  v_dossier  app.dossier;
  v_next     text;
begin
  select * into v_decision from app.decision where id = p_decision;
  select * into v_dossier from app.dossier where id = v_decision.dossier_id for update;
  if app.settle_silence(p_decision) then
    return;
  end if;
  perform app.notify_decision(p_decision);
  if v_decision.kind = 'revocation' then
    update app.verification set status = 'revoked', since = coalesce(v_decision.effective_on, app.today(v_dossier.commune_id))
     where dossier_id = v_dossier.id and paper_id in (select p.id from app.paper p where p.kind in ('permit', 'attestation', 'plan') and p.dossier_id = v_dossier.id);
    update app.dossier set state = 'REVOKED', updated_at = now() where id = v_dossier.id;
    perform app.record(v_dossier.id, 'revoked', 'system', jsonb_build_object('decision', p_decision));
    perform app.notify_parties(v_dossier.id, 'revoked');
    perform app.owe_copies(v_dossier.id, 'revocation');
    return;
  end if;
  if v_decision.kind = 'modification' then
    perform app.begin_modification(v_decision);
    return;
  elsif v_decision.kind = 'deferral' then
    perform app.begin_deferral(v_decision);
    return;
  end if;
  update app.dossier set decided_at = app.now(v_dossier.commune_id) where id = v_dossier.id;
  -- A deferral stopped the clocks before, and they started again.
  if (select c.kind from app.clock_event c where c.dossier_id = v_dossier.id order by c.seq desc limit 1) is distinct from 'stop' then
    perform app.clock_stop(v_dossier.id, app.today(v_dossier.commune_id), 'decision_notified', '');
  end if;
  if v_decision.kind = 'refusal' then
    perform app.close_dossier(v_dossier.id, 'REFUSED', 'refused', 'system', jsonb_build_object('decision', p_decision));
    perform app.notify_parties(v_dossier.id, 'refused');
    return;
  end if;
  perform app.notify_parties(v_dossier.id, 'granted');
  v_next := app.next_step(app.step_named(app.definition_of(v_dossier.id), v_dossier.step), v_decision.kind);
  perform app.enter_step(v_dossier.id, v_next);
end;
$$;

-- Hand-over: the applicant holds the permit from here on; copies are owed to other bodies.
create or replace function app.deliver(p_dossier uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier  app.dossier;
  v_from     date;
  v_validity jsonb := app.definition_of(p_dossier) -> 'validity';
  v_granted  jsonb;
  v_until    date;
begin
  select * into v_dossier from app.dossier where id = p_dossier for update;
  v_from := app.validity_starts(p_dossier, app.today(v_dossier.commune_id));
  v_granted := app.granted_answers(app.definition_of(p_dossier), v_dossier.answers, app.granted_terms(p_dossier));
  v_until := case
    when v_validity ? 'months' then (v_from + make_interval(months => (v_validity ->> 'months')::int))::date
    when v_validity ? 'until_answer' then least((v_granted ->> (v_validity ->> 'until_answer'))::date,
                                                (v_from + make_interval(years => (v_validity ->> 'max_years')::int))::date)
  end;
  update app.dossier set state = 'DELIVERED', delivered_at = app.now(v_dossier.commune_id), closed_at = app.now(v_dossier.commune_id),
         valid_until = v_until, updated_at = now()
   where id = p_dossier;
  perform app.record(p_dossier, 'delivered', 'system', jsonb_build_object('valid_until', v_until));
  perform app.owe_copies(p_dossier, 'permit');
  perform app.notify_parties(p_dossier, 'delivered', jsonb_build_object('valid_until', v_until));
end;
$$;

create or replace function app.owe_copies(p_dossier uuid, p_paper_kind text) returns void
language sql volatile security definer set search_path = '' as $$
  insert into app.copy_sent (dossier_id, paper_id, recipient, due_on, article)
    select d.id, p.id, c ->> 'to', app.add_days(app.today(d.commune_id), (c ->> 'days')::int, c ->> 'counted'), coalesce(c ->> 'article', '')
      from app.dossier d
      join app.paper p on p.dossier_id = d.id and p.kind = p_paper_kind and p.state = 'published',
           jsonb_array_elements(coalesce(app.definition_of(d.id) -> 'copies', '[]')) as c
     where d.id = p_dossier and app.holds_condition(c -> 'when', app.facts(d.id));
$$;

-- The worker sends what is owed: the copy opens in the recipient's space, dated.
create or replace function app.send_copies() returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_copy  record;
  v_count int := 0;
begin
  for v_copy in
    select s.id, s.dossier_id, s.recipient, d.commune_id from app.copy_sent s join app.dossier d on d.id = s.dossier_id
     where s.sent_at is null order by s.due_on for update of s skip locked limit 100
  loop
    update app.copy_sent set sent_at = app.now(v_copy.commune_id) where id = v_copy.id;
    perform app.record(v_copy.dossier_id, 'copy_sent', 'system', jsonb_build_object('to', v_copy.recipient));
    perform app.notify_role(v_copy.dossier_id, v_copy.recipient, 'copy');
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;

create or replace function public.see_copy(p_copy uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_copy app.copy_sent;
  v_dossier app.dossier;
begin
  select * into v_copy from app.copy_sent where id = p_copy and sent_at is not null;
  v_dossier := app.lock_dossier(v_copy.dossier_id);
  perform app.require_role(array[v_copy.recipient], v_dossier.commune_id);
  if v_copy.seen_at is null then
    update app.copy_sent set seen_at = app.now(v_dossier.commune_id), seen_by = (select auth.uid()) where id = p_copy;
    perform app.record(v_dossier.id, 'copy_seen', v_copy.recipient, jsonb_build_object('copy', p_copy));
  end if;
end;
$$;

-- A ground of revocation may come with a notice (57-19 art. 23: three months): the first day it may take effect, or null.
create or replace function app.notice_end(p_dossier uuid, p_reasons jsonb, p_from date) returns date
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select max((p_from + make_interval(months => (g #>> '{notice,months}')::int))::date)
      from jsonb_array_elements(coalesce(app.definition_of(p_dossier) -> 'revocation', '[]')) as g, jsonb_array_elements(p_reasons) as r
     where g ->> 'id' = r ->> 'ground' and g #> '{notice,months}' is not null);
end;
$$;

-- Revocation of a delivered permit: reasoned, with its article, signed like the permit itself; on the day its notice ends.
create or replace function public.revoke(p_dossier uuid, p_reasons jsonb, p_effective_on date default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier  app.dossier := app.lock_dossier(p_dossier);
  v_power    jsonb := app.power_to_sign(p_dossier, 'revocation');
  v_today    date := app.today(v_dossier.commune_id);
  v_decision app.decision;
begin
  if v_power is null then
    perform app.require_role(array['president', 'delegate'], v_dossier.commune_id);
    perform app.refuse_power(p_dossier, 'revocation');
  end if;
  perform app.refuse_interest(p_dossier);
  if v_dossier.state <> 'DELIVERED'
     or exists (select from app.decision x where x.dossier_id = p_dossier and x.kind = 'revocation') then
    perform app.refuse('MOVE1');
  end if;
  if not coalesce(app.well_reasoned(p_reasons, true), false) then
    perform app.refuse('REAS1');
  end if;
  perform app.refuse_days(p_effective_on);
  perform app.refuse_other_form(p_reasons, 'array');
  insert into app.decision (dossier_id, kind, number, reasons, decided_by, decided_at, power, effective_on)
  values (p_dossier, 'revocation', app.decision_number(v_dossier), p_reasons, (select auth.uid()), app.now(v_dossier.commune_id), v_power,
          greatest(p_effective_on, v_today, app.notice_end(p_dossier, p_reasons, v_today)))
  returning * into v_decision;
  perform app.record(p_dossier, 'revocation_decided', v_power ->> 'kind', jsonb_build_object('decision', v_decision.id, 'reasons', p_reasons));
  perform app.request_decision_paper(v_decision.id);
  return jsonb_build_object('decision', v_decision.id, 'number', v_decision.number);
end;
$$;

-- The worker records that a permit's validity has ended. Where the date alone proves nothing (`lapse: stated`, foundations may be begun) it does not.
create or replace function app.lapse_dossiers() returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier;
  v_count   int := 0;
begin
  for v_dossier in
    select d.* from app.dossier d
     where d.state = 'DELIVERED' and d.valid_until < app.today(d.commune_id)
       and app.definition_of(d.id) #>> '{validity,lapse}' is distinct from 'stated' for update skip locked limit 200
  loop
    update app.verification set status = 'lapsed', since = v_dossier.valid_until + 1 where dossier_id = v_dossier.id and status = 'authentic'
       and paper_id in (select p.id from app.paper p where p.kind in ('permit', 'attestation', 'plan') and p.dossier_id = v_dossier.id);
    update app.dossier set state = 'LAPSED', updated_at = now() where id = v_dossier.id;
    insert into app.decision (dossier_id, kind, reasons, decided_at, effective_on)
    values (v_dossier.id, 'lapse', jsonb_build_array(app.definition_of(v_dossier.id) #> '{validity,lapse_reason}'), app.now(v_dossier.commune_id), v_dossier.valid_until + 1);
    perform app.record(v_dossier.id, 'lapsed', 'system', jsonb_build_object('valid_until', v_dossier.valid_until));
    perform app.notify_parties(v_dossier.id, 'lapsed');
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;

-- A check on the spot after delivery, measured.
create or replace function public.record_inspection(p_dossier uuid, p_finding text, p_measured jsonb default '{}', p_note text default '') returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier := app.lock_dossier(p_dossier);
  v_id      uuid;
begin
  perform app.require_role(array['inspector'], v_dossier.commune_id);
  perform app.refuse_interest(p_dossier);
  if v_dossier.state not in ('DELIVERED', 'REVOKED', 'LAPSED') then
    perform app.refuse('MOVE1');
  end if;
  perform app.refuse_long(p_note);
  perform app.refuse_other_form(coalesce(p_measured, '{}'), 'object');
  if p_finding is null or p_finding not in ('conform', 'not_conform') or (p_finding = 'not_conform' and trim(coalesce(p_note, '')) = '') then
    perform app.refuse('LACK6');
  end if;
  insert into app.inspection (dossier_id, measured, finding, note, inspector_id, at)
  values (p_dossier, coalesce(p_measured, '{}'), p_finding, coalesce(p_note, ''), (select auth.uid()), app.now(v_dossier.commune_id)) returning id into v_id;
  update app.task set closed_at = app.now(v_dossier.commune_id), closed_by = (select auth.uid()), outcome = p_finding
   where dossier_id = p_dossier and role = 'inspector' and closed_at is null;
  perform app.record(p_dossier, 'inspected', 'inspector', jsonb_build_object('inspection', v_id, 'finding', p_finding, 'measured', p_measured, 'note', p_note));
  if p_finding = 'not_conform' then
    perform app.notify_role(p_dossier, 'president', 'inspection');
  end if;
  return v_id;
end;
$$;

revoke execute on function app.well_reasoned, app.term_fields, app.granted_answers, app.granted_terms, app.notice_end, app.decision_number, app.decision_signed, app.deliver, app.owe_copies, app.send_copies, app.lapse_dossiers,
  public.decide, public.sign_instead, public.see_copy, public.revoke, public.record_inspection from public, anon, authenticated;
grant execute on function public.decide, public.sign_instead, public.see_copy, public.revoke, public.record_inspection to authenticated;
