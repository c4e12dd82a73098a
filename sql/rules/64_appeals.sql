-- Administrative appeals (law 55-19 art. 21): to the president within the days of the definition, then to the governor, who may invite the
-- president to decide. Where silence is approval there is nothing to appeal from: the applicant asks for the act (58_silence.sql).
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
    v_from := coalesce(v_from, case when v_dossier.silence_on is not null and v_dossier.decided_at is null and app.tacit_on(p_dossier) is null
                                    then v_dossier.legal_end end);
    -- Without a refusal or an expired time there is nothing to appeal from: a range without ends would say "always".
    return case when v_from is not null then daterange(v_from, app.add_days(v_from, (v_rules ->> 'file_days')::int, v_rules ->> 'counted'), '[]') end;
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

-- The applicant appeals; the sealed paper with the grounds and the day of the answer is the proof of it.
create or replace function public.appeal(p_dossier uuid, p_level text, p_grounds text) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier := app.lock_dossier(p_dossier);
  v_today   date := app.today(v_dossier.commune_id);
  v_rules   jsonb := app.definition_of(p_dossier) -> 'appeal';
  v_appeal  app.appeal;
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
  if coalesce(p_level, '') not in ('president', 'governor') or not coalesce(v_today <@ app.appeal_window(p_dossier, p_level), false) then
    perform app.refuse('LATE1');
  end if;
  insert into app.appeal (dossier_id, level, grounds, filed_by, filed_at, answer_due)
  values (p_dossier, p_level, p_grounds, (select auth.uid()), app.now(v_dossier.commune_id),
          app.add_days(v_today, (v_rules ->> (p_level || '_days'))::int, v_rules ->> 'counted'))
  returning * into v_appeal;
  perform app.record(p_dossier, 'appeal', 'applicant', jsonb_build_object('level', p_level, 'answer_due', v_appeal.answer_due, 'digest', app.digest(p_grounds)));
  perform app.request_paper(p_dossier, 'appeal', app.appeal_paper(v_appeal, 'appeal', p_grounds));
  perform app.notify_role(p_dossier, p_level, 'appeal_filed', jsonb_build_object('answer_due', v_appeal.answer_due));
  return jsonb_build_object('answer_due', v_appeal.answer_due);
end;
$$;

