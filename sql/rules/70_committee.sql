-- Who sits on a dossier. The procedure's definition names the seats (committee.seats), the register of bodies says who holds them, the
-- population of the commune says where the committee sits; nothing of it is written here.
--
--   SEAT1  the person does not sit on this dossier     SEAT2  no text demands this member here
--   SEAT3  this seat exists already                    SITS1  the dossier is not before the committee
select app.say('SEAT1', 'Vous ne siégez pas pour ce dossier. Vérifiez votre fonction dans « Mon compte », ou demandez à la séance de vous convoquer.',
                        'لستم عضوا في لجنة دراسة هذا الملف. يرجى التحقق من مهمتكم في حسابكم، أو طلب استدعائكم من كتابة اللجنة.');
select app.say('SEAT2', 'Un membre occasionnel ne siège que si un texte exige son avis. Choisissez un membre prévu par la procédure et citez l''article.',
                        'لا يشارك عضو غير دائم إلا إذا كان نص يستوجب رأيه. يرجى اختيار عضو منصوص عليه في المسطرة مع ذكر المادة.');
select app.say('SEAT3', 'Ce membre siège déjà pour ce dossier.', 'هذا العضو يشارك بالفعل في دراسة هذا الملف.');
select app.say('SITS1', 'Le dossier n''est pas devant la commission. Rechargez la page.', 'الملف ليس معروضا على اللجنة. يرجى تحديث الصفحة.');

-- The organisations that reach a commune: its own, those of its province, national ones.
create or replace function app.reaches(p_organisation app.organisation, p_commune app.commune) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return p_organisation.commune_id = p_commune.id
      or (p_organisation.commune_id is null and p_organisation.province_code = p_commune.province_code) or p_organisation.kind = 'national';
end;
$$;

