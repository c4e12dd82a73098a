-- Silence equal to approval (law 55-19 art. 19 and 20, decree 2-22-141). The period of a listed act has passed without a decision:
--
--   1  the applicant asks the president for the act, any time after     public.claim_silence     president_due
--   2  the president delivers it: the ordinary decision and signature   app.settle_silence
--   3  else the applicant asks the governor                             59_attestation.sql       governor_due
--
-- Days are the version's (silence.president_days, governor_days, counted). The last day itself is still the authority's.
--
--   SILE1  silence is approval: such a decision comes too late     SILE2  silence opens no such right here or not yet
--   SILE3  the act was asked for already
select app.say('SILE1', 'Le silence vaut approbation depuis le {day} : cette décision vient trop tard. Délivrez l''acte, ou répondez au gouverneur s''il vous écrit.',
                        'السكوت معتبر بمثابة موافقة منذ {day}: جاء هذا القرار متأخرا. يرجى تسليم القرار المطلوب، أو جواب العامل إذا راسلكم.');
select app.say('SILE2', 'Ce droit n''est pas ouvert : le délai court encore, une décision existe, ou l''acte n''est pas de ceux où le silence vaut approbation. Voyez les recours.',
                        'هذا الحق غير مفتوح: الأجل ما زال جاريا، أو يوجد قرار، أو أن القرار ليس من القرارات التي يعتبر فيها السكوت موافقة. يرجى الاطلاع على طرق الطعن.');
select app.say('SILE3', 'L''acte a déjà été demandé le {day} ; la suite est dans le dossier.', 'سبق طلب تسليم القرار بتاريخ {day}؛ ويمكن تتبع مآله في الملف.');

-- The end of the period that passed in silence, while the approval is neither delivered nor attested; null where silence approves nothing.
create or replace function app.tacit_on(p_dossier uuid) returns date
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select d.legal_end from app.dossier d join app.procedure_version v on v.id = d.version_id
     where d.id = p_dossier and d.silence_on is not null and d.decided_at is null and d.closed_at is null
       and v.definition #>> '{silence,effect}' = 'approval');
end;
$$;

-- The last day of the president or of the governor, from the day they were asked.
create or replace function app.silence_due(p_dossier uuid, p_authority text, p_from date) returns date
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select app.add_days(p_from, (s.rules ->> (p_authority || '_days'))::int, coalesce(s.rules ->> 'counted', app.setting_value('silence.counted') ->> 'counted'))
      from (select app.definition_of(p_dossier) -> 'silence' as rules) as s);
end;
$$;

