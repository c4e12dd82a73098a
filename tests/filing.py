"""Steps of filing a request, for tests that need a dossier: a repair permit (URB-08) by Fatima in her commune.

dossier = draft(world, "citizen Fatima", "Ait Iaaza")      typed and kept, no file yet
attach(world, "citizen Fatima", dossier, "title")          uploaded, registered, checked
dossier = deposited(world, "citizen Fatima", "Ait Iaaza")  filed with everything, receipt issued
"""

import uuid
from datetime import date, timedelta

from psycopg.types.json import Jsonb

PROCEDURE = "URB-08"
SLOTS = ("identity", "title", "photos")  # what the sample answers demand; photos may come later


def answers(today=None):
    """Answers of a repair request that the form accepts as they are."""
    today = today or date.today()
    return {
        "app_kind": "person", "app_id_kind": "cin", "app_cin": "JC123456",
        "app_first_name_ar": "فاطمة", "app_last_name_ar": "أيت علي", "app_first_name_fr": "Fatima", "app_last_name_fr": "Aït Ali",
        "app_address": "12, rue de la Mosquée, Ait Iaaza", "app_phone": "0661234567",
        "app_contact_channel": "platform", "app_quality": "owner",
        "by_mandate": False,
        "land_title_kind": "titled", "land_title_no": "12345/39", "land_area": 120, "land_address": "Douar Tamaloukt",
        "land_geom": {"address": "Douar Tamaloukt", "douar": "Tamaloukt"}, "land_networks": ["road", "water"],
        "ref_works": ["painting", "tiling"], "ref_desc": "Peinture et carrelage du rez-de-chaussée", "ref_surface": 80,
        "ref_start": str(today + timedelta(days=30)), "ref_end": str(today + timedelta(days=60)), "ref_scaffold": False,
        "touches_facade": False, "touches_structure": False, "touches_distribution": False, "changes_use": False,
        "touches_common_parts": False,
        "ref_neg_check": True, "sworn_statement": True, "data_notice": True, "file_language": "fr",
    }  # fmt: skip


def offer(world, commune, mode="online"):
    """Open the commune and let it offer the repair permit; its id."""
    place = world.open(commune)
    world.owner.run(
        """insert into app.commune_procedure (commune_id, procedure_code, version_id, mode)
           select %s, procedure_code, id, %s from app.procedure_version where procedure_code = %s order by version desc limit 1
           on conflict (commune_id, procedure_code) do update set mode = excluded.mode""",
        place, mode, PROCEDURE,
    )  # fmt: skip
    return place


def start(world, person, commune, channel="online", mode="online", token=None):
    """Open an empty draft; its id."""
    place = offer(world, commune, mode)
    with world.acting_as(person) as actor:
        return actor.call("start_draft", p_commune=place, p_procedure=PROCEDURE, p_channel=channel, p_token=token or uuid.uuid4())["id"]


def draft(world, person, commune, channel="online", **changed):
    """A draft with every answer given; changed answers by name, None leaves one out."""
    dossier = start(world, person, commune, channel)
    today = world.owner.value("select app.today(%s)", world.commune(commune))
    typed = {path: value for path, value in (answers(today) | changed).items() if value is not None}
    with world.acting_as(person) as actor:
        actor.call("save_draft", p_dossier=dossier, p_changes=typed, p_base=0, p_editor="first page")
    return dossier


def upload(world, person, dossier, slot, name="scan.pdf", size=1000):
    """Put a file into storage in the person's own right, as the page does; its key."""
    key = f"{dossier}/{slot}/{uuid.uuid4()}"
    with world.acting_as(person) as actor:
        actor.run(
            "insert into storage.objects (bucket_id, name, owner, owner_id, metadata) values ('dossiers', %s, %s, %s, %s)",
            key, actor.person, str(actor.person), Jsonb({"size": size, "mimetype": "application/pdf"}),
        )  # fmt: skip
    return key


def register(world, person, dossier, slot, name="scan.pdf", size=1000, replaces=None):
    """Upload and register a file, still to be checked; its id."""
    key = upload(world, person, dossier, slot, name, size)
    with world.acting_as(person) as actor:
        return actor.call(
            "register_document", p_dossier=dossier, p_slot=slot, p_path=key, p_file_name=name, p_size=size, p_replaces=replaces
        )


def check(world, document, ok=True, code="SCAN3"):
    """What the worker writes once it has looked at the bytes."""
    result = {"ok": ok, "mime": "application/pdf", "size": 1000, "digest": "0" * 64, "pages": 1, "code": None if ok else code}
    world.owner.value("select app.file_checked(%s, %s)", document, Jsonb(result))


def attach(world, person, dossier, slot, name="scan.pdf"):
    # At once: a worker that runs beside a committed world would look for bytes that were never sent.
    with world.connection.transaction():
        document = register(world, person, dossier, slot, name)
        check(world, document)
    return document


def deposit(world, person, dossier, token=None):
    with world.acting_as(person) as actor:
        return actor.call("deposit", p_dossier=dossier, p_token=token or uuid.uuid4())


def deposited(world, person, commune, slots=SLOTS, channel="online", **changed):
    """A request filed with the given documents; its id."""
    dossier = draft(world, person, commune, channel, **changed)
    for slot in slots:
        attach(world, person, dossier, slot)
    deposit(world, person, dossier)
    return dossier
