-- What an administrator of a commune, of its province or of the kingdom decides in the browser: open a commune, its contact, the
-- procedures it receives and their local values; and the trace of it (app.administrative_act). Holidays: 20_calendar.sql; enabling a
-- procedure: 30_procedures.sql; the clock of a demonstration: 16_demonstration.sql; people: 40_people.sql.
--
--   TEXT1  (fault) a contact text in one language only      TEXT2  (fault) a contact text that is too long
--   OFFR3  the commune has never received this procedure
select app.say('TEXT1', 'Écrivez ce texte dans les deux langues, en français et en arabe.', 'يرجى كتابة هذا النص باللغتين، العربية والفرنسية.');
select app.say('TEXT2', 'Ce texte est trop long : 300 caractères au plus.', 'هذا النص طويل: 300 حرف كحد أقصى.');
select app.say('OFFR3', 'Cette commune ne reçoit pas cette procédure. Choisissez-en une dans la liste.', 'لا تستقبل هذه الجماعة هذه المسطرة. يرجى اختيار مسطرة من اللائحة.');
select app.say('KEEP8', 'Les actes d''administration ne se modifient pas et ne s''effacent pas.', 'أعمال التدبير لا تعدل ولا تحذف.');

-- The trace of one act of the signed-in administrator. Without a commune: it binds the whole kingdom.
create or replace function app.note_act(p_commune uuid, p_act text, p_data jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  insert into app.administrative_act (person_id, commune_id, act, data) values ((select auth.uid()), p_commune, p_act, jsonb_strip_nulls(p_data));
end;
$$;

create or replace function app.keep_the_acts() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform app.refuse('KEEP8');
end;
$$;
drop trigger if exists acts_are_append_only on app.administrative_act;
create trigger acts_are_append_only before update or delete on app.administrative_act for each row execute function app.keep_the_acts();

-- Opening a commune belongs to its province or to the kingdom: a commune does not open itself.
create or replace function app.may_open(p_commune uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from app.membership m join app.organisation o on o.id = m.organisation_id join app.commune c on c.id = p_commune
     where m.person_id = (select auth.uid()) and m.role = 'administrator'
       and (o.kind = 'national' or (o.kind = 'province' and o.province_code = c.province_code))
       and app.today(c.id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date));
end;
$$;

create or replace function public.open_commune(p_commune uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_was boolean;
begin
  perform app.require_role(array['administrator'], p_commune);
  if not app.may_open(p_commune) then
    perform app.refuse('ROLE1');
  end if;
  select c.is_open into v_was from app.commune c where c.id = p_commune for update;
  perform app.open_commune(p_commune);
  if not v_was then
    perform app.note_act(p_commune, 'commune_opened', '{}');
  end if;
end;
$$;

-- How the public reaches the office: {address: {fr, ar}, hours: {fr, ar}, phone, email}, each optional, texts in both languages.
create or replace function public.set_commune_contact(p_commune uuid, p_contact jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_faults jsonb := '[]';
  v_kept   jsonb := '{}';
  v_before jsonb;
  v_name   text;
  v_fr     text;
  v_ar     text;
  v_phone  text;
  v_email  text;
begin
  perform app.require_role(array['administrator'], p_commune);
  perform app.refuse_other_form(p_contact, 'object');
  v_phone := regexp_replace(regexp_replace(coalesce(p_contact ->> 'phone', ''), '[\s.-]', '', 'g'), '^(\+|00)212', '0');
  v_email := lower(btrim(coalesce(p_contact ->> 'email', '')));
  foreach v_name in array array['address', 'hours'] loop
    v_fr := btrim(coalesce(p_contact #>> array[v_name, 'fr'], ''));
    v_ar := btrim(coalesce(p_contact #>> array[v_name, 'ar'], ''));
    if (v_fr = '') <> (v_ar = '') then
      v_faults := v_faults || app.profile_fault(v_name, 'TEXT1');
    elsif greatest(length(v_fr), length(v_ar)) > 300 then
      v_faults := v_faults || app.profile_fault(v_name, 'TEXT2');
    elsif v_fr <> '' then
      v_kept := v_kept || jsonb_build_object(v_name, jsonb_build_object('fr', v_fr, 'ar', v_ar));
    end if;
  end loop;
  if v_phone !~ '^(0[5678][0-9]{8})?$' then
    v_faults := v_faults || app.profile_fault('phone', 'TELE1');
  elsif v_phone <> '' then
    v_kept := v_kept || jsonb_build_object('phone', v_phone);
  end if;
  if v_email <> '' and (v_email !~ '^[^@\s]+@[^@\s]+\.[^@\s]+$' or length(v_email) > 254) then
    v_faults := v_faults || app.profile_fault('email', 'JOIN5');
  elsif v_email <> '' then
    v_kept := v_kept || jsonb_build_object('email', v_email);
  end if;
  if v_faults <> '[]' then
    perform app.refuse('LACK1', jsonb_build_object('faults', v_faults));
  end if;
  select c.contact into v_before from app.commune c where c.id = p_commune for update;
  if v_before <> v_kept then
    update app.commune set contact = v_kept where id = p_commune;
    perform app.note_act(p_commune, 'contact_changed', jsonb_build_object('contact', v_kept, 'before', v_before));
  end if;
  return v_kept;
end;
$$;

-- Requests of a commune for a procedure that are filed and not finished.
create or replace function app.open_requests(p_commune uuid, p_procedure text) returns int
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select count(*) from app.dossier d
           where d.commune_id = p_commune and d.procedure_code = p_procedure and d.state <> 'DRAFT' and d.closed_at is null);
end;
$$;

-- The commune receives no new request of this procedure; those already filed go on. Returns how many do. enable_procedure opens it again.
create or replace function public.disable_procedure(p_commune uuid, p_procedure text) returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_closed timestamptz;
  v_going  int;
begin
  perform app.require_role(array['administrator'], p_commune);
  select cp.closed_at into v_closed from app.commune_procedure cp where cp.commune_id = p_commune and cp.procedure_code = p_procedure for update;
  if not found then
    perform app.refuse('OFFR3');
  end if;
  v_going := app.open_requests(p_commune, p_procedure);
  if v_closed is null then
    update app.commune_procedure set closed_at = app.now(p_commune), updated_at = app.now(p_commune)
     where commune_id = p_commune and procedure_code = p_procedure;
    perform app.note_act(p_commune, 'procedure_closed', jsonb_build_object('procedure', p_procedure, 'open', v_going));
  end if;
  return v_going;
end;
$$;

-- The settings of a version as a form: what the definition says of each, the options of the question it follows, its law, its local value.
create or replace function app.settings_form(p_definition jsonb, p_local jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg((s - 'options_of') || jsonb_strip_nulls(jsonb_build_object('law', app.article_text(p_definition, s ->> 'source'),
             'local', p_local -> (s ->> 'id'),
             'options', (select jsonb_agg(jsonb_build_object('value', o -> 'value', 'label', o -> 'label'))
                           from jsonb_array_elements(p_definition -> 'steps') as t, jsonb_array_elements(t -> 'fields') as f,
                                jsonb_array_elements(f -> 'options') as o where f ->> 'id' = s ->> 'options_of'))) order by n), '[]')
      from jsonb_array_elements(p_definition -> 'settings') with ordinality as x(s, n));
end;
$$;

-- The questions on which the fees of a version depend, for a trial with sample numbers.
create or replace function app.fee_questions(p_definition jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', f -> 'id', 'type', f -> 'type', 'label', f -> 'label', 'unit', f -> 'unit',
             'decimals', f -> 'decimals', 'options', f -> 'options', 'columns', f -> 'columns', 'rows_max', f -> 'rows_max', 'totals', f -> 'totals')) order by m, n), '[]')
      from jsonb_array_elements(p_definition -> 'steps') with ordinality as y(t, m), jsonb_array_elements(t -> 'fields') with ordinality as x(f, n)
     where f ->> 'id' in (select v #>> '{}' from jsonb_path_query(p_definition -> 'fees', 'strict $.**.answer', silent => true) as v
                          union select v #>> '{}' from jsonb_path_query(p_definition -> 'fees', 'strict $.**.field', silent => true) as v
                          union select split_part(v #>> '{}', '.', 1) from jsonb_path_query(p_definition -> 'fees', 'strict $.**.sum', silent => true) as v
                          union select v #>> '{}' from jsonb_path_query(p_definition -> 'fees', 'strict $.**.quarters[*]', silent => true) as v));
end;
$$;

-- What a request would cost with these local values (not saved) and these answers: {lines, total}, as app.fee_estimate gives them.
create or replace function public.fee_trial(p_version uuid, p_settings jsonb, p_answers jsonb) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_definition jsonb;
  v_facts      jsonb;
begin
  if jsonb_typeof(p_settings) is distinct from 'object' or jsonb_typeof(p_answers) is distinct from 'object' then
    perform app.refuse('LONG9');
  end if;
  select app.opened(v.definition) into v_definition from app.procedure_version v where v.id = p_version;
  if v_definition is null then
    perform app.refuse('SEEN1');
  end if;
  v_facts := jsonb_build_object('answers', p_answers, 'settings', app.settings_of(v_definition, jsonb_strip_nulls(p_settings)), 'documents', '{}'::jsonb);
  return app.fee_totals(v_definition, v_facts);
end;
$$;

-- What the administrator of a commune sees of its procedures, private values included.
create or replace function app.offers_of(p_commune uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform app.require_role(array['administrator'], p_commune);
  return (
    select coalesce(jsonb_agg(jsonb_build_object('code', p.code, 'family', p.family, 'title', latest.definition -> 'title', 'mode', cp.mode,
             'version_id', cp.version_id, 'closed_at', cp.closed_at, 'updated_at', cp.updated_at,
             'open', case when cp.mode is null then 0 else app.open_requests(p_commune, p.code) end,
             'versions', (select jsonb_agg(jsonb_build_object('id', v.id, 'version', v.version, 'owner_kind', v.owner_kind, 'published_at', v.published_at,
                                   'settings', app.settings_form(v.definition, coalesce(cp.settings, '{}')),
                                   'fee_questions', app.fee_questions(v.definition), 'has_fees', v.definition -> 'fees' <> '[]') order by v.version desc)
                            from app.usable_versions(p_commune, p.code) v)) order by p.position, p.code), '[]')
      from app.procedure p
      cross join lateral (select v.definition from app.usable_versions(p_commune, p.code) v limit 1) as latest
      left join app.commune_procedure cp on cp.commune_id = p_commune and cp.procedure_code = p.code);
end;
$$;

-- The office of a commune: its identifier (none before the opening), who is in function and who is invited, counted by role.
create or replace function app.office_of(p_commune uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform app.require_role(array['administrator'], p_commune);
  return (
    select jsonb_build_object('id', o.id,
             'staff', (select coalesce(jsonb_object_agg(m.role, m.n), '{}') from (
                         select role, count(*) as n from app.membership
                          where organisation_id = o.id and app.today(p_commune) between valid_from and coalesce(valid_to, 'infinity'::date) group by role) as m),
             'invited', (select coalesce(jsonb_object_agg(i.role, i.n), '{}') from (
                           select role, count(*) as n from app.invitation
                            where organisation_id = o.id and accepted_at is null and withdrawn_at is null and expires_at > now() group by role) as i))
      from app.organisation o where o.commune_id = p_commune and o.kind = 'commune');
end;
$$;

-- The page of settings, in one call: {communes, total, commune}.
--   communes  up to 200 that the person administers and whose name or code holds the words searched; total: how many there are
--   commune   the chosen one (or the first): contact, state, clock, office, offers (procedures with versions and settings), acts
create or replace function public.administration_page(p_commune uuid default null, p_search text default '') returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_all   jsonb;
  v_total int;
  v_id    uuid := p_commune;
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  elsif p_commune is not null and not app.holds('administrator', p_commune) then
    perform app.refuse('ROLE1');
  end if;
  select coalesce(jsonb_agg(to_jsonb(f) - 'place' - 'total' order by f.place), '[]'), coalesce(max(f.total), 0) into v_all, v_total
    from (select c.id, c.code, c.name_fr, c.name_ar, c.is_open, c.is_demonstration, count(*) over () as total,
                 row_number() over (order by c.is_open desc, c.name_fr, c.code) as place
            from app.commune c
           where c.id in (select app.my_communes(array['administrator']))
             and strpos(app.fold(concat_ws(' ', c.name_fr, c.name_ar, c.code)), app.fold(left(p_search, 100))) > 0
           order by place limit 200) as f;
  v_id := coalesce(v_id, (v_all #>> '{0,id}')::uuid);
  return jsonb_build_object('communes', v_all, 'total', v_total, 'commune', case when v_id is not null then (
    select jsonb_build_object('id', c.id, 'code', c.code, 'name_fr', c.name_fr, 'name_ar', c.name_ar, 'kind', c.kind, 'population', c.population,
             'province_fr', p.name_fr, 'province_ar', p.name_ar, 'contact', c.contact, 'is_open', c.is_open, 'is_demonstration', c.is_demonstration,
             'now', app.now(c.id), 'today', app.today(c.id), 'clock_moved', c.clock_offset <> '0', 'may_open', app.may_open(c.id),
             'office', app.office_of(c.id), 'offers', app.offers_of(c.id), 'acts', app.acts_of(c.id))
      from app.commune c join app.province p on p.code = c.province_code where c.id = v_id) end);
end;
$$;

-- The last acts about a commune, or about the whole kingdom; of moves of a clock in a row, the last one.
create or replace function app.acts_of(p_commune uuid) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('at', a.at, 'by', app.display_name(a.person_id), 'act', a.act, 'data', a.data) order by a.id desc), '[]')
      from (select l.* from (select x.*, lead(x.act) over (order by x.id) as later from app.administrative_act x
                              where x.commune_id is not distinct from p_commune) as l
             where l.act <> 'clock_moved' or l.later is distinct from 'clock_moved' order by l.id desc limit 20) as a);
end;
$$;

-- The holidays of a year and, for those who decide on them, the last changes: {days, may_change, acts}.
create or replace function public.holidays_page(p_year int) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
begin
  return jsonb_build_object('may_change', app.keeps_the_calendar(), 'acts', app.acts_of(null),
    'days', (select coalesce(jsonb_agg(to_jsonb(h) order by h.day), '[]') from public.holidays(p_year) h));
end;
$$;

-- The head of a dossier's chain that the last published digest fixes.
create or replace function app.last_fixed_head(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  if not app.can_read(p_dossier) then
    perform app.refuse('SEEN1');
  end if;
  return (select jsonb_build_object('day', h.day, 'seq', h.seq, 'hash', h.hash)
            from app.digest_head h join app.daily_digest d on d.day = h.day and d.published_at is not null
           where h.dossier_id = p_dossier order by h.day desc limit 1);
end;
$$;

-- The page of the record: {dossier, digests, digest_key}. dossier: what its chain is worth, null when there is none of this number for this person.
create or replace function public.record_page(p_number text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  end if;
  return jsonb_build_object(
    'digest_key', public.trust_roots() -> 'digest_key',
    'digests', (select coalesce(jsonb_agg(to_jsonb(d) order by d.day desc), '[]') from public.daily_digests(60) d),
    'dossier', (
      select jsonb_build_object('id', d.id, 'number', d.number, 'commune_fr', c.name_fr, 'commune_ar', c.name_ar,
               'events', e.n, 'first_at', e.first_at, 'last_at', e.last_at,
               'head', (select x.hash from app.event x where x.dossier_id = d.id order by x.seq desc limit 1),
               'fixed', app.last_fixed_head(d.id),
               'faults', (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('event', v.event, 'fault', v.fault, 'kind', x.kind, 'at', x.at))
                                                    order by v.event, v.fault), '[]')
                            from public.verify_record(d.id) v left join app.event x on x.dossier_id = d.id and x.seq = v.event))
        from app.dossier d
        join app.commune c on c.id = d.commune_id
        cross join lateral (select count(*) as n, min(x.at) as first_at, max(x.at) as last_at from app.event x where x.dossier_id = d.id) as e
       where d.number = upper(btrim(app.fold(left(p_number, 60)))) and app.can_read(d.id)));
end;
$$;

revoke execute on function app.note_act, app.keep_the_acts, app.may_open, public.open_commune, public.set_commune_contact, app.open_requests,
  public.disable_procedure, app.settings_form, app.fee_questions, public.fee_trial, app.offers_of, app.office_of, public.administration_page, app.acts_of,
  public.holidays_page, app.last_fixed_head, public.record_page from public, anon, authenticated;
grant execute on function app.may_open, app.offers_of, app.office_of, app.acts_of, app.last_fixed_head, public.open_commune, public.set_commune_contact,
  public.disable_procedure, public.fee_trial, public.administration_page, public.holidays_page, public.record_page to authenticated;
