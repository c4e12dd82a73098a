"""ECO-09, a terrace on the public domain: seven services heard in parallel, an order with its mentions, a fee by quarter."""

from datetime import date, timedelta
from random import Random

from components.operations.demonstration.answers import occupation
from tests.filing import attach as attach_checked
from tests.filing import deposit
from tests.world import refused

TOWN = "Aoulouz"
CITIZEN, CLERK, INSTRUCTOR = "citizen Said", f"clerk of {TOWN}", f"instructor of {TOWN}"
PRESIDENT, CASHIER, INSPECTOR = f"president of {TOWN}", f"cashier of {TOWN}", f"inspector of {TOWN}"
SERVICES = ("technical", "patrimony", "urbanism", "economic", "traffic", "administrative police", "local authority")
TERMS = {
    "granted_area": 12,
    "revision_rate": 10,
    "revision_years": 5,
    "sidewalk_to_leave": 1.5,
    "payment_terms": "Par trimestre, le premier mois.",
    "works_allowed": "Tables, chaises et parasols amovibles.",
    "restoration": "Tout est retiré et le sol nettoyé.",
}


def offered(world):
    place = world.open(TOWN)
    world.owner.run(
        """insert into app.commune_procedure (commune_id, procedure_code, version_id, mode)
           select %s, procedure_code, id, 'online' from app.procedure_version where procedure_code = 'ECO-09' on conflict do nothing""",
        place,
    )
    return place


def filed(story, **changed):
    """A complete request for a terrace; its id."""
    world = story.world
    place = world.owner.rows("select id, code, name_fr, name_ar, kind, lat, lon from app.commune where id = %s", offered(world))[0]
    today = world.owner.value("select app.today(%s)", place["id"])
    with world.acting_as(CITIZEN) as citizen:
        dossier = citizen.call("start_draft", p_commune=place["id"], p_procedure="ECO-09")["id"]
        state = citizen.call(
            "save_draft",
            p_dossier=dossier,
            p_base=0,
            p_editor="one",
            p_changes=occupation(Random(4), dict(place), today)
            | {"occ_kind": "open_terrace", "occ_area": 11.2, "occ_location": "other_street"}
            | changed,
        )
    for slot in state["demanded"]:
        if slot["need"] != "optional":
            attach_checked(world, CITIZEN, dossier, slot["slot"])
    deposit(world, CITIZEN, dossier)
    return dossier


def opine(story, dossier, service, outcome, reasons="", article="", who=None):
    role = service.replace(" ", "_")
    task = story.world.owner.value("select id from app.task where dossier_id = %s and role = %s", dossier, role)
    return story.do(who or f"{service} of {TOWN}", "give_opinion", p_task=task, p_outcome=outcome, p_reasons=reasons, p_article=article)


def row(story, dossier):
    return story.world.owner.rows("select * from app.dossier where id = %s", dossier)[0]


