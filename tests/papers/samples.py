"""Data of papers as the database freezes them, with the awkward values that real dossiers hold."""

import copy

COMMUNE = {
    "name_fr": "Ait Iaaza",
    "name_ar": "آيت إيعزة",
    "name_zgh": "ⴰⵢⵜ ⵉⵄⵣⵣⴰ",
    "code": "09.541.01.01",
    "province_fr": "Taroudant",
    "province_ar": "تارودانت",
    "province_zgh": "ⵜⴰⵔⵓⴷⴰⵏⵜ",
    "province_kind": "province",
    "region_fr": "Souss-Massa",
    "region_ar": "سوس-ماسة",
}
VERIFICATION = {"code": "7K3M-Q9TZ-W2XB", "url": "https://shubbak.example.ma/verify?code=7K3MQ9TZW2XB"}
SIGNER = {
    "name_fr": "Lahcen Aït Baha",
    "name_ar": "لحسن أيت باها",
    "quality": {"fr": "Le président du conseil communal", "ar": "رئيس مجلس الجماعة"},
    "power": {"fr": "Loi organique n° 113-14, article 101", "ar": "القانون التنظيمي رقم 113-14، المادة 101"},
}

PERMIT = {
    "kind": "permit",
    "language": "both",
    "commune": COMMUNE,
    "demonstration": True,
    "service": {"fr": "Service de l’urbanisme", "ar": "مصلحة التعمير"},
    "number": "TRD-2026-REF-000123",
    "dossier_number": "TRD-2026-D-000456",
    "date": "2026-11-23",
    "place": {"fr": "Ait Iaaza", "ar": "آيت إيعزة"},
    "title": {"fr": "Arrêté portant permis de réfection", "ar": "قرار بشأن الترخيص بالإصلاح"},
    "intro": {"fr": "Le président du conseil de la commune d’Ait Iaaza,", "ar": "إن رئيس مجلس جماعة آيت إيعزة،"},
    "visas": [
        {
            "fr": "Vu la loi organique n° 113-14 relative aux communes, notamment son article 101 ;",
            "ar": "بناء على القانون التنظيمي رقم 113.14 المتعلق بالجماعات، ولا سيما المادة 101 منه؛",
        },
        {
            "fr": "Vu la loi n° 12-90 relative à l’urbanisme, telle que modifiée par la loi n° 66-12 ;",
            "ar": "وبناء على القانون رقم 12-90 المتعلق بالتعمير، كما تم تغييره بالقانون رقم 66-12؛",
        },
        {
            "fr": "Vu la demande n° TRD-2026-D-000456 déposée le 09/11/2026 par Mme فاطمة الزهراء بناني (CNIE AB123456) ;",
            "ar": "وبناء على الطلب رقم TRD-2026-D-000456 المودع بتاريخ 09/11/2026 من طرف السيدة Fatima Zahra Bennani (ب.و. AB123456)؛",
        },
    ],
    "considerations": [
        {
            "fr": "Considérant que les travaux (R+1) ne touchent pas la structure et couvrent 120 m², soit 35 % de la surface ;",
            "ar": "وحيث إن الأشغال (R+1) لا تمس هيكل البناء وتهم مساحة 120 م²، أي 35% من المساحة؛",
        }
    ],
    "articles": [
        {
            "title": {"fr": "Objet", "ar": "الموضوع"},
            "fr": "Mme Fatima Zahra Bennani est autorisée à refaire l’étanchéité et les enduits "
            "de la maison sise au n° 12, rue Mohammed V (titre foncier 4521/39).",
            "ar": "يرخص للسيدة فاطمة الزهراء بناني بإصلاح العزل والتبليط بالمنزل "
            "الكائن برقم 12، شارع محمد الخامس (الرسم العقاري عدد 4521/39).",
        },
        {
            "fr": "Les travaux durent six mois à compter de la remise. Téléphone du service : +212 6 12 34 56 78 ou 05 28 85 12 34.",
            "ar": "مدة الأشغال ستة أشهر ابتداء من تاريخ التسليم. هاتف المصلحة: +212 6 12 34 56 78 أو 05 28 85 12 34.",
        },
        {
            "title": {"fr": "Taxe", "ar": "الرسم"},
            "fr": "La taxe s’élève à 1 250,00 dirhams (20 % de réduction déduits).",
            "ar": "حدد مبلغ الرسم في 1 250,00 درهم (بعد خصم 20%).",
        },
        {
            "title": {"fr": "Droits des tiers", "ar": "حقوق الغير"},
            "fr": "Les droits des tiers sont et demeurent réservés.",
            "ar": "تظل حقوق الغير محفوظة.",
        },
    ],
    "tables": [
        {
            "title": {"fr": "Travaux autorisés", "ar": "الأشغال المرخص بها"},
            "columns": [{"fr": "Nature", "ar": "النوع"}, {"fr": "Quantité", "ar": "الكمية"}, {"fr": "Observation", "ar": "ملاحظة"}],
            "rows": [
                [
                    {"fr": "Enduit de façade", "ar": "تبليط الواجهة"},
                    {"fr": "85,50 m²", "ar": "85,50 م²"},
                    {"fr": "Teinte ocre (R+1)", "ar": "لون ترابي (R+1)"},
                ],
                [{"fr": "Étanchéité", "ar": "العزل"}, {"fr": "120 m²", "ar": "120 م²"}, "ATLAS TRAVAUX (SARL)"],
                [{"fr": "Menuiserie", "ar": "النجارة"}, "4", "06 61 23 45 67"],
            ],
        }
    ],
    "lists": [
        {
            "title": {"fr": "Documents annexés", "ar": "الوثائق المرفقة"},
            "items": [
                {"fr": "Plan de situation, visé ne varietur.", "ar": "تصميم الموقع، مؤشر عليه «غير قابل للتغيير»."},
                {"fr": "Devis descriptif des travaux.", "ar": "كشف وصفي للأشغال."},
            ],
        }
    ],
    "footer": [
        {
            "fr": "Recours : devant le président dans les 30 jours, puis devant le gouverneur dans les 15 jours.",
            "ar": "الطعن: أمام رئيس المجلس داخل أجل 30 يوما، ثم أمام العامل داخل أجل 15 يوما.",
        }
    ],
    "signer": SIGNER,
    "verification": VERIFICATION,
    "public": {"kind": "permit", "number": "TRD-2026-REF-000123"},
}

