-- What the shell of the site needs about the person, in one call; the profile; the bell; the page of the people of a body.
-- public.me is a definer function: every part of it is about (select auth.uid()), or a setting meant for everybody.

-- Settings that every visitor may read.
create or replace function app.open_settings() returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_object_agg(key, value), '{}') from app.setting where key in ('site', 'public_url', 'sign_up');
$$;

create or replace function app.is_demonstration() returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from app.setting where key = 'demonstration' and value not in ('null', 'false'));
$$;

-- One call per screen. With the hash of the site's cookie it also says whether that session is still open.
-- memberships[].communes: open communes where the role counts; null for a national body (all of them).
create or replace function public.me(p_session text default null) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'person', (select jsonb_build_object('id', p.id, 'email', p.email, 'name_fr', p.name_fr, 'name_ar', p.name_ar, 'language', p.language)
                 from app.person p where p.id = (select auth.uid())),
    'memberships', coalesce((
      select jsonb_agg(jsonb_build_object(
               'id', m.id, 'role', m.role,
               'organisation', jsonb_build_object('id', o.id, 'kind', o.kind, 'name_fr', o.name_fr, 'name_ar', o.name_ar),
               'commune_id', o.commune_id, 'province_code', coalesce(o.province_code, home.province_code), 'valid_to', m.valid_to,
               'stands_in', m.absence_id is not null or m.vacancy_id is not null,
               'communes', case when o.kind <> 'national' then (
                  select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'code', c.code, 'name_fr', c.name_fr, 'name_ar', c.name_ar) order by c.name_fr), '[]')
                    from app.commune c
                   where c.id = o.commune_id or (o.commune_id is null and c.province_code = o.province_code and c.is_open)) end)
             order by m.valid_from, m.role)
        from app.membership m
        join app.organisation o on o.id = m.organisation_id
        left join app.commune home on home.id = o.commune_id
       where m.person_id = (select auth.uid())
         and app.organisation_today(o.id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date)), '[]'),
    'delegations', coalesce((
      select jsonb_agg(jsonb_build_object('id', d.id, 'commune_id', d.commune_id, 'order_no', d.order_no, 'procedures', d.procedures, 'valid_to', d.valid_to))
        from app.delegation d
       where d.delegate_id = (select auth.uid()) and d.revoked_at is null and app.now(d.commune_id) between d.valid_from and d.valid_to), '[]'),
    'unread', (select count(*) from app.notice n where n.person_id = (select auth.uid()) and n.read_at is null),
    'session', (select jsonb_build_object('generation', s.generation, 'language', s.language) from app.site_session s
                 where s.id_hash = p_session and s.expires_at > now() and s.person_id is not distinct from (select auth.uid())),
    'demonstration', app.is_demonstration(),
    'settings', app.open_settings());
$$;

-- One account per role, on the sign-in page of a demonstration only: {accounts: [{email, role, name_fr, name_ar}], password}.
create or replace function public.demonstration_accounts() returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce((select value from app.setting where key = 'demonstration' and jsonb_typeof(value) = 'object'), '{"accounts": []}');
$$;

create or replace function public.my_profile() returns jsonb
language sql stable security definer set search_path = '' as $$
  select to_jsonb(p) || jsonb_build_object('sessions', (
           select count(*) from app.site_session s where s.person_id = p.id and s.expires_at > now()))
    from app.person p where p.id = (select auth.uid());
$$;

