-- The queue: what a member of staff has before them, most urgent first. One call per screen; row security decides which
-- dossiers there are. The statement is put together from fixed fragments, so that each filter is planned with its own indexes;
-- what a person typed only ever travels as a parameter.
--
--   p_filter  {text, procedure, states: [..], step, holder: me|applicant|<role>, band, channel, assigned: me, from, to, scope: all}
--             without scope: open dossiers, and those closed in the last 30 days (band done)
--   bands     late, today, this_week (7 days), later, waiting (the clock stands still: the applicant's turn), done
--
-- No refusal of its own: a person without a right sees an empty queue.

-- Written as a single expression so that the planner inlines it: it is evaluated for every open dossier of a commune.
create or replace function app.deadline_band(p_state text, p_legal_end date, p_closed_at timestamptz, p_today date) returns text
language sql immutable
return case
  when p_closed_at is not null or p_state in ('DELIVERED', 'REFUSED', 'WITHDRAWN', 'REVOKED', 'LAPSED', 'RETURNED') then 'done'
  when p_state in ('INCOMPLETE', 'COMPLEMENT_REQUESTED', 'MODIFICATION_REQUESTED', 'DEFERRED', 'APPROVED_PENDING_FEES') or p_legal_end is null then 'waiting'
  when p_legal_end < p_today then 'late'
  when p_legal_end = p_today then 'today'
  when p_legal_end <= p_today + 7 then 'this_week'
  else 'later'
end;

-- Names of people as staff and applicants read them in a history; nothing else of the person.
create or replace function app.name_of(p_person uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object('fr', p.name_fr, 'ar', p.name_ar) from app.person p where p.id = p_person);
end;
$$;

-- Functions of the administration that the person holds today in a commune, through any office. An architects' office or a company
-- that gives a province as its seat gives its members no function there.
create or replace function app.my_roles(p_commune uuid) returns text[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(array_agg(distinct m.role), '{}')
      from app.membership m
      join app.organisation o on o.id = m.organisation_id
      join app.commune c on c.id = p_commune
     where m.person_id = (select auth.uid()) and m.role not in ('architect', 'company_member')
       and (o.commune_id = c.id or (o.commune_id is null and o.province_code = c.province_code) or o.kind = 'national')
       and app.today(c.id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date));
end;
$$;

-- Communes in which the person holds any function of the administration today.
create or replace function app.my_staff_communes() returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select distinct c.commune
      from (select array_agg(distinct m.role) as roles from app.membership m
             where m.person_id = (select auth.uid()) and m.role not in ('architect', 'company_member', 'worker')) as mine,
           lateral app.my_communes(mine.roles) as c(commune)
     where mine.roles is not null;
end;
$$;

-- Each word typed must be found; the signs of LIKE are ordinary characters.
create or replace function app.search_patterns(p_text text) returns text[]
language sql immutable set search_path = '' as $$
  select coalesce(array_agg('%' || regexp_replace(word, '([\\%_])', '\\\1', 'g') || '%'), '{}')
    from regexp_split_to_table(trim(app.fold(p_text)), '\s+') as word where word <> '';
$$;

-- The conditions of a filter on app.dossier d. $1 communes, $2 filter, $3 today, $4 patterns, $5 roles held.
create or replace function app.queue_conditions(p_filter jsonb) returns text
language sql immutable set search_path = '' as $$
  select concat_ws(' and ',
    'd.state <> ''DRAFT''',
    case when p_filter ->> 'text' <> '' then 'd.search like all ($4)' end,
    case when p_filter ->> 'procedure' <> '' then 'd.procedure_code = $2 ->> ''procedure''' end,
    case when jsonb_array_length(p_filter -> 'states') > 0 then 'd.state = any (array(select jsonb_array_elements_text($2 -> ''states'')))' end,
    case when p_filter ->> 'step' <> '' then 'd.step = $2 ->> ''step''' end,
    case when p_filter ->> 'channel' <> '' then 'd.channel = $2 ->> ''channel''' end,
    case when p_filter ->> 'from' <> '' then 'd.deposited_at >= (($2 ->> ''from'')::date)::timestamp at time zone ''Africa/Casablanca''' end,
    case when p_filter ->> 'to' <> '' then 'd.deposited_at < (($2 ->> ''to'')::date + 1)::timestamp at time zone ''Africa/Casablanca''' end,
    case p_filter ->> 'holder'
      when '' then null
      when 'applicant' then 'app.deadline_band(d.state, d.legal_end, d.closed_at, $3) = ''waiting'''
      when 'me' then 'd.state not in (''INCOMPLETE'', ''COMPLEMENT_REQUESTED'', ''MODIFICATION_REQUESTED'') and d.id in (
        select t.dossier_id from app.task t where t.commune_id = any ($1) and t.closed_at is null and t.role = any ($5))'
      else case when p_filter ? 'holder' then 'd.id in (
        select t.dossier_id from app.task t where t.commune_id = any ($1) and t.closed_at is null and t.role = $2 ->> ''holder'')' end
    end,
    case when p_filter ->> 'assigned' = 'me' then 'd.id in (
        select t.dossier_id from app.task t where t.assigned_to = (select auth.uid()) and t.closed_at is null)' end);
