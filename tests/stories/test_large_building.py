"""URB-02, a building of flats: five members convened, minutes sealed at three signatures, and the other ends of the road."""

from datetime import timedelta

from components.permits import committee
from components.permits.client import call
from tests import building
from tests.stories.committee import FAVOURABLE, convened, sat, says, seat_of, signed_by, signs_minutes
from tests.world import refused

TOWN = "Aoulouz"
OWNER, CLERK, PRESIDENT, CASHIER = "citizen Mounir", f"clerk of {TOWN}", f"president of {TOWN}", f"cashier of {TOWN}"
SECRETARY = "secretary of Taroudannt province"
MEMBERS = {
    "member_commune": f"member commune of {TOWN}",
    "member_province": "member province of Taroudannt province",
    "member_agency": "member agency of Taroudannt",
    "member_network": "member network of Taroudannt",
    "member_telecom": "member telecom of Taroudannt",
}


def row_of(story, dossier):
    return story.world.owner.rows("select * from app.dossier where id = %s", dossier)[0]


def before_committee(story, day):
    world = story.world
    world.set_today(TOWN, day)
    for who in (SECRETARY, CLERK, PRESIDENT, *MEMBERS.values()):
        world.person(who)
    dossier = building.deposited(world, OWNER, TOWN, story.worker_works, "URB-02")
    building.transmit(world, TOWN, dossier)
    return dossier


def opinions(**said):
    """Favourable, but for those named: role=(outcome, reasons, article, items)."""
    return {role: (who, *said.get(role, FAVOURABLE)) for role, who in MEMBERS.items()}


def proposed(story, dossier):
    """The president's form as the desk offers it."""
    (act,) = [act for act in story.do(PRESIDENT, "dossier_page", p_dossier=dossier)["acts"] if act["verb"] == "decide"]
    return act


