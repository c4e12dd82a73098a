-- Plans. A connection of the pool serves everybody in turn, so what it has planned once is worth keeping. PostgreSQL would plan the first
-- five calls of each statement anew, on each connection, and go on doing so where it believes the parameters to matter; here they are
-- keys. So every function of the API that is written in PL/pgSQL runs on kept plans, and what it calls as well. Statements put together as
-- text (the queue) are planned each time all the same; functions for which the parameters do matter say so themselves (77_tick.sql).
do $$
declare
  v_function regprocedure;
begin
  for v_function in
    select p.oid from pg_catalog.pg_proc p join pg_catalog.pg_language l on l.oid = p.prolang
     where p.pronamespace = 'public'::regnamespace and l.lanname = 'plpgsql' and pg_catalog.pg_get_userbyid(p.proowner) = current_user
  loop
    execute pg_catalog.format('alter function %s set plan_cache_mode = force_generic_plan', v_function);
  end loop;
end;
$$;