-- The president upholds or rejects; the governor invites the president to decide within days that count from the invitation. An appeal
-- that is upheld, or a refusal that the president is invited to look at again, reopens the decision.
create or replace function public.answer_appeal(p_appeal uuid, p_outcome text, p_answer text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_appeal  app.appeal;
  v_dossier app.dossier;
  v_rules   jsonb;
  v_step    text;
begin
  select * into v_appeal from app.appeal where id = p_appeal;
  v_dossier := app.lock_dossier(v_appeal.dossier_id);
  select * into v_appeal from app.appeal where id = p_appeal;
  v_rules := app.definition_of(v_dossier.id) -> 'appeal';
  perform app.require_role(array[v_appeal.level], v_dossier.commune_id);
  perform app.refuse_interest(v_dossier.id);
  if v_appeal.answered_at is not null then
    perform app.refuse('MOVE1');
  end if;
  if trim(coalesce(p_answer, '')) = '' or length(p_answer) > 5000 or p_outcome is null
     or not (p_outcome = any (case v_appeal.level when 'president' then array['upheld', 'rejected'] else array['invited', 'rejected'] end)) then
    perform app.refuse('LACK7');
  end if;
  update app.appeal set outcome = p_outcome, answer = p_answer, answered_by = (select auth.uid()), answered_at = app.now(v_dossier.commune_id),
         decide_by = case p_outcome when 'invited' then app.add_days(app.today(v_dossier.commune_id), (v_rules ->> 'governor_days')::int, v_rules ->> 'counted') end
   where id = p_appeal returning * into v_appeal;
  perform app.record(v_dossier.id, 'appeal_answered', v_appeal.level,
    jsonb_build_object('appeal', p_appeal, 'outcome', p_outcome, 'answer', p_answer, 'due_on', v_appeal.decide_by));
  perform app.request_paper(v_dossier.id, 'appeal_answer', app.appeal_paper(v_appeal, 'appeal_answer', p_answer));
  perform app.notify_parties(v_dossier.id, 'appeal_answered', jsonb_build_object('outcome', p_outcome));
  if p_outcome in ('upheld', 'invited') and v_dossier.state in ('REFUSED') then
    select s ->> 'id' into v_step from jsonb_array_elements(app.definition_of(v_dossier.id) #> '{circuit,steps}') as s where s ->> 'kind' = 'decision' limit 1;
    -- The first decision stays dated: the clock that it stopped does not run into silence a second time.
    update app.dossier set closed_at = null where id = v_dossier.id;
    perform app.enter_step(v_dossier.id, v_step);
  end if;
  if p_outcome = 'invited' then
    update app.task set due_on = v_appeal.decide_by where dossier_id = v_dossier.id and closed_at is null and role in ('president', 'delegate');
    perform app.notify_role(v_dossier.id, 'president', 'appeal_invited', jsonb_build_object('due_on', v_appeal.decide_by));
  end if;
end;
$$;

-- The appeal as it was received, or its answer: wording from the letters, and what was typed as a list of its paragraphs.
create or replace function app.appeal_paper(p_appeal app.appeal, p_kind text, p_text text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_words  jsonb := app.wording(app.definition_of(p_appeal.dossier_id), 'silence') || app.wording(app.definition_of(p_appeal.dossier_id), p_kind);
  v_own    jsonb;
  v_values jsonb;
  v_facts  jsonb := jsonb_build_object('settings', '{}'::jsonb, 'documents', '{}'::jsonb, 'answers', jsonb_build_object('outcome', p_appeal.outcome));
  v_place  jsonb;
begin
  v_own := jsonb_strip_nulls(jsonb_build_object('filed_on', app.date_text(app.day_of(p_appeal.filed_at)), 'answer_due', app.date_text(p_appeal.answer_due),
             'answered_on', app.date_text(app.day_of(p_appeal.answered_at)), 'decide_by', app.date_text(p_appeal.decide_by)));
  select app.paper_values(d.id, jsonb_build_object(
           'fr', v_own || jsonb_build_object('authority', app.fill(v_words #>> array['authorities', p_appeal.level, 'fr'],
                   jsonb_build_object('commune', c.name_fr, 'body', app.province_title(v_words, p.kind, 'fr', p.name_fr)))),
           'ar', v_own || jsonb_build_object('authority', app.fill(v_words #>> array['authorities', p_appeal.level, 'ar'],
                   jsonb_build_object('commune', c.name_ar, 'body', app.province_title(v_words, p.kind, 'ar', p.name_ar)))))),
         jsonb_build_object('fr', p.name_fr, 'ar', p.name_ar)
    into v_values, v_place
    from app.dossier d join app.commune c on c.id = d.commune_id join app.province p on p.code = c.province_code where d.id = p_appeal.dossier_id;
  return jsonb_build_object(
    'title', app.fill_both(v_words -> 'title', v_values), 'intro', app.fill_both(v_words -> 'intro', v_values), 'visas', '[]'::jsonb, 'articles', '[]'::jsonb,
    'considerations', app.fill_all(v_words -> 'considerations', v_values, v_facts), 'footer', app.fill_all(v_words -> 'footer', v_values, v_facts),
    'tables', app.facts_table(v_words, v_values),
    'lists', jsonb_build_array(jsonb_build_object('title', v_words -> 'list_title', 'items',
      (select jsonb_agg(app.same_text(trim(line)) order by n) from regexp_split_to_table(p_text, '\n') with ordinality as x(line, n) where trim(line) <> ''))))
    || case when p_appeal.level = 'governor' then jsonb_build_object('issuer', 'province', 'place', v_place) else '{}' end;
end;
$$;

revoke execute on function app.appeal_window, app.appeal_paper, public.appeal, public.answer_appeal from public, anon, authenticated;
grant execute on function app.appeal_window, public.appeal, public.answer_appeal to authenticated;