$$;

-- The narrow rows of a filter: id, legal_end, deposited_at, band. Only columns that index dossier_queue carries.
create or replace function app.queue_base(p_filter jsonb, p_one_commune boolean) returns text
language sql immutable set search_path = '' as $$
  select string_agg(format(
           'select d.id, d.legal_end, d.deposited_at, app.deadline_band(d.state, d.legal_end, d.closed_at, $3) as band
              from app.dossier d where %s and %s and %s',
           case when p_one_commune then 'd.commune_id = ($1)[1]' else 'd.commune_id = any ($1)' end, part, app.queue_conditions(p_filter)),
           ' union all ')
    from unnest(case when p_filter ->> 'scope' = 'all' then array['true']
                     else array['d.closed_at is null', 'd.closed_at is not null and d.closed_at >= ($3 - 30)::timestamp at time zone ''Africa/Casablanca'''] end) as part;
$$;

-- The order of a filter, and how a row lies after (or before) a given key ($6) in it.
create or replace function app.queue_is_by_deposit(p_filter jsonb) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce(p_filter ->> 'scope' = 'all' or p_filter ->> 'band' = 'done', false);
$$;

create or replace function app.queue_beyond(p_filter jsonb, p_backward boolean default false) returns text
language sql immutable set search_path = '' as $$
  select case
    when app.queue_is_by_deposit(p_filter) and not p_backward then '(b.deposited_at, b.id) < (($6 ->> ''key'')::timestamptz, ($6 ->> ''id'')::uuid)'
    when app.queue_is_by_deposit(p_filter) then '(b.deposited_at, b.id) > (($6 ->> ''key'')::timestamptz, ($6 ->> ''id'')::uuid)'
    when not p_backward then '(coalesce(b.legal_end, ''infinity''), b.id) > (coalesce(($6 ->> ''key'')::date, ''infinity''), ($6 ->> ''id'')::uuid)'
    else '(coalesce(b.legal_end, ''infinity''), b.id) < (coalesce(($6 ->> ''key'')::date, ''infinity''), ($6 ->> ''id'')::uuid)'
  end;
$$;

create or replace function app.queue_order(p_filter jsonb, p_backward boolean default false) returns text
language sql immutable set search_path = '' as $$
  select case
    when app.queue_is_by_deposit(p_filter) and not p_backward then 'b.deposited_at desc, b.id desc'
    when app.queue_is_by_deposit(p_filter) then 'b.deposited_at, b.id'
    when not p_backward then 'b.legal_end nulls last, b.id'
    else 'b.legal_end desc nulls first, b.id desc'
  end;
$$;

-- Without a band chosen the closed ones stay out of the list, not out of the counts.
create or replace function app.queue_band(p_filter jsonb) returns text
language sql immutable set search_path = '' as $$
  select case when p_filter ->> 'band' <> '' then 'b.band = $2 ->> ''band'''
              when p_filter ->> 'scope' = 'all' or p_filter ->> 'holder' = 'me' then 'true'
              else 'b.band <> ''done''' end;
$$;

