-- The register of powers: which act lets a person sign today. Signing asks it inside its transaction (67_signatures.sql, and whoever
-- signs opinions and minutes); the signed paper prints the act it answers. Entering acts: 44_powers_acts.sql, 44_vacancies.sql.
--
--   NOPW1  no act gives this person the pen for this procedure
--   NOPW2  their delegation has ended or was revoked         NOPW3  their delegation does not cover the procedure
--   NOPW4  they are on leave: their deputy holds the pen     NOPW6  they are on leave, and nobody replaces them
--   NOPW5  the office is vacant, and what its holder delegated fell with it
select app.say('NOPW1', 'Aucun pouvoir de signature en vigueur en ce moment ne couvre cette procédure. Faites vérifier la délégation.',
                        'لا يوجد في هذه اللحظة تفويض إمضاء ساري المفعول يشمل هذه المسطرة. يرجى التحقق من التفويض.');
select app.say('NOPW2', 'Votre délégation (arrêté n° {order_no}) n''est plus en vigueur depuis le {date}. Demandez au président un nouvel arrêté, ou laissez-le signer.',
                        'تفويضكم (القرار رقم {order_no}) لم يعد ساري المفعول منذ {date}. اطلبوا من الرئيس قرارا جديدا، أو اتركوا له التوقيع.');
select app.say('NOPW3', 'Votre délégation (arrêté n° {order_no}) ne couvre pas cette procédure. Laissez signer le président, ou demandez-lui d''en étendre la portée.',
                        'تفويضكم (القرار رقم {order_no}) لا يشمل هذه المسطرة. اتركوا التوقيع للرئيس، أو اطلبوا منه توسيع نطاقه.');
select app.say('NOPW4', 'Votre absence est inscrite jusqu''au {until} (n° {order_no}) : {deputy_fr} vous remplace. Si vous êtes de retour, mettez-y fin dans « Pouvoirs ».',
                        'غيابكم مسجل إلى غاية {until} (رقم {order_no}): {deputy_ar} ينوب عنكم. إذا عدتم، ضعوا حدا له في صفحة «السلط».');
select app.say('NOPW6', 'Votre absence est inscrite jusqu''au {until} (n° {order_no}). Si vous êtes de retour, mettez-y fin dans « Pouvoirs ».',
                        'غيابكم مسجل إلى غاية {until} (رقم {order_no}). إذا عدتم، ضعوا حدا له في صفحة «السلط».');
select app.say('NOPW5', 'L''office est vacant et les délégations de son titulaire sont tombées avec lui. Seule la personne qui assure l''intérim, inscrite dans « Pouvoirs », peut signer.',
                        'المنصب شاغر وقد سقطت معه تفويضات صاحبه. لا يوقع إلا من يتولى المهام مؤقتا والمسجل في صفحة «السلط».');

-- Functions whose holders sign something: permits, opinions, minutes, attestations. Each may have a signing key and a deputy.
create or replace function app.signing_roles() returns text[]
language plpgsql immutable set search_path = '' as $$
begin
  return array['president', 'delegate', 'governor', 'secretary', 'member_commune', 'member_province', 'member_agency', 'member_network',
               'member_telecom', 'member_registry', 'member_civil_protection', 'member_public_works', 'member_rail', 'member_culture',
               'member_environment'];
end;
$$;

-- Which power a decision asks of its signer: the silence attestation is the governor's, everything else the president's pen.
create or replace function app.power_kind(p_decision_kind text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return case p_decision_kind when 'attestation' then 'attestation' when 'revocation' then 'revocation' else 'decision' end;
end;
$$;

-- The office whose pen that power is: the commune's for a decision, the province's for an attestation.
create or replace function app.office_with_pen(p_commune uuid, p_kind text) returns uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select o.id from app.commune c join app.organisation o
           on case p_kind when 'attestation' then o.kind = 'province' and o.province_code = c.province_code else o.kind = 'commune' and o.commune_id = c.id end
     where c.id = p_commune);
end;
$$;

-- An act as a paper cites it: {order_no, order_date, fr, ar}. Wording: letter template 'signer', key <capacity>_power.
-- p_more: what else the wording names, {fr: {..}, ar: {..}}.
create or replace function app.cited_act(p_definition jsonb, p_capacity text, p_order_no text, p_order_date date, p_more jsonb default '{}') returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_values jsonb := jsonb_build_object('order_no', p_order_no, 'order_date', app.date_text(p_order_date));
begin
  return jsonb_build_object('order_no', p_order_no, 'order_date', p_order_date)
      || app.fill_both(app.wording(p_definition, 'signer') -> (p_capacity || '_power'),
           jsonb_build_object('fr', v_values || coalesce(p_more -> 'fr', '{}'), 'ar', v_values || coalesce(p_more -> 'ar', '{}')));
