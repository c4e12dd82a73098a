-- The register of powers: which act lets a person sign today. Signing asks it inside its transaction (67_signatures.sql, and whoever
-- signs opinions and minutes); the signed paper prints the act it answers.
--
--   NOPW1  no power to sign in force at this minute
select app.say('NOPW1', 'Aucun pouvoir de signature en vigueur en ce moment ne couvre cette procédure. Faites vérifier la délégation.',
                        'لا يوجد في هذه اللحظة تفويض إمضاء ساري المفعول يشمل هذه المسطرة. يرجى التحقق من التفويض.');

-- Functions whose holders sign something: permits, opinions, minutes, attestations. Each may have a signing key.
create or replace function app.signing_roles() returns text[]
language plpgsql immutable set search_path = '' as $$
begin
  return array['president', 'delegate', 'governor', 'secretary', 'member_commune', 'member_province', 'member_agency', 'member_network',
               'member_telecom', 'member_registry', 'member_civil_protection', 'member_public_works', 'member_rail', 'member_culture',
               'member_environment'];
end;
$$;

-- Which power a decision asks of its signer: the silence attestation is the governor's, everything else the president's pen.
create or replace function app.power_kind(p_decision_kind text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return case p_decision_kind when 'attestation' then 'attestation' when 'revocation' then 'revocation' else 'decision' end;
end;
$$;

-- An act as a paper cites it: {order_no, order_date, fr, ar}. Wording: letter template 'signer', key <capacity>_power.
create or replace function app.cited_act(p_definition jsonb, p_capacity text, p_order_no text, p_order_date date) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_values jsonb := jsonb_build_object('order_no', p_order_no, 'order_date', app.date_text(p_order_date));
begin
  return jsonb_build_object('order_no', p_order_no, 'order_date', p_order_date)
      || app.fill_both(app.wording(p_definition, 'signer') -> (p_capacity || '_power'), jsonb_build_object('fr', v_values, 'ar', v_values));
end;
$$;

-- The act that gives the signed-in person the power to sign for this dossier at this minute, or null.
-- p_kind: decision, revocation (the president's pen) or attestation (the governor's).
-- {kind: president|deputy|delegation|governor, capacity, person, name_fr, name_ar, act: {order_no, order_date, fr, ar}, ...}
create or replace function app.power_to_sign(p_dossier uuid, p_kind text default 'decision') returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_dossier    app.dossier;
  v_definition jsonb := app.definition_of(p_dossier);
  v_power      jsonb;
  v_delegation app.delegation;
begin
  select * into v_dossier from app.dossier where id = p_dossier;
  select jsonb_build_object('person', p.id, 'name_fr', p.name_fr, 'name_ar', p.name_ar) into v_power
    from app.person p where p.id = (select auth.uid());
  if p_kind = 'attestation' then
    if not app.holds('governor', v_dossier.commune_id) then
      return null;
    end if;
    return v_power || jsonb_build_object('kind', 'governor', 'capacity', 'governor', 'act', app.cited_act(v_definition, 'governor', null, null));
  end if;
  if app.holds('president', v_dossier.commune_id) then
    return v_power || jsonb_build_object('kind', 'president', 'capacity', 'president', 'act', app.cited_act(v_definition, 'president', null, null));
  end if;
  select * into v_delegation
    from app.delegation g
   where g.commune_id = v_dossier.commune_id and g.delegate_id = (select auth.uid()) and g.revoked_at is null
     and app.now(v_dossier.commune_id) >= g.valid_from and app.now(v_dossier.commune_id) < g.valid_to
     and (g.procedures = '{}' or v_dossier.procedure_code = any (g.procedures))
   order by g.valid_from desc limit 1;
  if v_delegation.id is null or not app.holds('delegate', v_dossier.commune_id) then
    return null;
  end if;
  return v_power || jsonb_build_object('kind', 'delegation', 'capacity', 'delegation', 'delegation', v_delegation.id,
           'act', app.cited_act(v_definition, 'delegation', v_delegation.order_no, v_delegation.order_date), 'valid_to', v_delegation.valid_to);
end;
$$;

-- The same power, whatever was said of it since: a paper keeps its signer as long as this holds.
create or replace function app.same_power(p_one jsonb, p_other jsonb) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return p_one ->> 'person' = p_other ->> 'person' and p_one ->> 'kind' = p_other ->> 'kind'
     and p_one ->> 'name_fr' = p_other ->> 'name_fr' and p_one ->> 'name_ar' = p_other ->> 'name_ar'
     and p_one #>> '{act,order_no}' is not distinct from p_other #>> '{act,order_no}'
     and p_one #>> '{act,order_date}' is not distinct from p_other #>> '{act,order_date}';
end;
$$;

revoke execute on function app.signing_roles, app.power_kind, app.cited_act, app.power_to_sign, app.same_power from public, anon, authenticated;
