-- signature, signing_key, verification, verification_attempt, number_series: only through functions.
--
--                          anybody
--   signing_key            - (public.my_signing_key: one's own)
--   signature              -
--   verification           - (public.verify_code)
--   verification_attempt   -
--   number_series          -
alter table app.signature enable row level security;
alter table app.signing_key enable row level security;
alter table app.verification enable row level security;
alter table app.verification_attempt enable row level security;
alter table app.number_series enable row level security;
revoke all on app.signature, app.signing_key, app.verification, app.verification_attempt, app.number_series from public, anon, authenticated;
