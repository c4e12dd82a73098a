-- How a dossier moves. The circuit is a list of steps in the dossier's procedure version; this file only reads it.
--
--   load and lock, check the step, check the person, check what must be supplied, write, record, open the next step
--
--   MOVE1  the dossier is no longer at that stage       INTR1  the person has an interest in the dossier
--   ROLE1  the step belongs to another role             NOPW1  no power to sign (14_powers_register.sql)
--   WAIT1  the applicant's answer is awaited            LACK1  something to supply is missing
select app.say('INTR1', 'Vous avez un intérêt dans ce dossier : un collègue doit agir à votre place.',
                        'لديكم مصلحة في هذا الملف: يجب أن يتولى زميل آخر هذا الإجراء مكانكم.');
select app.say('WAIT1', 'La réponse du demandeur est attendue : le dossier est suspendu jusqu''à son dépôt.',
                        'في انتظار جواب صاحب الطلب: الملف معلق إلى حين إيداع الجواب.');
select app.say('LACK2', 'Ce champ est à remplir.', 'يجب ملء هذه الخانة.');
select app.say('LACK9', 'Ce qui est noté ferme cette suite.', 'ما تم تدوينه يمنع هذا الإجراء.');
select app.say('LACK3', 'Donnez un avis sur chaque document avant de poursuivre.', 'يرجى إبداء الرأي في كل وثيقة قبل المتابعة.');

create or replace function app.definition_of(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select v.definition || '{}' from app.dossier d join app.procedure_version v on v.id = d.version_id where d.id = p_dossier);
end;
$$;

create or replace function app.step_named(p_definition jsonb, p_step text) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select s from jsonb_array_elements(p_definition #> '{circuit,steps}') as s where s ->> 'id' = p_step);
end;
$$;

create or replace function app.holder_roles(p_step jsonb) returns text[]
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select array_agg(h ->> 'role') from jsonb_array_elements(p_step -> 'holders') as h);
end;
$$;

-- The local value of a setting of the procedure: the commune's, else the version's default.
create or replace function app.local_settings(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce((select jsonb_object_agg(s ->> 'id', s -> 'default')
                       from jsonb_array_elements(coalesce(v.definition -> 'settings', '[]')) as s), '{}')
           || coalesce(cp.settings, '{}')
      from app.dossier d
      join app.procedure_version v on v.id = d.version_id
      left join app.commune_procedure cp on cp.commune_id = d.commune_id and cp.procedure_code = d.procedure_code
     where d.id = p_dossier);
end;
$$;

