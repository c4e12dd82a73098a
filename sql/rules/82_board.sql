-- Screens that look at many dossiers: the governor's board, the home page, the cashier's orders, copies received, permits to inspect.
--
--   ROLE1  the board is the governor's office's      SIGN1  sign in first

-- Per commune of the province: open dossiers by band, silence, and what was decided in the last 90 days; then who is late.
create or replace function public.governor_board(p_province text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_communes uuid[];
  v_today    date;
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  end if;
  v_communes := array(select c.id from app.commune c
                       where c.id in (select app.my_communes(array['governor'])) and (p_province is null or c.province_code = p_province)
                         and (c.is_open or exists (select from app.commune_procedure cp where cp.commune_id = c.id)));
  if cardinality(v_communes) = 0 then
    perform app.refuse('ROLE1');
  end if;
  -- The province's day is that of most of its communes: one in training may live in another.
  select mode() within group (order by app.today(c.id)) into v_today from unnest(v_communes) as c (id);
  return (
    with places as materialized (
      select c.id, app.today(c.id) as today from unnest(v_communes) as c (id)
    ), waiting as materialized (
      select d.id, d.commune_id, d.legal_end, d.silence_on, d.procedure_code, d.step, d.version_id, p.today - d.legal_end as late_by, p.today,
             app.deadline_band(d.state, d.legal_end, d.closed_at, p.today) as band
        from app.dossier d join places p on p.id = d.commune_id
       where d.commune_id = any (v_communes) and d.closed_at is null and d.state <> 'DRAFT'
    ), decided as materialized (
      select d.commune_id, count(*) as decided, count(*) filter (where d.decided_on > d.legal_end) as after_the_end,
             percentile_cont(0.5) within group (order by d.decided_on - d.complete_on) as median_days
        from (select d.commune_id, (d.decided_at at time zone 'Africa/Casablanca')::date as decided_on, d.legal_end, d.complete_on
               from app.dossier d
              where d.commune_id = any (v_communes) and d.closed_at is not null and d.state <> 'DRAFT' and d.decided_at is not null
                and d.closed_at >= (v_today - 90)::timestamp at time zone 'Africa/Casablanca' and d.complete_on is not null) as d
       group by d.commune_id
    ), communes as (
      select c.id, c.code, c.name_fr, c.name_ar, c.kind, c.lat, c.lon,
             count(w.id) as open, count(*) filter (where w.band = 'late') as late, count(*) filter (where w.band = 'today') as today,
             count(*) filter (where w.band = 'this_week') as this_week, count(*) filter (where w.band = 'later') as later,
             count(*) filter (where w.band = 'waiting') as waiting, count(w.silence_on) as silence,
             max(w.late_by) filter (where w.band = 'late') as oldest_late
        from app.commune c left join waiting w on w.commune_id = c.id
       where c.id = any (v_communes) group by c.id
    )
    select jsonb_build_object(
      'today', v_today,
      'waiting', app.governor_waiting(v_communes),
      'provinces', (select jsonb_agg(jsonb_build_object('code', p.code, 'name_fr', p.name_fr, 'name_ar', p.name_ar) order by p.name_fr)
                      from app.province p where p.code in (select c.province_code from app.commune c where c.id = any (v_communes))),
      'communes', (select jsonb_agg(to_jsonb(c) || jsonb_build_object('decided', coalesce(x.decided, 0), 'after_the_end', coalesce(x.after_the_end, 0), 'median_days', x.median_days)
                                    order by c.late desc, c.this_week + c.today desc, c.open desc, c.name_fr)
                     from communes c left join decided x on x.commune_id = c.id),
      'vacancies', (select coalesce(jsonb_agg(jsonb_build_object('id', v.id, 'organisation', o.id, 'since', v.since, 'acting', app.display_name(v.acting_id),
                             'commune', jsonb_build_object('fr', c.name_fr, 'ar', c.name_ar)) order by v.since), '[]')
                      from app.vacancy v join app.organisation o on o.id = v.organisation_id join app.commune c on c.id = o.commune_id
                     where c.id = any (v_communes) and v.until is null),
      'late_by_holder', (select coalesce(jsonb_agg(jsonb_build_object('role', h.role, 'late', h.late) order by h.late desc, h.role), '[]')
                           from (select t.role, count(distinct t.dossier_id) as late
                                   from app.task t join waiting w on w.id = t.dossier_id and w.band = 'late'
                                  where t.commune_id = any (v_communes) and t.closed_at is null group by t.role) as h),
      'overdue_tasks', (select coalesce(jsonb_agg(jsonb_build_object('role', h.role, 'late', h.late) order by h.late desc, h.role), '[]')
                          from (select t.role, count(*) as late from app.task t join waiting w on w.id = t.dossier_id and w.band not in ('waiting', 'done')
                                 where t.commune_id = any (v_communes) and t.closed_at is null and t.due_on < w.today group by t.role) as h)));
end;
$$;

-- Outlines of the communes on the board's map: indicative polygons (GeoJSON).
create or replace function public.commune_outlines(p_province text) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_object_agg(c.id, c.boundary), '{}') from app.commune c where c.province_code = p_province and c.boundary is not null;
$$;

