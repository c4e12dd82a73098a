"""Plausible requests, the same ones each time: people of Souss, streets and douars of Taroudant, small works, terraces.

Names and places come from sql/seed/data; identity numbers are made up and correct in form only.
"""

import csv
import random
from datetime import date, timedelta
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "sql" / "seed" / "data"
ROUND_THE_POINT = 0.012  # degrees: about one kilometre around the commune's own point


@cache
def rows(name: str) -> list[dict]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def person(rng: random.Random) -> dict:
    """{first_fr, first_ar, last_fr, last_ar, cin, phone}"""
    first = rng.choice([row for row in rows("names_first") if row["gender"] in ("M", "F")])
    last = rng.choice(rows("names_last"))
    return {
        "first_fr": first["fr"],
        "first_ar": first["ar"],
        "last_fr": last["fr"],
        "last_ar": last["ar"],
        "cin": f"JC{rng.randint(100000, 599999)}",
        "phone": f"06{rng.randint(10000000, 99999999)}",
    }


def ice(rng: random.Random) -> str:
    """Fifteen digits divisible by 97, as the common company identifier must be."""
    stem = rng.randint(1, 999_999_999) * 10_000 + rng.randint(1, 50)
    return f"{stem:013d}{97 - (stem * 100) % 97:02d}"


def address(rng: random.Random, commune: dict) -> dict:
    """{text, shape}: a street in town, a douar in the country, and a point near the commune's own."""
    douars = [row for row in rows("taroudant_douars") if row["commune_code"] == commune["code"]]
    if commune["kind"] == "rural" and douars:
        text = f"دوار {rng.choice(douars)['name_ar']}، جماعة {commune['name_ar']}"
    else:
        street = rng.choice(rows("streets_generic"))
        text = (
            f"{rng.randint(1, 180)}, {street['fr']}, {commune['name_fr']}"
            if rng.random() < 0.5
            else f"{rng.randint(1, 180)}، {street['ar']}، {commune['name_ar']}"
        )
    point = [
        round(commune["lon"] + rng.uniform(-ROUND_THE_POINT, ROUND_THE_POINT), 5),
        round(commune["lat"] + rng.uniform(-ROUND_THE_POINT, ROUND_THE_POINT), 5),
    ]
    return {"text": text, "shape": {"type": "Point", "coordinates": point}}


def applicant(rng: random.Random, company: dict | None = None) -> dict:
    """The first screen of every form, for a person or for a company."""
    someone = person(rng)
    common = {
        "app_address": f"{rng.randint(1, 90)}, {rng.choice(rows('streets_generic'))['fr']}",
        "app_phone": someone["phone"],
        "app_contact_channel": "platform",
        "by_mandate": False,
    }
    if company:
        return common | {
            "app_kind": "company",
            "app_company_name": company["name_fr"],
            "app_ice": company["ice"],
            "app_rc": company["rc"],
            "app_rc_court": "Taroudant",
            "app_if": company["tax_id"],
            "app_rep_name": f"{someone['first_fr']} {someone['last_fr']}",
            "app_rep_cin": someone["cin"],
        }
    return common | {
        "app_kind": "person",
        "app_id_kind": "cin",
        "app_cin": someone["cin"],
        "app_first_name_ar": someone["first_ar"],
        "app_last_name_ar": someone["last_ar"],
        "app_first_name_fr": someone["first_fr"],
        "app_last_name_fr": someone["last_fr"],
    }


def repair(rng: random.Random, commune: dict, day: date, company: dict | None = None) -> dict:
    """Answers to URB-08, complete and within its rules."""
    place = address(rng, commune)
    titled = rng.random() < 0.6
    works = rng.sample(["painting", "tiling", "plaster", "plumbing_electricity", "joinery", "cracks"], rng.randint(1, 3))
    start = day + timedelta(days=rng.randint(20, 60))
    return applicant(rng, company) | {
        "app_quality": "owner",
        "land_title_kind": "titled" if titled else "melkia",
        **({"land_title_no": f"{rng.randint(1000, 99999)}/39"} if titled else {}),
        "land_area": rng.choice([80, 96, 100, 120, 144, 180, 220]),
        "land_address": place["text"],
        "land_geom": place["shape"],
        "land_networks": ["road", "water", "electricity"],
        "ref_works": works,
        "ref_desc": rng.choice(
            [
                "Reprise des enduits intérieurs et peinture de deux chambres.",
                "ترميم بلاط المطبخ والحمام وتجديد الصباغة الداخلية.",
                "Remplacement du carrelage de la cour et réparation de la plomberie.",
                "إصلاح تشققات سطحية في جدران الطابق السفلي وصباغتها.",
                "Réparation des menuiseries intérieures et de l'installation électrique.",
            ]
        ),
        "ref_surface": rng.choice([18, 24.5, 36, 42, 60, 75.5]),
        "ref_start": start.isoformat(),
        "ref_end": (start + timedelta(days=rng.randint(15, 90))).isoformat(),
        "ref_scaffold": rng.random() < 0.2,
        "touches_facade": False,
        "touches_structure": False,
        "touches_distribution": False,
        "changes_use": False,
        "touches_common_parts": False,
        "ref_neg_check": True,
        "sworn_statement": True,
        "data_notice": True,
        "file_language": rng.choice(["ar", "fr"]),
    }


def occupation(rng: random.Random, commune: dict, day: date, company: dict | None = None) -> dict:
    """Answers to ECO-09, complete and within its rules."""
    place = address(rng, commune)
    trade = rng.choice(rows("local_activities"))
    kind = rng.choice(["open_terrace", "open_terrace", "tables_chairs", "display"])
    count = rng.randint(2, 6)
    start = day + timedelta(days=rng.randint(30, 70))
    return applicant(rng, company) | {
        "app_quality": rng.choice(["owner", "manager"]),
        "adj_kind": "business",
        "trade_name": trade["label_ar"],
        "adj_reference": f"{rng.randint(1, 400)}/{rng.randint(2015, 2025)}",
        "occ_address": place["text"],
        "road_kind": "communal",
        "occ_location": rng.choice(["main_street", "other_street"]),
        "occ_geom": place["shape"],
        "occ_length": 6,
        "occ_area": rng.choice([9, 12, 14.5, 16, 20]),
        "sidewalk_left": rng.choice([1.6, 1.8, 2, 2.5]),
        "occ_kind": kind,
        "occ_from": start.isoformat(),
        "occ_to": (start + timedelta(days=rng.choice([180, 270, 360]))).isoformat(),
        "occ_hours": "08:00 - 22:00",
        "structure_kind": "demountable",
        "structure": rng.choice(
            [
                "Tables et chaises en bois, parasols amovibles, sans fixation au sol.",
                "طاولات وكراسي خشبية ومظلات متنقلة دون تثبيت في الأرض.",
            ]
        ),
        "furniture": [{"kind": "table", "count": count, "width": 0.8, "depth": 0.8, "area": round(count * 0.64, 2), "anchored": False}],
        "restore_promise": True,
        "sworn_statement": True,
        "data_notice": True,
        "file_language": rng.choice(["ar", "fr"]),
    }


REQUESTS = {"URB-08": repair, "ECO-09": occupation}
