-- Mail leaves through app.outbox: written in the transaction of the act that it tells, sent by the worker, kept. A worker holds
-- a mail for two minutes under a token. A worker killed between the server's "accepted" and its own report sends the mail again,
-- under the same Message-ID.
--
--   ROLE1  only the worker's account may call these     MOVE1  another worker holds the mail
--   MAIL9  the mailbox page exists in a demonstration only
select app.say('MAIL9', 'Cette boîte aux lettres n''existe que dans une démonstration. Consultez votre messagerie.',
                        'صندوق الرسائل هذا متاح في نسخة العرض فقط. يرجى الاطلاع على بريدكم الإلكتروني.');

-- After that many refusals by the mail server a mail stays unsent, with its fault. A server that cannot be reached does not count.
create or replace function app.mail_attempts() returns int
language sql immutable set search_path = '' as $$ select 6; $$;

-- In embedded mode Auth writes the mails of recovery and confirmation into a table of its own; they take the same road.
create or replace function app.collect_auth_mail() returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  if to_regclass('auth.local_mail') is null then
    return;  -- a hosted or self-hosted Supabase sends these itself
  end if;
  execute $move$
    with taken as (delete from auth.local_mail returning id, kind, email, token_hash, created_at)
    insert into app.outbox (recipient, person_id, language, template, data, created_at)
    select t.email, p.id, coalesce(p.language, 'ar'), case t.kind when 'recovery' then 'recovery' else 'confirm' end,
           jsonb_build_object('token_hash', t.token_hash, 'type', t.kind), t.created_at
      from taken t left join app.person p on p.email = lower(t.email)
     order by t.id
  $move$;
end;
$$;

-- The reader of a mail about a dossier stands behind the counter when they are none of its parties.
create or replace function app.reads_as_agent(p_person uuid, p_dossier uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select p_person is not null and p_dossier is not null
     and not exists (select from app.party y where y.dossier_id = p_dossier and y.person_id = p_person)
     and exists (select from app.membership m where m.person_id = p_person and m.role not in ('architect', 'company_member'));
$$;

-- Takes up to p_limit mails: [{id, token, recipient, language, template, data, dossier, agent, created_at, attempts}]
create or replace function public.worker_mails(p_limit int default 10) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_taken jsonb;
begin
  perform app.require_worker();
  perform app.collect_auth_mail();
  with chosen as (
    select id from app.outbox
     where sent_at is null and attempts < app.mail_attempts() and (held_until is null or held_until < now())
     order by id limit least(greatest(p_limit, 1), 50) for update skip locked
  ), taken as (
    update app.outbox o set held_until = now() + interval '2 minutes', token = gen_random_uuid()
      from chosen where o.id = chosen.id
    returning o.*
  )
  select jsonb_agg(jsonb_build_object('id', t.id, 'token', t.token, 'recipient', t.recipient, 'language', t.language, 'template', t.template,
                                      'data', t.data, 'dossier', t.dossier_id, 'agent', app.reads_as_agent(t.person_id, t.dossier_id),
                                      'created_at', t.created_at, 'attempts', t.attempts) order by t.id)
    into v_taken from taken t;
  return coalesce(v_taken, '[]');
end;
$$;

-- Sent (p_fault null), or refused by the server: again after 1, 4, 16, 64, 256 minutes. What opens an account or a dossier is
-- wiped once the mail has left.
create or replace function public.worker_mail_sent(p_id bigint, p_token uuid, p_fault text default null) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_mail app.outbox;
begin
  perform app.require_worker();
  select * into v_mail from app.outbox where id = p_id and token = p_token and sent_at is null for update;
  if v_mail.id is null then
    perform app.refuse('MOVE1');
  end if;
  if p_fault is null then
    update app.outbox
       set sent_at = now(), attempts = attempts + 1, held_until = null, token = null, fault = null, data = data - 'token' - 'token_hash' - 'code'
     where id = p_id;
    return;
  end if;
  update app.outbox
     set attempts = attempts + 1, token = null, fault = left(p_fault, 300), held_until = now() + interval '1 minute' * (4 ^ attempts)
   where id = p_id;
  if v_mail.attempts + 1 >= app.mail_attempts() and v_mail.template <> 'mail_failed' then
    perform app.tell_administrators(v_mail.dossier_id, 'mail_failed', jsonb_build_object('mail', p_id, 'fault', left(p_fault, 200)));
  end if;
end;
$$;

-- Gives mails back untried: the server could not be reached.
create or replace function public.worker_mails_back(p_tokens uuid[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform app.require_worker();
  update app.outbox set held_until = null, token = null where token = any (p_tokens) and sent_at is null;
end;
$$;

-- The mailbox of a demonstration: everything that would have been mailed, newest first, links included.
create or replace function public.demonstration_mailbox(p_limit int default 50) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  if not app.is_demonstration() then
    perform app.refuse('MAIL9');
  end if;
  perform app.collect_auth_mail();
  return (
    select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'recipient', m.recipient, 'language', m.language, 'template', m.template,
             'data', m.data, 'dossier', m.dossier_id, 'agent', app.reads_as_agent(m.person_id, m.dossier_id), 'created_at', m.created_at, 'sent_at', m.sent_at) order by m.id desc), '[]')
      from (select * from app.outbox order by id desc limit least(greatest(p_limit, 1), 200)) as m);
end;
$$;

revoke execute on function app.mail_attempts, app.collect_auth_mail, app.reads_as_agent, public.worker_mails, public.worker_mail_sent, public.worker_mails_back,
  public.demonstration_mailbox from public, anon, authenticated;
grant execute on function public.worker_mails, public.worker_mail_sent, public.worker_mails_back to authenticated;
grant execute on function public.demonstration_mailbox to anon, authenticated;
