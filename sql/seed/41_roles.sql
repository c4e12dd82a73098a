-- Short names of the functions, from assets/locales/roles.yaml: papers name a seat that nobody holds yet.
-- load ../../assets/locales/roles.yaml into given_roles
insert into app.setting (key, value) select 'role_labels', g.document from given_roles g
on conflict (key) do update set value = excluded.value where app.setting.value is distinct from excluded.value;
