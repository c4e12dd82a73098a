-- Acts of the register of powers: delegations of signature, absences and deputies, interests and recusals, certificates.
-- What they let a person sign: 14_powers_register.sql. Offices without a holder: 44_vacancies.sql.
--
--   SIGD1  the delegate must hold the role of delegate in the commune    SIGD2  a delegation needs its order: number and date
--   SIGD3  nobody holds the office: there is nothing to delegate
--   LEAV1  the person does not hold this function there on those days    LEAV2  these days are already an absence of theirs
--   LEAV3  nobody deputises for themselves                               LEAV4  the deputy holds no fitting function there on those days
--   LEAV5  the deputy is away on those days                              LEAV6  the person deputises for somebody on those days
--   LEAV7  an office needs its deputy                                    LEAV8  an absence needs its order, not later than its first day
--   LEAV9  the absence is over
--   INTR2  a declared interest needs its reason                          INTR3  the person recused holds no function over this dossier
--   TERM2  a period ends before it starts                                ORDR1  the number of an order is too long for a paper
select app.say('SIGD1', 'Le délégataire doit exercer la fonction de délégataire dans la commune. Invitez-le d''abord à ce titre.',
                        'يجب أن يزاول المفوض له مهمة التفويض في الجماعة. وجهوا إليه دعوة بهذه الصفة أولا.');
select app.say('SIGD2', 'Une délégation suppose un arrêté : indiquez son numéro et sa date. Elle ne peut pas prendre effet avant cette date.',
                        'يستند التفويض إلى قرار: أدخلوا رقمه وتاريخه، ولا يمكن أن يسري قبل هذا التاريخ.');
select app.say('SIGD3', 'Personne n''exerce la présidence en ce moment : il n''y a rien à déléguer. Inscrivez d''abord le président ou la personne qui assure l''intérim.',
                        'لا أحد يزاول مهام الرئاسة حاليا: ليس هناك ما يفوض. سجلوا أولا الرئيس أو من يتولى مهامه مؤقتا.');
select app.say('LEAV1', 'Cette personne n''exerce pas cette fonction dans cet organisme pendant toute cette période. Vérifiez la personne et les dates.',
                        'لا يزاول هذا الشخص هذه المهمة في هذه الهيئة طيلة هذه الفترة. تحققوا من الشخص ومن التواريخ.');
select app.say('LEAV2', 'Une absence de cette personne est déjà inscrite du {from} au {to}. Mettez-y d''abord fin, ou choisissez d''autres jours.',
                        'هناك غياب مسجل لهذا الشخص من {from} إلى {to}. أنهوه أولا، أو اختاروا أياما أخرى.');
select app.say('LEAV3', 'On ne se remplace pas soi-même. Choisissez une autre personne comme suppléant.', 'لا ينوب أحد عن نفسه. اختاروا شخصا آخر نائبا.');
select app.say('LEAV4', 'Le suppléant doit exercer, pendant toute la période, une fonction dans cet organisme (pour le président : délégataire ou vice-président inscrit). Invitez-le d''abord.',
                        'يجب أن يزاول النائب مهمة في هذه الهيئة طيلة الفترة (بالنسبة للرئيس: مفوض له أو نائب رئيس مسجل). وجهوا إليه دعوة أولا.');
select app.say('LEAV5', 'Le suppléant est lui-même absent du {from} au {to}. Choisissez une autre personne ou d''autres jours.',
                        'النائب نفسه متغيب من {from} إلى {to}. اختاروا شخصا آخر أو أياما أخرى.');
select app.say('LEAV6', 'Cette personne remplace {name_fr} du {from} au {to}. Désignez d''abord un autre suppléant.',
                        'هذا الشخص ينوب عن {name_ar} من {from} إلى {to}. عينوا أولا نائبا آخر.');
select app.say('LEAV7', 'Cette fonction ne peut pas rester sans signataire : désignez le suppléant.', 'لا يمكن أن تبقى هذه المهمة بدون موقع: عينوا النائب.');
select app.say('LEAV8', 'Indiquez le numéro et la date de l''acte qui désigne le suppléant ou constate l''absence ; il ne peut pas être postérieur au premier jour.',
                        'أدخلوا رقم وتاريخ القرار الذي يعين النائب أو يثبت الغياب؛ ولا يمكن أن يكون لاحقا لليوم الأول.');