def test_a_terrace_is_authorised_after_seven_opinions(story):
    story.title("La terrasse, du dépôt au contrôle", "شرفة المقهى، من الإيداع إلى المراقبة")
    world = story.world
    world.set_today(TOWN, "2026-02-02")
    story.enrol(PRESIDENT)

    with story(
        "Saïd demande une terrasse sur une voie communale. Le délai légal est de soixante jours francs ; le service en vise quinze.",
        "يطلب سعيد شرفة على طريق جماعية. الأجل القانوني ستون يوما كاملة، والمصلحة تستهدف خمسة عشر يوما.",
    ):
        dossier = filed(story)
        assert row(story, dossier)["legal_end"] == world.owner.value("select app.full_days_end('2026-02-02', 60)")
        assert row(story, dossier)["sector_end"] == world.owner.value("select app.add_days('2026-02-02', 15, 'calendar_days')")

    with story(
        "Une fois la voie vérifiée, sept services reçoivent le dossier en même temps, pour dix jours.",
        "بعد التحقق من صنف الطريق تتوصل سبع مصالح بالملف في آن واحد لمدة عشرة أيام.",
    ):
        story.do(CLERK, "act", p_dossier=dossier, p_action="consult", p_data={"road_confirmed": "communal"})
        tasks = world.owner.rows("select role, due_on from app.task where dossier_id = %s and step = 'opinions'", dossier)
        assert {task["role"] for task in tasks} == {service.replace(" ", "_") for service in SERVICES}
        assert {str(task["due_on"]) for task in tasks} == {"2026-02-12"}

    with story(
        "Un avis défavorable sans motif ni article n'est pas reçu ; un service ne parle ni deux fois ni pour un autre.",
        "لا يقبل رأي غير موافق بدون تعليل ومادة؛ ولا تبدي مصلحة رأيها مرتين ولا مكان غيرها.",
    ):
        with refused("OPIN1"):
            opine(story, dossier, "traffic", "unfavourable")
        opine(story, dossier, "technical", "favourable")
        with refused("MOVE1"):
            opine(story, dossier, "technical", "unfavourable", "Trop large.", "57-19 art. 15")
        with refused("ROLE1"):
            opine(story, dossier, "traffic", "favourable", who=f"economic of {TOWN}")

    with story("Une autre commune ne voit rien du dossier.", "لا ترى جماعة أخرى شيئا من الملف."):
        with refused("SEEN1"):
            story.do("technical of Irherm", "dossier_page", p_dossier=dossier)

    with story(
        "Les services répondent ; l'un d'eux se tait : à l'échéance, le dossier continue sans lui.",
        "تجيب المصالح وتسكت إحداها: عند انصرام الأجل يستمر الملف بدونها.",
    ):
        for service in ("patrimony", "urbanism", "economic", "administrative police", "local authority"):
            opine(story, dossier, service, "favourable")
        assert row(story, dossier)["step"] == "opinions"
        world.set_today(TOWN, "2026-02-13")
        story.do("worker of the kingdom", "worker_tick")
        assert row(story, dossier)["step"] == "synthesis"
        assert world.owner.value("select outcome from app.task where dossier_id = %s and role = 'traffic'", dossier) == "silent"

    with story(
        "L'instructeur fait la synthèse ; l'arrêté doit énoncer toutes les mentions de l'article 22.",
        "ينجز المكلف بالدراسة الخلاصة؛ ويجب أن يتضمن القرار جميع بيانات المادة 22.",
    ):
        story.do(INSTRUCTOR, "act", p_dossier=dossier, p_action="draft", p_data={"report": "Avis favorables.", "proposal": "grant"})
        with refused("TERM1") as said:
            story.do(PRESIDENT, "decide", p_dossier=dossier, p_kind="grant", p_terms={"granted_area": 12})
        assert {"revision_rate", "payment_terms", "works_allowed", "restoration"} <= said.paths()

    with story(
        "Le président accorde douze mètres carrés jusqu'à la fin demandée, et signe.",
        "يمنح الرئيس اثني عشر مترا مربعا إلى غاية التاريخ المطلوب ويوقع.",
    ):
        answers = row(story, dossier)["answers"]
        story.do(
            PRESIDENT,
            "decide",
            p_dossier=dossier,
            p_kind="grant",
            p_terms=TERMS | {"granted_from": answers["occ_from"], "granted_to": answers["occ_to"]},
        )
        story.sign(PRESIDENT, dossier)

    with story(
        "Le premier trimestre est dû : douze mètres carrés au tarif de la terrasse découverte ; payé, l'autorisation est remise.",
        "يستحق ربع السنة الأول: اثنا عشر مترا مربعا بتعريفة الشرفة المكشوفة؛ وبعد الأداء يسلم الترخيص.",
    ):
        order = world.owner.rows("select * from app.fee_order where dossier_id = %s", dossier)[0]
        factors = [factor["value"] for factor in order["lines"][0]["factors"]]
        assert factors[0] == 12 and order["total"] == round(factors[0] * factors[1] * factors[2] * 100)
        story.do(CASHIER, "record_payment", p_fee_order=order["id"], p_means="cheque", p_reference="CHQ 12")
        with refused("MONY1"):
            story.do(CASHIER, "record_payment", p_fee_order=order["id"], p_means="cash")
        assert row(story, dossier)["state"] == "DELIVERED" and str(row(story, dossier)["valid_until"]) == answers["occ_to"]

    with story(
        "Au trimestre suivant une nouvelle redevance est due, une seule fois ; soixante jours avant la fin, Saïd est averti.",
        "مع بداية ربع السنة الموالي تستحق إتاوة جديدة مرة واحدة؛ وقبل النهاية بستين يوما يشعر سعيد بذلك.",
    ):
        from_day = date.fromisoformat(answers["occ_from"])
        next_quarter = date(from_day.year + (from_day.month > 9), (from_day.month - 1) // 3 * 3 + 4 if from_day.month < 10 else 1, 1)
        world.set_today(TOWN, next_quarter)
        for _ in range(2):
            story.do("worker of the kingdom", "worker_tick")
        quarters = world.owner.rows("select quarter, total from app.fee_order where dossier_id = %s order by quarter", dossier)
        assert [due["quarter"] for due in quarters][1] == next_quarter and len(quarters) == 2
        second = world.owner.value("select id from app.fee_order where dossier_id = %s and quarter = %s", dossier, next_quarter)
        story.do(CASHIER, "record_payment", p_fee_order=second, p_means="cash")
        world.set_today(TOWN, date.fromisoformat(answers["occ_to"]) - timedelta(days=60))
        for _ in range(2):
            story.do("worker of the kingdom", "worker_tick")
        assert world.owner.value("select count(*) from app.notice where dossier_id = %s and kind = 'renewal'", dossier) == 1
        world.set_today(TOWN, "2026-03-10")

    with story("L'inspecteur mesure la terrasse.", "يعاين المراقب الشرفة ويقيسها."):
        story.do(INSPECTOR, "record_inspection", p_dossier=dossier, p_finding="conform", p_measured={"measured_area": 11.8})
        assert world.owner.value("select count(*) from app.inspection where dossier_id = %s", dossier) == 1

    with story(
        "L'intérêt général impose le retrait : motivé, signé, il ne prend effet qu'après trois mois ; ensuite la vérification le dit.",
        "تقتضي المصلحة العامة السحب: معللا وموقعا، ولا يسري إلا بعد ثلاثة أشهر؛ ثم يبينه التحقق.",
    ):
        code = story.paper(dossier, "permit")["data"]["verification"]["code"]
        story.do(
            PRESIDENT,
            "revoke",
            p_dossier=dossier,
            p_reasons=[{"ground": "public_interest", "text": "Élargissement de la voie.", "article": "57-19 art. 23"}],
        )
        story.sign(PRESIDENT, dossier)
        assert story.do("nobody", "verify_code", p_code=code)["status"] == "authentic"
        world.set_today(TOWN, "2026-06-11")
        assert story.do("nobody", "verify_code", p_code=code)["status"] == "revoked"
        assert story.do(CLERK, "verify_record", p_dossier=dossier) == []


def test_an_unfavourable_opinion_blocks_where_the_commune_says_so(story):
    story.title("L'avis défavorable qui bloque", "الرأي غير الموافق المانع")
    world = story.world
    world.set_today(TOWN, "2026-03-02")
    dossier = filed(story)
    story.do(CLERK, "act", p_dossier=dossier, p_action="consult", p_data={"road_confirmed": "communal"})

    with story("Le service de la circulation s'oppose, avec ses motifs et l'article.", "تعترض مصلحة السير مع التعليل والمادة."):
        for service in SERVICES:
            unfavourable = service == "traffic"
            opine(
                story,
                dossier,
                service,
                "unfavourable" if unfavourable else "favourable",
                "Le trottoir restant est trop étroit." if unfavourable else "",
                "57-19 art. 15" if unfavourable else "",
            )
        story.do(INSTRUCTOR, "act", p_dossier=dossier, p_action="draft", p_data={"report": "Un avis défavorable.", "proposal": "refusal"})

    with story(
        "Dans cette commune un seul avis défavorable suffit : l'octroi est impossible, même par l'API.",
        "في هذه الجماعة يكفي رأي واحد غير موافق: لا يمكن منح الرخصة ولو عبر الواجهة البرمجية.",
    ):
        world.owner.run(
            """update app.commune_procedure set settings = settings || '{"one_unfavourable_blocks": true}'
                where commune_id = %s and procedure_code = 'ECO-09'""",
            world.commune(TOWN),
        )
        answers = row(story, dossier)["answers"]
        with refused("STOP1"):
            story.do(
                PRESIDENT,
                "decide",
                p_dossier=dossier,
                p_kind="grant",
                p_terms=TERMS | {"granted_from": answers["occ_from"], "granted_to": answers["occ_to"]},
            )

    with story(
        "La délégation expirée ne donne aucun pouvoir ; en vigueur et pour cette procédure, elle permet de décider.",
        "التفويض المنتهي لا يخول أي سلطة؛ والساري المفعول والمتعلق بهذه المسطرة يسمح بالبت.",
    ):
        delegate = f"delegate of {TOWN}"
        person, commune = world.person(delegate), world.commune(TOWN)
        world.owner.run(
            """insert into app.delegation (commune_id, delegate_id, order_no, order_date, procedures, valid_from, valid_to)
                           values (%s, %s, '3/2025', '2025-01-02', '{ECO-09}', '2025-01-02', '2026-02-28'),
                                  (%s, %s, '4/2026', '2026-01-02', '{URB-08}', '2026-01-02', '2027-01-02')""",
            commune,
            person,
            commune,
            person,
        )
        reasons = [{"text": "Trottoir trop étroit.", "article": "57-19 art. 15"}]
        with refused("NOPW3"):
            story.do(delegate, "decide", p_dossier=dossier, p_kind="refusal", p_reasons=reasons)
        world.owner.run(
            """insert into app.delegation (commune_id, delegate_id, order_no, order_date, procedures, valid_from, valid_to)
                           values (%s, %s, '5/2026', '2026-02-02', '{ECO-09}', '2026-02-02', '2027-02-02')""",
            commune,
            person,
        )
        story.do(delegate, "decide", p_dossier=dossier, p_kind="refusal", p_reasons=reasons)
        story.worker_works()
        signer = story.paper(dossier, "refusal")["data"]["signer"]
        assert "5/2026" in signer["power"]["fr"] and "5/2026" in signer["power"]["ar"]


def test_a_state_road_is_refused_with_the_way_to_go(story):
    story.title("La route de l'État", "طريق الدولة")
    with story(
        "Sur une route nationale, la commune n'est pas compétente : la demande est refusée avec l'orientation vers l'autorité compétente.",
        "على طريق وطنية ليست الجماعة مختصة: يرفض الطلب مع التوجيه إلى السلطة المختصة.",
    ):
        with refused("LACK1") as said:
            filed(story, road_kind="national")
        assert "road_kind" in said.paths()


def test_the_applicant_may_withdraw(story):
    story.title("Le désistement", "سحب الطلب")
    story.world.set_today(TOWN, "2026-04-01")
    with story(
        "Saïd se désiste avant la décision ; le dossier est clos, son délai s'arrête, et il ne peut plus être décidé.",
        "يسحب سعيد طلبه قبل القرار؛ يغلق الملف ويتوقف أجله ولا يمكن البت فيه.",
    ):
        dossier = filed(story)
        with refused("ROLE1"):
            story.do(CLERK, "withdraw", p_dossier=dossier)
        story.do(CITIZEN, "withdraw", p_dossier=dossier, p_reason="Le café ferme.")
        assert row(story, dossier)["state"] == "WITHDRAWN" and row(story, dossier)["closed_at"]
        with refused("MOVE1"):
            story.do(CLERK, "act", p_dossier=dossier, p_action="consult", p_data={"road_confirmed": "communal"})
        assert (
            story.world.owner.value("select kind from app.clock_event where dossier_id = %s order by seq desc limit 1", dossier) == "stop"
        )
