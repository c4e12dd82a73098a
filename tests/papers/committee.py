"""A committee at work: members with keys of their own, opinions that they signed, the data of the minutes as the database freezes them."""

import copy
import json
import uuid
from dataclasses import dataclass
from pathlib import Path

from components.permits import authority, detached, signing
from tests.papers import samples
from tests.papers.conftest import PIN, WHEN, Signer

ROUTES = (
    "Direction provinciale de l’équipement, du transport, de la logistique et de l’eau",
    "المديرية الإقليمية للتجهيز والنقل واللوجستيك والماء",
)
# (role, organisation, person, need, article), fr then ar.
MEMBERS = [
    (
        "Représentante de la commune",
        "ممثلة الجماعة",
        "Commune d’Ait Iaaza",
        "جماعة آيت إيعزة",
        "Khadija Ouhaddou",
        "خديجة أوحدو",
        "permanent",
    ),
    (
        "Représentant de la province",
        "ممثل الإقليم",
        "Province de Taroudannt",
        "إقليم تارودانت",
        "Brahim El Ouafi",
        "إبراهيم الوافي",
        "permanent",
    ),
    (
        "Agence urbaine",
        "الوكالة الحضرية",
        "Agence urbaine de Taroudannt",
        "الوكالة الحضرية لتارودانت",
        "Salma Bennani",
        "سلمى بناني",
        "permanent",
    ),
    (
        "Réseaux d’eau et d’électricité",
        "شبكات الماء والكهرباء",
        "Société régionale multiservices Souss-Massa",
        "الشركة الجهوية متعددة الخدمات سوس ماسة",
        "Omar Tazi",
        "عمر التازي",
        "permanent",
    ),
    ("Télécommunications", "الاتصالات", "Opérateur des télécommunications", "متعهد الاتصالات", "Hassan Amrani", "حسن عمراني", "permanent"),
    (
        "Protection civile",
        "الوقاية المدنية",
        "Commandement provincial de la protection civile",
        "القيادة الإقليمية للوقاية المدنية",
        "Youssef Idrissi",
        "يوسف الإدريسي",
        "occasional",
    ),
    ("Équipement et eau", "التجهيز والماء", *ROUTES, "Nadia Chraïbi", "نادية الشرايبي", "occasional"),
    ("Culture", "الثقافة", "Direction régionale de la culture", "المديرية الجهوية للثقافة", "Ahmed Bouzid", "أحمد بوزيد", "occasional"),
    (
        "Conservation foncière",
        "المحافظة العقارية",
        "Conservation foncière de Taroudannt",
        "المحافظة العقارية بتارودانت",
        "Latifa Saadi",
        "لطيفة السعدي",
        "occasional",
    ),
    (
        "Chemins de fer",
        "السكك الحديدية",
        "Office national des chemins de fer",
        "المكتب الوطني للسكك الحديدية",
        "Rachid Naciri",
        "رشيد الناصري",
        "occasional",
    ),
    (
        "Environnement",
        "البيئة",
        "Département du développement durable",
        "قطاع التنمية المستدامة",
        "Imane Filali",
        "إيمان الفيلالي",
        "occasional",
    ),
    ("Patrimoine communal", "الممتلكات الجماعية", "Commune d’Ait Iaaza", "جماعة آيت إيعزة", "Said Ouchen", "سعيد أوشن", "occasional"),
]
REASONS = {
    "favourable": ("الملف مطابق لتصميم التهيئة ولضابط البناء العام، ولا سيما من حيث الارتفاع (R+2) والتراجع بـ 4,00 م.", ""),
    "with_reservations": (
        "Réseau d’eau potable en attente rue 12 ; pression de 3,5 bars. Les compteurs (n° 1 à 6) sont à regrouper en façade.",
        "Règlement général de construction, art. 25",
    ),
    "unfavourable": (
        "يتجاوز ارتفاع البناية 12,50 م بينما يحدد تصميم التهيئة (2-14-394) الارتفاع الأقصى في 11,50 م.\n"
        "Le local technique en terrasse compte dans la hauteur (plan n° PL-04, coupe A-A).",
        "القانون رقم 12-90، المادة 47",
    ),
    "modification": ("يتعين تعديل موقع السلم وعرض الممر المؤدي إلى المخرج (1,40 م عوض 1,20 م).", "2-18-577, art. 41"),
    "not_concerned": ("", ""),
}
ITEMS = {
    "with_reservations": [
        {"text": "Déplacer la niche des compteurs à gauche de l’entrée", "article": "art. 25", "lift_by": "2027-03-31"},
        {"text": "إحداث خزان للماء سعته 2 م³ فوق السطح", "article": "المادة 25", "lift_by": "تسليم الرخصة"},
    ],
    "modification": [{"text": "رفع عرض الممر إلى 1,40 م في التصميم PL-02", "article": "المادة 41", "target": "plan"}],
}


@dataclass(frozen=True)
class Member:
    seat: str
    name_fr: str
    name_ar: str
    signer: Signer


def outcome_of(place: int, outcomes: tuple[str, ...]) -> str:
    return outcomes[place % len(outcomes)]


