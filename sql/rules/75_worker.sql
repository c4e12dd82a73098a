-- Work off the page's thread. One worker is enough, several do no harm: a job is held by one of them for a minute, under a token;
-- a worker that lost its hold cannot finish it, and whoever finishes it applies the result in the same transaction.
--
--   ROLE1  only the worker's account may call these
--   MOVE1  the hold was lost: another worker has the job
--   SCAN1-9, SCAN0, NAME2  why an uploaded file is refused (components/permits/files.py); kept in app.document.check_code

select app.say('SCAN0', 'Ce fichier n''est pas arrivé en entier ou n''a pas pu être contrôlé. Téléversez-le à nouveau.',
                        'لم يصل هذا الملف كاملا أو تعذرت مراقبته. يرجى تحميله من جديد.');
select app.say('SCAN1', 'Ce fichier est vide. Ouvrez-le sur votre appareil pour vérifier son contenu, puis téléversez-le à nouveau.',
                        'هذا الملف فارغ. يرجى فتحه على جهازكم للتحقق من محتواه ثم تحميله من جديد.');
select app.say('SCAN2', 'Ce fichier dépasse la taille permise pour cette pièce. Numérisez-le en qualité moyenne ou divisez-le en plusieurs fichiers.',
                        'يتجاوز هذا الملف الحجم المسموح به لهذه الوثيقة. يرجى مسحه ضوئيا بجودة متوسطة أو تقسيمه إلى عدة ملفات.');
select app.say('SCAN3', 'Ce type de fichier n''est pas accepté pour cette pièce. Enregistrez le document en PDF, ou photographiez-le en JPEG ou PNG.',
                        'هذا النوع من الملفات غير مقبول لهذه الوثيقة. يرجى حفظ الوثيقة بصيغة PDF أو تصويرها بصيغة JPEG أو PNG.');
select app.say('SCAN4', 'Le nom de ce fichier annonce un type que son contenu n''a pas. Rouvrez le document d''origine et enregistrez-le en PDF, JPEG ou PNG.',
                        'اسم هذا الملف لا يطابق محتواه الحقيقي. يرجى فتح الوثيقة الأصلية وحفظها بصيغة PDF أو JPEG أو PNG.');
select app.say('SCAN5', 'Ce PDF demande un mot de passe. Enregistrez-en une copie sans mot de passe, puis téléversez-la.',
                        'هذا الملف محمي بكلمة مرور. يرجى حفظ نسخة منه بدون كلمة مرور ثم تحميلها.');
select app.say('SCAN6', 'Ce PDF contient un programme ou une action automatique. Imprimez-le vers un nouveau PDF (« Imprimer », puis « Enregistrer en PDF ») et téléversez la copie.',
                        'يحتوي هذا الملف على برنامج أو إجراء تلقائي. يرجى طباعته في ملف PDF جديد («طباعة» ثم «حفظ بصيغة PDF») وتحميل النسخة.');
select app.say('SCAN7', 'Ce PDF contient d''autres fichiers, un média ou un formulaire dynamique. Imprimez-le vers un nouveau PDF et téléversez les pièces séparément.',
                        'يحتوي هذا الملف على ملفات أخرى أو وسائط أو استمارة تفاعلية. يرجى طباعته في ملف PDF جديد وتحميل كل وثيقة على حدة.');
select app.say('SCAN8', 'Ce fichier est endommagé et ne s''ouvre pas. Numérisez ou enregistrez le document à nouveau, puis téléversez-le.',
                        'هذا الملف معطوب ولا يمكن فتحه. يرجى مسح الوثيقة ضوئيا أو حفظها من جديد ثم تحميلها.');
select app.say('SCAN9', 'Ce fichier n''a aucune page, en a plus de 300, ou ses images sont trop grandes. Divisez-le ou numérisez-le avec une résolution plus faible (200 points par pouce suffisent).',
                        'لا يحتوي هذا الملف على أي صفحة، أو يتجاوز 300 صفحة، أو أن صوره كبيرة جدا. يرجى تقسيمه أو مسحه ضوئيا بدقة أقل (200 نقطة في البوصة كافية).');
select app.say('NAME2', 'Le nom de ce fichier est illisible ou trompeur. Renommez-le avec des lettres et des chiffres, par exemple « plan.pdf », puis téléversez-le.',
                        'اسم هذا الملف غير مقروء أو مضلل. يرجى تغيير اسمه باستعمال الحروف والأرقام، مثلا «plan.pdf»، ثم تحميله.');

-- After that many attempts a job is given up and the administrators are told.
create or replace function app.job_attempts() returns int
language sql immutable set search_path = '' as $$ select 5; $$;

