-- Who has a right on a dossier beside the staff: its owner, a mandatary (architect, colleague, relative), and how each comes in.
-- An owner named by e-mail receives a link with a code; a person served at the counter takes the dossier over later with the number
-- and code printed on the receipt. Nobody enters by knowing an address or a number alone.
--
--   MAIL1  the e-mail address is not one      OWNR1  only the owner may do this
--   TEAM1  not a member of one company        RATE1  too many attempts
select app.say('MAIL1', 'Cette adresse électronique n''est pas valable. Exemple : nom@exemple.ma',
                        'هذا البريد الإلكتروني غير صحيح. مثال: nom@exemple.ma');
select app.say('OWNR1', 'Seul le propriétaire de la demande peut faire cela. Adressez-vous à lui.',
                        'لا يمكن القيام بهذا إلا من طرف صاحب الطلب. يرجى التواصل معه.');
select app.say('TEAM1', 'Vous n''êtes membre d''aucune société, ou de plusieurs : le partage n''est pas possible.',
                        'لستم عضوا في أي شركة، أو أنتم أعضاء في عدة شركات: المشاركة غير ممكنة.');

-- Dossiers on which the signed-in person is a party; those on which their service is or was asked, or received a copy.
create or replace function app.my_party_dossiers() returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select dossier_id from app.party where person_id = (select auth.uid());
end;
$$;

create or replace function app.my_service_dossiers() returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    with held as materialized (
      -- Reading roles need no task: the policy has asked for them before.
      select m.role, c.id as commune_id
        from (select distinct role from app.membership where person_id = (select auth.uid()) and role <> all (app.reading_roles())) as m,
             lateral app.my_communes(array[m.role]) as c(id)
    )
    select t.dossier_id from held h join app.task t on t.role = h.role and t.commune_id = h.commune_id
    union
    select s.dossier_id from held h join app.dossier d on d.commune_id = h.commune_id
      join app.copy_sent s on s.dossier_id = d.id and s.recipient = h.role and s.sent_at is not null;
end;
$$;

create or replace function app.person_name(p_person uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object('fr', coalesce(nullif(name_fr, ''), nullif(name_ar, ''), email), 'ar', coalesce(nullif(name_ar, ''), nullif(name_fr, ''), email))
      from app.person where id = p_person);
end;
$$;