-- The body at which the committee of a dossier sits: the commune above the population that the definition gives, else the province.
-- The commune's setting `sits_at` may say otherwise (a smaller commune may have its own window, RGC).
create or replace function app.seating_body(p_dossier uuid) returns uuid
language plpgsql stable security definer set search_path = '' as $$
declare
  v_commune app.commune;
  v_where   text := app.local_settings(p_dossier) ->> 'sits_at';
  v_above   int := (app.definition_of(p_dossier) #>> '{committee,sits_at,commune_above}')::int;
begin
  select c.* into v_commune from app.dossier d join app.commune c on c.id = d.commune_id where d.id = p_dossier;
  if coalesce(v_where, 'population') = 'population' then
    v_where := case when v_commune.population > v_above then 'commune' else 'province' end;
  end if;
  return (select o.id from app.organisation o
           where case v_where when 'commune' then o.kind = 'commune' and o.commune_id = v_commune.id
                              else o.kind = 'province' and o.province_code = v_commune.province_code end);
end;
$$;

-- Does the person hold this role in this very body today?
create or replace function app.holds_in(p_role text, p_organisation uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from app.membership m
     where m.person_id = (select auth.uid()) and m.role = p_role and m.organisation_id = p_organisation
       and app.organisation_today(m.organisation_id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date));
end;
$$;

-- The act by which the signed-in person speaks for a seat today: a membership of the body, or a deputy's mandate, as the register of
-- powers has it (14_powers_register.sql). Null: none, or on leave.
-- p_on: the dossier's day, which a demonstration commune may have moved.
create or replace function app.seat_power(p_role text, p_organisation uuid, p_on date default null) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return app.mandate_of(p_role, p_organisation, (select auth.uid()), p_on);
end;
$$;

create or replace function app.is_secretary_of(p_organisation uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return app.holds_in('secretary', p_organisation) and app.seat_power('secretary', p_organisation) is not null;
end;
$$;

create or replace function app.require_secretary(p_organisation uuid) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  elsif not app.is_secretary_of(p_organisation) then
    perform app.refuse('ROLE1');
  end if;
end;
$$;

-- The committee's rules: those of the installation, under those of the body.
create or replace function app.committee_rules(p_organisation uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce(app.setting_value('committee'), '{}') - 'about'
      || coalesce((select c.settings from app.committee c where c.organisation_id = p_organisation), '{}');
end;
$$;

create or replace function app.round_of(p_dossier uuid) returns int
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select coalesce(max(s.round), 0) from app.seat s where s.dossier_id = p_dossier);
end;
$$;

-- What a seat is called: by the definition when it says so, else by its function.
create or replace function app.seat_title(p_definition jsonb, p_role text, p_organisation uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce(
    (select s -> 'title' from jsonb_array_elements(coalesce(p_definition #> '{committee,seats}', '[]')) as s
      where s ->> 'role' = p_role and s ? 'title' limit 1),
    app.setting_value('role_labels') -> p_role,
    (select jsonb_build_object('fr', o.name_fr, 'ar', o.name_ar) from app.organisation o where o.id = p_organisation));
end;
$$;

-- The seats of a new round: each seat of the definition whose condition holds, once per body that holds it for this commune.
create or replace function app.make_seats(p_dossier uuid, p_due date) returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier;
  v_round   int := app.round_of(p_dossier) + 1;
  v_facts   jsonb := app.facts(p_dossier);
  v_named   jsonb;
  v_body    uuid;
begin
  select * into v_dossier from app.dossier where id = p_dossier;
  update app.seat set closed_at = app.now(v_dossier.commune_id) where dossier_id = p_dossier and closed_at is null;
  for v_named in
    select s from jsonb_array_elements(coalesce(app.definition_of(p_dossier) #> '{committee,seats}', '[]')) as s
     where app.holds_condition(s -> 'when', v_facts)
  loop
    for v_body in select b.id from app.bodies_of(v_named ->> 'role', v_dossier.commune_id) as b(id) loop
      perform app.seat_body(v_dossier, v_round, v_named, v_body, p_due);
    end loop;
  end loop;
  perform app.record(p_dossier, 'committee_seated', 'system', jsonb_build_object('round', v_round, 'body', app.seating_body(p_dossier), 'seats',
    (select jsonb_agg(jsonb_build_object('role', s.role, 'organisation', s.organisation_id, 'article', s.article) order by s.role, s.organisation_id)
       from app.seat s where s.dossier_id = p_dossier and s.round = v_round)));
  return v_round;
end;
$$;

-- Bodies in which somebody holds the role for a commune today; one null when nobody does, so that the empty seat shows.
create or replace function app.bodies_of(p_role text, p_commune uuid) returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select distinct o.id
      from app.commune c
      join app.organisation o on app.reaches(o, c)
      join app.membership m on m.organisation_id = o.id and m.role = p_role
     where c.id = p_commune and app.today(c.id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date);
  if not found then
    return next null;
  end if;
end;
$$;

create or replace function app.seat_body(p_dossier app.dossier, p_round int, p_named jsonb, p_body uuid, p_due date) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_task uuid;
  v_seat uuid;
begin
  insert into app.task (dossier_id, commune_id, step, role, opened_at, due_on)
  values (p_dossier.id, p_dossier.commune_id, p_dossier.step, p_named ->> 'role', app.now(p_dossier.commune_id), p_due) returning id into v_task;
  insert into app.seat (dossier_id, commune_id, round, role, organisation_id, need, is_binding, article, task_id)
  values (p_dossier.id, p_dossier.commune_id, p_round, p_named ->> 'role', p_body, p_named ->> 'need', coalesce((p_named -> 'binding')::boolean, false),
          coalesce(p_named ->> 'article', ''), v_task) returning id into v_seat;
  perform app.notify_body(p_dossier.id, p_named ->> 'role', p_body, 'seated', jsonb_build_object('due_on', p_due));
  return v_seat;
end;
$$;

-- Everybody who holds the role in one body today.
create or replace function app.notify_body(p_dossier uuid, p_role text, p_organisation uuid, p_kind text, p_data jsonb default '{}') returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform app.notify(m.person_id, p_dossier, p_kind, p_data)
     from app.membership m
    where m.organisation_id = p_organisation and m.role = p_role
      and app.organisation_today(m.organisation_id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date);
end;
$$;

-- The seats of the running round.
create or replace function app.seats_of(p_dossier uuid) returns setof app.seat
language plpgsql stable security definer set search_path = '' as $$
begin
  return query select s.* from app.seat s where s.dossier_id = p_dossier and s.round = app.round_of(p_dossier) order by s.need desc, s.role, s.organisation_id;
end;
$$;

-- Does the signed-in person sit, or keep the secretariat, for this dossier?
create or replace function app.sits_on(p_dossier uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return not app.is_party(p_dossier)
     and (exists (select from app.seat s where s.dossier_id = p_dossier and app.seat_power(s.role, s.organisation_id, app.today(s.commune_id)) is not null)
          or (exists (select from app.seat s where s.dossier_id = p_dossier) and app.is_secretary_of(app.seating_body(p_dossier))));
end;
$$;

-- Locks a dossier that is before the committee.
create or replace function app.lock_before_committee(p_dossier uuid) returns app.dossier
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier := app.lock_dossier(p_dossier);
begin
  if v_dossier.closed_at is not null or app.step_named(app.definition_of(p_dossier), v_dossier.step) ->> 'kind' is distinct from 'committee'
     or v_dossier.state = 'MODIFICATION_REQUESTED' then
    perform app.refuse('SITS1');
  end if;
  return v_dossier;
end;
$$;

-- The president or the secretariat adds an occasional member, where the definition knows a text that demands it.
create or replace function public.add_seat(p_dossier uuid, p_role text, p_article text) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier := app.lock_before_committee(p_dossier);
  v_named   jsonb;
  v_body    uuid;
  v_seat    uuid;
begin
  if not app.is_secretary_of(app.seating_body(p_dossier)) then
    perform app.require_role(array['president'], v_dossier.commune_id);
  end if;
  perform app.refuse_interest(p_dossier);
  perform app.refuse_long(p_article);
  select s into v_named from jsonb_array_elements(app.definition_of(p_dossier) #> '{committee,seats}') as s
   where s ->> 'role' = p_role and s ->> 'need' = 'occasional';
  if v_named is null or trim(coalesce(p_article, '')) = '' then
    perform app.refuse('SEAT2');
  end if;
  if exists (select from app.seats_of(p_dossier) s where s.role = p_role) then
    perform app.refuse('SEAT3');
  end if;
  if coalesce((app.minutes_of(p_dossier)).state, 'failed') <> 'failed' then
    perform app.refuse('MINU2');
  end if;
  -- All opinions were in: there is one to wait for again.
  update app.dossier
     set state = case when exists (select from app.agenda_item a join app.session s on s.id = a.session_id
                                    where a.dossier_id = p_dossier and a.round = app.round_of(p_dossier) and a.state = 'listed' and s.state <> 'cancelled')
                      then 'COMMISSION_SCHEDULED' else 'IN_STUDY' end
   where id = p_dossier and state = 'OPINIONS_COLLECTED';
  for v_body in select b.id from app.bodies_of(p_role, v_dossier.commune_id) as b(id) loop
    v_seat := app.seat_body(v_dossier, app.round_of(p_dossier), v_named || jsonb_build_object('article', p_article), v_body,
                            (select max(t.due_on) from app.task t where t.dossier_id = p_dossier and t.closed_at is null));
  end loop;
  perform app.record(p_dossier, 'seat_added', 'secretary', jsonb_build_object('role', p_role, 'article', p_article));
  return v_seat;
end;
$$;

revoke execute on function app.reaches, app.seating_body, app.holds_in, app.seat_power, app.is_secretary_of, app.require_secretary, app.committee_rules,
  app.round_of, app.seat_title, app.make_seats, app.bodies_of, app.seat_body, app.notify_body, app.seats_of, app.sits_on, app.lock_before_committee,
  public.add_seat from public, anon, authenticated;
grant execute on function public.add_seat to authenticated;
