-- What people are told: a line under the bell, a mail in their language (outbox), a job for the worker.
create or replace function app.enqueue(p_kind text, p_payload jsonb, p_dossier uuid default null) returns bigint
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_job bigint;
begin
  insert into app.job (kind, payload, dossier_id) values (p_kind, p_payload, p_dossier) returning id into v_job;
  return v_job;
end;
$$;

create or replace function app.notify(p_person uuid, p_dossier uuid, p_kind text, p_data jsonb default '{}') returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_data jsonb;
begin
  select coalesce(p_data, '{}') || jsonb_build_object('number', d.number, 'procedure_fr', v.definition #>> '{title,fr}',
           'procedure_ar', v.definition #>> '{title,ar}', 'commune_fr', c.name_fr, 'commune_ar', c.name_ar)
    into v_data
    from app.dossier d join app.commune c on c.id = d.commune_id join app.procedure_version v on v.id = d.version_id
   where d.id = p_dossier;
  insert into app.notice (person_id, dossier_id, kind, data) values (p_person, p_dossier, p_kind, coalesce(v_data, p_data));
  insert into app.outbox (recipient, person_id, language, template, data, dossier_id)
    select p.email, p.id, p.language, p_kind, coalesce(v_data, p_data), p_dossier
      from app.person p where p.id = p_person and p.email is not null and p.email <> '';
end;
$$;

create or replace function app.notify_parties(p_dossier uuid, p_kind text, p_data jsonb default '{}') returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform app.notify(p.person_id, p_dossier, p_kind, p_data) from app.party p where p.dossier_id = p_dossier;
end;
$$;

-- Everybody who holds the role in the dossier's commune today.
create or replace function app.notify_role(p_dossier uuid, p_role text, p_kind text, p_data jsonb default '{}') returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform app.notify(m.person_id, p_dossier, p_kind, p_data)
    from app.dossier d
    join app.commune c on c.id = d.commune_id
    join app.organisation o on o.commune_id = c.id or (o.commune_id is null and o.province_code = c.province_code)
    join app.membership m on m.organisation_id = o.id and m.role = p_role
   where d.id = p_dossier
     and app.today(c.id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date);
end;
$$;

revoke execute on function app.enqueue, app.notify, app.notify_parties, app.notify_role from public, anon, authenticated;
