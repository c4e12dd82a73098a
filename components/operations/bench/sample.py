"""A throwaway installation's people, and the sample request as the demonstration's citizens file it: a repair (URB-08) by default.

One draft is made through the functions of the API, with its files; the others are copies of its rows.
"""

import json
import uuid
from contextlib import contextmanager
from random import Random

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from supabase import create_client

from components.operations.demonstration import answers, buildings
from components.permits.client import make_client

PROCEDURE, COMMUNE, PASSWORD = "URB-08", "Taroudannt", "bench-2026-password"
PDF = {"ok": True, "mime": "application/pdf", "size": 1000, "digest": "0" * 64, "pages": 1, "code": None}
COPIED = ("dossier", "party", "document", "answer_revision")  # rows of a draft


class Scene:
    """A citizen, and a commune that offers the repair permit with a clerk, an instructor, a president and a cashier.

    connection: the owner's, in autocommit. people: {name: id}; each has an account with PASSWORD.
    """

    def __init__(self, backend):
        self.backend = backend
        self.connection = psycopg.connect(backend.database_url, autocommit=True, row_factory=dict_row)
        self.commune = self.one(
            """select id::text, code, kind, name_fr, name_ar, lat, lon from app.commune
                where name_fr = %s order by province_code <> '09.541' limit 1""",
            COMMUNE,
        )
        self.one("select app.open_commune(%s)", self.commune["id"])
        self.connection.execute(
            """insert into app.commune_procedure (commune_id, procedure_code, version_id, mode)
               select %s, procedure_code, id, 'online' from app.procedure_version
                where procedure_code = %s order by version desc limit 1""",
            [self.commune["id"], PROCEDURE],
        )
        self.admin = admin = create_client(backend.url, backend.service_role_key).auth.admin
        self.people = {}
        for name in ("citizen", "clerk", "instructor", "president", "cashier"):
            made = admin.create_user({"email": email(name), "password": PASSWORD, "email_confirm": True, "user_metadata": names(name)})
            self.people[name] = made.user.id
            if name != "citizen":
                self.connection.execute(
                    """insert into app.membership (person_id, organisation_id, role, valid_from)
                       select %s, id, %s, '2020-01-01' from app.organisation where kind = 'commune' and commune_id = %s""",
                    [made.user.id, name, self.commune["id"]],
                )

    def one(self, query: str, *values):
        return self.connection.execute(query, values).fetchone()

    def client(self, name: str):
        """A signed-in client of the API."""
        visitor = make_client(self.backend.url, self.backend.anon_key)
        session = visitor.auth.sign_in_with_password({"email": email(name), "password": PASSWORD}).session
        return make_client(self.backend.url, self.backend.anon_key, access_token=session.access_token)

    def ask(self, name: str, function: str, *values):
        """One function of the API, spoken in SQL as this person."""
        with speaking(self.connection, self.people[name]):
            marks = ", ".join(["%s"] * len(values))
            return self.connection.execute(f"select public.{function}({marks}) as answer", values).fetchone()["answer"]

    def draft(self, procedure: str = PROCEDURE) -> str:
        """The id of a draft with every answer and paper, checked."""
        day = self.one("select app.today(%s) as day", self.commune["id"])["day"]
        dossier = self.ask("citizen", "start_draft", self.commune["id"], procedure, "online", uuid.uuid4())["id"]
        said = (answers.REQUESTS | buildings.REQUESTS)[procedure](Random(8), self.commune, day, None)
        state = self.ask("citizen", "save_draft", dossier, Jsonb(said), 0, "bench")
        for slot in state["demanded"]:
            if slot["need"] != "optional":
                self.attach(dossier, slot["slot"])
        return dossier

    def attach(self, dossier: str, slot: str) -> None:
        key, citizen = f"{dossier}/{slot}/{uuid.uuid4()}", self.people["citizen"]
        with speaking(self.connection, citizen):
            self.connection.execute(
                "insert into storage.objects (bucket_id, name, owner, owner_id, metadata) values ('dossiers', %s, %s, %s, %s)",
                [key, citizen, citizen, Jsonb({"size": 1000, "mimetype": "application/pdf"})],
            )
        document = self.ask("citizen", "register_document", dossier, slot, key, f"{slot}.pdf", 1000)
        self.connection.execute("select app.file_checked(%s, %s)", [document, Jsonb(PDF)])

    def copies(self, dossier: str, count: int) -> list[str]:
        """Ids of so many copies of a draft."""
        ids = [str(uuid.uuid4()) for _ in range(count)]
        for table in COPIED:
            columns = [row["name"] for row in self.columns(table)]
            fresh = {"dossier_id" if table != "dossier" else "id": sql.SQL("n.id::uuid"), "draft_token": sql.SQL("null")}
            if table == "document":
                fresh |= {"id": sql.SQL("gen_random_uuid()"), "storage_path": sql.SQL("replace(t.storage_path, %(dossier)s::text, n.id)")}
            self.connection.execute(
                sql.SQL(
                    "insert into app.{} ({}) select {} from app.{} t, unnest(%(ids)s::text[]) as n(id) where t.{} = %(dossier)s::uuid"
                ).format(
                    sql.Identifier(table),
                    sql.SQL(", ").join(map(sql.Identifier, columns)),
                    sql.SQL(", ").join(fresh.get(name, sql.SQL("t.{}").format(sql.Identifier(name))) for name in columns),
                    sql.Identifier(table),
                    sql.Identifier("id" if table == "dossier" else "dossier_id"),
                ),
                {"dossier": dossier, "ids": ids},
            )
        self.connection.execute("vacuum (analyze) app.dossier, app.party, app.document, app.answer_revision")
        return ids

    def columns(self, table: str) -> list[dict]:
        """[{name, identity}] of a table of app."""
        return self.connection.execute(
            """select attname as name, attidentity <> '' as identity from pg_attribute
                where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum""",
            [f"app.{table}"],
        ).fetchall()


@contextmanager
def speaking(connection: psycopg.Connection, person: str):
    """A transaction in the role that the API gives to a signed-in person."""
    with connection.transaction():
        claims = json.dumps({"sub": str(person), "role": "authenticated"})
        connection.execute("select set_config('request.jwt.claims', %s, true), set_config('role', 'authenticated', true)", [claims])
        yield


def email(name: str) -> str:
    return f"{name}@bench.example"


def names(name: str) -> dict:
    return {"name_fr": name, "name_ar": "شخص", "language": "fr"}
