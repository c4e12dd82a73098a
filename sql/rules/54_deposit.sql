-- The deposit: one transaction judges the whole request, numbers it, writes the receipt, starts the clock or the 30 days, and hands
-- the file to the first step of the circuit. Repeated with the same token it answers the same and does nothing.
--
--   LOOK1  files are still being checked      LACK1  something required is missing or wrong: every fault is listed
--   MOVE1  deposited already, by somebody else or with another token
--   OFFR2  the commune no longer receives such requests (50_filing.sql)
--   SAME1  the same request was refused before: what has changed must be said
--   LATE3  the days to complete the file have passed
select app.say('LOOK1', 'Vos fichiers sont encore en cours de vérification. Attendez quelques secondes, puis recommencez.',
                        'ملفاتكم قيد الفحص. يرجى الانتظار بضع ثوان ثم إعادة المحاولة.');
select app.say('SAME1', 'La même demande a été refusée ({number}). Indiquez ce qui a changé depuis (loi 55-19, art. 15).',
                        'سبق رفض الطلب نفسه ({number}). يرجى بيان ما تغير منذ ذلك (القانون 55.19، المادة 15).');
select app.say('LATE3', 'Le délai pour compléter ce dossier est passé depuis le {day} : il est retourné. Déposez une nouvelle demande.',
                        'انصرم أجل استكمال هذا الملف منذ {day}: يتم إرجاعه. يرجى إيداع طلب جديد.');
select app.say('LOOK3', 'Ce fichier a été refusé au contrôle : retirez-le ou remplacez-le.', 'تم رفض هذا الملف عند الفحص: يرجى حذفه أو تعويضه.');

-- A refused request of the same people for the same thing, in the same commune: {number, decided_at}, or null.
create or replace function app.earlier_refusal(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object('number', o.number, 'decided_at', o.decided_at)
      from app.dossier d
      join app.dossier o on o.commune_id = d.commune_id and o.procedure_code = d.procedure_code and o.state = 'REFUSED' and o.id <> d.id
       and app.fold(o.title) = app.fold(d.title) and app.fold(o.owner_name) = app.fold(d.owner_name)
     where d.id = p_dossier and d.title <> ''
       and exists (select from app.party a join app.party b on b.person_id = a.person_id where a.dossier_id = d.id and b.dossier_id = o.id)
     order by o.decided_at desc limit 1);
end;
$$;

-- The number of a dossier: <commune>-<year>-<procedure>-<serial>, e.g. 5410409-2026-REF-000123, without gaps per commune and year.
create or replace function app.take_number(p_dossier app.dossier, out number text, out serial int, out serial_year int)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_head text;
begin
  serial_year := extract(year from app.today(p_dossier.commune_id));
  select format('%s-%s-%s', replace(substr(c.code, strpos(c.code, '.') + 1), '.', ''), serial_year, v.definition ->> 'short_code') into v_head
    from app.commune c, app.procedure_version v where c.id = p_dossier.commune_id and v.id = p_dossier.version_id;
  serial := app.next_number(p_dossier.commune_id, serial_year, 'dossier');
  number := v_head || '-' || lpad(serial::text, 6, '0');
end;
$$;

-- What deposit and complete_deposit answer, and what a repeated call answers again.
create or replace function app.receipt_summary(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object('id', d.id, 'number', d.number, 'state', d.state, 'deposited_at', d.deposited_at, 'complete_on', d.complete_on,
             'legal_end', d.legal_end, 'complete_by', d.complete_by, 'tracking_code', d.tracking_code,
             'missing', case when d.state = 'INCOMPLETE' then app.missing_items(d.id) else '[]' end,
             'receipt', (select p.id from app.paper p where p.dossier_id = d.id and p.kind = 'receipt' order by p.created_at desc limit 1))
      from app.dossier d where d.id = p_dossier);
end;
$$;

-- The faults that forbid a deposit, the worker's refusals of files among them.
create or replace function app.deposit_faults(p_dossier uuid, p_faults jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce((select jsonb_agg(f) from jsonb_array_elements(p_faults) as f where f ->> 'severity' = 'refuse'), '[]')
      || coalesce((select jsonb_agg(jsonb_build_object('path', m.slot, 'code', r.code, 'severity', 'refuse', 'document', m.id,
                            'fr', m.file_name || ' : ' || r.fr, 'ar', m.file_name || ': ' || r.ar))
                     from app.document m join app.refusal r on r.code = coalesce(m.check_code, 'LOOK3')
                    where m.dossier_id = p_dossier and m.removed_at is null and m.check_state = 'refused'), '[]');
end;
$$;

-- The papers that the file may still lack when it is received: [{target, action, reason, article}].
create or replace function app.expected_items(p_faults jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('target', f ->> 'path', 'action', 'add', 'reason', 'missing_document', 'article', f ->> 'article')), '[]')
      from jsonb_array_elements(p_faults) as f where f ->> 'severity' = 'expected');
end;
$$;

