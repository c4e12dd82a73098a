-- What the committee's screens show, each in one call: the calendar, a session, a member's desk.
--
--   SEEN1  not found, or not open to this person

-- Bodies at which the signed-in person keeps the secretariat, or sits.
create or replace function app.my_committees() returns table (organisation_id uuid, is_secretary boolean)
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select x.id, bool_or(x.is_secretary)
      from (select m.organisation_id as id, true as is_secretary from app.membership m
             where m.person_id = (select auth.uid()) and m.role = 'secretary'
               and app.organisation_today(m.organisation_id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date)
            union all
            select s.organisation_id, false
              from app.membership m
              join app.seat t on t.organisation_id = m.organisation_id and t.role = m.role
              join app.agenda_item a on a.dossier_id = t.dossier_id and a.round = t.round
              join app.session s on s.id = a.session_id
             where m.person_id = (select auth.uid())
               and app.organisation_today(m.organisation_id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date)) as x
     group by x.id;
end;
$$;

create or replace function app.body_name(p_organisation uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select jsonb_build_object('id', o.id, 'fr', o.name_fr, 'ar', o.name_ar, 'kind', o.kind) from app.organisation o where o.id = p_organisation);
end;
$$;

-- One line per dossier that waits for a committee, most urgent first, with how many opinions are in and the agenda it is on.
create or replace function app.waiting_lines(p_organisations uuid[]) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'number', d.number, 'title', d.title, 'owner_name', d.owner_name, 'state', d.state,
             'procedure', v.definition -> 'title', 'commune', jsonb_build_object('fr', c.name_fr, 'ar', c.name_ar), 'complete_on', d.complete_on,
             'legal_end', d.legal_end, 'due_on', w.due_on, 'days_left', w.due_on - app.today(d.commune_id), 'round', w.round,
             'organisation', w.organisation_id, 'session', w.session_id, 'held_at', (select s.held_at from app.session s where s.id = w.session_id),
             'seats', (select count(*) from app.seats_of(d.id)),
             'opinions', (select count(*) from app.seats_of(d.id) s join app.opinion o on o.seat_id = s.id and o.state = 'given'))
             order by w.due_on nulls last, d.legal_end nulls last, d.deposited_at, d.id), '[]')
      from app.waiting_for_committee(p_organisations) w
      join app.dossier d on d.id = w.dossier_id join app.commune c on c.id = d.commune_id join app.procedure_version v on v.id = d.version_id);
end;
$$;

-- The first hour of the committee's usual weekday that is a working day, leaves the notice and has no session yet.
create or replace function app.proposed_hour(p_organisation uuid) returns timestamptz
language plpgsql stable security definer set search_path = '' as $$
declare
  v_rules jsonb := app.committee_rules(p_organisation);
  v_from  timestamptz := app.body_now(p_organisation) + make_interval(hours => coalesce((v_rules ->> 'notice_hours')::int, 0));
begin
  return (
    select (c.day + coalesce(v_rules ->> 'time', '10:00')::time) at time zone 'Africa/Casablanca'
      from app.calendar_day c
     where c.day between (v_from at time zone 'Africa/Casablanca')::date and (v_from at time zone 'Africa/Casablanca')::date + 366 and c.is_working
       and extract(isodow from c.day) = coalesce((v_rules ->> 'weekday')::int, extract(isodow from c.day))
       and (c.day + coalesce(v_rules ->> 'time', '10:00')::time) at time zone 'Africa/Casablanca' > v_from
       and not exists (select from app.session s where s.organisation_id = p_organisation and s.state <> 'cancelled'
                          and (s.held_at at time zone 'Africa/Casablanca')::date = c.day)
     order by c.day limit 1);
end;
$$;

