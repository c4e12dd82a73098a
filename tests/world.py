"""A deployed database and its people, for tests that read as sentences.

    def test_a_clerk_of_another_commune_cannot_move_it(world, dossier):
        with world.acting_as("clerk of Ait Iaaza") as clerk:
            assert clerk.call("dossier_page", p_dossier=dossier)          # it does exist
        with world.acting_as("clerk of Aoulouz") as outsider, refused("SEEN1"):
            outsider.call("dossier_page", p_dossier=dossier)

People are made when first named. The name says what they hold, through dated memberships like anybody:
    "citizen Fatima", "owner Brahim" ....... an account and nothing else (any name without " of ")
    "clerk of Ait Iaaza" ................... role and commune; also "second clerk of ...", "local authority of ...",
                                             "administrative police of ...": the words of the role, underscores as spaces
    "governor of Taroudannt" ............... role and province; also "administrator of Taroudannt province"
    "secretary of Taroudannt province" ..... keeps the province's committee; "secretary of Agadir" a large commune's own
    "member commune of Ait Iaaza" .......... sits for a commune; "member province of Taroudannt" for a province
    "member agency of Taroudannt" .......... sits for a body that reaches every commune of the province, made when first named: an urban
                                             agency, an operator (network, telecom) or a service of the State (civil protection, ...).
                                             The place is a province, or a commune of it; one body per role and province
    "administrator of the kingdom", "worker of the kingdom"
    "nobody" ............................... not signed in
Naming a role in a commune opens the commune; naming a member of a wider body does not.

Two fixtures (tests/conftest.py):
    world        everything happens in one transaction that is rolled back after the test: fast, leaves nothing
    open_world   everything is committed, as the HTTP API needs: `open_world.client("citizen Fatima")` is a real signed-in
                 supabase client. Use communes and people of your own: other tests of the session share the database (and a committee's
                 members reach all communes of their province: take another province too).
"""

import json
import re
import unicodedata
import uuid
from contextlib import contextmanager
from datetime import date

import bcrypt
import psycopg
import pytest
from postgrest.exceptions import APIError
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from components.permits import client as api
from components.permits.refusals import Refusal, refusal_of_database

PASSWORD = "motdepasse-essai"
# Four rounds: the tests sign in often, and the hash protects nobody here.
PASSWORD_HASH = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
NATIONAL = "the kingdom"
# Members of a committee whose body is neither a commune's nor a province's office: the kind of that body.
WIDER_BODIES = {
    "member_agency": "urban_agency", "member_network": "operator", "member_telecom": "operator", "member_registry": "state_service",
    "member_civil_protection": "state_service", "member_public_works": "state_service", "member_rail": "state_service",
    "member_culture": "state_service", "member_environment": "state_service",
}  # fmt: skip


class World:
    def __init__(self, backend, *, committed=False):
        self.backend = backend
        self.connection = psycopg.connect(backend.database_url, autocommit=committed, row_factory=dict_row)
        self.connection.execute("select 1")  # without autocommit this opens the test's one transaction; every call is a savepoint in it
        self.owner = Actor(self.connection)
        self._people = {}
        self._run = uuid.uuid4().hex[:8] if committed else "test"

    def close(self):
        self.connection.rollback()
        self.connection.close()

    def person(self, name):
        """The id of a person, made with the memberships that the name says."""
        if name not in self._people:
            self._people[name] = self._make(name)
        return self._people[name]

    def email(self, name):
        return f"{_slug(name)}.{self._run}@example.test"

    def commune(self, name_fr):
        """The id of a commune by its French name (Taroudant's first, names being repeated elsewhere)."""
        found = self.owner.value("select id from app.commune where name_fr = %s order by province_code <> '09.541', code limit 1", name_fr)
        assert found, f"no commune is called {name_fr!r}"
        return found

    def open(self, name_fr):
        """Open a commune and return its id."""
        commune = self.commune(name_fr)
        self.owner.value("select app.open_commune(%s)", commune)
        return commune

    def set_today(self, name_fr, day):
        """Make it another day (a date, or '2026-03-02') in a commune, as a demonstration may: at noon, far from both midnights."""
        day = date.fromisoformat(day) if isinstance(day, str) else day
        self.owner.run(
            """update app.commune set is_demonstration = true,
                      clock_offset = (%s::date + time '12:00') at time zone 'Africa/Casablanca' - now() where id = %s""",
            day,
            self.commune(name_fr),
        )

    @contextmanager
    def acting_as(self, name):
        """Speak SQL in the role that the API would use for this person."""
        person = None if name == "nobody" else self.person(name)
        yield Actor(self.connection, person=person, role="anon" if person is None else "authenticated")

    def client(self, name):
        """A supabase client signed in over HTTP with an e-mail and a password, as a browser's session has."""
        assert self.connection.autocommit, "the API sees committed people only: use the fixture open_world"
        if name == "nobody":
            return api.make_client(self.backend.url, self.backend.anon_key)
        self.person(name)
        signed_in = api.make_client(self.backend.url, self.backend.anon_key)
        answer = signed_in.auth.sign_in_with_password({"email": self.email(name), "password": PASSWORD})
        return api.make_client(self.backend.url, self.backend.anon_key, access_token=answer.session.access_token)

    def _make(self, name):
        person = uuid.uuid4()
        self.owner.run(
            """insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, created_at,
                                       updated_at, raw_app_meta_data, raw_user_meta_data)
               values ('00000000-0000-0000-0000-000000000000', %s, 'authenticated', 'authenticated', %s, %s, now(), now(),
                       now(), '{}', %s)""",
            person,
            self.email(name),
            PASSWORD_HASH,
            Jsonb({"name_fr": name, "name_ar": name, "language": "fr"}),
        )
        words, _, place = name.partition(" of ")
        if place:
            role = re.sub(r"^(first|second|third|other) ", "", words).replace(" ", "_")
            self.join(person, role, place)
        return person

    def join(self, person, role, place, valid_from="2000-01-01", valid_to=None):
        """Give a person (name or id) a role in a commune, a province or the kingdom; return the membership's id."""
        person = self.person(person) if isinstance(person, str) else person
        return self.owner.value(
            "insert into app.membership (person_id, organisation_id, role, valid_from, valid_to) values (%s, %s, %s, %s, %s) returning id",
            person,
            self.organisation(role, place),
            role,
            valid_from,
            valid_to,
        )

    def organisation(self, role, place):
        """The id of the body in which a role is held at a place."""
        if place == NATIONAL:
            return self.owner.value("select id from app.organisation where kind = 'national'")
        if role in WIDER_BODIES:
            return self._wider_body(role, self._province(place))
        if role in ("governor", "member_province") or place.endswith(" province"):
            return self.owner.value(
                """select o.id from app.organisation o join app.province p on p.code = o.province_code
                    where o.kind = 'province' and p.name_fr = %s""",
                place.removesuffix(" province"),
            )
        kind = "local_authority" if role == "local_authority" else "commune"
        return self.owner.value("select id from app.organisation where kind = %s and commune_id = %s", kind, self.open(place))

    def _province(self, place):
        """The code of a province by its French name, else of the province of a commune."""
        named = self.owner.value("select code from app.province where name_fr = %s", place.removesuffix(" province"))
        return named or self.owner.value("select province_code from app.commune where id = %s", self.commune(place))

    def _wider_body(self, role, province):
        name = f"{role.removeprefix('member_').replace('_', ' ')} {province}"
        found = self.owner.value("select id from app.organisation where province_code = %s and name_fr = %s", province, name)
        return found or self.owner.value(
            "insert into app.organisation (kind, name_fr, name_ar, province_code) values (%s, %s, %s, %s) returning id",
            WIDER_BODIES[role], name, name, province,
        )  # fmt: skip