-- A value of the definition that is either given or named as a setting: {"setting": "id"}.
create or replace function app.value_or_setting(p_value jsonb, p_settings jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return case when jsonb_typeof(p_value) = 'object' and p_value ? 'setting' then p_settings -> (p_value ->> 'setting') else p_value end;
end;
$$;

-- Locks a dossier for an act and returns it; the first line of every act below.
create or replace function app.lock_dossier(p_dossier uuid) returns app.dossier
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier;
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  end if;
  select * into v_dossier from app.dossier where id = p_dossier for update;
  if v_dossier.id is null or not app.can_read(p_dossier) then
    perform app.refuse('SEEN1');
  end if;
  return v_dossier;
end;
$$;

-- Nobody acts, on the administration's side, on a dossier in which they are a party or declared an interest.
create or replace function app.refuse_interest(p_dossier uuid) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if app.is_party(p_dossier)
     or exists (select from app.declared_interest i where i.dossier_id = p_dossier and i.person_id = (select auth.uid())) then
    perform app.refuse('INTR1');
  end if;
end;
$$;

-- Checks that the signed-in person may act at the dossier's current step; returns the role that acts.
create or replace function app.require_step_holder(p_dossier app.dossier, p_kinds text[], p_seen int) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_step jsonb := app.step_named(app.definition_of(p_dossier.id), p_dossier.step);
  v_role text;
begin
  if p_dossier.closed_at is not null or v_step is null or not (v_step ->> 'kind' = any (p_kinds)) then
    perform app.refuse('MOVE1');
  end if;
  -- Who acted on an older picture of the dossier loses: the step was entered after what they saw.
  if p_seen is not null and exists (select from app.event e where e.dossier_id = p_dossier.id and e.seq > p_seen and e.kind = 'step') then
    perform app.refuse('MOVE1');
  end if;
  v_role := app.require_role(app.holder_roles(v_step), p_dossier.commune_id);
  perform app.refuse_interest(p_dossier.id);
  if v_role in ('president', 'delegate') and app.power_to_sign(p_dossier.id) is null then
    perform app.refuse_power(p_dossier.id);
  end if;
  if p_dossier.state in ('COMPLEMENT_REQUESTED', 'MODIFICATION_REQUESTED') then
    perform app.refuse('WAIT1');
  end if;
  return v_role;
end;
$$;

-- Opens a step: one task for its holder, one per holder when opinions are asked in parallel.
create or replace function app.enter_step(p_dossier uuid, p_step text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier  app.dossier;
  v_step     jsonb := app.step_named(app.definition_of(p_dossier), p_step);
  v_settings jsonb := app.local_settings(p_dossier);
  v_today    date;
  v_due      date;
  v_count    int;
  v_holder   jsonb;
begin
  select * into v_dossier from app.dossier where id = p_dossier for update;
  v_today := app.today(v_dossier.commune_id);
  update app.task set closed_at = app.now(v_dossier.commune_id), outcome = coalesce(outcome, 'left')
   where dossier_id = p_dossier and closed_at is null;
  update app.dossier set step = p_step, state = coalesce(v_step ->> 'state', state), updated_at = now() where id = p_dossier;
  perform app.record(p_dossier, 'step', 'system', jsonb_build_object('step', p_step, 'from', v_dossier.step));

  v_count := (app.value_or_setting(v_step #> '{days,count}', v_settings))::text::int;
  if v_count is not null then
    -- Modified plans start the sector's days again (clock_event 'restart').
    v_due := app.add_days(case when v_step #>> '{days,from}' = 'deposit'
                               then coalesce((select max(c.day) from app.clock_event c where c.dossier_id = p_dossier and c.kind = 'restart'), v_dossier.complete_on)
                               else v_today end,
                          v_count, v_step #>> '{days,counted}');
  end if;

  for v_holder in
    select h from jsonb_array_elements(coalesce(v_step -> 'holders', '[]')) with ordinality as x(h, n)
     where v_step ->> 'kind' = 'opinions' or n = 1
  loop
    insert into app.task (dossier_id, commune_id, step, role, opened_at, due_on)
    values (p_dossier, v_dossier.commune_id, p_step, v_holder ->> 'role', app.now(v_dossier.commune_id), v_due);
    perform app.notify_role(p_dossier, v_holder ->> 'role', 'task', jsonb_build_object('step', p_step, 'due_on', v_due,
              'step_fr', v_step #>> '{title,fr}', 'step_ar', v_step #>> '{title,ar}'));
  end loop;

  if v_step ->> 'kind' = 'committee' then
    perform app.make_seats(p_dossier, v_due);
  elsif v_step ->> 'kind' = 'payment' then
    perform app.order_fees(p_dossier);
  elsif v_step ->> 'kind' = 'done' then
    perform app.deliver(p_dossier);
  end if;
end;
$$;

-- Fields named by an action, from the step's own fields.
create or replace function app.fields_named(p_fields jsonb, p_ids jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(f), '[]') from jsonb_array_elements(coalesce(p_fields, '[]')) as f where coalesce(p_ids, '[]') ? (f ->> 'id'));
end;
$$;

-- Where a step leads: `next` is a step, or a step for each kind of decision; an opinions step may carry it in its join.
create or replace function app.next_step(p_step jsonb, p_outcome text default null) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return coalesce(case jsonb_typeof(p_step -> 'next') when 'object' then p_step #>> array['next', p_outcome] else p_step ->> 'next' end,
                  p_step #>> '{join,to}', p_step #>> '{actions,0,to}');
end;
$$;

-- Values that an action demands beside its label: note, verdicts, and typed fields. Returns the faults.
create or replace function app.lacking(p_dossier uuid, p_action jsonb, p_data jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(f), '[]') from (
      select jsonb_build_object('path', n.need, 'code', 'LACK2', 'fr', r.fr, 'ar', r.ar) as f
        from jsonb_array_elements_text(coalesce(p_action -> 'needs', '[]')) as n(need), app.refusal r
       where n.need <> 'verdicts' and r.code = 'LACK2' and trim(coalesce(p_data ->> n.need, '')) = ''
      union all
      select jsonb_build_object('path', 'verdicts', 'code', 'LACK3', 'fr', r.fr, 'ar', r.ar)
        from app.refusal r
       where r.code = 'LACK3' and coalesce(p_action -> 'needs', '[]') ? 'verdicts'
         and exists (select from app.document m where m.dossier_id = p_dossier and m.removed_at is null and m.verdict is null)
      union all
      select jsonb_build_object('path', p_action ->> 'id', 'code', 'LACK9', 'fr', p_action #>> '{closed,fr}', 'ar', p_action #>> '{closed,ar}')
       where p_data @> (p_action #> '{closed,noted}')
      union all
      select x.fault
        from jsonb_array_elements(coalesce(p_action -> 'fields', '[]')) as field,
             lateral (select app.typed_value_fault(field, p_data -> (field ->> 'id')) as fault) as x
       where x.fault is not null and p_data ? (field ->> 'id')
      union all
      select jsonb_build_object('path', field ->> 'id', 'code', 'LACK2', 'fr', r.fr, 'ar', r.ar)
        from jsonb_array_elements(coalesce(p_action -> 'fields', '[]')) as field, app.refusal r
       where r.code = 'LACK2' and coalesce(field -> 'required', 'false') = 'true' and trim(coalesce(p_data ->> (field ->> 'id'), '')) = ''
    ) as faults);
end;
$$;

-- public.act: the plain moves of the circuit. p_seen is the number of the last event the person saw.
create or replace function public.act(p_dossier uuid, p_action text, p_data jsonb default '{}', p_seen int default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier := app.lock_dossier(p_dossier);
  v_step    jsonb := app.step_named(app.definition_of(p_dossier), v_dossier.step);
  v_action  jsonb;
  v_role    text;
  v_faults  jsonb;
begin
  v_role := app.require_step_holder(v_dossier, array['check', 'study', 'decision', 'inspection'], p_seen);
  perform app.refuse_other_form(p_data, 'object');
  select a into v_action from jsonb_array_elements(coalesce(v_step -> 'actions', '[]')) as a where a ->> 'id' = p_action;
  if v_action is null then
    perform app.refuse('MOVE1');
  end if;
  v_faults := app.lacking(p_dossier, v_action || jsonb_build_object('fields', app.fields_named(v_step -> 'fields', v_action -> 'needs_fields')), p_data);
  if v_faults <> '[]' then
    perform app.refuse('LACK1', jsonb_build_object('faults', v_faults));
  end if;
  update app.task set closed_at = app.now(v_dossier.commune_id), closed_by = (select auth.uid()), outcome = p_action
   where dossier_id = p_dossier and closed_at is null;
  if v_step ->> 'kind' = 'study' then
    update app.dossier set proposal = p_data || jsonb_build_object('action', p_action, 'by', (select auth.uid())) where id = p_dossier;
  end if;
  perform app.record(p_dossier, 'acted', v_role, jsonb_build_object('step', v_dossier.step, 'action', p_action, 'data', p_data));
  perform app.enter_step(p_dossier, v_action ->> 'to');
  return jsonb_build_object('step', v_action ->> 'to');
end;
$$;

-- A head of service or a colleague takes a task on; it stays open to the others of the role.
create or replace function public.take_task(p_task uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_task app.task;
  v_role text;
begin
  select * into v_task from app.task where id = p_task and closed_at is null for update;
  if v_task.id is null then
    perform app.refuse('MOVE1');
  end if;
  v_role := app.require_role(array[v_task.role], v_task.commune_id);
  perform app.refuse_interest(v_task.dossier_id);
  update app.task set assigned_to = (select auth.uid()) where id = p_task;
  perform app.record(v_task.dossier_id, 'task_taken', v_role, jsonb_build_object('step', v_task.step));
end;
$$;

-- Withdrawal by the applicant, any time before the decision is delivered.
create or replace function public.withdraw(p_dossier uuid, p_reason text default '') returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier := app.lock_dossier(p_dossier);
begin
  if not app.is_party(p_dossier) then
    perform app.refuse('ROLE1');
  end if;
  if v_dossier.closed_at is not null or v_dossier.state in ('DRAFT', 'DELIVERED') then
    perform app.refuse('MOVE1');
  end if;
  perform app.refuse_long(p_reason);
  perform app.close_dossier(p_dossier, 'WITHDRAWN', 'withdrawn', 'applicant', jsonb_build_object('reason', p_reason));
  perform app.notify_parties(p_dossier, 'withdrawn');
end;
$$;

-- Ends a dossier: tasks closed, clock stopped, papers never to be signed withdrawn.
create or replace function app.close_dossier(p_dossier uuid, p_state text, p_event text, p_role text, p_data jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier;
begin
  select * into v_dossier from app.dossier where id = p_dossier for update;
  perform app.record(p_dossier, p_event, p_role, p_data);
  update app.task set closed_at = app.now(v_dossier.commune_id), outcome = coalesce(outcome, 'left')
   where dossier_id = p_dossier and closed_at is null;
  update app.request set closed_as = 'withdrawn' where dossier_id = p_dossier and closed_as is null and p_state = 'WITHDRAWN';
  update app.paper set state = 'withdrawn' where dossier_id = p_dossier and state in ('requested', 'failed', 'ready', 'signed') and needs in ('signature', 'signatures')
     and p_state in ('WITHDRAWN', 'RETURNED');
  if exists (select from app.clock_event c where c.dossier_id = p_dossier)
     and not exists (select from app.clock_event c where c.dossier_id = p_dossier and c.kind = 'stop') then
    perform app.clock_stop(p_dossier, app.today(v_dossier.commune_id), p_event, '');
  end if;
  update app.dossier set state = p_state, step = null, complete_by = null, closed_at = app.now(v_dossier.commune_id), updated_at = now()
   where id = p_dossier;
end;
$$;

-- The deadline passed without a decision on an act of the silence list: the applicant's right opens. Said once.
create or replace function app.open_silence(p_dossier uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier    app.dossier;
  v_definition jsonb := app.definition_of(p_dossier);
begin
  select * into v_dossier from app.dossier where id = p_dossier for update;
  if v_dossier.silence_on is not null or v_dossier.closed_at is not null or v_dossier.decided_at is not null
     or v_dossier.state = 'DEFERRED' or v_dossier.legal_end is null or v_dossier.legal_end >= app.today(v_dossier.commune_id) then
    return;
  end if;
  update app.dossier set silence_on = app.today(v_dossier.commune_id) where id = p_dossier;
  perform app.record(p_dossier, 'silence_open', 'system',
    jsonb_build_object('effect', v_definition #>> '{silence,effect}', 'article', v_definition #>> '{silence,article}', 'legal_end', v_dossier.legal_end));
  perform app.notify_parties(p_dossier, case when v_definition #>> '{silence,effect}' = 'approval' then 'silence_open' else 'silence_appeal' end,
    jsonb_build_object('president_days', v_definition #> '{silence,president_days}', 'file_days', v_definition #> '{appeal,file_days}'));
  perform app.notify_role(p_dossier, 'governor', 'late_100');
end;
$$;

revoke execute on function app.definition_of, app.step_named, app.holder_roles, app.local_settings, app.value_or_setting, app.lock_dossier,
  app.refuse_interest, app.require_step_holder, app.enter_step, app.lacking, app.fields_named, app.next_step, app.close_dossier, app.open_silence,
  public.act, public.take_task, public.withdraw from public, anon, authenticated;
grant execute on function app.definition_of, app.step_named, app.holder_roles, app.local_settings, app.value_or_setting to authenticated;
grant execute on function public.act, public.take_task, public.withdraw to authenticated;
