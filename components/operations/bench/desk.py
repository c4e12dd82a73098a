"""A warm rerun of a member's desk, for a dossier with 30 documents, against an empty page that makes one call.

Measured as the queue page is (page.py): two sites on one backend, asked over the websocket by the same signed-in member.
"""

from collections.abc import Iterator

from psycopg.types.json import Jsonb

from components.operations.bench.figures import Figure, interleaved, middle
from components.operations.bench.page import EMPTY_SITE, ROUNDS, SITE, WARM, Tab, signed_in, site
from components.operations.bench.sample import PASSWORD, Scene, email, names
from components.permits.client import call

PROCEDURE, DOCUMENTS = "URB-02", 30


def measure(scene: Scene) -> Iterator[Figure]:
    dossier = before_committee(scene)
    shown = call(scene.client("member"), "committee_desk", p_dossier=dossier)
    if len(shown["documents"]) != DOCUMENTS:
        raise SystemExit(f"{len(shown['documents'])} documents instead of {DOCUMENTS}")
    with site(scene.backend, SITE) as ours, site(scene.backend, [*EMPTY_SITE, "same"]) as empty:
        cookie, query = signed_in(ours, email("member")), f"id={dossier}"
        with Tab(ours, "committee_desk", cookie, query) as desk, Tab(empty, "committee_desk", cookie, query) as nothing:
            for tab in (desk, nothing):
                for _ in range(WARM):
                    tab.rerun()
            if "exception" in desk.drawn | nothing.drawn or "text_area" not in desk.drawn or "text_area" in nothing.drawn:
                raise SystemExit(f"not the pages that were meant: {desk.drawn}, {nothing.drawn}")
            drawn, least = interleaved(desk.rerun, nothing.rerun, ROUNDS)
    fastest = f"fastest {min(drawn) * 1000:.0f} and {min(least) * 1000:.0f} ms"
    raw = f"{middle(drawn) * 1000:.0f} against {middle(least) * 1000:.0f} ms; {fastest}"
    yield Figure("a member's desk / empty page with one call", middle(drawn) / middle(least), 2.0, raw=raw)


def before_committee(scene: Scene) -> str:
    """A large project with its papers, transmitted by the clerk, and a member of the commune who sits on it."""
    scene.connection.execute(
        """insert into app.commune_procedure (commune_id, procedure_code, version_id, mode)
           select %s, procedure_code, id, 'online' from app.procedure_version where procedure_code = %s on conflict do nothing""",
        [scene.commune["id"], PROCEDURE],
    )
    if "member" not in scene.people:
        account = {"email": email("member"), "password": PASSWORD, "email_confirm": True, "user_metadata": names("member")}
        made = scene.admin.create_user(account)
        scene.people["member"] = made.user.id
        scene.connection.execute(
            """insert into app.membership (person_id, organisation_id, role, valid_from)
               select %s, id, 'member_commune', '2020-01-01' from app.organisation where kind = 'commune' and commune_id = %s""",
            [made.user.id, scene.commune["id"]],
        )
    dossier = scene.draft(PROCEDURE)
    scene.ask("citizen", "deposit", dossier, None)
    scene.ask("clerk", "act", dossier, "transmit", Jsonb({"class_confirmed": "large"}))
    # Further drawings of the levels, more than one form receives at once.
    held = scene.one("select count(*) as n from app.document where dossier_id = %s and not is_identity", dossier)["n"]
    scene.connection.execute(
        """insert into app.document (dossier_id, slot, storage_path, file_name, size_bytes, mime, digest, pages, check_state)
           select m.dossier_id, m.slot, m.storage_path || '-' || n, 'niveau ' || n || '.pdf', m.size_bytes, m.mime, m.digest, 4, 'accepted'
             from generate_series(1, %s) as n, app.document m where m.dossier_id = %s and m.slot = 'levels'""",
        [DOCUMENTS - held, dossier],
    )
    return dossier
