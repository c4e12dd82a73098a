"""URB-08, the repair permit, from the citizen's request to a permit that a stranger verifies; and its other ends."""

import subprocess
from datetime import date, timedelta

from components.permits import signatures
from components.permits.client import stored
from components.permits.documents.inspect import examine
from tests.filing import attach as attach_checked
from tests.filing import deposited, draft
from tests.world import refused

TOWN = "Ait Iaaza"
CITIZEN, CLERK, INSTRUCTOR = "citizen Fatima", f"clerk of {TOWN}", f"instructor of {TOWN}"
PRESIDENT, CASHIER, GOVERNOR = f"president of {TOWN}", f"cashier of {TOWN}", "governor of Taroudannt"


def working_days_from(world, day, count):
    return world.owner.value("select app.add_working_days(%s, %s)", day, count)


def studied(story, dossier, proposal="grant"):
    """Checked by the clerk, reported on by the instructor."""
    for row in story.world.owner.rows("select id from app.document where dossier_id = %s and removed_at is null", dossier):
        story.do(CLERK, "set_verdict", p_document=row["id"], p_verdict="conform")
    story.do(CLERK, "act", p_dossier=dossier, p_action="transmit")
    story.do(
        INSTRUCTOR,
        "act",
        p_dossier=dossier,
        p_action="report",
        p_data={"report": "Travaux légers, sans atteinte à la façade.", "proposal": proposal},
    )


def state_of(story, dossier):
    return story.world.owner.value("select state from app.dossier where id = %s", dossier)