create or replace function app.profile_fault(p_path text, p_code text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('path', p_path, 'code', r.code, 'fr', r.fr, 'ar', r.ar) from app.refusal r where r.code = p_code;
$$;

-- Changes what is given in p_data (name_fr, name_ar, cin, phone, address, language); other keys are ignored.
create or replace function public.update_profile(p_data jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_faults jsonb := '[]';
  v_cin    text := upper(regexp_replace(coalesce(p_data ->> 'cin', ''), '\s', '', 'g'));
  v_phone  text := regexp_replace(regexp_replace(coalesce(p_data ->> 'phone', ''), '[\s.-]', '', 'g'), '^(\+|00)212', '0');
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  end if;
  if v_cin !~ '^([A-Z]{1,3}[0-9]{1,7})?$' then
    v_faults := v_faults || app.profile_fault('cin', 'IDEN1');
  end if;
  if v_phone !~ '^(0[567][0-9]{8})?$' then
    v_faults := v_faults || app.profile_fault('phone', 'TELE1');
  end if;
  if length(p_data ->> 'name_fr') > 200 then
    v_faults := v_faults || app.profile_fault('name_fr', 'NAME1');
  end if;
  if length(p_data ->> 'name_ar') > 200 then
    v_faults := v_faults || app.profile_fault('name_ar', 'NAME1');
  end if;
  if coalesce(p_data ->> 'language', 'ar') not in ('ar', 'fr') then
    v_faults := v_faults || app.profile_fault('language', 'LANG1');
  end if;
  if v_faults <> '[]' then
    perform app.refuse('LACK1', jsonb_build_object('faults', v_faults));
  end if;
  update app.person set
    name_fr  = case when p_data ? 'name_fr' then btrim(coalesce(p_data ->> 'name_fr', '')) else name_fr end,
    name_ar  = case when p_data ? 'name_ar' then btrim(coalesce(p_data ->> 'name_ar', '')) else name_ar end,
    cin      = case when p_data ? 'cin' then nullif(v_cin, '') else cin end,
    phone    = case when p_data ? 'phone' then nullif(v_phone, '') else phone end,
    address  = case when p_data ? 'address' then left(btrim(p_data ->> 'address'), 500) else address end,
    language = coalesce(p_data ->> 'language', language)
   where id = (select auth.uid());
  return public.my_profile();
end;
$$;

-- The bell: newest first, unread ones before.
create or replace function public.notices(p_limit int default 50) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(to_jsonb(n) - 'person_id' order by n.read_at is not null, n.at desc), '[]')
    from (select * from app.notice where person_id = (select auth.uid())
           order by (read_at is not null), at desc limit least(greatest(p_limit, 1), 200)) as n;
$$;

-- Marks notices as read (all of them when p_ids is null); returns how many stay unread.
create or replace function public.read_notices(p_ids bigint[] default null) returns int
language plpgsql volatile security definer set search_path = '' as $$
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  end if;
  update app.notice set read_at = now()
   where person_id = (select auth.uid()) and read_at is null and (p_ids is null or id = any (p_ids));
  return (select count(*) from app.notice where person_id = (select auth.uid()) and read_at is null);
end;
$$;

-- The page of the people of a body: bodies that the person manages, and of one of them the members and open invitations.
create or replace function public.people_page(p_organisation uuid default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_all   jsonb;
  v_id    uuid := p_organisation;
begin
  select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'kind', o.kind, 'name_fr', o.name_fr, 'name_ar', o.name_ar, 'commune_id', o.commune_id)
                            order by o.kind, o.name_fr), '[]')
    into v_all
    from (select o.* from app.organisation o where o.id in (select app.managed_organisations()) limit 900) as o;
  v_id := coalesce(v_id, (v_all #>> '{0,id}')::uuid);
  if v_id is not null and app.manager_role(v_id) is null then
    perform app.refuse('ROLE1');
  end if;
  return jsonb_build_object(
    'organisations', v_all,
    'organisation', v_id,
    'today', app.organisation_today(v_id),
    'roles', to_jsonb(app.roles_to_give(v_id)),
    'members', coalesce((
      select jsonb_agg(jsonb_build_object('id', m.id, 'person_id', p.id, 'email', p.email, 'name_fr', p.name_fr, 'name_ar', p.name_ar, 'role', m.role,
               'valid_from', m.valid_from, 'valid_to', m.valid_to,
               'stands_in', m.absence_id is not null or m.vacancy_id is not null,
               'in_force', app.organisation_today(v_id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date)) order by m.valid_to nulls first, m.role)
        from app.membership m join app.person p on p.id = m.person_id where m.organisation_id = v_id), '[]'),
    'invitations', coalesce((
      select jsonb_agg(jsonb_build_object('id', i.id, 'email', i.email, 'role', i.role, 'created_at', i.created_at, 'expires_at', i.expires_at) order by i.created_at desc)
        from app.invitation i where i.organisation_id = v_id and i.accepted_at is null and i.withdrawn_at is null and i.expires_at > now()), '[]'));
end;
$$;

revoke execute on function app.open_settings, app.is_demonstration, app.profile_fault, public.me, public.demonstration_accounts, public.my_profile,
  public.update_profile, public.notices, public.read_notices, public.people_page from public, anon, authenticated;
grant execute on function public.me, public.demonstration_accounts to anon, authenticated;
grant execute on function public.my_profile, public.update_profile, public.notices, public.read_notices, public.people_page to authenticated;
