-- The silence attestation (إشهاد بالسكوت): the president did not deliver the act in his days, so the applicant asks the governor, who
-- writes to the president for explanations and attests the approval, or answers why not (law 55-19 art. 20; contents: decree 2-22-141,
-- annex 2). Where services of the State or a committee cause the delay, the governor acts directly and says why (RGC art. 55). The
-- attestation is a decision of kind `attestation`, signed in two phases like any act; taxes stay due (decree, art. 3).
--
--   SILE4  the president's days are not over     SILE5  first the letter to the president, or the reason to act directly
--   SILE6  the letter lacks its number or its date
select app.say('SILE4', 'Le président peut encore délivrer l''acte jusqu''au {day}. Revenez le lendemain si rien n''est venu.',
                        'ما زال بإمكان الرئيس تسليم القرار إلى غاية {day}. يرجى العودة في اليوم الموالي إذا لم يصل شيء.');
select app.say('SILE5', 'Écrivez d''abord au président pour lui demander des explications, ou dites pourquoi le retard ne vient pas de la commune.',
                        'يرجى أولا مراسلة الرئيس لطلب توضيحات، أو بيان لماذا لا يعود التأخير إلى الجماعة.');
select app.say('SILE6', 'Indiquez le numéro de la lettre (60 caractères au plus) et sa date, entre le jour de la demande et aujourd''hui.',
                        'يرجى تحديد رقم الرسالة (60 حرفا كحد أقصى) وتاريخها، بين يوم الطلب واليوم.');

-- The open claim of a dossier that was referred to the governor, for an act of one of the authorities; MOVE1 when there is none any more.
create or replace function app.referred_claim(p_dossier app.dossier) returns app.silence_claim
language plpgsql stable security definer set search_path = '' as $$
declare
  v_claim app.silence_claim;
begin
  select * into v_claim from app.silence_claim where dossier_id = p_dossier.id and referred_at is not null and outcome is null;
  if v_claim.dossier_id is null or p_dossier.closed_at is not null or p_dossier.decided_at is not null then
    perform app.refuse('MOVE1');
  end if;
  return v_claim;
end;
$$;

-- Is an attestation drawn up that waits for its signature? One that could not be drawn is no obstacle to another.
create or replace function app.attestation_drafted(p_claim app.silence_claim) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (select from app.paper p where p.decision_id = p_claim.decision_id and p.state not in ('withdrawn', 'failed'));
end;
$$;

create or replace function app.drop_attestation(p_claim app.silence_claim) returns void
language sql volatile security definer set search_path = '' as $$
  update app.paper set state = 'withdrawn' where decision_id = p_claim.decision_id and state <> 'published';
$$;

-- The applicant asks the governor; the request form of the second step goes with it.
create or replace function public.ask_attestation(p_dossier uuid) returns jsonb
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
  if v_claim.dossier_id is null or app.tacit_on(p_dossier) is null then
    perform app.refuse('SILE2');
  end if;
  if v_claim.referred_at is not null or v_claim.outcome is not null then
    perform app.refuse('SILE3', jsonb_build_object('day', app.date_text(app.day_of(coalesce(v_claim.referred_at, v_claim.claimed_at)))));
  end if;
  if v_today <= v_claim.president_due then
    perform app.refuse('SILE4', jsonb_build_object('day', app.date_text(v_claim.president_due)));
  end if;
  update app.silence_claim set referred_by = (select auth.uid()), referred_at = app.now(v_dossier.commune_id), governor_due = app.silence_due(p_dossier, 'governor', v_today)
   where dossier_id = p_dossier returning * into v_claim;
  perform app.record(p_dossier, 'silence_referred', 'applicant', jsonb_build_object('due_on', v_claim.governor_due,
    'proof', (select jsonb_build_object('paper', p.id, 'digest', p.data_digest) from app.paper p where p.id = v_claim.form_id)));
  perform app.request_paper(p_dossier, 'silence_referral', app.silence_paper(p_dossier, 'silence_referral'));
  perform app.notify_role(p_dossier, 'governor', 'attestation_asked', jsonb_build_object('due_on', v_claim.governor_due));
  return jsonb_build_object('governor_due', v_claim.governor_due);
