-- Minutes of the committee: one paper per dossier and round, frozen with the opinions and their signatures, with one signature field per
-- seated member. Members sign one after the other; each signature is prepared on the revision of that moment. The secretariat seals them
-- when the committee's rule is met, not before; then the dossier goes to its decision.
--
--   MINU1  the opinions are not all in             MINU2  minutes of this round exist
--   MINU3  another member signed meanwhile          MINU4  signatures are missing for the seal: {signed} of {needed}
--   MINU5  the minutes are not waiting for signatures
select app.say('MINU1', 'Tous les avis ne sont pas recueillis. Attendez-les, ou clôturez la séance selon la règle des absences.',
                        'لم تجمع كل الآراء بعد. يرجى انتظارها أو اختتام الجلسة وفق قاعدة الغياب.');
select app.say('MINU2', 'Le procès-verbal de ce tour existe déjà.', 'محضر هذه الجولة موجود من قبل.');
select app.say('MINU3', 'Un autre membre a signé entre-temps. Rouvrez le procès-verbal et signez la version à jour.',
                        'وقع عضو آخر في هذه الأثناء. يرجى فتح المحضر من جديد وتوقيع النسخة المحينة.');
select app.say('MINU4', 'Il manque des signatures pour sceller : {signed} sur {needed}.', 'تنقص توقيعات لختم المحضر: {signed} من أصل {needed}.');
select app.say('MINU5', 'Ce procès-verbal n''attend pas de signature : il est en préparation, scellé ou remplacé.',
                        'هذا المحضر لا ينتظر توقيعا: هو قيد الإعداد أو مختوم أو معوض.');

create or replace function app.minutes_of(p_dossier uuid) returns app.paper
language plpgsql stable security definer set search_path = '' as $$
declare
  v_paper app.paper;
begin
  select * into v_paper from app.paper p where p.dossier_id = p_dossier and p.kind = 'minutes' and p.state <> 'withdrawn'
     and (p.data ->> 'round')::int = app.round_of(p_dossier) order by p.created_at desc limit 1;
  return v_paper;
end;
$$;

-- The session at which the running round is examined, or null. p_held: only one that sat; minutes never name a day to come.
create or replace function app.session_of(p_dossier uuid, p_held boolean default false) returns app.session
language plpgsql stable security definer set search_path = '' as $$
declare
  v_session app.session;
begin
  select s.* into v_session from app.agenda_item a join app.session s on s.id = a.session_id
   where a.dossier_id = p_dossier and a.round = app.round_of(p_dossier) and a.state <> 'postponed' and (s.state in ('open', 'closed') or (s.state = 'convened' and not p_held))
   order by s.held_at desc limit 1;
  return v_session;
end;
$$;

