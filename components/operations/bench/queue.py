"""How the queue holds at 100,000 dossiers: `python -m components.operations.bench.queue --database-url URL` (role postgres).

It fills a throwaway database, deployed and without dossiers: 10,000 made dossiers first, then 100,000, of which one
commune always holds the same 2,000 open ones. At both sizes it asks for the first 50 and the band counts, as a clerk of that
commune under row security and as the owner without it, and prints the ratios of the one run:

    clerk / owner at 100,000      wanted: 3 or less
    clerk at 100,000 / at 10,000  wanted: 1.5 or less

Texts, dates and states come from fixed arithmetic: two runs measure the same rows.
"""

import argparse
import json
import os
import sys
import time
import uuid

import psycopg

from components.operations.bench.figures import Figure

SPACE = uuid.UUID("6f1f0f62-6a54-4c39-9f43-4a8a5f6f0c11")
CLERK = uuid.uuid5(SPACE, "clerk")
SIZES = (10_000, 100_000)
MEASURED = {"open": 2_000, "count": 3_000}  # the measured commune, the same at both sizes
OTHER = {"open": 500, "count": 2_000}
FILTERS = {"first page": {}, "search": {"text": "أشغال 12"}, "waits for me": {"holder": "me"}, "late": {"band": "late"}}
CALLS = 30  # per case, after five that warm up; the fastest counts: other work on the machine only ever adds

PLACES = (
    "insert into app.region (code, name_fr, name_ar) values ('BENCH', 'Banc', 'اختبار')",
    "insert into app.province (code, region_code, kind, name_fr, name_ar) values ('BENCH', 'BENCH', 'province', 'Banc', 'اختبار')",
    "insert into app.procedure (code, family) values ('BENCH', 'urbanism')",
    """insert into app.procedure_version (id, procedure_code, version, owner_kind, definition, digest)
       values (%(version)s, 'BENCH', 1, 'national', %(definition)s, 'bench')""",
    "insert into auth.users (id, email) values (%(clerk)s, 'bench.clerk@example.org')",
    """insert into app.person (id, email, name_fr, name_ar) values (%(clerk)s, 'bench.clerk@example.org', 'Agent', 'عون')
       on conflict (id) do nothing""",
)

COMMUNE = """
insert into app.commune (id, code, province_code, kind, name_fr, name_ar, is_open)
values (%(commune)s, %(code)s, 'BENCH', 'rural', %(code)s, %(code)s, true)
"""

CLERK_OF_THE_COMMUNE = """
with office as (
  insert into app.organisation (kind, name_fr, name_ar, commune_id) values ('commune', 'Banc', 'اختبار', %(commune)s) returning id)
insert into app.membership (person_id, organisation_id, role, valid_from) select %(clerk)s, id, 'clerk', '2020-01-01' from office
"""

# Answers take about a kilobyte, as those of a filled form do.
DOSSIERS = """
insert into app.dossier (id, commune_id, procedure_code, version_id, channel, state, step, filed_by, answers, owner_name, title, search,
                         number, serial, serial_year, deposited_at, complete_on, legal_end, sector_end, half_on, closed_at)
select md5(%(code)s || n)::uuid, %(commune)s, 'BENCH', %(version)s, (array['online', 'counter', 'paper'])[1 + n %% 3],
       case when n > %(open)s then 'DELIVERED'
            else (array['DEPOSITED', 'IN_STUDY', 'IN_STUDY', 'DECISION_PENDING', 'COMPLEMENT_REQUESTED'])[1 + n %% 5] end,
       case when n > %(open)s then null when n %% 5 = 3 then 'decision' when n %% 5 = 0 then 'check' else 'study' end,
       %(clerk)s, jsonb_build_object('description', (select string_agg(md5(n::text || i), ' ') from generate_series(1, 30) as i)),
       'صاحب الطلب ' || n, 'أشغال ' || n, app.fold('TRD-2026-' || n || ' صاحب الطلب ' || n || ' أشغال ' || n),
       %(code)s || '-' || n, n, 2026, now() - make_interval(days => n %% 60), current_date - n %% 60,
       case when n > %(open)s or n %% 5 <> 4 then current_date - 5 + (n * 7) %% 40 end, current_date + n %% 20, current_date,
       case when n > %(open)s then now() - make_interval(days => n %% 400) end
  from generate_series(1, %(count)s) as n
"""

TASKS = """
insert into app.task (dossier_id, commune_id, step, role, opened_at, due_on, closed_at)
select d.id, d.commune_id, coalesce(d.step, 'study'),
       case d.step when 'decision' then 'president' when 'check' then 'clerk' else 'instructor' end,
       d.deposited_at, d.sector_end, d.closed_at
  from app.dossier d where d.commune_id = %(commune)s
"""


def definition():
    """A definition as large as a real one: opening it once per row would show."""
    steps = [{"id": step, "title": {"fr": step, "ar": step}} for step in ("check", "study", "decision")]
    fields = [{"id": f"f{n}", "label": {"fr": f"Champ numéro {n} " * 4, "ar": f"خانة رقم {n} " * 4}} for n in range(150)]
    return json.dumps(
        {"title": {"fr": "Banc d'essai", "ar": "اختبار"}, "circuit": {"steps": steps}, "steps": [{"id": "all", "fields": fields}]}
    )


