"""What the members of a committee think of a building permit, by the fate it was given: the same each time."""

from components.operations.demonstration.roads import Road

AGENCY = "member_agency"
CONFORM = "الملف مطابق لضابط البناء العام."
FAVOURABLE = ("favourable", CONFORM, "", [])

# fate: the opinion of one member that decides it: (role, outcome, reasons, article, items)
AGAINST = (AGENCY, "unfavourable", "العلو يتجاوز المسموح به في تصميم التهيئة.", "12-90 art. 43", [])
CHANGES = (
    AGENCY,
    "modification",
    "L'alignement de la façade n'est pas celui du plan d'aménagement.",
    "2-18-577 art. 41",
    [{"text": "Reculer la façade de 1,50 m et coter le retrait.", "article": "2-18-577 art. 41", "lift_by": "", "target": "masse"}],
)
RESERVED = (
    "member_province",
    "with_reservations",
    "يتعين توضيح مدخل البناية.",
    "2-18-577 art. 38",
    [{"text": "يفتح الباب الرئيسي نحو الداخل.", "article": "2-18-577 art. 38", "lift_by": "", "target": "masse"}],
)
UNDER_WAY = (AGENCY, "favourable", "Le plan d'aménagement de ce secteur est en cours d'approbation.", "12-90 art. 45", [])
DECISIVE = {
    "binding": AGAINST,
    "refused": AGAINST,
    "appealed": AGAINST,
    "appealed_again": AGAINST,
    "modification": CHANGES,
    "modified": CHANGES,
    "reserved": RESERVED,
    "deferred": UNDER_WAY,
}
SOMETIMES = {  # role: what it says of one dossier in four
    "member_network": (
        "with_reservations",
        "Le branchement d'eau est à déplacer.",
        "2-18-577 art. 25",
        [{"text": "Déplacer le compteur en limite de propriété.", "article": "2-18-577 art. 25", "lift_by": "", "target": "masse"}],
    ),
    "member_telecom": ("not_concerned", "لا شبكة اتصالات معنية بالمشروع.", "", []),
    "member_commune": ("favourable", "الملف مطابق لضابط البناء الجماعي.", "", []),
    "member_province": ("favourable", "Dossier conforme, accès vérifié sur place.", "", []),
}


def opinion_of(road: Road, role: str, round_: int = 1) -> tuple[str, str, str, list]:
    """(outcome, reasons, article, items). In a second round the one who asked for changes finds them made."""
    decisive = DECISIVE.get(road.fate)
    if decisive and decisive[0] == role:
        return decisive[1:] if round_ == 1 else ("favourable", "Les modifications demandées ont été apportées.", "", [])
    if road.rng.random() < 0.25 and not (decisive and role == "member_network"):
        return SOMETIMES.get(role, FAVOURABLE)
    return FAVOURABLE


# (slot, page, x, y, text, audience): remarks pinned on plans, x and y as shares of the page; and what the architect answers
REMARKS = (
    ("masse", 1, 0.22, 0.3, "Coter le recul par rapport à la voie.", "architect"),
    ("facades", 1, 0.35, 0.45, "يرجى بيان علو الواجهة عند الزاوية.", "architect"),
    ("masse", 1, 0.62, 0.7, "Vérifier l'alignement avec le lot voisin.", "committee"),
    ("masse", 1, 0.5, 0.5, "Comparer avec le dossier du lot 12.", "private"),
)
MESSAGE = "Le plan de masse ne cote pas le recul. Faut-il l'attendre avant la séance ?"
REPLY = "تم توجيه الملاحظة إلى المهندس المعماري؛ يبقى الملف مبرمجا في انتظار جوابه."
ANSWER = "تم تصحيح القياس في النسخة الجديدة من التصميم."
