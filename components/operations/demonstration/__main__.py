"""`python -m components.operations.demonstration [--dossiers 412] [--procedures URB-08,ECO-09]`: opens the demonstration province.

Environment: SUPABASE_URL, SUPABASE_ANON_KEY (or SUPABASE_PUBLISHABLE_KEY), SUPABASE_SERVICE_ROLE_KEY, DATABASE_URL, SHUBBAK_HOME (the
worker's account and the authority). It brings a worker of its own for what it has to wait for; receipts and letters are left to the
ordinary one. A finished demonstration is left alone; one that was interrupted is taken up where each commune stood.
"""

import argparse
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import date, timedelta
from pathlib import Path

import psycopg
from psycopg.types.json import Jsonb
from supabase import create_client

from components.local.home import default_home
from components.operations.demonstration import people
from components.operations.demonstration.building_counter import BuildingCounter
from components.operations.demonstration.buildings import REQUESTS as BUILDINGS
from components.operations.demonstration.cast import Cast
from components.operations.demonstration.committee_plan import sittings
from components.operations.demonstration.living import Kept, Life
from components.operations.demonstration.meetings import Meetings
from components.operations.demonstration.pens import Pens
from components.operations.demonstration.plan import FULL, PROCEDURES, plan
from components.operations.demonstration.waiting import Jobs
from components.operations.worker import Worker
from components.operations.worker_account import ensure_worker_account
from components.operations.workshop import NoAccount, open_workshop
from components.permits.refusals import Refusal

ROOT = Path(__file__).resolve().parents[3]
COMMUNES = 12
AT_ONCE = 5  # communes lived at the same time
MINUTES_AT_ONCE = 6
# The helpers, and how many jobs each takes at a time. Files must not wait behind drawings, which two cores make side by side.
DRAWN = "embed_seat,prepare_seat,seal_minutes,prepare_paper,stamp_plan,draw_minutes"
WAITED_FOR = [("issue_certificate,check_opinion,embed_signature,check_file", 8), (DRAWN, 1), (DRAWN, 1)]
NEEDED = ("SUPABASE_URL", "SUPABASE_SERVICE_ROLE_KEY", "DATABASE_URL")
ADVICE = "Set SUPABASE_URL, SUPABASE_ANON_KEY, SUPABASE_SERVICE_ROLE_KEY and DATABASE_URL (python -m components.local prints them)."


@contextmanager
def helpers():
    """Workers without pauses that do only what the load waits for. They end when we do, however that is."""
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SUPABASE_SERVICE_ROLE_KEY")}
    command = [sys.executable, "-m", "components.operations.worker", "--until-stdin-closes", "--kinds"]
    # A session of their own: the terminal's Ctrl-C is for us.
    running = [
        subprocess.Popen(
            [*command, kinds, "--at-once", str(at_once)],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )
        for kinds, at_once in WAITED_FOR
    ]
    for process in running:
        threading.Thread(target=tell_faults, args=(process.stderr,), daemon=True).start()
    try:
        yield
    finally:
        for process in running:
            process.stdin.close()
        for process in running:
            process.wait(30)


def tell_faults(lines) -> None:
    """Of a helper's log only what went wrong is for the reader."""
    for line in lines:
        if b" done " not in line and b" started " not in line and b" stopped" not in line:
            sys.stderr.write(line.decode(errors="replace"))


def ticker():
    """tick(commune): what the law's dates bring about there, on the commune's clock. Only one tick runs at a time anyway."""
    desk, alone = Worker(open_workshop()), threading.Lock()
    desk.announce()

    def tick(commune: str) -> None:
        with alone:
            while True:
                did = desk.shop.ask("worker_tick", p_commune=commune)
                if did.get("busy"):
                    time.sleep(0.1)
                elif not did.get("more"):
                    return

    return tick


def begun(connection: psycopg.Connection, today: date, total: int, procedures: tuple[str, ...]) -> tuple[date, int, tuple[str, ...], bool]:
    """The day, the size and the procedures of this demonstration, those of its first attempt when there was one; and whether there was."""
    row, taken_up = connection.execute(
        """insert into app.setting (key, value) values ('demonstration_begun', %s)
           on conflict (key) do update set value = app.setting.value returning value, xmax <> 0""",
        (Jsonb({"day": today.isoformat(), "dossiers": total, "procedures": procedures}),),
    ).fetchone()
    connection.commit()
    return date.fromisoformat(row["day"]), row["dossiers"], tuple(row["procedures"]), taken_up


def powers(cast: Cast, connection: psycopg.Connection, main: dict, ids: dict[str, str], today: date) -> None:
    """Of the main commune's delegate: repair permits this year, and the president's place during an absence to come."""
    cast.call(
        "president",
        "delegate_signature",
        p_commune=main["id"],
        p_delegate=ids["delegate"],
        p_order_no="12/2026",
        p_order_date=f"{today.year}-01-05",
        p_procedures=["URB-08"],
        p_from=f"{today.year}-01-06",
        p_to=f"{today.year + 1}-12-31",
    )
    cast.call(
        "president",
        "record_absence",
        p_organisation=people.organisation(connection, "commune", main["id"]),
        p_role="president",
        p_person=ids["president"],
        p_from=today + timedelta(days=20),
        p_to=today + timedelta(days=34),
        p_order_no="214/2026",
        p_order_date=today,
        p_deputy=ids["delegate"],
        p_reason="Congé annuel",
    )