select app.say('LEAV9', 'Cette absence est déjà terminée : le passé ne se réécrit pas. Inscrivez une absence en cours ou à venir.',
                        'انتهى هذا الغياب: لا يعاد كتابة الماضي. سجلوا غيابا جاريا أو قادما.');
select app.say('INTR2', 'Indiquez en quelques mots l''intérêt que vous déclarez.', 'اذكروا باختصار المصلحة التي تصرحون بها.');
select app.say('INTR3', 'Cette personne n''exerce aucune fonction sur ce dossier. Choisissez un agent ou un membre qui le traite.',
                        'لا يزاول هذا الشخص أي مهمة تخص هذا الملف. اختاروا موظفا أو عضوا يعالجه.');
select app.say('ORDR1', 'Le numéro de l''acte est imprimé sous chaque signature : 40 caractères au plus.', 'يطبع رقم القرار تحت كل توقيع: 40 حرفا كحد أقصى.');
select app.say('TERM2', 'La fin précède le début. Corrigez l''une des deux dates.', 'تاريخ النهاية سابق لتاريخ البداية. صححوا أحد التاريخين.');

-- An order is cited by its number on papers, beside names and dates: there, and short enough for the seal.
create or replace function app.order_number(p_order_no text) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  if length(btrim(p_order_no)) > 40 then
    perform app.refuse('ORDR1');
  end if;
  return btrim(coalesce(p_order_no, ''));
end;
$$;

-- Delegations

-- The president (or an administrator) records the order that delegates the signature (organic law 113-14, art. 103-104).
create or replace function public.delegate_signature(p_commune uuid, p_delegate uuid, p_order_no text, p_order_date date, p_procedures text[],
                                                     p_from timestamptz, p_to timestamptz) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_office uuid := app.office_with_pen(p_commune, 'decision');
  v_giver  uuid;
  v_id     uuid;
begin
  perform app.require_role(array['president', 'administrator'], p_commune);
  perform app.refuse_days(p_order_date, p_from::date, p_to::date);
  if not p_delegate in (select app.titulars('delegate', v_office, app.today(p_commune))) or p_delegate is null then
    perform app.refuse('SIGD1');
  elsif p_to is null or p_to <= p_from then
    perform app.refuse('TERM2');
  elsif app.order_number(p_order_no) = '' or p_order_date is null or p_from is null
        or (p_from at time zone 'Africa/Casablanca')::date < p_order_date then
    perform app.refuse('SIGD2');
  end if;
  -- The delegation is the president's, whoever writes it down; during a vacancy, that of the person who acts.
  v_giver := coalesce(
    (select t.person from app.titulars('president', v_office, app.today(p_commune)) as t(person) order by t.person <> (select auth.uid()) limit 1),
    (select v.acting_id from app.vacancy v where v.organisation_id = v_office and v.role = 'president' and v.until is null
        and app.mandate_of('president', v_office, v.acting_id, app.today(p_commune)) is not null));
  if v_giver is null then
    perform app.refuse('SIGD3');
  end if;
  insert into app.delegation (commune_id, delegate_id, order_no, order_date, procedures, valid_from, valid_to, created_by, given_by)
  values (p_commune, p_delegate, app.order_number(p_order_no), p_order_date, coalesce(p_procedures, '{}'), p_from, p_to, (select auth.uid()), v_giver)
  returning id into v_id;
  perform app.notify(p_delegate, null, 'signature_delegated', jsonb_build_object('order_no', app.order_number(p_order_no),
            'from', (p_from at time zone 'Africa/Casablanca')::date, 'to', (p_to at time zone 'Africa/Casablanca')::date));
  return v_id;
end;
$$;

