"""Filing a building permit, for tests that need one before the committee: a house in an accepted subdivision (URB-03, small) or a
building of flats outside one (URB-02, large).

dossier = deposited(world, "architect Samira", "Ait Iaaza")                 with real files, through HTTP; the worker checks them (worker())
dossier = deposited(world, ..., procedure="URB-02")
dossier = seated(world, "citizen Fatima", "Ait Iaaza")                      by SQL alone, transmitted by the clerk: before the committee
"""

import uuid
from datetime import date, timedelta

from fpdf import FPDF

from components.permits.client import call, stored
from tests import filing

SLOTS = {
    "URB-03": ("identity", "ownership", "situation", "masse", "levels", "sections", "facades", "architect_contract", "surfaces", "notice"),
    "URB-02": (
        "identity", "ownership", "situation", "topographic", "masse", "levels", "sections", "facades", "architect_contract", "surfaces",
        "notice", "telecom_plan", "networks_plans", "seismic", "geotechnical",
    ),
}  # fmt: skip
PLANS = {"situation", "masse", "levels", "sections", "facades"}


def answers(procedure="URB-03", today=None):
    today = today or date.today()
    small = {
        "app_kind": "person", "app_id_kind": "cin", "app_cin": "JC123456",
        "app_first_name_ar": "فاطمة", "app_last_name_ar": "أيت علي", "app_first_name_fr": "Fatima", "app_last_name_fr": "Aït Ali",
        "app_address": "12, rue de la Mosquée", "app_phone": "0661234567", "app_contact_channel": "platform", "app_quality": "owner",
        "by_mandate": False,
        "land_title_kind": "titled", "land_title_no": "12345/39", "land_area": 120, "land_address": "Lotissement Al Amal, lot 14",
        "land_geom": {"address": "Lotissement Al Amal, lot 14", "douar": ""}, "in_accepted_lot": True, "lot_ref": "Al Amal, lot 14",
        "land_networks": ["road", "sewer", "water", "electricity"], "land_near": ["none"], "land_use_fixed": "fixed", "land_zone": "D2",
        "pc_kind": "new", "proj_title": "Maison R+1", "proj_desc": "Maison individuelle à un étage", "use_main": "individual_housing",
        "levels_below": 0, "levels_above": 2, "height_m": 7.5, "dwellings": 1, "shops": 0, "erp": False, "listed_project": False,
        "cost_est": 400000, "duration": 12, "site_on_public_road": False,
        "areas": [
            {"level": "ground", "area_use": "individual_housing", "m2": 96.3},
            {"level": "floor_1", "area_use": "individual_housing", "m2": 95.2},
        ],
        "overhang_m2": 1.4, "ground_m2": 96.3, "parking_nb": 0, "sewer": "network", "water": "network",
        "has_architect": True, "architect_name": "Samira Benali", "architect_order_no": "1234", "architect_contract_on": str(today),
        "architect_mission": "design_and_supervision",
        "tax_exemption": "none", "rehousing": False,
        "complete_statement": True, "no_change_promise": True, "sworn_statement": True, "data_notice": True, "file_language": "fr",
    }  # fmt: skip
    if procedure == "URB-03":
        return small
    return small | {
        "land_area": 640, "land_address": "Avenue Hassan II", "land_geom": {"address": "Avenue Hassan II", "douar": ""},
        "in_accepted_lot": False, "lot_ref": None, "proj_title": "Immeuble R+4", "proj_desc": "Vingt logements sur cinq niveaux",
        "use_main": "collective_housing", "levels_above": 5, "height_m": 17.5, "dwellings": 20,
        "areas": [
            {"level": "ground", "area_use": "collective_housing", "m2": 400},
            {"level": "floor_1", "area_use": "collective_housing", "m2": 1600},
        ],
        "ground_m2": 400, "parking_nb": 12,
    }  # fmt: skip


def plan(text, pages=1, size="A3"):
    """The bytes of a drawing."""
    pdf = FPDF("landscape", format=size)
    pdf.set_font("helvetica", size=20)
    for number in range(1, pages + 1):
        pdf.add_page()
        pdf.rect(20, 20, 200, 150)
        pdf.text(30, 40, f"{text} {number}")
    return bytes(pdf.output())


def offer(world, commune, procedure="URB-03"):
    place = world.open(commune)
    world.owner.run(
        """insert into app.commune_procedure (commune_id, procedure_code, version_id, mode)
           select %s, procedure_code, id, 'online' from app.procedure_version where procedure_code = %s order by version desc limit 1
           on conflict do nothing""",
        place, procedure,
    )  # fmt: skip
    return place


def draft(world, person, commune, procedure="URB-03", **changed):
    """A draft with every answer given, by SQL in the person's own right; its id."""
    place = offer(world, commune, procedure)
    today = world.owner.value("select app.today(%s)", place)
    typed = {path: value for path, value in (answers(procedure, today) | changed).items() if value is not None}
    with world.acting_as(person) as actor:
        dossier = actor.call("start_draft", p_commune=place, p_procedure=procedure, p_token=uuid.uuid4())["id"]
        actor.call("save_draft", p_dossier=dossier, p_changes=typed, p_base=0, p_editor="first page")
    return dossier


def put(world, person, dossier, slot, content=None, replaces=None):
    """One real file into its slot, over HTTP; the worker checks it later. Its id."""
    content = content or plan(slot)
    client = world.client(person) if isinstance(person, str) else person
    key = f"{dossier}/{slot}/{uuid.uuid4()}"
    stored(client.storage.from_("dossiers").upload, key, content, {"content-type": "application/pdf"})
    return call(
        client, "register_document", p_dossier=dossier, p_slot=slot, p_path=key, p_file_name=f"{slot}.pdf", p_size=len(content),
        p_replaces=replaces,
    )  # fmt: skip


def deposited(world, person, commune, worker, procedure="URB-03", **changed):
    """Filed with real files that a real worker has checked (worker(): works once); its id."""
    dossier = draft(world, person, commune, procedure, **changed)
    client = world.client(person)
    for slot in SLOTS[procedure]:
        put(world, client, dossier, slot)
    worker()
    call(client, "deposit", p_dossier=dossier, p_token=str(uuid.uuid4()))
    return dossier


def seated(world, person, commune, procedure="URB-03", **changed):
    """Filed, verified by the clerk and before the committee, without bytes; its id."""
    dossier = draft(world, person, commune, procedure, **changed)
    for slot in SLOTS[procedure]:
        filing.attach(world, person, dossier, slot)
    filing.deposit(world, person, dossier)
    transmit(world, commune, dossier)
    return dossier


def transmit(world, commune, dossier):
    with world.acting_as(f"clerk of {commune}") as clerk:
        small = world.owner.value("select procedure_code from app.dossier where id = %s", dossier) == "URB-03"
        clerk.call("act", p_dossier=dossier, p_action="transmit", p_data={"class_confirmed": "small" if small else "large"})


def in_days(world, commune, days):
    return world.owner.value("select app.today(%s)", world.commune(commune)) + timedelta(days=days)
