"""`python -m components.operations.demonstration [--dossiers 210] [--only-people]`: opens the demonstration province.

Environment: SUPABASE_URL, SUPABASE_ANON_KEY (or SUPABASE_PUBLISHABLE_KEY), SUPABASE_SERVICE_ROLE_KEY, DATABASE_URL. A worker must be running. Prints one line of
progress per dossier-day. A finished demonstration is left alone; one that was interrupted is taken up where its communes stood.
"""
import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from random import Random

import psycopg
from psycopg.types.json import Jsonb
from supabase import create_client

from components.operations.demonstration import people
from components.operations.demonstration.roads import FATES, Commune, Road, working_day, write_diary
from components.permits import signing

SEED = 20260101
COMMUNES = 14
MAIN_SHARE = 0.30        # of the dossiers, in the main commune
FIRST_DAYS_AGO = 230     # more than six months, so that some permits have lapsed
NEEDED = ("SUPABASE_URL", "SUPABASE_SERVICE_ROLE_KEY", "DATABASE_URL")
ADVICE = "Set SUPABASE_URL, SUPABASE_ANON_KEY, SUPABASE_SERVICE_ROLE_KEY and DATABASE_URL (python -m components.local prints them)."


def plan(communes: list[dict], total: int, today: date) -> list[Road]:
    """The same dossiers each time, given the same day: procedures, communes, days, fates."""
    rng = Random(SEED)
    fates = [fate for fate, share in FATES.items() for _ in range(max(1, round(share * total / 100)))]
    rng.shuffle(fates)
    roads = []
    for number, fate in enumerate(fates):
        commune = communes[0] if number % 10 < MAIN_SHARE * 10 else communes[1 + number % (len(communes) - 1)]
        procedure = "ECO-09" if rng.random() < 0.4 else "URB-08"
        if procedure == "ECO-09" and fate in ("asked", "answered"):
            procedure = "URB-08"
        recent = {"new": 1, "to_decide": 9, "to_sign": 10, "in_study": 5, "asked": 6, "answered": 12, "to_pay": 14, "incomplete": 12, "draft": 4}.get(fate)
        ago = rng.randint(0, recent) if recent else rng.randint(45 if fate in ("returned", "revoked", "inspected") else 20, FIRST_DAYS_AGO)
        day = working_day(today - timedelta(days=ago))
        day = day if day <= today else working_day(today - timedelta(days=3))
        applicant = rng.choice(["citizen", "citizen", "neighbour", "company_member", "architect"])
        if fate in ("new", "delivered", "to_decide") and rng.random() < 0.25:
            applicant = ""      # filed at the counter by a clerk
        roads.append(Road(procedure, commune, day, fate, Random(SEED + number), applicant))
    return roads


def live(place: Commune, roads: list[Road], today: date, progress) -> None:
    """One commune from its first day to today."""
    for road in roads:
        write_diary(road, place, today)
    for day in sorted({day for road in roads for day in road.diary}):
        acts = sorted(((hour, number, act) for number, road in enumerate(roads) for hour, act in road.diary.get(day, [])), key=lambda item: item[:2])
        for hour in sorted({hour for hour, _, _ in acts}):
            place.set_clock(day, hour)
            for at, number, act in acts:
                if at == hour:
                    act()
                    if act is roads[number].diary[max(roads[number].diary)][-1][1]:
                        progress()
    place.set_clock(None)


def give_keys(cast: people.Cast, signers: list[str]) -> None:
    """A signing key for each president and delegate, all opened by the demonstration's PIN."""
    for name in signers:
        if not cast.call(name, "my_signing_key"):
            sealed_key, request = signing.new_key(people.PIN)
            cast.call(name, "enrol_key", p_sealed_key=sealed_key, p_request_pem=request)
    for name in signers:
        Commune.until(lambda who=name: (cast.call(who, "my_signing_key") or {}).get("certificate_pem"))


def delegate(cast: people.Cast, main: dict, delegate_id: str, today: date) -> None:
    """The main commune's delegate may sign repair permits this year."""
    cast.call("president", "delegate_signature", p_commune=main["id"], p_delegate=delegate_id, p_order_no="12/2026", p_order_date=f"{today.year}-01-05",
              p_procedures=["URB-08"], p_from=f"{today.year}-01-06", p_to=f"{today.year + 1}-12-31")


def run(total: int, progress=print) -> None:
    """Everything, once; `progress` is told one line at a time."""
    url, service_key, database = os.environ["SUPABASE_URL"], os.environ["SUPABASE_SERVICE_ROLE_KEY"], os.environ["DATABASE_URL"]
    anon = os.environ.get("SUPABASE_PUBLISHABLE_KEY") or os.environ["SUPABASE_ANON_KEY"]
    with psycopg.connect(database) as connection:
        done = connection.execute("select value from app.setting where key = 'demonstration_made'").fetchone()
        if done:
            progress("demonstration: already there")
            return
        began = time.monotonic()
        opened = people.open_province(connection)
        main = next(place for place in opened if place["name_fr"] == people.MAIN)
        chosen = [main, *[place for place in opened if place is not main][:COMMUNES - 1]]
        ids = people.settle(connection, create_client(url, service_key), chosen)
        cast = people.Cast(url, anon)
        today = connection.execute("select app.today(%s)", (main["id"],)).fetchone()[0]
        progress(f"demonstration: {len(ids)} people, {len(opened)} communes open ({time.monotonic() - began:.0f} s)")
        give_keys(cast, ["president", "delegate", *[f"president.{place['code']}" for place in chosen[1:]]])
        delegate(cast, main, ids["delegate"], today)

        roads, lived = plan(chosen, total, today), 0

        def one_more() -> None:
            nonlocal lived
            lived += 1
            progress(f"demonstration: {lived}/{len(roads)} dossiers")

        with ThreadPoolExecutor(len(chosen)) as pool:
            for result in [pool.submit(live, Commune(cast, place, place is main), [r for r in roads if r.commune is place], today, one_more) for place in chosen]:
                result.result()
        people.announce(connection)
        connection.execute("insert into app.setting (key, value) values ('demonstration_made', %s)", (Jsonb({"dossiers": len(roads)}),))
        connection.commit()
        progress(f"demonstration: ready, {len(roads)} dossiers in {time.monotonic() - began:.0f} s")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m components.operations.demonstration", description="Open the demonstration province.")
    parser.add_argument("--dossiers", type=int, default=210, help="how many dossiers, roughly (default 210)")
    options = parser.parse_args()
    if missing := [name for name in NEEDED if name not in os.environ]:
        sys.exit(f"demonstration: {', '.join(missing)} not set. {ADVICE}")
    run(options.dossiers, lambda line: print(line, flush=True))


if __name__ == "__main__":
    main()
