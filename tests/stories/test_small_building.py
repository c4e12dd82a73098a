"""URB-03, a house in an accepted subdivision: the provincial committee, three signed opinions, the permit with its stamped plans."""

import subprocess

from components.permits import committee
from components.permits.client import stored
from tests import building
from tests.stories.committee import FAVOURABLE, sat, signed_by
from tests.world import refused

TOWN = "Ait Iaaza"  # fewer than 50,000 inhabitants: the committee sits at the province
OWNER, CLERK, PRESIDENT, CASHIER = "citizen Brahim", f"clerk of {TOWN}", f"president of {TOWN}", f"cashier of {TOWN}"
SECRETARY = "secretary of Taroudannt province"
MEMBERS = {
    "member_commune": f"member commune of {TOWN}",
    "member_province": "member province of Taroudannt province",
    "member_agency": "member agency of Taroudannt",
}


def state_of(story, dossier):
    return story.world.owner.value("select state from app.dossier where id = %s", dossier)


def before_committee(story, day, **changed):
    world = story.world
    world.set_today(TOWN, day)
    for who in (SECRETARY, CLERK, PRESIDENT, *MEMBERS.values()):
        world.person(who)
    dossier = building.deposited(world, OWNER, TOWN, story.worker_works, **changed)
    building.transmit(world, TOWN, dossier)
    return dossier


