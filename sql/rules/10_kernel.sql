-- The kernel: refusals, the clock that SQL reads, who is asking, text folding, canonical JSON.
--
--   ROLE1  this act belongs to another role or to another commune
--   SIGN1  sign in first
--   MOVE1  the dossier is no longer at that stage (someone was faster)
--   SEEN1  no such thing, or not one that this person may see
--   LACK1  something required is missing or wrong; the detail lists every fault
--   RATE1  too many attempts
--   WHEN9  a day that no act can mean        LONG9  a text or a set of values that is too long, or of another form

-- What is asked often is written in PL/pgSQL throughout these files: a connection keeps its plans, while a function in SQL that pins its
-- search path is planned anew at each call, which costs more than the call itself.

-- app.say declares what the database says to a person when it refuses; called beside the functions that refuse.
create or replace function app.say(p_code text, p_fr text, p_ar text) returns void
language sql volatile set search_path = '' as $$
  insert into app.refusal (code, fr, ar) values (p_code, p_fr, p_ar)
  on conflict (code) do update set fr = excluded.fr, ar = excluded.ar
   where (app.refusal.fr, app.refusal.ar) is distinct from (excluded.fr, excluded.ar);
$$;

-- Fills {name} in a sentence with the values of p_params.
create or replace function app.fill(p_sentence text, p_params jsonb) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_key text;
begin
  for v_key in select jsonb_object_keys(coalesce(p_params, '{}')) loop
    p_sentence := replace(p_sentence, '{' || v_key || '}', coalesce(p_params ->> v_key, ''));
  end loop;
  return p_sentence;
end;
$$;

-- app.refuse ends the act: SQLSTATE is the code, the message is the French sentence, the detail carries both languages.
create or replace function app.refuse(p_code text, p_params jsonb default '{}') returns void
language plpgsql stable security definer set search_path = '' as $$
declare
  v_said app.refusal;
begin
  select * into strict v_said from app.refusal where code = p_code;
  raise exception using
    errcode = p_code,
    message = app.fill(v_said.fr, p_params),
    detail  = jsonb_build_object(
      'code', p_code,
      'fr', app.fill(v_said.fr, p_params),
      'ar', app.fill(v_said.ar, p_params),
      'params', p_params - 'faults',
      'faults', coalesce(p_params -> 'faults', '[]'))::text;
end;
$$;

select app.say('ROLE1', 'Cet acte revient à une autre personne ou à une autre commune. Revenez à votre file d''attente.',
                        'هذا الإجراء من اختصاص شخص آخر أو جماعة أخرى. يرجى الرجوع إلى لائحة ملفاتكم.');
select app.say('SIGN1', 'Connectez-vous d''abord, puis recommencez.', 'يرجى تسجيل الدخول أولا ثم إعادة المحاولة.');
select app.say('MOVE1', 'Le dossier n''en est plus à cette étape : quelqu''un a agi entre-temps. Rechargez la page.',
                        'لم يعد الملف في هذه المرحلة: قام شخص آخر بإجراء في هذه الأثناء. يرجى تحديث الصفحة.');
select app.say('SEEN1', 'Ce dossier ou ce document n''existe pas, ou ne vous est pas ouvert. Vérifiez le numéro.',
                        'هذا الملف أو هذه الوثيقة غير موجودة أو غير متاحة لكم. يرجى التحقق من الرقم.');
select app.say('LACK1', 'Il manque quelque chose ou une réponse n''est pas valable. Corrigez les points indiqués.',
                        'هناك نقص أو جواب غير صحيح. يرجى تصحيح النقط المشار إليها.');
select app.say('RATE1', 'Trop d''essais en peu de temps. Attendez une minute puis recommencez.',
                        'عدد كبير من المحاولات في وقت وجيز. يرجى الانتظار دقيقة ثم إعادة المحاولة.');

select app.say('WHEN9', 'Cette date n''est pas possible. Choisissez un jour entre 1990 et 2100.',
                        'هذا التاريخ غير ممكن. يرجى اختيار يوم بين 1990 و2100.');
