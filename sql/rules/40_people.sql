-- People: the account behind a person, invitations, dated memberships. Delegations, deputies, interests: 44_powers_acts.sql.
-- Who reads the tables: sql/access/. What a membership allows: 11_powers.sql and each act.
--
--   JOIN1  the invitation does not exist, was used, withdrawn or has expired
--   JOIN2  the invitation was sent to another address
--   JOIN3  this role does not exist in that kind of body, or the inviter may not give it
--   JOIN4  the person already holds this role there
--   JOIN5  the e-mail address has not the form of one
--   JOIN6  a deputy's function ends with the absence or the vacancy, in the register of powers
--   IDEN1, TELE1, NAME1, LANG1  (faults of the profile) identity card, phone, name, language
select app.say('JOIN1', 'Cette invitation n''est plus valable : elle a servi, a été retirée ou a plus de 14 jours. Demandez-en une nouvelle à la personne qui vous a invité.',
                        'لم تعد هذه الدعوة صالحة: فقد استعملت أو سحبت أو مر عليها أكثر من 14 يوما. اطلبوا دعوة جديدة ممن دعاكم.');
select app.say('JOIN2', 'Cette invitation a été adressée à {email}. Ouvrez une session avec cette adresse, ou demandez une invitation à la vôtre.',
                        'وجهت هذه الدعوة إلى {email}. سجلوا الدخول بهذا العنوان، أو اطلبوا دعوة باسم عنوانكم.');
select app.say('JOIN3', 'Cette fonction ne peut pas être donnée ici par vous. Choisissez une fonction de la liste, ou adressez-vous à l''administrateur.',
                        'لا يمكنكم إسناد هذه المهمة هنا. اختاروا مهمة من اللائحة، أو اتصلوا بمدير النظام.');
select app.say('JOIN4', 'Cette personne exerce déjà cette fonction dans cet organisme. Mettez d''abord fin à la période en cours.',
                        'هذا الشخص يزاول بالفعل هذه المهمة في هذه الهيئة. أنهوا أولا الفترة الجارية.');
select app.say('JOIN5', 'L''adresse électronique n''a pas la bonne forme. Exemple : nom@exemple.ma.',
                        'صيغة البريد الإلكتروني غير صحيحة. مثال: nom@exemple.ma.');
select app.say('JOIN6', 'Cette fonction est tenue par un remplaçant. Mettez fin à l''absence, ou nommez une autre personne, dans « Pouvoirs ».',
                        'يزاول هذه المهمة نائب. أنهوا الغياب أو عينوا شخصا آخر في صفحة «السلط».');
select app.say('IDEN1', 'Le numéro de la carte nationale s''écrit avec une à trois lettres suivies de chiffres. Exemple : JC123456.',
                        'يكتب رقم البطاقة الوطنية بحرف إلى ثلاثة أحرف لاتينية متبوعة بأرقام. مثال: JC123456.');
select app.say('TELE1', 'Le numéro de téléphone compte dix chiffres et commence par 05, 06 ou 07. Exemple : 0661234567.',
                        'يتكون رقم الهاتف من عشرة أرقام ويبدأ بـ 05 أو 06 أو 07. مثال: 0661234567.');
select app.say('NAME1', 'Écrivez un nom de 200 caractères au plus.', 'اكتبوا اسما لا يتجاوز 200 حرف.');
select app.say('LANG1', 'La langue est l''arabe ou le français.', 'اللغة إما العربية أو الفرنسية.');

-- Every account of Auth has its person. Names typed at sign-up are a courtesy: no right comes from metadata.
create or replace function app.person_of_account() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into app.person (id, email, name_fr, name_ar, language)
  values (new.id, lower(new.email), left(coalesce(new.raw_user_meta_data ->> 'name_fr', ''), 200),
          left(coalesce(new.raw_user_meta_data ->> 'name_ar', ''), 200),
          case when new.raw_user_meta_data ->> 'language' = 'fr' then 'fr' else 'ar' end)
  on conflict (id) do update set email = excluded.email;
  return new;