RECEIPT = {
    "kind": "receipt",
    "language": "both",
    "commune": COMMUNE,
    "demonstration": True,
    "service": {"fr": "Guichet numérique", "ar": "الشباك الرقمي"},
    "number": "TRD-2026-R-000456",
    "dossier_number": "TRD-2026-D-000456",
    "date": "2026-11-09",
    "time": "14:05",
    "place": {"fr": "Ait Iaaza", "ar": "آيت إيعزة"},
    "title": {"fr": "Récépissé de dépôt de dossier", "ar": "وصل إيداع ملف"},
    "state_line": {"fr": "Dossier déposé", "ar": "ملف مودع"},
    "intro": {
        "fr": "La commune atteste avoir reçu la demande désignée ci-dessous. Le présent récépissé constate la réception "
        "du dossier, non son caractère complet, tant que les documents essentiels n’ont pas été vérifiés.",
        "ar": "تشهد الجماعة أنها توصلت بالطلب المبين أدناه. يثبت هذا الوصل استلام "
        "الملف ولا يثبت اكتماله ما لم يتم التحقق من الوثائق الأساسية.",
    },
    "tables": [
        {
            "title": {"fr": "La demande", "ar": "الطلب"},
            "columns": [{"fr": "Rubrique", "ar": "البيان"}, {"fr": "Valeur", "ar": "القيمة"}],
            "rows": [
                [
                    {"fr": "Acte demandé", "ar": "القرار المطلوب"},
                    {"fr": "Permis de réfection (loi n° 12-90, art. 40)", "ar": "رخصة الإصلاح (القانون رقم 12-90، المادة 40)"},
                ],
                [{"fr": "Déposant", "ar": "مودع الطلب"}, {"fr": "Fatima Zahra Bennani", "ar": "فاطمة الزهراء بناني"}],
                [{"fr": "Téléphone", "ar": "الهاتف"}, {"fr": "+212 6 12 34 56 78", "ar": "+212 6 12 34 56 78"}],
                [{"fr": "Réponse au plus tard le", "ar": "آخر أجل للجواب"}, {"fr": "20 novembre 2026", "ar": "20 نونبر 2026"}],
            ],
        },
        {
            "title": {"fr": "Documents reçus", "ar": "الوثائق المتوصل بها"},
            "columns": [
                {"fr": "Document", "ar": "الوثيقة"},
                {"fr": "Reçu le", "ar": "تاريخ التوصل"},
                {"fr": "Empreinte SHA-256", "ar": "البصمة SHA-256"},
            ],
            "rows": [
                [{"fr": "Certificat de propriété", "ar": "شهادة الملكية"}, "09/11/2026", "9f86d081884c7d659a2feaa0c55ad015"],
                [{"fr": "Plan de situation", "ar": "تصميم الموقع"}, "09/11/2026", "60303ae22b998861bce3b28f33eec1be"],
                [
                    {"fr": "Copie de la carte nationale d’identité", "ar": "نسخة من البطاقة الوطنية للتعريف"},
                    "09/11/2026",
                    "fd61a03af4f77d870fc21e05e7e80678",
                ],
            ],
        },
    ],
    "footer": [
        {
            "fr": "Silence : sans réponse au terme du délai, la demande est réputée acceptée (loi n° 55-19, article 19).",
            "ar": "السكوت: يعتبر سكوت الإدارة بعد انصرام الأجل بمثابة موافقة (القانون رقم 55-19، المادة 19).",
        },
        {
            "fr": "Données personnelles : loi n° 09-08. Vous pouvez y accéder et les faire corriger auprès de la commune.",
            "ar": "المعطيات ذات الطابع الشخصي: القانون رقم 09-08. يحق لكم الولوج إليها وتصحيحها لدى الجماعة.",
        },
    ],
    "verification": VERIFICATION,
    "public": {},
}