create or replace function app.job_hold() returns interval
language sql immutable set search_path = '' as $$ select interval '60 seconds'; $$;

-- Takes up to p_limit jobs, of the kind named first in p_kinds before the others. Half of them are the newest, so that somebody waiting at a screen is served while a backlog drains;
-- the others are the oldest, so that nothing waits for ever. [{id, kind, payload, token, dossier, attempts}]
create or replace function public.worker_claim(p_kinds text[], p_limit int default 2) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_job   app.job;
  v_taken jsonb;
begin
  perform app.require_worker();
  -- A job that took its worker down with it each time must not do so for ever.
  for v_job in
    select * from app.job
     where state = 'running' and locked_until < now() and attempts >= app.job_attempts() and kind = any (p_kinds)
       for update skip locked
  loop
    perform app.give_job_up(v_job, 'the worker stopped while doing it');
  end loop;

  with newest as (
    select id from app.job
     where kind = any (p_kinds) and state in ('waiting', 'running')
       and ((state = 'waiting' and run_after <= now()) or (state = 'running' and locked_until < now()))
     order by array_position(p_kinds, kind), id desc limit greatest(p_limit / 2, 0) for update skip locked
  ), oldest as (
    select id from app.job
     where kind = any (p_kinds) and state in ('waiting', 'running')
       and ((state = 'waiting' and run_after <= now()) or (state = 'running' and locked_until < now()))
     order by array_position(p_kinds, kind), run_after, id limit greatest(p_limit, 1) for update skip locked
  ), chosen as (
    select id from newest union all
    (select id from oldest where id not in (select id from newest) limit greatest(p_limit, 1) - (select count(*) from newest))
  ), taken as (
    update app.job j
       set state = 'running', attempts = j.attempts + 1, token = gen_random_uuid(), locked_until = now() + app.job_hold()
      from chosen where j.id = chosen.id
    returning j.id, j.kind, j.payload, j.token, j.dossier_id, j.attempts
  )
  select jsonb_agg(jsonb_build_object('id', t.id, 'kind', t.kind, 'payload', t.payload, 'token', t.token, 'dossier', t.dossier_id,
                                      'attempts', t.attempts) order by t.id desc)
    into v_taken from taken t;
  return coalesce(v_taken, '[]');
end;
$$;

-- The job under its token, locked; MOVE1 when another worker has it or it is over.
create or replace function app.held_job(p_job bigint, p_token uuid) returns app.job
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_job app.job;
begin
  select * into v_job from app.job where id = p_job and state = 'running' and token = p_token for update;
  if v_job.id is null then
    perform app.refuse('MOVE1');
  end if;
  return v_job;
end;
$$;

