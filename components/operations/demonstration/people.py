"""Who lives in the demonstration: accounts, offices and powers.

One commune has one named account for every role; the others, small, have an agent who does everything behind the counter,
a president, and somebody who sits for them in the committee. Addresses end in .example: no mail can leave.
"""

import bcrypt
import psycopg
from psycopg.types.json import Jsonb

PASSWORD = "demonstration-2026"
PIN = "274961"
PROVINCE = "09.541"
MAIN = "Taroudannt"
SINCE = "2024-01-01"
SERVICES = ("technical", "patrimony", "urbanism", "economic", "traffic", "administrative_police", "local_authority")
COUNTER = ("clerk", "instructor", "cashier", "inspector", *SERVICES)

# role: (name in French, name in Arabic)
STAFF = {
    "clerk": ("Khadija Amzil", "خديجة أمزيل"),
    "instructor": ("Rachid Outaleb", "رشيد أوطالب"),
    "technical": ("Samir Bouhmad", "سمير بوحماد"),
    "patrimony": ("Naima Tazi", "نعيمة التازي"),
    "urbanism": ("Youssef Ait Lahcen", "يوسف آيت لحسن"),
    "economic": ("Hind Chakir", "هند شاكر"),
    "traffic": ("Omar Idbella", "عمر إدبلا"),
    "administrative_police": ("Said Oubella", "سعيد أوبلا"),
    "local_authority": ("Caïd Mustapha Rami", "القائد مصطفى الرامي"),
    "inspector": ("Brahim Akhrif", "إبراهيم أخريف"),
    "president": ("Ahmed El Mansouri", "أحمد المنصوري"),
    "delegate": ("Fatima-Zahra Id Said", "فاطمة الزهراء إدسعيد"),
    "cashier": ("Latifa Benali", "لطيفة بنعلي"),
    "governor": ("Cabinet du gouverneur", "ديوان العامل"),
    "administrator": ("Administration de la plateforme", "إدارة المنصة"),
    "secretary": ("Zineb Aourik", "زينب أوريك"),
    "commune_secretary": ("Ilham Bouzid", "إلهام بوزيد"),
    "member_commune": ("Lahcen Azergui", "لحسن أزركي"),
    "member_province": ("Nadia Amrani", "نادية عمراني"),
    "member_agency": ("Yassine Belkadi", "ياسين بلقاضي"),
    "member_network": ("Mustapha Oubaha", "مصطفى أوباها"),
    "member_telecom": ("Salma Idrissi", "سلمى الإدريسي"),
    "member_civil_protection": ("Driss Amghar", "إدريس أمغار"),
    "member_public_works": ("Jamal Tanane", "جمال تنان"),
    "member_culture": ("Siham Ait Bella", "سهام آيت بلا"),
    "member_environment": ("Houda Bennis", "هدى بنيس"),
}
ROLES = {"commune_secretary": "secretary"}  # of accounts that are not called by their role
OF_THE_PROVINCE = ("governor", "administrator", "secretary", "member_province")
# member of a committee: (kind of its body, name in French, in Arabic, since when it is there)
BODIES = {
    "member_agency": ("urban_agency", "Agence urbaine de Taroudannt", "الوكالة الحضرية لتارودانت", SINCE),
    # The regional company took over from its predecessors on that day, as the press reports (confidence B).
    "member_network": ("operator", "SRM Souss-Massa", "الشركة الجهوية متعددة الخدمات سوس ماسة", "2024-10-15"),
    "member_telecom": ("operator", "Télécommunications, agence de Taroudannt", "الاتصالات، وكالة تارودانت", SINCE),
    "member_civil_protection": ("state_service", "Protection civile de Taroudannt", "الوقاية المدنية بتارودانت", SINCE),
    "member_public_works": ("state_service", "Direction provinciale de l'équipement", "المديرية الإقليمية للتجهيز", SINCE),
    "member_culture": ("state_service", "Conservation des monuments historiques", "محافظة المباني التاريخية", SINCE),
    "member_environment": ("state_service", "Agence du bassin hydraulique de Souss-Massa", "وكالة الحوض المائي لسوس ماسة", SINCE),
}
# Who signs with a key of their own, so that whoever plays them finds it there.
SIGNERS = ("president", "delegate", "governor", "secretary", "commune_secretary", *(name for name in STAFF if name.startswith("member_")))
APPLICANTS = {
    "citizen": ("Fatima Ouchen", "فاطمة أوشن"),
    "neighbour": ("Hassan Ait Taleb", "حسن آيت طالب"),
    "architect": ("Meryem Alaoui", "مريم العلوي"),
    "company_member": ("Karim Souss", "كريم سوس"),
}
# Applicants whom nobody plays: not listed on the sign-in page.
OTHERS = {
    "applicant.1": ("Mina Aït Omar", "مينة آيت عمر"),
    "applicant.2": ("Abdelkrim Souiri", "عبد الكريم الصويري"),
    "applicant.3": ("Zahra Belhaj", "زهرة بلحاج"),
    "applicant.4": ("Omar Tifnouti", "عمر التيفنوتي"),
    "applicant.5": ("Saadia Oubrahim", "السعدية أوبراهيم"),
    "applicant.6": ("Mohamed Bouzekri", "محمد بوزكري"),
}
COMPANY = {"name_fr": "Souss Rénovation SARL", "name_ar": "شركة سوس للترميم", "rc": "4521", "tax_id": "40215873"}


