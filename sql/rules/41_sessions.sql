-- Browser sessions of the site. The caller proves itself by the sha256 of a cookie of 256 random bits: the hash is the secret, so these
-- functions are open to anonymous calls (a guess has no chance worth counting). What is stored is sealed with a key derived from the
-- cookie, which the database never sees.
--
-- Several tabs share one refresh token. An even generation rests; the tab that finds its access token old claims the row (generation
-- becomes odd), asks Auth for new tokens, and stores them (even again). Others wait and read. A claim that is not kept within ten
-- seconds (its process died) may be taken over.
--
--   SIGN1  sign in first

-- Agents share rooms and machines: half a day without use ends their session; an applicant's lasts two weeks.
create or replace function app.session_end(p_person uuid) returns timestamptz
language plpgsql stable security definer set search_path = '' as $$
begin
  return now() + case when exists (select from app.membership where person_id = p_person and role not in ('architect', 'company_member'))
                      then interval '12 hours' else interval '14 days' end;
end;
$$;

create or replace function app.session_shape(p_session app.site_session) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_build_object('sealed', p_session.sealed, 'generation', p_session.generation, 'language', p_session.language,
                            'person_id', p_session.person_id);
end;
$$;

create or replace function public.session_open(p_id_hash text, p_sealed text, p_language text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  if (select auth.uid()) is null or p_id_hash !~ '^[0-9a-f]{64}$' or length(p_sealed) > 20000 then
    perform app.refuse('SIGN1');
  end if;
  delete from app.site_session where expires_at < now();
  insert into app.site_session (id_hash, person_id, sealed, language, expires_at)
  values (p_id_hash, (select auth.uid()), p_sealed, case when p_language = 'fr' then 'fr' else 'ar' end, app.session_end((select auth.uid())));
end;
$$;

-- {sealed, generation, language, person_id}, or null when the session is over.
create or replace function public.session_read(p_id_hash text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select app.session_shape(s) from app.site_session s where s.id_hash = p_id_hash and s.expires_at > now());
end;
$$;

-- Who refreshes? claimed = true for exactly one caller per generation. The row is returned as it now stands.
create or replace function public.session_claim(p_id_hash text, p_generation int) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_session app.site_session;
  v_claimed boolean := false;
begin
  select * into v_session from app.site_session where id_hash = p_id_hash and expires_at > now() for update;
  if not found then
    return null;
  end if;
  if v_session.generation = p_generation and (v_session.generation % 2 = 0 or v_session.renewed_at < now() - interval '10 seconds') then
    update app.site_session set generation = generation + case when generation % 2 = 0 then 1 else 2 end, renewed_at = now()
     where id_hash = p_id_hash returning * into v_session;
    v_claimed := true;
  end if;
  return app.session_shape(v_session) || jsonb_build_object('claimed', v_claimed);
end;
$$;

-- Stores the new tokens; false when the claim was lost meanwhile.
create or replace function public.session_renew(p_id_hash text, p_generation int, p_sealed text) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  update app.site_session
     set sealed = p_sealed, generation = generation + 1, renewed_at = now(), expires_at = app.session_end(person_id)
   where id_hash = p_id_hash and generation = p_generation and generation % 2 = 1 and expires_at > now() and length(p_sealed) <= 20000;
  return found;
end;
$$;

create or replace function public.session_close(p_id_hash text) returns void
language sql volatile security definer set search_path = '' as $$
  delete from app.site_session where id_hash = p_id_hash;
$$;

-- After a change of password: every other browser has to sign in again. Returns how many were closed.
create or replace function public.session_close_others(p_id_hash text) returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_closed int;
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  end if;
  delete from app.site_session where person_id = (select auth.uid()) and id_hash <> p_id_hash;
  get diagnostics v_closed = row_count;
  return v_closed;
end;
$$;

-- The language of the screens, and of the person's mails.
create or replace function public.session_language(p_id_hash text, p_language text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_person uuid;
begin
  update app.site_session set language = p_language where id_hash = p_id_hash and expires_at > now() and p_language in ('ar', 'fr')
  returning person_id into v_person;
  update app.person set language = p_language where id = v_person;
end;
$$;

revoke execute on function app.session_end, app.session_shape, public.session_open, public.session_read, public.session_claim, public.session_renew,
  public.session_close, public.session_close_others, public.session_language from public, anon, authenticated;
grant execute on function public.session_open, public.session_close_others to authenticated;
grant execute on function public.session_read, public.session_claim, public.session_renew, public.session_close, public.session_language to anon, authenticated;