def test_a_repair_permit_is_granted_signed_paid_and_verified(story, tmp_path):
    story.title("Le permis de réfection, du dépôt à la vérification", "رخصة الإصلاح، من الإيداع إلى التحقق")
    world = story.world
    world.set_today(TOWN, "2026-03-02")
    story.enrol(PRESIDENT)

    with story(
        "Le lundi 2 mars 2026, Fatima dépose en ligne une demande complète ; le récépissé « dossier déposé » lui est remis aussitôt.",
        "يوم الاثنين 2 مارس 2026 تودع فاطمة عبر الأنترنت طلبا كاملا، فيسلم لها في الحين وصل «ملف مودع».",
    ):
        dossier = deposited(world, CITIZEN, TOWN)
        story.worker_works()
        page = story.do(CITIZEN, "dossier_for_applicant", p_dossier=dossier)
        assert page["state"] == "DEPOSITED"
        receipt = story.paper(dossier, "receipt")
        assert receipt["state"] == "published" and receipt["data"]["state_line"] == {"fr": "Dossier déposé", "ar": "ملف مودع"}

    with story(
        "La réponse est due dix jours ouvrables plus tard ; ni le lundi du dépôt ni la fin de semaine ne comptent.",
        "الجواب مستحق بعد عشرة أيام مفتوحة، دون احتساب يوم الإيداع ولا نهاية الأسبوع.",
    ):
        assert world.owner.value("select legal_end from app.dossier where id = %s", dossier) == working_days_from(world, "2026-03-02", 10)

    with story(
        "L'agent du guichet vérifie chaque pièce et transmet ; l'instructeur remet un rapport favorable.",
        "يتحقق عون الشباك من كل وثيقة ويحيل الملف، ثم يرفع المكلف بالدراسة تقريرا إيجابيا.",
    ):
        world.set_today(TOWN, "2026-03-04")
        studied(story, dossier)
        assert state_of(story, dossier) == "DECISION_PENDING"

    with story("Un autre agent ne peut ni décider ni signer à la place du président.", "لا يمكن لأي عون آخر أن يقرر أو يوقع مكان الرئيس."):
        with refused("ROLE1"):
            story.do(INSTRUCTOR, "decide", p_dossier=dossier, p_kind="grant")

    with story(
        "Le président accorde le permis ; il le lit, le signe avec son code secret, et le service vérifie la signature avant de publier.",
        "يمنح الرئيس الرخصة، فيقرؤها ويوقعها برمزه السري، ثم تتحقق المصلحة من التوقيع قبل النشر.",
    ):
        world.set_today(TOWN, "2026-03-06")
        story.do(PRESIDENT, "decide", p_dossier=dossier, p_kind="grant", p_terms={"conditions": "Chantier propre."})
        story.sign(PRESIDENT, dossier)
        assert state_of(story, dossier) == "APPROVED_PENDING_FEES"

    with story(
        "Le permis n'est pas encore remis : Fatima ne peut pas le télécharger, et son code ne dit rien à un inconnu.",
        "لم تسلم الرخصة بعد: لا يمكن لفاطمة تنزيلها، ولا يفيد رمزها أي غريب.",
    ):
        permit = story.paper(dossier, "permit")
        code = permit["data"]["verification"]["code"]
        assert story.do("nobody", "verify_code", p_code=code)["status"] == "unknown"
        assert permit["id"] not in {paper["id"] for paper in story.do(CITIZEN, "dossier_for_applicant", p_dossier=dossier)["papers"]}

    with story(
        "Le régisseur encaisse la taxe de l'arrêté fiscal et la quittance est émise : le permis est remis.",
        "يستخلص شسيع المداخيل الرسم المحدد بالقرار الجبائي ويسلم وصل الأداء: تسلم الرخصة.",
    ):
        order = world.owner.rows("select * from app.fee_order where dossier_id = %s", dossier)[0]
        assert order["total"] == 300_00
        story.do(CASHIER, "record_payment", p_fee_order=order["id"], p_means="cash")
        story.worker_works()
        assert state_of(story, dossier) == "DELIVERED"
        assert story.paper(dossier, "payment")["state"] == "published"

    with story(
        "Fatima télécharge son permis : pdfsig dit la signature valable, et le fichier se vérifie seul.",
        "تنزل فاطمة رخصتها: يؤكد برنامج pdfsig صحة التوقيع ويتحقق من الملف ذاته.",
    ):
        permit = story.paper(dossier, "permit")
        pdf = stored(story.client(CITIZEN).storage.from_("papers").download, permit["storage_path"])
        (tmp_path / "permit.pdf").write_bytes(pdf)
        said = subprocess.run(["pdfsig", "-nocert", tmp_path / "permit.pdf"], capture_output=True, text=True, check=False).stdout
        assert "Signature is Valid" in said and "Total document signed" in said
        roots = signatures.trust_roots(story.client("nobody"))
        assert examine(pdf, roots).state == "signed_valid"

    with story(
        "N'importe qui vérifie le permis par son code : authentique, avec les seules données publiques.",
        "يمكن لأي شخص التحقق من الرخصة برمزها: صحيحة، مع المعطيات العمومية وحدها.",
    ):
        answer = story.do("nobody", "verify_code", p_code=code.lower().replace("-", " "))
        assert answer["status"] == "authentic" and answer["digest"] == permit["data_digest"]
        assert "Fatima" not in str(answer) and "JC123456" not in str(answer)

    with story(
        "Une copie part à l'autorité locale et au gouverneur, dans leurs délais ; le permis vaut six mois.",
        "توجه نسخة إلى السلطة المحلية وإلى العامل داخل آجالها؛ وتسري الرخصة ستة أشهر.",
    ):
        copies = {row["recipient"]: row for row in world.owner.rows("select * from app.copy_sent where dossier_id = %s", dossier)}
        assert set(copies) == {"local_authority", "governor"} and all(row["sent_at"] for row in copies.values())
        assert copies["local_authority"]["due_on"] == working_days_from(world, "2026-03-06", 3)
        assert world.owner.value("select valid_until from app.dossier where id = %s", dossier) == date(2026, 9, 6)

    with story("Six mois passés, le permis est caduc, et la vérification le dit.", "بعد ستة أشهر تسقط الرخصة، ويبين التحقق ذلك."):
        world.set_today(TOWN, "2026-09-07")
        story.worker_works()
        assert story.do("nobody", "verify_code", p_code=code)["status"] == "lapsed"

    with story("Le registre du dossier est intact, du dépôt à la caducité.", "سجل الملف سليم من الإيداع إلى السقوط."):
        assert story.do(CLERK, "verify_record", p_dossier=dossier) == []


