-- Money: an order made from the definition's formula, with the numbers used; one payment; then the hand-over.
--   MONY1  this order is paid or cancelled
select app.say('MONY1', 'Cet ordre de recettes est déjà réglé ou annulé.', 'هذا الأمر بالاستخلاص مؤدى أو ملغى من قبل.');
select app.say('MONY2', 'Choisissez un moyen de paiement ; un chèque ou un virement porte une référence.',
                        'يرجى اختيار وسيلة الأداء؛ ويجب أن يحمل الشيك أو التحويل مرجعا.');

-- Called when the payment step opens. Nothing to pay goes straight to the hand-over.
create or replace function app.order_fees(p_dossier uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier  app.dossier;
  v_fee      jsonb;
  v_total    bigint;
begin
  select * into v_dossier from app.dossier where id = p_dossier;
  v_fee := app.fee_estimate(app.definition_of(p_dossier), jsonb_build_object(
             'answers', app.granted_answers(app.definition_of(p_dossier), v_dossier.answers, app.granted_terms(p_dossier)), 'settings', app.local_settings(p_dossier), 'documents', '{}'::jsonb));
  v_total := coalesce((v_fee ->> 'total')::bigint, 0);
  if v_total = 0 then
    perform app.enter_step(p_dossier, app.next_step(app.step_named(app.definition_of(p_dossier), v_dossier.step)));
    return;
  end if;
  insert into app.fee_order (dossier_id, number, lines, total, quarter, created_at)
  values (p_dossier, app.money_number(v_dossier, 'fee'), v_fee -> 'lines', v_total, lower(app.fee_period(p_dossier)), app.now(v_dossier.commune_id));
  perform app.record(p_dossier, 'fee_ordered', 'system', jsonb_build_object('total', v_total, 'lines', v_fee -> 'lines'));
  perform app.notify_parties(p_dossier, 'to_pay', jsonb_build_object('total', app.amount_text(v_total)));
end;
$$;

-- The quarters a fee runs over, from the first day of the first to the day after the last; null when no fee is due by quarter.
create or replace function app.fee_period(p_dossier uuid) returns daterange
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select daterange(date_trunc('quarter', min((g.granted ->> (f #>> '{period,quarters,0}'))::date))::date,
                     (date_trunc('quarter', max((g.granted ->> (f #>> '{period,quarters,1}'))::date)) + interval '3 months')::date)
      from (select app.definition_of(p_dossier) as definition) as v,
           lateral (select app.granted_answers(v.definition, d.answers, app.granted_terms(d.id)) as granted from app.dossier d where d.id = p_dossier) as g,
           jsonb_array_elements(coalesce(v.definition -> 'fees', '[]')) as f
     where f -> 'period' ? 'quarters' and (not f ? 'only_if' or app.holds_condition(f -> 'only_if', jsonb_build_object('answers', g.granted)))
    having count(*) > 0);
end;
$$;

create or replace function app.money_number(p_dossier app.dossier, p_kind text) returns text
language plpgsql volatile security definer set search_path = '' as $$
begin
  return (
    select format('%s-%s-%s%s', replace(substr(c.code, 4), '.', ''), y.year, case p_kind when 'fee' then 'O' else 'Q' end,
                  lpad(app.next_number(c.id, y.year, p_kind)::text, 6, '0'))
      from app.commune c, lateral (select extract(year from app.today(c.id))::int as year) as y where c.id = p_dossier.commune_id);
end;
$$;

create or replace function public.record_payment(p_fee_order uuid, p_means text, p_reference text default '') returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_order   app.fee_order;
  v_dossier app.dossier;
  v_number  text;
begin
  select * into v_order from app.fee_order where id = p_fee_order;
  v_dossier := app.lock_dossier(v_order.dossier_id);
  if v_dossier.delivered_at is null then
    perform app.require_step_holder(v_dossier, array['payment'], null);
  else  -- a later quarter of a permit already handed over
    perform app.require_role(array['cashier'], v_dossier.commune_id);
    perform app.refuse_interest(v_dossier.id);
  end if;
  if v_order.cancelled_at is not null or exists (select from app.payment y where y.fee_order_id = p_fee_order) then
    perform app.refuse('MONY1');
  end if;
  if p_means is null or p_means not in ('cash', 'cheque', 'transfer', 'card') or (p_means in ('cheque', 'transfer') and trim(coalesce(p_reference, '')) = '') then
    perform app.refuse('MONY2');
  end if;
  v_number := app.money_number(v_dossier, 'payment');
  insert into app.payment (fee_order_id, amount, means, reference, number, cashier_id, at)
  values (p_fee_order, v_order.total, p_means, coalesce(p_reference, ''), v_number, (select auth.uid()), app.now(v_dossier.commune_id));
  perform app.record(v_dossier.id, 'paid', 'cashier', jsonb_build_object('order', v_order.number, 'amount', v_order.total, 'means', p_means, 'number', v_number));
  perform app.request_paper(v_dossier.id, 'payment',
    app.letter(v_dossier.id, 'payment', jsonb_build_object(
      'fr', jsonb_build_object('amount', app.amount_text(v_order.total), 'order_number', v_order.number, 'payment_number', v_number, 'reference', coalesce(p_reference, '')),
      'ar', jsonb_build_object('amount', app.amount_text(v_order.total), 'order_number', v_order.number, 'payment_number', v_number, 'reference', coalesce(p_reference, ''))), '[]')
    || jsonb_build_object('number', v_number,
         'tables', app.fee_table(jsonb_build_object('lines', v_order.lines), app.wording(app.definition_of(v_dossier.id), 'payment'))));
  if v_dossier.delivered_at is null then
    update app.task set closed_at = app.now(v_dossier.commune_id), closed_by = (select auth.uid()), outcome = 'paid'
     where dossier_id = v_dossier.id and closed_at is null;
    perform app.enter_step(v_dossier.id, app.next_step(app.step_named(app.definition_of(v_dossier.id), v_dossier.step)));
  end if;
  return jsonb_build_object('number', v_number);
end;
$$;

revoke execute on function app.order_fees, app.fee_period, app.money_number, public.record_payment from public, anon, authenticated;
grant execute on function public.record_payment to authenticated;
