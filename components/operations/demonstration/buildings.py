"""Plausible building projects, the same ones each time: houses in accepted subdivisions (URB-03), flats, shops, farms, schools (URB-02).

Figures keep to the rules of both procedures; what calls an occasional member (a public place, a road of the State, old walls, a river)
is part of some projects.
"""

from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from components.operations.demonstration.answers import address, applicant, person

HOUSE, FLATS = "individual_housing", "collective_housing"
WORKS = ("new", "new", "raising", "extension", "facade", "facade", "facade", "fence", "fence")  # of small projects
SMALL = {  # works: title in French, in Arabic
    "new": ("Maison individuelle R+{up}", "منزل فردي سفلي + {up}"),
    "raising": ("Surélévation d'un étage", "تعلية منزل بطابق"),
    "extension": ("Extension d'une maison", "توسيع منزل"),
    "facade": ("Changement de façade", "تغيير واجهة منزل"),
    "fence": ("Clôture d'un lot", "إقامة سور حول بقعة"),
}


class Project(NamedTuple):
    """A large project. ground: m². public: open to the public. near: what it stands by. country: in a douar."""

    fr: str
    ar: str
    use: str
    levels: int
    ground: float
    works: str = "new"
    public: bool = False
    near: str = "none"
    country: bool = False


LARGE = (
    Project("Immeuble de logements R+3", "عمارة سكنية سفلي + 3", FLATS, 4, 220),
    Project("Immeuble de logements R+2", "عمارة سكنية سفلي + 2", FLATS, 3, 160),
    Project("Maison R+1 hors lotissement", "منزل سفلي + 1 خارج تجزئة", HOUSE, 2, 110),
    Project("Deux magasins et bureaux", "محلان تجاريان ومكاتب", "commercial", 2, 180, public=True, near="state_road"),
    Project("École privée R+2", "مدرسة خصوصية سفلي + 2", "education", 3, 420, public=True),
    Project("Cabinet médical", "عيادة طبية", "health", 2, 140, "change", public=True),
    Project("Rez-de-chaussée transformé en commerce", "تحويل طابق أرضي إلى محل تجاري", "commercial", 1, 90, "change", public=True),
    Project("Façade d'une maison d'hôtes", "واجهة دار للضيافة", "tourism", 2, 260, "facade", public=True, near="protected_site"),
    Project("Façade d'un immeuble de bureaux", "واجهة عمارة للمكاتب", "offices", 3, 200, "facade"),
    Project("Façade d'un immeuble de logements", "واجهة عمارة سكنية", FLATS, 4, 220, "facade"),
    Project("Mur de clôture d'une école", "سور مدرسة", "education", 0, 300, "fence"),
    Project("Maison rurale", "منزل قروي", HOUSE, 1, 130, country=True),
    Project("Maison rurale R+1", "منزل قروي سفلي + 1", HOUSE, 2, 120, country=True),
    Project("Unité de trituration d'olives", "وحدة لعصر الزيتون", "industrial", 1, 380, near="river", country=True),
    Project("Hangar agricole", "مستودع فلاحي", "agriculture", 1, 450, near="state_road", country=True),
    Project("Clôture d'une exploitation agricole", "سور حول ضيعة فلاحية", "agriculture", 0, 0, "fence", country=True),
    Project("Magasin transformé en atelier", "تحويل محل إلى ورشة", "industrial", 1, 80, "change", country=True),
    Project("Façade d'un gîte rural", "واجهة مأوى قروي", "tourism", 2, 150, "facade", public=True, country=True),
    Project("Clôture au bord d'un oued", "سور على ضفة واد", "agriculture", 0, 0, "fence", near="river", country=True),
)
LOTS = (("Al Amal", "الأمل"), ("Annasr", "النصر"), ("Al Khair", "الخير"), ("Souss", "سوس"), ("Essalam", "السلام"))
FLOORS = ("ground", "floor_1", "floor_2", "floor_3", "floor_4")


def house(rng: Random, commune: dict, day: date, who: str, company: dict | None = None, kept_back: bool = False) -> dict:
    """Answers to URB-03. kept_back: a paper will be missing, so there must be one that may be."""
    works = rng.choice(WORKS)
    levels, (fr, ar), number = rng.randint(2, 3), rng.choice(LOTS), rng.randint(1, 180)
    area = rng.choice([84, 96, 100, 120, 132, 144, 180])
    ground = round(area * rng.choice([0.8, 0.9, 1]), 2)
    title = SMALL[works][0].format(up=levels - 1), SMALL[works][1].format(up=levels - 1)
    built = {"new": FLOORS[:levels], "raising": FLOORS[levels - 1 : levels], "extension": FLOORS[:1]}.get(works, ())
    said = common(rng, commune, day, who, company, title) | {
        "pc_kind": works,
        "use_main": HOUSE,
        "height_m": 2.5 if works == "fence" else round(levels * 3.3 + 0.6, 2),
        "land_area": area,
        "in_accepted_lot": True,
        "land_networks": ["road", "sewer", "water", "electricity"],
        "land_near": ["none"],
        "rehousing": False,
    }
    french = said["file_language"] == "fr"
    said["lot_ref"] = f"Lotissement {fr}, lot {number}" if french else f"تجزئة {ar}، البقعة {number}"
    said["land_address"] = f"{said['lot_ref']}, {commune['name_fr']}" if french else f"{said['lot_ref']}، {commune['name_ar']}"
    if works != "fence":
        said |= {"levels_below": 0, "levels_above": levels, "dwellings": 1, "shops": 0, "erp": False}
    if built:
        said |= figures(rng, built, HOUSE, ground, parking=0)
    if kept_back:
        said |= {"app_quality": "co_owner", "land_share": "1/4"}
    return said | architect(rng, day, who)


