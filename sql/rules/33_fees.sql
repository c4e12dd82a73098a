-- Fees: a formula of the definition, the numbers used, an amount in centimes. Pure.
--
-- A line multiplies its factors (dirhams), holds the product between at_least and at_most, and counts it once or per calendar quarter
-- started (1 January, April, July, October). It is rounded to the centime once, at the end.

-- 1 234,5 : the same digits in both languages, as Moroccan papers print them.
create or replace function app.number_text(p_number numeric) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return translate(case when trim_scale(p_number) = trunc(p_number) then to_char(p_number, 'FM999,999,999,999,990')
                        else to_char(trim_scale(p_number), 'FM999,999,999,999,990.' || repeat('0', least(scale(trim_scale(p_number)), 6))) end, ',.', ' ,');
end;
$$;

create or replace function app.number_texts(p_number numeric, p_unit jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_build_object('fr', app.number_text(p_number) || coalesce(' ' || (p_unit ->> 'fr'), ''),
                            'ar', app.number_text(p_number) || coalesce(' ' || (p_unit ->> 'ar'), ''));
end;
$$;

-- How many calendar quarters a period touches: a quarter started is a quarter due. Null when the dates do not follow each other.
create or replace function app.quarters_started(p_from date, p_to date) returns int
language plpgsql immutable set search_path = '' as $$
begin
  return case when p_to >= p_from then ((extract(year from p_to) * 4 + extract(quarter from p_to)) - (extract(year from p_from) * 4 + extract(quarter from p_from)) + 1)::int end;
end;
$$;

-- One factor: {label, value, text: {fr, ar}}, or {label, missing: answer} when its answer is not there yet.
create or replace function app.fee_factor(p_factor jsonb, p_asked jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_raw     numeric;
  v_value   numeric;
  v_missing text;
begin
  if p_factor ? 'number' then
    v_raw := (p_factor ->> 'number')::numeric;
  elsif p_factor ? 'setting' then
    v_raw := app.as_number(p_asked #> array['settings', p_factor ->> 'setting']);
    v_missing := p_factor ->> 'setting';
  elsif p_factor ? 'answer' then
    v_raw := app.as_number(p_asked #> array['answers', p_factor ->> 'answer']);
    v_missing := p_factor ->> 'answer';
  elsif p_factor ? 'sum' then
    v_raw := app.column_sum(p_factor ->> 'sum', p_asked -> 'answers');
    v_missing := p_factor ->> 'sum';
  else
    v_raw := coalesce(app.as_number(p_asked #> array['settings', p_factor #>> '{lookup,setting}', p_asked #>> array['answers', p_factor #>> '{lookup,answer}']]),
                      app.as_number(p_factor #> '{lookup,otherwise}'));
    v_missing := p_factor #>> '{lookup,answer}';
  end if;
  if v_raw is null or abs(v_raw) > 1e12 then
    return jsonb_build_object('label', p_factor -> 'label', 'missing', v_missing);
  end if;
  v_value := case p_factor ->> 'round' when 'up' then ceil(v_raw) when 'down' then floor(v_raw) else v_raw end;
  return jsonb_build_object('label', p_factor -> 'label',
    'value', trim_scale(case when coalesce(p_factor -> 'percent', 'false') = 'true' then v_value / 100 else v_value end),
    'text', case when coalesce(p_factor -> 'percent', 'false') = 'true' then app.number_texts(v_value, '{"fr": "%", "ar": "%"}')
                 when v_value <> v_raw then jsonb_build_object('fr', app.number_texts(v_value, p_factor -> 'unit') ->> 'fr' || ' (' || app.number_text(v_raw) || ')',
                                                               'ar', app.number_texts(v_value, p_factor -> 'unit') ->> 'ar' || ' (' || app.number_text(v_raw) || ')')
                 else app.number_texts(v_value, p_factor -> 'unit') end);
end;
$$;

-- One line: {id, label, due, factors, amount, periods, whole_amount, source, law, confidence}; amounts in centimes, null while something is missing.
create or replace function app.fee_line(p_definition jsonb, p_fee jsonb, p_asked jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_factors  jsonb := '[]';
  v_factor   jsonb;
  v_one      jsonb;
  v_product  numeric := 1;
  v_missing  jsonb := '[]';
  v_periods  int := 1;
  v_counted  int := 1;
  v_line     jsonb := jsonb_build_object('id', p_fee -> 'id', 'label', p_fee -> 'label', 'due', p_fee -> 'due', 'source', p_fee -> 'source',
                        'law', app.article_text(p_definition, p_fee ->> 'source'), 'confidence', p_fee -> 'confidence');
begin
  for v_factor in select value from jsonb_array_elements(p_fee -> 'formula') loop
    v_one := app.fee_factor(v_factor, p_asked);
    v_factors := v_factors || v_one;
    v_product := v_product * (v_one ->> 'value')::numeric;
    v_missing := v_missing || coalesce(jsonb_build_array(v_one -> 'missing') - 'null', '[]');
  end loop;
  if p_fee ? 'at_least' then
    v_one := app.fee_factor(p_fee -> 'at_least', p_asked);
    if (v_one ->> 'value')::numeric > v_product then
      v_product := (v_one ->> 'value')::numeric;
      v_factors := v_factors || v_one;
    end if;
  end if;
  if p_fee ? 'at_most' then
    v_one := app.fee_factor(p_fee -> 'at_most', p_asked);
    if (v_one ->> 'value')::numeric < v_product then
      v_product := (v_one ->> 'value')::numeric;
      v_factors := v_factors || v_one;
    end if;
  end if;
  if p_fee ? 'period' then
    v_periods := app.quarters_started(app.as_date(p_asked #> array['answers', p_fee #>> '{period,quarters,0}']),
                                      app.as_date(p_asked #> array['answers', p_fee #>> '{period,quarters,1}']));
    if v_periods is null then
      v_missing := v_missing || (p_fee #> '{period,quarters}');
    end if;
    v_counted := case when coalesce(p_fee -> 'first_period_only', 'false') = 'true' then 1 else v_periods end;
    v_factors := v_factors || jsonb_strip_nulls(jsonb_build_object('label', p_fee #> '{period,label}', 'value', v_counted,
      'text', case when v_counted = v_periods then jsonb_build_object('fr', v_periods::text, 'ar', v_periods::text)
                   else jsonb_build_object('fr', format('%s sur %s', v_counted, v_periods), 'ar', format('%s من %s', v_counted, v_periods)) end));
  end if;
  v_missing := (select coalesce(jsonb_agg(distinct m), '[]') from jsonb_array_elements(v_missing) as m where m <> 'null');
  if v_missing <> '[]' then
    return v_line || jsonb_build_object('factors', v_factors, 'amount', null, 'whole_amount', null, 'missing', v_missing);
  end if;
  return v_line || jsonb_build_object('factors', v_factors, 'periods', v_periods,
    'amount', round(v_product * v_counted * 100)::bigint, 'whole_amount', round(v_product * v_periods * 100)::bigint);
end;
$$;

-- {lines, total, whole_total}: what is due at the hand-over, and over the whole period asked. Null totals while something is missing.
create or replace function app.fee_estimate(p_definition jsonb, p_facts jsonb, p_asked jsonb default null) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    with opened as materialized (select app.opened(p_definition) as definition),
    asked as materialized (select coalesce(p_asked, app.asked(definition, p_facts)) as facts from opened),
    lines as materialized (
      select n, app.fee_line(definition, f, facts) as line
        from opened, asked, jsonb_array_elements(coalesce(definition -> 'fees', '[]')) with ordinality as x(f, n)
       where not f ? 'only_if' or app.holds_condition(f -> 'only_if', facts))
    select jsonb_build_object('lines', coalesce(jsonb_agg(line order by n), '[]'),
             'total', case when bool_and(line ->> 'amount' is not null) is not false then coalesce(sum((line ->> 'amount')::bigint), 0)::bigint end,
             'whole_total', case when bool_and(line ->> 'amount' is not null) is not false then coalesce(sum((line ->> 'whole_amount')::bigint), 0)::bigint end)
      from lines);
end;
$$;

revoke execute on function app.number_text, app.number_texts, app.quarters_started, app.fee_factor, app.fee_line, app.fee_estimate from public, anon, authenticated;
grant execute on function app.number_text, app.number_texts, app.quarters_started, app.fee_factor, app.fee_line, app.fee_estimate to authenticated;