class Actor:
    """SQL spoken by one person. Each call is a transaction of its own (or a savepoint): a refusal undoes that call only."""

    def __init__(self, connection, *, person=None, role=None):
        self.connection, self.person, self.role = connection, person, role

    def call(self, function, **params):
        """Call public.<function> with named parameters: one value, or a list of rows when it returns a table."""
        rows = self._query(*self._call_of(function, params))
        if rows and set(rows[0]) == {function}:
            return rows[0][function] if len(rows) == 1 else [row[function] for row in rows]
        return rows

    def rows(self, query, *values):
        return self._query(query, values)

    def value(self, query, *values):
        """The first column of the first row, or None."""
        rows = self._query(query, values)
        return next(iter(rows[0].values())) if rows else None

    def run(self, query, *values):
        """Run a statement; return how many rows it touched."""
        with self._speaking() as cursor:
            return cursor.execute(query, values).rowcount

    def _query(self, query, values):
        with self._speaking() as cursor:
            return cursor.execute(query, values).fetchall()

    @contextmanager
    def _speaking(self):
        with self.connection.transaction(), self.connection.cursor() as cursor:
            if self.role is None:
                yield cursor
                return
            claims = {"role": self.role} | ({"sub": str(self.person)} if self.person else {})
            cursor.execute("select set_config('request.jwt.claims', %s, true)", [json.dumps(claims)])
            cursor.execute(f"set local role {self.role}")
            yield cursor
            cursor.execute("reset role")  # a savepoint's release would keep it
            cursor.execute("select set_config('request.jwt.claims', '', true)")

    def _call_of(self, function, params):
        found = self.connection.execute(
            """select a.name, a.type::regtype::text as type from pg_proc p, unnest(p.proargnames, p.proargtypes::oid[]) as a (name, type)
                where p.pronamespace = 'public'::regnamespace and p.proname = %s and a.type is not null""",
            [function],
        ).fetchall()
        types = {row["name"]: row["type"] for row in found}
        assert not (unknown := params.keys() - types.keys()), f"public.{function} has no parameter {', '.join(sorted(unknown))}"
        values = [Jsonb(v) if types[k] in ("json", "jsonb") and v is not None else v for k, v in params.items()]
        arguments = ", ".join(f"{name} => %s::{types[name]}" for name in params)
        return f"select * from public.{function}({arguments})", values


class Said:
    """What a refusal said: code, fr, ar, faults [{path, code, fr, ar}], params."""

    code = fr = ar = None
    faults, params = (), {}

    def paths(self):
        return {fault["path"] for fault in self.faults}


@contextmanager
def refused(code):
    """The block must be refused with this code, whether it speaks SQL or HTTP: `with refused("MOVE1") as said: ...`."""
    said = Said()
    try:
        yield said
    except (psycopg.Error, APIError, Refusal) as error:
        if isinstance(error, Refusal):
            refusal, actual = error, error.code
        elif isinstance(error, APIError):
            refusal, actual = refusal_of_database(error.details), error.code
        else:
            refusal, actual = refusal_of_database(error.diag.message_detail), error.sqlstate
        assert actual == code, f"refused with {actual} instead of {code}: {error}"
        if refusal:
            said.code, said.fr, said.ar, said.faults, said.params = refusal.code, refusal.fr, refusal.ar, refusal.faults, refusal.params
    else:
        pytest.fail(f"this should have been refused with {code}")


def _slug(name):
    return re.sub(r"[^a-z0-9]+", "-", unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()).strip("-")
