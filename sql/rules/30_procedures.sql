-- Procedures: loading a version, freezing it, enabling it in a commune, the public catalogue.
--
--   LOAD1  a definition that must not be loaded; the detail lists why (LOAD2 to LOAD8)
--   KEEP1  this version is already published with another content
--   KEEP2  a published version never changes
--   MODE1  no such way of filing        SETT1  a local setting that the version does not allow
select app.say('LOAD1', 'La définition de la procédure n''est pas valable. Corrigez les points indiqués.', 'تعريف المسطرة غير صالح. يرجى تصحيح النقط المشار إليها.');
select app.say('LOAD2', 'Il manque la partie « {name} ». Ajoutez-la.', 'الجزء «{name}» ناقص. يرجى إضافته.');
select app.say('LOAD3', 'Un texte n''existe que dans une langue. Ajoutez l''autre.', 'يوجد نص بلغة واحدة فقط. يرجى إضافة اللغة الأخرى.');
select app.say('LOAD4', 'Le nom « {name} » est déclaré deux fois. Renommez l''un des deux.', 'تم التصريح بالاسم «{name}» مرتين. يرجى تغيير أحدهما.');
select app.say('LOAD5', 'Le nom « {name} » ne désigne rien ici. Corrigez-le.', 'الاسم «{name}» لا يدل على شيء هنا. يرجى تصحيحه.');
select app.say('LOAD6', 'Le délai dépasse {max} jours, maximum de la loi 55-19 (art. 16). Réduisez-le.', 'يتجاوز الأجل {max} يوما، وهو الأقصى المحدد في القانون رقم 55.19 (المادة 16). يرجى تقليصه.');
select app.say('LOAD7', 'Aucun chemin du circuit ne passe par « {name} » ou n''en sort. Reliez cette étape.', 'لا يوجد مسار يصل إلى المرحلة «{name}» أو يخرج منها. يرجى ربطها.');
select app.say('LOAD8', 'Un nombre n''a pas de source ou de degré de confiance. Indiquez-les.', 'هناك عدد دون مصدر أو درجة ثقة. يرجى تحديدهما.');
select app.say('KEEP1', 'La version {version} de {code} est déjà publiée avec un autre contenu. Publiez une nouvelle version.',
                        'النسخة {version} من {code} منشورة من قبل بمحتوى آخر. يرجى نشر نسخة جديدة.');
select app.say('KEEP2', 'Une version publiée ne change pas. Publiez une nouvelle version.', 'النسخة المنشورة لا تتغير. يرجى نشر نسخة جديدة.');
select app.say('MODE1', 'Choisissez un mode de dépôt : registre papier, guichet, en ligne, ou en ligne seulement.',
                        'يرجى اختيار كيفية الإيداع: السجل الورقي أو الشباك أو عبر الإنترنت أو عبر الإنترنت فقط.');
select app.say('SETT1', 'Le réglage « {name_fr} » n''existe pas ou sa valeur n''est pas admise. Corrigez-le.', 'الإعداد «{name_ar}» غير موجود أو قيمته غير مقبولة. يرجى تصحيحه.');