def test_a_repair_request_lacking_a_paper_is_completed_or_returned(story):
    story.title("La pièce attendue qui manque", "الوثيقة المنتظرة الناقصة")
    world = story.world
    world.set_today(TOWN, "2026-04-01")

    with story(
        "Sans les photos, le dossier est reçu « en cours de dépôt » : le récépissé dresse la liste unique de ce qui manque, "
        "à fournir dans les 30 jours ; aucun délai ne court.",
        "بدون الصور يتسلم الملف باعتباره «ملف في طور الإيداع»: يتضمن الوصل اللائحة الوحيدة للنواقص "
        "مع أجل 30 يوما، ولا يسري أي أجل على الإدارة.",
    ):
        completed = deposited(world, CITIZEN, TOWN, slots=("identity", "title"))
        left = deposited(world, CITIZEN, TOWN, slots=("identity", "title"), land_address="Douar Ouled Ali")
        assert {state_of(story, completed), state_of(story, left)} == {"INCOMPLETE"}
        assert world.owner.value("select legal_end from app.dossier where id = %s", completed) is None

    with story(
        "Fatima apporte les photos le 8 avril : nouveau récépissé, et les dix jours partent du 8 avril.",
        "تدلي فاطمة بالصور يوم 8 أبريل: وصل جديد، وتحتسب الأيام العشرة من 8 أبريل.",
    ):
        world.set_today(TOWN, "2026-04-08")
        attach_checked(world, CITIZEN, completed, "photos")
        story.do(CITIZEN, "complete_deposit", p_dossier=completed)
        assert state_of(story, completed) == "DEPOSITED"
        assert world.owner.value("select legal_end from app.dossier where id = %s", completed) == working_days_from(world, "2026-04-08", 10)

    with story(
        "Pour l'autre dossier rien n'est venu : passé le dernier jour, il est retourné d'office.",
        "أما الملف الآخر فلم يستكمل: بعد انصرام آخر يوم يرجع تلقائيا.",
    ):
        last = world.owner.value("select complete_by from app.dossier where id = %s", left)
        world.set_today(TOWN, last)
        story.worker_works()
        assert state_of(story, left) == "INCOMPLETE", "the last day is still the applicant's"
        world.set_today(TOWN, last + timedelta(days=1))
        story.do("worker of the kingdom", "worker_tick")
        assert state_of(story, left) == "RETURNED"