end;
$$;
drop trigger if exists a_person_for_each_account on auth.users;
create trigger a_person_for_each_account after insert or update of email on auth.users
  for each row execute function app.person_of_account();

-- Today for bodies without a commune.
create or replace function app.organisation_today(p_organisation uuid) returns date
language plpgsql stable security definer set search_path = '' as $$
begin
  return app.today((select o.commune_id from app.organisation o where o.id = p_organisation));
end;
$$;

create or replace function app.display_name(p_person uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object('fr', coalesce(nullif(name_fr, ''), nullif(name_ar, ''), email), 'ar', coalesce(nullif(name_ar, ''), nullif(name_fr, ''), email))
      from app.person where id = p_person);
end;
$$;

-- Functions that exist in a kind of body.
create or replace function app.roles_of_kind(p_kind text) returns text[]
language plpgsql immutable set search_path = '' as $$
begin
  return case p_kind
    when 'commune' then array['clerk', 'instructor', 'technical', 'patrimony', 'urbanism', 'economic', 'traffic', 'administrative_police',
                              'secretary', 'member_commune', 'inspector', 'president', 'delegate', 'cashier', 'administrator']
    when 'local_authority' then array['local_authority']
    when 'province' then array['governor', 'secretary', 'member_province', 'administrator']
    when 'urban_agency' then array['member_agency']
    when 'operator' then array['member_network', 'member_telecom']
    when 'state_service' then array['member_registry', 'member_civil_protection', 'member_public_works', 'member_rail', 'member_culture', 'member_environment']
    when 'national' then array['administrator', 'worker']
    when 'company' then array['company_member']
    when 'architects' then array['architect']
    else array[]::text[] end;
end;
$$;

create or replace function app.my_organisations() returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select m.organisation_id from app.membership m
     where m.person_id = (select auth.uid())
       and app.organisation_today(m.organisation_id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date);
end;
$$;

