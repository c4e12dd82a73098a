-- The background of the map on which people place their request: the commune's outline. Public reference data.
create or replace function public.commune_map(p_commune uuid) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('name_fr', c.name_fr, 'name_ar', c.name_ar, 'lat', c.lat, 'lon', c.lon, 'boundary', c.boundary)
    from app.commune c where c.id = p_commune;
$$;

revoke execute on function public.commune_map from public, anon, authenticated;
grant execute on function public.commune_map to anon, authenticated;
