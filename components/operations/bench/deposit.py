"""One deposit of the sample in SQL (all checks, receipt number, events), on 4 connections, against the same rows inserted without rules.

The rows are those that one real deposit wrote, found by its transaction; they are inserted into the same tables, with keys of their
own, one statement a row and one transaction a deposit, by the owner.
"""

import uuid
from collections.abc import Iterator

from psycopg import sql

from components.operations.bench.figures import Figure, interleaved, median_ratio, middle
from components.operations.bench.hands import Hands
from components.operations.bench.sample import Scene, speaking

CONNECTIONS, EACH, ROUNDS, WARM = 4, 12, 9, 10
NOT_INSERTED = {"number_series"}  # a row that the deposit only changes


def measure(scene: Scene) -> Iterator[Figure]:
    draft = scene.draft()
    rows = written_by_a_deposit(scene, scene.copies(draft, 1)[0])
    ids = iter(scene.copies(draft, CONNECTIONS * (WARM + EACH * ROUNDS) + CONNECTIONS * (WARM + EACH * 3)))
    numbers = iter(range(500_001, 900_000))

    def dossiers(each: int = EACH) -> list[list[str]]:
        return [[next(ids) for _ in range(each)] for _ in range(CONNECTIONS)]

    def inserts(each: int = EACH) -> list[list]:
        return [[fresh(scene, rows, next(numbers)) for _ in range(each)] for _ in range(CONNECTIONS)]

    token = scene.client("citizen").options.headers["Authorization"].removeprefix("Bearer ")
    hands = Hands(CONNECTIONS, scene.backend.database_url, scene.people["citizen"], (scene.backend.url, scene.backend.anon_key, token))
    try:
        for kind, parts in (("deposit", dossiers(WARM)), ("insert", inserts(WARM)), ("call", dossiers(WARM))):
            hands.do(kind, parts)
        deposits, plain = interleaved(lambda: hands.do("deposit", dossiers()), lambda: hands.do("insert", inserts()), ROUNDS)
        api = middle([hands.do("call", dossiers()) for _ in range(3)])
    finally:
        hands.stop()
    raw = f"{middle(deposits):.0f}/s against {middle(plain):.0f}/s of {sum(len(found) for _, found in rows)} rows"
    yield Figure("a deposit in SQL / its rows inserted", median_ratio(deposits, plain), 0.2, at_least=True, raw=raw)
    yield Figure("a deposit through the API", api, unit="/s", raw=f"{CONNECTIONS} clients at once")


def written_by_a_deposit(scene: Scene, dossier: str) -> list[tuple[str, list[dict]]]:
    """[(table, rows as texts)] that one deposit wrote: those of its transaction. Nobody else writes here meanwhile."""
    tables = scene.connection.execute(
        "select relname as name from pg_class where relnamespace = 'app'::regnamespace and relkind = 'r' order by oid"
    ).fetchall()
    with scene.connection.transaction():
        with speaking(scene.connection, scene.people["citizen"]):
            scene.connection.execute("select public.deposit(%s, %s)", [dossier, uuid.uuid4()])
        scene.connection.execute("reset role")
        found = []
        for table in (row["name"] for row in tables if row["name"] not in NOT_INSERTED):
            columns = [column["name"] for column in scene.columns(table) if not column["identity"]]
            rows = scene.connection.execute(
                sql.SQL("select {} from app.{} where xmin::text::bigint >= pg_current_xact_id()::text::bigint").format(
                    sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in columns), sql.Identifier(table)
                )
            ).fetchall()
            if rows:
                found.append((table, rows))
    # Parents first; a deposit writes to few tables.
    return sorted(found, key=lambda part: {"dossier": 0, "paper": 1}.get(part[0], 2))


def fresh(scene: Scene, rows: list[tuple[str, list[dict]]], number: int) -> list[tuple[str, list]]:
    """The same rows with keys of their own, as statements."""
    dossier = rows[0][1][0]
    code = next(row["code"] for table, found in rows if table == "verification" for row in found)
    changed = {dossier["id"]: str(uuid.uuid4()), dossier["number"]: f"{dossier['number'][:-6]}{number}", code: f"{number:012}"}
    for table, found in rows:
        if table != "dossier":
            changed |= {row["id"]: str(uuid.uuid4()) for row in found if "id" in row}
    dossier |= {"serial": str(number), "deposit_token": None}
    return [(insert_of(table, row), [renewed(value, changed) for value in row.values()]) for table, found in rows for row in found]


def renewed(value: str | None, changed: dict[str, str]) -> str | None:
    for old, new in changed.items() if value else ():
        value = value.replace(old, new)
    return value


def insert_of(table: str, row: dict) -> str:
    return f"insert into app.{table} ({', '.join(row)}) values ({', '.join(['%s'] * len(row))})"
