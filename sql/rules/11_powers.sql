-- What a person holds today, asked by every policy and every act. Memberships are dated; a delegation of signature is
-- asked at the minute of signing (67_signatures.sql).

-- The signed-in person, or null. Wrapped so that plans evaluate it once.
create or replace function app.me() returns uuid
language plpgsql stable set search_path = '' as $$
begin
  return auth.uid();
end;
$$;

-- Communes in which the person holds one of the roles today: through an office of the commune, of its province, or a national one.
-- Nearly every policy asks it. PL/pgSQL, because the connection keeps its plan; one branch per kind of office, so that a person of
-- one commune costs one lookup and not a look at every commune of the country.
create or replace function app.my_communes(p_roles text[]) returns setof uuid
language plpgsql stable security definer rows 10 set search_path = '' as $$
begin
  return query
    select c.id
      from app.membership m
      join app.organisation o on o.id = m.organisation_id
     cross join lateral (
           select x.id, x.clock_offset from app.commune x where x.id = o.commune_id
           union all
           select x.id, x.clock_offset from app.commune x where o.commune_id is null and x.province_code = o.province_code
           union all
           select x.id, x.clock_offset from app.commune x where o.kind = 'national') as c
     where m.person_id = (select auth.uid())
       and m.role = any (p_roles)
       and ((now() + c.clock_offset) at time zone 'Africa/Casablanca')::date between m.valid_from and coalesce(m.valid_to, 'infinity'::date);
end;
$$;

create or replace function app.holds(p_role text, p_commune uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select
      from app.membership m
      join app.organisation o on o.id = m.organisation_id
      join app.commune c on c.id = p_commune
     where m.person_id = (select auth.uid())
       and m.role = p_role
       and (o.commune_id = c.id or (o.commune_id is null and o.province_code = c.province_code) or o.kind = 'national')
       and ((now() + c.clock_offset) at time zone 'Africa/Casablanca')::date between m.valid_from and coalesce(m.valid_to, 'infinity'::date));
end;
$$;

-- The first of the roles that the person holds in the commune; refuses when none.
create or replace function app.require_role(p_roles text[], p_commune uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_role text;
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  end if;
  foreach v_role in array p_roles loop
    if app.holds(v_role, p_commune) then
      return v_role;
    end if;
  end loop;
  perform app.refuse('ROLE1');
end;
$$;

-- A national or provincial office decides on reference data (holidays, procedures of its level).
create or replace function app.holds_nationally(p_role text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from app.membership m join app.organisation o on o.id = m.organisation_id
     where m.person_id = (select auth.uid()) and m.role = p_role and o.kind = 'national'
       and app.today(null) between m.valid_from and coalesce(m.valid_to, 'infinity'::date));
end;
$$;

create or replace function app.is_worker() returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return app.holds_nationally('worker');
end;
$$;

create or replace function app.require_worker() returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if not app.is_worker() then
    perform app.refuse('ROLE1');
  end if;
end;
$$;

-- Roles that read a filed dossier of their commune. Consulted services read it while, or after, they hold a task on it.
create or replace function app.reading_roles() returns text[]
language plpgsql immutable set search_path = '' as $$
begin
  return array['clerk', 'instructor', 'president', 'delegate', 'cashier', 'inspector', 'governor', 'administrator'];
end;
$$;

create or replace function app.is_party(p_dossier uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (select from app.party where dossier_id = p_dossier and person_id = (select auth.uid()));
end;
$$;

create or replace function app.has_task(p_dossier uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (select from app.task t where t.dossier_id = p_dossier and app.holds(t.role, t.commune_id))
      or exists (select from app.copy_sent s join app.dossier d on d.id = s.dossier_id
                  where s.dossier_id = p_dossier and s.sent_at is not null and app.holds(s.recipient, d.commune_id));
end;
$$;

create or replace function app.can_read(p_dossier uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from app.dossier d
     where d.id = p_dossier
       and ( exists (select from app.party p where p.dossier_id = d.id and p.person_id = (select auth.uid()))
          or (d.state = 'DRAFT' and d.channel <> 'online' and d.filed_by = (select auth.uid()) and app.holds('clerk', d.commune_id))
          or (d.state <> 'DRAFT' and (d.commune_id in (select app.my_communes(app.reading_roles())) or app.has_task(d.id)))
          or app.is_worker()));
end;
$$;

-- Staff of the file: they see identity papers (logged), internal threads and notes. The applicant's side never does.
create or replace function app.is_staff_of(p_dossier uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from app.dossier d
     where d.id = p_dossier and d.state <> 'DRAFT'
       and (d.commune_id in (select app.my_communes(array['clerk', 'instructor', 'president', 'delegate', 'administrator']))));
end;
$$;

revoke execute on function app.me, app.my_communes, app.holds, app.require_role, app.holds_nationally, app.is_worker, app.require_worker,
  app.reading_roles, app.is_party, app.has_task, app.can_read, app.is_staff_of from public, anon, authenticated;
grant execute on function app.me, app.my_communes, app.holds, app.require_role, app.holds_nationally, app.is_worker, app.reading_roles,
  app.is_party, app.has_task, app.can_read, app.is_staff_of to authenticated;
grant execute on function app.me, app.is_worker to anon;