def test_a_document_is_asked_for_once_and_the_clock_waits(story):
    story.title("La pièce illisible", "الوثيقة غير المقروءة")
    world = story.world
    world.set_today(TOWN, "2026-03-02")
    dossier = deposited(world, CITIZEN, TOWN)
    story.do(CLERK, "act", p_dossier=dossier, p_action="transmit")

    with story(
        "Le deuxième jour, l'instructeur demande une copie lisible du titre ; le délai est suspendu.",
        "في اليوم الثاني يطلب المكلف بالدراسة نسخة مقروءة من سند الملكية؛ فيعلق الأجل.",
    ):
        world.set_today(TOWN, "2026-03-04")
        request = story.do(
            INSTRUCTOR,
            "ask_applicant",
            p_dossier=dossier,
            p_kind="replace",
            p_items=[{"target": "title", "action": "replace", "reason": "unreadable", "note": ""}],
        )
        assert state_of(story, dossier) == "COMPLEMENT_REQUESTED"
        remaining = world.owner.value("select remaining_days from app.dossier where id = %s", dossier)
        assert remaining == 8, "two of the ten working days have run"

    with story(
        "Tant que la réponse est attendue, personne ne peut avancer le dossier.", "ما دام الجواب منتظرا لا يمكن لأحد دفع الملف إلى الأمام."
    ):
        with refused("WAIT1"):
            story.do(INSTRUCTOR, "act", p_dossier=dossier, p_action="report", p_data={"report": "x", "proposal": "grant"})

    with story(
        "Fatima ouvre la demande : c'est la preuve qu'elle en est informée, et ses trente jours partent de là.",
        "تفتح فاطمة الطلب: هذا إثبات التبليغ، ومنه تحتسب أيامها الثلاثون.",
    ):
        due = story.do(CITIZEN, "acknowledge_request", p_request=request)
        assert date.fromisoformat(due) == world.owner.value("select app.full_days_end('2026-03-04', 30)")

    with story(
        "Elle remplace la pièce le 16 mars : le délai reprend pour les huit jours restants.",
        "تعوض الوثيقة يوم 16 مارس: يستأنف الأجل للأيام الثمانية المتبقية.",
    ):
        world.set_today(TOWN, "2026-03-16")
        with refused("LACK5"):
            story.do(CITIZEN, "answer_request", p_request=request)
        attach_checked(world, CITIZEN, dossier, "title")
        story.do(CITIZEN, "answer_request", p_request=request)
        assert world.owner.value("select legal_end from app.dossier where id = %s", dossier) == working_days_from(world, "2026-03-16", 8)

    with story(
        "La même pièce ne peut pas être demandée deux fois, ni aucune après la moitié du délai.",
        "لا يمكن طلب الوثيقة نفسها مرتين، ولا أي وثيقة بعد انصرام نصف الأجل.",
    ):
        with refused("ONCE2"):
            story.do(
                INSTRUCTOR,
                "ask_applicant",
                p_dossier=dossier,
                p_kind="replace",
                p_items=[{"target": "title", "action": "replace", "reason": "expired"}],
            )
        world.set_today(TOWN, "2026-03-24")
        with refused("LATE2"):
            story.do(
                INSTRUCTOR,
                "ask_applicant",
                p_dossier=dossier,
                p_kind="replace",
                p_items=[{"target": "photos", "action": "replace", "reason": "unreadable"}],
            )


def test_a_refusal_states_its_reasons_and_opens_an_appeal(story):
    story.title("Le refus motivé et le recours", "الرفض المعلل والطعن")
    world = story.world
    world.set_today(TOWN, "2026-05-04")
    story.enrol(PRESIDENT)
    dossier = deposited(world, CITIZEN, TOWN)
    studied(story, dossier, "refusal")
    with refused("LATE1"):
        story.do(CITIZEN, "appeal", p_dossier=dossier, p_level="president", p_grounds="Trop tôt : rien n'est décidé.")

    with story("Un refus sans motif ni article n'est pas accepté.", "لا يقبل رفض بدون سبب ومادة قانونية."):
        with refused("REAS1"):
            story.do(PRESIDENT, "decide", p_dossier=dossier, p_kind="refusal", p_reasons=[{"text": "Non", "article": ""}])

    with story(
        "Le président refuse, avec le motif et l'article ; la décision signée est notifiée et porte les voies de recours.",
        "يرفض الرئيس مع ذكر السبب والمادة؛ ويبلغ القرار الموقع متضمنا طرق الطعن.",
    ):
        story.do(
            PRESIDENT,
            "decide",
            p_dossier=dossier,
            p_kind="refusal",
            p_reasons=[{"text": "Les travaux touchent la façade.", "article": "12-90 art. 40"}],
        )
        story.sign(PRESIDENT, dossier)
        assert state_of(story, dossier) == "REFUSED"
        assert story.paper(dossier, "refusal")["id"] is not None

    with story(
        "Fatima forme un recours devant le président dans les trente jours ; la réponse est due en quinze jours.",
        "تقدم فاطمة طعنا أمام الرئيس داخل ثلاثين يوما؛ والجواب مستحق داخل خمسة عشر يوما.",
    ):
        world.set_today(TOWN, "2026-05-20")
        answer = story.do(
            CITIZEN, "appeal", p_dossier=dossier, p_level="president", p_grounds="Aucun travail sur la façade : voir les photos."
        )
        assert date.fromisoformat(answer["answer_due"]) == world.owner.value("select app.full_days_end('2026-05-20', 15)")
        with refused("ONCE3"):
            story.do(CITIZEN, "appeal", p_dossier=dossier, p_level="president", p_grounds="Encore.")

    with story("Sans réponse, le gouverneur peut être saisi ; pas avant.", "دون جواب يمكن اللجوء إلى العامل، وليس قبل ذلك."):
        with refused("LATE1"):
            story.do(CITIZEN, "appeal", p_dossier=dossier, p_level="governor", p_grounds="Sans réponse.")
        world.set_today(TOWN, date.fromisoformat(answer["answer_due"]) + timedelta(days=1))
        story.do(CITIZEN, "appeal", p_dossier=dossier, p_level="governor", p_grounds="Sans réponse.")

    with story(
        "Le gouverneur invite le président à statuer : le dossier revient à la décision.",
        "يدعو العامل الرئيس إلى البت: يعود الملف إلى مرحلة القرار.",
    ):
        second = world.owner.value("select id from app.appeal where dossier_id = %s and level = 'governor'", dossier)
        story.do(GOVERNOR, "answer_appeal", p_appeal=second, p_outcome="invited", p_answer="Statuer de nouveau au vu des photos.")
        assert state_of(story, dossier) == "DECISION_PENDING"


