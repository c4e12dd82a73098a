-- Opinions of the services consulted in parallel, with a deadline and a join. Silence of a service lets the file go on.
--   OPIN1  reasons (and an article, when unfavourable) are missing
select app.say('OPIN1', 'Motivez cet avis ; un avis défavorable cite aussi l''article qui le fonde.',
                        'يرجى تعليل هذا الرأي؛ ويجب أن يستند الرأي غير الموافق إلى مادة قانونية.');

create or replace function public.give_opinion(p_task uuid, p_outcome text, p_reasons text default '', p_article text default '',
                                               p_measured jsonb default '{}') returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_task    app.task;
  v_dossier app.dossier;
begin
  select * into v_task from app.task where id = p_task;
  v_dossier := app.lock_dossier(v_task.dossier_id);
  select * into v_task from app.task where id = p_task;
  if v_task.closed_at is not null or v_dossier.step is distinct from v_task.step
     or app.step_named(app.definition_of(v_dossier.id), v_task.step) ->> 'kind' <> 'opinions' then
    perform app.refuse('MOVE1');
  end if;
  perform app.require_role(array[v_task.role], v_task.commune_id);
  perform app.refuse_interest(v_dossier.id);
  if p_outcome is null or p_outcome not in ('favourable', 'with_reservations', 'unfavourable', 'not_concerned')
     or (p_outcome in ('with_reservations', 'unfavourable') and trim(coalesce(p_reasons, '')) = '')
     or (p_outcome = 'unfavourable' and trim(coalesce(p_article, '')) = '') then
    perform app.refuse('OPIN1');
  end if;
  perform app.refuse_long(p_reasons, p_article);
  perform app.refuse_other_form(coalesce(p_measured, '{}'), 'object');
  insert into app.opinion (dossier_id, task_id, role, outcome, reasons, article, measured, author_id, at)
  values (v_dossier.id, p_task, v_task.role, p_outcome, coalesce(p_reasons, ''), coalesce(p_article, ''), coalesce(p_measured, '{}'),
          (select auth.uid()), app.now(v_dossier.commune_id));
  update app.task set closed_at = app.now(v_dossier.commune_id), closed_by = (select auth.uid()), outcome = p_outcome where id = p_task;
  perform app.record(v_dossier.id, 'opinion', v_task.role, jsonb_build_object('task', p_task, 'outcome', p_outcome, 'reasons', p_reasons,
            'article', p_article, 'measured', p_measured));
  return jsonb_build_object('joined', app.join_opinions(v_dossier.id));
end;
$$;

-- Goes on to the next step when everybody has answered, or when the deadline of the step has passed.
create or replace function app.join_opinions(p_dossier uuid) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier;
  v_step    jsonb;
begin
  select * into v_dossier from app.dossier where id = p_dossier for update;
  v_step := app.step_named(app.definition_of(p_dossier), v_dossier.step);
  if v_step ->> 'kind' is distinct from 'opinions' or v_dossier.closed_at is not null
     or exists (select from app.task t where t.dossier_id = p_dossier and t.step = v_dossier.step and t.closed_at is null
                  and (t.due_on is null or t.due_on >= app.today(v_dossier.commune_id))) then
    return false;
  end if;
  update app.task set closed_at = app.now(v_dossier.commune_id), outcome = 'silent' where dossier_id = p_dossier and closed_at is null;
  perform app.record(p_dossier, 'opinions_joined', 'system', jsonb_build_object('silent',
    (select coalesce(jsonb_agg(t.role order by t.role), '[]') from app.task t where t.dossier_id = p_dossier and t.step = v_dossier.step and t.outcome = 'silent')));
  perform app.enter_step(p_dossier, app.next_step(v_step));
  return true;
end;
$$;

-- The worker's tick: steps whose deadline passed with services silent.
create or replace function app.join_opinions_due() returns int
language plpgsql volatile security definer set search_path = '' as $$
begin
  return (
    select count(*) filter (where app.join_opinions(d.id))::int
      from (select distinct t.dossier_id as id
              from app.task t
              join app.dossier w on w.id = t.dossier_id and w.step = t.step and w.state <> 'COMPLEMENT_REQUESTED'
             where t.closed_at is null and t.due_on < app.today(t.commune_id)) as d);
end;
$$;

-- An unfavourable opinion whose word blocks a grant: of a service, under this procedure and this commune's setting; of the committee's
-- binding member, in the running round.
create or replace function app.blocking_opinion(p_dossier uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select b.role from app.seats_of(p_dossier) b join app.opinion o on o.seat_id = b.id
     where b.is_binding and o.state = 'given' and o.outcome = 'unfavourable'
    union all
    select o.role
      from app.opinion o
      join app.task t on t.id = o.task_id,
           lateral (select app.step_named(app.definition_of(p_dossier), t.step) as step) as s
     where o.dossier_id = p_dossier and o.outcome = 'unfavourable'
       and (app.value_or_setting(s.step #> '{join,one_unfavourable_blocks}', app.local_settings(p_dossier)) = 'true'
            or coalesce(s.step #> '{join,binding}', '[]') ? o.role)
     limit 1);
end;
$$;

revoke execute on function public.give_opinion, app.join_opinions, app.join_opinions_due, app.blocking_opinion from public, anon, authenticated;
grant execute on function public.give_opinion to authenticated;
