-- The receipt (law 55-19, art. 10 and 12): immediate, in one of two literal states, with everything an applicant may later have to
-- prove. This file only gathers; sentences stand in app.letter_template (sql/seed/45_receipt_wording.sql), periods, silence and
-- appeals in the procedure's definition. The two states are words of the law and are not content.

create or replace function app.receipt_state(p_complete boolean) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return case when p_complete then jsonb_build_object('fr', 'Dossier déposé', 'ar', 'ملف مودع')
              else jsonb_build_object('fr', 'Dossier en cours de dépôt', 'ar', 'ملف في طور الإيداع') end;
end;
$$;

-- Where the applicant follows the file. The number is not known while the receipt of a deposit is written: app.numbered_receipt puts it in.
create or replace function app.tracking_address(p_dossier app.dossier) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce(app.setting_value('public_url') #>> '{}', '') || '/track?number=' || coalesce(p_dossier.number, '{number}')
         || '&code=' || p_dossier.tracking_code;
end;
$$;

create or replace function app.numbered_receipt(p_data jsonb, p_number text) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return p_data || jsonb_build_object('footer', app.fill_all(p_data -> 'footer',
           jsonb_build_object('fr', jsonb_build_object('number', p_number), 'ar', jsonb_build_object('number', p_number))));
end;
$$;

-- Two texts of one kind for both languages, from one value.
create or replace function app.same_text(p_text text) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_build_object('fr', p_text, 'ar', p_text);
end;
$$;

-- A row "label | value" of the table of facts; none when there is no value.
create or replace function app.receipt_row(p_label jsonb, p_value jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return case when coalesce(p_value ->> 'fr', '') = '' then '[]' else jsonb_build_array(jsonb_build_array(p_label, p_value)) end;
end;
$$;

-- What an open 'missing' request still lists: [{target, label, article}].
create or replace function app.missing_items(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('target', i ->> 'target', 'label', app.target_label(app.version_definition(d.version_id), i ->> 'target'),
                                                 'article', i ->> 'article')), '[]')
      from app.dossier d join app.request r on r.dossier_id = d.id and r.kind = 'missing' and r.closed_as is null,
           jsonb_array_elements(r.items) as i
     where d.id = p_dossier);
end;
$$;

