-- Telling the applicant the decision (RGC art. 44): online to whoever has the dossier in their space, otherwise by a proof that the counter
-- records. Appeals run from it. The days for it are the definition's (notification).
--
--   MOVE1  nothing waits to be notified      LACK2  the proof is missing

-- Signed acts: parties with an account read them at once; for the others the act waits for its proof.
create or replace function app.notify_decision(p_decision uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_decision app.decision;
  v_now      timestamptz;
begin
  select * into v_decision from app.decision where id = p_decision;
  v_now := app.paper_now(v_decision.dossier_id);
  update app.decision set signed_at = v_now where id = p_decision;
  if exists (select from app.party p where p.dossier_id = v_decision.dossier_id) then
    update app.decision set notified_at = v_now, notified_how = 'online' where id = p_decision;
  else
    perform app.notify_role(v_decision.dossier_id, 'clerk', 'to_notify', jsonb_build_object('due_on', app.notify_by(v_decision.dossier_id, v_now)));
  end if;
end;
$$;

-- The last day for telling, or null when the definition has none.
create or replace function app.notify_by(p_dossier uuid, p_signed_at timestamptz) returns date
language plpgsql stable security definer set search_path = '' as $$
declare
  v_rule jsonb := app.definition_of(p_dossier) -> 'notification';
begin
  return case when v_rule is not null and p_signed_at is not null
              then app.add_days((p_signed_at at time zone 'Africa/Casablanca')::date, (v_rule ->> 'days')::int, v_rule ->> 'counted') end;
end;
$$;

-- Whoever takes a dossier into their space reads there what was decided.
create or replace function app.notify_by_claim(p_dossier uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  update app.decision set notified_at = app.paper_now(p_dossier), notified_how = 'online'
   where dossier_id = p_dossier and signed_at is not null and notified_at is null;
  if found then
    perform app.record(p_dossier, 'decision_notified', 'applicant', jsonb_build_object('how', 'online'));
  end if;
end;
$$;

-- p_how: registered_letter or hand; p_day never in the future, never before the signature.
create or replace function public.record_notification(p_decision uuid, p_how text, p_day date default null) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_decision app.decision;
  v_dossier  app.dossier;
  v_role     text;
  v_told     timestamptz;
begin
  select * into v_decision from app.decision where id = p_decision;
  v_dossier := app.lock_dossier(v_decision.dossier_id);
  v_role := app.require_role(array['clerk', 'instructor'], v_dossier.commune_id);
  perform app.refuse_interest(v_dossier.id);
  select * into v_decision from app.decision where id = p_decision;
  if v_decision.signed_at is null or v_decision.notified_at is not null then
    perform app.refuse('MOVE1');
  end if;
  if p_how is null or p_how not in ('registered_letter', 'hand') then
    perform app.refuse('LACK2');
  end if;
  perform app.refuse_days(p_day);
  v_told := app.now(v_dossier.commune_id);
  v_told := greatest(least(coalesce((p_day + time '12:00') at time zone 'Africa/Casablanca', v_told), v_told), v_decision.signed_at);
  update app.decision set notified_at = v_told, notified_how = p_how where id = p_decision;
  perform app.record(v_dossier.id, 'decision_notified', v_role, jsonb_build_object('decision', p_decision, 'how', p_how, 'at', v_told));
end;
$$;

revoke execute on function app.notify_decision, app.notify_by, app.notify_by_claim, public.record_notification from public, anon, authenticated;
grant execute on function public.record_notification to authenticated;