create or replace function public.revoke_delegation(p_delegation uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_delegation app.delegation;
begin
  select * into v_delegation from app.delegation where id = p_delegation;
  perform app.require_role(array['president', 'administrator'], v_delegation.commune_id);
  perform from app.delegation where id = p_delegation for update;
  update app.delegation set revoked_at = app.now(commune_id), revoked_by = (select auth.uid()) where id = p_delegation and revoked_at is null;
  if found then
    perform app.notify(v_delegation.delegate_id, null, 'delegation_revoked', jsonb_build_object('order_no', v_delegation.order_no));
  end if;
end;
$$;

-- Absences and deputies

-- Who writes down an absence: whoever manages the body, and the person themselves, except a delegate: what was delegated is not passed on.
create or replace function app.may_record_absence(p_organisation uuid, p_role text, p_person uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return app.manager_role(p_organisation) is not null
      or (p_person = (select auth.uid()) and p_role <> 'delegate'
          and p_person in (select app.titulars(p_role, p_organisation, app.organisation_today(p_organisation))));
end;
$$;

-- Holds a function of that body, in their own right, on each of those days.
create or replace function app.belongs_throughout(p_organisation uuid, p_person uuid, p_roles text[], p_from date, p_to date) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from app.membership m
     where m.organisation_id = p_organisation and m.person_id = p_person and (p_roles is null or m.role = any (p_roles))
       and m.absence_id is null and m.vacancy_id is null and m.valid_from <= p_from and coalesce(m.valid_to, 'infinity'::date) >= p_to);
end;
$$;

-- Refuses somebody who may not stand in: not of the body, or away themselves. Presidents and their delegates are replaced by a delegate
-- or vice-president of the commune; everybody else by a colleague.
create or replace function app.refuse_deputy(p_organisation uuid, p_role text, p_deputy uuid, p_from date, p_to date) returns void
language plpgsql stable security definer set search_path = '' as $$
declare
  v_away app.absence;
begin
  if not app.belongs_throughout(p_organisation, p_deputy, case when p_role in ('president', 'delegate') then array['delegate'] end, p_from, p_to) then
    perform app.refuse('LEAV4');
  end if;
  select * into v_away from app.absence a
   where a.organisation_id = p_organisation and a.person_id = p_deputy and a.ended_at is null and a.valid_from <= p_to and a.valid_to >= p_from limit 1;
  if v_away.id is not null then
    perform app.refuse('LEAV5', jsonb_build_object('from', app.date_text(v_away.valid_from), 'to', app.date_text(v_away.valid_to)));
  end if;
end;
$$;

-- A person is away from a function of a body, from the first to the last day; a deputy takes the pen, the seat and the tasks meanwhile.
create or replace function public.record_absence(p_organisation uuid, p_role text, p_person uuid, p_from date, p_to date, p_order_no text, p_order_date date,
                                                 p_deputy uuid default null, p_reason text default '') returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_today date := app.organisation_today(p_organisation);
  v_other app.absence;
  v_id    uuid;
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  elsif not coalesce(app.may_record_absence(p_organisation, p_role, p_person), false) then
    perform app.refuse('ROLE1');
  end if;
  perform app.refuse_days(p_from, p_to, p_order_date);
  perform app.refuse_long(p_reason);
  -- Two absences written at once, or one while somebody signs: the second waits here.
  perform from app.membership m where m.organisation_id = p_organisation and m.person_id in (p_person, p_deputy) order by m.id for update;
  if p_from is null or p_to is null or p_to < p_from then
    perform app.refuse('TERM2');
  elsif p_to < v_today then
    perform app.refuse('LEAV9');
  elsif app.order_number(p_order_no) = '' or p_order_date is null or p_order_date > p_from then
    perform app.refuse('LEAV8');
  elsif p_role is null or not p_role = any (app.signing_roles()) or not app.belongs_throughout(p_organisation, p_person, array[p_role], p_from, p_to) then
    perform app.refuse('LEAV1');
  elsif p_deputy = p_person then
    perform app.refuse('LEAV3');
  elsif p_deputy is null and p_role in ('president', 'governor') then
    perform app.refuse('LEAV7');
  end if;
  select * into v_other from app.absence a
   where a.organisation_id = p_organisation and a.role = p_role and a.person_id = p_person and a.ended_at is null
     and a.valid_from <= p_to and a.valid_to >= p_from limit 1;
  if v_other.id is not null then
    perform app.refuse('LEAV2', jsonb_build_object('from', app.date_text(v_other.valid_from), 'to', app.date_text(v_other.valid_to)));
  end if;
  select * into v_other from app.absence a
   where a.organisation_id = p_organisation and a.deputy_id = p_person and a.ended_at is null and a.valid_from <= p_to and a.valid_to >= p_from limit 1;
  if v_other.id is not null then
    perform app.refuse('LEAV6', jsonb_build_object('from', app.date_text(v_other.valid_from), 'to', app.date_text(v_other.valid_to),
      'name_fr', app.display_name(v_other.person_id) ->> 'fr', 'name_ar', app.display_name(v_other.person_id) ->> 'ar'));
  end if;
  if p_deputy is not null then
    perform app.refuse_deputy(p_organisation, p_role, p_deputy, p_from, p_to);
  end if;

  insert into app.absence (organisation_id, role, person_id, deputy_id, valid_from, valid_to, order_no, order_date, reason, created_by, created_at)
  values (p_organisation, p_role, p_person, p_deputy, p_from, p_to, app.order_number(p_order_no), p_order_date, btrim(coalesce(p_reason, '')),
          (select auth.uid()), app.now((select o.commune_id from app.organisation o where o.id = p_organisation))) returning id into v_id;
  -- The function itself for those days, unless the deputy holds it already.
  if p_deputy is not null and not app.belongs_throughout(p_organisation, p_deputy, array[p_role], p_from, p_to) then
    insert into app.membership (person_id, organisation_id, role, valid_from, valid_to, absence_id)
    values (p_deputy, p_organisation, p_role, greatest(p_from, v_today), p_to, v_id);
  end if;
  perform app.notify(w.person, null, w.kind, jsonb_build_object('role', p_role, 'from', p_from, 'to', p_to, 'order_no', app.order_number(p_order_no),
            'name', app.display_name(p_person), 'deputy', app.display_name(p_deputy), 'organisation_fr', o.name_fr, 'organisation_ar', o.name_ar))
    from app.organisation o, (values (p_deputy, 'absence_deputy'), (p_person, 'absence_recorded')) as w(person, kind)
   where o.id = p_organisation and w.person is not null and w.person <> (select auth.uid());
  return v_id;
end;
$$;

-- Back early, or an absence that will not take place: the deputy's power ends at once.
create or replace function public.end_absence(p_absence uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_absence app.absence;
  v_today   date;
begin
  select * into v_absence from app.absence where id = p_absence;
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  elsif v_absence.id is null or not coalesce(app.may_record_absence(v_absence.organisation_id, v_absence.role, v_absence.person_id), false) then
    perform app.refuse('ROLE1');
  end if;
  v_today := app.organisation_today(v_absence.organisation_id);
  perform from app.membership m where m.organisation_id = v_absence.organisation_id and m.person_id in (v_absence.person_id, v_absence.deputy_id) order by m.id for update;
  update app.absence set ended_at = app.now((select o.commune_id from app.organisation o where o.id = v_absence.organisation_id)), ended_by = (select auth.uid())
   where id = p_absence and ended_at is null and valid_to >= v_today;
  if not found then
    perform app.refuse('LEAV9');
  end if;
  perform app.close_stand_in(v_absence.organisation_id, p_absence, null);
  perform app.notify(v_absence.deputy_id, null, 'absence_over', jsonb_build_object('role', v_absence.role, 'name', app.display_name(v_absence.person_id)))
    where v_absence.deputy_id is not null and v_absence.deputy_id <> (select auth.uid());
end;
$$;

-- A deputy's or acting person's function ends: the days served stay in the register.
create or replace function app.close_stand_in(p_organisation uuid, p_absence uuid, p_vacancy uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_today date := app.organisation_today(p_organisation);
begin
  delete from app.membership where (absence_id = p_absence or vacancy_id = p_vacancy) and valid_from >= v_today;
  update app.membership set valid_to = v_today - 1 where (absence_id = p_absence or vacancy_id = p_vacancy) and coalesce(valid_to, 'infinity'::date) >= v_today;
end;
$$;

-- Interests and recusals

-- The function by which a person of the administration has to do with a dossier, or null.
create or replace function app.function_over(p_dossier uuid, p_person uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select m.role
      from app.dossier d
      join app.commune c on c.id = d.commune_id
      join app.organisation o on o.commune_id = c.id or (o.commune_id is null and o.province_code = c.province_code) or o.kind = 'national'
      join app.membership m on m.organisation_id = o.id and m.person_id = p_person
     where d.id = p_dossier and app.today(c.id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date)
     limit 1);
end;
$$;

-- An agent who has an interest in a dossier says so and may no longer act on it.
create or replace function public.declare_interest(p_dossier uuid, p_reason text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_role text;
begin
  if not app.can_read(p_dossier) then
    perform app.refuse('SEEN1');
  end if;
  v_role := app.function_over(p_dossier, (select auth.uid()));
  if v_role is null then
    perform app.refuse('ROLE1');
  elsif coalesce(btrim(p_reason), '') = '' then
    perform app.refuse('INTR2');
  end if;
  insert into app.declared_interest (dossier_id, person_id, reason) values (p_dossier, (select auth.uid()), left(btrim(p_reason), 1000))
  on conflict do nothing;
  if found then
    perform app.record(p_dossier, 'interest_declared', v_role, '{}');
  end if;
end;
$$;

-- The president or an administrator keeps somebody off a dossier in which that person has an interest.
create or replace function public.recuse(p_number text, p_person uuid, p_reason text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier;
  v_by      text;
begin
  select * into v_dossier from app.dossier where number = btrim(p_number) and state <> 'DRAFT';
  if v_dossier.id is null or not app.can_read(v_dossier.id) then
    perform app.refuse('SEEN1');
  end if;
  v_by := app.require_role(array['president', 'administrator'], v_dossier.commune_id);
  if coalesce(btrim(p_reason), '') = '' then
    perform app.refuse('INTR2');
  elsif p_person is null or app.function_over(v_dossier.id, p_person) is null then
    perform app.refuse('INTR3');
  end if;
  perform from app.dossier where id = v_dossier.id for update;   -- a signature under way ends first
  insert into app.declared_interest (dossier_id, person_id, reason, declared_by)
  values (v_dossier.id, p_person, left(btrim(p_reason), 1000), (select auth.uid()))
  on conflict do nothing;
  if found then
    perform app.record(v_dossier.id, 'recused', v_by, jsonb_build_object('person', p_person));
    perform app.notify(p_person, v_dossier.id, 'recused');
  end if;
end;
$$;

-- Certificates

-- A key that must sign no more: lost, stolen, or its owner asks. What it signed before stays signed.
create or replace function public.revoke_certificate(p_key uuid, p_why text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_key app.signing_key;
begin
  select * into v_key from app.signing_key where id = p_key for update;
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  elsif v_key.id is null or not (v_key.person_id = (select auth.uid()) or app.manager_role(coalesce(v_key.organisation_id, app.signing_body(v_key.person_id))) is not null) then
    perform app.refuse('ROLE1');
  elsif v_key.revoked_at is not null or p_why is null or p_why not in ('lost', 'compromised', 'other') then
    perform app.refuse('SIGN4');
  end if;
  update app.signing_key set revoked_at = now(), revoked_by = (select auth.uid()), revoked_why = p_why where id = p_key;
  perform app.notify(v_key.person_id, null, 'certificate_revoked', jsonb_build_object('why', p_why)) where v_key.person_id <> (select auth.uid());
end;
$$;

-- The body that a person's certificate names: where they sign, an office before a seat.
create or replace function app.signing_body(p_person uuid) returns uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select m.organisation_id from app.membership m
     where m.person_id = p_person and m.role = any (app.signing_roles())
       and app.organisation_today(m.organisation_id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date)
     order by m.absence_id is not null or m.vacancy_id is not null, array_position(app.signing_roles(), m.role), m.valid_from desc limit 1);
end;
$$;

-- Certificates whose owner signs for the body no more: they name a body that this person left.
create or replace function app.revoke_left_certificates() returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_key   app.signing_key;
  v_count int := 0;
begin
  for v_key in
    select k.* from app.signing_key k
     where k.revoked_at is null
       and not exists (select from app.membership m
                        where m.person_id = k.person_id and m.role = any (app.signing_roles())
                          and (k.organisation_id is null or m.organisation_id = k.organisation_id)
                          and app.organisation_today(m.organisation_id) <= coalesce(m.valid_to, 'infinity'::date))
     order by k.id limit app.tick_limit() for update of k skip locked
  loop
    update app.signing_key set revoked_at = now(), revoked_why = 'left' where id = v_key.id;
    perform app.notify(v_key.person_id, null, 'certificate_revoked', jsonb_build_object('why', 'left'));
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;

revoke execute on function app.order_number, app.may_record_absence, app.belongs_throughout, app.refuse_deputy, app.close_stand_in, app.function_over, app.signing_body,
  app.revoke_left_certificates, public.delegate_signature, public.revoke_delegation, public.record_absence, public.end_absence, public.declare_interest,
  public.recuse, public.revoke_certificate from public, anon, authenticated;
grant execute on function public.delegate_signature, public.revoke_delegation, public.record_absence, public.end_absence, public.declare_interest,
  public.recuse, public.revoke_certificate to authenticated;
