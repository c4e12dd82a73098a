-- Silence equal to approval: what no procedure says. An administrator's value is never overwritten.
insert into app.setting (key, value) values
  -- How the president's and the governor's days are counted where the version does not say.
  ('silence.counted', '{"counted": "full_days", "article": "55-19 art. 31", "confidence": "A"}'),
  -- What the president may still decide once silence is approval. No text read so far says that the approval can be taken back by a
  -- refusal that comes late: a lawyer decides (decision 0015). Adding "refusal" here allows it.
  ('silence.late_decisions', '{"kinds": ["grant", "grant_with_reservations"], "article": "55-19 art. 19", "confidence": "U"}')
on conflict (key) do nothing;