-- Rows as the screen and the export show them, for the ids of one page, in the order given.
create or replace function app.queue_rows(p_ids uuid[], p_today date) returns jsonb
language sql stable security invoker set search_path = '' as $$
  with shown as materialized (
    select d.*, place from unnest(p_ids) with ordinality as x(id, place) join app.dossier d using (id)
  ), versions as materialized (
    -- The definition is large: it is opened once per version, not once per row.
    select v.id, v.definition -> 'title' as title,
           (select jsonb_object_agg(s ->> 'id', s -> 'title') from jsonb_array_elements(v.definition #> '{circuit,steps}') as s) as steps
      from app.procedure_version v where v.id in (select version_id from shown)
  )
  select coalesce(jsonb_agg(jsonb_build_object(
           'id', d.id, 'number', d.number, 'owner_name', d.owner_name, 'title', d.title, 'commune_id', d.commune_id,
           'procedure', d.procedure_code, 'procedure_title', v.title,
           'state', d.state, 'step', d.step, 'step_title', v.steps -> d.step, 'channel', d.channel,
           'deposited_at', d.deposited_at, 'legal_end', d.legal_end, 'sector_end', d.sector_end, 'complete_by', d.complete_by,
           'days_left', d.legal_end - p_today, 'remaining_days', d.remaining_days,
           'band', app.deadline_band(d.state, d.legal_end, d.closed_at, p_today),
           'holders', (select coalesce(jsonb_agg(jsonb_build_object('role', t.role, 'due_on', t.due_on, 'assigned', app.name_of(t.assigned_to),
                                'is_mine', t.assigned_to = (select auth.uid())) order by t.role), '[]')
                         from app.task t where t.dossier_id = d.id and t.closed_at is null),
           'unread', (select count(*) from app.message m
                       where m.dossier_id = d.id and m.author_id is distinct from (select auth.uid())
                         and not exists (select from app.thread_read r where r.dossier_id = m.dossier_id and r.thread = m.thread
                                            and r.person_id = (select auth.uid()) and r.read_at >= m.at)),
           'request', (select jsonb_build_object('kind', q.kind, 'created_at', q.created_at, 'told_at', q.told_at, 'due_on', q.due_on)
                         from app.request q where q.dossier_id = d.id and q.closed_as is null order by q.created_at desc limit 1)
         ) order by d.place), '[]')
    from shown d join versions v on v.id = d.version_id;
$$;

create or replace function public.queue(p_commune uuid default null, p_filter jsonb default '{}', p_limit int default 50, p_after jsonb default null)
returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_filter   jsonb  := coalesce(p_filter, '{}');
  v_limit    int    := greatest(1, least(coalesce(p_limit, 50), 1000));
  v_communes uuid[] := case when p_commune is null then array(select app.my_staff_communes()) else array[p_commune] end;
  v_today    date   := app.today(coalesce(p_commune, v_communes[1]));
  v_ids      uuid[];
  v_counts   jsonb;
begin
  execute format(
    'with base as materialized (%s)
     select array(select b.id from base b where %s and %s order by %s limit %s),
            (select coalesce(jsonb_object_agg(c.band, c.n), ''{}'') from (select b.band, count(*) as n from base b group by b.band) as c)',
    app.queue_base(v_filter, p_commune is not null), app.queue_band(v_filter),
    case when p_after is null then 'true' else app.queue_beyond(v_filter) end, app.queue_order(v_filter), v_limit)
  into v_ids, v_counts
  using v_communes, v_filter, v_today, app.search_patterns(v_filter ->> 'text'),
        case when v_filter ->> 'holder' = 'me' then app.my_roles(coalesce(p_commune, v_communes[1])) end, p_after;
  return jsonb_build_object(
    'today', v_today,
    'bands', '{"late": 0, "today": 0, "this_week": 0, "later": 0, "waiting": 0, "done": 0}'::jsonb || v_counts,
    'total', case when v_filter ->> 'band' <> '' then coalesce((v_counts ->> (v_filter ->> 'band'))::int, 0)
                  else (select coalesce(sum(n::int), 0) from jsonb_each_text(v_counts) as c(band, n)
                         where band <> 'done' or v_filter ->> 'scope' = 'all' or v_filter ->> 'holder' = 'me') end,
    'rows', app.queue_rows(v_ids, v_today),
    'next', case when cardinality(v_ids) = v_limit then app.queue_key(v_filter, v_ids[v_limit]) end);
end;
$$;

-- Where a dossier stands in the order of a filter: {key, id}.
create or replace function app.queue_key(p_filter jsonb, p_dossier uuid) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('id', d.id, 'key', case when app.queue_is_by_deposit(p_filter) then to_jsonb(d.deposited_at) else to_jsonb(d.legal_end) end)
    from app.dossier d where d.id = p_dossier;
$$;

-- The dossiers before and after this one in the same filter, even when an act has just taken it out of the filter.
create or replace function public.queue_neighbours(p_commune uuid, p_filter jsonb, p_dossier uuid) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_filter   jsonb  := coalesce(p_filter, '{}');
  v_communes uuid[] := case when p_commune is null then array(select app.my_staff_communes()) else array[p_commune] end;
  v_today    date   := app.today(coalesce(p_commune, v_communes[1]));
  v_result   jsonb;
begin
  execute format(
    'with base as materialized (%1$s)
     select jsonb_build_object(
       ''previous'', (select b.id from base b where %2$s and %3$s order by %4$s limit 1),
       ''next'',     (select b.id from base b where %2$s and %5$s order by %6$s limit 1),
       ''total'',    (select count(*) from base b where %2$s),
       ''place'',    (select count(*) from base b where %2$s and %3$s) + 1)',
    app.queue_base(v_filter, p_commune is not null), app.queue_band(v_filter),
    app.queue_beyond(v_filter, true), app.queue_order(v_filter, true), app.queue_beyond(v_filter), app.queue_order(v_filter))
  into v_result
  using v_communes, v_filter, v_today, app.search_patterns(v_filter ->> 'text'),
        case when v_filter ->> 'holder' = 'me' then app.my_roles(coalesce(p_commune, v_communes[1])) end, app.queue_key(v_filter, p_dossier);
  return v_result;
end;
$$;

-- Exactly what is shown, a thousand rows at a time: {rows, next}.
create or replace function public.queue_export(p_commune uuid default null, p_filter jsonb default '{}', p_after jsonb default null) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select public.queue(p_commune, p_filter, 1000, p_after) - 'bands';
$$;

-- What the filters of a commune's queue may offer: its procedures with their steps, and the roles that hold something now.
create or replace function public.queue_choices(p_commune uuid default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_communes uuid[] := case when p_commune is null then array(select app.my_staff_communes()) else array[p_commune] end;
begin
  return jsonb_build_object(
    'my_roles', app.my_roles(coalesce(p_commune, v_communes[1])),
    'holders', (select coalesce(jsonb_agg(distinct t.role), '[]') from app.task t where t.commune_id = any (v_communes) and t.closed_at is null),
    'procedures', (select coalesce(jsonb_agg(jsonb_build_object('code', x.code, 'title', x.definition -> 'title',
                            'steps', (select jsonb_agg(jsonb_build_object('id', s ->> 'id', 'title', s -> 'title'))
                                        from jsonb_array_elements(x.definition #> '{circuit,steps}') as s)) order by x.code), '[]')
                     from (select distinct on (cp.procedure_code) cp.procedure_code as code, v.definition
                             from app.commune_procedure cp join app.procedure_version v on v.id = cp.version_id
                            where cp.commune_id = any (v_communes) order by cp.procedure_code) as x));
end;
$$;

revoke execute on function app.deadline_band, app.name_of, app.my_roles, app.my_staff_communes, app.search_patterns, app.queue_conditions,
  app.queue_base, app.queue_is_by_deposit, app.queue_beyond, app.queue_order, app.queue_band, app.queue_rows, app.queue_key,
  public.queue, public.queue_neighbours, public.queue_export, public.queue_choices from public, anon, authenticated;
grant execute on function app.deadline_band, app.name_of, app.my_roles, app.my_staff_communes, app.search_patterns, app.queue_conditions,
  app.queue_base, app.queue_is_by_deposit, app.queue_beyond, app.queue_order, app.queue_band, app.queue_rows, app.queue_key,
  public.queue, public.queue_neighbours, public.queue_export, public.queue_choices to authenticated;