def email(name: str) -> str:
    return f"{name}@demonstration.example"


def create_accounts(admin, names: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Accounts by the Auth administration API; those that exist are kept. Returns {name: person id}."""
    known = {user.email: user.id for user in admin.auth.admin.list_users(per_page=1000)}
    # One password, hashed once: a hash is slow by design.
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(10)).decode()
    for name, (fr, ar) in names.items():
        if email(name) not in known:
            who = {"name_fr": fr, "name_ar": ar, "language": "ar"}
            account = {"email": email(name), "password_hash": hashed, "email_confirm": True, "user_metadata": who}
            known[email(name)] = admin.auth.admin.create_user(account).user.id
    return {name: known[email(name)] for name in names}


def appoint(connection: psycopg.Connection, person: str, organisation: str, role: str, since: str = SINCE) -> None:
    connection.execute(
        """insert into app.membership (person_id, organisation_id, role, valid_from)
           select %s, %s, %s, %s
            where not exists (select from app.membership where person_id = %s and organisation_id = %s and role = %s)""",
        (person, organisation, role, since, person, organisation, role),
    )


def organisation(connection: psycopg.Connection, kind: str, commune: str | None = None) -> str:
    if kind == "province":
        return connection.execute("select id from app.organisation where kind = 'province' and province_code = %s", (PROVINCE,)).fetchone()[
            0
        ]
    return connection.execute("select id from app.organisation where kind = %s and commune_id = %s", (kind, commune)).fetchone()[0]


def open_province(connection: psycopg.Connection) -> list[dict]:
    """Opens the province's communes as demonstration communes and enables all procedures: online in town, at the counter elsewhere."""
    connection.execute("update app.commune set is_demonstration = true where province_code = %s", (PROVINCE,))
    connection.execute("select app.open_commune(id) from app.commune where province_code = %s", (PROVINCE,))
    connection.execute(
        """insert into app.commune_procedure (commune_id, procedure_code, version_id, mode)
           select c.id, v.procedure_code, v.id,
                  case when c.kind = 'urban' or c.population > 12000 then 'online'
                       when c.population > 6000 then 'counter' else 'paper_register' end
             from app.commune c, app.procedure_version v where c.province_code = %s and v.owner_kind = 'national'
           on conflict do nothing""",
        (PROVINCE,),
    )
    connection.commit()
    rows = connection.execute(
        "select id, code, name_fr, name_ar, kind, lat, lon, population from app.commune where province_code = %s order by population desc",
        (PROVINCE,),
    ).fetchall()
    return [
        dict(zip(("id", "code", "name_fr", "name_ar", "kind", "lat", "lon", "population"), row, strict=True)) | {"id": str(row[0])}
        for row in rows
    ]


def settle(connection: psycopg.Connection, admin, communes: list[dict]) -> dict[str, str]:
    """Everybody's account and memberships in the chosen communes (the first is the main one). Returns {name: person id}."""
    main, others = communes[0], communes[1:]
    names = STAFF | APPLICANTS | OTHERS
    for place in others:
        names = names | {
            f"agent.{place['code']}": (f"Agent de {place['name_fr']}", f"عون جماعة {place['name_ar']}"),
            f"president.{place['code']}": (f"Président de {place['name_fr']}", f"رئيس جماعة {place['name_ar']}"),
            f"member.{place['code']}": (f"Représentant de {place['name_fr']}", f"ممثل جماعة {place['name_ar']}"),
        }
    people = create_accounts(admin, names)
    for name in STAFF:
        if name in BODIES:
            continue  # found_bodies
        kind = "province" if name in OF_THE_PROVINCE else "local_authority" if name == "local_authority" else "commune"
        appoint(connection, people[name], organisation(connection, kind, main["id"]), ROLES.get(name, name))
    own_committee = seated_above(connection)
    for place in others:
        office = organisation(connection, "commune", place["id"])
        for role in (*COUNTER, *(["secretary"] if place["population"] > own_committee else [])):
            body = organisation(connection, "local_authority", place["id"]) if role == "local_authority" else office
            appoint(connection, people[f"agent.{place['code']}"], body, role)
        appoint(connection, people[f"president.{place['code']}"], office, "president")
        appoint(connection, people[f"member.{place['code']}"], office, "member_commune")
    for kind, holder, role in (("company", "company_member", "company_member"), ("architects", "architect", "architect")):
        fr, ar = (
            (COMPANY["name_fr"], COMPANY["name_ar"])
            if kind == "company"
            else ("Cabinet Alaoui, architectes", "مكتب العلوي للهندسة المعمارية")
        )
        body = connection.execute("select id from app.organisation where kind = %s and name_fr = %s", (kind, fr)).fetchone()
        body = (
            body
            or connection.execute(
                "insert into app.organisation (kind, name_fr, name_ar) values (%s, %s, %s) returning id", (kind, fr, ar)
            ).fetchone()
        )
        appoint(connection, people[holder], body[0], role)
    connection.commit()
    return people


def seated_above(connection: psycopg.Connection) -> int:
    """The population above which a commune has a committee of its own, as the building permits say."""
    return connection.execute(
        "select min((definition #>> '{committee,sits_at,commune_above}')::int) from app.procedure_version"
    ).fetchone()[0]


def secretaries(connection: psycopg.Connection, communes: list[dict]) -> list[str]:
    """Accounts that keep the secretariat of a committee: the province's, and those of the communes that have their own."""
    above = seated_above(connection)
    return ["secretary", "commune_secretary", *(f"agent.{place['code']}" for place in communes[1:] if place["population"] > above)]


def found_bodies(cast, connection: psycopg.Connection) -> None:
    """The bodies that reach the whole province and sit in its committees, each with its member."""
    for name, (kind, fr, ar, since) in BODIES.items():
        body = connection.execute("select id from app.organisation where kind = %s and name_fr = %s", (kind, fr)).fetchone()
        if body is None:
            body = [cast.call("administrator", "create_organisation", p_kind=kind, p_name_fr=fr, p_name_ar=ar, p_province=PROVINCE)]
        appoint(connection, cast.ids[name], body[0], name, since)
    connection.commit()


def announce(connection: psycopg.Connection) -> None:
    """What the sign-in page lists while the demonstration is on: one account per role, members of committees with their body."""
    bodies = {name: (fr, ar) for name, (_, fr, ar, _) in BODIES.items()}
    bodies |= dict.fromkeys(("secretary", "member_province"), ("province de Taroudannt", "إقليم تارودانت"))
    bodies |= dict.fromkeys(("commune_secretary", "member_commune"), ("commune de Taroudannt", "جماعة تارودانت"))
    accounts = [
        {
            "email": email(name),
            "role": "applicant" if name in ("citizen", "neighbour") else ROLES.get(name, name),
            "name_fr": f"{fr}, {bodies[name][0]}" if name in bodies else fr,
            "name_ar": f"{ar}، {bodies[name][1]}" if name in bodies else ar,
        }
        for name, (fr, ar) in (APPLICANTS | STAFF).items()
    ]
    connection.execute(
        "insert into app.setting (key, value) values ('demonstration', %s) on conflict (key) do update set value = excluded.value",
        (Jsonb({"accounts": accounts, "password": PASSWORD, "pin": PIN}),),
    )
    connection.commit()