end;
$$;

-- Who holds a function in a body in their own right on a day, on leave or not.
create or replace function app.titulars(p_role text, p_organisation uuid, p_on date) returns setof uuid
language plpgsql stable security definer rows 2 set search_path = '' as $$
begin
  return query
    select m.person_id from app.membership m
     where m.organisation_id = p_organisation and m.role = p_role and m.absence_id is null and m.vacancy_id is null
       and p_on between m.valid_from and coalesce(m.valid_to, 'infinity'::date);
end;
$$;

-- The absence of a person from a function on a day: no row when they are there.
create or replace function app.absence_on(p_role text, p_organisation uuid, p_person uuid, p_on date) returns app.absence
language plpgsql stable security definer set search_path = '' as $$
declare
  v_absence app.absence;
begin
  select * into v_absence from app.absence a
   where a.organisation_id = p_organisation and a.role = p_role and a.person_id = p_person and a.ended_at is null
     and p_on between a.valid_from and a.valid_to
   order by a.valid_from desc limit 1;
  return v_absence;
end;
$$;

-- The act by which this person may act for that role in that body on that day (today of the body when none is given), or null: not a
-- holder, on leave, or a deputy whose time is over. p_definition: of the dossier, when its wording of acts is wanted.
-- {kind: titular|deputy|interim, capacity, role, organisation, person, name_fr, name_ar, absence?, vacancy?, valid_to?, act}
create or replace function app.mandate_of(p_role text, p_organisation uuid, p_person uuid, p_on date default null, p_definition jsonb default null) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_on      date := coalesce(p_on, app.organisation_today(p_organisation));
  v_own     app.membership;
  v_absence app.absence;
  v_vacancy app.vacancy;
  v_mandate jsonb;
  v_stem    text := case p_role when 'president' then '' when 'governor' then 'governor_' else 'member_' end;
begin
  select jsonb_build_object('role', p_role, 'organisation', p_organisation, 'person', p.id, 'name_fr', p.name_fr, 'name_ar', p.name_ar) into v_mandate
    from app.person p where p.id = p_person;
  select * into v_own from app.membership m
   where m.person_id = p_person and m.organisation_id = p_organisation and m.role = p_role and m.absence_id is null and m.vacancy_id is null
     and v_on between m.valid_from and coalesce(m.valid_to, 'infinity'::date)
   order by m.valid_from limit 1;
  if v_own.id is not null then
    if (app.absence_on(p_role, p_organisation, p_person, v_on)).id is not null then
      return null;
    end if;
    return v_mandate || jsonb_build_object('kind', 'titular', 'capacity', case when p_role in ('president', 'governor') then p_role else 'titular' end,
      'act', app.cited_act(p_definition, case when p_role in ('president', 'governor') then p_role else 'titular' end, null, null,
               jsonb_build_object('fr', jsonb_build_object('since', app.date_text(v_own.valid_from)), 'ar', jsonb_build_object('since', app.date_text(v_own.valid_from)))));
  end if;

  -- A deputy acts while the person they replace holds the function, is away, and they themselves are not.
  select a.* into v_absence
    from app.membership m join app.absence a on a.id = m.absence_id
   where m.person_id = p_person and m.organisation_id = p_organisation and m.role = p_role
     and v_on between m.valid_from and coalesce(m.valid_to, 'infinity'::date)
     and a.deputy_id = p_person and a.ended_at is null and v_on between a.valid_from and a.valid_to
     and a.person_id in (select app.titulars(p_role, p_organisation, v_on))
     and not exists (select from app.absence x where x.organisation_id = p_organisation and x.person_id = p_person and x.ended_at is null
                        and v_on between x.valid_from and x.valid_to)
   order by a.valid_from limit 1;
  if v_absence.id is not null then
    return v_mandate || jsonb_build_object('kind', 'deputy', 'capacity', v_stem || 'deputy', 'absence', v_absence.id, 'valid_to', v_absence.valid_to,
      'act', app.cited_act(p_definition, v_stem || 'deputy', v_absence.order_no, v_absence.order_date,
               jsonb_build_object('fr', jsonb_build_object('absent', app.display_name(v_absence.person_id) ->> 'fr'),
                                  'ar', jsonb_build_object('absent', app.display_name(v_absence.person_id) ->> 'ar'))));
  end if;

  select v.* into v_vacancy
    from app.membership m join app.vacancy v on v.id = m.vacancy_id
   where m.person_id = p_person and m.organisation_id = p_organisation and m.role = p_role
     and v_on between m.valid_from and coalesce(m.valid_to, 'infinity'::date)
     and v.acting_id = p_person and v.until is null and v_on >= v.since
     and not exists (select from app.titulars(p_role, p_organisation, v_on))
   limit 1;
  if v_vacancy.id is null then
    return null;
  end if;
  return v_mandate || jsonb_build_object('kind', 'interim', 'capacity', v_stem || 'interim', 'vacancy', v_vacancy.id,
    'act', app.cited_act(p_definition, v_stem || 'interim', v_vacancy.order_no, v_vacancy.order_date,
             jsonb_build_object('fr', jsonb_build_object('text', v_vacancy.acting_text), 'ar', jsonb_build_object('text', v_vacancy.acting_text))));