def test_silence_opens_the_applicants_right(story):
    story.title("Le silence", "السكوت")
    world = story.world
    world.set_today(TOWN, "2026-06-01")
    dossier = deposited(world, CITIZEN, TOWN)
    end = world.owner.value("select legal_end from app.dossier where id = %s", dossier)

    with story("Le dernier jour, rien ne s'ouvre encore.", "في آخر يوم لا ينفتح بعد أي حق."):
        world.set_today(TOWN, end)
        story.do("worker of the kingdom", "worker_tick")
        assert world.owner.value("select silence_on from app.dossier where id = %s", dossier) is None

    with story(
        "Le lendemain, le silence vaut approbation : Fatima et le gouverneur en sont avertis, une seule fois.",
        "في الغد يعتبر السكوت بمثابة موافقة: تشعر فاطمة والعامل بذلك مرة واحدة.",
    ):
        world.person(GOVERNOR)
        world.set_today(TOWN, end + timedelta(days=1))
        for _ in range(2):
            story.do("worker of the kingdom", "worker_tick")
        assert world.owner.value("select silence_on from app.dossier where id = %s", dossier) == end + timedelta(days=1)
        assert world.owner.value("select count(*) from app.notice where dossier_id = %s and kind = 'silence_open'", dossier) == 1


def test_a_false_or_incomplete_request_is_refused_with_every_fault(story):
    story.title("La demande fausse envoyée droit à l'API", "الطلب المعيب المرسل مباشرة")
    world = story.world
    with story(
        "Façade touchée, fin avant le début, pièces absentes : le dépôt est refusé, "
        "et chaque faute est dite avec sa phrase dans les deux langues.",
        "مساس بالواجهة ونهاية قبل البداية ووثائق غائبة: يرفض الإيداع ويبين كل خطأ بجملة في اللغتين.",
    ):
        dossier = draft(world, CITIZEN, TOWN, touches_facade=True, ref_start="2027-05-01", ref_end="2027-04-01", app_phone="12")
        with refused("LACK1") as said:
            story.do(CITIZEN, "deposit", p_dossier=dossier, p_token="00000000-0000-0000-0000-000000000001")
        assert {"touches_facade", "app_phone", "identity", "title"} <= said.paths()
        assert {"ref_start", "ref_end"} & said.paths()
        assert all(fault["fr"] and fault["ar"] and fault["code"] for fault in said.faults)