create or replace function public.deposit(p_dossier uuid, p_token uuid, p_changed text default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier    app.dossier := app.lock_for_applicant(p_dossier);
  v_side       text := app.applicant_side(p_dossier);
  v_definition jsonb := app.version_definition(v_dossier.version_id);
  v_now        timestamptz := app.now(v_dossier.commune_id);
  v_today      date := app.today(v_dossier.commune_id);
  v_facts      jsonb;
  v_asked      jsonb;
  v_faults     jsonb;
  v_refusing   jsonb;
  v_missing    jsonb;
  v_earlier    jsonb;
  v_article    text := coalesce(v_definition #>> '{requests,articles,missing}', '');
  v_receipt    jsonb;
begin
  if v_dossier.state <> 'DRAFT' then
    if p_token is not null and v_dossier.deposit_token = p_token then
      return app.receipt_summary(p_dossier);
    end if;
    perform app.refuse('MOVE1');
  end if;
  perform app.refuse('OFFR2', jsonb_build_object('day', to_char(cp.closed_at at time zone 'Africa/Casablanca', 'DD/MM/YYYY')))
     from app.commune_procedure cp
    where cp.commune_id = v_dossier.commune_id and cp.procedure_code = v_dossier.procedure_code and cp.closed_at is not null;
  if exists (select from app.document m where m.dossier_id = p_dossier and m.removed_at is null and m.check_state = 'unchecked') then
    perform app.refuse('LOOK1');
  end if;
  -- Answers to questions that were asked no more, and their files, do not enter the file.
  v_facts := app.facts(p_dossier);
  v_asked := app.asked(v_definition, v_facts);
  v_asked := v_asked || jsonb_build_object('demanded', app.documents_asked(v_definition, v_asked));
  v_faults := app.faults(v_definition, v_facts, v_asked);
  v_refusing := app.deposit_faults(p_dossier, v_faults);
  if v_refusing <> '[]' then
    perform app.refuse('LACK1', jsonb_build_object('faults', v_refusing));
  end if;
  perform app.refuse_long(p_changed);
  v_earlier := app.earlier_refusal(p_dossier);
  if v_earlier is not null and trim(coalesce(p_changed, '')) = '' then
    perform app.refuse('SAME1', jsonb_build_object('number', v_earlier ->> 'number'));
  end if;
  v_missing := app.expected_items(v_faults);
  update app.document m set removed_at = v_now, removed_by = (select auth.uid())
   where m.dossier_id = p_dossier and m.removed_at is null
     and m.slot not in (select s ->> 'slot' from jsonb_array_elements(v_asked -> 'demanded') as s);

  -- From its number to its commit, a deposit holds up all others of the commune: what needs no number is done before.
  if v_missing = '[]' then
    perform app.clock_start(p_dossier, v_today, 'deposit', v_article);
    select * into v_dossier from app.dossier where id = p_dossier;
    v_dossier.state := 'DEPOSITED';
  else
    v_dossier.state := 'INCOMPLETE';
    v_dossier.complete_by := app.full_days_end(v_today, coalesce((v_definition #>> '{requests,complete_days}')::int, 30));
    insert into app.request (dossier_id, kind, items, article, created_by, created_at, told_at, told_how, due_on)
    values (p_dossier, 'missing', v_missing, v_article, (select auth.uid()), v_now, v_now, 'receipt', v_dossier.complete_by);
  end if;
  v_dossier.answers := v_asked -> 'answers';
  v_dossier.tracking_code := app.random_code(8);
  v_receipt := app.receipt_data(v_dossier, v_side);
  select * into v_dossier.number, v_dossier.serial, v_dossier.serial_year from app.take_number(v_dossier);

  update app.dossier
     set number = v_dossier.number, serial = v_dossier.serial, serial_year = v_dossier.serial_year, state = v_dossier.state,
         answers = v_dossier.answers, tracking_code = v_dossier.tracking_code, complete_by = v_dossier.complete_by,
         deposit_token = p_token, deposited_at = v_now, updated_at = v_now,
         search = app.fold(v_dossier.number) || ' ' || search  -- names were taken at the last save
   where id = p_dossier;
  perform app.record(p_dossier, 'deposited', v_side, jsonb_build_object('number', v_dossier.number, 'state', v_dossier.state, 'channel', v_dossier.channel,
            'version', (select v.digest from app.procedure_version v where v.id = v_dossier.version_id),
            'answers', app.digest(app.canonical(v_dossier.answers)), 'documents', app.document_digests(p_dossier),
            'missing', v_missing, 'changed', p_changed, 'earlier', v_earlier ->> 'number'));
  if v_missing = '[]' then
    perform app.start_examination(v_dossier, v_receipt, v_asked);
  else
    perform app.request_paper(p_dossier, 'receipt', app.numbered_receipt(v_receipt, v_dossier.number), null, v_asked);
    perform app.notify_parties(p_dossier, 'incomplete', jsonb_build_object('complete_by', v_dossier.complete_by, 'missing', app.missing_items(p_dossier)));
  end if;
  if v_dossier.channel <> 'online' and not exists (select from app.party p where p.dossier_id = p_dossier and p.quality = 'owner') then
    insert into app.claim (dossier_id, code_hash, quality, created_at) values (p_dossier, app.digest(v_dossier.tracking_code), 'owner', v_now);
  end if;
  return app.receipt_summary(p_dossier);
end;
$$;

-- The file is complete and its clocks have started: the receipt «ملف مودع» is issued, the first step opens.
create or replace function app.start_examination(p_dossier app.dossier, p_receipt jsonb, p_asked jsonb default null) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform app.request_paper(p_dossier.id, 'receipt', app.numbered_receipt(p_receipt, p_dossier.number), null, p_asked);
  perform app.notify_parties(p_dossier.id, 'deposited', jsonb_build_object('legal_end', p_dossier.legal_end));
  perform app.enter_step(p_dossier.id, (select v.definition #>> '{circuit,start}' from app.procedure_version v where v.id = p_dossier.version_id));
end;
$$;

-- The last missing paper has come: a new receipt, and the clock starts today (law 55-19, art. 10).
create or replace function public.complete_deposit(p_dossier uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier := app.lock_for_applicant(p_dossier);
  v_lacking jsonb;
begin
  if v_dossier.state = 'DEPOSITED' then
    return app.receipt_summary(p_dossier);
  end if;
  if v_dossier.state <> 'INCOMPLETE' then
    perform app.refuse('MOVE1');
  end if;
  if app.today(v_dossier.commune_id) > v_dossier.complete_by then
    perform app.refuse('LATE3', jsonb_build_object('day', app.date_text(v_dossier.complete_by)));
  end if;
  if exists (select from app.document m where m.dossier_id = p_dossier and m.removed_at is null and m.check_state = 'unchecked') then
    perform app.refuse('LOOK1');
  end if;
  v_lacking := app.still_lacking(p_dossier);
  if v_lacking <> '[]' then
    perform app.refuse('LACK1', jsonb_build_object('faults', v_lacking));
  end if;
  perform app.finish_deposit(p_dossier, app.applicant_side(p_dossier));
  return app.receipt_summary(p_dossier);
end;
$$;

create or replace function app.still_lacking(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(f), '[]')
      from app.dossier d, jsonb_array_elements(app.faults(app.version_definition(d.version_id), app.facts(d.id))) as f
     where d.id = p_dossier and f ->> 'severity' = 'expected'
       and f ->> 'path' in (select i ->> 'target' from app.request r, jsonb_array_elements(r.items) as i
                             where r.dossier_id = d.id and r.kind = 'missing' and r.closed_as is null));
end;
$$;

create or replace function app.finish_deposit(p_dossier uuid, p_side text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier;
begin
  select * into v_dossier from app.dossier where id = p_dossier;
  update app.request set answered_at = app.now(v_dossier.commune_id), closed_as = 'answered'
   where dossier_id = p_dossier and kind = 'missing' and closed_as is null;
  update app.dossier set state = 'DEPOSITED', complete_on = app.today(v_dossier.commune_id), complete_by = null, updated_at = app.now(v_dossier.commune_id)
   where id = p_dossier;
  perform app.record(p_dossier, 'completed', p_side, jsonb_build_object('documents', app.document_digests(p_dossier)));
  perform app.clock_start(p_dossier, app.today(v_dossier.commune_id), 'completed',
                          (select coalesce(v.definition #>> '{requests,articles,missing}', '') from app.procedure_version v where v.id = v_dossier.version_id));
  select * into v_dossier from app.dossier where id = p_dossier;
  perform app.start_examination(v_dossier, app.receipt_data(v_dossier, p_side));
end;
$$;

-- Everything was given in time, but nobody pressed the button: the file is complete all the same. To be tried before a file is
-- returned; true when it was completed.
create or replace function app.complete_if_ready(p_dossier uuid) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_dossier app.dossier;
begin
  select * into v_dossier from app.dossier where id = p_dossier for update;
  if v_dossier.state <> 'INCOMPLETE' or app.still_lacking(p_dossier) <> '[]'
     or exists (select from app.document m where m.dossier_id = p_dossier and m.removed_at is null and m.check_state = 'unchecked') then
    return false;
  end if;
  perform app.finish_deposit(p_dossier, 'system');
  return true;
end;
$$;

create or replace function app.document_digests(p_dossier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('document', m.id, 'slot', m.slot, 'version', m.version, 'digest', m.digest) order by m.slot, m.version), '[]')
      from app.document m where m.dossier_id = p_dossier and m.removed_at is null);
end;
$$;

revoke execute on function app.earlier_refusal, app.take_number, app.receipt_summary, app.deposit_faults, app.expected_items, app.start_examination,
  app.still_lacking, app.finish_deposit, app.complete_if_ready, app.document_digests, public.deposit, public.complete_deposit from public, anon, authenticated;
grant execute on function public.deposit, public.complete_deposit to authenticated;
