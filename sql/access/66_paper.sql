-- paper, letter_template. A party reads what was published, the permit once handed over.
--
--                     party                          reading roles   recipient of a copy   anonymous
--   paper             published (permit: delivered)  read            that paper            - (public.verify_code)
--   letter_template   -                              -               -                     -
alter table app.paper enable row level security;
alter table app.letter_template enable row level security;
revoke all on app.paper, app.letter_template from public, anon, authenticated;
grant select on app.paper to authenticated;
create policy "a paper to those it is for" on app.paper for select to authenticated
  using (app.can_read_paper(paper));
