"""The access matrix: what the catalogue grants, what each person sees and reaches, against expected.yaml, a file to be reviewed."""

import httpx
import pytest

from components.permits.client import call
from components.permits.refusals import Refusal
from tests.access import matrix, observe, probes
from tests.access.scene import ACTORS, people
from tests.backend import start_backend
from tests.world import World

EXPECTED = matrix.expected()


def same(found, written):
    """Both directions at once, as sentences."""
    faults = [f"{name}: no line in expected.yaml" for name in found if name not in written]
    faults += [f"{name}: stands in expected.yaml, but is gone" for name in written if name not in found]
    for name in found.keys() & written.keys():
        more, less = set(found[name]) - people(written[name]), people(written[name]) - set(found[name])
        faults += [f"{name}: open to {', '.join(sorted(more))}"] if more else []
        faults += [f"{name}: closed to {', '.join(sorted(less))}"] if less else []
    assert not faults, "\n".join(sorted(faults))


def test_the_roles_of_the_api_may_ask_what_is_written_and_write_nothing(scene):
    assert observe.table_rights(scene.world) == EXPECTED["tables"]


def test_each_person_sees_the_rows_that_are_written_and_no_other(scene):
    same(observe.row_rights(scene), EXPECTED["rows"])


def test_each_person_reaches_the_functions_that_are_written_and_no_other(scene):
    same(observe.function_rights(scene), EXPECTED["functions"])


def test_internal_functions_are_executable_only_where_it_is_written(scene):
    found = observe.internal_rights(scene.world)
    same(found, EXPECTED["internal"])


def test_every_internal_function_that_people_may_execute_is_called_by_a_policy_or_an_invoker(scene):
    """What no policy, view or invoker function calls needs no grant."""
    texts = scene.world.owner.value(
        """select string_agg(t, ' ') from (
             select coalesce(prosrc, '') || coalesce(pg_get_function_sqlbody(oid), '') as t from pg_proc
              where pronamespace in ('public'::regnamespace, 'app'::regnamespace) and not prosecdef
             union all select coalesce(qual, '') || ' ' || coalesce(with_check, '') from pg_policies) as x"""
    )
    unused = [name for name in EXPECTED["internal"]["authenticated"] if f"app.{name}" not in texts]
    assert not unused, f"granted to everybody signed in and needed by nobody: {unused}"


def test_the_page_for_readers_is_up_to_date():
    assert matrix.PAGE.read_text(encoding="utf-8") == matrix.page(EXPECTED), "python -m tests.access.matrix"


@pytest.fixture(scope="module")
def clients(scene):
    """Real signed-in clients of the people who may do least, and of those who may do most elsewhere."""
    words = (
        "nobody",
        "stranger",
        "other_applicant",
        "former_mandatary",
        "former_clerk",
        "clerk_elsewhere",
        "president_elsewhere",
        "administrator_elsewhere",
        "governor_elsewhere",
        "party",
        "clerk",
        "instructor",
        "technical",
        "cashier",
        "president",
        "delegate_expired",
        "worker",
    )
    return {word: scene.world.client(ACTORS[word]) for word in words}


def test_over_http_the_same_doors_are_closed(scene, clients):
    """Every function, asked by everybody to whom the matrix closes it: a refusal of ours, or an answer that does not hold the row."""
    opened = []
    for function, (params, needle) in probes.calls(scene).items():
        for word in clients.keys() - people(EXPECTED["functions"][function]):
            try:
                answer = call(clients[word], function, **params)
            except Refusal as refusal:
                if refusal.code not in probes.NOT_YOU | {"ROLE2", "MOVE1"}:
                    opened.append(f"{function}: {word} got {refusal.code}")
            else:
                if needle is None or str(needle) in str(answer):
                    opened.append(f"{function}: {word} got an answer")
    assert not opened, "\n".join(opened)


def test_over_http_the_same_readings_are_open(scene, clients):
    """Readings change nothing, so that those to whom they are open may be asked for real."""
    for function in (
        "dossier_page",
        "dossier_for_applicant",
        "clock_band",
        "my_dossiers",
        "orders_to_collect",
        "papers_to_sign",
        "queue",
        "draft_page",
        "verify_record",
    ):
        params, needle = probes.calls(scene)[function]
        for word in clients.keys() & people(EXPECTED["functions"][function]):
            answer = call(clients[word], function, **params)
            assert needle is None or str(needle) in str(answer), f"{word} calls {function}"


def test_no_table_is_exposed_over_http(scene, clients):
    """Neither by its name, nor under another schema, nor for writing."""
    backend = scene.world.backend
    tokens = [backend.anon_key, clients["administrator_elsewhere"].options.headers["Authorization"].removeprefix("Bearer ")]
    with httpx.Client(base_url=f"{backend.url}/rest/v1", headers={"apikey": backend.anon_key}) as http:
        for token in tokens:
            http.headers["Authorization"] = f"Bearer {token}"
            for table in [*EXPECTED["tables"], "users", "objects", "pg_proc"]:
                assert http.get(f"/{table}").status_code == 404, table
            for schema in ("app", "auth", "storage", "pg_catalog", "public, app", "PUBLIC"):
                assert http.get("/dossier", headers={"Accept-Profile": schema}).status_code == 406, schema
                assert http.post("/rpc/my_communes", headers={"Content-Profile": schema}, json={"p_roles": ["clerk"]}).status_code == 406, (
                    schema
                )
            for method in ("POST", "PATCH", "DELETE", "PUT"):
                assert http.request(method, "/dossier", json={}).status_code in (404, 405), method


def test_old_and_new_default_privileges_give_the_same_rights(scene, tmp_path_factory):
    query = """select n.nspname || '.' || p.oid::regprocedure::text as name, has_function_privilege('anon', p.oid, 'execute') as anon,
                      has_function_privilege('authenticated', p.oid, 'execute') as authenticated
                 from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('public', 'app') order by 1"""
    here = scene.world.owner.rows(query), observe.table_rights(scene.world)
    with start_backend(tmp_path_factory.mktemp("new-defaults"), defaults="new") as other:
        world = World(other)
        assert (world.owner.rows(query), observe.table_rights(world)) == here
        world.close()