def days_off(connection: psycopg.Connection, today: date) -> set[date]:
    """Week-ends and public holidays around today."""
    around = (today - timedelta(days=200), today + timedelta(days=60))
    rows = connection.execute("select day from app.calendar_day where not is_working and day between %s and %s", around)
    return {day for (day,) in rows}


def finish(connection: psycopg.Connection, dossiers: int) -> None:
    people.announce(connection)
    connection.execute("insert into app.setting (key, value) values ('demonstration_made', %s)", (Jsonb({"dossiers": dossiers}),))
    connection.execute("delete from app.setting where key = 'demonstration_begun' or key like 'demonstration_at:%'")
    connection.commit()


def run(total: int = FULL, communes: int = COMMUNES, progress=print, procedures: tuple[str, ...] = PROCEDURES) -> list[str]:
    """Everything, once; `progress` is told one line at a time. Returns what went wrong, one line each: nothing, when all is well."""
    url, service_key, database = (os.environ[name] for name in NEEDED)
    anon = os.environ.get("SUPABASE_PUBLISHABLE_KEY") or os.environ["SUPABASE_ANON_KEY"]
    os.environ.setdefault("SHUBBAK_HOME", str(default_home()))
    began, faults = time.monotonic(), []
    with psycopg.connect(database, prepare_threshold=None) as connection:
        if connection.execute("select exists (select from app.setting where key = 'demonstration_made')").fetchone()[0]:
            progress("demonstration: already there")
            return []
        ensure_worker_account(url, service_key, database, Path(os.environ["SHUBBAK_HOME"]))
        with helpers(), ExitStack() as stack:
            progress("demonstration: opening the communes, making the accounts")
            opened = people.open_province(connection)
            main = next(place for place in opened if place["name_fr"] == people.MAIN)
            chosen = [main, *[place for place in opened if place is not main][: communes - 1]]
            ids = people.settle(connection, create_client(url, service_key), chosen)
            cast, tick = stack.enter_context(closing(Cast(url, anon, database, ids))), ticker()
            people.found_bodies(cast, connection)
            now = connection.execute("select (now() at time zone 'Africa/Casablanca')::date").fetchone()[0]
            today, total, procedures, taken_up = begun(connection, now, total, procedures)
            if not taken_up:
                powers(cast, connection, main, ids, today)
            off = days_off(connection, today)
            roads, lived = plan(chosen, total, today, off.__contains__, procedures), 0
            progress(f"demonstration: {len(ids)} people, {len(opened)} communes ({seconds(began)})")

            def one_more() -> None:
                nonlocal lived
                lived += 1
                if lived % 10 == 0:
                    progress(f"demonstration: {lived} of {len(roads)} dossiers ({seconds(began)})")

            def fault(road, why) -> None:
                said = why.code if isinstance(why, Refusal) else repr(why)
                faults.append(f"{road.procedure} {road.fate} {road.number or road.dossier}: {said}")
                progress(f"demonstration: stopped on its way, {faults[-1]}")

            jobs, pens = stack.enter_context(closing(Jobs(database))), Pens(cast)
            pool, together = (stack.enter_context(ThreadPoolExecutor(size)) for size in (AT_ONCE, MINUTES_AT_ONCE))
            kept, lives = Kept(jobs.connection), []
            for place in chosen:
                counter = BuildingCounter(cast, pens, jobs, place, place is main, tick, together=together)
                lives.append(Life(counter, [road for road in roads if road.commune is place], today, kept, one_more, fault))

            def everybody(moment) -> None:
                for result in [pool.submit(life.until, moment) for life in lives]:
                    result.result()

            buildings = [road for road in roads if road.procedure in BUILDINGS]
            if buildings:
                meetings = Meetings(
                    cast=cast,
                    jobs=jobs,
                    main=main,
                    roads=buildings,
                    counters={life.counter.commune["code"]: life.counter for life in lives},
                    secretaries=people.secretaries(connection, chosen),
                    sittings=sittings(today, off.__contains__),
                    today=today,
                    is_off=off.__contains__,
                    fault=fault,
                    taken_up=taken_up,
                )
                for moment, meet in meetings.all():
                    everybody(moment)
                    if moment > (kept.reached("committees") or (date.min, 0)):
                        meet()
                        kept.keep("committees", moment)
                        meetings.taken_up = False
                everybody(None)
                meetings.set_clock(None)
                meetings.plan_ahead()
            else:
                everybody(None)
            for signer in people.SIGNERS:
                pens.of(signer)
        finish(connection, len(roads))
    progress(f"demonstration: ready, {len(roads)} dossiers in {len(chosen)} communes ({seconds(began)})")
    return faults


def seconds(since: float) -> str:
    return f"{time.monotonic() - since:.0f} s"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m components.operations.demonstration", description="Open the demonstration province.")
    parser.add_argument("--dossiers", type=int, default=FULL, help=f"how many dossiers, roughly (default {FULL})")
    parser.add_argument("--procedures", default=",".join(PROCEDURES), help="of which procedures, commas between them (default: all)")
    options = parser.parse_args()
    if missing := [name for name in NEEDED if name not in os.environ]:
        sys.exit(f"demonstration: {', '.join(missing)} not set. {ADVICE}")
    try:
        run(options.dossiers, progress=lambda line: print(line, flush=True), procedures=tuple(options.procedures.split(",")))
    except (NoAccount, TimeoutError) as fault:
        sys.exit(f"demonstration: {fault}\nStart it again to take it up where it stopped, or start over with make reset.")


if __name__ == "__main__":
    main()
