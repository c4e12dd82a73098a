"""Silence equal to approval, told to its three ends: the president delivers, the governor attests, the governor answers why not."""

import subprocess
from datetime import date

import pytest

from components.permits import signatures
from components.permits.client import stored
from components.permits.documents.inspect import examine
from tests.filing import deposited
from tests.world import refused

TOWN = "Tamaloukte"  # a commune of this file alone
CITIZEN, NEIGHBOUR, CLERK = "citizen Fatima", "citizen Omar", f"clerk of {TOWN}"
PRESIDENT, CASHIER = f"president of {TOWN}", f"cashier of {TOWN}"
GOVERNOR, OTHER_GOVERNOR, WORKER = "governor of Taroudannt", "governor of Tiznit", "worker of the kingdom"


@pytest.fixture
def silent(story):
    """A complete request of 6 July 2026, on which nobody decided by 20 July, its tenth working day."""
    for person in (PRESIDENT, GOVERNOR):
        story.world.person(person)
    story.world.set_today(TOWN, "2026-07-06")
    dossier = deposited(story.world, CITIZEN, TOWN)
    story.world.set_today(TOWN, "2026-07-21")
    story.do(WORKER, "worker_tick")
    return dossier


def page_of(story, dossier):
    return story.do(CITIZEN, "dossier_for_applicant", p_dossier=dossier)


def state_of(story, dossier):
    return story.world.owner.value("select state from app.dossier where id = %s", dossier)


def published(story, dossier, kind):
    """The paper, drawn by the worker, sealed or signed; its bytes as the applicant downloads them."""
    paper = story.paper(dossier, kind)
    assert paper["state"] == "published", paper["fault"]
    return stored(story.client(CITIZEN).storage.from_("papers").download, paper["storage_path"])