create or replace function app.outcome_label(p_outcome text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return app.setting_value('outcome_labels') -> p_outcome;
end;
$$;

-- One line per seat: the member, whether they came, the opinion with what proves it.
create or replace function app.minutes_lines(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_definition jsonb := app.definition_of(p_dossier);
  v_session    app.session := app.session_of(p_dossier, true);
begin
  return (
    select jsonb_agg(jsonb_build_object(
             'seat', s.id, 'role', app.seat_title(v_definition, s.role, s.organisation_id), 'need', s.need, 'article', app.article_text(v_definition, s.article),
             'binding', s.is_binding, 'organisation', (select jsonb_build_object('fr', b.name_fr, 'ar', b.name_ar) from app.organisation b where b.id = s.organisation_id),
             'person', app.name_of(coalesce(o.author_id, a.person_id)), 'status', coalesce(a.status, case when o.id is not null then 'desk' else 'absent' end),
             'mandate', case when g.power ->> 'kind' in ('deputy', 'interim') then jsonb_build_object('fr', g.power #> '{act,fr}', 'ar', g.power #> '{act,ar}')
                             when a.mandate <> '' then jsonb_build_object('fr', a.mandate, 'ar', a.mandate) end, 'outcome', o.outcome, 'outcome_label', app.outcome_label(o.outcome), 'reasons', coalesce(o.reasons, ''),
             'opinion_article', coalesce(o.article, ''), 'items', coalesce(o.items, '[]'), 'at', o.at, 'opinion', o.id, 'canonical', o.canonical, 'digest', o.digest,
             'cms', g.cms, 'certificate_pem', k.certificate_pem) order by s.need desc, s.role, s.organisation_id)
      from app.seats_of(p_dossier) s
      left join app.opinion o on o.seat_id = s.id and o.state = 'given'
      left join app.opinion_signature g on g.opinion_id = o.id and g.state = 'valid'
      left join app.signing_key k on k.id = g.key_id
      left join app.attendance a on a.session_id = v_session.id and a.role = s.role and a.organisation_id = s.organisation_id);
end;
$$;

-- What the opinions come to: the binding one first, then unanimity, then what was asked.
create or replace function app.minutes_conclusion(p_lines jsonb, p_wording jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return p_wording -> 'conclusions' -> case
    when exists (select from jsonb_array_elements(p_lines) l where l -> 'binding' = 'true' and l ->> 'outcome' = 'unfavourable') then 'binding_unfavourable'
    when exists (select from jsonb_array_elements(p_lines) l where l ->> 'outcome' = 'modification') then 'modification'
    when exists (select from jsonb_array_elements(p_lines) l where l ->> 'outcome' = 'unfavourable') then 'divided'
    when exists (select from jsonb_array_elements(p_lines) l where l -> 'outcome' = 'null') then 'incomplete'
    when exists (select from jsonb_array_elements(p_lines) l where l ->> 'outcome' = 'with_reservations') then 'reservations'
    else 'favourable' end;
end;
$$;

create or replace function app.minutes_data(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_dossier    app.dossier;
  v_definition jsonb := app.definition_of(p_dossier);
  v_session    app.session := app.session_of(p_dossier, true);
  v_body       app.organisation;
  v_wording    jsonb := app.wording(v_definition, 'minutes');
  v_values     jsonb := app.paper_values(p_dossier);
  v_lines      jsonb := app.minutes_lines(p_dossier);
  v_rules      jsonb;
begin
  select * into v_dossier from app.dossier where id = p_dossier;
  select * into v_body from app.organisation where id = app.seating_body(p_dossier);
  v_rules := coalesce(nullif(v_session.rules, '{}'), app.committee_rules(v_body.id));
  return jsonb_build_object(
    'title', app.fill_both(v_wording -> 'title', v_values), 'intro', app.fill_both(v_wording -> 'intro', v_values),
    'body', jsonb_build_object('fr', v_body.name_fr, 'ar', v_body.name_ar), 'round', app.round_of(p_dossier),
    'session', case when v_session.id is not null then jsonb_build_object('id', v_session.id, 'place', v_session.place, 'link', v_session.link,
                 'held_at', to_char(v_session.held_at at time zone 'Africa/Casablanca', 'YYYY-MM-DD"T"HH24:MI')) end,
    'project', (select coalesce(jsonb_agg(jsonb_build_array(f -> 'label', f -> 'text')), '[]')
                  from jsonb_array_elements(app.answers_summary(v_definition, v_dossier.answers - app.personal_fields(v_definition))) as s,
                       jsonb_array_elements(s -> 'fields') as f
                 where coalesce(v_definition #> '{output,minutes,table}', v_definition -> 'public') ? (f ->> 'id') and f #>> '{text,fr}' is not null),
    'summary', jsonb_build_object('fr', v_dossier.title, 'ar', v_dossier.title),
    'members', (select jsonb_agg(l - array['canonical', 'cms', 'certificate_pem', 'reasons', 'items', 'digest']) from jsonb_array_elements(v_lines) as l),
    'opinions', v_lines,
    'guests', coalesce(v_session.guests, '[]'),
    'conclusion', app.minutes_conclusion(v_lines, v_wording),
    'changes', app.items_of(v_lines, 'modification'), 'reservations', app.items_of(v_lines, 'with_reservations'),
    'sealing', jsonb_build_object('rule', v_rules -> 'sealing', 'needed', app.signatures_needed(v_rules, jsonb_array_length(v_lines))),
    'transmitted_to', v_definition -> 'authority', 'footer', app.fill_all(v_wording -> 'footer', v_values));
end;
$$;

create or replace function app.items_of(p_lines jsonb, p_outcome text) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return (select coalesce(jsonb_agg(i || jsonb_build_object('by', l -> 'role')), '[]')
            from jsonb_array_elements(p_lines) as l, jsonb_array_elements(l -> 'items') as i where l ->> 'outcome' = p_outcome);
end;
$$;

create or replace function app.signatures_needed(p_rules jsonb, p_members int) returns int
language plpgsql immutable set search_path = '' as $$
begin
  return case when p_rules ->> 'sealing' = 'all' then p_members else least((p_rules ->> 'sealing')::int, p_members) end;
end;
$$;

create or replace function public.draw_minutes(p_dossier uuid) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier := app.lock_before_committee(p_dossier);
  v_old     app.paper;
begin
  perform app.require_secretary(app.seating_body(p_dossier));
  perform app.refuse_interest(p_dossier);
  -- Nor while the worker judges the signature of one: it would be given behind the minutes.
  if v_dossier.state <> 'OPINIONS_COLLECTED'
     or exists (select from app.seats_of(p_dossier) s join app.opinion o on o.seat_id = s.id where o.state = 'signing') then
    perform app.refuse('MINU1');
  end if;
  v_old := app.minutes_of(p_dossier);
  if v_old.id is not null and v_old.state <> 'failed' then
    perform app.refuse('MINU2');
  end if;
  update app.paper set state = 'withdrawn' where id = v_old.id;
  return app.request_paper(p_dossier, 'minutes', app.minutes_data(p_dossier));
end;
$$;

-- A seat of the minutes that the signed-in person may sign for: of those named in the paper.
create or replace function app.my_seat_in(p_paper app.paper) returns app.seat
language plpgsql stable security definer set search_path = '' as $$
declare
  v_seat app.seat;
begin
  select s.* into v_seat from jsonb_array_elements(p_paper.data -> 'members') as m join app.seat s on s.id = (m ->> 'seat')::uuid
   where app.seat_power(s.role, s.organisation_id, app.today(s.commune_id)) is not null
   order by exists (select from app.seat_signature g where g.paper_id = p_paper.id and g.seat_id = s.id and g.state in ('received', 'valid')) limit 1;
  return v_seat;
end;
$$;

-- The page asks for the text to sign: the worker prepares it for this seat on the present revision. Asked again, it answers where it stands:
-- {signature, state: preparing|ready|received|valid|invalid, digest, path, now, fault}
create or replace function public.prepare_minutes(p_paper uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_paper   app.paper;
  v_seat    app.seat;
  v_dossier app.dossier;
  v_mine    app.seat_signature;
begin
  select * into v_paper from app.paper where id = p_paper and kind = 'minutes';
  v_dossier := app.lock_dossier(v_paper.dossier_id);
  select * into v_paper from app.paper where id = p_paper for update;
  v_seat := app.my_seat_in(v_paper);
  if v_seat.id is null then
    perform app.refuse('SEAT1');
  end if;
  perform app.refuse_interest(v_dossier.id);
  select * into v_mine from app.seat_signature g where g.paper_id = p_paper and g.seat_id = v_seat.id and g.state not in ('invalid', 'stale');
  if v_mine.state in ('received', 'valid') then
    perform app.refuse('SIGN3');
  end if;
  if v_paper.state <> 'ready' then
    perform app.refuse('MINU5');
  end if;
  if v_mine.id is not null and (v_mine.revision <> v_paper.storage_path or v_mine.signer_id <> (select auth.uid())) then
    update app.seat_signature set state = 'stale' where id = v_mine.id;
    v_mine := null;
  end if;
  if v_mine.id is null then
    insert into app.seat_signature (paper_id, seat_id, signer_id, revision, power, at)
    values (p_paper, v_seat.id, (select auth.uid()), v_paper.storage_path, app.seat_power(v_seat.role, v_seat.organisation_id, app.today(v_seat.commune_id)), app.now(v_dossier.commune_id))
    returning * into v_mine;
    perform app.enqueue('prepare_seat', jsonb_build_object('signature', v_mine.id), v_dossier.id);
  end if;
  return jsonb_build_object('signature', v_mine.id, 'state', v_mine.state, 'digest', v_mine.prepared ->> 'document_digest', 'path', v_mine.prepared ->> 'path',
                            'fault', v_mine.fault, 'now', v_mine.at, 'data', v_paper.data, 'revision', v_paper.storage_path);
end;
$$;

create or replace function app.seat_prepared(p_signature uuid, p_result jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  update app.seat_signature
     set state = case when p_result ? 'fault' then 'invalid' else 'ready' end, fault = p_result ->> 'fault', prepared = p_result - 'fault'
   where id = p_signature and state = 'preparing';
end;
$$;

create or replace function public.sign_minutes(p_signature uuid, p_digest text, p_cms text, p_key uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_signature app.seat_signature;
  v_paper     app.paper;
  v_seat      app.seat;
  v_dossier   app.dossier;
  v_power     jsonb;
begin
  select * into v_signature from app.seat_signature where id = p_signature;
  select * into v_paper from app.paper where id = v_signature.paper_id;
  v_dossier := app.lock_dossier(v_paper.dossier_id);
  select * into v_paper from app.paper where id = v_signature.paper_id for update;
  select * into v_signature from app.seat_signature where id = p_signature;
  select * into v_seat from app.seat where id = v_signature.seat_id;
  perform app.hold_register(v_seat.organisation_id);
  v_power := app.seat_power(v_seat.role, v_seat.organisation_id, app.today(v_seat.commune_id));
  if v_power is null or v_signature.signer_id <> (select auth.uid()) then
    perform app.refuse('SEAT1');
  end if;
  perform app.refuse_interest(v_dossier.id);
  if v_signature.state in ('received', 'valid') then
    perform app.refuse('SIGN3');
  end if;
  if v_paper.state <> 'ready' then
    perform app.refuse('MINU5');
  end if;
  if v_signature.state <> 'ready' or v_signature.revision <> v_paper.storage_path
     or exists (select from app.seat_signature g where g.paper_id = v_paper.id and g.state = 'received') then
    perform app.refuse('MINU3');
  end if;
  if p_digest is distinct from v_signature.prepared ->> 'document_digest' then
    perform app.refuse('SIGN2');
  end if;
  perform app.refuse_key(p_key, p_cms);
  update app.seat_signature set state = 'received', cms = p_cms, key_id = p_key, power = v_power, at = app.now(v_dossier.commune_id) where id = p_signature;
  perform app.record(v_dossier.id, 'minutes_signed', v_seat.role, jsonb_build_object('paper', v_paper.id, 'seat', v_seat.id, 'digest', p_digest, 'power', v_power));
  perform app.enqueue('embed_seat', jsonb_build_object('signature', p_signature), v_dossier.id);
end;
$$;

create or replace function app.seat_embedded(p_signature uuid, p_result jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_signature app.seat_signature;
  v_paper     app.paper;
begin
  select * into v_signature from app.seat_signature where id = p_signature;
  -- The dossier first, as everybody who signs does.
  perform from app.dossier d where d.id = (select p.dossier_id from app.paper p where p.id = v_signature.paper_id) for update;
  select * into v_paper from app.paper where id = v_signature.paper_id for update;
  select * into v_signature from app.seat_signature where id = p_signature for update;
  if v_signature.state <> 'received' or v_paper.state <> 'ready' then
    return;
  end if;
  if coalesce((p_result ->> 'ok')::boolean, false) then
    update app.seat_signature set state = 'valid' where id = p_signature;
    update app.paper set storage_path = p_result ->> 'storage_path', file_digest = p_result ->> 'file_digest' where id = v_paper.id;
    update app.seat_signature set state = 'stale' where paper_id = v_paper.id and state in ('preparing', 'ready');
    perform app.record(v_paper.dossier_id, 'minutes_signature_valid', 'worker', jsonb_build_object('paper', v_paper.id, 'seat', v_signature.seat_id, 'file', p_result ->> 'file_digest'));
  else
    update app.seat_signature set state = 'invalid', fault = p_result ->> 'fault' where id = p_signature;
    perform app.record(v_paper.dossier_id, 'signature_invalid', 'worker', jsonb_build_object('paper', v_paper.id, 'seat', v_signature.seat_id, 'signature', p_signature,
              'code', p_result ->> 'code', 'fault', p_result ->> 'fault'));
    perform app.notify(v_signature.signer_id, v_paper.dossier_id, 'signature_invalid', jsonb_build_object('fault', p_result ->> 'fault'));
  end if;
end;
$$;

-- What the worker needs to prepare, or to embed, one member's signature.
create or replace function app.seat_job(p_job app.job) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object('signature', g.id, 'state', g.state, 'paper', p.id, 'dossier', p.dossier_id, 'path', g.revision, 'current', p.storage_path,
             'field', p.prepared #>> array['fields', g.seat_id::text], 'when', g.at, 'prepared', g.prepared, 'cms', g.cms, 'certificate_pem', k.certificate_pem,
             'face', jsonb_build_object('name_fr', n.name_fr, 'name_ar', n.name_ar, 'role', m -> 'role', 'organisation', m -> 'organisation', 'at', g.at))
      from app.seat_signature g
      join app.paper p on p.id = g.paper_id
      join app.person n on n.id = g.signer_id
      left join app.signing_key k on k.id = g.key_id
      left join lateral (select x from jsonb_array_elements(p.data -> 'members') as x where x ->> 'seat' = g.seat_id::text) as found (m) on true
     where g.id = (p_job.payload ->> 'signature')::uuid);
end;
$$;

-- Minutes that were drawn wait for their signers: all are told.
create or replace function app.minutes_ready(p_paper app.paper, p_result jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  update app.paper set state = 'ready', fault = null, storage_path = p_result ->> 'storage_path',
         prepared = jsonb_build_object('fields', p_result -> 'fields', 'docx', p_result ->> 'docx_path') where id = p_paper.id;
  perform app.record(p_paper.dossier_id, 'paper_ready', 'worker', jsonb_build_object('paper', p_paper.id, 'kind', p_paper.kind));
  perform app.notify_body(p_paper.dossier_id, s.role, s.organisation_id, 'minutes_to_sign')
     from jsonb_array_elements(p_paper.data -> 'members') as m join app.seat s on s.id = (m ->> 'seat')::uuid where s.organisation_id is not null;
end;
$$;

create or replace function app.signed_seats(p_paper uuid) returns int
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select count(*)::int from app.seat_signature g where g.paper_id = p_paper and g.state = 'valid');
end;
$$;

create or replace function public.seal_minutes(p_paper uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_paper   app.paper;
  v_dossier app.dossier;
  v_needed  int;
begin
  select * into v_paper from app.paper where id = p_paper and kind = 'minutes';
  v_dossier := app.lock_dossier(v_paper.dossier_id);
  perform app.require_secretary(app.seating_body(v_dossier.id));
  perform app.refuse_interest(v_dossier.id);
  select * into v_paper from app.paper where id = p_paper for update;
  if v_paper.state <> 'ready' then
    perform app.refuse('MINU5');
  end if;
  v_needed := (v_paper.data #>> '{sealing,needed}')::int;
  if app.signed_seats(p_paper) < v_needed then
    perform app.refuse('MINU4', jsonb_build_object('signed', app.signed_seats(p_paper), 'needed', v_needed));
  end if;
  if exists (select from app.seat_signature g where g.paper_id = p_paper and g.state = 'received') then
    perform app.refuse('MINU3');
  end if;
  update app.paper set state = 'signed' where id = p_paper;
  perform app.record(v_dossier.id, 'minutes_sealing', 'secretary', jsonb_build_object('paper', p_paper, 'signatures', app.signed_seats(p_paper)));
  perform app.enqueue('seal_minutes', jsonb_build_object('paper', p_paper), v_dossier.id);
end;
$$;

-- The seal is on: the minutes are published to the administration, the dossier goes to its decision.
create or replace function app.minutes_sealed(p_paper uuid, p_result jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_paper   app.paper;
  v_dossier app.dossier;
  v_step    jsonb;
begin
  select * into v_paper from app.paper where id = p_paper;
  select * into v_dossier from app.dossier where id = v_paper.dossier_id for update;
  select * into v_paper from app.paper where id = p_paper for update;
  if v_paper.state <> 'signed' then
    return;
  end if;
  if p_result ? 'fault' then
    update app.paper set state = 'ready', fault = p_result ->> 'fault' where id = p_paper;
    perform app.notify_body(v_dossier.id, 'secretary', app.seating_body(v_dossier.id), 'paper_failed', jsonb_build_object('kind', 'minutes'));
    return;
  end if;
  update app.paper set state = 'published', fault = null, storage_path = p_result ->> 'storage_path', file_digest = p_result ->> 'file_digest',
         published_at = app.now(v_dossier.commune_id) where id = p_paper;
  perform app.record(v_dossier.id, 'minutes_sealed', 'worker', jsonb_build_object('paper', p_paper, 'file', p_result ->> 'file_digest',
            'signatures', app.signed_seats(p_paper)));
  update app.dossier set state = 'PV_SIGNED', proposal = jsonb_build_object('minutes', p_paper, 'conclusion', v_paper.data -> 'conclusion',
           'changes', v_paper.data -> 'changes', 'reservations', v_paper.data -> 'reservations') where id = v_dossier.id;
  v_step := app.step_named(app.definition_of(v_dossier.id), v_dossier.step);
  if v_step ->> 'kind' = 'committee' and v_dossier.closed_at is null then
    perform app.enter_step(v_dossier.id, app.next_step(v_step));
  end if;
end;
$$;

-- Minutes that wait for the signed-in person's signature: [{paper, dossier, number, owner_name, place, procedure, state, seat, signed, needed, held_at}]
create or replace function public.minutes_to_sign() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('paper', p.id, 'dossier', d.id, 'dossier_number', d.number, 'number', p.number, 'owner_name', d.owner_name, 'place', d.title,
             'procedure', v.definition -> 'title', 'state', p.state, 'seat', s.id, 'role', app.seat_title(v.definition, s.role, s.organisation_id),
             'signed', app.signed_seats(p.id), 'needed', p.data #> '{sealing,needed}', 'members', jsonb_array_length(p.data -> 'members'),
             'held_at', p.data #>> '{session,held_at}',
             'fault', (select g.fault from app.seat_signature g where g.paper_id = p.id and g.seat_id = s.id and g.signer_id = m.person_id and g.state = 'invalid'
                        order by g.at desc limit 1)) order by p.created_at), '[]')
      from app.membership m
      join app.seat s on s.organisation_id = m.organisation_id and s.role = m.role
      join app.paper p on p.dossier_id = s.dossier_id and p.kind = 'minutes' and p.state = 'ready' and (p.data ->> 'round')::int = s.round
      join app.dossier d on d.id = p.dossier_id
      join app.procedure_version v on v.id = d.version_id
     where m.person_id = (select auth.uid()) and not app.has_interest(d.id)
       and app.organisation_today(m.organisation_id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date)
       and not exists (select from app.seat_signature g where g.paper_id = p.id and g.seat_id = s.id and g.state in ('received', 'valid')));
end;
$$;

-- Are the opinions still those that the minutes froze? Each is compared with the text that its author signed:
-- {opinions: [{seat, role, organisation, name, outcome, state: sound|altered|missing|none}], sound}
create or replace function app.minutes_verified(p_paper app.paper) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_lines jsonb;
begin
  select jsonb_agg(jsonb_build_object('seat', l -> 'seat', 'role', l -> 'role', 'organisation', l -> 'organisation', 'name', l -> 'person', 'outcome', l -> 'outcome_label',
           'state', case when l ->> 'opinion' is null then 'none'
                         when o.id is null then 'missing'
                         when o.state <> 'given' or o.digest is distinct from l ->> 'digest' or app.digest(app.opinion_text(o)) is distinct from l ->> 'digest'
                              or app.digest(l ->> 'canonical') is distinct from l ->> 'digest'
                              or not exists (select from app.opinion_signature g where g.opinion_id = o.id and g.state = 'valid' and g.cms = l ->> 'cms') then 'altered'
                         else 'sound' end) order by l ->> 'seat') into v_lines
    from jsonb_array_elements(p_paper.data -> 'opinions') as l
    left join app.opinion o on o.id = (l ->> 'opinion')::uuid;
  return jsonb_build_object('opinions', v_lines, 'sound', not exists (select from jsonb_array_elements(v_lines) x where x ->> 'state' in ('altered', 'missing'))
           and app.digest(app.canonical(p_paper.data - 'data_digest')) = p_paper.data_digest);
end;
$$;

create or replace function public.verify_minutes(p_paper uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_paper app.paper;
begin
  select * into v_paper from app.paper where id = p_paper and kind = 'minutes';
  if v_paper.id is null or not app.can_read_paper(v_paper) then
    perform app.refuse('SEEN1');
  end if;
  return app.minutes_verified(v_paper);
end;
$$;

revoke execute on function app.minutes_of, app.session_of, app.outcome_label, app.minutes_lines, app.minutes_conclusion, app.minutes_data, app.items_of,
  app.signatures_needed, app.my_seat_in, app.seat_prepared, app.seat_embedded, app.minutes_ready, app.signed_seats, app.seat_job, app.minutes_sealed, app.minutes_verified,
  public.draw_minutes, public.prepare_minutes, public.sign_minutes, public.seal_minutes, public.minutes_to_sign, public.verify_minutes
  from public, anon, authenticated;
grant execute on function public.draw_minutes, public.prepare_minutes, public.sign_minutes, public.seal_minutes, public.minutes_to_sign,
  public.verify_minutes to authenticated;