-- The home page of whoever is signed in: {communes: [{.., mine, bands}], copies, orders, papers, applicant: {drafts, open, asked}}.
-- A person of many communes (the province) gets one line for all of them.
create or replace function public.home() returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_communes uuid[] := array(select app.my_staff_communes());
  v_staff    jsonb := '[]';
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  end if;
  if cardinality(v_communes) between 1 and 5 then
    select jsonb_agg(jsonb_build_object('id', c.id, 'name_fr', c.name_fr, 'name_ar', c.name_ar, 'bands', q.page -> 'bands', 'mine', m.page -> 'total') order by c.name_fr)
      into v_staff
      from app.commune c, lateral (select public.queue(c.id, '{}', 1) as page) as q, lateral (select public.queue(c.id, '{"holder": "me"}', 1) as page) as m
     where c.id = any (v_communes);
  elsif cardinality(v_communes) > 5 then
    v_staff := jsonb_build_array(jsonb_build_object('id', null, 'name_fr', '', 'name_ar', '', 'bands', public.queue(null, '{}', 1) -> 'bands', 'mine', 0));
  end if;
  return jsonb_build_object(
    'communes', v_staff,
    'copies', case when cardinality(v_communes) > 0 then public.copies_received(true, 1) -> 'unseen' else '0'::jsonb end,
    'orders', case when cardinality(v_communes) > 0 then jsonb_array_length(public.orders_to_collect()) else 0 end,
    'applicant', (select jsonb_build_object('drafts', count(*) filter (where d.state = 'DRAFT'), 'open', count(*) filter (where d.state <> 'DRAFT' and d.closed_at is null),
                            'asked', count(*) filter (where d.complete_by is not null and d.closed_at is null))
                    from app.dossier d where d.id in (select p.dossier_id from app.party p where p.person_id = (select auth.uid()))));
end;
$$;

-- Orders of revenue that wait for the cashier, oldest first, each with its formula and the numbers used.
create or replace function public.orders_to_collect(p_commune uuid default null, p_text text default '') returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(o.line order by o.created_at), '[]')
    from (select f.created_at, jsonb_build_object('id', f.id, 'number', f.number, 'lines', f.lines, 'total', f.total, 'created_at', f.created_at,
                   'dossier', d.id, 'dossier_number', d.number, 'owner_name', d.owner_name, 'title', d.title, 'procedure_title', v.definition -> 'title') as line
            from app.dossier d
            join app.fee_order f on f.dossier_id = d.id and f.cancelled_at is null
            join app.procedure_version v on v.id = d.version_id
           where d.commune_id in (select app.my_communes(array['cashier'])) and (p_commune is null or d.commune_id = p_commune)
             and d.state = 'APPROVED_PENDING_FEES' and d.search like all (app.search_patterns(p_text))
             and not exists (select from app.payment y where y.fee_order_id = f.id)
           order by f.created_at limit 500) as o;
$$;

-- What the cashier took on one day: the lines of the daily statement, with the receipt of each.
create or replace function public.payments_of_day(p_commune uuid, p_day date default null) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('number', y.number, 'order_number', f.number, 'amount', y.amount, 'means', y.means, 'reference', y.reference, 'at', y.at,
           'dossier', d.id, 'dossier_number', d.number, 'owner_name', d.owner_name, 'by', app.name_of(y.cashier_id),
           'receipt', (select p.storage_path from app.paper p where p.dossier_id = d.id and p.kind = 'payment' and p.number = y.number and p.state = 'published')) order by y.at), '[]')
    from (select x.* from app.payment x join app.fee_order o on o.id = x.fee_order_id join app.dossier w on w.id = o.dossier_id
           where p_commune in (select app.my_communes(array['cashier', 'president', 'governor'])) and w.commune_id = p_commune) as y
    join app.fee_order f on f.id = y.fee_order_id
    join app.dossier d on d.id = f.dossier_id
   where (y.at at time zone 'Africa/Casablanca')::date = coalesce(p_day, app.today(p_commune));
