-- fee_order, payment: whoever reads the dossier.
--
--               party          reading roles   asked services   anonymous
--   fee_order   own dossiers   read            read             -
--   payment     own dossiers   read            read             -
alter table app.fee_order enable row level security;
alter table app.payment enable row level security;
revoke all on app.fee_order, app.payment from public, anon, authenticated;
grant select on app.fee_order, app.payment to authenticated;
create policy "whoever reads a dossier reads its orders" on app.fee_order for select to authenticated
  using (app.can_read(dossier_id));
create policy "whoever reads a dossier reads its payments" on app.payment for select to authenticated
  using (exists (select from app.fee_order o where o.id = fee_order_id));  -- one order looked up, not every order of the country
