-- Signing in two phases. The worker drew the paper and prepared its digest; the signer's page opens the key with a PIN and
-- signs that digest only; here the power is asked of the register again, inside the transaction; the worker embeds and
-- validates; only then is the paper published. Neither PIN nor open key ever reaches the database.
--
--   SIGN2  the paper changed since it was shown        SIGN3  already signed
--   SIGN4  the key is not a valid key of the signer    SIGN5  the paper names another signer
select app.say('SIGN2', 'L''acte a changé depuis que vous l''avez lu. Relisez-le avant de signer.', 'تغير القرار منذ اطلاعكم عليه. يرجى إعادة قراءته قبل التوقيع.');
select app.say('SIGN3', 'Cet acte porte déjà une signature.', 'هذا القرار موقع من قبل.');
select app.say('SIGN4', 'Cette clé n''est pas une clé valable à votre nom. Refaites votre inscription de signature dans votre compte.',
                        'هذا المفتاح ليس صالحا باسمكم. يرجى إعادة تسجيل التوقيع من حسابكم.');
select app.say('SIGN5', 'L''acte nomme un autre signataire. Choisissez « Signer à sa place » pour qu''il soit refait à votre nom.',
                        'القرار باسم موقع آخر. يرجى اختيار «التوقيع بدلا عنه» لإعادة تحريره باسمكم.');
select app.say('SIGN6', 'La signature reçue est vide ou n''a pas la bonne forme.', 'التوقيع المتوصل به فارغ أو غير سليم.');

-- A new key: sealed under the owner's PIN by their page, with a request that the authority's worker answers.
create or replace function public.enrol_key(p_sealed_key text, p_request_pem text) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  if (select auth.uid()) is null then
    perform app.refuse('SIGN1');
  end if;
  if not exists (select from app.membership m where m.person_id = (select auth.uid()) and m.role = any (app.signing_roles())
                    and app.organisation_today(m.organisation_id) between m.valid_from and coalesce(m.valid_to, 'infinity'::date)) then
    perform app.refuse('ROLE1');
  end if;
  if p_sealed_key is null or p_sealed_key not like '-----BEGIN ENCRYPTED PRIVATE KEY-----%' or length(p_sealed_key) > 10000
     or p_request_pem is null or p_request_pem not like '-----BEGIN CERTIFICATE REQUEST-----%' or length(p_request_pem) > 10000 then
    perform app.refuse('SIGN4');
  end if;
  update app.signing_key set revoked_at = now(), revoked_by = person_id, revoked_why = 'renewed' where person_id = (select auth.uid()) and revoked_at is null;
  insert into app.signing_key (person_id, sealed_key, request_pem, organisation_id)
  values ((select auth.uid()), p_sealed_key, p_request_pem, app.signing_body((select auth.uid()))) returning id into v_id;
  perform app.enqueue('issue_certificate', jsonb_build_object('key', v_id));
  return v_id;
end;
$$;

create or replace function app.certificate_issued(p_key uuid, p_result jsonb) returns void
language sql volatile security definer set search_path = '' as $$
  update app.signing_key set certificate_pem = p_result ->> 'certificate_pem', expires_at = (p_result ->> 'expires_at')::timestamptz, request_pem = null
   where id = p_key and certificate_pem is null and p_result ? 'certificate_pem';
$$;

create or replace function public.my_signing_key() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object('id', k.id, 'sealed_key', k.sealed_key, 'certificate_pem', k.certificate_pem, 'expires_at', k.expires_at, 'created_at', k.created_at)
      from app.signing_key k where k.person_id = (select auth.uid()) and k.revoked_at is null order by k.created_at desc limit 1);
end;
$$;

-- What waits for a signature in the communes where the person holds the pen: one line per paper.
create or replace function public.papers_to_sign() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('paper', p.id, 'dossier', d.id, 'number', p.number, 'dossier_number', d.number, 'kind', p.kind,
             'state', p.state, 'fault', p.fault, 'owner_name', d.owner_name, 'place', d.title, 'legal_end', d.legal_end,
             'decision', x.id, 'decided_at', x.decided_at, 'signer', x.power ->> 'person', 'mine', x.decided_by = (select auth.uid()),
             'procedure', v.definition -> 'title') order by d.legal_end nulls last, p.created_at), '[]')
      from app.paper p
      join app.decision x on x.id = p.decision_id
      join app.dossier d on d.id = p.dossier_id
      join app.procedure_version v on v.id = d.version_id
     where p.needs = 'signature' and p.state in ('requested', 'failed', 'ready', 'signed')
       and d.commune_id in (select app.my_communes(array['president', 'delegate', 'governor']))
       and app.power_to_sign(d.id, app.power_kind(x.kind)) is not null and not app.has_interest(d.id));
end;
$$;