def test_a_house_is_studied_by_three_members_and_its_plans_are_delivered_stamped(story, tmp_path):
    story.title("La maison : avis signés, procès-verbal, plans estampillés", "المنزل: آراء موقعة ومحضر وتصاميم مختومة")
    world = story.world

    with story(
        "Le 1er juin 2026, Brahim dépose la demande d'une maison R+1 dans un lotissement réceptionné ; le guichet la transmet.",
        "يوم فاتح يونيو 2026 يودع إبراهيم طلب بناء منزل بطابق واحد داخل تجزئة تم تسلمها؛ ويحيله الشباك على اللجنة.",
    ):
        dossier = before_committee(story, "2026-06-01")
        assert state_of(story, dossier) == "IN_STUDY"

    with story(
        "La commune a moins de 50 000 habitants : la commission siège à la province, avec l'agence urbaine, sans les réseaux.",
        "يقل عدد سكان الجماعة عن 50 000 نسمة: تجتمع اللجنة بالإقليم بحضور الجماعة والوكالة الحضرية، دون مسيري الشبكات.",
    ):
        roles = world.owner.rows("select role from app.seat where dossier_id = %s order by role", dossier)
        assert [row["role"] for row in roles] == ["member_agency", "member_commune", "member_province"]
        body = world.owner.value("select app.seating_body(%s)", dossier)
        assert body == world.organisation("secretary", "Taroudannt province")

    with story(
        "Chaque membre étudie le dossier sur son écran et signe son avis ; aucun ne peut en donner un second.",
        "يدرس كل عضو الملف على شاشته ويوقع رأيه؛ ولا يمكن لأي منهم إبداء رأي ثان.",
    ):
        opinions = {role: (who, *FAVOURABLE) for role, who in MEMBERS.items()}
        opinions["member_province"] = (
            MEMBERS["member_province"], "with_reservations", "Accès à préciser.", "",
            [{"text": "Le portail s'ouvre vers l'intérieur.", "article": "2-18-577", "lift_by": "architecte"}],
        )  # fmt: skip
        paper = sat(story, SECRETARY, dossier, opinions)
        with refused("SITS1"):
            committee.draft_opinion(
                story.client(MEMBERS["member_agency"]),
                str(world.owner.value("select id from app.seat where dossier_id = %s and role = 'member_agency'", dossier)),
                "unfavourable", "Trop tard", "12", [],
            )  # fmt: skip

    with story(
        "Le procès-verbal porte la signature de chaque membre et le sceau, toutes valables ; le dossier arrive chez le président.",
        "يحمل المحضر توقيع كل عضو والختم الإلكتروني؛ ويعتبرها برنامج pdfsig صحيحة، ويصل الملف إلى الرئيس.",
    ):
        assert state_of(story, dossier) == "DECISION_PENDING"
        assert committee.verify_minutes(story.client(SECRETARY), paper)["sound"]
        row = world.owner.rows("select * from app.paper where id = %s", paper)[0]
        file = tmp_path / "minutes.pdf"
        file.write_bytes(stored(story.client(SECRETARY).storage.from_("papers").download, row["storage_path"]))
        said = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False).stdout
        assert said.count("Signature is Valid.") == 4, said

    with story(
        "Le président ne peut accorder sans dire ce que devient la réserve de la province : il l'écrit dans le permis.",
        "لا يمكن للرئيس منح الرخصة دون بيان مآل تحفظ الإقليم: فيدرجه في الرخصة.",
    ):
        president = story.client(PRESIDENT)
        with refused("RESV2"):
            story.do(PRESIDENT, "decide", p_dossier=dossier, p_kind="grant")
        (line,) = [act for act in story.do(PRESIDENT, "dossier_page", p_dossier=dossier)["acts"] if act["verb"] == "decide"]
        (reservation,) = line["reservations"]
        written = {key: reservation[key] for key in ("text", "article", "opinion", "item")} | {"lifted": False}
        story.do(PRESIDENT, "decide", p_dossier=dossier, p_kind="grant_with_reservations", p_reservations=[written])
        assert president is story.client(PRESIDENT)

    with story(
        "Chaque plan est estampillé « غير قابل للتغيير » et scellé ; le permis cite l'empreinte de chacun, et le président le signe.",
        "يختم كل تصميم بعبارة «غير قابل للتغيير»؛ وتذكر الرخصة بصمة كل واحد منها، ويوقعها الرئيس.",
    ):
        signed_by(story, PRESIDENT, dossier)
        permit = story.paper(dossier, "permit")
        plans = world.owner.rows("select * from app.paper where dossier_id = %s and kind = 'plan'", dossier)
        assert {plan["data"]["plan"]["slot"] for plan in plans} == building.PLANS
        listed = str(permit["data"]["tables"])
        assert all(plan["state"] == "published" and plan["file_digest"] in listed for plan in plans)
        assert "Le portail s'ouvre vers l'intérieur." in str(permit["data"]["lists"])

    with story(
        "Le régisseur encaisse 4 925 dirhams : 197 m² à 25 DH, la saillie sur la voie comptée deux fois ; permis et plans sont remis.",
        "يستخلص شسيع المداخيل 4925 درهما: 197 م² بسعر 25 درهما مع احتساب البروز على الطريق مرتين؛ وتسلم الرخصة والتصاميم.",
    ):
        (order,) = world.owner.rows("select id, total from app.fee_order where dossier_id = %s", dossier)
        assert order["total"] == 492500
        story.do(CASHIER, "record_payment", p_fee_order=str(order["id"]), p_means="cash")
        page = story.do(OWNER, "dossier_for_applicant", p_dossier=dossier)
        assert page["state"] == "DELIVERED"
        assert {"permit", "plan"} <= {paper["kind"] for paper in page["papers"]}
        assert "minutes" not in {paper["kind"] for paper in page["papers"]}

    with story(
        "Les copies partent : autorité locale, membres et gouverneur, chacune dans son délai.",
        "توجه النسخ إلى السلطة المحلية والأعضاء والعامل، كل واحدة داخل أجلها.",
    ):
        story.worker_works()
        copies = {row["recipient"]: row for row in world.owner.rows("select * from app.copy_sent where dossier_id = %s", dossier)}
        # The commune's own member has the act at home.
        assert set(copies) == {"local_authority", "governor", "member_province", "member_agency"}
        assert all(row["sent_at"] and row["sent_at"].date() <= row["due_on"] for row in copies.values())
        received = story.do(MEMBERS["member_agency"], "copies_received")["rows"]
        (mine,) = [row for row in received if row["dossier"] == str(dossier)]
        assert mine["paper"] == "permit" and mine["path"] and not mine["seen_at"]
        story.do(MEMBERS["member_agency"], "see_copy", p_copy=mine["id"])
        plans = "select count(*) from app.paper where dossier_id = %s and kind = 'plan'"
        with world.acting_as(f"local authority of {TOWN}") as authority:
            assert authority.value(plans, dossier) == world.owner.value(plans, dossier) > 0, "they come with the permit"
        with world.acting_as("local authority of Agadir") as stranger:
            assert stranger.value(plans, dossier) == 0
        (event,) = world.owner.rows("select * from app.event where dossier_id = %s and kind = 'copy_seen'", dossier)
        assert event["actor_id"] == world.person(MEMBERS["member_agency"]), "who read it, and when, is in the record"