class Committee:
    """count members with a certificate each. outcomes: of their opinions, in turn; "" for one who gave none."""

    def __init__(
        self,
        directory: Path,
        count: int,
        outcomes=("favourable", "favourable", "with_reservations", "favourable", "not_concerned"),
        times=1,
    ):
        self.members, self.opinions, rows = [], [], []
        for place, (role_fr, role_ar, body_fr, body_ar, name_fr, name_ar, need) in enumerate(MEMBERS[:count]):
            sealed_key, request = signing.new_key(PIN)
            certificate = authority.issue(directory, request, name_fr, body_fr, f"person-{place}")
            member = Member(str(uuid.UUID(int=place + 1)), name_fr, name_ar, Signer(sealed_key, certificate))
            self.members.append(member)
            row = {
                "seat": member.seat,
                "role": {"fr": role_fr, "ar": role_ar},
                "organisation": {"fr": body_fr, "ar": body_ar},
                "person": {"fr": name_fr, "ar": name_ar},
                "status": ("present", "remote", "desk", "present", "absent")[place % 5],
                "mandate": "Décision n° 14 du 3 mars 2026" if place == 1 else "",
                "need": need,
                "binding": place == 2,
                "article": {"fr": "Décret n° 2-18-577, art. 25", "ar": "المرسوم رقم 2.18.577، المادة 25"},
            }
            rows.append(row)
            self.opinions.append(self.opinion(row, member, outcome_of(place, outcomes), times))
        self.data = {
            **{
                key: copy.deepcopy(samples.PERMIT[key])
                for key in ("language", "commune", "demonstration", "service", "place", "verification")
            },
            "kind": "minutes",
            "number": "TRD-2026-PV-000031",
            "dossier_number": "TRD-2026-PC-000456",
            "date": "2026-11-23",
            "time": "16:40",
            "title": {"fr": "Procès-verbal de la commission d’étude", "ar": "محضر أشغال لجنة الدراسة"},
            "body": {"fr": "Guichet unique des autorisations d’urbanisme de Taroudannt", "ar": "الشباك الوحيد لرخص التعمير بتارودانت"},
            "session": {"held_at": "2026-11-23T10:00", "place": "Taroudannt, salle 2", "link": ""},
            "round": 1,
            "intro": {
                "fr": "Dossier n° TRD-2026-PC-000456, permis de construire, déposé le 02/11/2026 par Atlas Immobilier (SARL).",
                "ar": "الملف رقم TRD-2026-PC-000456، رخصة البناء، المودع بتاريخ 02/11/2026 من طرف Atlas Immobilier (SARL).",
            },
            "project": [
                [{"fr": "Nature", "ar": "النوع"}, {"fr": "Immeuble d’habitation R+2 avec commerces", "ar": "عمارة سكنية R+2 مع متاجر"}],
                [{"fr": "Terrain", "ar": "العقار"}, {"fr": "Titre foncier 4521/39, 320 m²", "ar": "الرسم العقاري 4521/39، 320 م²"}],
                [{"fr": "Surface de plancher", "ar": "المساحة المغطاة"}, {"fr": "742,50 m²", "ar": "742,50 م²"}],
                [{"fr": "Architecte", "ar": "المهندس المعماري"}, {"fr": "Zineb El Fassi", "ar": "زينب الفاسي"}],
            ],
            "summary": {"fr": "12, rue Mohammed V", "ar": "12، شارع محمد الخامس"},
            "members": rows,
            "opinions": self.opinions,
            "guests": [
                {"name": "زينب الفاسي", "quality": "المهندسة المعمارية، غادرت قبل المداولة"},
                {"name": "M. Alaoui", "quality": "syndic"},
            ],
            "conclusion": {"fr": "Avis favorables, avec les réserves énoncées.", "ar": "آراء موافقة مع التحفظات المذكورة."},
            "changes": self.items("modification"),
            "reservations": self.items("with_reservations"),
            "sealing": {"rule": 3, "needed": 3},
            "transmitted_to": {"fr": "Le président du conseil communal", "ar": "رئيس مجلس الجماعة"},
            "footer": [{"fr": "Transmis au président dans les trois jours ouvrables.", "ar": "يحال على الرئيس داخل أجل ثلاثة أيام عمل."}],
            "public": {},
        }

    def opinion(self, row: dict, member: Member, outcome: str, times: int) -> dict:
        line = {**{key: row[key] for key in ("seat", "role", "organisation", "person", "article", "binding")}, "outcome": outcome or None}
        if not outcome:
            return line | {"outcome_label": None, "reasons": "", "opinion_article": "", "items": [], "at": None, "cms": None}
        reasons, article = REASONS[outcome]
        given = {"outcome": outcome, "reasons": " ".join([reasons] * times), "article": article, "items": ITEMS.get(outcome, [])}
        signed = {
            "kind": "opinion",
            "dossier": "d",
            "number": "TRD-2026-PC-000456",
            "seat": member.seat,
            "round": 1,
            "role": "member",
            "organisation": "o",
            "author": "p",
            "documents": {"plan": ["0" * 64]},
            **given,
        }
        canonical = json.dumps(signed, ensure_ascii=False, sort_keys=True)
        cms = detached.sign_text(member.signer.sealed_key, PIN, member.signer.certificate, canonical, WHEN)
        return line | {
            "outcome_label": {"fr": "", "ar": ""},
            "reasons": given["reasons"],
            "opinion_article": article,
            "items": given["items"],
            "at": WHEN.isoformat(),
            "canonical": canonical,
            "digest": detached.digest_of(canonical),
            "cms": cms,
            "certificate_pem": member.signer.certificate,
        }

    def items(self, outcome: str) -> list[dict]:
        return [item | {"by": opinion["role"]} for opinion in self.opinions if opinion["outcome"] == outcome for item in opinion["items"]]

    def copy(self) -> dict:
        return copy.deepcopy(self.data)
