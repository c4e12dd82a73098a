-- Anybody may ask whether a paper is authentic: by code (60 bits) or by the digest inside a signed file. Public data only.
-- Misses are counted per client and for everybody, so that codes cannot be tried out.

create or replace function app.count_misses(p_client text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  insert into app.verification_attempt (client, minute, misses) values (left(coalesce(p_client, ''), 64), date_trunc('minute', now()), 1)
  on conflict (client, minute) do update set misses = app.verification_attempt.misses + 1;
  delete from app.verification_attempt where minute < now() - interval '1 day';
end;
$$;

create or replace function app.refuse_guessing(p_client text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  if coalesce((select sum(misses) from app.verification_attempt where client = left(coalesce(p_client, ''), 64) and minute > now() - interval '1 minute'), 0) >= 10
     or coalesce((select sum(misses) from app.verification_attempt where minute > now() - interval '1 minute'), 0) >= 300 then
    perform app.refuse('RATE1');
  end if;
end;
$$;

-- What anybody may read of sealed minutes, which are no public papers: the bodies that sat, whether each signed, whether its opinion is still
-- the one that its author signed. No outcome, no reasons, no name of a person (docs/decisions/0017).
create or replace function app.minutes_for_anybody(p_paper app.paper) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_found jsonb := app.minutes_verified(p_paper);
begin
  return jsonb_build_object('sound', v_found -> 'sound', 'opinions', (
    select coalesce(jsonb_agg(jsonb_build_object('seat', o -> 'seat', 'role', o -> 'role', 'organisation', o -> 'organisation', 'state', o -> 'state',
             'signed', exists (select from app.seat_signature g where g.paper_id = p_paper.id and g.seat_id = (o ->> 'seat')::uuid and g.state = 'valid'))), '[]')
      from jsonb_array_elements(v_found -> 'opinions') as o));
end;
$$;

create or replace function app.verification_answer(p_code text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object('status', case when w.delivered_at is null and p.kind in ('permit', 'plan') then 'unknown'
                                      when v.since > app.today(w.commune_id) then 'authentic' else v.status end,
             'since', v.since, 'digest', p.data_digest, 'file_digest', p.file_digest, 'public', p.data -> 'public',
             'valid_until', w.valid_until, 'demonstration', p.data -> 'demonstration')
           || case when p.kind = 'minutes' then jsonb_build_object('minutes', app.minutes_for_anybody(p)) else '{}' end
      from app.verification v join app.paper p on p.id = v.paper_id join app.dossier w on w.id = v.dossier_id
     where v.code = p_code and p.state = 'published');
end;
$$;

-- A code is read without dashes, spaces or case; I, L and O are forgiven as in Crockford's alphabet.
create or replace function public.verify_code(p_code text, p_client text default '') returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_answer jsonb;
begin
  perform app.refuse_guessing(p_client);
  v_answer := app.verification_answer(translate(regexp_replace(upper(left(coalesce(p_code, ''), 40)), '[^0-9A-Z]', '', 'g'), 'ILO', '110'));
  if v_answer is null or v_answer ->> 'status' = 'unknown' then
    perform app.count_misses(p_client);
    return jsonb_build_object('status', 'unknown');
  end if;
  return v_answer;
end;
$$;

create or replace function public.verify_digest(p_data_digest text, p_client text default '') returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_answer jsonb;
begin
  perform app.refuse_guessing(p_client);
  select app.verification_answer(v.code) into v_answer
    from app.verification v join app.paper p on p.id = v.paper_id where p.data_digest = lower(p_data_digest);
  if v_answer is null or v_answer ->> 'status' = 'unknown' then
    perform app.count_misses(p_client);
    return jsonb_build_object('status', 'unknown');
  end if;
  return v_answer;
end;
$$;

revoke execute on function app.count_misses, app.refuse_guessing, app.minutes_for_anybody, app.verification_answer, public.verify_code, public.verify_digest from public, anon, authenticated;
grant execute on function public.verify_code, public.verify_digest to anon, authenticated;

-- The certificates that signatures are checked against, the key of the daily digests, and the site's address that papers print:
-- the worker announces what it works with, anybody may read the first two. {certificates: [PEM], digest_key: PEM}
create or replace function public.trust_roots() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce(app.setting_value('trust_roots'), '{"certificates": []}');
end;
$$;

create or replace function public.worker_announce(p_certificates jsonb, p_digest_key text, p_public_url text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform app.require_worker();
  insert into app.setting (key, value) values
    ('trust_roots', jsonb_build_object('certificates', p_certificates, 'digest_key', p_digest_key)),
    ('public_url', to_jsonb(rtrim(p_public_url, '/')))
  on conflict (key) do update set value = excluded.value where app.setting.value is distinct from excluded.value;
end;
$$;

revoke execute on function public.trust_roots, public.worker_announce from public, anon, authenticated;
grant execute on function public.trust_roots to anon, authenticated;
grant execute on function public.worker_announce to authenticated;