def test_the_governor_attests_that_silence_is_approval(story, silent, tmp_path):
    story.title("Le silence vaut approbation, jusqu'à l'attestation", "السكوت المعتبر بمثابة موافقة إلى غاية الإشهاد")
    world, dossier = story.world, silent
    story.enrol(GOVERNOR)

    with story(
        "La réponse était due le lundi 20 juillet 2026. Le 21, la page de Fatima dit que le silence vaut approbation et offre un "
        "seul bouton : demander l'acte au président.",
        "كان الجواب مستحقا يوم الاثنين 20 يوليوز 2026. في 21 منه تبين صفحة فاطمة أن السكوت يعتبر بمثابة موافقة وتعرض زرا واحدا: "
        "طلب تسليم القرار من الرئيس.",
    ):
        page = page_of(story, dossier)
        assert page["silence_claim"]["tacit_on"] == "2026-07-20" and page["silence_claim"]["opened_on"] == "2026-07-21"
        assert page["may"]["claim_silence"] and not page["may"]["ask_attestation"]
        assert not page["may"]["appeal_president"], "there is nothing to appeal from"

    with story(
        "Elle demande l'acte le 22. Sept jours francs mènent au 30, fête du Trône : le président a jusqu'au vendredi 31 juillet. "
        "Une demande scellée, avec le numéro et la date du récépissé, lui sert de preuve.",
        "تطلب القرار في 22. تقود سبعة أيام كاملة إلى 30، عيد العرش: فللرئيس أجل إلى غاية الجمعة 31 يوليوز. ويكون طلب مختوم يحمل "
        "رقم الوصل وتاريخه دليلا لها.",
    ):
        world.set_today(TOWN, "2026-07-22")
        assert story.do(CITIZEN, "claim_silence", p_dossier=dossier) == {"president_due": "2026-07-31"}
        story.worker_works()
        assert published(story, dossier, "silence_request").startswith(b"%PDF")
        form = story.paper(dossier, "silence_request")
        assert story.do("nobody", "verify_code", p_code=form["data"]["verification"]["code"])["status"] == "authentic"

    with story(
        "Le 31, il est trop tôt pour saisir le gouverneur. Le 1er août le délai est passé : Fatima et le président sont avertis, une fois.",
        "في 31 لم يحن بعد وقت اللجوء إلى العامل. في فاتح غشت ينصرم الأجل: تشعر فاطمة والرئيس مرة واحدة.",
    ):
        world.set_today(TOWN, "2026-07-31")
        with refused("SILE4"):
            story.do(CITIZEN, "ask_attestation", p_dossier=dossier)
        world.set_today(TOWN, "2026-08-01")
        for _ in range(2):
            story.do(WORKER, "worker_tick")
        late = "select count(*) from app.notice where dossier_id = %s and kind = 'silence_president_late'"
        assert world.owner.value(late, dossier) == 1

    with story(
        "Lundi 3 août, elle demande l'attestation au gouverneur ; la preuve de sa première demande est jointe d'office. Dix jours "
        "francs mènent au 14, jour férié : le gouverneur a jusqu'au lundi 17 août.",
        "يوم الاثنين 3 غشت تطلب الإشهاد من العامل، ويرفق تلقائيا دليل طلبها الأول. تقود عشرة أيام كاملة إلى 14، وهو يوم عطلة: "
        "فللعامل أجل إلى غاية الاثنين 17 غشت.",
    ):
        world.set_today(TOWN, "2026-08-03")
        assert story.do(CITIZEN, "ask_attestation", p_dossier=dossier) == {"governor_due": "2026-08-17"}
        story.worker_works()
        assert published(story, dossier, "silence_referral").startswith(b"%PDF")
        assert form["data_digest"] in str(story.paper(dossier, "silence_referral")["data"]["tables"])
        (line,) = [one for one in story.do(GOVERNOR, "governor_board")["waiting"] if one["dossier"] == str(dossier)]
        assert (line["due_on"], line["days_left"]) == ("2026-08-17", 14)

    with story(
        "Un voisin, un inconnu, le gouverneur d'une autre province ne voient ni n'obtiennent rien ; le président ne peut pas "
        "attester lui-même.",
        "لا يرى الجار ولا الغريب ولا عامل إقليم آخر شيئا ولا ينالونه؛ ولا يمكن للرئيس أن يشهد بنفسه.",
    ):
        for person, code in ((NEIGHBOUR, "SEEN1"), (OTHER_GOVERNOR, "SEEN1"), (PRESIDENT, "ROLE1"), (CITIZEN, "ROLE1")):
            with refused(code):
                story.do(person, "attest_silence", p_dossier=dossier, p_direct="Retard.")
            with refused(code):
                story.do(person, "ask_explanations", p_dossier=dossier, p_number="1")
            if code == "SEEN1":
                for function in ("claim_silence", "ask_attestation", "dossier_for_applicant"):
                    with refused(code):
                        story.do(person, function, p_dossier=dossier)
        with refused("ROLE2"):
            story.do("nobody", "ask_attestation", p_dossier=dossier)

    with story(
        "Le gouverneur ne peut pas attester avant d'avoir écrit au président. Sa lettre n° 412/CAB du 4 août est scellée ; le "
        "président répond dans le dossier.",
        "لا يمكن للعامل الإشهاد قبل مراسلة الرئيس. رسالته رقم 412/CAB بتاريخ 4 غشت مختومة، ويجيب الرئيس داخل الملف.",
    ):
        with refused("SILE5"):
            story.do(GOVERNOR, "attest_silence", p_dossier=dossier)
        world.set_today(TOWN, "2026-08-04")
        story.do(GOVERNOR, "ask_explanations", p_dossier=dossier, p_number="412/CAB", p_on="2026-08-04")
        story.worker_works()
        assert published(story, dossier, "silence_letter").startswith(b"%PDF")
        world.set_today(TOWN, "2026-08-07")
        story.do(PRESIDENT, "explain_silence", p_dossier=dossier, p_text="Le technicien était en congé.")
        seen = page_of(story, dossier)
        assert seen["silence_claim"]["explained_on"] == "2026-08-07" and "technicien" not in str(seen)

    with story(
        "Le 10 août il rédige l'attestation, la lit et la signe avec son code. Elle cite la loi 55-19 et le décret, le dépôt, la "
        "lettre, les explications, et dit qu'elle s'utilise auprès des administrations.",
        "في 10 غشت يحرر الإشهاد ويقرؤه ويوقعه برمزه. يستند إلى القانون 55.19 والمرسوم ويذكر الإيداع والرسالة والتوضيحات، وينص على "
        "الإدلاء به لدى الإدارات.",
    ):
        world.set_today(TOWN, "2026-08-10")
        story.do(GOVERNOR, "attest_silence", p_dossier=dossier)
        story.sign(GOVERNOR, dossier)
        pdf = published(story, dossier, "attestation")
        (tmp_path / "attestation.pdf").write_bytes(pdf)
        said = subprocess.run(["pdfsig", "-nocert", tmp_path / "attestation.pdf"], capture_output=True, text=True, check=False).stdout
        assert "Signature is Valid" in said and "Total document signed" in said
        assert examine(pdf, signatures.trust_roots(story.client("nobody"))).state == "signed_valid"
        data = story.paper(dossier, "attestation")["data"]
        words = " ".join(text["fr"] for text in data["visas"] + data["considerations"] + data["articles"])
        for content in (
            "55-19",
            "2-22-141",
            "412/CAB du 04/08/2026",
            "reçues le 07/08/2026",
            "déposé le 06/07/2026",
            "auprès des administrations",
        ):
            assert content in words, content

    with story(
        "L'attestation est authentique pour qui lit son code ; les taxes restent dues, comme pour un permis.",
        "الإشهاد صحيح لمن يقرأ رمزه؛ وتبقى الرسوم مستحقة كما في الرخصة.",
    ):
        code = data["verification"]["code"]
        answer = story.do("nobody", "verify_code", p_code=code)
        assert (answer["status"], answer["public"]["kind"]) == ("authentic", "attestation") and "Fatima" not in str(answer)
        assert state_of(story, dossier) == "APPROVED_PENDING_FEES"
        order = world.owner.rows("select id, total from app.fee_order where dossier_id = %s", dossier)[0]
        assert order["total"] == 300_00

    with story(
        "Fatima paie le 1er septembre. La validité de six mois court depuis la fin du délai tacite : jusqu'au 20 janvier 2027.",
        "تؤدي فاطمة في فاتح شتنبر. تسري مدة الصلاحية، ستة أشهر، من نهاية الأجل الضمني: إلى غاية 20 يناير 2027.",
    ):
        world.set_today(TOWN, "2026-09-01")
        story.do(CASHIER, "record_payment", p_fee_order=order["id"], p_means="cash")
        assert state_of(story, dossier) == "DELIVERED"
        assert world.owner.value("select valid_until from app.dossier where id = %s", dossier) == date(2027, 1, 20)
        world.set_today(TOWN, "2027-01-21")
        story.do(WORKER, "worker_tick")
        assert story.do("nobody", "verify_code", p_code=code)["status"] == "lapsed"

    with story("Chaque pas est au registre du dossier, intact.", "كل خطوة مسجلة في سجل الملف، وهو سليم."):
        assert story.do(CLERK, "verify_record", p_dossier=dossier) == []
        kinds = {line["kind"] for line in page_of(story, dossier)["history"]}
        assert {"silence_claimed", "silence_referred", "explanations_asked", "explanations_given", "silence_attested"} <= kinds


