-- Opinions of the committee's members. A draft is its author's alone; the author signs its frozen canonical text with a key that only
-- their PIN opens; the worker judges the signature; from then on the opinion never changes and no second one is given in this round.
--
--   SEAT1  the person does not sit here                   OPIN4  reasons, article or lines are missing (setting committee.opinion)
--   OPIN2  an opinion was given for this seat already     OPIN3  the text to sign is not the one that was frozen
--   SIGN3, SIGN4, SIGN6 as for papers (67_signatures.sql)  INTR1  a declared interest
select app.say('OPIN2', 'L''avis de ce membre est déjà donné et signé pour ce tour : il n''y a pas d''avis successifs.',
                        'سبق إبداء رأي هذا العضو وتوقيعه في هذه الجولة: لا تقبل الآراء المتتالية.');
select app.say('OPIN3', 'Le texte a changé depuis que vous l''avez relu. Relisez-le avant de signer.', 'تغير النص منذ اطلاعكم عليه. يرجى إعادة قراءته قبل التوقيع.');

select app.say('OPIN4', 'Il manque à cet avis ses motifs, ses lignes ou l''article qui le fonde (un pour tout l''avis, ou un à chaque ligne). Complétez ce qui est marqué obligatoire.',
                        'ينقص هذا الرأي تعليله أو بنوده أو المادة القانونية التي يستند إليها (مادة واحدة للرأي كله أو مادة لكل بند). يرجى استكمال ما هو إلزامي.');

-- What an author signs. jsonb keeps one order of keys and one form of numbers: the text is the same wherever it is made again.
create or replace function app.opinion_text(p_opinion app.opinion) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select app.canonical(jsonb_build_object(
             'kind', 'opinion', 'dossier', d.id, 'number', d.number, 'seat', s.id, 'round', s.round, 'role', s.role, 'organisation', s.organisation_id,
             'author', p_opinion.author_id, 'outcome', p_opinion.outcome, 'reasons', p_opinion.reasons, 'article', p_opinion.article,
             'items', p_opinion.items, 'documents', p_opinion.documents))
      from app.seat s join app.dossier d on d.id = s.dossier_id where s.id = p_opinion.seat_id);
end;
$$;

-- The files that lie before the committee now, by their digests: {slot: [digest]}.
create or replace function app.studied_documents(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_object_agg(x.slot, x.digests), '{}')
      from (select m.slot, jsonb_agg(m.digest order by m.digest) as digests
              from app.document m
             where m.dossier_id = p_dossier and m.check_state = 'accepted' and not m.is_identity and m.removed_at is null
               and not exists (select from app.document n where n.replaces = m.id and n.removed_at is null and n.check_state = 'accepted')
             group by m.slot) as x);
end;
$$;

-- Locks the dossier of a seat of the running round for one of its members. Returns the power by which they speak.
create or replace function app.lock_seat(p_seat app.seat) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier;
  v_power   jsonb;
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  end if;
  if p_seat.id is null or app.seat_power(p_seat.role, p_seat.organisation_id, app.today(p_seat.commune_id)) is null then
    perform app.refuse('SEAT1');
  end if;
  v_dossier := app.lock_before_committee(p_seat.dossier_id);
  -- The register is held still until the act is written: an absence recorded at this very moment waits, and one recorded before is seen.
  perform app.hold_register(p_seat.organisation_id);
  v_power := app.seat_power(p_seat.role, p_seat.organisation_id, app.today(p_seat.commune_id));
  if v_power is null then
    perform app.refuse('SEAT1');
  end if;
  if p_seat.round <> app.round_of(p_seat.dossier_id) then
    perform app.refuse('SITS1');
  end if;
  perform app.refuse_interest(p_seat.dossier_id);
  -- The minutes froze the opinions: one given behind them would be in no paper.
  if coalesce((app.minutes_of(p_seat.dossier_id)).state, 'failed') <> 'failed' then
    perform app.refuse('MINU2');
  end if;
  return v_power;
