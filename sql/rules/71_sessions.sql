-- Sessions of a committee: calendar, convening, agenda, attendance, quorum. The secretariat of the body acts; members read what they are
-- called to. What the rules leave open (quorum, effect of an absence, notice) is a setting of the committee, frozen when it is convened.
--
--   SESS2  the session is not at that stage            SESS3  its hour leaves less than the notice of the committee's rules
--   SESS4  nothing is on the agenda                    SESS5  the quorum is not met
--   SESS6  this dossier does not wait for this committee, or is on another agenda
--   SESS7  a date, a place or a status is missing or unknown        SESS8  a setting has not a known value
--   SESS9  cancelling or postponing needs its reason   LINK3  a link that is none
select app.say('SESS2', 'La séance n''en est plus là. Rechargez la page pour voir où elle en est.', 'تجاوزت الجلسة هذه المرحلة. يرجى تحديث الصفحة.');
select app.say('SESS3', 'La convocation part au moins {hours} heures avant la séance. Choisissez une heure plus éloignée.',
                        'يوجه الاستدعاء قبل الجلسة بما لا يقل عن {hours} ساعة. يرجى اختيار موعد أبعد.');
select app.say('SESS4', 'L''ordre du jour est vide. Inscrivez au moins un dossier.', 'جدول الأعمال فارغ. يرجى إدراج ملف واحد على الأقل.');
select app.say('SESS5', 'Le quorum n''est pas atteint : {present} membres sur {needed}. Notez les présences, ou reportez la séance.',
                        'النصاب غير مكتمل: {present} من أصل {needed}. يرجى تسجيل الحضور أو تأجيل الجلسة.');
select app.say('SESS6', 'Ce dossier n''attend pas cette commission, ou figure déjà à un autre ordre du jour.',
                        'هذا الملف لا ينتظر هذه اللجنة، أو هو مدرج بجدول أعمال آخر.');
select app.say('SESS7', 'Indiquez une date, une heure et un lieu ou un lien ; pour une présence, l''un des choix proposés.',
                        'يرجى تحديد التاريخ والساعة والمكان أو الرابط؛ وبالنسبة للحضور أحد الاختيارات المقترحة.');
select app.say('SESS8', 'Cette règle n''a pas une valeur connue. Choisissez l''une de celles proposées.', 'قيمة هذه القاعدة غير معروفة. يرجى اختيار إحدى القيم المقترحة.');
select app.say('SESS9', 'Indiquez le motif en quelques mots : il est communiqué aux membres.', 'اذكروا السبب باختصار: يبلغ إلى الأعضاء.');

select app.say('LINK3', 'Un lien commence par https://. Recopiez l''adresse de la visioconférence en entier.',
                        'يبدأ الرابط بـ https://. يرجى نسخ عنوان الاجتماع عن بعد كاملا.');

-- The clock of a body: its commune's; a province has the moved clock of its demonstration communes when they all share one.
create or replace function app.body_now(p_organisation uuid) returns timestamptz
language plpgsql stable security definer set search_path = '' as $$
declare
  v_body   app.organisation;
  v_offset interval;
begin
  select * into v_body from app.organisation where id = p_organisation;
  if v_body.commune_id is not null then
    return app.now(v_body.commune_id);
  end if;
  select min(c.clock_offset) into v_offset from app.commune c
   where c.province_code = v_body.province_code and c.is_open having min(c.clock_offset) = max(c.clock_offset);
  return now() + coalesce(v_offset, '0');
end;
$$;

create or replace function app.lock_session(p_session uuid, p_states text[]) returns app.session
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_session app.session;
begin
  select * into v_session from app.session where id = p_session for update;
  if v_session.id is null then
    perform app.refuse('SEEN1');
  end if;
  perform app.require_secretary(v_session.organisation_id);
  if not v_session.state = any (p_states) then
    perform app.refuse('SESS2');
  end if;
  return v_session;
end;
$$;