-- Everything the receipt prints but the number (contract of papers). p_dossier: as it will stand; p_side: who deposits (owner, mandatary, clerk).
create or replace function app.receipt_data(p_dossier app.dossier, p_side text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_definition jsonb := app.version_definition(p_dossier.version_id);
  v_words      jsonb;
  v_values     jsonb;
  v_complete   boolean;
  v_missing    jsonb := app.missing_items(p_dossier.id);
  v_by         jsonb;
  v_missing_law jsonb;
  v_address    text := app.tracking_address(p_dossier);
begin
  v_words := app.wording(v_definition, 'receipt');
  v_complete := p_dossier.complete_on is not null;
  v_by := app.person_name(case when p_side = 'system' then p_dossier.filed_by else (select auth.uid()) end);
  v_missing_law := app.article_text(v_definition, v_definition #>> '{requests,articles,missing}');
  -- Only what the receipt's sentences name: it is written while the applicant waits.
  v_values := jsonb_strip_nulls(jsonb_build_object('complete_on', app.date_text(p_dossier.complete_on), 'legal_end', app.date_text(p_dossier.legal_end),
                'complete_by', app.date_text(p_dossier.complete_by)));
  select jsonb_build_object('fr', v_values || jsonb_build_object('commune', c.name_fr, 'article_missing', v_missing_law ->> 'fr'),
                            'ar', v_values || jsonb_build_object('commune', c.name_ar, 'article_missing', v_missing_law ->> 'ar'))
    into v_values from app.commune c where c.id = p_dossier.commune_id;

  return jsonb_strip_nulls(jsonb_build_object(
    'title', v_words -> 'title',
    'state_line', app.receipt_state(v_complete),
    'intro', app.fill_both(v_words -> case when v_complete then 'intro_complete' else 'intro_missing' end, v_values),
    'visas', '[]'::jsonb, 'articles', '[]'::jsonb,
    'tables', jsonb_build_array(
      jsonb_build_object('title', v_words -> 'facts_title', 'columns', v_words -> 'table_columns', 'rows',
        app.receipt_row(v_words #> '{labels,procedure}', v_definition -> 'title')
        || app.receipt_row(v_words #> '{labels,basis}', app.article_text(v_definition, v_definition #>> '{legal_basis,0,article}'))
        || app.receipt_row(v_words #> '{labels,owner}', app.owner_names(v_definition, p_dossier.answers))
        || app.receipt_row(v_words #> '{labels,place}', app.same_text(p_dossier.title))
        || app.receipt_row(v_words #> '{labels,by}', jsonb_build_object(
             'fr', concat_ws(' – ', v_by ->> 'fr', v_words #>> array['sides', p_side, 'fr']),
             'ar', concat_ws(' – ', v_by ->> 'ar', v_words #>> array['sides', p_side, 'ar'])))
        || app.receipt_row(v_words #> '{labels,channel}', v_words #> array['channels', p_dossier.channel])
        || app.receipt_row(v_words #> '{labels,complete_on}', app.same_text(app.date_text(p_dossier.complete_on)))
        || app.receipt_row(v_words #> '{labels,legal_end}', case when v_complete then app.same_text(app.date_text(p_dossier.legal_end)) end)
        || app.receipt_row(v_words #> '{labels,complete_by}', case when not v_complete then app.same_text(app.date_text(p_dossier.complete_by)) end)
        || app.receipt_row(v_words #> '{labels,tracking_code}', app.same_text(p_dossier.tracking_code))),
      jsonb_build_object('title', v_words -> 'documents_title',
        'columns', jsonb_build_array(v_words #> '{columns,document}', v_words #> '{columns,file}', v_words #> '{columns,at}', v_words #> '{columns,digest}'),
        'rows', (select coalesce(jsonb_agg(jsonb_build_array(app.target_label(v_definition, m.slot), m.file_name,
                            to_char(m.uploaded_at at time zone 'Africa/Casablanca', 'DD/MM/YYYY HH24:MI'),
                            trim(regexp_replace(coalesce(m.digest, ''), '(.{16})', '\1 ', 'g'))) order by m.slot, m.version), '[]')
                   from app.document m where m.dossier_id = p_dossier.id and m.removed_at is null))),
    'lists', case when v_complete then '[]'::jsonb else jsonb_build_array(jsonb_build_object('title', v_words -> 'missing_title',
        'items', (select jsonb_agg(jsonb_build_object(
                    'fr', (i #>> '{label,fr}') || coalesce(' (' || (app.article_text(v_definition, i ->> 'article') ->> 'fr') || ')', ''),
                    'ar', (i #>> '{label,ar}') || coalesce(' (' || (app.article_text(v_definition, i ->> 'article') ->> 'ar') || ')', '')))
                    from jsonb_array_elements(v_missing) as i))) end,
    'footer', app.fill_all((case when v_complete then '[]'::jsonb else jsonb_build_array(v_words -> 'consequence') end)
        || jsonb_build_array(v_definition #> '{silence,text}', v_definition #> '{appeal,text}')
        || coalesce(v_words -> 'footer', '[]'), v_values)
      || jsonb_build_array(jsonb_build_object('fr', (v_words #>> '{follow,fr}') || ' ' || v_address, 'ar', (v_words #>> '{follow,ar}') || ' ' || v_address))));
end;
$$;

-- A citation written for people: "55-19 art. 10" becomes the text's name in each language and its article.
create or replace function app.article_text(p_definition jsonb, p_citation text) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select case when p_citation is null then null else jsonb_build_object(
             'fr', coalesce(p_definition #>> array['sources', c.key, 'fr'], c.key) || coalesce(', art. ' || c.article, ''),
             'ar', coalesce(p_definition #>> array['sources', c.key, 'ar'], c.key) || coalesce('، المادة ' || c.article, '')) end
      from (select split_part(p_citation, ' art. ', 1) as key, nullif(split_part(p_citation, ' art. ', 2), '') as article) as c);
end;
$$;

revoke execute on function app.receipt_state, app.tracking_address, app.numbered_receipt, app.same_text, app.receipt_row, app.missing_items, app.receipt_data, app.article_text
  from public, anon, authenticated;
grant execute on function app.article_text to authenticated;