end;
$$;

-- What an opinion must hold, by outcome: {outcome: ["reasons", "article"]}.
create or replace function app.opinion_demands() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce(app.setting_value('committee.opinion'), '{}') - '{article,confidence}'::text[];
end;
$$;

-- Reservations and changes are written line by line; the article that founds them stands once for all, or at every line.
create or replace function app.opinion_lacks(p_outcome text, p_reasons text, p_article text, p_items jsonb) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  v_demanded   jsonb := coalesce(app.opinion_demands() -> p_outcome, '[]');
  v_has_lines  boolean := p_outcome in ('with_reservations', 'modification');
begin
  return (v_demanded ? 'reasons' and trim(coalesce(p_reasons, '')) = '')
      or (v_has_lines and not coalesce(app.well_reasoned(p_items, false), false))
      or (v_demanded ? 'article' and trim(coalesce(p_article, '')) = '' and not (v_has_lines and coalesce(app.well_reasoned(p_items, true), false)));
end;
$$;

-- p_items: [{text, article, lift_by, target}]: the reservations, or the changes asked. Saving twice keeps one draft. Returns what will be signed.
-- p_unfinished: kept as it stands, whatever it lacks; nothing is frozen, so it cannot be signed yet.
create or replace function public.draft_opinion(p_seat uuid, p_outcome text, p_reasons text default '', p_article text default '', p_items jsonb default '[]',
                                                p_unfinished boolean default false) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_seat    app.seat;
  v_opinion app.opinion;
begin
  select * into v_seat from app.seat where id = p_seat;
  perform app.lock_seat(v_seat);
  perform app.refuse_long(p_reasons, p_article);
  perform app.refuse_other_form(coalesce(p_items, '[]'), 'array');
  select * into v_opinion from app.opinion where seat_id = p_seat for update;
  if v_opinion.id is not null and (v_opinion.state <> 'draft' or v_opinion.author_id <> (select auth.uid())) then
    if v_opinion.state <> 'draft' then
      perform app.refuse('OPIN2');
    end if;
    delete from app.opinion where id = v_opinion.id;   -- a colleague of the same body left an unsigned draft: the pen passes on
  end if;
  if p_outcome is null or p_outcome not in ('favourable', 'with_reservations', 'unfavourable', 'modification', 'not_concerned')
     or (not coalesce(p_unfinished, false) and app.opinion_lacks(p_outcome, p_reasons, p_article, p_items)) then
    perform app.refuse('OPIN4');
  end if;
  insert into app.opinion (dossier_id, seat_id, role, round, outcome, reasons, article, items, documents, author_id, at, state, given_in)
  values (v_seat.dossier_id, p_seat, v_seat.role, v_seat.round, p_outcome, trim(coalesce(p_reasons, '')), trim(coalesce(p_article, '')),
          case when p_outcome in ('with_reservations', 'modification') then p_items else '[]' end, app.studied_documents(v_seat.dossier_id),
          (select auth.uid()), app.now(v_seat.commune_id), 'draft', app.given_in(v_seat))
  on conflict (seat_id) do update
     set outcome = excluded.outcome, reasons = excluded.reasons, article = excluded.article, items = excluded.items, documents = excluded.documents,
         at = excluded.at, given_in = excluded.given_in
  returning * into v_opinion;
  update app.opinion
     set canonical = case when not coalesce(p_unfinished, false) then app.opinion_text(v_opinion) end,
         digest = case when not coalesce(p_unfinished, false) then app.digest(app.opinion_text(v_opinion)) end
   where id = v_opinion.id returning * into v_opinion;
  return jsonb_build_object('opinion', v_opinion.id, 'canonical', v_opinion.canonical, 'digest', v_opinion.digest, 'now', v_opinion.at);
end;
$$;