-- {quorum: all|majority|n, absence: wait|escalate|proceed, sealing: all|n, notice_hours, remote, weekday, time, place, link}
create or replace function public.set_committee(p_organisation uuid, p_settings jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_rules jsonb;
begin
  if not app.manages(p_organisation) then
    perform app.require_secretary(p_organisation);
  end if;
  perform app.refuse_other_form(p_settings, 'object');
  v_rules := coalesce(app.setting_value('committee'), '{}') || p_settings;
  if exists (select from jsonb_object_keys(p_settings) as k where k not in
               ('quorum', 'absence', 'sealing', 'notice_hours', 'remote', 'weekday', 'time', 'place', 'link'))
     or not coalesce((v_rules -> 'quorum') in ('"all"', '"majority"') or (v_rules ->> 'quorum') ~ '^[1-9][0-9]?$', false)
     or not coalesce((v_rules -> 'sealing') = '"all"' or (v_rules ->> 'sealing') ~ '^[1-9][0-9]?$', false)
     or coalesce(v_rules ->> 'absence', '') not in ('wait', 'escalate', 'proceed')
     or not coalesce((v_rules ->> 'notice_hours') ~ '^[0-9]{1,3}$', false)
     or jsonb_typeof(v_rules -> 'remote') is distinct from 'boolean'
     or not coalesce((v_rules ->> 'weekday') ~ '^[1-5]$', true) or not coalesce((v_rules ->> 'time') ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$', true)
     or exists (select from jsonb_each(v_rules) as r where r.key in ('place', 'link') and jsonb_typeof(r.value) not in ('string', 'null'))
     or length(coalesce(v_rules ->> 'place', '')) > 300 or length(coalesce(v_rules ->> 'link', '')) > 500 then
    perform app.refuse('SESS8');
  end if;
  perform app.refuse_no_link(v_rules ->> 'link');
  insert into app.committee (organisation_id, settings) values (p_organisation, p_settings)
  on conflict (organisation_id) do update set settings = excluded.settings;
  perform app.note_act((select o.commune_id from app.organisation o where o.id = p_organisation), 'committee_set',
                       jsonb_build_object('organisation', p_organisation, 'settings', p_settings));
end;
$$;

-- An administrator above the body, or its president, manages it (40_people.sql).
create or replace function app.manages(p_organisation uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (select from app.managed(p_organisation));
end;
$$;

-- An address that a browser opens, or none.
create or replace function app.refuse_no_link(p_link text) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if trim(coalesce(p_link, '')) <> '' and trim(p_link) !~* '^https?://[^\s/]+' then
    perform app.refuse('LINK3');
  end if;
end;
$$;

-- When and where a session sits.
create or replace function app.refuse_place(p_held_at timestamptz, p_place text, p_link text) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  perform app.refuse_long(p_place, p_link);
  if p_held_at is null or p_held_at not between '2015-01-01' and '2060-12-31' or trim(coalesce(p_place, '') || coalesce(p_link, '')) = '' then
    perform app.refuse('SESS7');
  end if;
  perform app.refuse_no_link(p_link);
end;
$$;

create or replace function public.plan_session(p_organisation uuid, p_held_at timestamptz, p_place text default '', p_link text default '') returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  perform app.require_secretary(p_organisation);
  perform app.refuse_place(p_held_at, p_place, p_link);
  insert into app.session (organisation_id, held_at, place, link, created_by)
  values (p_organisation, p_held_at, trim(coalesce(p_place, '')), trim(coalesce(p_link, '')), (select auth.uid())) returning id into v_id;
  return v_id;
end;
$$;

-- Another hour or place, as long as nobody was called; later a session is cancelled with its reason and another one planned.
create or replace function public.move_session(p_session uuid, p_held_at timestamptz, p_place text default '', p_link text default '') returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_session app.session := app.lock_session(p_session, array['planned']);
begin
  perform app.refuse_place(p_held_at, p_place, p_link);
  update app.session set held_at = p_held_at, place = trim(coalesce(p_place, '')), link = trim(coalesce(p_link, '')) where id = v_session.id;
end;
$$;

-- Dossiers of the running round that wait for a committee, most urgent first, with the agenda they are on.
create or replace function app.waiting_for_committee(p_organisations uuid[])
returns table (dossier_id uuid, organisation_id uuid, round int, due_on date, session_id uuid)
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select d.id, b.body, app.round_of(d.id), (select max(t.due_on) from app.task t where t.dossier_id = d.id and t.step = d.step and t.role = 'secretary' and t.closed_at is null),
           (select a.session_id from app.agenda_item a join app.session s on s.id = a.session_id
             where a.dossier_id = d.id and a.round = app.round_of(d.id) and a.state = 'listed' and s.state in ('planned', 'convened', 'open') limit 1)
      from (select distinct t.dossier_id from app.task t where t.role = 'secretary' and t.closed_at is null
               and t.commune_id in (select app.my_communes(array['secretary']))) as w
      join app.dossier d on d.id = w.dossier_id and d.closed_at is null and d.state in ('IN_STUDY', 'COMMISSION_SCHEDULED', 'OPINIONS_COLLECTED'),
           lateral (select app.seating_body(d.id) as body) as b
     where b.body = any (p_organisations)
     order by 4 nulls last, d.legal_end nulls last, d.deposited_at;
end;
$$;

-- What waits for this committee, most urgent first, none that is on another agenda; as many as one agenda takes.
create or replace function public.propose_agenda(p_session uuid) returns uuid[]
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_session app.session := app.lock_session(p_session, array['planned']);
begin
  return array(select w.dossier_id from app.waiting_for_committee(array[v_session.organisation_id]) w
                where w.session_id is null or w.session_id = p_session limit 200);
end;
$$;

-- The agenda in its order. Dossiers that were postponed stay below it with their reason. Two sessions that ask for one dossier wait for each
-- other at its row: the second finds it on the first one's agenda.
create or replace function public.set_agenda(p_session uuid, p_dossiers uuid[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_session app.session := app.lock_session(p_session, array['planned', 'convened']);
  v_asked   uuid[] := array(select x.id from unnest(p_dossiers) with ordinality as x (id, n) where x.id is not null group by x.id order by min(x.n));
  v_before  uuid[] := array(select a.dossier_id from app.agenda_item a where a.session_id = p_session and a.state = 'listed' order by a.dossier_id);
  v_left    uuid;
begin
  perform from app.dossier d where d.id = any (v_asked || v_before) order by d.id for update;
  if cardinality(v_asked) > 200 or exists (
    select from unnest(v_asked) as x (id)
     where not exists (select from app.waiting_for_committee(array[v_session.organisation_id]) w
                        where w.dossier_id = x.id and (w.session_id is null or w.session_id = p_session))) then
    perform app.refuse('SESS6');
  end if;
  foreach v_left in array v_before loop
    if not v_left = any (v_asked) then
      delete from app.agenda_item where session_id = p_session and dossier_id = v_left;
      perform app.off_the_agenda(v_left, p_session, '');
    end if;
  end loop;
  insert into app.agenda_item (session_id, dossier_id, round, position)
    select p_session, x.id, app.round_of(x.id), x.n from unnest(v_asked) with ordinality as x (id, n)
  on conflict (session_id, dossier_id) do update set position = excluded.position, round = excluded.round, state = 'listed', note = '';
  perform app.list_dossier(x.id, p_session) from unnest(v_asked) as x (id);
  if v_session.state = 'convened' and v_before <> array(select x.id from unnest(v_asked) as x (id) order by x.id) then
    perform app.announce_session(p_session, 'agenda_changed');
  end if;
end;
$$;

create or replace function app.list_dossier(p_dossier uuid, p_session uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  if exists (select from app.dossier d where d.id = p_dossier and d.state = 'IN_STUDY') then
    update app.dossier set state = 'COMMISSION_SCHEDULED', updated_at = now() where id = p_dossier;
    perform app.record(p_dossier, 'listed', 'secretary', jsonb_build_object('session', p_session,
              'held_at', (select s.held_at from app.session s where s.id = p_session)));
    perform app.notify_parties(p_dossier, 'listed', jsonb_build_object('held_at', (select s.held_at from app.session s where s.id = p_session)));
  end if;
end;
$$;

create or replace function app.off_the_agenda(p_dossier uuid, p_session uuid, p_note text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  update app.dossier set state = 'IN_STUDY', updated_at = now() where id = p_dossier and state = 'COMMISSION_SCHEDULED';
  perform app.record(p_dossier, 'off_the_agenda', 'secretary', jsonb_build_object('session', p_session, 'note', p_note));
end;
$$;

-- Everybody called: the bodies that hold a seat on a listed dossier.
create or replace function app.announce_session(p_session uuid, p_kind text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform app.notify_body(x.dossier_id, x.role, x.organisation_id, p_kind,
            (select jsonb_build_object('session', s.id, 'held_at', s.held_at, 'place', s.place, 'link', s.link, 'reason', s.reason) from app.session s where s.id = p_session))
     from (select distinct on (t.role, t.organisation_id) t.role, t.organisation_id, t.dossier_id
             from app.agenda_item a join app.seat t on t.dossier_id = a.dossier_id and t.round = a.round
            where a.session_id = p_session and t.organisation_id is not null) as x;
end;
$$;

-- The notice holds on a real clock; the letter is the notice and the mail of each member.
create or replace function public.convene_session(p_session uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_session app.session := app.lock_session(p_session, array['planned']);
  v_rules   jsonb := app.committee_rules(v_session.organisation_id);
begin
  if not exists (select from app.agenda_item a where a.session_id = p_session and a.state = 'listed') then
    perform app.refuse('SESS4');
  end if;
  if v_session.held_at < app.body_now(v_session.organisation_id) + make_interval(hours => (v_rules ->> 'notice_hours')::int) then
    perform app.refuse('SESS3', jsonb_build_object('hours', v_rules ->> 'notice_hours'));
  end if;
  update app.session set state = 'convened', convened_at = app.body_now(organisation_id), rules = v_rules where id = p_session;
  perform app.announce_session(p_session, 'convened');
  perform app.record(a.dossier_id, 'convened', 'secretary', jsonb_build_object('session', p_session, 'held_at', v_session.held_at))
     from app.agenda_item a where a.session_id = p_session;
end;
$$;

create or replace function public.cancel_session(p_session uuid, p_reason text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_session app.session := app.lock_session(p_session, array['planned', 'convened', 'open']);
  v_dossier uuid;
begin
  perform app.refuse_long(p_reason);
  if trim(coalesce(p_reason, '')) = '' then
    perform app.refuse('SESS9');
  end if;
  update app.session set state = 'cancelled', reason = trim(p_reason), closed_at = app.body_now(organisation_id) where id = p_session;
  -- Not those that were postponed before: they may be on another agenda by now.
  for v_dossier in select a.dossier_id from app.agenda_item a where a.session_id = p_session and a.state = 'listed' order by a.dossier_id loop
    update app.agenda_item set state = 'postponed', note = trim(p_reason) where session_id = p_session and dossier_id = v_dossier;
    perform app.off_the_agenda(v_dossier, p_session, trim(p_reason));
  end loop;
  if v_session.state <> 'planned' then
    perform app.announce_session(p_session, 'session_cancelled');
  end if;
end;
$$;

create or replace function public.postpone_item(p_session uuid, p_dossier uuid, p_note text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_session app.session := app.lock_session(p_session, array['planned', 'convened', 'open']);
begin
  perform app.refuse_long(p_note);
  if trim(coalesce(p_note, '')) = '' then
    perform app.refuse('SESS9');
  end if;
  update app.agenda_item set state = 'postponed', note = trim(p_note) where session_id = v_session.id and dossier_id = p_dossier and state = 'listed';
  if not found then
    perform app.refuse('SESS6');
  end if;
  perform app.off_the_agenda(p_dossier, p_session, trim(p_note));
end;
$$;

-- p_status: present, remote or absent. p_person: who sits for the body; p_mandate: by which act when it is a deputy.
create or replace function public.mark_attendance(p_session uuid, p_role text, p_organisation uuid, p_status text, p_person uuid default null,
                                                  p_mandate text default '') returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_session app.session := app.lock_session(p_session, array['convened', 'open']);
begin
  perform app.refuse_long(p_mandate);
  if p_status is null or p_status not in ('present', 'remote', 'absent')
     or (p_status = 'remote' and v_session.rules -> 'remote' = 'false')
     or (p_person is not null and not exists (
           select from app.membership m where m.person_id = p_person and m.organisation_id = p_organisation
              and app.organisation_today(m.organisation_id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date))) then
    perform app.refuse('SESS7');
  end if;
  if not exists (select from app.agenda_item a join app.seat t on t.dossier_id = a.dossier_id and t.round = a.round
                  where a.session_id = p_session and t.role = p_role and t.organisation_id = p_organisation) then
    perform app.refuse('SEAT2');
  end if;
  insert into app.attendance (session_id, role, organisation_id, status, person_id, mandate, marked_at, marked_by)
  values (p_session, p_role, p_organisation, p_status, p_person, trim(coalesce(p_mandate, '')), app.body_now(v_session.organisation_id), (select auth.uid()))
  on conflict (session_id, role, organisation_id) do update
     set status = excluded.status, person_id = excluded.person_id, mandate = excluded.mandate, marked_at = excluded.marked_at, marked_by = excluded.marked_by;
end;
$$;

-- A consultative guest, invited by the president: heard, without a voice.
create or replace function public.add_guest(p_session uuid, p_name text, p_quality text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_session app.session := app.lock_session(p_session, array['planned', 'convened', 'open']);
begin
  perform app.refuse_long(p_name, p_quality);
  if trim(coalesce(p_name, '')) = '' or trim(coalesce(p_quality, '')) = '' or jsonb_array_length(v_session.guests) >= 20 then
    perform app.refuse('SESS7');
  end if;
  update app.session set guests = guests || jsonb_build_object('name', trim(p_name), 'quality', trim(p_quality)) where id = p_session;
end;
$$;

create or replace function public.remove_guest(p_session uuid, p_name text, p_quality text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_session app.session := app.lock_session(p_session, array['planned', 'convened', 'open']);
begin
  update app.session set guests = (
    select coalesce(jsonb_agg(g order by n), '[]') from jsonb_array_elements(v_session.guests) with ordinality as x (g, n)
     where g <> jsonb_build_object('name', p_name, 'quality', p_quality)) where id = p_session;
end;
$$;

-- Was the signed-in person called to it: for a dossier on its agenda, postponed ones included?
create or replace function app.is_called(p_session uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (select from app.agenda_item a join app.seat t on t.dossier_id = a.dossier_id and t.round = a.round
                  where a.session_id = p_session and app.seat_power(t.role, t.organisation_id, app.today(t.commune_id)) is not null);
end;
$$;

-- Members called to a session: one line per body and role, permanent first.
create or replace function app.session_members(p_session uuid)
returns table (role text, organisation_id uuid, is_permanent boolean)
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select t.role, t.organisation_id, bool_or(t.need = 'permanent')
      from app.agenda_item a join app.seat t on t.dossier_id = a.dossier_id and t.round = a.round
     where a.session_id = p_session and a.state <> 'postponed' and t.organisation_id is not null
     group by t.role, t.organisation_id order by 3 desc, 1;
end;
$$;

-- {present, needed, members, met}: present or remote among the permanent members called.
create or replace function app.quorum_of(p_session uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_session app.session;
  v_rule    text;
  v_members int;
  v_present int;
  v_needed  int;
begin
  select * into v_session from app.session where id = p_session;
  v_rule := coalesce(nullif(v_session.rules, '{}'), app.committee_rules(v_session.organisation_id)) ->> 'quorum';
  select count(*), count(*) filter (where a.status in ('present', 'remote')) into v_members, v_present
    from app.session_members(p_session) m
    left join app.attendance a on a.session_id = p_session and a.role = m.role and a.organisation_id = m.organisation_id
   where m.is_permanent;
  v_needed := case v_rule when 'all' then v_members when 'majority' then v_members / 2 + 1 else least(v_rule::int, v_members) end;
  return jsonb_build_object('present', v_present, 'needed', v_needed, 'members', v_members, 'met', v_present >= v_needed);
end;
$$;

create or replace function public.open_session(p_session uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_session app.session := app.lock_session(p_session, array['convened']);
  v_quorum  jsonb := app.quorum_of(p_session);
begin
  if not exists (select from app.agenda_item a where a.session_id = p_session and a.state = 'listed') then
    perform app.refuse('SESS4');
  end if;
  if not (v_quorum -> 'met')::boolean then
    perform app.refuse('SESS5', v_quorum);
  end if;
  update app.session set state = 'open', opened_at = app.body_now(organisation_id) where id = v_session.id;
end;
$$;

-- The sitting is over: listed dossiers are examined. Opinions still missing follow the rule for absences.
create or replace function public.close_session(p_session uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_session app.session := app.lock_session(p_session, array['open']);
  v_item    app.agenda_item;
begin
  update app.session set state = 'closed', closed_at = app.body_now(organisation_id) where id = v_session.id;
  for v_item in select * from app.agenda_item a where a.session_id = p_session and a.state = 'listed' order by a.dossier_id loop
    update app.agenda_item set state = 'examined' where session_id = p_session and dossier_id = v_item.dossier_id;
    perform app.record(v_item.dossier_id, 'examined', 'secretary', jsonb_build_object('session', p_session));
    perform app.collect_opinions(v_item.dossier_id);
  end loop;
end;
$$;

revoke execute on function app.body_now, app.lock_session, app.manages, app.refuse_no_link, app.refuse_place, app.waiting_for_committee, app.list_dossier,
  app.off_the_agenda, app.announce_session, app.is_called, app.session_members, app.quorum_of, public.set_committee, public.plan_session,
  public.move_session, public.remove_guest, public.propose_agenda, public.set_agenda, public.convene_session,
  public.cancel_session, public.postpone_item, public.mark_attendance, public.add_guest, public.open_session, public.close_session
  from public, anon, authenticated;
grant execute on function public.set_committee, public.plan_session, public.move_session, public.remove_guest, public.propose_agenda, public.set_agenda,
  public.convene_session, public.cancel_session, public.postpone_item, public.mark_attendance, public.add_guest, public.open_session, public.close_session to authenticated;
