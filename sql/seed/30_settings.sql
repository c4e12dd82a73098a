-- Settings of the law that no single procedure owns. An administrator's value is never overwritten.
insert into app.setting (key, value) values
  -- No act of a commune may take longer, whatever another text says.
  ('clock.cap', '{"days": 60, "counted": "full_days", "article": "55-19 art. 16", "confidence": "A"}')
on conflict (key) do nothing;