create or replace function public.worker_done(p_job bigint, p_token uuid, p_result jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_job app.job;
begin
  perform app.require_worker();
  v_job := app.held_job(p_job, p_token);
  perform app.apply_job(v_job, p_result);
  update app.job
     set state = 'done', done_at = now(), locked_until = null, fault = p_result ->> 'fault',
         payload = payload - 'request_pem'
   where id = v_job.id;
end;
$$;

create or replace function app.apply_job(p_job app.job, p_result jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  case p_job.kind
    when 'check_file' then perform app.file_checked((p_job.payload ->> 'document')::uuid, p_result);
    when 'render_paper', 'prepare_paper', 'draw_minutes', 'stamp_plan' then perform app.paper_rendered((p_job.payload ->> 'paper')::uuid, p_result);
    when 'check_opinion' then perform app.opinion_checked((p_job.payload ->> 'signature')::uuid, p_result);
    when 'prepare_seat' then perform app.seat_prepared((p_job.payload ->> 'signature')::uuid, p_result);
    when 'embed_seat' then perform app.seat_embedded((p_job.payload ->> 'signature')::uuid, p_result);
    when 'seal_minutes' then perform app.minutes_sealed((p_job.payload ->> 'paper')::uuid, p_result);
    when 'embed_signature' then perform app.signature_embedded((p_job.payload ->> 'paper')::uuid, p_result);
    when 'issue_certificate' then perform app.certificate_issued((p_job.payload ->> 'key')::uuid, p_result);
    when 'sign_digest' then perform app.digest_signed((p_job.payload ->> 'day')::date, p_result ->> 'signature');
    when 'delete_files' then null;
  end case;
end;
$$;

-- Only an unchecked file changes: a verdict on bytes, once given, stays.
create or replace function app.file_checked(p_document uuid, p_result jsonb) returns void
language sql volatile security definer set search_path = '' as $$
  update app.document
     set check_state = case when (p_result ->> 'ok')::boolean then 'accepted' else 'refused' end,
         check_code  = case when (p_result ->> 'ok')::boolean then null else p_result ->> 'code' end,
         mime        = p_result ->> 'mime',
         size_bytes  = coalesce((p_result ->> 'size')::bigint, size_bytes),
         digest      = p_result ->> 'digest',
         pages       = (p_result ->> 'pages')::int,
         signature   = nullif(p_result -> 'signature', 'null')
   where id = p_document and check_state = 'unchecked';
$$;

-- A failed attempt: again after 5, 20, 80, 320 seconds, then given up. Returns the job's new state.
create or replace function public.worker_failed(p_job bigint, p_token uuid, p_fault text) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_job app.job;
begin
  perform app.require_worker();
  v_job := app.held_job(p_job, p_token);
  if v_job.attempts >= app.job_attempts() then
    perform app.give_job_up(v_job, p_fault);
    return 'failed';
  end if;
  update app.job
     set state = 'waiting', token = null, locked_until = null, fault = left(p_fault, 500),
         run_after = now() + interval '5 seconds' * (4 ^ (v_job.attempts - 1))
   where id = v_job.id;
  return 'waiting';
end;
$$;

-- A worker that is told to stop hands back what it has not begun.
create or replace function public.worker_back(p_job bigint, p_token uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_job app.job;
begin
  perform app.require_worker();
  v_job := app.held_job(p_job, p_token);
  update app.job set state = 'waiting', attempts = attempts - 1, token = null, locked_until = null where id = v_job.id;
end;
$$;

-- Whoever waits for the result is told that none will come: a document is refused, a paper says why it has no file.
create or replace function app.give_job_up(p_job app.job, p_fault text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  update app.job set state = 'failed', token = null, locked_until = null, fault = left(p_fault, 500), done_at = now() where id = p_job.id;
  begin
    case p_job.kind
      when 'check_file' then perform app.file_checked((p_job.payload ->> 'document')::uuid, '{"ok": false, "code": "SCAN0"}');
      when 'render_paper', 'prepare_paper', 'draw_minutes', 'stamp_plan' then
        perform app.paper_rendered((p_job.payload ->> 'paper')::uuid, jsonb_build_object('fault', p_fault));
      when 'check_opinion' then
        perform app.opinion_checked((p_job.payload ->> 'signature')::uuid, jsonb_build_object('ok', false, 'fault', p_fault));
      when 'prepare_seat' then
        perform app.seat_prepared((p_job.payload ->> 'signature')::uuid, jsonb_build_object('fault', p_fault));
      when 'embed_seat' then
        perform app.seat_embedded((p_job.payload ->> 'signature')::uuid, jsonb_build_object('ok', false, 'fault', p_fault));
      when 'seal_minutes' then
        perform app.minutes_sealed((p_job.payload ->> 'paper')::uuid, jsonb_build_object('fault', p_fault));
      when 'embed_signature' then
        perform app.signature_embedded((p_job.payload ->> 'paper')::uuid, jsonb_build_object('ok', false, 'fault', p_fault));
      else null;
    end case;
  exception when others then
    -- Whatever that act refuses, the job must end: it would be claimed for ever. The administrators read both faults.
    update app.job set fault = left(p_fault || ' / ' || sqlerrm, 500) where id = p_job.id;
  end;
  perform app.tell_administrators(p_job.dossier_id, 'job_failed', jsonb_build_object('job', p_job.id, 'job_kind', p_job.kind, 'fault', left(p_fault, 200)));
end;
$$;

-- The administrators of the installation and, for a dossier, of its province and commune.
create or replace function app.tell_administrators(p_dossier uuid, p_kind text, p_data jsonb) returns void
language sql volatile security definer set search_path = '' as $$
  select app.notify(a.person_id, p_dossier, p_kind, p_data)
    from (select distinct m.person_id
            from app.membership m
            join app.organisation o on o.id = m.organisation_id
            left join app.dossier d on d.id = p_dossier
            left join app.commune c on c.id = d.commune_id
           where m.role = 'administrator'
             and (o.kind = 'national' or o.commune_id = c.id or (o.commune_id is null and o.province_code = c.province_code))
             and app.today(null) between m.valid_from and coalesce(m.valid_to, 'infinity'::date)) as a;
$$;

-- Everything a job needs beside its payload, read when it is done and not when it was asked for.
create or replace function public.worker_job_data(p_job bigint) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_job app.job;
begin
  perform app.require_worker();
  select * into v_job from app.job where id = p_job;
  return case case when v_job.kind in ('prepare_paper', 'draw_minutes', 'stamp_plan') then 'render_paper' else v_job.kind end
    when 'check_file' then (
      select v_job.payload || jsonb_build_object('path', t.storage_path, 'file_name', t.file_name, 'check_state', t.check_state)
        from app.document t where t.id = (v_job.payload ->> 'document')::uuid)
    when 'render_paper' then (
      select jsonb_build_object('paper', p.id, 'dossier', p.dossier_id, 'kind', p.kind, 'needs', p.needs, 'number', p.number,
                                'state', p.state, 'data', p.data, 'data_digest', p.data_digest,
                                -- the very text whose digest is printed and published
                                'canonical', app.canonical(p.data - 'data_digest'))
        from app.paper p where p.id = (v_job.payload ->> 'paper')::uuid)
    when 'check_opinion' then (
      select jsonb_build_object('signature', s.id, 'state', s.state, 'canonical', o.canonical, 'digest', s.digest, 'cms', s.cms,
                                'certificate_pem', k.certificate_pem, 'signer', s.signer_id)
        from app.opinion_signature s join app.opinion o on o.id = s.opinion_id join app.signing_key k on k.id = s.key_id
       where s.id = (v_job.payload ->> 'signature')::uuid)
    when 'prepare_seat' then app.seat_job(v_job)
    when 'embed_seat' then app.seat_job(v_job)
    when 'seal_minutes' then (
      select jsonb_build_object('paper', p.id, 'dossier', p.dossier_id, 'state', p.state, 'path', p.storage_path, 'field', p.prepared #>> '{fields,seal}',
                                'when', app.paper_now(p.dossier_id), 'data', p.data - 'opinions')
        from app.paper p where p.id = (v_job.payload ->> 'paper')::uuid)
    when 'embed_signature' then (
      select jsonb_build_object('paper', p.id, 'dossier', p.dossier_id, 'state', p.state, 'prepared', p.prepared, 'signature', s.id,
                                'digest', s.digest, 'cms', s.cms, 'certificate_pem', k.certificate_pem)
        from app.signature s join app.paper p on p.id = s.paper_id join app.signing_key k on k.id = s.key_id
       where s.id = (v_job.payload ->> 'signature')::uuid)
    when 'issue_certificate' then (
      select jsonb_build_object('key', k.id, 'request_pem', k.request_pem, 'person', p.id, 'name_fr', p.name_fr, 'name_ar', p.name_ar,
               'organisation', (select o.name_fr from app.organisation o where o.id = coalesce(k.organisation_id, app.signing_body(p.id))))
        from app.signing_key k join app.person p on p.id = k.person_id where k.id = (v_job.payload ->> 'key')::uuid)
    when 'sign_digest' then (
      select jsonb_build_object('day', d.day, 'heads', d.heads, 'previous', d.previous, 'digest', d.digest)
        from app.daily_digest d where d.day = (v_job.payload ->> 'day')::date)
    else v_job.payload
  end;
end;
$$;

-- The signed digest goes out to whoever must be able to contradict a rewritten database: governors and administrators.
create or replace function app.digest_signed(p_day date, p_signature text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_digest app.daily_digest;
begin
  update app.daily_digest set signature = p_signature, signed_at = now(), published_at = now()
   where day = p_day and signature is null returning * into v_digest;
  if v_digest.day is null then
    return;
  end if;
  insert into app.outbox (recipient, person_id, language, template, data)
    select p.email, p.id, p.language, 'daily_digest',
           jsonb_build_object('day', v_digest.day, 'heads', v_digest.heads, 'digest', v_digest.digest, 'signature', v_digest.signature)
      from app.person p
     where coalesce(p.email, '') <> ''
       and exists (select from app.membership m where m.person_id = p.id and m.role in ('governor', 'administrator')
                     and app.today(null) between m.valid_from and coalesce(m.valid_to, 'infinity'::date));
end;
$$;

create or replace function public.worker_sign_digest(p_day date, p_signature text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform app.require_worker();
  perform app.digest_signed(p_day, p_signature);
end;
$$;

revoke execute on function app.job_attempts, app.job_hold, public.worker_claim, app.held_job, public.worker_done, app.apply_job,
  app.file_checked, public.worker_failed, public.worker_back, app.give_job_up, app.tell_administrators, public.worker_job_data, app.digest_signed,
  public.worker_sign_digest from public, anon, authenticated;
grant execute on function public.worker_claim, public.worker_done, public.worker_failed, public.worker_back, public.worker_job_data,
  public.worker_sign_digest to authenticated;