def test_five_members_sit_and_three_signatures_seal_the_minutes(story):
    story.title("L'immeuble : cinq membres, la séance, le permis", "العمارة: خمسة أعضاء والجلسة والرخصة")
    world = story.world

    with story(
        "Le 7 septembre 2026, Mounir dépose un immeuble R+4 ; hors lotissement réceptionné, les réseaux et les télécoms siègent aussi.",
        "يوم 7 شتنبر 2026 يودع منير طلب عمارة من خمسة مستويات؛ وخارج تجزئة تم تسلمها يشارك أيضا مسيرو الشبكات والاتصالات.",
    ):
        dossier = before_committee(story, "2026-09-07")
        assert {row["role"] for row in world.owner.rows("select role from app.seat where dossier_id = %s", dossier)} == set(MEMBERS)
        body = world.owner.value("select app.seating_body(%s)", dossier)

    with story(
        "Le secrétariat convoque les cinq membres trois jours avant la séance ; moins de 48 heures avant, ce serait refusé.",
        "تستدعي كتابة اللجنة الأعضاء الخمسة ثلاثة أيام قبل الجلسة؛ ولا يقبل استدعاء في أقل من 48 ساعة.",
    ):
        with refused("SESS3"):
            convened(story, SECRETARY, body, [dossier], days=1)
        committee.cancel(story.client(SECRETARY), str(world.owner.value("select id from app.session")), "Convocation tardive")
        session = convened(story, SECRETARY, body, [dossier], {"quorum": 3, "sealing": 3})
        assert row_of(story, dossier)["state"] == "COMMISSION_SCHEDULED"

    with story(
        "L'agence urbaine rend son avis avant la séance ; en séance, quorum constaté, les autres signent le leur.",
        "تبدي الوكالة الحضرية رأيها قبل الجلسة؛ وخلال الجلسة، بعد التحقق من النصاب، يوقع الآخرون آراءهم.",
    ):
        for who in MEMBERS.values():
            story.enrol(who)
        says(story, MEMBERS["member_agency"], dossier, "member_agency")
        with refused("SESS5"):
            committee.open_session(story.client(SECRETARY), session)
        for member in committee.session(story.client(SECRETARY), session)["members"]:
            committee.mark(story.client(SECRETARY), session, member["role"], member["organisation"]["id"], "present", None, "")
        committee.open_session(story.client(SECRETARY), session)
        for role in ("member_commune", "member_province", "member_network", "member_telecom"):
            says(story, MEMBERS[role], dossier, role)
        committee.close_session(story.client(SECRETARY), session)
        assert row_of(story, dossier)["state"] == "OPINIONS_COLLECTED"

    with story(
        "La règle de la commission demande trois signatures : à deux le procès-verbal ne se scelle pas, à trois il se scelle.",
        "تشترط قاعدة اللجنة ثلاثة توقيعات: لا يختم المحضر بتوقيعين ويختم بثلاثة.",
    ):
        paper = committee.draw_minutes(story.client(SECRETARY), dossier)
        story.worker_works()
        signs_minutes(story, MEMBERS["member_agency"], dossier)
        signs_minutes(story, MEMBERS["member_commune"], dossier)
        with refused("MINU4"):
            committee.seal_minutes(story.client(SECRETARY), paper)
        signs_minutes(story, MEMBERS["member_province"], dossier)
        committee.seal_minutes(story.client(SECRETARY), paper)
        story.worker_works()
        assert row_of(story, dossier)["state"] == "DECISION_PENDING"

    with story(
        "Si quelqu'un retouchait ensuite un avis dans la base, la vérification du procès-verbal échouerait en le nommant.",
        "إذا غير أحد لاحقا رأيا في قاعدة البيانات، فشل التحقق من المحضر مع تحديد صاحب الرأي.",
    ):
        with world.connection.transaction(force_rollback=True):
            world.owner.run("update app.opinion set outcome = 'not_concerned' where dossier_id = %s and role = 'member_agency'", dossier)
            found = world.owner.value("select app.minutes_verified(p) from app.paper p where id = %s", paper)
            assert not found["sound"]
            assert [line["name"]["fr"] for line in found["opinions"] if line["state"] == "altered"] == [MEMBERS["member_agency"]]

    with story(
        "Le président accorde, signe ; les taxes sont payées, le permis et ses plans estampillés sont remis.",
        "يوافق الرئيس ويوقع؛ وتؤدى الرسوم وتسلم الرخصة مع تصاميمها المختومة.",
    ):
        story.do(PRESIDENT, "decide", p_dossier=dossier, p_kind="grant")
        signed_by(story, PRESIDENT, dossier)
        order = world.owner.value("select id from app.fee_order where dossier_id = %s", dossier)
        story.do(CASHIER, "record_payment", p_fee_order=str(order), p_means="transfer", p_reference="VIR-881")
        assert row_of(story, dossier)["state"] == "DELIVERED"


def test_the_unfavourable_opinion_of_the_agency_forbids_the_permit(story):
    story.title("L'avis conforme défavorable", "الرأي الملزم غير الموافق")

    with story(
        "L'agence urbaine rend un avis défavorable, motivé et fondé sur un article ; les quatre autres membres sont favorables.",
        "تبدي الوكالة الحضرية رأيا غير موافق معللا ومستندا إلى مادة قانونية؛ والأعضاء الأربعة الآخرون موافقون.",
    ):
        dossier = before_committee(story, "2026-03-30")
        agency = MEMBERS["member_agency"]
        story.enrol(agency)
        with refused("OPIN4"):
            committee.draft_opinion(story.client(agency), seat_of(story, dossier, "member_agency"), "unfavourable", "Trop haut.", "", [])
        sat(story, SECRETARY, dossier, opinions(member_agency=("unfavourable", "Hauteur au-dessus du plan.", "12-90 art. 43", [])))

    with story(
        "Aucun octroi n'est possible, même en contournant la page ; le président refuse, avec le motif et l'article.",
        "لا يمكن منح الرخصة ولو بتجاوز الصفحة؛ فيرفض الرئيس مع ذكر السبب والمادة.",
    ):
        assert proposed(story, dossier)["no_grant_because_of"] == "member_agency"
        for kind, reservations in (("grant", []), ("grant_with_reservations", [{"text": "Réduire la hauteur", "article": ""}])):
            with refused("STOP1"):
                story.do(PRESIDENT, "decide", p_dossier=dossier, p_kind=kind, p_reservations=reservations)
        reasons = [{"text": "Hauteur au-dessus du plan d'aménagement.", "article": "12-90 art. 43"}]
        story.do(PRESIDENT, "decide", p_dossier=dossier, p_kind="refusal", p_reasons=reasons)
        signed_by(story, PRESIDENT, dossier)
        assert row_of(story, dossier)["state"] == "REFUSED"