def commune(number):
    return {
        "commune": uuid.uuid5(SPACE, str(number)),
        "code": f"BENCH-{number:03}",
        "clerk": CLERK,
        "version": uuid.uuid5(SPACE, "version"),
    }


def fill(connection, size):
    """Bring the database to `size` dossiers: the measured commune first, the rest in communes of 2,000."""
    number = connection.execute("select count(distinct commune_id) from app.dossier").fetchone()[0]
    present = connection.execute("select count(*) from app.dossier").fetchone()[0]
    if number == 0:
        for statement in PLACES:
            connection.execute(statement, commune(0) | {"definition": definition()})
    while present < size:
        values = commune(number) | (MEASURED if number == 0 else OTHER | {"count": min(OTHER["count"], size - present)})
        connection.execute(COMMUNE, values)
        if number == 0:
            connection.execute(CLERK_OF_THE_COMMUNE, values)
        present += connection.execute(DOSSIERS, values).rowcount
        connection.execute(TASKS, values)
        number += 1
    connection.execute("vacuum (analyze) app.dossier, app.task, app.message, app.membership, app.organisation, app.commune")


def milliseconds(connection, chosen, as_clerk):
    """The fastest public.queue for one filter, in milliseconds."""
    times = []
    with connection.transaction():
        connection.execute("select set_config('request.jwt.claims', %s, true)", [json.dumps({"sub": str(CLERK), "role": "authenticated"})])
        if as_clerk:
            connection.execute("set local role authenticated")
        for _ in range(CALLS + 5):
            start = time.perf_counter()
            page = connection.execute("select public.queue(%s, %s)", [commune(0)["commune"], json.dumps(chosen)]).fetchone()[0]
            times.append(time.perf_counter() - start)
    if not page["rows"]:
        raise SystemExit(f"the queue is empty for {chosen}: nothing was measured")
    return min(times[5:]) * 1000


def plan(connection, chosen):
    """The lines of the plan that read dossiers, as the clerk."""
    base = connection.execute("select app.queue_base(%s, true)", [json.dumps(chosen)]).fetchone()[0]
    with connection.transaction():
        connection.execute("select set_config('request.jwt.claims', %s, true)", [json.dumps({"sub": str(CLERK), "role": "authenticated"})])
        connection.execute("set local role authenticated")
        connection.execute(f"prepare queue_plan (uuid[], jsonb, date, text[], text[]) as {base}")
        values = f"array['{commune(0)['commune']}'::uuid], '{json.dumps(chosen)}', current_date, '{{}}', '{{clerk}}'"
        lines = connection.execute(f"explain (costs off) execute queue_plan ({values})").fetchall()
        connection.execute("deallocate queue_plan")
    return [line.strip(" ->") for (line,) in lines if " on dossier" in line]


def run(database_url, progress=print):
    """Fill, measure and print. Returns {filter: (clerk / owner at 100,000, clerk at 100,000 / at 10,000)}."""
    found = {}
    with psycopg.connect(database_url, autocommit=True) as connection:
        if connection.execute("select exists (select from app.dossier)").fetchone()[0]:
            raise SystemExit("this database holds dossiers: give an empty one that may be thrown away")
        for size in SIZES:
            fill(connection, size)
            for name, chosen in FILTERS.items():
                found[size, name] = [milliseconds(connection, chosen, as_clerk) for as_clerk in (True, False)]
                progress(
                    f"queue, {size:>7,} dossiers, {name:<13} clerk {found[size, name][0]:6.1f} ms   owner {found[size, name][1]:6.1f} ms"
                )
    ratios = {
        name: (found[SIZES[1], name][0] / found[SIZES[1], name][1], found[SIZES[1], name][0] / found[SIZES[0], name][0]) for name in FILTERS
    }
    for name, (security, growth) in ratios.items():
        progress(f"queue, {name:<13} clerk/owner {security:.2f} (3 or less)   100,000/10,000 {growth:.2f} (1.5 or less)")
    return ratios


def measure(backend):
    """The figures of the bench: both ratios for each filter, and that the plans read indexes."""
    lines = []
    ratios = run(backend.database_url, lines.append)
    for name, (security, growth) in ratios.items():
        raw = "; ".join(" ".join(line.split("clerk ")[1].split()) for line in lines if f" {name} " in line and " ms " in line)
        yield Figure(f"queue, {name}: clerk / owner", security, 3.0, raw=f"10,000 then 100,000: clerk {raw}")
        yield Figure(f"queue, {name}: 100,000 / 10,000", growth, 1.5)
    with psycopg.connect(backend.database_url, autocommit=True) as connection:
        read = {name: plan(connection, chosen) for name, chosen in FILTERS.items() if "holder" not in chosen}
    every = sorted({line for lines in read.values() for line in lines})
    whole = [line for line in every if "Seq Scan" in line]
    yield Figure("queue, tables read whole", len(whole), 0, raw="; ".join(whole or every))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--database-url", default=os.environ.get("DATABASE_URL"), help="a deployed, empty, throwaway database")
    url = parser.parse_args().database_url
    if not url:
        sys.exit("give --database-url or DATABASE_URL")
    run(url)
