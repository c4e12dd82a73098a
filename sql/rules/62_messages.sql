-- Three threads: with the applicant, among agents, with the consulted services. Read marks, and an awaited answer's day.
--   LACK7  an empty or overlong message
select app.say('LACK7', 'Écrivez un message de 1 à 5 000 caractères.', 'يرجى كتابة رسالة من 1 إلى 5000 حرف.');

-- Which threads the signed-in person reads and writes on a dossier. Who is a party stays on the applicant's side, whatever else they are.
create or replace function app.my_threads(p_dossier uuid) returns text[]
language sql stable security definer set search_path = '' as $$
  select array_remove(array[
    case when app.is_party(p_dossier) or app.is_staff_of(p_dossier) then 'applicant' end,
    case when app.is_staff_of(p_dossier) and not app.is_party(p_dossier) then 'agents' end,
    case when (app.is_staff_of(p_dossier) or app.has_task(p_dossier)) and not app.is_party(p_dossier) then 'services' end,
    case when app.sits_on(p_dossier) then 'committee' end], null);
$$;

create or replace function public.post_message(p_dossier uuid, p_thread text, p_body text, p_expected_on date default null) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier := app.lock_dossier(p_dossier);
  v_id      uuid;
  v_role    text;
begin
  if not coalesce(p_thread = any (app.my_threads(p_dossier)), false) then
    perform app.refuse('ROLE1');
  end if;
  if length(trim(coalesce(p_body, ''))) = 0 or length(p_body) > 5000 then
    perform app.refuse('LACK7');
  end if;
  perform app.refuse_days(p_expected_on);
  v_role := case when app.is_party(p_dossier) then 'applicant' else app.my_role_on(p_dossier) end;
  insert into app.message (dossier_id, thread, body, author_id, author_role, at, expected_on)
  values (p_dossier, p_thread, p_body, (select auth.uid()), v_role, app.now(v_dossier.commune_id), p_expected_on)
  returning id into v_id;
  perform app.record(p_dossier, 'message', v_role, jsonb_build_object('message', v_id, 'thread', p_thread, 'digest', app.digest(p_body)));
  if p_thread = 'applicant' and v_role <> 'applicant' then
    perform app.notify_parties(p_dossier, 'message', jsonb_build_object('expected_on', p_expected_on));
  elsif p_thread = 'applicant' then
    perform app.notify_role(p_dossier, t.role, 'message') from app.task t where t.dossier_id = p_dossier and t.closed_at is null;
  end if;
  perform public.read_thread(p_dossier, p_thread);
  return v_id;
end;
$$;

-- The first staff role that the person holds for the dossier, in the order of the file's life.
create or replace function app.my_role_on(p_dossier uuid) returns text
language sql stable security definer set search_path = '' as $$
  select r.role
    from app.dossier d,
         unnest(array['clerk', 'instructor', 'secretary', 'president', 'delegate', 'cashier', 'inspector', 'technical', 'patrimony', 'urbanism', 'economic',
                      'traffic', 'administrative_police', 'local_authority', 'member_commune', 'member_province', 'member_agency', 'member_network',
                      'member_telecom', 'member_registry', 'member_civil_protection', 'member_public_works', 'member_rail', 'member_culture',
                      'member_environment', 'governor', 'administrator', 'worker']) with ordinality as r(role, n)
   where d.id = p_dossier and app.holds(r.role, d.commune_id)
   order by r.n limit 1;
$$;

create or replace function public.read_thread(p_dossier uuid, p_thread text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  if not coalesce(p_thread = any (app.my_threads(p_dossier)), false) then
    perform app.refuse('ROLE1');
  end if;
  insert into app.thread_read (dossier_id, thread, person_id, read_at)
    select p_dossier, p_thread, (select auth.uid()), app.now(d.commune_id) from app.dossier d where d.id = p_dossier
  on conflict (dossier_id, thread, person_id) do update set read_at = excluded.read_at;
end;
$$;

revoke execute on function app.my_threads, app.my_role_on, public.post_message, public.read_thread from public, anon, authenticated;
grant execute on function app.my_threads, app.my_role_on, public.post_message, public.read_thread to authenticated;