-- The bodies whose people the person manages, and in which quality: an administrator above the body or of the commune itself, the
-- president for the offices of the commune, a member for the company. The local authority answers to the province, not to the commune.
create or replace function app.managed(p_organisation uuid default null) returns table (organisation_id uuid, role text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
begin
  return query
    select target.id, (array_agg(mine.role order by array_position(array['administrator', 'president', 'company_member'], mine.role)))[1]
      from app.membership mine
      join app.organisation office on office.id = mine.organisation_id
      join app.organisation target on p_organisation is null or target.id = p_organisation
      left join app.commune c on c.id = target.commune_id
     where mine.person_id = (select auth.uid())
       and mine.role in ('administrator', 'president', 'company_member')
       and app.organisation_today(office.id) between mine.valid_from and coalesce(mine.valid_to, 'infinity'::date)
       and ( (mine.role = 'administrator' and office.kind = 'national')
          or (mine.role = 'administrator' and office.kind = 'province' and target.kind <> 'national'
              and office.province_code = coalesce(c.province_code, target.province_code))
          or (mine.role in ('administrator', 'president') and office.id = target.id and target.kind = 'commune')
          or (mine.role = 'company_member' and office.id = target.id))
     group by target.id;
end;
$$;

create or replace function app.manager_role(p_organisation uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select role from app.managed(p_organisation) where p_organisation is not null);
end;
$$;

create or replace function app.managed_organisations() returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select organisation_id from app.managed();
end;
$$;

-- People whose names one may see: members of the bodies one belongs to or manages.
create or replace function app.people_in_view() returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select m.person_id from app.membership m
     where m.organisation_id in (select app.my_organisations() union select app.managed_organisations());
end;
$$;

create or replace function app.roles_to_give(p_organisation uuid) returns text[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(array_agg(role order by place), '{}')
      from app.organisation o, unnest(app.roles_of_kind(o.kind)) with ordinality as r(role, place)
     where o.id = p_organisation
       and case app.manager_role(o.id)
             when 'administrator' then true
             when 'president' then r.role not in ('president', 'administrator')
             when 'company_member' then r.role = 'company_member'
             else false end);
end;
$$;

create or replace function app.require_manager(p_organisation uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_role text := app.manager_role(p_organisation);
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  elsif v_role is null then
    perform app.refuse('ROLE1');
  end if;
  return v_role;
end;
$$;

-- Creates a body; those of communes and provinces come with the reference data.
create or replace function public.create_organisation(p_kind text, p_name_fr text, p_name_ar text, p_commune uuid default null,
                                                      p_province text default null, p_identifiers jsonb default '{}') returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  if not app.holds_nationally('administrator')
     and not (p_kind in ('company', 'architects', 'operator', 'urban_agency', 'state_service') and exists (
       select from app.membership m join app.organisation o on o.id = m.organisation_id
        where m.person_id = (select auth.uid()) and m.role = 'administrator' and o.kind = 'province' and o.province_code = p_province
          and app.organisation_today(o.id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date))) then
    perform app.refuse('ROLE1');
  end if;
  if btrim(p_name_fr) = '' or btrim(p_name_ar) = '' or length(p_name_fr) > 200 or length(p_name_ar) > 200 then
    perform app.refuse('NAME1');
  end if;
  insert into app.organisation (kind, name_fr, name_ar, commune_id, province_code, identifiers)
  values (p_kind, btrim(p_name_fr), btrim(p_name_ar), p_commune, p_province, coalesce(p_identifiers, '{}')) returning id into v_id;
  return v_id;
end;
$$;

-- The first administrator of an installation, and the worker's account: by the owner of the database only.
create or replace function app.appoint(p_email text, p_organisation uuid, p_role text, p_from date default null) returns uuid
language sql volatile set search_path = '' as $$
  insert into app.membership (person_id, organisation_id, role, valid_from)
  select p.id, p_organisation, p_role, coalesce(p_from, app.organisation_today(p_organisation)) from app.person p where p.email = lower(p_email)
  returning id;
$$;

-- Invites somebody by mail. The token is returned once and stands in the mail; only its hash is kept.
create or replace function public.invite(p_organisation uuid, p_email text, p_role text, p_from date default null, p_to date default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_token text := encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex');
  v_email text := lower(btrim(p_email));
  v_from  date := coalesce(p_from, app.organisation_today(p_organisation));
  v_id    uuid;
begin
  perform app.require_manager(p_organisation);
  perform app.refuse_days(v_from, p_to);
  if p_role is null or not p_role = any (app.roles_to_give(p_organisation)) then
    perform app.refuse('JOIN3');
  elsif coalesce(v_email, '') !~ '^[^@\s]+@[^@\s]+\.[^@\s]+$' or length(v_email) > 254 then
    perform app.refuse('JOIN5');
  elsif p_to < v_from then
    perform app.refuse('TERM2');
  elsif exists (select from app.membership m join app.person p on p.id = m.person_id
                 where p.email = v_email and m.organisation_id = p_organisation and m.role = p_role
                   and m.absence_id is null and m.vacancy_id is null and v_from <= coalesce(m.valid_to, 'infinity'::date) and coalesce(p_to, 'infinity'::date) >= m.valid_from) then
    perform app.refuse('JOIN4');
  end if;
  -- One open invitation for the same thing: the newer replaces the older.
  update app.invitation set withdrawn_at = now()
   where organisation_id = p_organisation and email = v_email and role = p_role and accepted_at is null and withdrawn_at is null;
  insert into app.invitation (token_hash, email, organisation_id, role, valid_from, valid_to, invited_by)
  values (app.digest(v_token), v_email, p_organisation, p_role, v_from, p_to, (select auth.uid())) returning id into v_id;
  insert into app.outbox (recipient, person_id, language, template, data)
  select v_email, p.id, coalesce(p.language, inviter.language), 'invitation',
         jsonb_build_object('token', v_token, 'role', p_role, 'organisation_fr', o.name_fr, 'organisation_ar', o.name_ar,
                            'from', v_from, 'to', p_to, 'by_fr', inviter.name_fr, 'by_ar', inviter.name_ar)
    from app.organisation o
    join app.person inviter on inviter.id = (select auth.uid())
    left join app.person p on p.email = v_email
   where o.id = p_organisation
   limit 1;
  return jsonb_build_object('id', v_id, 'token', v_token);
end;
$$;

create or replace function public.withdraw_invitation(p_invitation uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_organisation uuid;
begin
  select organisation_id into v_organisation from app.invitation where id = p_invitation and accepted_at is null for update;
  perform app.require_manager(v_organisation);
  update app.invitation set withdrawn_at = now() where id = p_invitation and withdrawn_at is null;
end;
$$;

-- What an invitation offers, for whoever holds its token; null when it is no longer open.
create or replace function public.invitation(p_token text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object('email', i.email, 'role', i.role, 'valid_from', i.valid_from, 'valid_to', i.valid_to,
             'organisation', jsonb_build_object('id', o.id, 'kind', o.kind, 'name_fr', o.name_fr, 'name_ar', o.name_ar))
      from app.invitation i join app.organisation o on o.id = i.organisation_id
     where i.token_hash = app.digest(p_token) and i.accepted_at is null and i.withdrawn_at is null and i.expires_at > now());
end;
$$;

create or replace function public.accept_invitation(p_token text) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_invitation app.invitation;
  v_email text;
begin
  select email into v_email from app.person where id = (select auth.uid());
  if not found then
    perform app.refuse('SIGN1');
  end if;
  select * into v_invitation from app.invitation where token_hash = app.digest(p_token) for update;
  if not found or v_invitation.accepted_at is not null or v_invitation.withdrawn_at is not null or v_invitation.expires_at <= now() then
    perform app.refuse('JOIN1');
  elsif v_invitation.email <> v_email then
    perform app.refuse('JOIN2', jsonb_build_object('email', v_invitation.email));
  end if;
  insert into app.membership (person_id, organisation_id, role, valid_from, valid_to)
  values ((select auth.uid()), v_invitation.organisation_id, v_invitation.role, v_invitation.valid_from, v_invitation.valid_to);
  update app.invitation set accepted_by = (select auth.uid()), accepted_at = now() where id = v_invitation.id;
  return jsonb_build_object('organisation', v_invitation.organisation_id, 'role', v_invitation.role);
end;
$$;

-- The last day is included; the past is not rewritten: a membership that served keeps the days it served.
create or replace function public.end_membership(p_membership uuid, p_last_day date default null) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_membership app.membership;
  v_last date;
begin
  select * into v_membership from app.membership where id = p_membership for update;
  if not found then
    perform app.refuse('ROLE1');
  end if;
  perform app.require_manager(v_membership.organisation_id);
  if not v_membership.role = any (app.roles_to_give(v_membership.organisation_id)) then
    perform app.refuse('JOIN3');
  elsif coalesce(v_membership.absence_id, v_membership.vacancy_id) is not null then
    perform app.refuse('JOIN6');
  end if;
  perform app.refuse_days(p_last_day);
  v_last := coalesce(p_last_day, app.organisation_today(v_membership.organisation_id) - 1);
  if v_last < v_membership.valid_from and v_membership.valid_from >= app.organisation_today(v_membership.organisation_id) then
    delete from app.membership where id = p_membership;      -- it never began
    return;
  end if;
  update app.membership set valid_to = greatest(v_last, valid_from, app.organisation_today(organisation_id) - 1) where id = p_membership;
end;
$$;

revoke execute on function app.person_of_account, app.organisation_today, app.display_name, app.roles_of_kind, app.my_organisations, app.managed, app.manager_role,
  app.managed_organisations, app.people_in_view, app.roles_to_give, app.require_manager, app.appoint, public.create_organisation, public.invite,
  public.withdraw_invitation, public.invitation, public.accept_invitation, public.end_membership from public, anon, authenticated;
grant execute on function app.organisation_today, app.display_name, app.my_organisations, app.manager_role, app.managed_organisations,
  app.people_in_view, app.roles_to_give to authenticated;
grant execute on function public.create_organisation, public.invite, public.withdraw_invitation, public.accept_invitation, public.end_membership to authenticated;
grant execute on function public.invitation to anon, authenticated;