def test_modified_plans_stop_the_legal_clock_and_restart_the_study(story):
    story.title("La modification des plans", "تعديل التصاميم")
    world = story.world

    with story(
        "La commission demande de reculer la façade ; le président en écrit la lettre et la signe : le délai légal est suspendu.",
        "تطلب اللجنة إرجاع الواجهة؛ فيحرر الرئيس الرسالة ويوقعها: يتوقف الأجل القانوني.",
    ):
        dossier = before_committee(story, "2026-04-06")
        changes = [{"text": "Reculer la façade de 2 m.", "article": "2-18-577", "target": "facades"}]
        sat(story, SECRETARY, dossier, opinions(member_agency=("modification", "Alignement.", "", changes)))
        before = row_of(story, dossier)
        with refused("REQM1"):
            story.do(PRESIDENT, "decide", p_dossier=dossier, p_kind="modification")
        asked = [{key: line.get(key) for key in ("target", "text", "article")} for line in proposed(story, dossier)["changes"]]
        story.do(PRESIDENT, "decide", p_dossier=dossier, p_kind="modification", p_requested=asked)
        world.set_today(TOWN, "2026-04-13")
        signed_by(story, PRESIDENT, dossier)
        now = row_of(story, dossier)
        assert (now["state"], now["legal_end"]) == ("MODIFICATION_REQUESTED", None)
        assert now["remaining_days"] == (before["legal_end"] - world.owner.value("select date '2026-04-13'")).days

    with story(
        "Mounir dépose les façades modifiées le 27 avril : le délai légal reprend pour ce qui restait, le délai d'étude repart de zéro.",
        "يودع منير الواجهات المعدلة يوم 27 أبريل: يستأنف الأجل القانوني للمدة المتبقية ويبتدئ أجل الدراسة من جديد.",
    ):
        world.set_today(TOWN, "2026-04-27")
        old = world.owner.value("select id from app.document where dossier_id = %s and slot = 'facades'", dossier)
        request = world.owner.value("select id from app.request where dossier_id = %s and kind = 'modification'", dossier)
        with refused("LACK5"):
            story.do(OWNER, "answer_request", p_request=str(request))
        building.put(world, OWNER, dossier, "facades", building.plan("facades modifiees"), replaces=str(old))
        story.worker_works()
        story.do(OWNER, "answer_request", p_request=str(request))
        again = row_of(story, dossier)
        assert again["state"] == "IN_STUDY"
        counted = world.owner.value("select app.next_working_day(date '2026-04-27' + %s)", now["remaining_days"])
        assert again["legal_end"] == counted
        assert again["sector_end"] == world.owner.value("select app.add_working_days('2026-04-27', 15)")

    with story(
        "Un second tour commence : chaque membre étudie la nouvelle version, et les avis du premier tour restent au dossier.",
        "تبدأ جولة ثانية: يدرس كل عضو النسخة الجديدة، وتبقى آراء الجولة الأولى في الملف.",
    ):
        assert world.owner.value("select app.round_of(%s)", dossier) == 2
        sat(story, SECRETARY, dossier, opinions())
        earlier = committee.desk(story.client(SECRETARY), dossier)["earlier"]
        assert {line["round"] for line in earlier} == {1} and len(earlier) == 5
        assert row_of(story, dossier)["state"] == "DECISION_PENDING"


