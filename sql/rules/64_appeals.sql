-- Administrative appeals (law 55-19 art. 21): to the president within the days of the definition, then to the governor.
--   LATE1  the time to appeal has passed or has not begun      ONCE3  this appeal was already made
select app.say('LATE1', 'Le recours n''est pas ouvert : le délai pour le former n''a pas commencé ou est passé. Le tribunal administratif reste ouvert.',
                        'الطعن غير مفتوح: أجل تقديمه لم يبدأ بعد أو انصرم. ويبقى اللجوء إلى المحكمة الإدارية ممكنا.');
select app.say('ONCE3', 'Ce recours a déjà été formé ; sa réponse est suivie dans le dossier.', 'سبق تقديم هذا الطعن؛ ويمكن تتبع الجواب عنه في الملف.');

-- From the refusal's notice or the day the time expired; null when there is nothing to appeal from.
create or replace function app.appeal_window(p_dossier uuid, p_level text) returns daterange
language plpgsql stable security definer set search_path = '' as $$
declare
  v_dossier app.dossier;
  v_rules   jsonb;
  v_from    date;
  v_first   app.appeal;
begin
  select * into v_dossier from app.dossier where id = p_dossier;
  v_rules := app.definition_of(p_dossier) -> 'appeal';
  if v_rules is null then
    return null;
  end if;
  if p_level = 'president' then
    select (x.notified_at at time zone 'Africa/Casablanca')::date into v_from
      from app.decision x where x.dossier_id = p_dossier and x.kind in ('refusal', 'revocation') and x.notified_at is not null
     order by x.notified_at desc limit 1;
    v_from := coalesce(v_from, case when v_dossier.silence_on is not null and v_dossier.decided_at is null then v_dossier.legal_end end);
    -- Without a refusal or an expired time there is nothing to appeal from: a range without ends would say "always".
    return case when v_from is not null then daterange(v_from, app.full_days_end(v_from, (v_rules ->> 'file_days')::int), '[]') end;
  end if;
  select * into v_first from app.appeal where dossier_id = p_dossier and level = 'president';
  if v_first.id is null or v_first.outcome = 'upheld' then
    return null;
  end if;
  -- The second level opens when the president answered no, or stayed silent past the answer's day.
  v_from := coalesce((v_first.answered_at at time zone 'Africa/Casablanca')::date, v_first.answer_due + 1);
  return daterange(v_from, null);
end;
$$;

create or replace function public.appeal(p_dossier uuid, p_level text, p_grounds text) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier := app.lock_dossier(p_dossier);
  v_today   date := app.today(v_dossier.commune_id);
  v_rules   jsonb := app.definition_of(p_dossier) -> 'appeal';
  v_due     date;
begin
  if not app.is_party(p_dossier) then
    perform app.refuse('ROLE1');
  end if;
  if trim(coalesce(p_grounds, '')) = '' or length(p_grounds) > 5000 then
    perform app.refuse('LACK7');
  end if;
  if exists (select from app.appeal where dossier_id = p_dossier and level = p_level) then
    perform app.refuse('ONCE3');
  end if;
  if p_level not in ('president', 'governor') or not coalesce(v_today <@ app.appeal_window(p_dossier, p_level), false) then
    perform app.refuse('LATE1');
  end if;
  v_due := app.full_days_end(v_today, (v_rules ->> (p_level || '_days'))::int);
  insert into app.appeal (dossier_id, level, grounds, filed_by, filed_at, answer_due)
  values (p_dossier, p_level, p_grounds, (select auth.uid()), app.now(v_dossier.commune_id), v_due);
  perform app.record(p_dossier, 'appeal', 'applicant', jsonb_build_object('level', p_level, 'answer_due', v_due, 'digest', app.digest(p_grounds)));
  perform app.notify_role(p_dossier, p_level, 'appeal_filed', jsonb_build_object('answer_due', v_due));
  return jsonb_build_object('answer_due', v_due);
end;
$$;

-- The president upholds or rejects; the governor invites the president to decide. An upheld appeal reopens the decision.
create or replace function public.answer_appeal(p_appeal uuid, p_outcome text, p_answer text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_appeal  app.appeal;
  v_dossier app.dossier;
  v_step    text;
begin
  select * into v_appeal from app.appeal where id = p_appeal;
  v_dossier := app.lock_dossier(v_appeal.dossier_id);
  select * into v_appeal from app.appeal where id = p_appeal;
  perform app.require_role(array[v_appeal.level], v_dossier.commune_id);
  perform app.refuse_interest(v_dossier.id);
  if v_appeal.answered_at is not null then
    perform app.refuse('MOVE1');
  end if;
  if trim(coalesce(p_answer, '')) = '' or length(p_answer) > 5000 or p_outcome is null
     or not (p_outcome = any (case v_appeal.level when 'president' then array['upheld', 'rejected'] else array['invited', 'rejected'] end)) then
    perform app.refuse('LACK7');
  end if;
  update app.appeal set outcome = p_outcome, answer = p_answer, answered_by = (select auth.uid()), answered_at = app.now(v_dossier.commune_id)
   where id = p_appeal;
  perform app.record(v_dossier.id, 'appeal_answered', v_appeal.level, jsonb_build_object('appeal', p_appeal, 'outcome', p_outcome, 'answer', p_answer));
  perform app.notify_parties(v_dossier.id, 'appeal_answered', jsonb_build_object('outcome', p_outcome));
  if p_outcome in ('upheld', 'invited') and v_dossier.state in ('REFUSED') then
    select s ->> 'id' into v_step from jsonb_array_elements(app.definition_of(v_dossier.id) #> '{circuit,steps}') as s where s ->> 'kind' = 'decision' limit 1;
    update app.dossier set closed_at = null, decided_at = null where id = v_dossier.id;
    perform app.enter_step(v_dossier.id, v_step);
  end if;
end;
$$;

revoke execute on function app.appeal_window, public.appeal, public.answer_appeal from public, anon, authenticated;
grant execute on function app.appeal_window, public.appeal, public.answer_appeal to authenticated;
