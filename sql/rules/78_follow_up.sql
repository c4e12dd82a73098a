-- After the hand-over: fees due by quarter, and the reminder before a permit ends. Called by the worker's tick.

-- Every quarter started is due (30-89): one order per quarter, made when the quarter begins, until the permit ends or is revoked.
create or replace function app.order_dues() returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_due   record;
  v_fee   jsonb;
  v_count int := 0;
begin
  for v_due in
    select d as dossier, q.day::date as quarter
      from app.dossier d
      join app.fee_order first on first.dossier_id = d.id and first.quarter is not null and first.cancelled_at is null,
           lateral generate_series(first.quarter + interval '3 months', app.today(d.commune_id), interval '3 months') as q(day)
     where d.state = 'DELIVERED' and d.valid_until >= app.today(d.commune_id)
       and not exists (select from app.fee_order e where e.dossier_id = d.id and e.quarter < first.quarter)
       and not exists (select from app.fee_order o where o.dossier_id = d.id and o.quarter = q.day::date and o.cancelled_at is null)
       and q.day::date <@ app.fee_period(d.id)
     order by q.day limit 100 for update of d skip locked
  loop
    v_fee := app.fee_estimate(app.definition_of((v_due.dossier).id), jsonb_build_object(
               'answers', app.granted_answers(app.definition_of((v_due.dossier).id), (v_due.dossier).answers, app.granted_terms((v_due.dossier).id)),
               'settings', app.local_settings((v_due.dossier).id), 'documents', '{}'::jsonb));
    insert into app.fee_order (dossier_id, number, lines, total, due_at, quarter, created_at)
    values ((v_due.dossier).id, app.money_number(v_due.dossier, 'fee'), v_fee -> 'lines', (v_fee ->> 'total')::bigint, 'quarter', v_due.quarter,
            app.now((v_due.dossier).commune_id));
    perform app.record((v_due.dossier).id, 'fee_ordered', 'system', jsonb_build_object('total', v_fee -> 'total', 'quarter', v_due.quarter, 'lines', v_fee -> 'lines'));
    perform app.notify_parties((v_due.dossier).id, 'to_pay', jsonb_build_object('total', app.amount_text((v_fee ->> 'total')::bigint)));
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;

-- A renewable permit near its end: said once, so many days before as the definition sets.
create or replace function app.remind_renewals() returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier;
  v_count   int := 0;
begin
  for v_dossier in
    select d.* from app.dossier d join app.procedure_version v on v.id = d.version_id
     where d.state = 'DELIVERED' and v.definition #> '{follow_up,renewal_reminder,days}' is not null
       and app.today(d.commune_id) between d.valid_until - (v.definition #>> '{follow_up,renewal_reminder,days}')::int and d.valid_until
       and not exists (select from app.event e where e.dossier_id = d.id and e.kind = 'renewal_reminded')
     limit 100 for update of d skip locked
  loop
    perform app.record(v_dossier.id, 'renewal_reminded', 'system', jsonb_build_object('valid_until', v_dossier.valid_until));
    perform app.notify_parties(v_dossier.id, 'renewal', jsonb_build_object('valid_until', v_dossier.valid_until));
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;

revoke execute on function app.order_dues, app.remind_renewals from public, anon, authenticated;