def test_a_minor_complement_stops_nothing(story):
    story.title("Le complément mineur", "التكملة البسيطة")
    world = story.world

    with story(
        "Le secrétariat demande une cote manquante : l'architecte a cinq jours ouvrables, et le délai légal continue de courir.",
        "تطلب كتابة اللجنة قياسا ناقصا: للمهندس المعماري خمسة أيام عمل، ويستمر الأجل القانوني في السريان.",
    ):
        dossier = before_committee(story, "2026-02-02")
        before = row_of(story, dossier)
        asked = committee.ask_complement(story.client(SECRETARY), dossier, [{"target": "sections", "note": "Coter la hauteur du rez."}], "")
        due = world.owner.value("select due_on from app.request where id = %s", asked)
        assert due == world.owner.value("select app.add_working_days('2026-02-02', 5)")
        now = row_of(story, dossier)
        assert (now["state"], now["legal_end"]) == (before["state"], before["legal_end"])

    with story(
        "L'architecte dépose la coupe cotée ; les avis, eux, n'ont pas bougé.",
        "يودع المهندس المعماري المقطع المقيس؛ أما الآراء فلم تتغير.",
    ):
        old = world.owner.value("select id from app.document where dossier_id = %s and slot = 'sections'", dossier)
        building.put(world, OWNER, dossier, "sections", building.plan("coupe cotee"), replaces=str(old))
        story.worker_works()
        story.do(OWNER, "answer_request", p_request=asked)
        assert row_of(story, dossier)["legal_end"] == before["legal_end"]

    with story(
        "Une seconde demande restée sans réponse expire : le dossier continue sans elle.",
        "طلب ثان بقي دون جواب تنتهي مدته: ويستمر الملف بدونه.",
    ):
        second = committee.ask_complement(story.client(SECRETARY), dossier, [{"target": "masse", "note": "Indiquer le nord."}], "")
        world.set_today(TOWN, world.owner.value("select due_on from app.request where id = %s", second) + timedelta(days=1))
        story.do("worker of the kingdom", "worker_tick")
        assert world.owner.value("select closed_as from app.request where id = %s", second) == "expired"
        assert row_of(story, dossier)["state"] == "IN_STUDY"


def test_the_president_defers_and_takes_the_file_up_again(story):
    story.title("Le sursis à statuer", "تأجيل البت")
    world = story.world

    with story(
        "L'affectation du sol n'est pas fixée : après l'avis de l'agence, le président sursoit, avec le motif, l'article et une fin.",
        "تخصيص الأرض غير محدد: بعد رأي الوكالة، يؤجل الرئيس البت مع ذكر السبب والمادة وتاريخ النهاية.",
    ):
        dossier = before_committee(story, "2026-05-11")
        sat(story, SECRETARY, dossier, opinions())
        reason = [{"text": "Plan d'aménagement en cours d'approbation.", "article": "12-90 art. 45"}]
        defer = {"p_dossier": dossier, "p_kind": "deferral", "p_reasons": reason}
        with refused("SURS1"):
            story.do(PRESIDENT, "decide", **defer, p_until="2028-06-01")
        story.do(PRESIDENT, "decide", **defer, p_until="2026-09-01")
        signed_by(story, PRESIDENT, dossier)
        assert row_of(story, dossier)["state"] == "DEFERRED"

    with story(
        "Pendant le sursis, ni le délai ni le silence ne courent et rien ne se décide.",
        "خلال التأجيل لا يسري أجل ولا سكوت ولا يتخذ أي قرار.",
    ):
        world.set_today(TOWN, "2026-08-03")
        story.do("worker of the kingdom", "worker_tick")
        assert row_of(story, dossier)["silence_on"] is None
        with refused("SURS3"):
            story.do(PRESIDENT, "decide", p_dossier=dossier, p_kind="grant")

    with story(
        "À son terme le dossier revient de lui-même devant le président, avec un nouveau délai.",
        "عند انتهاء المدة يعود الملف تلقائيا إلى الرئيس بأجل جديد.",
    ):
        world.set_today(TOWN, "2026-09-01")
        story.do("worker of the kingdom", "worker_tick")
        now = row_of(story, dossier)
        assert now["state"] == "DECISION_PENDING"
        assert now["legal_end"] == world.owner.value("select app.full_days_end('2026-09-01', 30)")
        call(story.client(PRESIDENT), "decide", p_dossier=dossier, p_kind="grant")
        signed_by(story, PRESIDENT, dossier)
        assert row_of(story, dossier)["state"] == "APPROVED_PENDING_FEES"
