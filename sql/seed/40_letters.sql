-- Wording of letters and orders, from assets/templates/letters.yaml.
-- load ../../assets/templates/letters.yaml into given_letters
insert into app.letter_template (kind, content)
  select e.key, e.value from given_letters g, jsonb_each(g.document) as e
on conflict (kind) do update set content = excluded.content where app.letter_template.content is distinct from excluded.content;
