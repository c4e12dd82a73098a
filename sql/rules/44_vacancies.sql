-- An office that signs and has no holder: declared by the province, or found by the worker on the day a president's function ended with
-- nobody after them. Who acts meanwhile, and by which text. It closes itself when somebody holds the office again.
--
--   VACN1  only the office of a president or of a governor can be vacant       VACN2  a vacancy begins today or began earlier
--   VACN3  this vacancy is already open                                        VACN4  who acts needs a text: number, date, name
--   VACN5  the cause is one of the list                                        VACN6  this vacancy is over
select app.say('VACN1', 'Une vacance se déclare pour la présidence d''une commune ou pour un gouvernorat. Choisissez l''un de ces offices.',
                        'يعلن الشغور بالنسبة لرئاسة جماعة أو لمنصب العامل. اختاروا أحد هذين المنصبين.');
select app.say('VACN2', 'Une vacance se déclare le jour où elle s''ouvre, ou après. Choisissez un jour qui n''est pas à venir.',
                        'يعلن الشغور يوم حدوثه أو بعده. اختاروا يوما غير قادم.');
select app.say('VACN3', 'La vacance de cet office est déjà inscrite depuis le {since}. Désignez la personne qui assure l''intérim.',
                        'شغور هذا المنصب مسجل منذ {since}. عينوا من يتولى المهام مؤقتا.');
select app.say('VACN4', 'Nommez la personne qui assure l''intérim et le texte qui la désigne : intitulé (80 caractères au plus), numéro et date.',
                        'حددوا من يتولى المهام مؤقتا والنص الذي يعينه: العنوان (80 حرفا كحد أقصى) والرقم والتاريخ.');
select app.say('VACN5', 'Choisissez la cause de la vacance dans la liste.', 'اختاروا سبب الشغور من اللائحة.');
select app.say('VACN6', 'Cette vacance est terminée : l''office a un titulaire. Rechargez la page.', 'انتهى هذا الشغور: للمنصب صاحب. يرجى تحديث الصفحة.');

