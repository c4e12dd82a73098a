"""`python -m components.operations.demonstration [--dossiers 206]`: opens the demonstration province.

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
from datetime import date
from pathlib import Path

import psycopg
from psycopg.types.json import Jsonb
from supabase import create_client

from components.local.home import default_home
from components.operations.demonstration import people
from components.operations.demonstration.cast import Cast
from components.operations.demonstration.counter import Counter
from components.operations.demonstration.living import Kept, live
from components.operations.demonstration.plan import FULL, plan
from components.operations.worker import Worker
from components.operations.worker_account import ensure_worker_account
from components.operations.workshop import NoAccount, open_workshop
from components.permits.refusals import Refusal

ROOT = Path(__file__).resolve().parents[3]
COMMUNES = 12
AT_ONCE = 5  # communes lived at the same time, the main one from the beginning to the end
# The helpers, and how many jobs each takes at a time. Files must not wait behind drawings, which two cores make side by side.
WAITED_FOR = [("issue_certificate,embed_signature,check_file", 8), ("prepare_paper", 1), ("prepare_paper", 1)]
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


def begun(connection: psycopg.Connection, today: date, total: int) -> tuple[date, int]:
    """The day and the size of this demonstration: those of its first attempt, when there was one."""
    row = connection.execute(
        """insert into app.setting (key, value) values ('demonstration_begun', %s)
           on conflict (key) do update set value = app.setting.value returning value""",
        (Jsonb({"day": today.isoformat(), "dossiers": total}),),
    ).fetchone()[0]
    connection.commit()
    return date.fromisoformat(row["day"]), row["dossiers"]


def delegate(cast: Cast, main: dict, delegate_id: str, today: date) -> None:
    """The main commune's delegate may sign repair permits this year."""
    cast.call(
        "president",
        "delegate_signature",
        p_commune=main["id"],
        p_delegate=delegate_id,
        p_order_no="12/2026",
        p_order_date=f"{today.year}-01-05",
        p_procedures=["URB-08"],
        p_from=f"{today.year}-01-06",
        p_to=f"{today.year + 1}-12-31",
    )


def finish(connection: psycopg.Connection, dossiers: int) -> None:
    people.announce(connection)
    connection.execute("insert into app.setting (key, value) values ('demonstration_made', %s)", (Jsonb({"dossiers": dossiers}),))
    connection.execute("delete from app.setting where key = 'demonstration_begun' or key like 'demonstration_at:%'")
    connection.commit()


def run(total: int = FULL, communes: int = COMMUNES, progress=print) -> list[str]:
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
            now = connection.execute("select (now() at time zone 'Africa/Casablanca')::date").fetchone()[0]
            today, total = begun(connection, now, total)
            delegate(cast, main, ids["delegate"], today)
            roads, lived = plan(chosen, total, today), 0
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

            def one_commune(place: dict) -> None:
                counter = Counter(cast, place, place is main, tick)
                for signer in {counter.staff("president"), counter.staff("delegate")}:
                    counter.enrol(signer)
                live(counter, [road for road in roads if road.commune is place], today, Kept(database), one_more, fault)

            with ThreadPoolExecutor(AT_ONCE) as pool:
                for result in [pool.submit(one_commune, place) for place in chosen]:
                    result.result()
        finish(connection, len(roads))
    progress(f"demonstration: ready, {len(roads)} dossiers in {len(chosen)} communes ({seconds(began)})")
    return faults


def seconds(since: float) -> str:
    return f"{time.monotonic() - since:.0f} s"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m components.operations.demonstration", description="Open the demonstration province.")
    parser.add_argument("--dossiers", type=int, default=FULL, help=f"how many dossiers, roughly (default {FULL})")
    options = parser.parse_args()
    if missing := [name for name in NEEDED if name not in os.environ]:
        sys.exit(f"demonstration: {', '.join(missing)} not set. {ADVICE}")
    try:
        run(options.dossiers, progress=lambda line: print(line, flush=True))
    except (NoAccount, TimeoutError) as fault:
        sys.exit(f"demonstration: {fault}\nStart it again to take it up where it stopped, or start over with make reset.")


if __name__ == "__main__":
    main()
