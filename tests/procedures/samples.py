"""Complete, truthful requests for each procedure, and the judge that tests put questions to.

Change one answer and see what is said: `judge.faults(code, repair_request() | {"app_cin": "?"})`.
"""

import json

from components.permits import procedures

TODAY = "2026-11-23"
DEFINITIONS = {definition["code"]: definition for definition in map(procedures.load, procedures.files())}

PERSON = {
    "app_kind": "person",
    "app_id_kind": "cin",
    "app_cin": "JC123456",
    "app_first_name_ar": "فاطمة",
    "app_last_name_ar": "أمزيان",
    "app_first_name_fr": "Fatima",
    "app_last_name_fr": "Amzian",
    "app_address": "12, rue de la Kasbah",
    "app_phone": "0661 23 45 67",
    "app_contact_channel": "platform",
    "app_quality": "owner",
    "by_mandate": False,
}
COMPANY = {
    "app_kind": "company",
    "app_company_name": "Café Atlas SARL",
    "app_ice": "001525713000097",
    "app_rc": "1234",
    "app_rc_court": "Taroudant",
    "app_if": "12345678",
    "app_rep_name": "Brahim Outaleb",
    "app_rep_cin": "J54321",
}
PERSONAL = {name for name in PERSON if name.startswith(("app_id", "app_cin", "app_first", "app_last"))}
DECLARATIONS = {"sworn_statement": True, "data_notice": True, "file_language": "ar"}
POINT = {"type": "Point", "coordinates": [-8.8769, 30.4703]}


def repair_request():
    """URB-08: an owner repaints and tiles 45.5 m²."""
    return (
        PERSON
        | DECLARATIONS
        | {
            "land_title_kind": "titled",
            "land_title_no": "12345/39",
            "land_area": 120,
            "land_address": "حي المحايطة",
            "land_geom": POINT,
            "land_networks": ["water", "electricity"],
            "ref_works": ["painting", "tiling"],
            "ref_desc": "Peinture intérieure et carrelage de la cuisine",
            "ref_surface": 45.5,
            "ref_start": "2026-12-01",
            "ref_end": "2027-02-01",
            "ref_scaffold": False,
            "touches_facade": False,
            "touches_structure": False,
            "touches_distribution": False,
            "changes_use": False,
            "touches_common_parts": False,
            "ref_neg_check": True,
        }
    )


def terrace_request():
    """ECO-09: a café's open terrace of 11.4 m², from 15 December to 1 September."""
    return (
        PERSON
        | DECLARATIONS
        | {
            "adj_kind": "business",
            "trade_name": "Café Atlas",
            "adj_reference": "12/2024",
            "occ_address": "Place Assarag",
            "road_kind": "communal",
            "occ_location": "main_street",
            "occ_geom": POINT,
            "occ_length": 6,
            "occ_area": 11.4,
            "sidewalk_left": 2,
            "occ_kind": "open_terrace",
            "occ_from": "2026-12-15",
            "occ_to": "2027-09-01",
            "occ_hours": "08:00 - 23:00",
            "structure_kind": "demountable",
            "structure": "Tables en bois",
            "furniture": [{"kind": "table", "count": 4, "width": 0.8, "depth": 0.8, "anchored": False}],
            "restore_promise": True,
        }
    )


