-- The clock of a demonstration or training commune may be moved, by its administrator, and nowhere else.
--   SHOW1  not a demonstration commune      SHOW2  a day on which the demonstration's signatures would not be valid
select app.say('SHOW1', 'L''horloge ne se règle que dans une commune de démonstration ou de formation.',
                        'لا يمكن ضبط الساعة إلا في جماعة للتجربة أو التكوين.');

select app.say('SHOW2', 'Choisissez un jour entre le 1er janvier 2020 et le 31 décembre 2035 : les signatures de la démonstration valent entre ces deux dates.',
                        'يرجى اختيار يوم بين فاتح يناير 2020 و31 دجنبر 2035: توقيعات التجربة صالحة بين هذين التاريخين.');

-- p_province: all open demonstration communes of its province at once, at the same instant; what sits at the province then lives in that
-- time too (app.body_now).
create or replace function public.set_demonstration_clock(p_commune uuid, p_at timestamptz, p_province boolean default false) returns timestamptz
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_communes uuid[] := array(select c.id from app.commune c join app.commune asked on asked.id = p_commune
                              where c.id = p_commune or (p_province and c.province_code = asked.province_code and c.is_open and c.is_demonstration));
begin
  perform app.require_role(array['administrator'], p_commune);
  perform app.require_role(array['administrator'], c.id) from unnest(v_communes) as c(id);
  -- The check on the table says the same; here it gets its sentence.
  if not (select c.is_demonstration from app.commune c where c.id = p_commune) then
    perform app.refuse('SHOW1');
  elsif p_at not between '2020-01-01' and '2035-12-31 23:59:59' then
    perform app.refuse('SHOW2');
  end if;
  update app.commune set clock_offset = case when p_at is null then '0' else make_interval(secs => extract(epoch from p_at - now())) end where id = any (v_communes);
  perform app.note_act(c.id, 'clock_moved', jsonb_build_object('to', p_at)) from unnest(v_communes) as c(id);
  return app.now(p_commune);
end;
$$;

revoke execute on function public.set_demonstration_clock from public, anon, authenticated;
grant execute on function public.set_demonstration_clock to authenticated;
