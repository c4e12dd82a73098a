-- The one judge of a request: every fault of answers, rules and documents, as {path, code, fr, ar, severity, label, article, law}.
-- Pure but for the sentences, which stand in app.refusal. Paths: "field", "table[2].column" (rows count from 1), "slot".
-- Severity: refuse (no deposit), expected (received as a file being deposited), warn (the person and the instructor are told).
--
--   LACK2 to fill (60_workflow)   QUES1 no such question (50_filing)   IDEN1, TELE1, MAIL1 identity card, phone, e-mail (40, 52)
select app.say('QUES2', 'Le tableau n''a pas de colonne « {name} ». Rechargez la page.', 'لا يتضمن الجدول العمود «{name}». يرجى تحديث الصفحة.');
select app.say('TYPE1', 'La réponse n''a pas la forme attendue. Répondez de nouveau à cette question.', 'شكل الجواب غير صحيح. يرجى الإجابة عن هذا السؤال من جديد.');
select app.say('TYPE2', 'Écrivez un nombre, en chiffres.', 'يرجى كتابة عدد بالأرقام.');
select app.say('TYPE3', 'Écrivez un nombre entier, sans virgule.', 'يرجى كتابة عدد صحيح دون فاصلة.');
select app.say('TYPE4', 'Écrivez au plus {decimals} chiffres après la virgule.', 'يرجى كتابة {decimals} أرقام على الأكثر بعد الفاصلة.');
select app.say('RANG1', 'La plus petite valeur admise est {min}. Corrigez la réponse.', 'أصغر قيمة مقبولة هي {min}. يرجى تصحيح الجواب.');
select app.say('RANG2', 'La plus grande valeur admise est {max}. Corrigez la réponse.', 'أكبر قيمة مقبولة هي {max}. يرجى تصحيح الجواب.');
select app.say('LONG1', 'Le texte dépasse {max} caractères. Raccourcissez-le.', 'يتجاوز النص {max} حرفا. يرجى اختصاره.');
select app.say('MASK1', 'Écrivez {help}.', 'يرجى كتابة {help}.');
select app.say('WHEN1', 'Indiquez une date qui existe : jour, mois, année.', 'يرجى تحديد تاريخ صحيح: اليوم والشهر والسنة.');
select app.say('WHEN2', 'La date doit se situer entre le {min} et le {max}.', 'يجب أن يقع التاريخ بين {min} و{max}.');
select app.say('OPTN1', 'Choisissez dans la liste proposée.', 'يرجى الاختيار من اللائحة المقترحة.');
select app.say('OPTN2', 'La même réponse est choisie deux fois. Gardez-en une.', 'تم اختيار الجواب نفسه مرتين. يرجى الاحتفاظ بواحد.');
select app.say('MUST1', 'Cette déclaration est nécessaire : sans elle la demande ne peut pas être déposée.', 'هذا التصريح ضروري: لا يمكن إيداع الطلب بدونه.');
select app.say('IDEN2', 'Ce numéro de carte nationale est inhabituel. Vérifiez-le sur la carte.', 'رقم البطاقة الوطنية هذا غير معتاد. يرجى التحقق منه على البطاقة.');
select app.say('ICEN1', 'L''identifiant commun de l''entreprise a quinze chiffres, et celui-ci ne se vérifie pas. Recopiez-le.',
                        'يتكون المعرف الموحد للمقاولة من خمسة عشر رقما، والرقم المدخل غير صحيح. يرجى إعادة نقله.');
select app.say('LAND1', 'Écrivez le numéro, une barre et le code de la conservation foncière : 12345/39, ou R 4567/39 pour une réquisition.',
                        'يرجى كتابة الرقم ثم خط مائل ثم رمز المحافظة العقارية: 12345/39، أو R 4567/39 لمطلب التحفيظ.');