create or replace function app.given_in(p_seat app.seat) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return case when exists (select from app.agenda_item a join app.session s on s.id = a.session_id
                            where a.dossier_id = p_seat.dossier_id and a.round = p_seat.round and s.state = 'open') then 'session' else 'desk' end;
end;
$$;

create or replace function public.sign_opinion(p_opinion uuid, p_digest text, p_cms text, p_key uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_opinion   app.opinion;
  v_seat      app.seat;
  v_power     jsonb;
  v_signature uuid;
begin
  select * into v_opinion from app.opinion where id = p_opinion;
  select * into v_seat from app.seat where id = v_opinion.seat_id;
  v_power := app.lock_seat(v_seat);
  select * into v_opinion from app.opinion where id = p_opinion for update;
  if v_opinion.state <> 'draft' then
    perform app.refuse(case v_opinion.state when 'given' then 'OPIN2' else 'SIGN3' end);
  end if;
  if v_opinion.author_id <> (select auth.uid()) then
    perform app.refuse('SEAT1');
  end if;
  -- The text is made again from what is kept: a draft that changed since is another text; so is one about a plan replaced since.
  if p_digest is distinct from v_opinion.digest or v_opinion.digest is distinct from app.digest(app.opinion_text(v_opinion))
     or v_opinion.documents <> app.studied_documents(v_seat.dossier_id) then
    perform app.refuse('OPIN3');
  end if;
  perform app.refuse_key(p_key, p_cms);
  insert into app.opinion_signature (opinion_id, signer_id, key_id, digest, cms, power, at)
  values (p_opinion, (select auth.uid()), p_key, p_digest, p_cms, v_power, app.now(v_seat.commune_id)) returning id into v_signature;
  update app.opinion set state = 'signing' where id = p_opinion;
  perform app.record(v_seat.dossier_id, 'opinion_signed', v_seat.role,
                     jsonb_build_object('opinion', p_opinion, 'seat', v_seat.id, 'signature', v_signature, 'digest', p_digest, 'power', v_power));
  perform app.enqueue('check_opinion', jsonb_build_object('signature', v_signature), v_seat.dossier_id);
  return jsonb_build_object('signature', v_signature);
end;
$$;

-- The key must be the signer's own and certified; the signature must have the form of one. What it is worth: the worker judges.
create or replace function app.refuse_key(p_key uuid, p_cms text) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if not exists (select from app.signing_key k where k.id = p_key and k.person_id = (select auth.uid()) and k.revoked_at is null
                    and k.certificate_pem is not null and k.expires_at > now()) then
    perform app.refuse('SIGN4');
  end if;
  if p_cms is null or length(p_cms) not between 200 and 60000 or p_cms !~ '^[A-Za-z0-9+/=\s]+$' then
    perform app.refuse('SIGN6');
  end if;
end;
$$;

-- The worker judged the signature: the opinion is given, or goes back to its author, who is told why.
create or replace function app.opinion_checked(p_signature uuid, p_result jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_signature app.opinion_signature;
  v_opinion   app.opinion;
  v_dossier   app.dossier;
begin
  select * into v_signature from app.opinion_signature where id = p_signature;
  select * into v_opinion from app.opinion where id = v_signature.opinion_id;
  select * into v_dossier from app.dossier where id = v_opinion.dossier_id for update;
  select * into v_opinion from app.opinion where id = v_signature.opinion_id for update;
  if v_opinion.state is distinct from 'signing' or not exists (select from app.opinion_signature s where s.id = p_signature and s.state = 'received') then
    return;
  end if;
  if not coalesce((p_result ->> 'ok')::boolean, false) then
    update app.opinion_signature set state = 'invalid', fault = p_result ->> 'fault' where id = p_signature;
    update app.opinion set state = 'draft' where id = v_opinion.id;
    perform app.record(v_dossier.id, 'opinion_invalid', 'worker', jsonb_build_object('opinion', v_opinion.id, 'signature', p_signature, 'code', p_result ->> 'code'));
    perform app.notify(v_signature.signer_id, v_dossier.id, 'signature_invalid', jsonb_build_object('fault', p_result ->> 'fault'));
    return;
  end if;
  update app.opinion_signature set state = 'valid' where id = p_signature;
  update app.opinion set state = 'given' where id = v_opinion.id;
  update app.task set closed_at = app.now(v_dossier.commune_id), closed_by = v_signature.signer_id, outcome = v_opinion.outcome
   where id = (select s.task_id from app.seat s where s.id = v_opinion.seat_id) and closed_at is null;
  perform app.record(v_dossier.id, 'opinion', v_opinion.role, jsonb_build_object('opinion', v_opinion.id, 'seat', v_opinion.seat_id, 'outcome', v_opinion.outcome,
            'reasons', v_opinion.reasons, 'article', v_opinion.article, 'items', v_opinion.items, 'digest', v_opinion.digest));
  perform app.collect_opinions(v_dossier.id);
end;
$$;

-- Seats whose opinion is missing in the running round.
create or replace function app.seats_without_opinion(p_dossier uuid) returns setof app.seat
language plpgsql stable security definer set search_path = '' as $$
begin
  return query select s.* from app.seats_of(p_dossier) s
                where not exists (select from app.opinion o where o.seat_id = s.id and o.state = 'given');
end;
$$;

-- All opinions are in, or the session is over and the rule for absences lets the file go on: the minutes may be drawn. An absent member's
-- opinion is never deemed favourable (RGC art. 30): with the rule `escalate` the governor is told once and the file waits.
create or replace function app.collect_opinions(p_dossier uuid) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier;
  v_session app.session;
  v_missing jsonb;
begin
  select * into v_dossier from app.dossier where id = p_dossier for update;
  if v_dossier.closed_at is not null or v_dossier.state not in ('IN_STUDY', 'COMMISSION_SCHEDULED')
     or app.step_named(app.definition_of(p_dossier), v_dossier.step) ->> 'kind' is distinct from 'committee' then
    return false;
  end if;
  select coalesce(jsonb_agg(jsonb_build_object('role', m.role, 'organisation', m.organisation_id) order by m.role), '[]') into v_missing
    from app.seats_without_opinion(p_dossier) m;
  if v_missing <> '[]' then
    select s.* into v_session from app.agenda_item a join app.session s on s.id = a.session_id
     where a.dossier_id = p_dossier and a.round = app.round_of(p_dossier) and a.state = 'examined' order by s.closed_at desc limit 1;
    if v_session.id is null then
      return false;
    end if;
    if v_session.rules ->> 'absence' = 'escalate'
       and not exists (select from app.event e where e.dossier_id = p_dossier and e.kind = 'absence_escalated' and e.data ->> 'session' = v_session.id::text) then
      perform app.record(p_dossier, 'absence_escalated', 'system', jsonb_build_object('session', v_session.id, 'missing', v_missing));
      perform app.notify_role(p_dossier, 'governor', 'opinion_missing', jsonb_build_object('missing', v_missing));
    end if;
    if v_session.rules ->> 'absence' is distinct from 'proceed' then
      return false;
    end if;
  end if;
  update app.dossier set state = 'OPINIONS_COLLECTED', updated_at = now() where id = p_dossier;
  perform app.record(p_dossier, 'opinions_collected', 'system', jsonb_build_object('round', app.round_of(p_dossier), 'missing', v_missing));
  perform app.notify_body(p_dossier, 'secretary', app.seating_body(p_dossier), 'opinions_collected');
  return true;
end;
$$;

revoke execute on function app.opinion_demands, app.opinion_lacks, app.opinion_text, app.studied_documents, app.lock_seat, app.given_in, app.refuse_key, app.opinion_checked,
  app.seats_without_opinion, app.collect_opinions, public.draft_opinion, public.sign_opinion from public, anon, authenticated;
grant execute on function public.draft_opinion, public.sign_opinion to authenticated;
