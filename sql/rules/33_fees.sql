-- Fees: a formula of the definition, the numbers used, an amount in centimes. Pure.
--
-- A line multiplies its factors (dirhams), holds the product between at_least and at_most, and counts it once or per calendar quarter
-- started (1 January, April, July, October). It is rounded to the centime once, at the end. A line that is `less` others is what is
-- missing to reach its product: a minimum for the whole; it does not show when nothing is missing.

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

-- A base added up from answers and rows: {value, words, exact}, or {missing}. Terms: {sum, where?} or {answer}, with `times` and `only_if`.
-- `round_each`: each row and answer is rounded (`round`) before it is counted; else the total is, once.
create or replace function app.added_up(p_factor jsonb, p_asked jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_each    boolean := coalesce(app.operand_value(p_factor -> 'round_each', p_asked, null) = 'true', false);
  v_total   numeric := 0;
  v_words   text[] := '{}';
  v_term    jsonb;
  v_numbers jsonb;
  v_number  numeric;
begin
  for v_term in select value from jsonb_array_elements(p_factor -> 'add') loop
    continue when v_term ? 'only_if' and not app.holds_condition(v_term -> 'only_if', p_asked);
    if v_term ? 'answer' then
      v_numbers := jsonb_build_array(p_asked #> array['answers', v_term ->> 'answer']);
    else
      v_numbers := p_asked #> array['answers', split_part(v_term ->> 'sum', '.', 1)];
      if jsonb_typeof(v_numbers) = 'array' and v_numbers <> '[]' then
        v_numbers := (select coalesce(jsonb_agg(r -> split_part(v_term ->> 'sum', '.', 2) order by n), '[]')
                        from jsonb_array_elements(v_numbers) with ordinality as x(r, n)
                       where not v_term ? 'where' or app.holds_condition(v_term -> 'where', p_asked, r));
      else
        v_numbers := '[null]';
      end if;
    end if;
    for v_number in select app.as_number(value) from jsonb_array_elements(v_numbers) loop
      if v_number is null then
        return jsonb_build_object('missing', coalesce(v_term ->> 'answer', v_term ->> 'sum'));
      end if;
      v_number := case when v_each then app.rounded(v_number, p_factor ->> 'round') else v_number end;
      v_total := v_total + v_number * coalesce((v_term ->> 'times')::numeric, 1);
      if v_number <> 0 then
        v_words := v_words || (case when v_term ? 'times' then app.number_text((v_term ->> 'times')::numeric) || ' × ' else '' end || app.number_text(v_number));
      end if;
    end loop;
  end loop;
  v_number := app.rounded(v_total, p_factor ->> 'round');
  return jsonb_build_object('value', v_number, 'exact', v_number = v_total, 'words', case
    when array_length(v_words, 1) > 1 then array_to_string(v_words, ' + ') || case when v_number <> v_total then ' = ' || app.number_text(v_total) else '' end
    when v_words[1] <> app.number_text(v_number) then v_words[1] end);
end;
$$;

create or replace function app.rounded(p_number numeric, p_how text) returns numeric
language plpgsql immutable set search_path = '' as $$
begin
  return case p_how when 'up' then ceil(p_number) when 'down' then floor(p_number) else p_number end;
end;
$$;

-- One factor: {label, value, text: {fr, ar}}, or {label, missing: answer} when its answer is not there yet.
create or replace function app.fee_factor(p_factor jsonb, p_asked jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_raw     numeric;
  v_value   numeric;
  v_missing text;
  v_added   jsonb;
begin
  if p_factor ? 'add' then
    v_added := app.added_up(p_factor, p_asked);
    v_raw := (v_added ->> 'value')::numeric;
    v_missing := v_added ->> 'missing';
  elsif p_factor ? 'number' then
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
  v_value := app.rounded(v_raw, p_factor ->> 'round');
  return jsonb_build_object('label', p_factor -> 'label',
    'value', trim_scale(case when coalesce(p_factor -> 'percent', 'false') = 'true' then v_value / 100 else v_value end),
    'text', case when v_added ->> 'words' <> '' then
                   jsonb_build_object('fr', (v_added ->> 'words') || case when v_added -> 'exact' = 'true' then ' = ' else ', soit ' end || (app.number_texts(v_value, p_factor -> 'unit') ->> 'fr'),
                                      'ar', (v_added ->> 'words') || case when v_added -> 'exact' = 'true' then ' = ' else '، أي ' end || (app.number_texts(v_value, p_factor -> 'unit') ->> 'ar'))
                 when coalesce(p_factor -> 'percent', 'false') = 'true' then app.number_texts(v_value, '{"fr": "%", "ar": "%"}')
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

-- The lines that apply, in the order of the definition; p_facts as they count (app.asked).
create or replace function app.fee_lines(p_definition jsonb, p_facts jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_lines jsonb := '[]';
  v_fee   jsonb;
  v_line  jsonb;
  v_whole numeric;
  v_known numeric;
begin
  for v_fee in select value from jsonb_array_elements(coalesce(p_definition -> 'fees', '[]')) loop
    continue when v_fee ? 'only_if' and not app.holds_condition(v_fee -> 'only_if', p_facts);
    v_line := app.fee_line(p_definition, v_fee, p_facts);
    if v_fee ? 'less' and v_line ->> 'amount' is not null then
      -- Unknown as long as one of the others is.
      select case when bool_and(l ->> 'amount' is not null) is not false then coalesce(sum((l ->> 'amount')::bigint), 0) end into v_known
        from jsonb_array_elements(v_lines) as l where v_fee -> 'less' ? (l ->> 'id');
      v_whole := (v_line ->> 'amount')::bigint;
      continue when v_known >= v_whole;
      v_line := v_line || jsonb_build_object('amount', v_whole - v_known, 'whole_amount', v_whole - v_known);
      if v_known > 0 then
        v_line := jsonb_set(v_line, '{factors,0,text}', (
          select jsonb_build_object('fr', (t ->> 'fr') || ' − ' || app.number_text(v_known / 100) || ' DH', 'ar', (t ->> 'ar') || ' − ' || app.number_text(v_known / 100) || ' درهم')
            from (select v_line #> '{factors,0,text}' as t) as x));
      end if;
    end if;
    v_lines := v_lines || v_line;
  end loop;
  return v_lines;
end;
$$;

-- {lines, total, whole_total} of facts as they count. Null totals while something is missing.
create or replace function app.fee_totals(p_definition jsonb, p_facts jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    with lines as materialized (select app.fee_lines(p_definition, p_facts) as list),
    each as (select (l ->> 'amount')::bigint as amount, (l ->> 'whole_amount')::bigint as whole_amount from lines, jsonb_array_elements(list) as l)
    select jsonb_build_object('lines', (select list from lines),
             'total', case when bool_and(amount is not null) is not false then coalesce(sum(amount), 0)::bigint end,
             'whole_total', case when bool_and(amount is not null) is not false then coalesce(sum(whole_amount), 0)::bigint end)
      from each);
end;
$$;

-- What is due at the hand-over, and over the whole period asked.
create or replace function app.fee_estimate(p_definition jsonb, p_facts jsonb, p_asked jsonb default null) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_definition jsonb := app.opened(p_definition);
begin
  return app.fee_totals(v_definition, coalesce(p_asked, app.asked(v_definition, p_facts)));
end;
$$;

revoke execute on function app.number_text, app.number_texts, app.quarters_started, app.rounded, app.added_up, app.fee_factor, app.fee_line, app.fee_lines,
  app.fee_totals, app.fee_estimate from public, anon, authenticated;
grant execute on function app.number_text, app.number_texts, app.quarters_started, app.rounded, app.added_up, app.fee_factor, app.fee_line, app.fee_lines,
  app.fee_totals, app.fee_estimate to authenticated;