end;
$$;

-- The governor writes to the president. The number is that of the governor's office; the letter is sealed and both sides keep it.
create or replace function public.ask_explanations(p_dossier uuid, p_number text, p_on date default null) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier := app.lock_dossier(p_dossier);
  v_on      date := coalesce(p_on, app.today(v_dossier.commune_id));
  v_claim   app.silence_claim;
begin
  perform app.require_role(array['governor'], v_dossier.commune_id);
  perform app.refuse_interest(p_dossier);
  v_claim := app.referred_claim(v_dossier);
  if v_claim.letter_on is not null or app.attestation_drafted(v_claim) then
    perform app.refuse('MOVE1');
  end if;
  if coalesce(length(trim(p_number)), 0) not between 1 and 60 or v_on not between app.day_of(v_claim.referred_at) and app.today(v_dossier.commune_id) then
    perform app.refuse('SILE6');
  end if;
  update app.silence_claim set letter_no = trim(p_number), letter_on = v_on, letter_by = (select auth.uid()) where dossier_id = p_dossier;
  perform app.record(p_dossier, 'explanations_asked', 'governor', jsonb_build_object('number', trim(p_number), 'day', v_on));
  perform app.request_paper(p_dossier, 'silence_letter', app.silence_paper(p_dossier, 'silence_letter') || jsonb_build_object('number', trim(p_number)));
  perform app.notify_role(p_dossier, 'president', 'explanations_asked', jsonb_build_object('due_on', v_claim.governor_due));
end;
$$;