REQUEST = {
    **{key: RECEIPT[key] for key in ("language", "commune", "demonstration", "service", "place", "verification", "public")},
    "kind": "request",
    "number": "TRD-2026-L-000012",
    "dossier_number": "TRD-2026-D-000456",
    "date": "2026-11-12",
    "title": {"fr": "Demande de complément", "ar": "طلب تكملة"},
    "intro": {
        "fr": "L’examen de votre dossier montre qu’il manque les éléments suivants. Le délai est suspendu depuis ce jour.",
        "ar": "تبين من دراسة ملفكم أن العناصر التالية ناقصة. يعلق الأجل ابتداء من تاريخ هذا اليوم.",
    },
    "lists": [
        {
            "title": {"fr": "Éléments demandés", "ar": "العناصر المطلوبة"},
            "items": [
                {
                    "fr": "Remplacer le certificat de propriété, daté de plus de trois mois (loi n° 55-19, article 10).",
                    "ar": "تعويض شهادة الملكية التي تجاوز تاريخها ثلاثة أشهر (القانون رقم 55-19، المادة 10).",
                },
                {"fr": "Préciser la surface (120 ou 150 m²).", "ar": "توضيح المساحة (120 أو 150 م²)."},
            ],
        }
    ],
    "footer": [
        {
            "fr": "Sans réponse dans les 30 jours, le dossier vous est retourné.",
            "ar": "في حالة عدم الجواب داخل أجل 30 يوما، يرجع إليكم الملف.",
        }
    ],
}


def other_kind(kind: str) -> dict:
    """A paper of the remaining kinds, made of the same pieces."""
    if kind in ("refusal", "revocation"):
        titles = {
            "refusal": {"fr": "Arrêté de refus", "ar": "قرار بالرفض"},
            "revocation": {"fr": "Arrêté de retrait", "ar": "قرار بسحب الرخصة"},
        }
        return {**permit(), "kind": kind, "title": titles[kind], "tables": [], "lists": []}
    if kind in ("modification", "deferral"):
        titles = {
            "modification": {"fr": "Demande de modification des plans", "ar": "طلب إدخال تعديلات على التصاميم"},
            "deferral": {"fr": "Décision de sursis à statuer", "ar": "قرار بتأجيل البت"},
        }
        return {**permit(), "kind": kind, "title": titles[kind], "tables": [], "lists": request()["lists"]}
    if kind == "lapse":
        return {
            **{key: value for key, value in permit().items() if key != "signer"},
            "kind": kind,
            "title": {"fr": "Constat de péremption", "ar": "معاينة انقضاء مدة الرخصة"},
            "tables": [],
            "lists": [],
        }
    if kind == "payment":
        return {**receipt(), "kind": kind, "title": {"fr": "Quittance", "ar": "وصل الأداء"}, "state_line": {"fr": "Payé", "ar": "مؤدى"}}
    if kind == "return":
        return {**request(), "kind": kind, "title": {"fr": "Retour du dossier", "ar": "إشعار بإرجاع الملف"}}
    raise ValueError(kind)


def permit() -> dict:
    return copy.deepcopy(PERMIT)


def receipt() -> dict:
    return copy.deepcopy(RECEIPT)


def request() -> dict:
    return copy.deepcopy(REQUEST)
