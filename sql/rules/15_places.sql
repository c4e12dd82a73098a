-- Opening a commune: the moment it gets its two offices. Refuses nothing: who may open is decided by the caller.

-- "de" before a French place name: Province de Tiznit, Commune d'Ait Iaaza.
create or replace function app.de(p_name text) returns text
language sql immutable strict set search_path = '' as $$
  select case when p_name ~* '^[aeiouyâàéèêîïôœ]' then 'd''' else 'de ' end || p_name
$$;

-- Make the commune's office and the local authority's, and open it. Safe to repeat.
create or replace function app.open_commune(p_commune uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  insert into app.organisation (id, kind, name_fr, name_ar, commune_id, province_code)
  select md5(o.kind || ':' || c.code)::uuid, o.kind, o.fr || app.de(c.name_fr), o.ar || c.name_ar, c.id, c.province_code
    from app.commune c,
         (values ('commune', 'Commune ', 'جماعة '), ('local_authority', 'Autorité locale ', 'السلطة المحلية بجماعة ')) as o (kind, fr, ar)
   where c.id = p_commune
  on conflict do nothing;
  update app.commune set is_open = true where id = p_commune and not is_open;
end
$$;

revoke execute on function app.de, app.open_commune from public, anon, authenticated;