select app.say('LINK2', 'Écrivez le numéro d''un dossier tel qu''il figure sur son récépissé.', 'يرجى كتابة رقم الملف كما هو مبين في وصل الإيداع.');
select app.say('SHAP1', 'L''emplacement n''est pas lisible. Dessinez-le sur la carte, ou donnez l''adresse et le douar.',
                        'تعذرت قراءة الموقع. يرجى رسمه على الخريطة أو إدخال العنوان والدوار.');
select app.say('SHAP2', 'Cette forme n''est pas acceptée ici. Utilisez l''un des outils de dessin proposés.', 'هذا الشكل غير مقبول هنا. يرجى استعمال إحدى أدوات الرسم المقترحة.');
select app.say('SHAP3', 'L''emplacement tombe hors du Maroc. Vérifiez l''ordre : la longitude, puis la latitude.',
                        'يقع المكان خارج المغرب. يرجى التحقق من الترتيب: خط الطول ثم خط العرض.');
select app.say('SHAP4', 'Le contour n''est pas fermé ou a trop peu de points. Terminez le dessin.', 'الحدود غير مغلقة أو عدد نقطها غير كاف. يرجى إتمام الرسم.');
select app.say('SHAP5', 'Le dessin a plus de {max} points. Simplifiez-le.', 'يتجاوز عدد نقط الرسم {max}. يرجى تبسيطه.');
select app.say('SHAP6', 'Donnez au moins une adresse, ou dessinez l''emplacement.', 'يرجى إدخال عنوان على الأقل أو رسم الموقع.');
select app.say('ROWS1', 'Remplissez au moins {min} ligne(s).', 'يرجى ملء {min} من الأسطر على الأقل.');
select app.say('ROWS2', 'Le tableau a plus de {max} lignes. Regroupez-les.', 'يتجاوز الجدول {max} سطرا. يرجى تجميع الأسطر.');
select app.say('SLOT2', 'Joignez ce document : sans lui le dépôt n''est pas possible.', 'يرجى إرفاق هذه الوثيقة: لا يمكن الإيداع بدونها.');
select app.say('SLOT3', 'Ce document est attendu. Sans lui le dossier est reçu « en cours de dépôt », avec {days} jours pour le compléter.',
                        'هذه الوثيقة منتظرة. بدونها يتم تسلم الملف باعتباره «ملف في طور الإيداع» مع أجل {days} يوما لاستكماله.');
select app.say('SIGP1', 'Ce plan ne porte pas de signature électronique valable de l''architecte. Remplacez-le par le fichier signé si vous l''avez.',
                        'لا يحمل هذا التصميم توقيعا إلكترونيا صحيحا للمهندس المعماري. يرجى تعويضه بالملف الموقع إن كان لديكم.');
select app.say('SLOT4', 'Cette rubrique contient plus de {max} fichier(s). Retirez-en.', 'تتضمن هذه الخانة أكثر من {max} من الملفات. يرجى حذف الزائد منها.');

-- One fault. p_params: values of the sentence's {names}, plain or {fr, ar}.
create or replace function app.fault(p_path text, p_code text, p_field jsonb, p_params jsonb default '{}', p_severity text default 'refuse') returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_strip_nulls(jsonb_build_object('path', p_path, 'code', p_code, 'severity', p_severity, 'label', p_field -> 'label',
             'fr', app.fill(r.fr, p.fr), 'ar', app.fill(r.ar, p.ar)))
      from app.refusal r,
           lateral (select coalesce(jsonb_object_agg(key, case jsonb_typeof(value) when 'object' then value -> 'fr' else value end), '{}') as fr,
                           coalesce(jsonb_object_agg(key, case jsonb_typeof(value) when 'object' then value -> 'ar' else value end), '{}') as ar
                      from jsonb_each(p_params)) as p
     where r.code = p_code);
end;
$$;

-- Is this number of fifteen digits an ICE? The whole must be divisible by 97.
create or replace function app.is_ice(p_text text) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return p_text ~ '^[0-9]{15}$' and case when p_text ~ '^[0-9]{15}$' then p_text::numeric % 97 = 0 and p_text::numeric > 0 else false end;
end;
$$;

