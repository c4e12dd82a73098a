-- Regions, provinces and communes of the Kingdom, with the offices that always exist.
--   sources and licences ......... sql/seed/data/README.md
--   opening a commune ............ app.open_commune (sql/rules/15_places.sql)
-- A commune's id is derived from its code, so that it is the same in every installation. What an administrator
-- decides (is_open, contact, clock) is never touched here.
-- load data/regions.csv into region_csv
-- load data/provinces.csv into province_csv
-- load data/communes.csv into commune_csv
-- load data/taroudant_communes.geojson into taroudant_geojson
insert into app.region as r (code, name_fr, name_ar, population)
select code, name_fr, name_ar, population_2024::int from region_csv
on conflict (code) do update set name_fr = excluded.name_fr, name_ar = excluded.name_ar, population = excluded.population
 where (r.name_fr, r.name_ar, r.population) is distinct from (excluded.name_fr, excluded.name_ar, excluded.population);

-- The eight arrondissement prefectures of Casablanca have no commune of their own: 75 remain.
insert into app.province as p (code, region_code, kind, name_fr, name_ar, name_zgh, population, lat, lon)
select code, region_code, type, name_fr, name_ar, nullif(name_zgh, ''), population_2024::int, lat::float8, lon::float8
  from province_csv where in_75 = 'yes'
on conflict (code) do update
   set region_code = excluded.region_code, kind = excluded.kind, name_fr = excluded.name_fr, name_ar = excluded.name_ar,
       name_zgh = excluded.name_zgh, population = excluded.population, lat = excluded.lat, lon = excluded.lon
 where (p.region_code, p.kind, p.name_fr, p.name_ar, p.name_zgh, p.population, p.lat, p.lon)
       is distinct from (excluded.region_code, excluded.kind, excluded.name_fr, excluded.name_ar, excluded.name_zgh,
                         excluded.population, excluded.lat, excluded.lon);

with boundary as (
  select f -> 'properties' ->> 'code' as code, f -> 'geometry' as geometry
    from taroudant_geojson, jsonb_array_elements(document -> 'features') as f
)
insert into app.commune as c (id, code, province_code, kind, name_fr, name_ar, population, lat, lon, boundary)
select md5('commune:' || s.code)::uuid, s.code, s.province_code, s.type, s.name_fr, s.name_ar,
       s.population_2024::int, s.lat::float8, s.lon::float8, b.geometry
  from commune_csv s left join boundary b using (code)
on conflict (id) do update
   set province_code = excluded.province_code, kind = excluded.kind, name_fr = excluded.name_fr, name_ar = excluded.name_ar,
       population = excluded.population, lat = excluded.lat, lon = excluded.lon, boundary = excluded.boundary
 where (c.province_code, c.kind, c.name_fr, c.name_ar, c.population, c.lat, c.lon, c.boundary)
       is distinct from (excluded.province_code, excluded.kind, excluded.name_fr, excluded.name_ar, excluded.population,
                         excluded.lat, excluded.lon, excluded.boundary);

insert into app.organisation (id, kind, name_fr, name_ar, province_code)
select md5('province:' || code)::uuid, 'province',
       case kind when 'prefecture' then 'Préfecture ' else 'Province ' end || app.de(name_fr),
       case kind when 'prefecture' then 'عمالة ' else 'إقليم ' end || name_ar, code
  from app.province
on conflict do nothing;

insert into app.organisation (id, kind, name_fr, name_ar)
values (md5('national')::uuid, 'national', 'Administration nationale de la plateforme', 'الإدارة الوطنية للمنصة')
on conflict do nothing;

analyze app.region, app.province, app.commune, app.organisation;