def test_the_president_delivers_the_act_in_his_seven_days(story, silent):
    story.title("Le président délivre l'acte dans ses sept jours", "الرئيس يسلم القرار داخل أيامه السبعة")
    world, dossier = story.world, silent
    story.enrol(PRESIDENT)

    with story(
        "Après le silence, Fatima demande l'acte le jeudi 23 juillet : le président a jusqu'au vendredi 31.",
        "بعد السكوت تطلب فاطمة القرار يوم الخميس 23 يوليوز: فللرئيس أجل إلى غاية الجمعة 31.",
    ):
        world.set_today(TOWN, "2026-07-23")
        assert story.do(CITIZEN, "claim_silence", p_dossier=dossier) == {"president_due": "2026-07-31"}

    with story(
        "Il ne peut plus refuser : le silence a approuvé, et la base le lui dit avec sa date. La question d'un refus tardif est "
        "laissée à un réglage.",
        "لم يعد بإمكانه الرفض: لقد وافق السكوت، وتبين له قاعدة البيانات ذلك مع تاريخه. ومسألة الرفض المتأخر متروكة لإعداد.",
    ):
        world.owner.value("select app.enter_step(%s, 'decision')", dossier)
        with refused("SILE1") as said:
            story.do(
                PRESIDENT,
                "decide",
                p_dossier=dossier,
                p_kind="refusal",
                p_reasons=[{"text": "Façade touchée.", "article": "12-90 art. 40"}],
            )
        assert "20/07/2026" in said.fr and "20/07/2026" in said.ar

    with story(
        "Le 31, son dernier jour, il délivre l'acte par la décision et la signature habituelles : ce qui était demandé est réglé, "
        "et le gouverneur n'a pas à être saisi.",
        "في 31، آخر يوم له، يسلم القرار بالقرار والتوقيع المعتادين: تمت تسوية الطلب ولا داعي للجوء إلى العامل.",
    ):
        world.set_today(TOWN, "2026-07-31")
        story.do(PRESIDENT, "decide", p_dossier=dossier, p_kind="grant", p_terms={"conditions": "Chantier propre."})
        story.sign(PRESIDENT, dossier)
        assert page_of(story, dossier)["silence_claim"]["outcome"] == "delivered"
        world.set_today(TOWN, "2026-08-03")
        with refused("SILE2"):
            story.do(CITIZEN, "ask_attestation", p_dossier=dossier)
        assert state_of(story, dossier) == "APPROVED_PENDING_FEES"