def house_request():
    """URB-03: a house of two levels on a lot of 120 m² in an accepted subdivision, with a balcony of 1.4 m² over the street."""
    return (
        PERSON
        | DECLARATIONS
        | {
            "land_title_kind": "titled",
            "land_title_no": "12345/39",
            "land_area": 120,
            "land_address": "حي المحايطة",
            "land_geom": POINT,
            "in_accepted_lot": True,
            "lot_ref": "Al Mohit, lot 14",
            "lot_accepted_on": "2024-05-02",
            "land_networks": ["road", "sewer", "water", "electricity"],
            "land_near": ["none"],
            "land_use_fixed": "fixed",
            "land_zone": "D3",
            "pc_kind": "new",
            "proj_title": "Maison R+1",
            "proj_desc": "Une maison de deux niveaux avec garage",
            "use_main": "individual_housing",
            "levels_below": 0,
            "levels_above": 2,
            "height_m": 7.5,
            "dwellings": 1,
            "erp": False,
            "listed_project": False,
            "site_on_public_road": False,
            "areas": [
                {"level": "ground", "area_use": "individual_housing", "m2": 96.3},
                {"level": "floor_1", "area_use": "individual_housing", "m2": 95.2},
            ],
            "overhang_m2": 1.4,
            "ground_m2": 96.3,
            "parking_nb": 1,
            "sewer": "network",
            "water": "network",
            "has_architect": True,
            "architect_name": "Salma Idrissi",
            "architect_order_no": "2041",
            "architect_contract_on": "2026-09-01",
            "architect_mission": "design_and_supervision",
            "tax_exemption": "none",
            "rehousing": False,
            "complete_statement": True,
            "no_change_promise": True,
        }
    )


def flats_request():
    """URB-02: flats over shops, five levels, on 400 m² outside any accepted subdivision."""
    return {key: value for key, value in house_request().items() if key not in ("lot_ref", "lot_accepted_on", "rehousing")} | {
        "in_accepted_lot": False,
        "land_area": 400,
        "proj_title": "Résidence Argane",
        "use_main": "mixed",
        "levels_below": 1,
        "levels_above": 5,
        "height_m": 17.5,
        "dwellings": 8,
        "shops": 2,
        "areas": [
            {"level": "basement", "area_use": "commercial", "m2": 180},
            {"level": "ground", "area_use": "commercial", "m2": 200.5},
            {"level": "floor_1", "area_use": "collective_housing", "m2": 210},
        ],
        "overhang_m2": 0,
        "ground_m2": 220,
        "parking_nb": 6,
    }


REQUESTS = {"URB-08": repair_request, "ECO-09": terrace_request, "URB-03": house_request, "URB-02": flats_request}
HOUSE_PAPERS = ("identity", "ownership", "situation", "masse", "levels", "sections", "facades", "architect_contract", "surfaces", "notice")
LARGE_PAPERS = (*HOUSE_PAPERS, "topographic", "networks_plans", "telecom_plan", "seismic", "geotechnical")
PAPERS = {
    "URB-08": {"identity": 1, "title": 1, "photos": 2},
    "ECO-09": {"identity": 1, "sketch": 1, "trade_licence": 1, "insurance": 1},
    "URB-03": dict.fromkeys(HOUSE_PAPERS, 1),
    "URB-02": dict.fromkeys(LARGE_PAPERS, 1),
}
# What the flats are told whatever they answer: they must have telecommunication ducts.
EXPECTED_RULES = {"URB-02": {"telecom_required"}}


class Judge:
    """Puts facts before the evaluator of the database, as its owner."""

    def __init__(self, owner):
        self.owner = owner

    def ask(self, function, *values):
        """The answer of an app function; each value is handed over as JSON."""
        marks = ", ".join("%s::jsonb" for _ in values)
        return self.owner.value(f"select app.{function}({marks})", *(json.dumps(value) for value in values))

    def holds(self, condition, facts=None, row=None):
        return self.ask("holds_condition", condition, facts or {}, row)

    def faults(self, code, answers, documents=None, settings=None, definition=None):
        return self.ask("faults", definition or DEFINITIONS[code], facts_of(code, answers, documents, settings))

    def codes(self, code, answers, documents=None, settings=None):
        """{(path, code)} of every fault."""
        return {(fault["path"], fault["code"]) for fault in self.faults(code, answers, documents, settings)}

    def ask_setting(self, definition, name, value):
        """Is the value allowed for a setting?"""
        return self.owner.value("select app.setting_allowed(%s::jsonb, %s, %s::jsonb)", json.dumps(definition), name, json.dumps(value))

    def fee(self, code, answers, settings=None):
        return self.ask("fee_estimate", DEFINITIONS[code], facts_of(code, answers, None, settings))


def facts_of(code, answers, documents=None, settings=None):
    papers = PAPERS[code] if documents is None else documents
    return {"answers": answers, "settings": settings or {}, "documents": papers, "today": TODAY}