-- {bodies, sessions, waiting, defaults}: sessions of the last 60 days and to come; dossiers that wait for the committees of one's secretariat.
-- A body's `own` are the rules that it set itself, `settings` those that hold, `now` its clock; `defaults` are the installation's, with
-- what is known `about` each.
create or replace function public.committee_calendar() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_mine    uuid[] := array(select c.organisation_id from app.my_committees() c);
  v_keeping uuid[] := array(select c.organisation_id from app.my_committees() c where c.is_secretary);
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  end if;
  return jsonb_build_object(
    'bodies', (select coalesce(jsonb_agg(app.body_name(b.id) || jsonb_build_object('settings', app.committee_rules(b.id), 'now', app.body_now(b.id),
                        'proposed', case when b.id = any (v_keeping) then app.proposed_hour(b.id) end, 'own', coalesce((select c.settings from app.committee c where c.organisation_id = b.id), '{}'), 'is_secretary', b.id = any (v_keeping))
                                         order by b.id = any (v_keeping) desc, b.id), '[]') from unnest(v_mine) as b (id)),
    'sessions', (
      select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'organisation', app.body_name(s.organisation_id), 'held_at', s.held_at, 'place', s.place, 'link', s.link,
               'state', s.state, 'reason', s.reason,
               'items', (select count(*) from app.agenda_item a where a.session_id = s.id and a.state <> 'postponed'),
               'examined', (select count(*) from app.agenda_item a where a.session_id = s.id and a.state = 'examined')) order by s.held_at, s.id), '[]')
        from app.session s
       where s.organisation_id = any (v_mine) and s.held_at > app.body_now(s.organisation_id) - interval '60 days'
         and (s.organisation_id = any (v_keeping) or (s.state <> 'planned' and app.is_called(s.id)))),
    'waiting', app.waiting_lines(v_keeping), 'defaults', coalesce(app.setting_value('committee'), '{}'));
end;
$$;

create or replace function app.seat_lines(p_dossier uuid, p_session uuid default null) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_definition jsonb := app.definition_of(p_dossier);
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('seat', s.id, 'role', s.role, 'title', app.seat_title(v_definition, s.role, s.organisation_id),
             'organisation', app.body_name(s.organisation_id), 'need', s.need, 'is_binding', s.is_binding, 'law', app.article_text(v_definition, nullif(s.article, '')),
             'status', a.status, 'given', o.id is not null, 'outcome', o.outcome, 'reasons', o.reasons, 'article', o.article, 'items', o.items,
             'by', app.name_of(o.author_id), 'at', o.at, 'given_in', o.given_in) order by s.need desc, s.role, s.organisation_id), '[]')
      from app.seats_of(p_dossier) s
      left join app.opinion o on o.seat_id = s.id and o.state = 'given'
      left join app.attendance a on a.session_id = p_session and a.role = s.role and a.organisation_id = s.organisation_id);
end;
$$;