end;
$$;

-- A delegation in force at this minute. It falls with whoever gave it: the president then in office, or the person acting for one.
create or replace function app.delegation_stands(p_delegation app.delegation) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now    timestamptz := app.now(p_delegation.commune_id);
  v_on     date := app.today(p_delegation.commune_id);
  v_office uuid := app.office_with_pen(p_delegation.commune_id, 'decision');
begin
  return p_delegation.revoked_at is null and v_now >= p_delegation.valid_from and v_now < p_delegation.valid_to
     and (exists (select from app.titulars('president', v_office, v_on) as t(person) where p_delegation.given_by is null or t.person = p_delegation.given_by)
          or exists (select from app.vacancy v where v.organisation_id = v_office and v.role = 'president' and v.until is null
                       and (p_delegation.given_by is null or v.acting_id = p_delegation.given_by)
                       and app.mandate_of('president', v_office, v.acting_id, v_on) is not null));
end;
$$;

-- The delegations that a person may use in a commune today: their own, and those of a delegate on leave whom they replace.
create or replace function app.usable_delegations(p_commune uuid, p_person uuid) returns table (delegation app.delegation, absence app.absence)
language plpgsql stable security definer rows 2 set search_path = '' as $$
declare
  v_office uuid := app.office_with_pen(p_commune, 'decision');
  v_on     date := app.today(p_commune);
begin
  if app.mandate_of('delegate', v_office, p_person, v_on) is null then
    return;
  end if;
  return query
    select g, null::app.absence from app.delegation g where g.commune_id = p_commune and g.delegate_id = p_person
    union all
    select g, a from app.absence a join app.delegation g on g.commune_id = p_commune and g.delegate_id = a.person_id
     where a.organisation_id = v_office and a.role = 'delegate' and a.deputy_id = p_person and a.ended_at is null
       and v_on between a.valid_from and a.valid_to and a.person_id in (select app.titulars('delegate', v_office, v_on));
end;
$$;

-- The act that gives the signed-in person the power to sign for this dossier at this minute, or null.
-- p_kind: decision, revocation (the president's pen) or attestation (the governor's).
-- {kind: president|deputy|delegation|governor, capacity, person, name_fr, name_ar, act: {order_no, order_date, fr, ar}, valid_to?, ...}
create or replace function app.power_to_sign(p_dossier uuid, p_kind text default 'decision') returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_me         uuid := (select auth.uid());
  v_dossier    app.dossier;
  v_definition jsonb;
  v_role       text := case p_kind when 'attestation' then 'governor' else 'president' end;
  v_office     uuid;
  v_mandate    jsonb;
  v_found      record;
  v_capacity   text;
begin
  select * into v_dossier from app.dossier where id = p_dossier;
  v_office := app.office_with_pen(v_dossier.commune_id, p_kind);
  -- Asked for every reader of a dossier: most hold nothing that signs.
  if not exists (select from app.membership m where m.person_id = v_me and m.organisation_id = v_office and m.role in (v_role, 'delegate')) then
    return null;
  end if;
  v_definition := app.definition_of(p_dossier);
  v_mandate := app.mandate_of(v_role, v_office, v_me, app.today(v_dossier.commune_id), v_definition);
  if v_mandate is not null then
    return v_mandate - 'role' - 'organisation' || jsonb_build_object('kind', case v_mandate ->> 'kind' when 'titular' then v_role else 'deputy' end);
  end if;
  if p_kind = 'attestation' then
    return null;
  end if;
  select u.delegation as g, u.absence as a into v_found
    from app.usable_delegations(v_dossier.commune_id, v_me) as u
   where app.delegation_stands(u.delegation)
     and ((u.delegation).procedures = '{}' or v_dossier.procedure_code = any ((u.delegation).procedures))
   order by (u.absence).id is not null, (u.delegation).valid_from desc limit 1;
  if not found then
    return null;
  end if;
  v_capacity := case when (v_found.a).id is null then 'delegation' else 'delegation_deputy' end;
  return (
    select jsonb_build_object('kind', 'delegation', 'capacity', v_capacity, 'person', p.id, 'name_fr', p.name_fr, 'name_ar', p.name_ar,
             'delegation', (v_found.g).id, 'absence', (v_found.a).id, 'valid_to', (v_found.g).valid_to,
             'act', app.cited_act(v_definition, v_capacity, (v_found.g).order_no, (v_found.g).order_date,
                      jsonb_build_object('fr', jsonb_build_object('absent', app.display_name((v_found.a).person_id) ->> 'fr', 'deputy_order_no', (v_found.a).order_no,
                                                                  'deputy_order_date', app.date_text((v_found.a).order_date)),
                                         'ar', jsonb_build_object('absent', app.display_name((v_found.a).person_id) ->> 'ar', 'deputy_order_no', (v_found.a).order_no,
                                                                  'deputy_order_date', app.date_text((v_found.a).order_date)))))
      from app.person p where p.id = v_me);
