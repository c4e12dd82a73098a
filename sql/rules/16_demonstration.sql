-- The clock of a demonstration or training commune may be moved, by its administrator, and nowhere else.
--   SHOW1  not a demonstration commune
select app.say('SHOW1', 'L''horloge ne se règle que dans une commune de démonstration ou de formation.',
                        'لا يمكن ضبط الساعة إلا في جماعة للتجربة أو التكوين.');

create or replace function public.set_demonstration_clock(p_commune uuid, p_at timestamptz) returns timestamptz
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform app.require_role(array['administrator'], p_commune);
  -- The check on the table says the same; here it gets its sentence.
  if not (select c.is_demonstration from app.commune c where c.id = p_commune) then
    perform app.refuse('SHOW1');
  end if;
  update app.commune set clock_offset = case when p_at is null then '0' else p_at - now() end where id = p_commune;
  return app.now(p_commune);
end;
$$;

revoke execute on function public.set_demonstration_clock from public, anon, authenticated;
grant execute on function public.set_demonstration_clock to authenticated;