-- The president's answer to the governor; the applicant learns that it came, not what it says.
create or replace function public.explain_silence(p_dossier uuid, p_text text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier := app.lock_dossier(p_dossier);
  v_role    text := app.require_role(array['president', 'delegate'], v_dossier.commune_id);
  v_claim   app.silence_claim;
begin
  perform app.refuse_interest(p_dossier);
  if app.power_to_sign(p_dossier) is null then
    perform app.refuse('NOPW1');
  end if;
  v_claim := app.referred_claim(v_dossier);
  if v_claim.letter_on is null or v_claim.explained_at is not null then
    perform app.refuse('MOVE1');
  end if;
  if trim(coalesce(p_text, '')) = '' or length(p_text) > 5000 then
    perform app.refuse('LACK7');
  end if;
  update app.silence_claim set explanations = p_text, explained_by = (select auth.uid()), explained_at = app.now(v_dossier.commune_id) where dossier_id = p_dossier;
  perform app.record(p_dossier, 'explanations_given', v_role, jsonb_build_object('digest', app.digest(p_text)));
  perform app.notify_role(p_dossier, 'governor', 'explanations_given', jsonb_build_object('due_on', v_claim.governor_due));
end;
$$;

-- Draws the attestation up for the governor's signature. p_direct: why the governor acts without the president's explanations.
create or replace function public.attest_silence(p_dossier uuid, p_direct text default '') returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier  app.dossier := app.lock_dossier(p_dossier);
  v_claim    app.silence_claim;
  v_power    jsonb;
  v_decision app.decision;
begin
  perform app.require_role(array['governor'], v_dossier.commune_id);
  perform app.refuse_interest(p_dossier);
  v_power := app.power_to_sign(p_dossier, 'attestation');
  if v_power is null then
    perform app.refuse('NOPW1');
  end if;
  v_claim := app.referred_claim(v_dossier);
  if app.attestation_drafted(v_claim) then
    perform app.refuse('MOVE1');
  end if;
  if v_claim.letter_on is null and trim(coalesce(p_direct, '')) = '' then
    perform app.refuse('SILE5');
  end if;
  perform app.refuse_long(p_direct);
  perform app.drop_attestation(v_claim);
  insert into app.decision (dossier_id, kind, number, decided_by, decided_at, power)
  values (p_dossier, 'attestation', app.attestation_number(v_dossier), (select auth.uid()), app.now(v_dossier.commune_id), v_power) returning * into v_decision;
  update app.silence_claim set decision_id = v_decision.id, direct_reason = case when v_claim.letter_on is null then trim(p_direct) else '' end where dossier_id = p_dossier;
  perform app.record(p_dossier, 'attestation_drafted', 'governor', jsonb_build_object('decision', v_decision.id, 'number', v_decision.number, 'power', v_power,
    'direct', case when v_claim.letter_on is null then trim(p_direct) end));
  perform app.request_decision_paper(v_decision.id);
  return jsonb_build_object('decision', v_decision.id, 'number', v_decision.number);
end;
$$;

create or replace function app.attestation_number(p_dossier app.dossier) returns text
language plpgsql volatile security definer set search_path = '' as $$
begin
  return (
    select format('%s-%s-%s-S%s', replace(substr(c.code, 4), '.', ''), y.year, app.definition_of(p_dossier.id) ->> 'short_code',
                  lpad(app.next_number(p_dossier.commune_id, y.year, 'attestation')::text, 5, '0'))
      from app.commune c, lateral (select extract(year from app.today(c.id))::int as year) as y where c.id = p_dossier.commune_id);
end;
$$;

-- The conditions are not met: the governor answers why. Every decision is then open to the president again.
create or replace function public.decline_attestation(p_dossier uuid, p_reasons jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier := app.lock_dossier(p_dossier);
  v_claim   app.silence_claim;
begin
  perform app.require_role(array['governor'], v_dossier.commune_id);
  perform app.refuse_interest(p_dossier);
  v_claim := app.referred_claim(v_dossier);
  if exists (select from app.paper p where p.decision_id = v_claim.decision_id and p.state = 'signed') then
    perform app.refuse('MOVE1');
  end if;
  if not coalesce(app.well_reasoned(p_reasons, true), false) then
    perform app.refuse('REAS1');
  end if;
  perform app.refuse_other_form(p_reasons, 'array');
  perform app.drop_attestation(v_claim);
  update app.silence_claim set outcome = 'declined', reasons = p_reasons, ended_at = app.now(v_dossier.commune_id), ended_by = (select auth.uid()) where dossier_id = p_dossier;
  perform app.record(p_dossier, 'attestation_declined', 'governor', jsonb_build_object('reasons', p_reasons));
  perform app.request_paper(p_dossier, 'silence_answer', app.silence_paper(p_dossier, 'silence_answer', app.reason_items(p_reasons)));
  perform app.notify_parties(p_dossier, 'attestation_declined');
  perform app.notify_role(p_dossier, 'president', 'silence_settled');
end;
$$;

-- The attestation is signed and published: the applicant has their title, taxes stay due as for the act itself.
create or replace function app.attestation_signed(p_decision uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_decision app.decision;
  v_dossier  app.dossier;
  v_step     jsonb;
begin
  select * into v_decision from app.decision where id = p_decision;
  select * into v_dossier from app.dossier where id = v_decision.dossier_id for update;
  update app.decision set signed_at = app.now(v_dossier.commune_id), notified_at = app.now(v_dossier.commune_id), notified_how = 'online' where id = p_decision;
  update app.silence_claim set outcome = 'attested', ended_at = app.now(v_dossier.commune_id), ended_by = v_decision.decided_by where dossier_id = v_dossier.id;
  update app.dossier set decided_at = app.now(v_dossier.commune_id) where id = v_dossier.id;
  -- An act that the president drew up meanwhile and did not sign has lost its purpose.
  update app.paper set state = 'withdrawn'
   where dossier_id = v_dossier.id and needs = 'signature' and decision_id <> p_decision and state in ('requested', 'failed', 'ready');
  perform app.clock_stop(v_dossier.id, app.today(v_dossier.commune_id), 'silence_attested', coalesce(app.definition_of(v_dossier.id) #>> '{silence,article}', ''));
  perform app.record(v_dossier.id, 'silence_attested', 'system', jsonb_build_object('decision', p_decision, 'number', v_decision.number));
  perform app.owe_copies(v_dossier.id, 'attestation');
  delete from app.copy_sent c using app.paper p where p.id = c.paper_id and p.decision_id = p_decision and c.recipient = 'governor';   -- who signed it has it
  perform app.notify_parties(v_dossier.id, 'attested');
  perform app.notify_role(v_dossier.id, 'president', 'silence_settled');
  select s into v_step from jsonb_array_elements(app.definition_of(v_dossier.id) #> '{circuit,steps}') as s where s ->> 'kind' = 'signature' limit 1;
  perform app.enter_step(v_dossier.id, app.next_step(v_step, 'grant'));
end;
$$;

-- The attestation as a paper to be signed: called by app.request_decision_paper.
create or replace function app.request_attestation(p_decision app.decision) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
begin
  return app.request_paper(p_decision.dossier_id, 'attestation', app.silence_paper(p_decision.dossier_id, 'attestation') || jsonb_build_object('number', p_decision.number,
    'signer', jsonb_build_object('name_fr', p_decision.power ->> 'name_fr', 'name_ar', p_decision.power ->> 'name_ar',
      'quality', app.wording(app.definition_of(p_decision.dossier_id), 'signer') -> (p_decision.power ->> 'capacity'),
      'power', jsonb_build_object('fr', p_decision.power #>> '{act,fr}', 'ar', p_decision.power #>> '{act,ar}'))), p_decision.id);
end;
$$;

-- Every paper of silence: its wording (assets/templates/letters.yaml, `silence` and the kind's own) filled with the dossier's dates.
-- Those that the governor receives or issues carry the head of the province. p_items: reasons, listed.
create or replace function app.silence_paper(p_dossier uuid, p_kind text, p_items jsonb default '[]') returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_claim  app.silence_claim;
  v_words  jsonb := app.wording(app.definition_of(p_dossier), 'silence') || app.wording(app.definition_of(p_dossier), p_kind);
  v_facts  jsonb;
  v_own    jsonb;
  v_values jsonb;
  v_place  jsonb;
begin
  select * into v_claim from app.silence_claim where dossier_id = p_dossier;
  v_own := jsonb_strip_nulls(jsonb_build_object(
    'tacit_on', app.date_text(v_claim.tacit_on), 'claimed_on', app.date_text(app.day_of(v_claim.claimed_at)), 'president_due', app.date_text(v_claim.president_due),
    'referred_on', app.date_text(app.day_of(v_claim.referred_at)), 'governor_due', app.date_text(v_claim.governor_due),
    'president_days', app.definition_of(p_dossier) #>> '{silence,president_days}', 'governor_days', app.definition_of(p_dossier) #>> '{silence,governor_days}',
    'letter_no', v_claim.letter_no, 'letter_on', app.date_text(v_claim.letter_on), 'explained_on', app.date_text(app.day_of(v_claim.explained_at)),
    'direct_reason', nullif(v_claim.direct_reason, ''),
    'form_code', (select p.data #>> '{verification,code}' from app.paper p where p.id = v_claim.form_id),
    'form_digest', (select p.data_digest from app.paper p where p.id = v_claim.form_id)));
  select v_own || jsonb_build_object('body', app.province_title(v_words, p.kind, 'fr', p.name_fr), 'governor', coalesce(g.name_fr, '')),
         v_own || jsonb_build_object('body', app.province_title(v_words, p.kind, 'ar', p.name_ar), 'governor', coalesce(g.name_ar, '')),
         jsonb_build_object('fr', p.name_fr, 'ar', p.name_ar)
    into v_values, v_own, v_place
    from app.dossier d join app.commune c on c.id = d.commune_id join app.province p on p.code = c.province_code left join app.person g on g.id = (select auth.uid())
   where d.id = p_dossier;
  v_values := app.paper_values(p_dossier, jsonb_build_object('fr', v_values, 'ar', v_own));
  v_facts := jsonb_build_object('settings', '{}'::jsonb, 'documents', '{}'::jsonb, 'answers', jsonb_build_object(
    'letter', v_claim.letter_on is not null, 'explained', v_claim.explained_at is not null, 'direct', v_claim.direct_reason <> ''));
  return jsonb_strip_nulls(jsonb_build_object(
    'title', app.fill_both(v_words -> 'title', v_values), 'intro', app.fill_both(v_words -> 'intro', v_values),
    'visas', app.fill_all(v_words -> 'visas', v_values, v_facts), 'considerations', app.fill_all(v_words -> 'considerations', v_values, v_facts),
    'articles', app.fill_all(v_words -> 'articles', v_values, v_facts), 'footer', app.fill_all(v_words -> 'footer', v_values, v_facts),
    'tables', app.facts_table(v_words, v_values),
    'lists', case when p_items = '[]' then p_items else jsonb_build_array(jsonb_build_object('title', v_words -> 'list_title', 'items', p_items)) end))
    || case when v_words ->> 'issuer' = 'province' then jsonb_build_object('issuer', 'province', 'place', v_place) else '{}' end;
end;
$$;

-- "the province of X" in both languages: French elides before a vowel.
create or replace function app.province_title(p_words jsonb, p_kind text, p_language text, p_name text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return app.fill(p_words #>> array['bodies', case p_kind when 'prefecture' then 'prefecture' else 'province' end, p_language],
    jsonb_build_object('name', p_name, 'of_name', case when p_name ~* '^[aeiouàâéèêëîïôöûü]' then 'd’' else 'de ' end || p_name));
end;
$$;

-- The facts of a letter (wording: facts: [{label, text}]) as a table of two columns.
create or replace function app.facts_table(p_wording jsonb, p_values jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select case when count(*) = 0 then '[]' else jsonb_build_array(jsonb_build_object('title', p_wording -> 'facts_title', 'columns', p_wording -> 'table_columns',
             'rows', jsonb_agg(jsonb_build_array(f -> 'label', app.fill_both(f -> 'text', p_values)) order by n))) end
      from jsonb_array_elements(coalesce(p_wording -> 'facts', '[]')) with ordinality as x(f, n));
end;
$$;

-- What waits for the governor in these communes, the most urgent first: attestations asked, and appeals at the second level.
create or replace function app.governor_waiting(p_communes uuid[]) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(x.line || jsonb_build_object('due_on', x.due, 'days_left', x.due - app.today(d.commune_id), 'dossier', d.id, 'number', d.number, 'owner_name', d.owner_name, 'title', d.title,
             'commune', jsonb_build_object('fr', c.name_fr, 'ar', c.name_ar), 'procedure', v.definition -> 'title') order by x.due, d.number), '[]')
      from (select s.dossier_id, s.governor_due as due, jsonb_build_object('kind', 'attestation', 'asked_at', s.referred_at, 'letter_on', s.letter_on, 'explained_at', s.explained_at,
                     'is_drafted', exists (select from app.paper p where p.decision_id = s.decision_id and p.state not in ('withdrawn', 'failed'))) as line
              from app.silence_claim s where s.outcome is null and s.referred_at is not null
            union all
            select a.dossier_id, a.answer_due, jsonb_build_object('kind', 'appeal', 'asked_at', a.filed_at) from app.appeal a where a.level = 'governor' and a.answered_at is null) as x
      join app.dossier d on d.id = x.dossier_id and d.commune_id = any (p_communes)
      join app.commune c on c.id = d.commune_id
      join app.procedure_version v on v.id = d.version_id
     where d.closed_at is null or x.line ->> 'kind' = 'appeal');
end;
$$;

revoke execute on function app.referred_claim, app.attestation_drafted, app.drop_attestation, app.attestation_number, app.attestation_signed, app.request_attestation,
  app.silence_paper, app.province_title, app.facts_table, app.governor_waiting,
  public.ask_attestation, public.ask_explanations, public.explain_silence, public.attest_silence, public.decline_attestation from public, anon, authenticated;
grant execute on function app.governor_waiting to authenticated;
grant execute on function public.ask_attestation, public.ask_explanations, public.explain_silence, public.attest_silence, public.decline_attestation to authenticated;
