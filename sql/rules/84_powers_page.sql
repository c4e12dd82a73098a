-- The page of the register of powers: who holds the pen in a body today and by which act, every act with its history, what the reader
-- may enter. One call. The reason of an absence and the interests are for those who manage the body, and for the person.
--
--   ROLE1  the register of this body is not open to this person

-- Bodies whose register the person reads: where they sign or work, those they manage, and for a governor the province's.
create or replace function app.register_bodies() returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select o.id from app.organisation o left join app.commune c on c.id = o.commune_id
     where o.kind in ('commune', 'province', 'urban_agency', 'operator', 'state_service')
       and (o.commune_id is null or c.is_open)
       and (o.id in (select m.organisation_id from app.membership m
                      where m.person_id = (select auth.uid()) and m.role = any (app.signing_roles() || app.reading_roles())
                        and app.organisation_today(m.organisation_id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date))
            or o.id in (select app.managed_organisations())
            or coalesce(c.province_code, o.province_code) in (
                 select g.province_code from app.membership m join app.organisation g on g.id = m.organisation_id
                  where m.person_id = (select auth.uid()) and m.role = 'governor'
                    and app.organisation_today(g.id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date)));
end;
$$;

-- One line for each holder of a signing function, and one for each office without a holder:
-- {role, person, name, state: holds|deputy|interim|absent|over|vacant, act, until, deputy, order_no, order_date, since, vacancy, delegations, key}
create or replace function app.pens(p_organisation uuid, p_on date) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_body app.organisation;
begin
  select * into v_body from app.organisation where id = p_organisation;
  return (
    select coalesce(jsonb_agg(l.line order by array_position(app.signing_roles(), l.line ->> 'role'), l.line ->> 'state' = 'absent', l.line #>> '{name,fr}'), '[]')
      from (
        select jsonb_build_object('role', h.role, 'person', h.person_id, 'name', app.display_name(h.person_id),
                 'state', case when m.mandate is not null then replace(m.mandate ->> 'kind', 'titular', 'holds') when (a.away).id is not null then 'absent' else 'over' end,
                 'act', m.mandate -> 'act', 'until', coalesce(m.mandate ->> 'valid_to', (a.away).valid_to::text),
                 'deputy', app.display_name((a.away).deputy_id), 'order_no', (a.away).order_no, 'order_date', (a.away).order_date,
                 'delegations', case when h.role = 'delegate' then (
                     select coalesce(jsonb_agg(jsonb_build_object('id', u.g_id, 'order_no', u.order_no, 'order_date', u.order_date, 'procedures', u.procedures,
                              'valid_to', u.valid_to, 'stands', u.stands) order by u.valid_to), '[]')
                       from (select g.id as g_id, g.order_no, g.order_date, g.procedures, g.valid_to, app.delegation_stands(g) as stands
                               from app.delegation g where g.commune_id = v_body.commune_id and g.delegate_id = h.person_id and g.revoked_at is null
                                and app.now(g.commune_id) >= g.valid_from and app.now(g.commune_id) < g.valid_to) as u) end,
                 'key', (select jsonb_build_object('id', k.id, 'expires_at', k.expires_at, 'certified', k.certificate_pem is not null)
                           from app.signing_key k where k.person_id = h.person_id and k.revoked_at is null order by k.created_at desc limit 1)) as line
          from (select distinct x.person_id, x.role from app.membership x
                 where x.organisation_id = p_organisation and x.role = any (app.signing_roles())
                   and p_on between x.valid_from and coalesce(x.valid_to, 'infinity'::date)) as h,
               lateral (select app.mandate_of(h.role, p_organisation, h.person_id, p_on) as mandate) as m,
               lateral (select app.absence_on(h.role, p_organisation, h.person_id, p_on) as away) as a
        union all
        select jsonb_build_object('role', w.role, 'state', 'vacant', 'since', v.since, 'vacancy', v.id, 'cause', v.cause, 'deputy', app.display_name(v.acting_id))
          from (select case v_body.kind when 'commune' then 'president' when 'province' then 'governor' end as role) as w
          left join app.vacancy v on v.organisation_id = p_organisation and v.role = w.role and v.until is null
         where w.role is not null and not exists (select from app.titulars(w.role, p_organisation, p_on))
      ) as l);
end;
$$;

-- Every act of a body, latest first: {kind: function|delegation|absence|vacancy|interest|certificate, id, role, person, other, order_no,
-- order_date, from, to, state, procedures, detail, may_end}. p_manages: the reader manages the body.
create or replace function app.register_lines(p_organisation uuid, p_manages boolean) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_me   uuid := (select auth.uid());
  v_body app.organisation;
  v_on   date := app.organisation_today(p_organisation);
  v_now  timestamptz;
begin
  select * into v_body from app.organisation where id = p_organisation;
  v_now := app.now(v_body.commune_id);
  return (
    select coalesce(jsonb_agg(to_jsonb(l) - 'person_id' - 'other_id' || jsonb_build_object('person', app.display_name(l.person_id), 'other', app.display_name(l.other_id))
                              order by l.from_day desc, l.kind, l.id), '[]')
      from (
        (select 'function' as kind, m.id, m.role, m.person_id, null::uuid as other_id, null as order_no, null::date as order_date, m.valid_from as from_day, m.valid_to as to_day,
               case when v_on < m.valid_from then 'coming' when v_on > coalesce(m.valid_to, 'infinity'::date) then 'over' else 'in_force' end as state,
               null::text[] as procedures, '' as detail, false as may_end
          from app.membership m
         where m.organisation_id = p_organisation and m.role in ('president', 'governor') and m.absence_id is null and m.vacancy_id is null)
        union all
        (select 'delegation', g.id, 'delegate', g.delegate_id, g.given_by, g.order_no, g.order_date, (g.valid_from at time zone 'Africa/Casablanca')::date,
               (coalesce(least(g.revoked_at, g.valid_to), g.valid_to) at time zone 'Africa/Casablanca')::date,
               case when g.revoked_at is not null then 'revoked' when v_now < g.valid_from then 'coming' when v_now >= g.valid_to then 'over'
                    when app.delegation_stands(g) then 'in_force' else 'fallen' end,
               g.procedures, '', p_manages and g.revoked_at is null and v_now < g.valid_to
          from app.delegation g where v_body.kind = 'commune' and g.commune_id = v_body.commune_id order by g.valid_from desc limit 300)
        union all
        (select 'absence', a.id, a.role, a.person_id, a.deputy_id, a.order_no, a.order_date, a.valid_from,
               coalesce(least((a.ended_at at time zone 'Africa/Casablanca')::date, a.valid_to), a.valid_to),
               case when a.ended_at is not null then 'ended' when v_on < a.valid_from then 'coming' when v_on > a.valid_to then 'over' else 'in_force' end,
               null, case when p_manages or v_me = a.person_id then a.reason else '' end,
               a.ended_at is null and v_on <= a.valid_to and app.may_record_absence(p_organisation, a.role, a.person_id)
          from app.absence a where a.organisation_id = p_organisation order by a.valid_from desc limit 300)
        union all
        (select 'vacancy', v.id, v.role, v.last_holder_id, v.acting_id, v.order_no, v.order_date, v.since, v.until,
               case when v.until is null then 'in_force' else 'over' end, null, v.cause || coalesce(':' || nullif(v.acting_text, ''), ''), false
          from app.vacancy v where v.organisation_id = p_organisation)
        union all
        (select 'interest', i.dossier_id, null, i.person_id, i.declared_by, d.number, null, (i.declared_at at time zone 'Africa/Casablanca')::date, null,
               case when d.closed_at is null then 'in_force' else 'over' end, null, i.reason, false
          from app.declared_interest i join app.dossier d on d.id = i.dossier_id
         where v_body.kind = 'commune' and d.commune_id = v_body.commune_id and (p_manages or i.person_id = v_me)
         order by i.declared_at desc limit 200)
        union all
        (select 'certificate', k.id, null, k.person_id, k.revoked_by, null, null, (k.created_at at time zone 'Africa/Casablanca')::date,
               (least(k.revoked_at, k.expires_at) at time zone 'Africa/Casablanca')::date,
               case when k.revoked_at is not null then 'revoked' when k.certificate_pem is null then 'asked' when k.expires_at <= now() then 'over'
                    when k.expires_at <= now() + interval '60 days' then 'expiring' else 'in_force' end,
               null, coalesce(k.revoked_why, ''), k.revoked_at is null and (p_manages or k.person_id = v_me)
          from app.signing_key k
         where k.organisation_id = p_organisation
            or (k.organisation_id is null and exists (select from app.membership m where m.person_id = k.person_id and m.organisation_id = p_organisation
                                                        and m.role = any (app.signing_roles())))
         order by k.created_at desc limit 300)
      ) as l);
end;
$$;

create or replace function public.powers_page(p_organisation uuid default null) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_bodies  uuid[] := array(select app.register_bodies());
  v_all     jsonb;
  v_id      uuid := p_organisation;
  v_body    app.organisation;
  v_on      date;
  v_manages boolean;
  v_recuses boolean;
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  end if;
  -- A vacant office first, then one's own.
  select coalesce(jsonb_agg(b.line order by b.vacant desc, b.mine desc, b.kind, b.name_fr), '[]') into v_all
    from (select o.kind, o.name_fr, exists (select from app.vacancy v where v.organisation_id = o.id and v.until is null) as vacant,
                 exists (select from app.membership m where m.organisation_id = o.id and m.person_id = (select auth.uid())) as mine,
                 jsonb_build_object('id', o.id, 'kind', o.kind, 'name_fr', o.name_fr, 'name_ar', o.name_ar, 'commune_id', o.commune_id,
                   'vacant', exists (select from app.vacancy v where v.organisation_id = o.id and v.until is null)) as line
            from app.organisation o where o.id = any (v_bodies) limit 900) as b;
  v_id := coalesce(v_id, (v_all #>> '{0,id}')::uuid);
  if v_id is null or not v_id = any (v_bodies) then
    perform app.refuse('ROLE1');
  end if;
  select * into v_body from app.organisation where id = v_id;
  v_on := app.organisation_today(v_id);
  v_manages := app.manager_role(v_id) is not null;
  v_recuses := v_body.kind = 'commune' and (app.holds('president', v_body.commune_id) or app.holds('administrator', v_body.commune_id));
  return jsonb_build_object(
    'organisations', v_all, 'organisation', v_id, 'today', v_on,
    'pens', app.pens(v_id, v_on),
    'register', app.register_lines(v_id, v_manages),
    'may', jsonb_build_object('delegate', v_recuses, 'absence', v_manages, 'vacancy', v_body.kind in ('commune', 'province') and app.may_declare_vacancy(v_id), 'recuse', v_recuses),
    -- Functions of the reader here, whose own absence they may write down.
    'mine', (select coalesce(jsonb_agg(distinct m.role), '[]') from app.membership m
              where m.organisation_id = v_id and m.person_id = (select auth.uid()) and m.role = any (app.signing_roles())
                and app.may_record_absence(v_id, m.role, m.person_id)),
    'me', (select auth.uid()),
    'people', (select coalesce(jsonb_agg(jsonb_build_object('id', x.person_id, 'name', app.display_name(x.person_id), 'roles', x.roles,
                        'waiting', (select count(*) from app.paper p join app.decision d on d.id = p.decision_id join app.dossier s on s.id = p.dossier_id
                                     where d.power ->> 'person' = x.person_id::text and p.needs = 'signature' and p.state in ('requested', 'ready')
                                       and (v_body.commune_id is null or s.commune_id = v_body.commune_id))) order by app.display_name(x.person_id) ->> 'fr'), '[]')
                 from (select m.person_id, array_agg(distinct m.role) as roles from app.membership m
                        where m.organisation_id = v_id and m.absence_id is null and m.vacancy_id is null
                          and v_on between m.valid_from and coalesce(m.valid_to, 'infinity'::date)
                        group by m.person_id limit 300) as x),
    'recusable', case when v_recuses then (
       select coalesce(jsonb_agg(jsonb_build_object('id', x.person_id, 'name', app.display_name(x.person_id), 'role', x.role) order by app.display_name(x.person_id) ->> 'fr'), '[]')
         from (select distinct on (m.person_id) m.person_id, m.role
                 from app.commune c join app.organisation o on o.commune_id = c.id or (o.commune_id is null and o.province_code = c.province_code)
                 join app.membership m on m.organisation_id = o.id and m.role not in ('company_member', 'architect', 'administrator')
                where c.id = v_body.commune_id and v_on between m.valid_from and coalesce(m.valid_to, 'infinity'::date)
                order by m.person_id, m.role limit 300) as x) else '[]' end,
    'procedures', (select coalesce(jsonb_agg(distinct jsonb_build_object('code', v.procedure_code, 'title', v.definition -> 'title')), '[]')
                     from app.commune_procedure cp join app.procedure_version v on v.id = cp.version_id where cp.commune_id = v_body.commune_id));
end;
$$;

revoke execute on function app.register_bodies, app.pens, app.register_lines, public.powers_page from public, anon, authenticated;
grant execute on function public.powers_page to authenticated;
