-- Settings of the law that no single procedure owns. An administrator's value is never overwritten.
insert into app.setting (key, value) values
  -- No act of a commune may take longer, whatever another text says.
  ('clock.cap', '{"days": 60, "counted": "full_days", "article": "55-19 art. 16", "confidence": "A"}'),
  -- How a committee sits. The building regulation fixes neither quorum nor notice nor the effect of an absence (U): each committee may set its own.
  ('committee', '{"quorum": "majority", "absence": "escalate", "sealing": "all", "notice_hours": 48, "remote": true, "time": "10:00", "confidence": "U"}'),
  ('outcome_labels', '{"favourable": {"fr": "Favorable", "ar": "رأي موافق"},
                       "with_reservations": {"fr": "Favorable avec réserves", "ar": "رأي موافق مع تحفظات"},
                       "unfavourable": {"fr": "Défavorable", "ar": "رأي غير موافق"},
                       "modification": {"fr": "Modification demandée", "ar": "طلب تعديل"},
                       "not_concerned": {"fr": "Sans observations", "ar": "دون ملاحظات"}}')
on conflict (key) do nothing;