-- The least a definition must keep for the rules of this database to work; the Python checks say much more. [{path, code, fr, ar}]
create or replace function app.definition_faults(p_definition jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_found  jsonb := '[]';
  v_name   text;
  v_max    int := case when p_definition -> 'investment' = 'true' then 30 else 60 end;
begin
  for v_name in select n from unnest(array['code', 'version', 'family', 'owner', 'title', 'short_code', 'sources', 'legal_basis', 'settings', 'steps', 'documents', 'rules',
                  'owner_name', 'dossier_title', 'clocks', 'silence', 'requests', 'appeal', 'circuit', 'decision_terms', 'fees', 'validity', 'copies', 'output', 'public']) as n
                where not coalesce(jsonb_typeof(p_definition) = 'object' and p_definition ? n, false) loop
    v_found := v_found || app.fault(v_name, 'LOAD2', null, jsonb_build_object('name', v_name));
  end loop;
  if v_found <> '[]' then
    return v_found;
  end if;
  if p_definition ->> 'code' !~ '^[A-Z]{3}-[0-9]{2}$' or jsonb_typeof(p_definition -> 'version') <> 'number' or (p_definition ->> 'version')::numeric < 1
     or coalesce(p_definition ->> 'family', '') not in ('urbanism', 'economic', 'networks')
     or coalesce(p_definition #>> '{owner,kind}', '') not in ('national', 'region', 'province')
     or (p_definition #>> '{owner,kind}' = 'national') <> (p_definition #>> '{owner,code}' is null) then
    v_found := v_found || app.fault('code', 'LOAD2', null, jsonb_build_object('name', 'code, version, family, owner'));
  end if;
  if jsonb_typeof(p_definition -> 'steps') <> 'array' or p_definition -> 'steps' = '[]'
     or jsonb_path_exists(p_definition, '$.steps[*] ? (!exists(@.id) || !exists(@.fields) || @.fields.type() != "array")') then
    return v_found || app.fault('steps', 'LOAD2', null, '{"name": "id, fields"}');
  end if;
  if jsonb_path_exists(p_definition, 'strict $.** ? (@.type() == "object" && ((exists(@.fr) && !exists(@.ar)) || (exists(@.ar) && !exists(@.fr)) || @.fr == "" || @.ar == ""))', silent => true) then
    v_found := v_found || app.fault('', 'LOAD3', null);
  end if;
  if jsonb_path_exists(p_definition, 'strict $.** ? (@.type() == "object" && (exists(@.days) || exists(@.count)) && exists(@.counted) && exists(@.on_request) && !(exists(@.source) && exists(@.confidence)))', silent => true)
     or jsonb_path_exists(p_definition, '$.fees[*] ? (!exists(@.source) || !exists(@.confidence))')
     or jsonb_path_exists(p_definition, '$.settings[*] ? (!exists(@.source) || !exists(@.confidence))') then
    v_found := v_found || app.fault('', 'LOAD8', null);
  end if;
  select v_found || coalesce(jsonb_agg(app.fault(x.path, 'LOAD4', null, jsonb_build_object('name', x.name))), '[]') into v_found
    from (select 'steps' as path, f ->> 'id' as name from jsonb_array_elements(p_definition -> 'steps') as s, jsonb_array_elements(s -> 'fields') as f group by 2 having count(*) > 1
          union all select 'documents', d ->> 'slot' from jsonb_array_elements(p_definition -> 'documents') as d group by 2 having count(*) > 1
          union all select 'circuit', c ->> 'id' from jsonb_array_elements(p_definition #> '{circuit,steps}') as c group by 2 having count(*) > 1) as x;
  -- Every question, setting and table that a condition, rule or formula names exists.
  select v_found || coalesce(jsonb_agg(app.fault(x.path, 'LOAD5', null, jsonb_build_object('name', x.name))), '[]') into v_found
    from (select distinct 'field' as path, v #>> '{}' as name from jsonb_path_query(p_definition, 'strict $.**.field', silent => true) as v where jsonb_typeof(v) = 'string'
          union select 'table', v #>> '{}' from jsonb_path_query(p_definition, 'strict $.**.table', silent => true) as v where jsonb_typeof(v) = 'string'
          union select 'answer', v #>> '{}' from jsonb_path_query(p_definition, 'strict $.**.answer', silent => true) as v where jsonb_typeof(v) = 'string'
          union select 'setting', v #>> '{}' from jsonb_path_query(p_definition, 'strict $.**.setting', silent => true) as v where jsonb_typeof(v) = 'string') as x
   where not case x.path
     when 'setting' then p_definition -> 'settings' @> jsonb_build_array(jsonb_build_object('id', x.name))
     else jsonb_path_exists(p_definition, '$.steps[*].fields[*] ? (@.id == $n)', jsonb_build_object('n', x.name))
          or jsonb_path_exists(p_definition, '$.decision_terms[*].field ? (@.id == $n)', jsonb_build_object('n', x.name)) end;
  if not coalesce(app.as_number(p_definition #> '{clocks,legal,days}') between 1 and case p_definition #>> '{clocks,legal,counted}' when 'working_days' then v_max * 5 / 7 else v_max end, false) then
    v_found := v_found || app.fault('clocks.legal', 'LOAD6', null, jsonb_build_object('max', v_max));
  end if;
  return v_found || app.circuit_faults(p_definition -> 'circuit');
end;
$$;

-- Steps that nothing leads to, ways that lead nowhere, steps from which no end is reached.
create or replace function app.circuit_faults(p_circuit jsonb) returns jsonb
language sql stable set search_path = '' as $$
  with recursive steps as (
    select s ->> 'id' as id, s ->> 'kind' as kind, s from jsonb_array_elements(p_circuit -> 'steps') as s),
  ways as (
    select steps.id as here, a ->> 'to' as there from steps, jsonb_array_elements(coalesce(s -> 'actions', '[]')) as a
    union select id, s ->> 'next' from steps where jsonb_typeof(s -> 'next') = 'string'
    union select steps.id, n.value from steps, jsonb_each_text(case jsonb_typeof(s -> 'next') when 'object' then s -> 'next' else '{}' end) as n),
  reached as (
    select p_circuit ->> 'start' as id union select w.there from reached r join ways w on w.here = r.id),
  ending as (
    select id from steps where kind = 'done' union select w.here from ending e join ways w on w.there = e.id)
  select coalesce(jsonb_agg(f), '[]') from (
    select app.fault('circuit', 'LOAD5', null, jsonb_build_object('name', coalesce(r.id, 'start'))) as f from reached r where r.id is null or r.id not in (select id from steps)
    union all
    select app.fault('circuit', 'LOAD7', null, jsonb_build_object('name', s.id)) from steps s
     where s.id not in (select id from reached where id is not null) or s.id not in (select id from ending)) as faults;
$$;

-- Publishes a version and returns its id. The same content again changes nothing; another content under the same number is refused.
create or replace function app.load_procedure(p_definition jsonb) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_faults jsonb := app.definition_faults(p_definition);
  v_digest text := app.digest(app.canonical(p_definition));
  v_known  app.procedure_version;
  v_id     uuid;
begin
  if v_faults <> '[]' then
    perform app.refuse('LOAD1', jsonb_build_object('faults', v_faults));
  end if;
  insert into app.procedure (code, family, position) values (p_definition ->> 'code', p_definition ->> 'family', coalesce((p_definition ->> 'position')::int, 0))
  on conflict (code) do update set family = excluded.family, position = excluded.position
   where (app.procedure.family, app.procedure.position) is distinct from (excluded.family, excluded.position);
  select * into v_known from app.procedure_version v
   where v.procedure_code = p_definition ->> 'code' and v.version = (p_definition ->> 'version')::int
     and v.owner_kind = p_definition #>> '{owner,kind}' and v.owner_code = coalesce(p_definition #>> '{owner,code}', '');
  if v_known.id is not null then
    if v_known.digest <> v_digest then
      perform app.refuse('KEEP1', jsonb_build_object('code', v_known.procedure_code, 'version', v_known.version));
    end if;
    return v_known.id;
  end if;
  insert into app.procedure_version (procedure_code, version, owner_kind, owner_code, definition, digest)
  values (p_definition ->> 'code', (p_definition ->> 'version')::int, p_definition #>> '{owner,kind}', coalesce(p_definition #>> '{owner,code}', ''), p_definition, v_digest)
  returning id into v_id;
  return v_id;
end;
$$;

create or replace function app.keep_versions() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform app.refuse('KEEP2');
end;
$$;
drop trigger if exists a_published_version_never_changes on app.procedure_version;
create trigger a_published_version_never_changes before update or delete on app.procedure_version for each row execute function app.keep_versions();

-- Is this value allowed for a setting of the definition?
create or replace function app.setting_allowed(p_definition jsonb, p_id text, p_value jsonb) returns boolean
language plpgsql stable set search_path = '' as $$
declare
  v_setting jsonb := (select s from jsonb_array_elements(p_definition -> 'settings') as s where s ->> 'id' = p_id);
  v_options jsonb := (select jsonb_agg(o -> 'value') from jsonb_array_elements(p_definition -> 'steps') as s, jsonb_array_elements(s -> 'fields') as f,
                             jsonb_array_elements(f -> 'options') as o where f ->> 'id' = v_setting ->> 'options_of');
  v_min     numeric := coalesce((v_setting ->> 'min')::numeric, 0);
  v_max     numeric := coalesce((v_setting ->> 'max')::numeric, 1e9);
begin
  return coalesce(case v_setting ->> 'type'
    when 'integer' then app.as_number(p_value) between v_min and v_max and app.as_number(p_value) = trunc(app.as_number(p_value))
    when 'decimal' then app.as_number(p_value) between v_min and v_max
    when 'amount' then app.as_number(p_value) between v_min and v_max and app.as_number(p_value) = round(app.as_number(p_value), 2)
    when 'yes_no' then jsonb_typeof(p_value) = 'boolean'
    when 'text' then jsonb_typeof(p_value) = 'string' and length(p_value #>> '{}') <= 1000
    when 'choice' then v_setting -> 'options' @> jsonb_build_array(jsonb_build_object('value', p_value))
    when 'choices' then jsonb_typeof(p_value) = 'array' and v_options @> p_value
    when 'map' then jsonb_typeof(p_value) = 'object' and (select bool_and(v_options ? key and coalesce(app.as_number(value) between v_min and v_max, false))
                                                            and count(*) = jsonb_array_length(v_options) from jsonb_each(p_value)) end, false);
end;
$$;

-- The published versions that a commune may use: national ones, those of its region and of its province; latest first.
create or replace function app.usable_versions(p_commune uuid, p_procedure text) returns setof app.procedure_version
language sql stable security definer set search_path = '' as $$
  select v.*
    from app.procedure_version v join app.commune c on c.id = p_commune join app.province p on p.code = c.province_code
   where v.procedure_code = p_procedure
     and v.owner_code = case v.owner_kind when 'national' then '' when 'region' then p.region_code else p.code end
   order by v.version desc, v.published_at desc;
$$;

-- The administrator opens a procedure in a commune, or changes its mode, version or local settings. Without a version: the latest published
-- one that the commune may use. Dossiers already opened keep theirs. A closed procedure opens again (public.disable_procedure closes it).
create or replace function public.enable_procedure(p_commune uuid, p_procedure text, p_version uuid default null, p_mode text default 'online', p_settings jsonb default '{}')
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_role    text := app.require_role(array['administrator'], p_commune);
  v_version app.procedure_version;
  v_wrong   text;
  v_was     app.commune_procedure;
begin
  select v.* into v_version from app.usable_versions(p_commune, p_procedure) v where p_version is null or v.id = p_version limit 1;
  if v_version.id is null then
    perform app.refuse('SEEN1');
  elsif coalesce(p_mode, '') not in ('paper_register', 'counter', 'online', 'online_only') then
    perform app.refuse('MODE1');
  elsif jsonb_typeof(p_settings) is distinct from 'object' then
    perform app.refuse('SETT1', '{"name_fr": "settings", "name_ar": "settings"}');
  end if;
  select key into v_wrong from jsonb_each(p_settings) where not app.setting_allowed(v_version.definition, key, value) order by key limit 1;
  if v_wrong is not null then
    perform app.refuse('SETT1', coalesce(
      (select jsonb_build_object('name_fr', s #> '{label,fr}', 'name_ar', s #> '{label,ar}')
         from jsonb_array_elements(v_version.definition -> 'settings') as s where s ->> 'id' = v_wrong),
      jsonb_build_object('name_fr', left(v_wrong, 60), 'name_ar', left(v_wrong, 60))));
  end if;
  select * into v_was from app.commune_procedure where commune_id = p_commune and procedure_code = p_procedure for update;
  insert into app.commune_procedure (commune_id, procedure_code, version_id, mode, settings, updated_at)
  values (p_commune, p_procedure, v_version.id, p_mode, p_settings, app.now(p_commune))
  on conflict (commune_id, procedure_code) do update
     set version_id = excluded.version_id, mode = excluded.mode, settings = excluded.settings, updated_at = excluded.updated_at, closed_at = null;
  if (v_was.version_id, v_was.mode, v_was.settings, v_was.closed_at) is distinct from (v_version.id, p_mode, p_settings, null::timestamptz) then
    perform app.note_act(p_commune, 'procedure_enabled', jsonb_build_object('procedure', p_procedure, 'version', v_version.version, 'mode', p_mode,
      'settings', p_settings, 'before', case when v_was.mode is not null then jsonb_build_object('version_id', v_was.version_id, 'mode', v_was.mode,
                                          'settings', v_was.settings, 'closed', v_was.closed_at is not null) end));
  end if;
  return jsonb_build_object('procedure', p_procedure, 'version', v_version.version, 'version_id', v_version.id, 'mode', p_mode,
                            'settings', app.settings_of(v_version.definition, p_settings));
end;
$$;

-- Local values that the public may read, under their labels: [{id, label, value, unit, source, confidence}].
create or replace function app.public_settings(p_commune uuid, p_version uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', s -> 'id', 'type', s -> 'type', 'label', s -> 'label', 'unit', s -> 'unit',
           'value', coalesce(cp.settings -> (s ->> 'id'), s -> 'default'), 'source', s -> 'source', 'confidence', s -> 'confidence')) order by n), '[]')
    from app.procedure_version v
    left join app.commune_procedure cp on cp.version_id = v.id and cp.commune_id = p_commune,
         jsonb_array_elements(v.definition -> 'settings') with ordinality as x(s, n)
   where v.id = p_version and coalesce(s -> 'public', 'true') = 'true';
$$;

-- What law 55-19 (art. 5-6) wants published of a version: name and legal basis, who receives and who studies, documents by who supplies them,
-- fees, answer time, silence and appeals, cases of extension.
create or replace function app.public_sheet(p_definition jsonb) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('code', p_definition -> 'code', 'family', p_definition -> 'family', 'title', p_definition -> 'title', 'summary', p_definition -> 'summary',
    'applicants', p_definition -> 'applicants', 'authority', p_definition -> 'authority',
    'legal_basis', (select jsonb_agg(b || jsonb_build_object('law', app.article_text(p_definition, b ->> 'article')) order by n)
                      from jsonb_array_elements(p_definition -> 'legal_basis') with ordinality as x(b, n)),
    'offices', (select jsonb_agg(jsonb_build_object('step', c -> 'id', 'kind', c -> 'kind', 'title', c -> 'title', 'days', c -> 'days',
                         'roles', (select coalesce(jsonb_agg(h -> 'role' order by m), '[]') from jsonb_array_elements(
                                     c -> 'holders' || case when c ->> 'kind' = 'committee' then coalesce(p_definition #> '{committee,seats}', '[]') else '[]' end)
                                     with ordinality as y(h, m))) order by n)
                  from jsonb_array_elements(p_definition #> '{circuit,steps}') with ordinality as x(c, n) where c ->> 'kind' <> 'done'),
    'documents', (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('slot', d -> 'slot', 'label', d -> 'label', 'help', d -> 'help', 'need', d -> 'need',
                           'supplied_by', d -> 'supplied_by', 'conditional', d ? 'when', 'article', d -> 'article', 'law', app.article_text(p_definition, d ->> 'article'),
                           'confidence', d -> 'confidence')) order by n), '[]')
                    from jsonb_array_elements(p_definition -> 'documents') with ordinality as x(d, n)),
    'fees', (select coalesce(jsonb_agg(jsonb_build_object('id', f -> 'id', 'label', f -> 'label', 'due', f -> 'due', 'source', f -> 'source', 'confidence', f -> 'confidence',
                      'law', app.article_text(p_definition, f ->> 'source'),
                      'factors', (select jsonb_agg(k -> 'label') from jsonb_array_elements(f -> 'formula') as k)) order by n), '[]')
               from jsonb_array_elements(p_definition -> 'fees') with ordinality as x(f, n)),
    'answer', p_definition #> '{clocks,legal}' || jsonb_build_object('law', app.article_text(p_definition, p_definition #>> '{clocks,legal,source}')),
    'target', p_definition #> '{clocks,sector}', 'extension', p_definition -> 'extension', 'silence', p_definition -> 'silence', 'appeal', p_definition -> 'appeal',
    'validity', p_definition -> 'validity', 'next', coalesce(p_definition -> 'next', '[]'));
$$;

-- The public catalogue. With a commune: what it offers, each sheet with the commune's mode and public values. Without: every national
-- procedure in its latest version, with the open communes that offer it.
create or replace function public.catalogue(p_commune uuid default null) returns jsonb
language sql stable set search_path = '' as $$
  select case when p_commune is null then (
    select coalesce(jsonb_agg(app.public_sheet(v.definition) || jsonb_build_object('version', v.version, 'digest', v.digest, 'communes', (
             select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'code', c.code, 'name_fr', c.name_fr, 'name_ar', c.name_ar, 'mode', cp.mode) order by c.name_fr), '[]')
               from app.commune_procedure cp join app.commune c on c.id = cp.commune_id and c.is_open where cp.procedure_code = v.procedure_code and cp.closed_at is null))
             order by p.position, p.code), '[]')
      from app.procedure p
      join lateral (select * from app.procedure_version v where v.procedure_code = p.code and v.owner_kind = 'national' order by v.version desc limit 1) as v on true)
  else (
    select coalesce(jsonb_agg(app.public_sheet(v.definition) || jsonb_build_object('version', v.version, 'digest', v.digest, 'mode', cp.mode,
             'settings', app.public_settings(c.id, v.id)) order by p.position, p.code), '[]')
      from app.commune_procedure cp
      join app.commune c on c.id = cp.commune_id and c.is_open
      join app.procedure p on p.code = cp.procedure_code
      join app.procedure_version v on v.id = cp.version_id
     where cp.commune_id = p_commune and cp.closed_at is null) end;
$$;

revoke execute on function app.definition_faults, app.circuit_faults, app.load_procedure, app.keep_versions, app.setting_allowed, app.usable_versions, public.enable_procedure,
  app.public_settings, app.public_sheet, public.catalogue from public, anon, authenticated;
grant execute on function public.enable_procedure to authenticated;
grant execute on function public.catalogue, app.public_settings, app.public_sheet to anon, authenticated;