-- {parties: [{person, name, quality, me}], invited: [{email, quality, at}]}
create or replace function app.people_of(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return jsonb_build_object(
    'parties', coalesce((select jsonb_agg(jsonb_build_object('person', p.person_id, 'name', app.person_name(p.person_id), 'quality', p.quality,
                                  'me', p.person_id = (select auth.uid())) order by p.quality desc, p.added_at)
                           from app.party p where p.dossier_id = p_dossier), '[]'),
    'invited', coalesce((select jsonb_agg(jsonb_build_object('email', c.email, 'quality', c.quality, 'at', c.created_at) order by c.created_at)
                           from app.claim c where c.dossier_id = p_dossier and c.email is not null and c.claimed_at is null), '[]'));
end;
$$;

-- Offers a right on the dossier to an e-mail address. Naming an owner makes the person who files their mandatary.
create or replace function public.add_party(p_dossier uuid, p_email text, p_quality text default 'owner') returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier := app.lock_for_applicant(p_dossier);
  v_now     timestamptz := app.now(v_dossier.commune_id);
  v_email   text := lower(trim(coalesce(p_email, '')));
  v_code    text := app.random_code(16);
  v_side    text := app.applicant_side(p_dossier);
begin
  if v_email !~ '^[^@\s]+@[^@\s]+\.[^@\s.]+$' or length(v_email) > 200 or p_quality not in ('owner', 'mandatary') then
    perform app.refuse('MAIL1');
  end if;
  if v_side = 'mandatary' and v_dossier.state <> 'DRAFT' then
    perform app.refuse('OWNR1');
  end if;
  -- Each of these is a mail to an address of the caller's choice: ten by dossier, ten in ten minutes by person.
  if (select count(*) from app.outbox where dossier_id = p_dossier and template = 'claim') >= 10 then
    perform app.refuse('RATE1');
  end if;
  perform app.refuse_many_misses('mail:' || (select auth.uid()));
  perform app.count_miss('mail:' || (select auth.uid()));
  if p_quality = 'owner' and v_dossier.state = 'DRAFT' and v_side = 'owner' then
    update app.party set quality = 'mandatary' where dossier_id = p_dossier and person_id = (select auth.uid());
  end if;
  delete from app.claim where dossier_id = p_dossier and lower(email) = v_email and claimed_at is null;
  insert into app.claim (dossier_id, code_hash, email, quality, created_at) values (p_dossier, app.digest(v_code), v_email, p_quality, v_now);
  insert into app.outbox (recipient, person_id, language, template, data, dossier_id)
    select v_email, p.id, coalesce(p.language, 'ar'), 'claim',
           jsonb_build_object('code', v_code, 'dossier', p_dossier, 'quality', p_quality, 'by', app.person_name((select auth.uid())) ->> 'fr',
             'by_fr', app.person_name((select auth.uid())) ->> 'fr', 'by_ar', app.person_name((select auth.uid())) ->> 'ar',
             'procedure_fr', app.version_definition(v_dossier.version_id) #>> '{title,fr}',
             'procedure_ar', app.version_definition(v_dossier.version_id) #>> '{title,ar}',
             'commune_fr', c.name_fr, 'commune_ar', c.name_ar), p_dossier
      from app.commune c left join app.person p on lower(p.email) = v_email where c.id = v_dossier.commune_id limit 1;
  if v_dossier.state <> 'DRAFT' then
    perform app.record(p_dossier, 'party_invited', v_side, jsonb_build_object('quality', p_quality));
  end if;
end;
$$;

-- The applicant files for themselves after all: the invitations not yet taken are void, and a mandatary without an owner becomes the owner.
create or replace function public.withdraw_invitations(p_dossier uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier := app.lock_for_applicant(p_dossier);
begin
  if v_dossier.state <> 'DRAFT' then
    perform app.refuse('MOVE1');
  end if;
  delete from app.claim where dossier_id = p_dossier and claimed_at is null;
  update app.party set quality = 'owner'
   where dossier_id = p_dossier and person_id = (select auth.uid())
     and not exists (select from app.party o where o.dossier_id = p_dossier and o.quality = 'owner');
end;
$$;

-- Takes up the right that a mail offered. Returns {dossier, state}, or {} when the code opens nothing.
create or replace function public.accept_claim(p_dossier uuid, p_code text) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_claim app.claim;
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  end if;
  perform app.refuse_many_misses('claim:' || (select auth.uid()));
  perform from app.dossier where id = p_dossier for update;
  select * into v_claim from app.claim
   where dossier_id = p_dossier and code_hash = app.digest(upper(trim(coalesce(p_code, '')))) and email is not null
     and (claimed_at is null or claimed_by = (select auth.uid()));
  if v_claim.dossier_id is null then
    perform app.count_miss('claim:' || (select auth.uid()));
    return '{}';
  end if;
  return app.take_claim(v_claim);
end;
$$;

-- A person served at the counter takes the dossier over with the number and code of the receipt. {} when they open nothing.
create or replace function public.claim_dossier(p_number text, p_code text) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_number text := upper(trim(coalesce(p_number, '')));
  v_claim  app.claim;
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  end if;
  perform app.refuse_many_misses('claim:' || v_number);
  perform app.refuse_many_misses('claim:' || (select auth.uid()));
  perform from app.dossier where number = v_number for update;
  select c.* into v_claim
    from app.dossier d join app.claim c on c.dossier_id = d.id
   where d.number = v_number and c.email is null and c.code_hash = app.digest(upper(trim(coalesce(p_code, ''))))
     and (c.claimed_at is null or c.claimed_by = (select auth.uid()));
  if v_claim.dossier_id is null then
    perform app.count_miss('claim:' || v_number);
    perform app.count_miss('claim:' || (select auth.uid()));
    return '{}';
  end if;
  return app.take_claim(v_claim);
end;
$$;

create or replace function app.take_claim(p_claim app.claim) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier;
begin
  select * into v_dossier from app.dossier where id = p_claim.dossier_id for update;
  if p_claim.claimed_at is null then
    update app.claim set claimed_by = (select auth.uid()), claimed_at = app.now(v_dossier.commune_id)
     where dossier_id = p_claim.dossier_id and code_hash = p_claim.code_hash;
    insert into app.party (dossier_id, person_id, quality, added_at)
    values (p_claim.dossier_id, (select auth.uid()), p_claim.quality, app.now(v_dossier.commune_id))
    on conflict (dossier_id, person_id) do nothing;
    if v_dossier.state <> 'DRAFT' then
      perform app.record(v_dossier.id, 'claimed', p_claim.quality, jsonb_build_object('person', (select auth.uid())));
      perform app.notify_by_claim(v_dossier.id);
    end if;
  end if;
  return jsonb_build_object('dossier', v_dossier.id, 'state', v_dossier.state);
end;
$$;

-- The owner ends a mandate; the mandatary sees the dossier no more.
create or replace function public.end_mandate(p_dossier uuid, p_person uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier := app.lock_for_applicant(p_dossier);
begin
  if app.applicant_side(p_dossier) <> 'owner' then
    perform app.refuse('OWNR1');
  end if;
  delete from app.party where dossier_id = p_dossier and person_id = p_person and quality = 'mandatary';
  if found and v_dossier.state <> 'DRAFT' then
    perform app.record(p_dossier, 'mandate_ended', 'owner', jsonb_build_object('person', p_person));
  end if;
end;
$$;

-- A company member opens one dossier to the colleagues of today, as mandataries.
create or replace function public.share_with_company(p_dossier uuid) returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier := app.lock_for_applicant(p_dossier);
  v_company uuid[];
  v_count   int;
begin
  select array_agg(distinct m.organisation_id) into v_company
    from app.membership m where m.person_id = (select auth.uid()) and m.role = 'company_member'
     and app.today(v_dossier.commune_id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date);
  if cardinality(v_company) is distinct from 1 then
    perform app.refuse('TEAM1');
  end if;
  insert into app.party (dossier_id, person_id, quality, added_at)
    select distinct p_dossier, m.person_id, 'mandatary', app.now(v_dossier.commune_id)
      from app.membership m where m.organisation_id = v_company[1] and m.role = 'company_member'
       and app.today(v_dossier.commune_id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date)
  on conflict (dossier_id, person_id) do nothing;
  get diagnostics v_count = row_count;
  if v_count > 0 and v_dossier.state <> 'DRAFT' then
    perform app.record(p_dossier, 'party_added', app.applicant_side(p_dossier), jsonb_build_object('company', v_company[1], 'people', v_count));
  end if;
  return v_count;
end;
$$;

-- Guessing is slow: ten misses in ten minutes on one number, or by one person, and no further try is judged.
create or replace function app.refuse_many_misses(p_key text) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if (select coalesce(sum(misses), 0) from app.verification_attempt where client = p_key and minute > now() - interval '10 minutes') >= 10 then
    perform app.refuse('RATE1');
  end if;
end;
$$;

create or replace function app.count_miss(p_key text) returns void
language sql volatile security definer set search_path = '' as $$
  insert into app.verification_attempt (client, minute, misses) values (left(p_key, 120), date_trunc('minute', now()), 1)
  on conflict (client, minute) do update set misses = app.verification_attempt.misses + 1;
$$;

-- Following a dossier with the number and code of its receipt: state, step, who holds it by role, days left. No name, no place.
-- {found: false} when they do not go together: a refusal would forget the miss.
create or replace function public.track(p_number text, p_code text) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_number  text := upper(trim(coalesce(p_number, '')));
  v_dossier app.dossier;
begin
  perform app.refuse_many_misses('track:' || v_number);
  select * into v_dossier from app.dossier
   where number = v_number and tracking_code <> '' and tracking_code = upper(trim(coalesce(p_code, '')));
  if v_dossier.id is null then
    perform app.count_miss('track:' || v_number);
    return jsonb_build_object('found', false);
  end if;
  return app.progress(v_dossier.id) || jsonb_build_object('found', true, 'claimable',
           exists (select from app.claim c where c.dossier_id = v_dossier.id and c.email is null and c.claimed_at is null));
end;
$$;

revoke execute on function app.my_party_dossiers, app.my_service_dossiers, app.person_name, app.people_of, app.take_claim, app.refuse_many_misses,
  app.count_miss, public.add_party, public.withdraw_invitations, public.accept_claim, public.claim_dossier, public.end_mandate,
  public.share_with_company, public.track from public, anon, authenticated;
grant execute on function app.my_party_dossiers, app.my_service_dossiers to authenticated;
grant execute on function public.add_party, public.withdraw_invitations, public.accept_claim, public.claim_dossier, public.end_mandate,
  public.share_with_company to authenticated;
grant execute on function public.track to anon, authenticated;
