-- Papers: everything printed is data, frozen by a digest, before anything is drawn. The worker draws, seals or prepares.
-- Wording comes from the procedure's definition (output) and from app.letter_template; this file only fills it.

create or replace function app.amount_text(p_centimes bigint) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return translate(to_char(p_centimes / 100.0, 'FM999,999,999,990.00'), ',.', ' ,');
end;
$$;

create or replace function app.date_text(p_day date) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return to_char(p_day, 'DD/MM/YYYY');
end;
$$;

-- Fills every {placeholder} of a text in both languages; what has no value stays visible, so that the worker refuses the paper.
create or replace function app.fill_both(p_text jsonb, p_values jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return p_text || jsonb_build_object('fr', app.fill(p_text ->> 'fr', p_values -> 'fr'), 'ar', app.fill(p_text ->> 'ar', p_values -> 'ar'));
end;
$$;

-- The same for a list; a text whose condition (`only_if`) does not hold for the dossier's facts is left out.
create or replace function app.fill_all(p_texts jsonb, p_values jsonb, p_facts jsonb default '{}') returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(app.fill_both(t - 'only_if', p_values) || case when t ? 'title' then jsonb_build_object('title', app.fill_both(t -> 'title', p_values)) else '{}' end
                              order by n), '[]')
      from jsonb_array_elements(coalesce(p_texts, '[]')) with ordinality as x(t, n)
     where not t ? 'only_if' or app.holds_condition(t -> 'only_if', p_facts));
end;
$$;