create or replace function app.minutes_line(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_paper app.paper := app.minutes_of(p_dossier);
begin
  if v_paper.id is null then
    return null;
  end if;
  return jsonb_build_object('paper', v_paper.id, 'state', v_paper.state, 'fault', v_paper.fault, 'signatures', app.signed_seats(v_paper.id),
    'needed', v_paper.data #> '{sealing,needed}', 'members', jsonb_array_length(v_paper.data -> 'members'), 'path', v_paper.storage_path, 'docx', v_paper.prepared ->> 'docx',
    'may_seal', v_paper.state = 'ready' and app.signed_seats(v_paper.id) >= (v_paper.data #>> '{sealing,needed}')::int, 'conclusion', v_paper.data -> 'conclusion',
    'signed', (select coalesce(jsonb_agg(g.seat_id), '[]') from app.seat_signature g where g.paper_id = v_paper.id and g.state = 'valid'));
end;
$$;

-- The secretariat reads the whole agenda and what waits beside it; a member the dossiers on which they sit (`others`: how many more there are).
create or replace function public.session_page(p_session uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_session   app.session;
  v_secretary boolean;
begin
  select * into v_session from app.session where id = p_session;
  v_secretary := app.is_secretary_of(v_session.organisation_id);
  if v_session.id is null or not (v_secretary or (v_session.state <> 'planned' and app.is_called(p_session))) then
    perform app.refuse(case when (select auth.uid()) is null then 'SIGN1' else 'SEEN1' end);
  end if;
  return jsonb_build_object(
    'session', jsonb_build_object('id', v_session.id, 'organisation', app.body_name(v_session.organisation_id), 'held_at', v_session.held_at, 'place', v_session.place,
      'link', v_session.link, 'state', v_session.state, 'reason', v_session.reason, 'guests', v_session.guests,
      'rules', coalesce(nullif(v_session.rules, '{}'), app.committee_rules(v_session.organisation_id)),
      'convened_at', v_session.convened_at, 'opened_at', v_session.opened_at, 'closed_at', v_session.closed_at),
    'now', app.body_now(v_session.organisation_id), 'is_secretary', v_secretary,
    'acts', case when v_secretary then to_jsonb(case v_session.state
              when 'planned' then array['move', 'set_agenda', 'convene', 'postpone', 'guest', 'cancel']
              when 'convened' then array['set_agenda', 'attendance', 'open', 'postpone', 'guest', 'cancel']
              when 'open' then array['attendance', 'close', 'postpone', 'guest', 'cancel'] else array[]::text[] end) else '[]' end,
    'agenda', (
      select coalesce(jsonb_agg(jsonb_build_object('dossier', d.id, 'number', d.number, 'title', d.title, 'owner_name', d.owner_name, 'state', a.state, 'note', a.note,
               'dossier_state', d.state, 'procedure', v.definition -> 'title', 'commune', jsonb_build_object('fr', c.name_fr, 'ar', c.name_ar), 'legal_end', d.legal_end,
               'round', a.round, 'seats', case when app.sits_on(d.id) then app.seat_lines(d.id, p_session) else '[]' end,
               'minutes', case when app.sits_on(d.id) then app.minutes_line(d.id) end,
               'may_draw', v_secretary and d.state = 'OPINIONS_COLLECTED' and coalesce(app.minutes_line(d.id) ->> 'state', 'failed') = 'failed') order by a.position), '[]')
        from app.agenda_item a join app.dossier d on d.id = a.dossier_id join app.commune c on c.id = d.commune_id join app.procedure_version v on v.id = d.version_id
       where a.session_id = p_session and (v_secretary or app.sits_on(d.id))),
    'others', (select count(*) from app.agenda_item a where a.session_id = p_session and not (v_secretary or app.sits_on(a.dossier_id))),
    'waiting', case when v_secretary and v_session.state in ('planned', 'convened') then app.waiting_lines(array[v_session.organisation_id]) else '[]' end,
    'members', (
      select coalesce(jsonb_agg(jsonb_build_object('role', m.role, 'organisation', app.body_name(m.organisation_id), 'is_permanent', m.is_permanent,
               'status', x.status, 'person', x.person_id, 'name', app.name_of(x.person_id), 'mandate', x.mandate,
               'people', case when v_secretary then (
                  select jsonb_agg(jsonb_build_object('id', p.id, 'fr', p.name_fr, 'ar', p.name_ar)) from app.membership k join app.person p on p.id = k.person_id
                   where k.organisation_id = m.organisation_id and k.role = m.role
                     and app.organisation_today(k.organisation_id) between k.valid_from and coalesce(k.valid_to, 'infinity'::date)) end)), '[]')
        from app.session_members(p_session) m
        left join app.attendance x on x.session_id = p_session and x.role = m.role and x.organisation_id = m.organisation_id),
    'quorum', app.quorum_of(p_session));
end;
$$;

-- A member's desk: dossier and plans, remarks, the committee's thread, opinions, one's own draft. Without personal answers and identity papers.
create or replace function public.committee_desk(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_dossier    app.dossier;
  v_definition jsonb;
  v_hidden     text[];
  v_session    app.session;
  v_before     boolean;
begin
  select * into v_dossier from app.dossier where id = p_dossier and state <> 'DRAFT';
  if v_dossier.id is null or not app.sits_on(p_dossier) then
    perform app.refuse(case when (select auth.uid()) is null then 'SIGN1' else 'SEEN1' end);
  end if;
  v_definition := app.definition_of(p_dossier);
  v_hidden := app.personal_fields(v_definition);
  v_session := app.session_of(p_dossier);
  v_before := v_dossier.closed_at is null and v_dossier.state in ('IN_STUDY', 'COMMISSION_SCHEDULED', 'OPINIONS_COLLECTED');
  return jsonb_build_object(
    'head', app.page_head(v_dossier, v_definition, app.today(v_dossier.commune_id)), 'today', app.today(v_dossier.commune_id), 'round', app.round_of(p_dossier),
    'interest', app.has_interest(p_dossier), 'is_secretary', app.is_secretary_of(app.seating_body(p_dossier)), 'body', app.body_name(app.seating_body(p_dossier)),
    'has_key', exists (select from app.signing_key k where k.person_id = (select auth.uid()) and k.revoked_at is null and k.certificate_pem is not null and k.expires_at > now()),
    'summary', app.summary_without(app.answers_summary(v_definition, v_dossier.answers - v_hidden), v_hidden),
    'targets', app.request_targets(v_definition, app.facts(p_dossier) || jsonb_build_object('answers', v_dossier.answers - v_hidden)),
    'faults', app.faults(v_definition, app.facts(p_dossier)),
    'documents', (
      select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'slot', m.slot, 'label', app.label_of(v_definition, m.slot), 'version', m.version, 'file_name', m.file_name,
               'pages', m.pages, 'mime', m.mime, 'size', m.size_bytes, 'uploaded_at', m.uploaded_at, 'signature', m.signature, 'is_plan', coalesce(v_definition -> 'plans', '[]') ? m.slot,
               'current', m.removed_at is null, 'replaces', m.replaces) order by m.slot, m.version desc, m.uploaded_at), '[]')
        from app.document m
       where m.dossier_id = p_dossier and not m.is_identity and m.check_state = 'accepted'
         -- A version replaced after the deposit stays beside the one that took its place.
         and (m.removed_at is null or (m.removed_at >= v_dossier.deposited_at
                                       and exists (select from app.document n where n.replaces = m.id and n.check_state = 'accepted')))),
    'remarks', app.remarks_for_me(p_dossier),
    'messages', (
      select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'thread', m.thread, 'body', m.body, 'at', m.at, 'role', m.author_role, 'by', app.name_of(m.author_id),
               'mine', m.author_id = (select auth.uid()), 'expected_on', m.expected_on,
               'unread', m.author_id is distinct from (select auth.uid()) and not exists (
                  select from app.thread_read x where x.dossier_id = m.dossier_id and x.thread = m.thread and x.person_id = (select auth.uid()) and x.read_at >= m.at))
               order by m.at), '[]')
        from app.message m where m.dossier_id = p_dossier and m.thread = 'committee'),
    'session', case when v_session.id is not null then jsonb_build_object('id', v_session.id, 'held_at', v_session.held_at, 'place', v_session.place, 'link', v_session.link, 'state', v_session.state) end,
    'seats', app.seat_lines(p_dossier, v_session.id),
    'mine', (
      select coalesce(jsonb_agg(jsonb_build_object('seat', s.id, 'role', s.role, 'title', app.seat_title(v_definition, s.role, s.organisation_id), 'organisation', app.body_name(s.organisation_id),
               'is_binding', s.is_binding, 'due_on', (select t.due_on from app.task t where t.id = s.task_id), 'may_write', v_before and not app.has_interest(p_dossier) and o.state is distinct from 'given',
               'held_by', case when o.state in ('draft', 'signing') and o.author_id <> (select auth.uid()) then app.name_of(o.author_id) end,
               'opinion', case when o.id is not null and (o.state = 'given' or o.author_id = (select auth.uid())) then jsonb_build_object('id', o.id, 'state', o.state, 'outcome', o.outcome,
                    'reasons', o.reasons, 'article', o.article, 'items', o.items, 'canonical', o.canonical, 'digest', o.digest, 'at', o.at,
                    'fault', (select g.fault from app.opinion_signature g where g.opinion_id = o.id and g.state = 'invalid' order by g.at desc limit 1)) end)), '[]')
        from app.seats_of(p_dossier) s left join app.opinion o on o.seat_id = s.id where app.seat_power(s.role, s.organisation_id, app.today(s.commune_id)) is not null),
    'earlier', (
      select coalesce(jsonb_agg(jsonb_build_object('round', s.round, 'title', app.seat_title(v_definition, s.role, s.organisation_id), 'outcome', o.outcome, 'reasons', o.reasons,
               'items', o.items, 'by', app.name_of(o.author_id), 'at', o.at) order by s.round desc, s.role), '[]')
        from app.seat s join app.opinion o on o.seat_id = s.id and o.state = 'given' where s.dossier_id = p_dossier and s.round < app.round_of(p_dossier)),
    'requests', (
      select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'kind', r.kind, 'note', r.note, 'created_at', r.created_at, 'due_on', r.due_on, 'closed_as', r.closed_as,
               'items', (select jsonb_agg(i || jsonb_build_object('label', app.label_of(v_definition, i ->> 'target'))) from jsonb_array_elements(r.items) as i)) order by r.created_at desc), '[]')
        from app.request r where r.dossier_id = p_dossier and r.kind in ('minor', 'modification')),
    'minutes', app.minutes_line(p_dossier),
    'demanded', app.opinion_demands(),
    'occasional', (select coalesce(jsonb_agg(jsonb_build_object('role', s ->> 'role', 'title', app.seat_title(v_definition, s ->> 'role', null), 'article', s ->> 'article')), '[]')
                     from jsonb_array_elements(coalesce(v_definition #> '{committee,seats}', '[]')) as s
                    where s ->> 'need' = 'occasional' and not exists (select from app.seats_of(p_dossier) t where t.role = s ->> 'role')),
    'acts', to_jsonb(array_remove(array[
      case when v_before then 'add_remark' end,
      case when v_before and app.is_secretary_of(app.seating_body(p_dossier))
                and coalesce(app.minutes_line(p_dossier) ->> 'state', 'failed') = 'failed' then 'add_seat' end,
      case when v_dossier.closed_at is null and v_dossier.state in ('IN_STUDY', 'COMMISSION_SCHEDULED', 'OPINIONS_COLLECTED', 'DECISION_PENDING')
                and app.is_secretary_of(app.seating_body(p_dossier)) and v_definition #> '{committee,complement}' is not null
                and not exists (select from app.request r where r.dossier_id = p_dossier and r.closed_as is null) then 'ask_complement' end,
      case when v_dossier.state = 'OPINIONS_COLLECTED' and app.is_secretary_of(app.seating_body(p_dossier))
                and coalesce(app.minutes_line(p_dossier) ->> 'state', 'failed') = 'failed' then 'draw_minutes' end,
      case when (app.minutes_line(p_dossier) -> 'may_seal')::boolean and app.is_secretary_of(app.seating_body(p_dossier)) then 'seal_minutes' end], null)));
end;
$$;

revoke execute on function app.my_committees, app.body_name, app.waiting_lines, app.proposed_hour, app.seat_lines, app.minutes_line, public.committee_calendar, public.session_page, public.committee_desk
  from public, anon, authenticated;
grant execute on function public.committee_calendar, public.session_page, public.committee_desk to authenticated;