$$;

-- Copies that the law owes to the bodies in which the person sits: {unseen, rows, next}. Definer, because the rows of one body lie
-- over many communes; its condition is the same as the policy's: sent, and addressed to a role held in that commune today.
create or replace function public.copies_received(p_unseen_only boolean default true, p_limit int default 50, p_after jsonb default null) returns jsonb
language sql stable security definer set search_path = '' as $$
  with mine as materialized (
    select distinct m.role, c.id as commune_id
      from (select distinct x.role from app.membership x where x.person_id = (select auth.uid())) as m, lateral app.my_communes(array[m.role]) as c(id)
  ), copies as materialized (
    select s.id, s.dossier_id, s.paper_id, s.recipient, s.due_on, s.article, s.sent_at, s.seen_at, s.seen_by, d.number, d.owner_name, d.title, d.commune_id, d.version_id
      from mine m join app.dossier d on d.commune_id = m.commune_id join app.copy_sent s on s.dossier_id = d.id and s.recipient = m.role
     where s.sent_at is not null
  ), page as (
    select * from copies c
     where (not p_unseen_only or c.seen_at is null) and (p_after is null or (c.sent_at, c.id) < ((p_after ->> 'key')::timestamptz, (p_after ->> 'id')::uuid))
     order by c.sent_at desc, c.id desc limit least(p_limit, 1000)
  )
  select jsonb_build_object(
    'unseen', (select count(*) from copies c where c.seen_at is null),
    'rows', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'dossier', c.dossier_id, 'dossier_number', c.number, 'owner_name', c.owner_name, 'title', c.title,
                      'commune_fr', k.name_fr, 'commune_ar', k.name_ar, 'procedure_title', v.definition -> 'title', 'recipient', c.recipient, 'due_on', c.due_on, 'law', app.article_text(v.definition, c.article),
                      'sent_at', c.sent_at, 'late', (c.sent_at at time zone 'Africa/Casablanca')::date > c.due_on, 'seen_at', c.seen_at, 'seen_by', app.name_of(c.seen_by),
                      'paper', p.kind, 'paper_number', p.number, 'path', p.storage_path) order by c.sent_at desc, c.id desc), '[]')
               from page c join app.commune k on k.id = c.commune_id join app.procedure_version v on v.id = c.version_id left join app.paper p on p.id = c.paper_id),
    'next', (select case when count(*) = least(p_limit, 1000) then jsonb_build_object('key', min(c.sent_at), 'id', (array_agg(c.id order by c.sent_at, c.id))[1]) end from page c));
$$;

-- Delivered permits that an inspector may check on the spot, the longest unchecked first; only procedures that plan such checks.
create or replace function public.permits_to_inspect(p_commune uuid default null, p_text text default '') returns jsonb
language sql stable security invoker set search_path = '' as $$
  with versions as materialized (
    select v.id, v.definition -> 'title' as title, v.definition #> '{follow_up,inspection}' as plan
      from app.procedure_version v where v.definition #> '{follow_up,inspection}' is not null
  )
  select coalesce(jsonb_agg(p.line order by p.last_at nulls first, p.delivered_at), '[]')
    from (select d.delivered_at, n.at as last_at, jsonb_build_object('dossier', d.id, 'number', d.number, 'owner_name', d.owner_name, 'title', d.title, 'state', d.state,
                   'procedure_title', v.title, 'valid_until', d.valid_until, 'delivered_at', d.delivered_at, 'last_at', n.at, 'last_finding', n.finding,
                   'due', n.at is null or n.at < now() - make_interval(months => (v.plan ->> 'every_months')::int)) as line
            from app.dossier d
            join versions v on v.id = d.version_id
            left join lateral (select i.at, i.finding from app.inspection i where i.dossier_id = d.id order by i.at desc limit 1) as n on true
           where d.commune_id in (select app.my_communes(array['inspector'])) and (p_commune is null or d.commune_id = p_commune)
             and d.state in ('DELIVERED', 'LAPSED', 'REVOKED') and d.search like all (app.search_patterns(p_text))
           order by n.at nulls first, d.delivered_at limit 200) as p;
$$;

revoke execute on function public.governor_board, public.commune_outlines, public.home, public.orders_to_collect, public.payments_of_day, public.copies_received,
  public.permits_to_inspect from public, anon, authenticated;
grant execute on function public.governor_board, public.commune_outlines, public.home, public.orders_to_collect, public.payments_of_day, public.copies_received,
  public.permits_to_inspect to authenticated;