-- What placeholders mean for a dossier: every answered field by its id, and the names every paper needs.
create or replace function app.paper_values(p_dossier uuid, p_more jsonb default '{}') returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    with d as (
      select d.*, v.definition || '{}' as definition, c.name_fr, c.name_ar from app.dossier d
        join app.procedure_version v on v.id = d.version_id join app.commune c on c.id = d.commune_id where d.id = p_dossier
    ), fields as (
      select f ->> 'id' as id, f #>> '{text,fr}' as fr, f #>> '{text,ar}' as ar
        from d, jsonb_array_elements(app.answers_summary(d.definition, d.answers)) as s, jsonb_array_elements(s -> 'fields') as f
       where f #>> '{text,fr}' is not null
    ), known as (
      select jsonb_build_object('owner', app.owner_names(d.definition, d.answers) ->> 'fr', 'place', d.title, 'number', d.number, 'dossier_number', d.number, 'commune', d.name_fr,
               'deposited_on', app.date_text((d.deposited_at at time zone 'Africa/Casablanca')::date), 'complete_on', app.date_text(d.complete_on),
               'legal_end', app.date_text(d.legal_end), 'valid_until', app.date_text(d.valid_until), 'complete_by', app.date_text(d.complete_by),
               'procedure', d.definition #>> '{title,fr}', 'today', app.date_text(app.today(d.commune_id)), 'minutes_on', minutes.day) as fr,
             jsonb_build_object('owner', app.owner_names(d.definition, d.answers) ->> 'ar', 'place', d.title, 'number', d.number, 'dossier_number', d.number, 'commune', d.name_ar,
               'deposited_on', app.date_text((d.deposited_at at time zone 'Africa/Casablanca')::date), 'complete_on', app.date_text(d.complete_on),
               'legal_end', app.date_text(d.legal_end), 'valid_until', app.date_text(d.valid_until), 'complete_by', app.date_text(d.complete_by),
               'procedure', d.definition #>> '{title,ar}', 'today', app.date_text(app.today(d.commune_id)), 'minutes_on', minutes.day) as ar
        from d, lateral (select app.date_text((max(p.published_at) at time zone 'Africa/Casablanca')::date) as day
                           from app.paper p where p.dossier_id = d.id and p.kind = 'minutes' and p.state = 'published') as minutes
    )
    select jsonb_build_object(
      'fr', coalesce((select jsonb_object_agg(id, fr) from fields), '{}') || jsonb_strip_nulls(known.fr) || coalesce(p_more -> 'fr', '{}'),
      'ar', coalesce((select jsonb_object_agg(id, ar) from fields), '{}') || jsonb_strip_nulls(known.ar) || coalesce(p_more -> 'ar', '{}'))
      from known);
end;
$$;

-- The wording of a kind of paper: the procedure's own, over the commune-wide template.
create or replace function app.wording(p_definition jsonb, p_kind text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce((select content from app.letter_template where kind = 'common'), '{}')
      || coalesce((select content from app.letter_template where kind = p_kind), '{}') || coalesce(p_definition #> array['output', p_kind], '{}');
end;
$$;

-- The head that every paper shares.
create or replace function app.paper_head(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'commune', jsonb_build_object('code', c.code, 'name_fr', c.name_fr, 'name_ar', c.name_ar, 'name_zgh', c.name_zgh,
        'province_fr', p.name_fr, 'province_ar', p.name_ar, 'province_zgh', p.name_zgh, 'province_kind', p.kind, 'region_fr', r.name_fr, 'region_ar', r.name_ar),
      'demonstration', c.is_demonstration,
      'dossier_number', d.number,
      'date', app.today(c.id),
      'time', to_char(app.now(c.id) at time zone 'Africa/Casablanca', 'HH24:MI'),
      'place', jsonb_build_object('fr', c.name_fr, 'ar', c.name_ar),
      'service', coalesce(v.definition -> 'service', jsonb_build_object('fr', '', 'ar', '')))
      from app.dossier d join app.commune c on c.id = d.commune_id join app.province p on p.code = c.province_code
      join app.region r on r.code = p.region_code join app.procedure_version v on v.id = d.version_id
     where d.id = p_dossier);
end;
$$;

-- Registers a paper to be drawn. p_data brings what is particular; head, verification code and digest are added here.
-- p_asked: app.asked of the dossier, when the act has it already.
create or replace function app.request_paper(p_dossier uuid, p_kind text, p_data jsonb, p_decision uuid default null, p_asked jsonb default null) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier;
  v_paper   uuid := gen_random_uuid();
  v_code    text := app.random_code(12);
  v_data    jsonb;
  v_needs   text := case when p_kind = 'minutes' then 'signatures' when p_decision is null or p_kind = 'plan' then 'seal' else 'signature' end;
begin
  select * into v_dossier from app.dossier where id = p_dossier;
  v_data := app.paper_head(p_dossier) || p_data;
  v_data := v_data || jsonb_build_object('kind', p_kind, 'language', 'both', 'number', coalesce(v_data ->> 'number', v_dossier.number));
  v_data := v_data || jsonb_build_object('public', app.public_data(p_dossier, v_data, p_asked));
  v_data := v_data || jsonb_build_object('verification', jsonb_build_object(
              'code', format('%s-%s-%s', left(v_code, 4), substr(v_code, 5, 4), right(v_code, 4)),
              'url', coalesce(app.setting_value('public_url') #>> '{}', '') || '/verify?code=' || v_code));
  v_data := v_data || jsonb_build_object('data_digest', app.digest(app.canonical(v_data)));
  insert into app.paper (id, dossier_id, decision_id, kind, number, data, data_digest, needs, created_at)
  values (v_paper, p_dossier, p_decision, p_kind, v_data ->> 'number', v_data, v_data ->> 'data_digest', v_needs, app.now(v_dossier.commune_id));
  insert into app.verification (code, paper_id, dossier_id) values (v_code, v_paper, p_dossier);
  perform app.record(p_dossier, 'paper_requested', 'system', jsonb_build_object('paper', v_paper, 'kind', p_kind, 'digest', v_data ->> 'data_digest'));
  -- A sealed paper is drawn and published; one to be signed is drawn and prepared for its signer; minutes for several; a plan is stamped.
  perform app.enqueue(case when p_kind = 'minutes' then 'draw_minutes' when p_kind = 'plan' then 'stamp_plan' when v_needs = 'seal' then 'render_paper'
                           else 'prepare_paper' end, jsonb_build_object('paper', v_paper), p_dossier);
  return v_paper;
end;
$$;

-- What a stranger may read about a paper: kind, number, date, commune and the fields the definition calls public.
create or replace function app.public_data(p_dossier uuid, p_data jsonb, p_asked jsonb default null) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_definition jsonb;
  v_answers    jsonb;
  v_until      date;
  v_asked      jsonb;
begin
  select v.definition || '{}', w.answers, w.valid_until into v_definition, v_answers, v_until
    from app.dossier w join app.procedure_version v on v.id = w.version_id where w.id = p_dossier;
  v_asked := coalesce(p_asked, app.asked(v_definition, jsonb_build_object('answers', v_answers)));
  return jsonb_build_object('kind', p_data ->> 'kind', 'number', p_data ->> 'number', 'date', p_data ->> 'date',
    'commune', p_data -> 'commune', 'procedure', v_definition -> 'title', 'valid_until', v_until,
    'fields', (select coalesce(jsonb_agg(jsonb_build_object('label', f -> 'label', 'text',
                                 case when f ->> 'type' = 'table' and jsonb_typeof(v_asked #> array['answers', f ->> 'id']) = 'array'
                                      then app.table_summary(f, v_asked #> array['answers', f ->> 'id']) -> 'text'
                                      else app.value_text(f, v_asked #> array['answers', f ->> 'id']) end) order by s.n, x.n), '[]')
                 from jsonb_array_elements(v_definition -> 'steps') with ordinality as s(step, n),
                      jsonb_array_elements(s.step -> 'fields') with ordinality as x(f, n)
                where coalesce(v_definition -> 'public', '[]') ? (f ->> 'id') and v_asked -> 'fields' ? (f ->> 'id')
                  and f ->> 'type' not in ('heading', 'help', 'document')))
    -- Which of the plans a stamped one is.
    || case when p_data ->> 'kind' = 'plan' then jsonb_build_object('plan', p_data -> 'title') else '{}' end;
end;
$$;

-- The paper of a decision: order (permit), refusal or revocation, from its wording, reasons, terms and fees.
create or replace function app.request_decision_paper(p_decision uuid) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_decision   app.decision;
  v_dossier    app.dossier;
  v_definition jsonb;
  v_kind       text;
  v_wording    jsonb;
  v_values     jsonb;
  v_fee        jsonb;
  v_terms      jsonb;
  v_validity   jsonb;
  v_facts      jsonb;
  v_granted    jsonb;
begin
  select * into v_decision from app.decision where id = p_decision;
  if v_decision.kind = 'attestation' then
    return app.request_attestation(v_decision);
  end if;
  select * into v_dossier from app.dossier where id = v_decision.dossier_id;
  v_definition := app.definition_of(v_dossier.id);
  v_kind := case v_decision.kind when 'grant' then 'permit' when 'grant_with_reservations' then 'permit' else v_decision.kind end;
  v_wording := app.wording(v_definition, v_kind);
  v_granted := app.granted_answers(v_definition, v_dossier.answers, v_decision.terms);
  v_facts := jsonb_build_object('answers', v_granted, 'settings', app.local_settings(v_dossier.id), 'documents', '{}'::jsonb);
  v_fee := app.fee_estimate(v_definition, v_facts);
  -- Terms are fields too: their labels and texts are read as the answers are.
  v_terms := app.answers_summary(jsonb_build_object('steps', jsonb_build_array(jsonb_build_object('id', 'terms', 'title', jsonb_build_object('fr', '', 'ar', ''),
               'fields', app.term_fields(v_definition)))), v_decision.terms);
  v_validity := v_definition -> 'validity';
  v_values := app.paper_values(v_dossier.id,
    jsonb_build_object(
      'fr', coalesce((select jsonb_object_agg(f ->> 'id', f #>> '{text,fr}') from jsonb_array_elements(v_terms) s, jsonb_array_elements(s -> 'fields') f where f #>> '{text,fr}' is not null), '{}')
            || jsonb_build_object('decision_number', v_decision.number, 'fee_total', app.amount_text((v_fee ->> 'total')::bigint) || ' DH',
                 'validity_months', v_validity ->> 'months', 'effective_on', app.date_text(v_decision.effective_on),
                 'permit_number', coalesce((select g.number from app.decision g where g.dossier_id = v_dossier.id and (g.kind like 'grant%' or g.kind = 'attestation') and g.signed_at is not null limit 1), '')),
      'ar', coalesce((select jsonb_object_agg(f ->> 'id', f #>> '{text,ar}') from jsonb_array_elements(v_terms) s, jsonb_array_elements(s -> 'fields') f where f #>> '{text,ar}' is not null), '{}')
            || jsonb_build_object('decision_number', v_decision.number, 'fee_total', app.amount_text((v_fee ->> 'total')::bigint) || ' درهم',
                 'validity_months', v_validity ->> 'months', 'effective_on', app.date_text(v_decision.effective_on),
                 'permit_number', coalesce((select g.number from app.decision g where g.dossier_id = v_dossier.id and (g.kind like 'grant%' or g.kind = 'attestation') and g.signed_at is not null limit 1), ''))));

  return app.request_paper(v_dossier.id, v_kind, jsonb_strip_nulls(jsonb_build_object(
    'number', v_decision.number,
    'title', app.fill_both(v_wording -> 'title', v_values),
    'intro', app.fill_both(v_wording -> 'intro', v_values),
    'visas', app.fill_all(coalesce(v_definition -> 'visas', '[]') || coalesce(v_wording -> 'visas', '[]'), v_values, v_facts),
    'considerations', app.fill_all(v_wording -> 'considerations', v_values, v_facts),
    'articles', app.fill_all(v_wording -> 'articles', v_values, v_facts),
    'service', v_wording -> 'service',
    'tables', app.answer_table(v_definition, v_granted, v_wording) || app.terms_table(v_terms, v_wording) || app.plan_table(v_decision.id, v_wording)
              || case when v_decision.kind like 'grant%' then app.fee_table(v_fee, v_wording) else '[]' end,
    'lists', app.reason_lists(v_decision, v_wording),
    'footer', app.fill_all(v_wording -> 'footer', v_values),
    'signer', jsonb_build_object('name_fr', v_decision.power ->> 'name_fr', 'name_ar', v_decision.power ->> 'name_ar',
      'quality', app.wording(v_definition, 'signer') -> (v_decision.power ->> 'capacity'),
      'power', jsonb_build_object('fr', v_decision.power #>> '{act,fr}', 'ar', v_decision.power #>> '{act,ar}')))),
    p_decision);
end;
$$;

-- Two-column table of the fields named in the wording's `table`.
create or replace function app.answer_table(p_definition jsonb, p_answers jsonb, p_wording jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select case when count(*) = 0 then '[]' else jsonb_build_array(jsonb_build_object(
             'title', p_wording -> 'table_title', 'columns', p_wording -> 'table_columns',
             'rows', jsonb_agg(jsonb_build_array(f -> 'label', f -> 'text') order by t.n))) end
      from jsonb_array_elements_text(coalesce(p_wording -> 'table', '[]')) with ordinality as t(id, n),
           jsonb_array_elements(app.answers_summary(p_definition, p_answers)) as s, jsonb_array_elements(s -> 'fields') as f
     where f ->> 'id' = t.id and f #>> '{text,fr}' is not null);
end;
$$;

create or replace function app.terms_table(p_terms jsonb, p_wording jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select case when count(*) = 0 then '[]' else jsonb_build_array(jsonb_build_object(
             'title', p_wording -> 'terms_title', 'columns', p_wording -> 'table_columns', 'rows', jsonb_agg(jsonb_build_array(f -> 'label', f -> 'text')))) end
      from jsonb_array_elements(p_terms) as s, jsonb_array_elements(s -> 'fields') as f where f #>> '{text,fr}' is not null);
end;
$$;

create or replace function app.fee_table(p_fee jsonb, p_wording jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select case when count(*) = 0 or not p_wording ? 'fee_title' then '[]' else jsonb_build_array(jsonb_build_object(
             'title', p_wording -> 'fee_title', 'columns', p_wording -> 'fee_columns',
             'rows', jsonb_agg(jsonb_build_array(l -> 'label', jsonb_build_object('fr', app.amount_text((l ->> 'amount')::bigint) || ' DH', 'ar', app.amount_text((l ->> 'amount')::bigint) || ' درهم'))))) end
      from jsonb_array_elements(coalesce(p_fee -> 'lines', '[]')) as l);
end;
$$;

-- Reasons and reservations as typed by the authority, each with its article, the same text in both columns.
create or replace function app.reason_lists(p_decision app.decision, p_wording jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('title', x.title, 'items', x.items)), '[]')
      from (
        select p_wording -> 'reasons_title' as title, app.reason_items(p_decision.reasons) as items where p_decision.reasons <> '[]'
        union all
        select p_wording -> 'reservations_title', app.reason_items(written.lines)
          from (select coalesce(jsonb_agg(r), '[]') as lines from jsonb_array_elements(p_decision.reservations) as r where coalesce(r -> 'lifted', 'false') = 'false') as written
         where written.lines <> '[]'
        union all
        select p_wording -> 'requested_title', app.reason_items(p_decision.requested) where p_decision.requested <> '[]') as x);
end;
$$;

create or replace function app.reason_items(p_reasons jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('fr', t, 'ar', t)), '[]')
      from jsonb_array_elements(p_reasons) as r,
           lateral (select (r ->> 'text') || case when trim(coalesce(r ->> 'article', '')) = '' then '' else ' (' || (r ->> 'article') || ')' end as t) as x);
end;
$$;

create or replace function app.letter(p_dossier uuid, p_kind text, p_more jsonb, p_lists jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_strip_nulls(jsonb_build_object('title', app.fill_both(w.w -> 'title', v.v), 'intro', app.fill_both(w.w -> 'intro', v.v),
             'articles', app.fill_all(w.w -> 'articles', v.v), 'lists', p_lists, 'footer', app.fill_all(w.w -> 'footer', v.v),
             'tables', '[]'::jsonb, 'visas', '[]'::jsonb))
      from (select app.wording(app.definition_of(p_dossier), p_kind) as w) as w, (select app.paper_values(p_dossier, p_more) as v) as v);
end;
$$;

create or replace function app.request_letter(p_dossier uuid, p_request uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return app.letter(p_dossier, (select case r.kind when 'minor' then 'complement' else 'request' end from app.request r where r.id = p_request),
    (select jsonb_build_object('fr', jsonb_build_object('due_on', app.date_text(r.due_on)), 'ar', jsonb_build_object('due_on', app.date_text(r.due_on)))
       from app.request r where r.id = p_request and r.due_on is not null),
    jsonb_build_array(jsonb_build_object('title', app.wording(app.definition_of(p_dossier), 'request') -> 'list_title',
      'items', (select coalesce(jsonb_agg(jsonb_build_object(
                  'fr', concat_ws(' : ', app.target_label(d.def, i ->> 'target') ->> 'fr', x.reason #>> '{label,fr}', nullif(i ->> 'note', '')) || coalesce(' (' || (x.reason ->> 'article') || ')', ''),
                  'ar', concat_ws(': ', app.target_label(d.def, i ->> 'target') ->> 'ar', x.reason #>> '{label,ar}', nullif(i ->> 'note', '')) || coalesce(' (' || (x.reason ->> 'article') || ')', ''))), '[]')
                  from (select app.definition_of(p_dossier) as def) as d, app.request r, jsonb_array_elements(r.items) as i,
                       lateral (select (select q from jsonb_array_elements(coalesce(d.def #> '{requests,reasons}', '[]')) as q where q ->> 'code' = i ->> 'reason' limit 1) as reason) as x
                 where r.id = p_request))));
end;
$$;

create or replace function app.return_letter(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return app.letter(p_dossier, 'return', '{}',
    jsonb_build_array(jsonb_build_object('title', app.wording(app.definition_of(p_dossier), 'return') -> 'list_title',
      'items', (select coalesce(jsonb_agg(app.target_label(app.definition_of(p_dossier), i ->> 'target')), '[]')
                  from app.request r, jsonb_array_elements(r.items) as i where r.dossier_id = p_dossier and r.closed_as = 'expired'))));
end;
$$;

create or replace function app.target_label(p_definition jsonb, p_target text) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return coalesce(
    (select d -> 'label' from jsonb_array_elements(coalesce(p_definition -> 'documents', '[]')) as d where d ->> 'slot' = p_target limit 1),
    (select f -> 'label' from jsonb_array_elements(p_definition -> 'steps') as s, jsonb_array_elements(s -> 'fields') as f where f ->> 'id' = p_target limit 1),
    jsonb_build_object('fr', p_target, 'ar', p_target));
end;
$$;

-- The worker drew the paper: sealed ones are published at once, the others wait for their signer.
create or replace function app.paper_rendered(p_paper uuid, p_result jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_paper app.paper;
begin
  -- The dossier first, as everybody who acts on it does.
  perform from app.dossier d where d.id = (select p.dossier_id from app.paper p where p.id = p_paper) for update;
  select * into v_paper from app.paper where id = p_paper for update;
  if v_paper.state not in ('requested', 'failed') then
    return;
  end if;
  if p_result ? 'fault' then
    update app.paper set state = 'failed', fault = p_result ->> 'fault' where id = p_paper;
    perform app.record(v_paper.dossier_id, 'paper_failed', 'worker', jsonb_build_object('paper', p_paper, 'fault', p_result ->> 'fault'));
    -- Whoever decided may ask for it again; else it is the business of those who hold the dossier.
    perform app.notify(x.decided_by, v_paper.dossier_id, 'paper_failed', jsonb_build_object('kind', v_paper.kind))
       from app.decision x where x.id = v_paper.decision_id and x.decided_by is not null;
    if not found then
      perform app.notify_role(v_paper.dossier_id, r.role, 'paper_failed', jsonb_build_object('kind', v_paper.kind))
         from app.dossier d, unnest(app.holder_roles(app.step_named(app.definition_of(d.id), d.step))) as r(role) where d.id = v_paper.dossier_id;
    end if;
  elsif v_paper.needs = 'seal' then
    update app.paper set state = 'published', fault = null, storage_path = p_result ->> 'storage_path', file_digest = p_result ->> 'file_digest',
           published_at = app.paper_now(v_paper.dossier_id) where id = p_paper;
    perform app.record(v_paper.dossier_id, 'paper_published', 'worker', jsonb_build_object('paper', p_paper, 'kind', v_paper.kind, 'file', p_result ->> 'file_digest'));
    if v_paper.kind = 'plan' then
      perform app.plan_stamped(v_paper);
    end if;
  elsif v_paper.needs = 'signatures' then
    perform app.minutes_ready(v_paper, p_result);
  else
    update app.paper set state = 'ready', fault = null, prepared = p_result -> 'prepared', storage_path = p_result ->> 'storage_path' where id = p_paper;
    perform app.record(v_paper.dossier_id, 'paper_ready', 'worker', jsonb_build_object('paper', p_paper, 'kind', v_paper.kind));
    perform app.notify(x.decided_by, v_paper.dossier_id, 'to_sign') from app.decision x where x.id = v_paper.decision_id and x.decided_by is not null;
  end if;
end;
$$;

create or replace function app.paper_now(p_dossier uuid) returns timestamptz
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select app.now(commune_id) from app.dossier where id = p_dossier);
end;
$$;

-- Parties read published papers, the permit only once handed over; so do agents who are a party themselves.
create or replace function app.can_read_paper(p_paper app.paper) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return app.is_worker()
      or (app.is_party(p_paper.dossier_id) and p_paper.state = 'published'
          and p_paper.kind <> 'minutes' and (p_paper.kind not in ('permit', 'plan') or exists (select from app.dossier d where d.id = p_paper.dossier_id and d.delivered_at is not null)))
      or (not app.is_party(p_paper.dossier_id)
          and exists (select from app.dossier d where d.id = p_paper.dossier_id and d.commune_id in (select app.my_communes(app.reading_roles()))))
      or (p_paper.kind in ('minutes', 'plan') and app.sits_on(p_paper.dossier_id))
      -- A copy of a permit opens the stamped plans of its decision too: they are the order.
      or exists (select from app.copy_sent s join app.dossier d on d.id = s.dossier_id join app.paper c on c.id = s.paper_id
                  where c.dossier_id = p_paper.dossier_id and s.sent_at is not null and app.holds(s.recipient, d.commune_id)
                    and (c.id = p_paper.id or (p_paper.kind = 'plan' and p_paper.state = 'published' and p_paper.decision_id = c.decision_id)));
end;
$$;

do $$
declare v_function regprocedure;
begin
  -- Inner workings: nobody calls them through the API.
  for v_function in select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'app' and p.proname in ('amount_text', 'date_text', 'fill_both', 'fill_all', 'paper_values', 'wording', 'paper_head', 'request_paper',
      'public_data', 'request_decision_paper', 'answer_table', 'terms_table', 'fee_table', 'reason_lists', 'reason_items', 'letter', 'request_letter',
      'return_letter', 'target_label', 'paper_rendered', 'paper_now', 'can_read_paper')
  loop
    execute format('revoke execute on function %s from public, anon, authenticated', v_function);
  end loop;
end;
$$;
grant execute on function app.can_read_paper, app.target_label, app.amount_text, app.date_text to authenticated;
