-- Settings of the law that no single procedure owns. An administrator's value is never overwritten.
insert into app.setting (key, value) values
  -- No act of a commune may take longer, whatever another text says.
  ('clock.cap', '{"days": 60, "counted": "full_days", "article": "55-19 art. 16", "confidence": "A"}'),
  -- How a committee sits. The building regulation fixes neither quorum nor notice nor the effect of an absence (U): each committee may set its own.
  ('committee', '{"quorum": "majority", "absence": "escalate", "sealing": "all", "notice_hours": 48, "remote": true, "time": "10:00", "confidence": "U", "about": {
      "quorum": {"confidence": "U", "fr": "Le règlement général de construction (2-18-577) ne fixe pas de quorum.", "ar": "ضابط البناء العام (2-18-577) لا يحدد النصاب."},
      "absence": {"confidence": "U", "fr": "Chaque membre donne son avis au plus tard en séance (2-18-577 art. 30) ; l''effet d''une absence n''est pas réglé, et un silence ne vaut jamais accord.",
                  "ar": "يبدي كل عضو رأيه في أقصى الحالات خلال الجلسة (2-18-577 المادة 30)؛ ولم ينظم أثر الغياب، ولا يعتبر السكوت موافقة أبدا."},
      "sealing": {"confidence": "U", "fr": "Le texte ne dit pas combien de signatures closent le procès-verbal.", "ar": "لا يحدد النص عدد التوقيعات اللازمة لختم المحضر."},
      "notice_hours": {"confidence": "C", "fr": "Aucun délai de convocation n''est fixé ; l''usage est de 48 heures au moins.", "ar": "لم يحدد أي أجل للاستدعاء؛ وجرى العمل بـ 48 ساعة على الأقل."},
      "remote": {"confidence": "C", "fr": "Usage : un membre peut siéger à distance et donner son avis jusqu''à la fin de la séance.", "ar": "جرى العمل بإمكانية المشاركة عن بعد وإبداء الرأي إلى غاية نهاية الجلسة."},
      "weekday": {"confidence": "C", "fr": "Usage : un jour fixe par commission.", "ar": "جرى العمل بتحديد يوم قار لكل لجنة."}}}'),
  -- What each outcome of a committee member's opinion must hold. The regulation wants opinions reasoned; an article is demanded where the opinion burdens the applicant.
  ('committee.opinion', '{"favourable": ["reasons"], "not_concerned": ["reasons"], "with_reservations": ["reasons", "article"], "unfavourable": ["reasons", "article"],
                          "modification": ["reasons", "article"], "article": "2-18-577 art. 18, 30", "confidence": "C"}'),
  ('outcome_labels', '{"favourable": {"fr": "Favorable", "ar": "رأي موافق"},
                       "with_reservations": {"fr": "Favorable avec réserves", "ar": "رأي موافق مع تحفظات"},
                       "unfavourable": {"fr": "Défavorable", "ar": "رأي غير موافق"},
                       "modification": {"fr": "Modification demandée", "ar": "طلب تعديل"},
                       "not_concerned": {"fr": "Sans observations", "ar": "دون ملاحظات"}}')
on conflict (key) do nothing;
