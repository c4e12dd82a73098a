-- Answers as people read them, in both languages: check pages, receipts, papers, queues. Pure.

-- One value in words: {fr, ar}, or null when it is not given.
create or replace function app.value_text(p_field jsonb, p_value jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_plain text := p_value #>> '{}';
  v_first jsonb;
begin
  if not app.is_given(p_value) then
    return null;
  end if;
  case p_field ->> 'type'
    when 'choice' then
      return coalesce((select o -> 'label' from jsonb_array_elements(p_field -> 'options') as o where o -> 'value' = p_value), jsonb_build_object('fr', v_plain, 'ar', v_plain));
    when 'choices' then
      if jsonb_typeof(p_value) = 'array' then
        return (select jsonb_build_object('fr', string_agg(coalesce(o #>> '{label,fr}', v #>> '{}'), ', ' order by n), 'ar', string_agg(coalesce(o #>> '{label,ar}', v #>> '{}'), '، ' order by n))
                  from jsonb_array_elements(p_value) with ordinality as x(v, n) left join jsonb_array_elements(p_field -> 'options') as o on o -> 'value' = v);
      end if;
    when 'yes_no' then
      return case p_value when 'true' then '{"fr": "Oui", "ar": "نعم"}' when 'false' then '{"fr": "Non", "ar": "لا"}' else jsonb_build_object('fr', v_plain, 'ar', v_plain) end;
    when 'integer', 'decimal' then
      if jsonb_typeof(p_value) = 'number' and abs(v_plain::numeric) < 1e15 then
        return app.number_texts(v_plain::numeric, p_field -> 'unit');
      end if;
    when 'amount' then
      if jsonb_typeof(p_value) = 'number' and abs(v_plain::numeric) < 1e15 then
        return jsonb_build_object('fr', translate(to_char(v_plain::numeric, 'FM999,999,999,999,990.00'), ',.', ' ,') || ' DH',
                                  'ar', translate(to_char(v_plain::numeric, 'FM999,999,999,999,990.00'), ',.', ' ,') || ' درهم');
      end if;
    when 'date' then
      if app.as_date(p_value) is not null then
        v_plain := to_char(app.as_date(p_value), 'DD/MM/YYYY');
      end if;
    when 'shape' then
      if p_value ? 'address' or p_value ? 'douar' then
        return jsonb_build_object('fr', concat_ws(', ', nullif(p_value ->> 'address', ''), 'douar ' || nullif(p_value ->> 'douar', '')),
                                  'ar', concat_ws('، ', nullif(p_value ->> 'address', ''), 'دوار ' || nullif(p_value ->> 'douar', '')));
      elsif p_value ->> 'type' in ('Point', 'LineString', 'Polygon') and app.shape_fault('{"geometry": ["Point", "LineString", "Polygon"], "max_vertices": 1000}', p_value) is null then
        v_first := p_value #> case p_value ->> 'type' when 'Point' then '{coordinates}' when 'LineString' then '{coordinates,0}' else '{coordinates,0,0}' end::text[];
        v_plain := format('%s, %s', round((v_first ->> 1)::numeric, 5), round((v_first ->> 0)::numeric, 5));
        return case p_value ->> 'type'
          when 'Point' then jsonb_build_object('fr', 'Point ' || v_plain, 'ar', 'نقطة ' || v_plain)
          when 'LineString' then jsonb_build_object('fr', format('Ligne de %s points depuis %s', jsonb_array_length(p_value -> 'coordinates'), v_plain),
                                                    'ar', format('خط من %s نقط ابتداء من %s', jsonb_array_length(p_value -> 'coordinates'), v_plain))
          else jsonb_build_object('fr', format('Contour de %s sommets depuis %s', jsonb_array_length(p_value #> '{coordinates,0}') - 1, v_plain),
                                  'ar', format('حدود من %s رؤوس ابتداء من %s', jsonb_array_length(p_value #> '{coordinates,0}') - 1, v_plain)) end;
      end if;
    else
      null;
  end case;
  return jsonb_build_object('fr', v_plain, 'ar', v_plain);
end;
$$;

-- A table in words: {columns: [{fr, ar}], rows: [[{fr, ar} or null]], totals: [{label, value, text}], text: {fr, ar}}.
create or replace function app.table_summary(p_field jsonb, p_rows jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    with cells as (
      select r.n as row_at, c.n as column_at, c.col -> 'label' as label, c.col ->> 'type' = 'yes_no' as named, app.value_text(c.col, r.row -> (c.col ->> 'id')) as said
        from jsonb_array_elements(p_rows) with ordinality as r(row, n), jsonb_array_elements(p_field -> 'columns') with ordinality as c(col, n)
       where jsonb_typeof(r.row) = 'object'),
    rows as (
      select row_at, jsonb_agg(said order by column_at) as cells,
             string_agg(case when named then (label ->> 'fr') || ' ' else '' end || (said ->> 'fr'), ' · ' order by column_at) as fr,
             string_agg(case when named then (label ->> 'ar') || ' ' else '' end || (said ->> 'ar'), ' · ' order by column_at) as ar
        from cells group by row_at),
    totals as (
      select jsonb_agg(jsonb_build_object('column', c ->> 'id', 'label', c -> 'label', 'value', t.sum, 'text', app.number_texts(t.sum, c -> 'unit')) order by n) as list
        from jsonb_array_elements(p_field -> 'columns') with ordinality as x(c, n),
             lateral (select coalesce(sum(app.as_number(r -> (c ->> 'id'))), 0) as sum from jsonb_array_elements(p_rows) as r) as t
       where coalesce(p_field -> 'totals', '[]') ? (c ->> 'id') and t.sum < 1e15)
    select jsonb_build_object(
      'columns', (select jsonb_agg(c -> 'label' order by n) from jsonb_array_elements(p_field -> 'columns') with ordinality as x(c, n)),
      'rows', (select coalesce(jsonb_agg(cells order by row_at), '[]') from rows),
      'totals', coalesce((select list from totals), '[]'),
      'text', (select jsonb_build_object('fr', string_agg(fr, ' ; ' order by row_at), 'ar', string_agg(ar, ' ؛ ' order by row_at)) from rows)));
end;
$$;

-- The answers to the questions that apply, step by step: [{step, title, fields: [{id, type, label, value, text: {fr, ar}, table?}]}].
-- Unanswered questions stand there with a null text.
create or replace function app.answers_summary(p_definition jsonb, p_answers jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_definition jsonb := app.opened(p_definition);
  v_asked      jsonb := app.asked(v_definition, jsonb_build_object('answers', p_answers));
  v_answers    jsonb := v_asked -> 'answers';
  v_steps      jsonb := v_asked -> 'steps';
  v_asked_for  jsonb := v_asked -> 'fields';
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('step', s.step -> 'id', 'title', s.step -> 'title', 'fields', said.list) order by s.n), '[]')
      from jsonb_array_elements(v_definition -> 'steps') with ordinality as s(step, n),
           lateral (
             select jsonb_agg(jsonb_build_object('id', x.f -> 'id', 'type', x.f -> 'type', 'label', x.f -> 'label', 'value', v_answers -> (x.f ->> 'id'),
                                'text', case when t.rows is null then app.value_text(x.f, v_answers -> (x.f ->> 'id')) else t.rows -> 'text' end)
                              || case when t.rows is null then '{}' else jsonb_build_object('table', t.rows - 'text') end order by x.n) as list
               from jsonb_array_elements(s.step -> 'fields') with ordinality as x(f, n),
                    lateral (select case when x.f ->> 'type' = 'table' and jsonb_typeof(v_answers -> (x.f ->> 'id')) = 'array'
                                         then app.table_summary(x.f, v_answers -> (x.f ->> 'id')) end as rows offset 0) as t  -- once, though read thrice
              where v_asked_for ? (x.f ->> 'id') and x.f ->> 'type' not in ('heading', 'help', 'document')) as said
     where v_steps ? (s.step ->> 'id') and said.list is not null);
end;
$$;

-- The owner's name in each script: {fr, ar}; a script without a name takes the other's.
create or replace function app.owner_names(p_definition jsonb, p_answers jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object('fr', coalesce(n.fr, n.ar), 'ar', coalesce(n.ar, n.fr))
      from jsonb_array_elements(coalesce(p_definition -> 'owner_name', '[]')) with ordinality as x(a, place),
           lateral (select app.joined(a -> 'fr', p_answers, ' ') as fr, app.joined(a -> 'ar', p_answers, ' ') as ar) as n
     where (not a ? 'only_if' or app.holds_condition(a -> 'only_if', jsonb_build_object('answers', p_answers))) and coalesce(n.fr, n.ar) is not null
     order by place limit 1);
end;
$$;

-- Both scripts, for queues and searches: "فاطمة أمزيان / Fatima Amzian".
create or replace function app.owner_name(p_definition jsonb, p_answers jsonb) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select case when n ->> 'fr' = n ->> 'ar' then n ->> 'fr' else nullif(concat_ws(' / ', n ->> 'ar', n ->> 'fr'), '') end from app.owner_names(p_definition, p_answers) as n);
end;
$$;

create or replace function app.dossier_title(p_definition jsonb, p_answers jsonb) returns text
language plpgsql stable set search_path = '' as $$
begin
  return app.joined(p_definition -> 'dossier_title', app.asked_answers(p_definition, jsonb_build_object('answers', p_answers)), ' · ');
end;
$$;

-- The given texts of some answers, joined and cut to what a line holds; null when there is none.
create or replace function app.joined(p_ids jsonb, p_answers jsonb, p_between text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select nullif(left(string_agg(btrim(p_answers ->> id), p_between order by n), 200), '')
      from jsonb_array_elements_text(p_ids) with ordinality as x(id, n) where jsonb_typeof(p_answers -> id) = 'string' and app.is_given(p_answers -> id));
end;
$$;

revoke execute on function app.value_text, app.table_summary, app.answers_summary, app.owner_names, app.owner_name, app.dossier_title, app.joined from public, anon, authenticated;
grant execute on function app.value_text, app.table_summary, app.answers_summary, app.owner_names, app.owner_name, app.dossier_title, app.joined to authenticated;