-- What may still be decided once silence is approval. A late refusal is a question for a lawyer: the setting answers it. When the governor
-- has declined to attest the silence, every decision is open again.
create or replace function app.decisions_left(p_dossier uuid, p_kinds jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  if app.tacit_on(p_dossier) is null or exists (select from app.silence_claim s where s.dossier_id = p_dossier and s.outcome = 'declined') then
    return p_kinds;
  end if;
  return (
    select coalesce(jsonb_agg(k order by n), '[]') from jsonb_array_elements_text(p_kinds) with ordinality as x(k, n)
     where k = 'attestation' or coalesce(app.setting_value('silence.late_decisions') -> 'kinds', '["grant", "grant_with_reservations"]') ? k);
end;
$$;

create or replace function app.refuse_late_decision(p_dossier uuid, p_kind text) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if not app.decisions_left(p_dossier, jsonb_build_array(p_kind)) ? p_kind then
    perform app.refuse('SILE1', jsonb_build_object('day', app.date_text(app.tacit_on(p_dossier))));
  end if;
end;
$$;

-- Asked by the signature: a refusal drawn up in time and signed too late, and an act and an attestation that cross each other.
create or replace function app.refuse_crossed_signature(p_decision app.decision) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  perform app.refuse_late_decision(p_decision.dossier_id, p_decision.kind);
  if exists (select from app.silence_claim s where s.dossier_id = p_decision.dossier_id and s.outcome is null)
     and exists (select from app.paper p where p.dossier_id = p_decision.dossier_id and p.decision_id <> p_decision.id and p.state = 'signed') then
    perform app.refuse('MOVE1');
  end if;
end;
$$;

-- The three steps with their dates, as applicant and administration read them; null where silence approves nothing. What the president
-- explained to the governor is the administration's.
create or replace function app.silence_steps(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  if not app.can_read(p_dossier) then
    return null;
  end if;
  return (
    select jsonb_build_object(
      'tacit_on', coalesce(s.tacit_on, d.legal_end), 'opened_on', d.silence_on,
      'claimed_on', app.day_of(s.claimed_at), 'president_due', s.president_due, 'form', s.form_id,
      'referred_on', app.day_of(s.referred_at), 'governor_due', s.governor_due, 'letter_no', s.letter_no, 'letter_on', s.letter_on,
      'explained_on', app.day_of(s.explained_at), 'explanations', case when not app.is_party(p_dossier) then s.explanations end,
      'direct_reason', nullif(s.direct_reason, ''),
      'outcome', s.outcome, 'ended_on', app.day_of(s.ended_at), 'reasons', coalesce(s.reasons, '[]'),
      'attestation', (select jsonb_build_object('number', x.number, 'signed_at', x.signed_at) from app.decision x where x.id = s.decision_id))
      from app.dossier d
      join app.procedure_version v on v.id = d.version_id
      left join app.silence_claim s on s.dossier_id = d.id
     where d.id = p_dossier and d.silence_on is not null and v.definition #>> '{silence,effect}' = 'approval');
end;
$$;

create or replace function app.day_of(p_at timestamptz) returns date
language sql immutable set search_path = '' as $$ select (p_at at time zone 'Africa/Casablanca')::date; $$;

-- What the applicant may ask now: claim (of the president), refer (to the governor), or null.
create or replace function app.silence_next(p_dossier uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select case when s.dossier_id is null then 'claim' when s.outcome is null and s.referred_at is null and app.today(d.commune_id) > s.president_due then 'refer' end
      from app.dossier d left join app.silence_claim s on s.dossier_id = d.id
     where d.id = p_dossier and app.tacit_on(d.id) is not null);
end;
$$;

-- The same in one word of the page "what happens now".
create or replace function app.silence_word(p_dossier uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select case when s.dossier_id is null then 'silence' when s.outcome = 'declined' then 'silence_declined' when s.referred_at is not null then 'silence_governor'
                when app.silence_next(p_dossier) = 'refer' then 'silence_refer' else 'silence_wait' end
      from app.dossier d left join app.silence_claim s on s.dossier_id = d.id where d.id = p_dossier);
end;
$$;

create or replace function app.is_attested(p_dossier uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (select from app.silence_claim s where s.dossier_id = p_dossier and s.outcome = 'attested');
end;
$$;

-- The applicant asks the president for the act; the sealed form, with the number and date of the receipt, is the proof of it.
create or replace function public.claim_silence(p_dossier uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier := app.lock_dossier(p_dossier);
  v_today   date := app.today(v_dossier.commune_id);
  v_claim   app.silence_claim;
begin
  if not app.is_party(p_dossier) then
    perform app.refuse('ROLE1');
  end if;
  select * into v_claim from app.silence_claim where dossier_id = p_dossier;
  if v_claim.dossier_id is not null then
    perform app.refuse('SILE3', jsonb_build_object('day', app.date_text(app.day_of(v_claim.claimed_at))));
  end if;
  -- The law opens the right, whether or not the worker has passed since.
  perform app.open_silence(p_dossier);
  if app.tacit_on(p_dossier) is null then
    perform app.refuse('SILE2');
  end if;
  insert into app.silence_claim (dossier_id, tacit_on, claimed_by, claimed_at, president_due)
  values (p_dossier, app.tacit_on(p_dossier), (select auth.uid()), app.now(v_dossier.commune_id), app.silence_due(p_dossier, 'president', v_today))
  returning * into v_claim;
  perform app.record(p_dossier, 'silence_claimed', 'applicant', jsonb_build_object('due_on', v_claim.president_due, 'tacit_on', v_claim.tacit_on));
  update app.silence_claim set form_id = app.request_paper(p_dossier, 'silence_request', app.silence_paper(p_dossier, 'silence_request')) where dossier_id = p_dossier;
  perform app.notify_role(p_dossier, 'president', 'silence_claimed', jsonb_build_object('due_on', v_claim.president_due));
  return jsonb_build_object('president_due', v_claim.president_due);
end;
$$;

-- Called when a decision was signed and published. An attestation is carried out here (true: nothing more to do); an act that was delivered
-- or refused after silence ends what was asked.
create or replace function app.settle_silence(p_decision uuid) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_decision app.decision;
  v_claim    app.silence_claim;
  v_commune  uuid;
begin
  select * into v_decision from app.decision where id = p_decision;
  if v_decision.kind = 'attestation' then
    perform app.attestation_signed(p_decision);
    return true;
  end if;
  select * into v_claim from app.silence_claim where dossier_id = v_decision.dossier_id and outcome is null;
  if v_claim.dossier_id is not null and v_decision.kind in ('grant', 'grant_with_reservations', 'refusal') then
    select commune_id into v_commune from app.dossier where id = v_decision.dossier_id;
    update app.silence_claim set outcome = case v_decision.kind when 'refusal' then 'refused' else 'delivered' end, ended_at = app.now(v_commune), ended_by = v_decision.decided_by
     where dossier_id = v_claim.dossier_id;
    perform app.drop_attestation(v_claim);
    perform app.record(v_claim.dossier_id, case v_decision.kind when 'refusal' then 'silence_refused' else 'silence_delivered' end, 'system',
      jsonb_build_object('number', v_decision.number));
    if v_claim.referred_at is not null then
      perform app.notify_role(v_claim.dossier_id, 'governor', 'silence_settled');
    end if;
  end if;
  return false;
end;
$$;

-- Where the validity of a permit begins: a tacit one runs from the end of the period, whenever it was attested and paid.
create or replace function app.validity_starts(p_dossier uuid, p_delivered date) returns date
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce((select s.tacit_on from app.silence_claim s where s.dossier_id = p_dossier and s.outcome = 'attested'), p_delivered);
end;
$$;

-- The acts of silence that this person may do, as the functions that do them will judge.
create or replace function app.silence_acts(p_dossier uuid, p_roles text[]) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_claim app.silence_claim;
  v_today date;
begin
  select s.* into v_claim from app.silence_claim s join app.dossier d on d.id = s.dossier_id
   where s.dossier_id = p_dossier and s.outcome is null and s.referred_at is not null and d.closed_at is null and d.decided_at is null;
  if v_claim.dossier_id is null then
    return '[]';
  end if;
  select app.today(d.commune_id) into v_today from app.dossier d where d.id = p_dossier;
  return (
    select coalesce(jsonb_agg(jsonb_build_object('verb', a.verb, 'due_on', v_claim.governor_due, 'is_direct', v_claim.letter_on is null) order by a.n), '[]')
      from (values (1, 'ask_explanations', 'governor' = any (p_roles) and v_claim.letter_on is null and not app.attestation_drafted(v_claim)),
                   (2, 'attest_silence', 'governor' = any (p_roles) and not app.attestation_drafted(v_claim)),
                   (3, 'decline_attestation', 'governor' = any (p_roles)),
                   (4, 'explain_silence', v_claim.letter_on is not null and v_claim.explained_at is null and app.power_to_sign(p_dossier) is not null))
           as a(n, verb, allowed)
     where a.allowed);
end;
$$;

-- Each due day that passed without an answer is said once: the president's and the governor's days of silence, those of appeals.
-- Called by the worker's tick.
create or replace function app.announce_due_days() returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_due   record;
  v_count int := 0;
begin
  for v_due in
    select d.id, x.kind, x.day, x.authority from (
             select s.dossier_id, 'silence_president' as kind, s.president_due as day, 'president' as authority
               from app.silence_claim s where s.outcome is null and s.referred_at is null
             union all
             select s.dossier_id, 'silence_governor', s.governor_due, 'governor' from app.silence_claim s where s.outcome is null and s.governor_due is not null
             union all
             select a.dossier_id, 'appeal_' || a.level, a.answer_due, a.level from app.appeal a where a.answered_at is null
             union all
             select a.dossier_id, 'appeal_decision', a.decide_by, 'president' from app.appeal a
              where a.decide_by is not null
                and not exists (select from app.decision x where x.dossier_id = a.dossier_id and x.signed_at > a.answered_at)) as x
      join app.dossier d on d.id = x.dossier_id
      join app.commune_days() c on c.commune_id = d.commune_id
     where x.day < c.today and (d.closed_at is null or x.kind like 'appeal_%') and d.state <> 'WITHDRAWN'
       and not exists (select from app.reminder r where r.dossier_id = d.id and r.kind = x.kind)
     order by x.day limit app.tick_limit() for update of d skip locked
  loop
    insert into app.reminder (dossier_id, kind, at) select d.id, v_due.kind, app.now(d.commune_id) from app.dossier d where d.id = v_due.id;
    perform app.record(v_due.id, v_due.kind || '_late', 'system', jsonb_build_object('due_on', v_due.day, 'level', v_due.authority));
    perform app.notify_parties(v_due.id, v_due.kind || '_late', jsonb_build_object('due_on', v_due.day));
    perform app.notify_role(v_due.id, r.role, 'due_day_passed', jsonb_build_object('due_on', v_due.day))
      from unnest(case v_due.authority when 'president' then array['president', 'governor'] else array['governor'] end) as r(role);
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;

revoke execute on function app.tacit_on, app.silence_due, app.decisions_left, app.refuse_late_decision, app.refuse_crossed_signature, app.silence_steps, app.day_of,
  app.silence_next, app.silence_word, app.is_attested, app.settle_silence, app.validity_starts, app.silence_acts, app.announce_due_days, public.claim_silence from public, anon, authenticated;
grant execute on function app.silence_steps to authenticated;
grant execute on function public.claim_silence to authenticated;