select app.say('LONG9', 'Le texte est trop long (5 000 caractères au plus) ou n''a pas la forme attendue. Raccourcissez-le ou joignez un document.',
                        'النص طويل جدا (5000 حرف كحد أقصى) أو شكله غير صحيح. يرجى اختصاره أو إرفاق وثيقة.');

-- What people type beside the form: a day of this life (PostgreSQL knows 'infinity' and the year 99999, screens and papers do not), a text
-- that a person can read, and values that are an object.
create or replace function app.refuse_days(variadic p_days date[]) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if exists (select from unnest(p_days) as day where day not between '1990-01-01' and '2100-12-31') then
    perform app.refuse('WHEN9');
  end if;
end;
$$;

create or replace function app.refuse_long(variadic p_texts text[]) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if exists (select from unnest(p_texts) as typed where length(typed) > 5000) then
    perform app.refuse('LONG9');
  end if;
end;
$$;

create or replace function app.refuse_other_form(p_values jsonb, p_form text) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if jsonb_typeof(p_values) is distinct from p_form or octet_length(p_values::text) > 100000 then
    perform app.refuse('LONG9');
  end if;
end;
$$;

-- The only clock SQL reads. An offset exists only for demonstration and training communes (a check on app.commune).
create or replace function app.now(p_commune uuid) returns timestamptz
language plpgsql stable security definer set search_path = '' as $$
begin
  return now() + coalesce((select c.clock_offset from app.commune c where c.id = p_commune), '0');
end;
$$;

create or replace function app.today(p_commune uuid) returns date
language plpgsql stable security definer set search_path = '' as $$
begin
  return ((now() + coalesce((select c.clock_offset from app.commune c where c.id = p_commune), '0')) at time zone 'Africa/Casablanca')::date;
end;
$$;

-- Case, accents, Arabic letter variants, marks and Arabic-Indic digits are folded, so that one spelling finds the others.
-- Pairs of characters are translated one to one; ligatures first.
create or replace function app.fold(p_text text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return regexp_replace(
           translate(
             regexp_replace(
               replace(replace(lower(normalize(coalesce(p_text, ''), nfkc)), 'œ', 'oe'), 'æ', 'ae'),
               '[\u0640\u064B-\u065F\u0670]', '', 'g'),
             'أإآٱىةؤئ٠١٢٣٤٥٦٧٨٩àáâãäåçèéêëìíîïñòóôõöùúûüýÿ’',
             'ااااي' || 'هوي0123456789aaaaaaceeeeiiiinooooouuuuyy'''),
           '\s+', ' ', 'g');
end;
$$;

-- One text per JSON value, whatever the order in which it was written (jsonb sorts keys itself).
create or replace function app.canonical(p_value jsonb) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return p_value::text;
end;
$$;

create or replace function app.digest(p_text text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return encode(sha256(convert_to(p_text, 'UTF8')), 'hex');
end;
$$;

-- Numbers that strangers may type: Crockford's base 32, no I, L, O, U. 5 bits a character.
create or replace function app.random_code(p_length int) returns text
language plpgsql volatile set search_path = '' as $$
begin
  return (
    select string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + (get_byte(b, i) & 31), 1), '' order by i)
      from (select sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) as b) as random,
           generate_series(0, p_length - 1) as i);
end;
$$;

create or replace function app.setting_value(p_key text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select value from app.setting where key = p_key);
end;
$$;

-- The next number of a series: taken under a row lock, given back if the act is rolled back, so without gaps.
create or replace function app.next_number(p_commune uuid, p_year int, p_kind text) returns int
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_number int;
begin
  insert into app.number_series (commune_id, year, kind, last) values (p_commune, p_year, p_kind, 1)
  on conflict (commune_id, year, kind) do update set last = app.number_series.last + 1
  returning last into v_number;
  return v_number;
end;
$$;

revoke execute on function app.say, app.fill, app.refuse, app.refuse_days, app.refuse_long, app.refuse_other_form, app.now, app.today, app.fold, app.canonical, app.digest, app.random_code,
  app.setting_value, app.next_number from public, anon, authenticated;
grant usage on schema app to anon, authenticated, service_role;
grant execute on function app.refuse, app.fill, app.now, app.today, app.fold, app.canonical, app.digest to anon, authenticated;
