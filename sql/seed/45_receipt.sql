-- Wording of the receipt, from assets/templates/receipt.yaml.
-- load ../../assets/templates/receipt.yaml into given_receipt
insert into app.letter_template (kind, content) select 'receipt', document from given_receipt
on conflict (kind) do update set content = excluded.content where app.letter_template.content is distinct from excluded.content;