-- The province watches its communes' offices; administrators also their own body's. A president does not declare a vacancy.
create or replace function app.may_declare_vacancy(p_organisation uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return app.manager_role(p_organisation) = 'administrator'
      or exists (select from app.organisation o where o.id = p_organisation and o.kind = 'commune' and app.holds('governor', o.commune_id));
end;
$$;

-- The alarm: governor and administrators of the province, administrators of the commune; for a governor's office those of the kingdom.
create or replace function app.tell_of_vacancy(p_vacancy uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_vacancy app.vacancy;
  v_body    app.organisation;
begin
  select * into v_vacancy from app.vacancy where id = p_vacancy;
  select * into v_body from app.organisation where id = v_vacancy.organisation_id;
  perform app.notify(w.person_id, null, 'office_vacant', jsonb_build_object('vacancy', p_vacancy, 'role', v_vacancy.role, 'since', v_vacancy.since,
            'organisation_fr', v_body.name_fr, 'organisation_ar', v_body.name_ar))
    from (select distinct m.person_id
            from app.membership m join app.organisation o on o.id = m.organisation_id
            left join app.commune c on c.id = v_body.commune_id
           where m.role in ('governor', 'administrator')
             and (o.id = v_body.id or (o.kind = 'province' and o.province_code = coalesce(c.province_code, v_body.province_code))
                  or (o.kind = 'national' and v_body.kind = 'province'))
             and app.organisation_today(o.id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date)) as w;
end;
$$;

create or replace function public.declare_vacancy(p_organisation uuid, p_role text, p_since date, p_cause text, p_acting uuid default null,
                                                  p_text text default '', p_order_no text default '', p_order_date date default null) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_body  app.organisation;
  v_today date := app.organisation_today(p_organisation);
  v_open  app.vacancy;
  v_last  uuid;
  v_away  uuid;
  v_id    uuid;
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  elsif not coalesce(app.may_declare_vacancy(p_organisation), false) then
    perform app.refuse('ROLE1');
  end if;
  select * into v_body from app.organisation where id = p_organisation;
  if (v_body.kind, coalesce(p_role, '')) not in (('commune', 'president'), ('province', 'governor')) then
    perform app.refuse('VACN1');
  end if;
  perform app.refuse_days(p_since);
  if p_since is null or p_since > v_today then
    perform app.refuse('VACN2');
  elsif p_cause is null or p_cause not in ('term', 'resignation', 'death', 'removal', 'transfer', 'other') then
    perform app.refuse('VACN5');
  end if;
  perform from app.membership m where m.organisation_id = p_organisation and m.role = p_role order by m.id for update;
  select * into v_open from app.vacancy where organisation_id = p_organisation and role = p_role and until is null;
  if v_open.id is not null then
    perform app.refuse('VACN3', jsonb_build_object('since', app.date_text(v_open.since)));
  end if;

  -- The last holder's function ends, and with it their absence and their deputy's pen. Days already served stay.
  select m.person_id into v_last from app.membership m
   where m.organisation_id = p_organisation and m.role = p_role and m.absence_id is null and m.vacancy_id is null and m.valid_from <= v_today
   order by m.valid_to desc nulls first, m.valid_from desc limit 1;
  delete from app.membership where organisation_id = p_organisation and role = p_role and valid_from = v_today and absence_id is null and vacancy_id is null;
  update app.membership set valid_to = v_today - 1
   where organisation_id = p_organisation and role = p_role and absence_id is null and vacancy_id is null
     and valid_from < v_today and coalesce(valid_to, 'infinity'::date) >= v_today;
  for v_away in
    update app.absence set ended_at = app.now(v_body.commune_id), ended_by = (select auth.uid())
     where organisation_id = p_organisation and role = p_role and ended_at is null and valid_to >= v_today returning id
  loop
    perform app.close_stand_in(p_organisation, v_away, null);
  end loop;

  insert into app.vacancy (organisation_id, role, since, cause, last_holder_id, created_by, created_at)
  values (p_organisation, p_role, p_since, p_cause, v_last, (select auth.uid()), app.now(v_body.commune_id)) returning id into v_id;
  perform app.tell_of_vacancy(v_id);
  if p_acting is not null then
    perform public.name_acting(v_id, p_acting, p_text, p_order_no, p_order_date);
  end if;
  return v_id;
end;
$$;

-- Who acts for the vacant office from today on; a new name replaces the one before.
create or replace function public.name_acting(p_vacancy uuid, p_acting uuid, p_text text, p_order_no text, p_order_date date) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_vacancy app.vacancy;
  v_today   date;
begin
  select * into v_vacancy from app.vacancy where id = p_vacancy for update;
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  elsif v_vacancy.id is null or not coalesce(app.may_declare_vacancy(v_vacancy.organisation_id), false) then
    perform app.refuse('ROLE1');
  end if;
  v_today := app.organisation_today(v_vacancy.organisation_id);
  if v_vacancy.until is not null or exists (select from app.titulars(v_vacancy.role, v_vacancy.organisation_id, v_today)) then
    perform app.refuse('VACN6');
  end if;
  perform app.refuse_days(p_order_date);
  if p_acting is null or btrim(coalesce(p_text, '')) = '' or length(btrim(p_text)) > 80 or app.order_number(p_order_no) = '' or p_order_date is null
     or p_order_date > v_today then
    perform app.refuse('VACN4');
  end if;
  perform app.refuse_deputy(v_vacancy.organisation_id, v_vacancy.role, p_acting, v_today, v_today);
  perform from app.membership m where m.organisation_id = v_vacancy.organisation_id and m.vacancy_id = p_vacancy order by m.id for update;
  perform app.close_stand_in(v_vacancy.organisation_id, null, p_vacancy);
  update app.vacancy set acting_id = p_acting, acting_text = btrim(p_text), order_no = app.order_number(p_order_no), order_date = p_order_date where id = p_vacancy;
  insert into app.membership (person_id, organisation_id, role, valid_from, vacancy_id) values (p_acting, v_vacancy.organisation_id, v_vacancy.role, v_today, p_vacancy);
  perform app.notify(p_acting, null, 'acting_named', jsonb_build_object('role', v_vacancy.role, 'text', btrim(p_text), 'order_no', app.order_number(p_order_no),
            'organisation_fr', o.name_fr, 'organisation_ar', o.name_ar))
    from app.organisation o where o.id = v_vacancy.organisation_id;
end;
$$;

-- Offices filled again: the vacancy ends the day before, and so does the acting person's function.
create or replace function app.close_vacancies(p_commune uuid default null) returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_vacancy app.vacancy;
  v_began   date;
  v_count   int := 0;
begin
  for v_vacancy in
    select v.* from app.vacancy v join app.organisation o on o.id = v.organisation_id
     where v.until is null and (p_commune is null or o.commune_id = p_commune) for update of v skip locked limit app.tick_limit()
  loop
    select min(m.valid_from) into v_began from app.membership m
     where m.organisation_id = v_vacancy.organisation_id and m.role = v_vacancy.role and m.absence_id is null and m.vacancy_id is null
       and app.organisation_today(m.organisation_id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date);
    if v_began is not null then
      update app.vacancy set until = greatest(v_began - 1, since) where id = v_vacancy.id;
      perform app.close_stand_in(v_vacancy.organisation_id, null, v_vacancy.id);
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end;
$$;

-- Open communes whose president's function ended with nobody after them.
create or replace function app.find_vacancies(p_commune uuid default null) returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_found record;
  v_count int := app.close_vacancies(p_commune);
  v_id    uuid;
begin
  for v_found in
    select o.id as body, c.id as commune, last.person_id, last.valid_to
      from app.commune c
      join app.organisation o on o.commune_id = c.id and o.kind = 'commune'
      join lateral (select m.person_id, m.valid_to from app.membership m
                     where m.organisation_id = o.id and m.role = 'president' and m.absence_id is null and m.vacancy_id is null
                       and m.valid_from <= app.today(c.id)
                     order by m.valid_to desc nulls first limit 1) as last on last.valid_to < app.today(c.id)
     where c.is_open and (p_commune is null or c.id = p_commune)
       and not exists (select from app.vacancy v where v.organisation_id = o.id and v.role = 'president' and v.until is null)
     limit app.tick_limit()
  loop
    insert into app.vacancy (organisation_id, role, since, cause, last_holder_id, created_at)
    values (v_found.body, 'president', v_found.valid_to + 1, 'found', v_found.person_id, app.now(v_found.commune))
    on conflict do nothing returning id into v_id;
    if v_id is not null then
      perform app.tell_of_vacancy(v_id);
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end;
$$;

revoke execute on function app.may_declare_vacancy, app.tell_of_vacancy, app.close_vacancies, app.find_vacancies, public.declare_vacancy, public.name_acting
  from public, anon, authenticated;
grant execute on function public.declare_vacancy, public.name_acting to authenticated;