-- What is wrong with a place: a code, or null. A GeoJSON geometry (longitude first, WGS 84) or {"address", "douar"}.
create or replace function app.shape_fault(p_field jsonb, p_value jsonb) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_kind   text := p_value ->> 'type';
  v_lines  jsonb;
  v_line   jsonb;
  v_place  jsonb;
  v_points int := 0;
  v_bounds jsonb := coalesce(p_field -> 'bounds', '[-180, -90, 180, 90]');
begin
  if jsonb_typeof(p_value) <> 'object' then
    return 'SHAP1';
  elsif p_value ? 'address' or p_value ? 'douar' then
    if exists (select from jsonb_each(p_value) where key not in ('address', 'douar') or jsonb_typeof(value) <> 'string' or length(value #>> '{}') > 300) then
      return 'SHAP1';
    end if;
    return case when coalesce(p_field -> 'without_drawing', 'true') = 'false' then 'SHAP2' when not coalesce(app.is_given(p_value -> 'address'), false) then 'SHAP6' end;
  elsif v_kind is null or jsonb_typeof(p_value -> 'coordinates') is distinct from 'array' or p_value - 'type' - 'coordinates' - 'bbox' <> '{}' then
    return 'SHAP1';
  elsif not p_field -> 'geometry' ? v_kind then
    return 'SHAP2';
  end if;
  v_lines := case v_kind when 'Point' then jsonb_build_array(jsonb_build_array(p_value -> 'coordinates'))
                         when 'LineString' then jsonb_build_array(p_value -> 'coordinates') else p_value -> 'coordinates' end;
  if v_lines = '[]' then
    return 'SHAP4';
  end if;
  for v_line in select value from jsonb_array_elements(v_lines) loop
    if jsonb_typeof(v_line) <> 'array' then
      return 'SHAP1';
    end if;
    v_points := v_points + jsonb_array_length(v_line);
    if v_points > coalesce((p_field ->> 'max_vertices')::int, 200) then
      return 'SHAP5';
    end if;
    for v_place in select value from jsonb_array_elements(v_line) loop
      if jsonb_typeof(v_place) <> 'array' or jsonb_typeof(v_place -> 0) is distinct from 'number' or jsonb_typeof(v_place -> 1) is distinct from 'number'
         or coalesce(jsonb_typeof(v_place -> 2), 'number') <> 'number' or v_place ? 'x' or v_place -> 3 is not null then
        return 'SHAP1';
      elsif not ((v_place ->> 0)::numeric between (v_bounds ->> 0)::numeric and (v_bounds ->> 2)::numeric
             and (v_place ->> 1)::numeric between (v_bounds ->> 1)::numeric and (v_bounds ->> 3)::numeric) then
        return 'SHAP3';
      end if;
    end loop;
    if (v_kind = 'LineString' and jsonb_array_length(v_line) < 2)
       or (v_kind = 'Polygon' and (jsonb_array_length(v_line) < 4 or v_line -> 0 <> v_line -> -1)) then
      return 'SHAP4';
    end if;
  end loop;
  return null;
end;
$$;

-- What is wrong with one value that is no table: a fault, or null. A missing value is not wrong here.
create or replace function app.value_fault(p_field jsonb, p_value jsonb, p_path text) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_type   text := p_field ->> 'type';
  v_json   text := jsonb_typeof(p_value);
  v_text   text := btrim(p_value #>> '{}', E' \t\r\n');
  v_number numeric;
  v_code   text;
  v_limit  int;
begin
  if not app.is_given(p_value) then
    return null;
  end if;
  case
    when v_type in ('integer', 'decimal', 'amount') then
      if v_json <> 'number' then
        return app.fault(p_path, 'TYPE2', p_field);
      end if;
      v_number := (p_value #>> '{}')::numeric;
      v_limit := case v_type when 'integer' then 0 when 'amount' then 2 else coalesce((p_field ->> 'decimals')::int, 4) end;
      if v_number < coalesce((p_field ->> 'min')::numeric, case v_type when 'amount' then 0 else -1e12 end) then
        return app.fault(p_path, 'RANG1', p_field, jsonb_build_object('min', app.number_texts(coalesce((p_field ->> 'min')::numeric, 0), p_field -> 'unit')));
      elsif v_number > coalesce((p_field ->> 'max')::numeric, 1e12) then
        return app.fault(p_path, 'RANG2', p_field, jsonb_build_object('max', app.number_texts(coalesce((p_field ->> 'max')::numeric, 1e12), p_field -> 'unit')));
      elsif v_limit = 0 and v_number <> trunc(v_number) then
        return app.fault(p_path, 'TYPE3', p_field);
      elsif v_number <> round(v_number, v_limit) then
        return app.fault(p_path, 'TYPE4', p_field, jsonb_build_object('decimals', v_limit));
      end if;
    when v_type = 'yes_no' then
      if v_json <> 'boolean' then
        return app.fault(p_path, 'TYPE1', p_field);
      elsif p_field ? 'must_be' and p_value <> p_field -> 'must_be' then
        return app.fault(p_path, 'MUST1', p_field);
      end if;
    when v_type = 'choice' then
      if v_json <> 'string' then
        return app.fault(p_path, 'TYPE1', p_field);
      elsif not p_field -> 'options' @> jsonb_build_array(jsonb_build_object('value', p_value)) then
        return app.fault(p_path, 'OPTN1', p_field);
      end if;
    when v_type = 'choices' then
      if v_json <> 'array' then
        return app.fault(p_path, 'TYPE1', p_field);
      elsif exists (select from jsonb_array_elements(p_value) as v where not p_field -> 'options' @> jsonb_build_array(jsonb_build_object('value', v))) then
        return app.fault(p_path, 'OPTN1', p_field);
      elsif (select count(*) <> count(distinct v) from jsonb_array_elements(p_value) as v) then
        return app.fault(p_path, 'OPTN2', p_field);
      end if;
    when v_type = 'shape' then
      v_code := app.shape_fault(p_field, p_value);
      if v_code is not null then
        return app.fault(p_path, v_code, p_field, jsonb_build_object('max', coalesce(p_field -> 'max_vertices', '200')));
      end if;
    when v_json <> 'string' then
      return app.fault(p_path, 'TYPE1', p_field);
    when v_type = 'date' then
      if app.as_date(p_value) is null then
        return app.fault(p_path, 'WHEN1', p_field);
      elsif app.as_date(p_value) not between coalesce(app.as_date(p_field -> 'min'), date '1900-01-01') and coalesce(app.as_date(p_field -> 'max'), date '2200-12-31') then
        return app.fault(p_path, 'WHEN2', p_field, jsonb_build_object(
          'min', to_char(coalesce(app.as_date(p_field -> 'min'), date '1900-01-01'), 'DD/MM/YYYY'),
          'max', to_char(coalesce(app.as_date(p_field -> 'max'), date '2200-12-31'), 'DD/MM/YYYY')));
      end if;
    else
      v_limit := coalesce((p_field ->> 'max_length')::int, case v_type when 'text' then 300 when 'long_text' then 3000 else 120 end);
      if length(p_value #>> '{}') > v_limit then
        return app.fault(p_path, 'LONG1', p_field, jsonb_build_object('max', v_limit));
      end if;
      v_text := translate(v_text, '٠١٢٣٤٥٦٧٨٩', '0123456789');
      v_code := case v_type
        when 'cin' then case when upper(replace(v_text, ' ', '')) !~ '^[A-Z]{1,3}[0-9]{1,7}$' then 'IDEN1' when upper(replace(v_text, ' ', '')) !~ '^[A-Z]{1,2}[0-9]{4,6}$' then 'IDEN2' end
        when 'ice' then case when not app.is_ice(replace(v_text, ' ', '')) then 'ICEN1' end
        when 'phone' then case when regexp_replace(v_text, '[ .()-]', '', 'g') !~ '^(\+212|00212|0)[5-8][0-9]{8}$' then 'TELE1' end
        when 'email' then case when v_text !~ '^[^@\s,;<>"]+@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$' then 'MAIL1' end
        when 'land_title' then case when upper(v_text) !~ '^((T|TF|R) ?)?[0-9]{1,7} ?/ ?[0-9]{2}$' then 'LAND1' end
        when 'link' then case when v_text !~* '^[A-Z0-9]{2,12}-[0-9]{4}-[A-Z]{2,5}-[0-9]{1,6}$' and not pg_input_is_valid(v_text, 'uuid') then 'LINK2' end
        when 'text' then case when p_field ? 'pattern' and v_text !~ (p_field ->> 'pattern') then 'MASK1' end end;
      if v_code is not null then
        return app.fault(p_path, v_code, p_field, jsonb_build_object('help', p_field -> 'pattern_help'), case v_code when 'IDEN2' then 'warn' else 'refuse' end);
      end if;
  end case;
  return null;
end;
$$;

-- Every fault of a table: its rows, then its cells.
create or replace function app.table_faults(p_field jsonb, p_value jsonb, p_path text, p_facts jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_found  jsonb := '[]';
  v_row    jsonb;
  v_column jsonb;
  v_name   text;
  v_at     int := 0;
begin
  if jsonb_typeof(p_value) <> 'array' then
    return jsonb_build_array(app.fault(p_path, 'TYPE1', p_field));
  elsif jsonb_array_length(p_value) > coalesce((p_field ->> 'rows_max')::int, 200) then
    return jsonb_build_array(app.fault(p_path, 'ROWS2', p_field, jsonb_build_object('max', coalesce(p_field -> 'rows_max', '200'))));
  elsif jsonb_array_length(p_value) < coalesce((p_field ->> 'rows_min')::int, 0) then
    return jsonb_build_array(app.fault(p_path, 'ROWS1', p_field, jsonb_build_object('min', p_field -> 'rows_min')));
  end if;
  for v_row in select value from jsonb_array_elements(p_value) loop
    v_at := v_at + 1;
    if jsonb_typeof(v_row) <> 'object' then
      v_found := v_found || app.fault(format('%s[%s]', p_path, v_at), 'TYPE1', p_field);
      continue;
    end if;
    for v_column in select value from jsonb_array_elements(p_field -> 'columns') loop
      v_name := format('%s[%s].%s', p_path, v_at, v_column ->> 'id');
      continue when v_column ? 'product_of' or (v_column ? 'only_if' and not app.holds_condition(v_column -> 'only_if', p_facts, v_row));
      if app.is_given(v_row -> (v_column ->> 'id')) then
        v_found := v_found || coalesce(app.value_fault(v_column, v_row -> (v_column ->> 'id'), v_name), '[]');
      elsif v_column ? 'required' and app.holds_condition(v_column -> 'required', p_facts, v_row) then
        v_found := v_found || app.fault(v_name, 'LACK2', v_column);
      end if;
    end loop;
    for v_name in select k from jsonb_object_keys(v_row) as k where not p_field -> 'columns' @> jsonb_build_array(jsonb_build_object('id', k)) loop
      v_found := v_found || app.fault(format('%s[%s].%s', p_path, v_at, left(v_name, 60)), 'QUES2', p_field, jsonb_build_object('name', left(v_name, 60)));
    end loop;
  end loop;
  return v_found;
end;
$$;

-- The first fault of a value for a field, whatever its type; null when there is none. For fields that agents fill.
create or replace function app.typed_value_fault(p_field jsonb, p_value jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return case when p_field ->> 'type' = 'table' then case when app.is_given(p_value) then app.table_faults(p_field, p_value, p_field ->> 'id', '{}') -> 0 end
              else app.value_fault(p_field, p_value, p_field ->> 'id') end;
end;
$$;

-- Papers demanded by these facts: those of the list, then the questions answered by a file.
-- [{slot, label, help, need, article, law, confidence, identity, types, max_mb, max_files, have}]; p_asked comes from app.asked.
create or replace function app.documents_asked(p_definition jsonb, p_asked jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    with opened as materialized (select app.opened(p_definition) as definition)
    select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('slot', d.slot, 'label', d.doc -> 'label', 'help', d.doc -> 'help', 'need', d.need,
             'article', d.doc -> 'article', 'law', app.article_text(opened.definition, d.doc ->> 'article'), 'confidence', d.doc -> 'confidence',
             'identity', coalesce(d.doc -> 'identity', 'false'), 'types', d.doc -> 'types', 'max_mb', d.doc -> 'max_mb', 'max_files', d.doc -> 'max_files', 'signed_by', d.doc -> 'signed_by',
             'have', coalesce(app.as_number(p_asked #> array['documents', d.slot]), 0))) order by d.place), '[]')
      from opened, lateral (
        select x.n as place, x.doc, x.doc ->> 'slot' as slot, x.doc ->> 'need' as need
          from jsonb_array_elements(coalesce(opened.definition -> 'documents', '[]')) with ordinality as x(doc, n)
         where x.doc ->> 'supplied_by' = 'applicant' and (not x.doc ? 'when' or app.holds_condition(x.doc -> 'when', p_asked))
        union all
        select 1000 + row_number() over (), f, f ->> 'id',
               case when f ? 'required' and app.holds_condition(f -> 'required', p_asked) then 'required' else 'optional' end
          from jsonb_array_elements(opened.definition -> 'steps') as s, jsonb_array_elements(s -> 'fields') as f
         where f ->> 'type' = 'document' and p_asked -> 'fields' ? (f ->> 'id')) as d);
end;
$$;

create or replace function app.demanded_documents(p_definition jsonb, p_facts jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return app.documents_asked(p_definition, app.asked(p_definition, p_facts));
end;
$$;

-- The commune's values for {setting.x} in a message.
create or replace function app.setting_words(p_settings jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_object_agg('setting.' || key, case jsonb_typeof(value) when 'number' then to_jsonb(app.number_text((value #>> '{}')::numeric)) else value end), '{}')
      from jsonb_each(p_settings));
end;
$$;

-- Rules that the facts break, with their article. `path` is the first answer concerned, `paths` all of them; `instead`, where a rule has it,
-- the procedure that fits.
create or replace function app.broken_rules(p_definition jsonb, p_asked jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_definition jsonb := app.opened(p_definition);
  v_found      jsonb := '[]';
  v_rule       jsonb;
  v_words      jsonb;
begin
  for v_rule in select value from jsonb_array_elements(coalesce(v_definition -> 'rules', '[]')) loop
    continue when not app.holds_condition(v_rule -> 'when', p_asked);
    v_words := coalesce(v_words, app.setting_words(p_asked -> 'settings'));
    v_found := v_found || (jsonb_build_object('path', v_rule #>> '{fields,0}', 'paths', v_rule -> 'fields', 'code', v_rule -> 'code', 'rule', v_rule -> 'id',
      'severity', v_rule -> 'severity', 'fr', app.fill(v_rule #>> '{message,fr}', v_words), 'ar', app.fill(v_rule #>> '{message,ar}', v_words),
      'article', v_rule -> 'article', 'law', app.article_text(v_definition, v_rule ->> 'article'), 'confidence', v_rule -> 'confidence')
      || case when v_rule ? 'instead' then jsonb_build_object('instead', v_rule -> 'instead') else '{}' end);
  end loop;
  return v_found;
end;
$$;

-- Everything wrong with a request, in the order of the form: answers, rules, documents. p_asked: app.asked of the same, when it is known,
-- and with it, under `demanded`, the papers that it demands (app.documents_asked).
create or replace function app.faults(p_definition jsonb, p_facts jsonb, p_asked jsonb default null) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_definition jsonb := app.opened(p_definition);
  v_asked    jsonb := coalesce(p_asked, app.asked(v_definition, p_facts));
  v_answers  jsonb := v_asked -> 'answers';
  v_fields   jsonb := v_asked -> 'fields';
  v_found    jsonb := '[]';
  v_known    text[] := '{}';
  v_field    jsonb;
  v_document jsonb;
  v_id       text;
begin
  if jsonb_typeof(p_facts -> 'answers') is distinct from 'object' then
    return jsonb_build_array(app.fault('answers', 'TYPE1', null));
  end if;
  for v_field in select f from jsonb_array_elements(v_definition -> 'steps') as s, jsonb_array_elements(s -> 'fields') as f loop
    continue when v_field ->> 'type' in ('heading', 'help', 'document');
    v_id := v_field ->> 'id';
    v_known := v_known || v_id;
    continue when not v_fields ? v_id;
    if v_answers ? v_id then
      v_found := v_found || case when v_field ->> 'type' = 'table' then app.table_faults(v_field, v_answers -> v_id, v_id, v_asked)
                                 else coalesce(app.value_fault(v_field, v_answers -> v_id, v_id), '[]') end;
    elsif v_field ? 'required' and app.holds_condition(v_field -> 'required', v_asked) then
      v_found := v_found || app.fault(v_id, 'LACK2', v_field);
    end if;
  end loop;
  for v_id in select k from jsonb_object_keys(p_facts -> 'answers') as k where k <> all (v_known) order by k limit 50 loop
    v_found := v_found || app.fault(left(v_id, 60), 'QUES1', null, jsonb_build_object('path', left(v_id, 60)));
  end loop;
  v_found := v_found || app.broken_rules(v_definition, v_asked);
  for v_document in select value from jsonb_array_elements(coalesce(v_asked -> 'demanded', app.documents_asked(v_definition, v_asked))) loop
    if (v_document ->> 'have')::int = 0 and v_document ->> 'need' <> 'optional' then
      v_found := v_found || (app.fault(v_document ->> 'slot', case v_document ->> 'need' when 'required' then 'SLOT2' else 'SLOT3' end, v_document,
                   jsonb_build_object('days', v_definition #> '{requests,complete_days}'), case v_document ->> 'need' when 'required' then 'refuse' else 'expected' end)
                   || jsonb_strip_nulls(jsonb_build_object('article', v_document -> 'article', 'law', v_document -> 'law')));
    elsif (v_document ->> 'have')::int > coalesce((v_document ->> 'max_files')::int, 20) then
      v_found := v_found || app.fault(v_document ->> 'slot', 'SLOT4', v_document, jsonb_build_object('max', v_document -> 'max_files'));
    elsif v_document ? 'signed_by' and p_facts -> 'unsigned' ? (v_document ->> 'slot') then
      -- The commune says whether plans without an electronic signature are received.
      v_found := v_found || app.fault(v_document ->> 'slot', 'SIGP1', v_document, '{}',
                   case when p_facts #> '{settings,plans_must_be_signed}' = 'true' then 'refuse' else 'warn' end);
    end if;
  end loop;
  return v_found;
end;
$$;

revoke execute on function app.fault, app.is_ice, app.shape_fault, app.value_fault, app.table_faults, app.typed_value_fault, app.documents_asked,
  app.demanded_documents, app.setting_words, app.broken_rules, app.faults from public, anon, authenticated;
grant execute on function app.fault, app.is_ice, app.shape_fault, app.value_fault, app.table_faults, app.typed_value_fault, app.documents_asked,
  app.demanded_documents, app.setting_words, app.broken_rules, app.faults to authenticated;
