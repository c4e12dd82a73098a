-- committee, session, agenda_item, attendance, seat, opinion_signature, seat_signature, remark: nobody reads the tables. Members, the
-- secretariat and the applicant's side read what concerns them through functions, each with its own check (70_committee.sql to
-- 74_remarks.sql): who sits, who came, an opinion before it is given and a private note are nobody else's business.
--
--                        anonymous  signed in
--   committee ... remark     -          -
alter table app.committee enable row level security;
alter table app.session enable row level security;
alter table app.agenda_item enable row level security;
alter table app.attendance enable row level security;
alter table app.seat enable row level security;
alter table app.opinion_signature enable row level security;
alter table app.seat_signature enable row level security;
alter table app.remark enable row level security;
revoke all on app.committee, app.session, app.agenda_item, app.attendance, app.seat, app.opinion_signature, app.seat_signature, app.remark
  from public, anon, authenticated;