def test_the_governor_acts_directly_or_answers_why_not(story, silent):
    story.title("Le gouverneur agit directement, ou répond pourquoi non", "العامل يتدخل مباشرة أو يجيب بالأسباب")
    world, dossier = story.world, silent
    other = deposited(world, CITIZEN, TOWN, land_address="Douar Ouled Ali")
    world.owner.run(
        """update app.dossier set legal_end = '2026-07-20', silence_on = '2026-07-21' where id = %s""", other
    )  # a second request that met the same silence
    story.enrol(GOVERNOR)
    for one in (dossier, other):
        story.do(CITIZEN, "claim_silence", p_dossier=one)
    world.set_today(TOWN, "2026-08-03")
    for one in (dossier, other):
        story.do(CITIZEN, "ask_attestation", p_dossier=one)

    with story(
        "Le retard du premier dossier vient d'un service de l'État : le gouverneur le dit, et atteste sans écrire au président "
        "(règlement de construction, art. 55).",
        "يعود تأخير الملف الأول إلى مصلحة للدولة: يبين العامل ذلك ويشهد دون مراسلة الرئيس (ضابط البناء، المادة 55).",
    ):
        story.do(GOVERNOR, "attest_silence", p_dossier=dossier, p_direct="L'avis de la conservation foncière n'est pas venu.")
        story.sign(GOVERNOR, dossier)
        words = str(story.paper(dossier, "attestation")["data"]["considerations"])
        assert "conservation foncière" in words and "art. 55" in words and "lettre n°" not in words

    with story(
        "Pour le second, les conditions ne sont pas réunies : il répond par un motif et son article, et le dossier revient au "
        "président, libre de décider dans tous les sens.",
        "أما الثاني فشروطه غير مستوفاة: يجيب بسبب ومادته القانونية، ويعود الملف إلى الرئيس الذي يبت فيه بكل حرية.",
    ):
        with refused("REAS1"):
            story.do(GOVERNOR, "decline_attestation", p_dossier=other, p_reasons=[{"text": "Non", "article": ""}])
        reasons = [{"text": "Un complément avait suspendu le délai.", "article": "55-19 art. 10"}]
        story.do(GOVERNOR, "decline_attestation", p_dossier=other, p_reasons=reasons)
        story.worker_works()
        assert published(story, other, "silence_answer").startswith(b"%PDF")
        page = page_of(story, other)
        assert (page["next"], page["silence_claim"]["reasons"]) == ("silence_declined", reasons)
        world.owner.value("select app.enter_step(%s, 'decision')", other)
        story.do(
            PRESIDENT, "decide", p_dossier=other, p_kind="refusal", p_reasons=[{"text": "Façade touchée.", "article": "12-90 art. 40"}]
        )