end;
$$;

-- Why the signed-in person has no power here, as far as the register knows them: the refusal that helps most.
create or replace function app.refuse_power(p_dossier uuid, p_kind text default 'decision') returns void
language plpgsql stable security definer set search_path = '' as $$
declare
  v_me      uuid := (select auth.uid());
  v_dossier app.dossier;
  v_office  uuid;
  v_on      date;
  v_role    text;
  v_absence app.absence;
  v_last    app.delegation;
begin
  select * into v_dossier from app.dossier where id = p_dossier;
  v_office := app.office_with_pen(v_dossier.commune_id, p_kind);
  v_on := app.today(v_dossier.commune_id);
  foreach v_role in array case p_kind when 'attestation' then array['governor'] else array['president', 'delegate'] end loop
    v_absence := app.absence_on(v_role, v_office, v_me, v_on);
    if v_absence.id is not null then
      perform app.refuse(case when v_absence.deputy_id is null then 'NOPW6' else 'NOPW4' end,
        jsonb_build_object('until', app.date_text(v_absence.valid_to), 'order_no', v_absence.order_no,
          'deputy_fr', app.display_name(v_absence.deputy_id) ->> 'fr', 'deputy_ar', app.display_name(v_absence.deputy_id) ->> 'ar'));
    end if;
  end loop;
  if p_kind <> 'attestation' and exists (select from app.titulars('delegate', v_office, v_on) as t(person) where t.person = v_me) then
    select g.* into v_last from app.delegation g where g.commune_id = v_dossier.commune_id and g.delegate_id = v_me
     order by app.delegation_stands(g) desc, least(g.valid_to, g.revoked_at) desc limit 1;
    if v_last.id is not null and v_last.revoked_at is null and app.now(v_dossier.commune_id) between v_last.valid_from and v_last.valid_to then
      perform app.refuse(case when app.delegation_stands(v_last) then 'NOPW3' else 'NOPW5' end, jsonb_build_object('order_no', v_last.order_no));
    elsif v_last.id is not null and v_last.valid_from < app.now(v_dossier.commune_id) then
      perform app.refuse('NOPW2', jsonb_build_object('order_no', v_last.order_no,
        'date', app.date_text((least(v_last.valid_to, v_last.revoked_at) at time zone 'Africa/Casablanca')::date)));
    end if;
  end if;
  perform app.refuse('NOPW1');
end;
$$;

-- Whoever signs holds these lines of the register until the end of the transaction; acts that take a power away lock them first. So a
-- power revoked between reading and signing is seen, and one revoked during the signature waits for it.
create or replace function app.hold_register(p_organisation uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform from app.membership m where m.organisation_id = p_organisation and m.role = any (app.signing_roles()) order by m.id for share;
  perform from app.delegation g join app.organisation o on o.commune_id = g.commune_id
    where o.id = p_organisation and o.kind = 'commune' order by g.id for share of g;
end;
$$;

-- The same power, whatever was said of it since: a paper keeps its signer as long as this holds.
create or replace function app.same_power(p_one jsonb, p_other jsonb) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return p_one ->> 'person' = p_other ->> 'person' and p_one ->> 'kind' = p_other ->> 'kind'
     and p_one ->> 'name_fr' = p_other ->> 'name_fr' and p_one ->> 'name_ar' = p_other ->> 'name_ar'
     and (p_one ->> 'delegation', p_one ->> 'absence', p_one ->> 'vacancy') is not distinct from (p_other ->> 'delegation', p_other ->> 'absence', p_other ->> 'vacancy')
     and p_one #>> '{act,order_no}' is not distinct from p_other #>> '{act,order_no}'
     and p_one #>> '{act,order_date}' is not distinct from p_other #>> '{act,order_date}';
end;
$$;

revoke execute on function app.signing_roles, app.power_kind, app.office_with_pen, app.cited_act, app.titulars, app.absence_on, app.mandate_of, app.delegation_stands,
  app.usable_delegations, app.power_to_sign, app.refuse_power, app.hold_register, app.same_power from public, anon, authenticated;