def building(rng: Random, commune: dict, day: date, who: str, company: dict | None = None, kept_back: bool = False) -> dict:
    """Answers to URB-02: outside an accepted subdivision, or too large for URB-03. kept_back: only a new building lacks papers."""
    country = commune["kind"] == "rural"
    # A new building has twice the papers of other works: one project in three is one.
    new = kept_back or rng.random() < 0.35
    project = rng.choice([one for one in LARGE if one.country == country and (one.works == "new") == new])
    said = common(rng, commune, day, who, company, (project.fr, project.ar)) | {
        "pc_kind": project.works,
        "use_main": project.use,
        "height_m": 2.5 if project.works == "fence" else round(project.levels * 3.3 + 1.2, 2),
        "land_area": rng.choice([1200, 2400, 5600]) if country else round(project.ground * rng.choice([1.2, 1.5, 2])),
        "in_accepted_lot": False,
        "land_networks": ["road", "electricity"] if country else ["road", "sewer", "water", "electricity"],
        "land_near": [project.near],
    }
    if project.works != "fence":
        said |= {"levels_below": 0, "levels_above": project.levels, "erp": project.public}
        said |= {"capacity": rng.choice([40, 80, 120])} if project.public else {}
    if project.use in (HOUSE, FLATS):
        said |= {"dwellings": 1 if project.use == HOUSE else project.levels * 2, "rehousing": False}
    if project.works == "change":
        said |= {"change_touches": ["distribution", "use"]}
    if project.works == "new":
        said |= figures(rng, FLOORS[: project.levels], project.use, project.ground, parking=0 if country else project.levels)
        said |= {"sewer": "autonomous", "water": "well"} if country else {}
    return said | architect(rng, day, who, none=country and not project.public and rng.random() < 0.5)


def common(rng: Random, commune: dict, day: date, who: str, company: dict | None, title: tuple[str, str]) -> dict:
    """What both forms ask whatever the project: who, where, what, the declarations."""
    place = address(rng, commune)
    language = "fr" if any("a" <= letter <= "z" for letter in place["text"].lower()) else "ar"  # that of the address
    titled = rng.random() < 0.7
    return applicant(rng, company) | mandate(rng, day, who) | {
        "app_quality": "owner",
        "land_title_kind": "titled" if titled else "melkia",
        **({"land_title_no": f"{rng.randint(1000, 99999)}/39"} if titled else {}),
        "land_address": place["text"],
        "land_geom": place["shape"],
        "land_use_fixed": "fixed",
        "land_zone": rng.choice(["D1", "D2", "B3", "RB"]),
        "proj_title": title[0] if language == "fr" else title[1],
        "proj_desc": DESCRIPTIONS[language][rng.randrange(3)],
        "listed_project": False,
        "cost_est": rng.choice([180000, 320000, 450000, 900000]),
        "duration": rng.choice([6, 12, 18, 24]),
        "site_on_public_road": rng.random() < 0.15,
        "tax_exemption": "none",
        "complete_statement": True,
        "no_change_promise": True,
        "sworn_statement": True,
        "data_notice": True,
        "file_language": language,
    }  # fmt: skip


DESCRIPTIONS = {
    "fr": (
        "Structure en béton armé, façades enduites, menuiseries en aluminium.",
        "Construction traditionnelle rénovée, patio central, terrasse accessible.",
        "Ossature en béton, cloisons en brique, revêtements locaux.",
    ),
    "ar": (
        "هيكل من الخرسانة المسلحة وواجهات مكسوة ونجارة من الألمنيوم.",
        "بناء تقليدي بصحن وسطي وسطح مستعمل.",
        "هيكل خرساني وجدران من الآجر وتكسية محلية.",
    ),
}


def mandate(rng: Random, day: date, who: str) -> dict:
    """An architect files for the owner."""
    if who != "architect":
        return {"by_mandate": False}
    return {
        "by_mandate": True,
        "mand_quality": "architect",
        "mand_name": "Meryem Alaoui",
        "mand_cin": "JC217845",
        "mand_scope": "whole_procedure",
        "mand_date": (day - timedelta(days=rng.randint(3, 20))).isoformat(),
    }


def architect(rng: Random, day: date, who: str, none: bool = False) -> dict:
    if none:
        return {"has_architect": False}
    someone = person(rng)
    return {
        "has_architect": True,
        "architect_name": "Meryem Alaoui" if who == "architect" else f"{someone['first_fr']} {someone['last_fr']}",
        "architect_order_no": str(1200 + rng.randint(0, 800)),
        "architect_contract_on": (day - timedelta(days=rng.randint(20, 90))).isoformat(),
        "architect_mission": "design_and_supervision",
    }


def figures(rng: Random, floors: tuple[str, ...], use: str, ground: float, parking: int) -> dict:
    """The table of areas and the place on the land."""
    return {
        "areas": [{"level": floor, "area_use": use, "m2": round(ground * (1 if floor == "ground" else 1.04), 2)} for floor in floors],
        "overhang_m2": rng.choice([0, 0, 1.4, 2.6]),
        "ground_m2": ground,
        "parking_nb": parking,
        "sewer": "network",
        "water": "network",
    }


REQUESTS = {"URB-03": house, "URB-02": building}
