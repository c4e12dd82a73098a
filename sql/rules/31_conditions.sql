-- Conditions of a procedure: pure, no table is read. They are written in assets/procedures/README.md.
--
-- Facts are {"answers": {}, "settings": {}, "documents": {slot: count}, "today": "2026-11-23"}; a row is an object of a table.
-- Comparing with an answer that is missing, or of another type, never holds (not even not_equals): absence is asked with `present`.

-- These three are asked of every answer: plpgsql, because a SQL function that pins its search path is prepared anew at each call.

-- An answer counts as given when it is not null, blank, or an empty list.
create or replace function app.is_given(p_value jsonb) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return case jsonb_typeof(p_value)
           when 'string' then btrim(p_value #>> '{}', E' \t\r\n') <> ''
           when 'array' then p_value <> '[]'
           when 'object' then p_value <> '{}'
           else coalesce(p_value <> 'null', false) end;
end;
$$;

-- A date of the form 2026-03-15 that exists, else null.
create or replace function app.as_date(p_value jsonb) returns date
language plpgsql stable set search_path = '' as $$
begin
  if jsonb_typeof(p_value) = 'string' and p_value #>> '{}' ~ '^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$' and pg_input_is_valid(p_value #>> '{}', 'date') then
    return (p_value #>> '{}')::date;
  end if;
  return null;
end;
$$;

-- A number that can be counted with, else null: JSON allows exponents whose product no numeric holds.
create or replace function app.as_number(p_value jsonb) returns numeric
language plpgsql immutable set search_path = '' as $$
begin
  if jsonb_typeof(p_value) = 'number' and (p_value #>> '{}')::numeric between -1e15 and 1e15 then
    return (p_value #>> '{}')::numeric;
  end if;
  return null;
end;
$$;

-- The total of a column: "table.column". Cells that are no numbers count for nothing; a table without rows has no total.
create or replace function app.column_sum(p_path text, p_answers jsonb) returns numeric
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select sum(app.as_number(r -> split_part(p_path, '.', 2)))
      from jsonb_array_elements(case jsonb_typeof(p_answers -> split_part(p_path, '.', 1)) when 'array' then p_answers -> split_part(p_path, '.', 1) else '[]' end) as r);
end;
$$;

-- The number that a map setting gives for the option answered: {setting, answer, otherwise}. Null without either.
create or replace function app.looked_up(p_lookup jsonb, p_facts jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(p_facts #> array['settings', p_lookup ->> 'setting', p_facts #>> array['answers', p_lookup ->> 'answer']], p_lookup -> 'otherwise');
end;
$$;

-- What stands on the right of a comparison: a literal, another answer, a column of the row, a setting, a value looked up in one, today;
-- a number may be multiplied by `times`, a date moved by `plus`.
create or replace function app.operand_value(p_operand jsonb, p_facts jsonb, p_row jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_value jsonb;
  v_unit  text;
  v_count jsonb;
begin
  if jsonb_typeof(p_operand) is distinct from 'object' then
    return p_operand;
  end if;
  v_value := case when p_operand ? 'field' then p_facts #> array['answers', p_operand ->> 'field']
                  when p_operand ? 'column' then p_row -> (p_operand ->> 'column')
                  when p_operand ? 'setting' then p_facts #> array['settings', p_operand ->> 'setting']
                  when p_operand ? 'lookup' then app.looked_up(p_operand -> 'lookup', p_facts)
                  when p_operand ? 'today' then p_facts -> 'today' end;
  if p_operand ? 'times' then
    return to_jsonb(app.as_number(v_value) * app.as_number(p_operand -> 'times'));
  elsif not p_operand ? 'plus' then
    return v_value;
  end if;
  select key, value into v_unit, v_count from jsonb_each(p_operand -> 'plus') limit 1;
  v_count := app.operand_value(v_count, p_facts, p_row);
  if app.as_date(v_value) is null or app.as_number(v_count) is null or abs(app.as_number(v_count)) > 40000 then
    return null;
  end if;
  return to_jsonb((app.as_date(v_value) + case v_unit when 'days' then make_interval(days => app.as_number(v_count)::int)
                                                      when 'months' then make_interval(months => app.as_number(v_count)::int)
                                                      else make_interval(years => app.as_number(v_count)::int) end)::date);
end;
$$;

-- -1, 0 or 1 for two numbers or two texts (dates of the form 2026-03-15 are ordered as texts); null when they cannot be compared.
create or replace function app.compared(p_left jsonb, p_right jsonb) returns int
language plpgsql immutable set search_path = '' as $$
begin
  return case
           when jsonb_typeof(p_left) is distinct from jsonb_typeof(p_right) then null
           when jsonb_typeof(p_left) = 'number' then sign(app.as_number(p_left) - app.as_number(p_right))::int
           when jsonb_typeof(p_left) = 'string' then
             case when p_left #>> '{}' = p_right #>> '{}' then 0 when (p_left #>> '{}') collate "C" < (p_right #>> '{}') collate "C" then -1 else 1 end
         end;
end;
$$;

create or replace function app.holds_condition(p_condition jsonb, p_facts jsonb, p_row jsonb default null) returns boolean
language plpgsql stable set search_path = '' as $$
declare
  v_part    jsonb;
  v_subject jsonb;
  v_word    text;
  v_operand jsonb;
  v_order   int;
begin
  -- Nearly all of them compare an answer with a word or a yes: first, and short.
  if p_condition ? 'equals' and p_condition ? 'field' and jsonb_typeof(p_condition -> 'equals') in ('string', 'boolean', 'number') then
    v_subject := p_facts #> array['answers', p_condition ->> 'field'];
    return coalesce(v_subject = p_condition -> 'equals' and app.is_given(v_subject), false);
  elsif p_condition is null then
    return true;
  elsif jsonb_typeof(p_condition) = 'boolean' then
    return p_condition = 'true';
  elsif p_condition ? 'all' then
    for v_part in select value from jsonb_array_elements(p_condition -> 'all') loop
      if not app.holds_condition(v_part, p_facts, p_row) then return false; end if;
    end loop;
    return true;
  elsif p_condition ? 'any' then
    for v_part in select value from jsonb_array_elements(p_condition -> 'any') loop
      if app.holds_condition(v_part, p_facts, p_row) then return true; end if;
    end loop;
    return false;
  elsif p_condition ? 'not' then
    return not app.holds_condition(p_condition -> 'not', p_facts, p_row);
  elsif p_condition ? 'table' then
    v_subject := p_facts #> array['answers', p_condition ->> 'table'];
    if jsonb_typeof(v_subject) is distinct from 'array' then
      return false;
    end if;
    -- A table without rows has no row that breaks a rule, and none that keeps it.
    for v_part in select value from jsonb_array_elements(v_subject) loop
      if p_condition ? 'some' and app.holds_condition(p_condition -> 'some', p_facts, v_part) then return true; end if;
      if p_condition ? 'every' and not app.holds_condition(p_condition -> 'every', p_facts, v_part) then return false; end if;
    end loop;
    return p_condition ? 'every' and v_subject <> '[]';
  elsif p_condition ? 'document' then
    return (coalesce(app.as_number(p_facts #> array['documents', p_condition ->> 'document']), 0) > 0) = (coalesce(p_condition -> 'present', 'true') = 'true');
  end if;

  v_subject := case when p_condition ? 'field' then p_facts #> array['answers', p_condition ->> 'field']
                    when p_condition ? 'column' then p_row -> (p_condition ->> 'column')
                    when p_condition ? 'setting' then p_facts #> array['settings', p_condition ->> 'setting']
                    when p_condition ? 'lookup' then app.looked_up(p_condition -> 'lookup', p_facts)
                    when p_condition ? 'sum' then to_jsonb(app.column_sum(p_condition ->> 'sum', p_facts -> 'answers')) end;
  if p_condition ? 'present' then
    return app.is_given(v_subject) = (p_condition -> 'present' = 'true');
  end if;
  select key, value into v_word, v_operand from jsonb_each(p_condition) where key not in ('field', 'column', 'setting', 'lookup', 'sum') limit 1;
  v_operand := app.operand_value(v_operand, p_facts, p_row);
  if not app.is_given(v_subject) or v_operand is null or v_operand = 'null' then
    return false;
  end if;
  if v_word in ('gt', 'gte', 'lt', 'lte') then
    v_order := app.compared(v_subject, v_operand);
    return coalesce(case v_word when 'gt' then v_order > 0 when 'gte' then v_order >= 0 when 'lt' then v_order < 0 else v_order <= 0 end, false);
  end if;
  return coalesce(case v_word
    when 'equals' then v_subject = v_operand
    when 'not_equals' then v_subject <> v_operand
    when 'in' then jsonb_typeof(v_operand) = 'array' and v_operand @> jsonb_build_array(v_subject)
    when 'contains' then jsonb_typeof(v_subject) = 'array' and v_subject @> jsonb_build_array(v_operand)
    when 'within' then jsonb_typeof(v_subject) = 'array' and jsonb_typeof(v_operand) = 'array' and v_operand @> v_subject end, false);
end;
$$;

-- A definition as stored is compressed, and each look inside opens it whole. Functions that look several times open it once.
create or replace function app.opened(p_definition jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return p_definition || '{}';
end;
$$;

-- Settings of a definition with the commune's values over the defaults.
create or replace function app.settings_of(p_definition jsonb, p_local jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_object_agg(s ->> 'id', s -> 'default'), '{}') || coalesce(p_local, '{}')
      from jsonb_array_elements(coalesce(p_definition -> 'settings', '[]')) as s);
end;
$$;

-- Rows as they count: cells of columns that do not apply are dropped, computed cells are computed.
create or replace function app.asked_rows(p_field jsonb, p_rows jsonb, p_facts jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_row    jsonb;
  v_kept   jsonb;
  v_column jsonb;
  v_value  numeric;
  v_name   text;
  v_rows   jsonb := '[]';
begin
  for v_row in select value from jsonb_array_elements(p_rows) limit 1000 loop
    if jsonb_typeof(v_row) <> 'object' then
      v_rows := v_rows || jsonb_build_array(v_row);
      continue;
    end if;
    v_kept := v_row;
    for v_column in select value from jsonb_array_elements(p_field -> 'columns') loop
      if v_column ? 'product_of' then
        v_value := 1;
        for v_name in select value from jsonb_array_elements_text(v_column -> 'product_of') loop
          v_value := v_value * app.as_number(v_kept -> v_name);
        end loop;
        v_kept := v_kept - (v_column ->> 'id');
        if v_value < 1e12 then
          v_kept := v_kept || jsonb_build_object(v_column ->> 'id', round(v_value, coalesce((v_column ->> 'decimals')::int, 2)));
        end if;
      elsif v_column ? 'only_if' and not app.holds_condition(v_column -> 'only_if', p_facts, v_kept) then
        v_kept := v_kept - (v_column ->> 'id');
      end if;
    end loop;
    v_rows := v_rows || jsonb_build_array(v_kept);
  end loop;
  return v_rows;
end;
$$;

-- The facts as they count: which steps and questions apply, and the given answers to those only. A term of the decision that replaces an
-- answer ("granted_area" for "occ_area") takes its place, so that fees and texts speak of what was granted.
-- Returns {answers, settings, documents, today, steps: [id], fields: [id]}.
create or replace function app.asked(p_definition jsonb, p_facts jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_definition jsonb := app.opened(p_definition);
  v_rest    jsonb := jsonb_build_object('settings', app.settings_of(v_definition, p_facts -> 'settings'),
                       'documents', coalesce(p_facts -> 'documents', '{}'), 'today', p_facts -> 'today');
  v_given   jsonb := case jsonb_typeof(p_facts -> 'answers') when 'object' then p_facts -> 'answers' else '{}' end;
  v_answers jsonb := '{}';
  v_steps   text[] := '{}';
  v_fields  text[] := '{}';
  v_step    jsonb;
  v_field   jsonb;
  v_term    jsonb;
  v_id      text;
  v_value   jsonb;
begin
  for v_term in select value from jsonb_array_elements(coalesce(v_definition -> 'decision_terms', '[]')) loop
    if v_term ? 'replaces' and app.is_given(v_given -> (v_term #>> '{field,id}')) then
      v_given := v_given || jsonb_build_object(v_term ->> 'replaces', v_given -> (v_term #>> '{field,id}'));
    end if;
  end loop;
  for v_step in select value from jsonb_array_elements(v_definition -> 'steps') loop
    continue when v_step ? 'only_if' and not app.holds_condition(v_step -> 'only_if', v_rest || jsonb_build_object('answers', v_answers));
    v_steps := v_steps || (v_step ->> 'id');
    for v_field in select value from jsonb_array_elements(v_step -> 'fields') loop
      continue when v_field ? 'only_if' and not app.holds_condition(v_field -> 'only_if', v_rest || jsonb_build_object('answers', v_answers));
      v_id := v_field ->> 'id';
      v_fields := v_fields || v_id;
      v_value := v_given -> v_id;
      continue when v_field ->> 'type' in ('heading', 'help', 'document') or not app.is_given(v_value);
      if v_field ->> 'type' = 'table' and jsonb_typeof(v_value) = 'array' then
        v_value := app.asked_rows(v_field, v_value, v_rest || jsonb_build_object('answers', v_answers));
      end if;
      v_answers := v_answers || jsonb_build_object(v_id, v_value);
    end loop;
  end loop;
  return v_rest || jsonb_build_object('answers', v_answers, 'steps', to_jsonb(v_steps), 'fields', to_jsonb(v_fields));
end;
$$;

-- The answers that enter the file: given, and to questions that apply.
create or replace function app.asked_answers(p_definition jsonb, p_facts jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return app.asked(p_definition, p_facts) -> 'answers';
end;
$$;

-- For the screen: {steps: [id], fields: [id], required: [id], hidden_cells: ["table[2].column"]}.
create or replace function app.visible_fields(p_definition jsonb, p_facts jsonb, p_asked jsonb default null) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    with asked as materialized (select coalesce(p_asked, app.asked(p_definition, p_facts)) as facts),
    fields as (
      select f, n from asked, jsonb_array_elements(p_definition -> 'steps') as s, jsonb_array_elements(s -> 'fields') with ordinality as x(f, n)
       where asked.facts -> 'fields' ? (f ->> 'id'))
    select jsonb_build_object('steps', facts -> 'steps', 'fields', facts -> 'fields',
      'required', (select coalesce(jsonb_agg(f ->> 'id'), '[]') from fields where f ? 'required' and app.holds_condition(f -> 'required', facts)),
      'hidden_cells', (select coalesce(jsonb_agg(format('%s[%s].%s', f ->> 'id', r.n, c ->> 'id')), '[]')
                         from fields, jsonb_array_elements(f -> 'columns') as c,
                              jsonb_array_elements(case jsonb_typeof(facts #> array['answers', f ->> 'id']) when 'array' then facts #> array['answers', f ->> 'id'] else '[]' end)
                                with ordinality as r(row, n)
                        where f ->> 'type' = 'table' and c ? 'only_if' and not app.holds_condition(c -> 'only_if', facts, r.row)))
      from asked);
end;
$$;

revoke execute on function app.is_given, app.as_date, app.as_number, app.column_sum, app.looked_up, app.operand_value, app.compared, app.holds_condition, app.opened,
  app.settings_of, app.asked_rows, app.asked, app.asked_answers, app.visible_fields from public, anon, authenticated;
grant execute on function app.is_given, app.as_date, app.as_number, app.column_sum, app.looked_up, app.operand_value, app.compared, app.holds_condition, app.opened,
  app.settings_of, app.asked_rows, app.asked, app.asked_answers, app.visible_fields to authenticated;