create or replace function public.paper_to_sign(p_paper uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_paper app.paper;
  v_power jsonb;
begin
  select * into v_paper from app.paper where id = p_paper and needs = 'signature';
  if v_paper.id is null or not app.can_read(v_paper.dossier_id) then
    perform app.refuse('SEEN1');
  end if;
  v_power := app.power_to_sign(v_paper.dossier_id, app.power_kind((select x.kind from app.decision x where x.id = v_paper.decision_id)));
  if v_power is null then
    perform app.refuse_power(v_paper.dossier_id, app.power_kind((select x.kind from app.decision x where x.id = v_paper.decision_id)));
  end if;
  return jsonb_build_object('paper', v_paper.id, 'state', v_paper.state, 'fault', v_paper.fault, 'digest', v_paper.prepared ->> 'document_digest', 'data', v_paper.data,
    'path', v_paper.storage_path, 'power', v_power, 'now', app.paper_now(v_paper.dossier_id), 'dossier', v_paper.dossier_id, 'decision', v_paper.decision_id,
    'signature_fault', (select s.fault from app.signature s where s.paper_id = p_paper order by s.at desc limit 1),
    'mine', exists (select from app.decision x where x.id = v_paper.decision_id and x.power ->> 'person' = (select auth.uid())::text));
end;
$$;

create or replace function public.sign_paper(p_paper uuid, p_digest text, p_cms text, p_key uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_paper     app.paper;
  v_dossier   app.dossier;
  v_decision  app.decision;
  v_power     jsonb;
  v_signature uuid;
begin
  select * into v_paper from app.paper where id = p_paper;
  v_dossier := app.lock_dossier(v_paper.dossier_id);
  select * into v_paper from app.paper where id = p_paper for update;
  perform app.refuse_interest(v_dossier.id);
  select * into v_decision from app.decision where id = v_paper.decision_id;
  perform app.hold_register(app.office_with_pen(v_dossier.commune_id, app.power_kind(v_decision.kind)));
  v_power := app.power_to_sign(v_dossier.id, app.power_kind(v_decision.kind));
  if v_power is null then
    perform app.refuse_power(v_dossier.id, app.power_kind(v_decision.kind));
  end if;
  if v_paper.state in ('signed', 'published') then
    perform app.refuse('SIGN3');
  end if;
  if v_paper.state <> 'ready' then
    perform app.refuse('MOVE1');
  end if;
  if not coalesce(app.same_power(v_decision.power, v_power), false) then
    perform app.refuse('SIGN5');
  end if;
  perform app.refuse_crossed_signature(v_decision);
  if p_digest is distinct from v_paper.prepared ->> 'document_digest' then
    perform app.refuse('SIGN2');
  end if;
  if not exists (select from app.signing_key k where k.id = p_key and k.person_id = (select auth.uid()) and k.revoked_at is null
                    and k.certificate_pem is not null and k.expires_at > now()) then
    perform app.refuse('SIGN4');
  end if;
  if p_cms is null or length(p_cms) not between 200 and 60000 or p_cms !~ '^[A-Za-z0-9+/=\s]+$' then
    perform app.refuse('SIGN6');
  end if;
  insert into app.signature (paper_id, signer_id, key_id, digest, cms, power, at)
  values (p_paper, (select auth.uid()), p_key, p_digest, p_cms, v_power, app.now(v_dossier.commune_id)) returning id into v_signature;
  update app.paper set state = 'signed' where id = p_paper;
  perform app.record(v_dossier.id, 'signed', v_power ->> 'kind', jsonb_build_object('paper', p_paper, 'signature', v_signature, 'digest', p_digest, 'power', v_power));
  perform app.enqueue('embed_signature', jsonb_build_object('paper', p_paper, 'signature', v_signature), v_dossier.id);
  return jsonb_build_object('signature', v_signature);
end;
$$;

-- The worker embedded the signature and validated the file; an invalid one never leaves the house.
create or replace function app.signature_embedded(p_paper uuid, p_result jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_paper     app.paper;
  v_signature app.signature;
begin
  -- The dossier first, as everybody who acts on it does.
  perform from app.dossier d where d.id = (select p.dossier_id from app.paper p where p.id = p_paper) for update;
  select * into v_paper from app.paper where id = p_paper for update;
  select * into v_signature from app.signature where paper_id = p_paper and state = 'received' for update;
  if v_paper.state <> 'signed' or v_signature.id is null then
    return;
  end if;
  if coalesce((p_result ->> 'ok')::boolean, false) then
    update app.signature set state = 'valid' where id = v_signature.id;
    update app.paper set state = 'published', storage_path = p_result ->> 'storage_path', file_digest = p_result ->> 'file_digest',
           published_at = app.paper_now(v_paper.dossier_id) where id = p_paper;
    perform app.record(v_paper.dossier_id, 'paper_published', 'worker', jsonb_build_object('paper', p_paper, 'kind', v_paper.kind, 'file', p_result ->> 'file_digest'));
    perform app.decision_signed(v_paper.decision_id);
  else
    update app.signature set state = 'invalid', fault = p_result ->> 'fault' where id = v_signature.id;
    update app.paper set state = 'ready' where id = p_paper;
    perform app.record(v_paper.dossier_id, 'signature_invalid', 'worker', jsonb_build_object('paper', p_paper, 'signature', v_signature.id, 'fault', p_result ->> 'fault'));
    perform app.notify(v_signature.signer_id, v_paper.dossier_id, 'signature_invalid', jsonb_build_object('fault', p_result ->> 'fault'));
  end if;
end;
$$;

revoke execute on function public.enrol_key, app.certificate_issued, public.my_signing_key, public.papers_to_sign, public.paper_to_sign, public.sign_paper,
  app.signature_embedded from public, anon, authenticated;
grant execute on function public.enrol_key, public.my_signing_key, public.papers_to_sign, public.paper_to_sign, public.sign_paper to authenticated;
