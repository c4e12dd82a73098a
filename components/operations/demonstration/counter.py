"""What people do at one commune's counter, each with their own account, through the functions that the pages call."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from storage3.utils import StorageException

from components.operations.demonstration import people
from components.operations.demonstration.answers import REQUESTS, ice
from components.operations.demonstration.cast import Cast
from components.operations.demonstration.files import file_for
from components.operations.demonstration.pens import Pens
from components.operations.demonstration.roads import Road
from components.operations.demonstration.waiting import BEFORE_THE_CLOCK, FILES, TO_SIGN, Jobs
from components.permits.client import stored

DATES_MATTER = ("returned", "forgotten", "silent", "claimed", "referred", "attested")  # what the law's last day brings is their fate


class Counter:
    """The people of one commune. tick(commune): lets the law's dates pass there (public.worker_tick)."""

    def __init__(self, cast: Cast, pens: Pens, jobs: Jobs, commune: dict, is_main: bool, tick: Callable):
        self.cast, self.pens, self.jobs, self.commune, self.is_main, self.tick = cast, pens, jobs, commune, is_main, tick
        self.ticks: set[date] = set()  # days on which a date of the law falls due
        self.unsettled: set[str] = set()  # dossiers on which the worker still does what carries this half day's date

    def staff(self, role: str) -> str:
        if self.is_main:
            return role
        return f"president.{self.commune['code']}" if role in ("president", "delegate") else f"agent.{self.commune['code']}"

    def call(self, who: str, function: str, **params):
        return self.cast.call(who, function, **params)

    def by(self, role: str, function: str, **params):
        return self.cast.call(self.staff(role), function, **params)

    def applicant(self, road: Road) -> str:
        return road.applicant or self.staff("clerk")

    def set_clock(self, at: datetime | None) -> None:
        self.call("administrator", "set_demonstration_clock", p_commune=self.commune["id"], p_at=at and at.isoformat())

    def page(self, road: Road, role: str) -> dict:
        return self.by(role, "dossier_page", p_dossier=self.id_of(road))

    def catch_up(self) -> None:
        """What an interrupted load had asked of the worker is done before it goes on."""
        here = "select id from app.dossier where commune_id = %s"
        self.jobs.wait([dossier for (dossier,) in self.cast.look(here, self.commune["id"])], FILES + BEFORE_THE_CLOCK + TO_SIGN)

    # Filing -------------------------------------------------------------------------------------------------------------------

    def id_of(self, road: Road) -> str:
        """The dossier's id; the same token opens the same draft, so that an interrupted load finds it again."""
        if not road.dossier:
            road.dossier = self.call(
                self.applicant(road),
                "start_draft",
                p_commune=self.commune["id"],
                p_procedure=road.procedure,
                p_channel="online" if road.applicant else "counter",
                p_token=road.token("draft"),
            )["id"]
        return road.dossier

    def fill_in(self, road: Road) -> None:
        """The form and its papers. An incomplete file keeps an expected paper back."""
        company = people.COMPANY | {"ice": ice(Random(7))} if road.applicant == "company_member" else None
        answers = REQUESTS[road.procedure](road.rng, self.commune, road.day, company)
        if road.fate == "lapsed" and "occ_to" in answers:
            answers["occ_to"] = (date.fromisoformat(answers["occ_from"]) + timedelta(days=75)).isoformat()
        who, dossier = self.applicant(road), self.id_of(road)
        state = self.call(who, "save_draft", p_dossier=dossier, p_changes=answers, p_base=0, p_editor="demonstration")
        kept_back = road.fate in ("incomplete", "returned")
        for slot in state["demanded"]:
            if slot["need"] == "required" or (slot["need"] == "expected" and not kept_back):
                self.attach(road, slot["slot"], slot["label"]["fr"])

    def attach(self, road: Road, slot: str, title: str, version: int = 1, replaces: str | None = None) -> None:
        content, name, mime = file_for(slot, title, road.rng.randint(0, 7), road.levels, version)
        who, dossier = self.applicant(road), self.id_of(road)
        path = f"{dossier}/{slot}/{road.token(f'{slot} {title}')}"
        try:
            stored(self.cast.client(who).storage.from_("dossiers").upload, path, content, {"content-type": mime})
        except StorageException as error:
            if "exists" not in str(error).lower() and "duplicate" not in str(error).lower():
                raise  # it is there already: an interrupted load had come so far
        road.documents.append(
            self.call(
                who,
                "register_document",
                p_dossier=dossier,
                p_slot=slot,
                p_path=path,
                p_file_name=name,
                p_size=len(content),
                p_replaces=replaces,
            )
        )

    def deposit(self, road: Road) -> None:
        self.jobs.wait([self.id_of(road)], FILES)
        receipt = self.call(self.applicant(road), "deposit", p_dossier=self.id_of(road), p_token=road.token("deposit"))
        road.number = receipt["number"]
        if road.fate in DATES_MATTER:
            self.tick_after(receipt["complete_by"] or receipt["legal_end"])

    def tick_after(self, last_day: str) -> None:
        self.ticks.add(date.fromisoformat(last_day) + timedelta(days=1))

    # Study --------------------------------------------------------------------------------------------------------------------

    def transmit(self, road: Road) -> None:
        if self.is_main:  # the small communes look at the papers and say nothing
            kept = "select id from app.document where dossier_id = %s and removed_at is null order by slot, version"
            for document in road.documents or [row[0] for row in self.cast.look(kept, self.id_of(road))]:
                self.by("clerk", "set_verdict", p_document=document, p_verdict="conform")
        action, data = ("transmit", {}) if road.procedure == "URB-08" else ("consult", {"road_confirmed": "communal"})
        self.by("clerk", "act", p_dossier=self.id_of(road), p_action=action, p_data=data)

    def opinions(self, road: Road, services: tuple[str, ...] = people.SERVICES) -> None:
        waiting = "select id, role from app.task where dossier_id = %s and closed_at is null and role = any (%s) order by opened_at, role"
        for task, role in self.cast.look(waiting, self.id_of(road), list(services)):
            self.give_opinion(road, task, role)

    def some_opinions(self, road: Road) -> None:
        self.opinions(road, people.SERVICES[:4])

    def give_opinion(self, road: Road, task: UUID, role: str) -> None:
        against = road.fate in ("refused", "appealed") and role == "traffic"
        outcome = "unfavourable" if against else road.rng.choice(["favourable"] * 5 + ["with_reservations", "not_concerned"])
        reasons = {
            "unfavourable": "Le trottoir restant ne laisse pas passer un fauteuil roulant.",
            "with_reservations": "Laisser libre l'accès au regard d'assainissement.",
        }
        self.by(
            role,
            "give_opinion",
            p_task=task,
            p_outcome=outcome,
            p_reasons=reasons.get(outcome, ""),
            p_article="57-19 art. 15" if against else "",
            p_measured={"measured_area": 12} if role == "technical" else {},
        )

    def report(self, road: Road) -> None:
        refusal = road.fate in ("refused", "appealed")
        report = (
            "La demande ne respecte pas les conditions de la procédure."
            if refusal
            else "الأشغال المطلوبة خفيفة ولا تمس العناصر الحاملة ولا الواجهة. Étude sur place sans remarque."
        )
        self.by(
            "instructor",
            "act",
            p_dossier=self.id_of(road),
            p_action="report" if road.procedure == "URB-08" else "draft",
            p_data={"report": report, "proposal": "refusal" if refusal else "grant"},
        )

    # Requests to the applicant ------------------------------------------------------------------------------------------------

    def ask(self, road: Road) -> None:
        repair = road.procedure == "URB-08"
        item = {"target": "title" if repair else "sketch", "action": "replace", "reason": "unreadable", "note": "الصفحة الثانية غير مقروءة"}
        road.request = self.by(
            "instructor" if repair else "clerk", "ask_applicant", p_dossier=self.id_of(road), p_kind="replace", p_items=[item], p_note=""
        )

    def open_request(self, road: Road) -> dict:
        """Raises StopIteration when none is open: an interrupted load had come so far."""
        asked = "select id, items from app.request where dossier_id = %s and closed_as is null order by created_at limit 1"
        return next({"id": row[0], "items": row[1]} for row in self.cast.look(asked, self.id_of(road)))

    def told(self, road: Road) -> None:
        how = {} if road.applicant else {"p_how": "hand"}
        request = road.request or self.open_request(road)["id"]
        due = self.call(self.applicant(road), "acknowledge_request", p_request=request, **how)
        if road.fate == "unanswered":
            self.tick_after(due)

    def answer(self, road: Road) -> None:
        request = self.open_request(road)
        for item in request["items"]:
            self.attach(road, item["target"], "Nouvelle copie")
        road.documents = []  # one of them was replaced: ask the page when they are needed
        self.answer_with(road, request, "تم تعويض الوثيقة.")

    def answer_with(self, road: Road, request: dict, note: str) -> None:
        self.jobs.wait([self.id_of(road)], FILES)
        self.call(self.applicant(road), "answer_request", p_request=request["id"], p_note=note)

    # Decision -----------------------------------------------------------------------------------------------------------------

    def decide(self, road: Road) -> None:
        refusal, repair = road.fate in ("refused", "appealed"), road.procedure == "URB-08"
        reserved = not refusal and road.rng.random() < 0.2
        reason = (
            {"text": "تتجاوز الأشغال نطاق رخصة الإصلاح", "article": "12-90 art. 40"}
            if repair
            else {"text": "لا يسمح عرض الرصيف بالاحتلال المطلوب", "article": "57-19 art. 15"}
        )
        self.by(
            "president",
            "decide",
            p_dossier=self.id_of(road),
            p_kind="refusal" if refusal else "grant_with_reservations" if reserved else "grant",
            p_reasons=[reason] if refusal else [],
            p_reservations=[{"text": "تنجز الأشغال نهارا دون إزعاج الجيران."}] if reserved else [],
            p_terms={} if repair or refusal else self.terms(road),
        )

    def terms(self, road: Road) -> dict:
        deciding = next(act for act in self.page(road, "president")["acts"] if act["verb"] == "decide")
        asked = {term["field"]["id"]: term["answer"] for term in deciding["terms"] if term.get("answer") is not None}
        return asked | {
            "revision_rate": 10,
            "revision_years": 5,
            "sidewalk_to_leave": 1.5,
            "payment_terms": "ربع سنوي، خلال الشهر الأول من كل ربع سنة.",
            "works_allowed": "طاولات وكراسي ومظلات متنقلة.",
            "restoration": "إزالة جميع التجهيزات وتنظيف المكان عند نهاية المدة.",
        }

    def sign(self, road: Road) -> None:
        """The president reads and signs what the worker has prepared."""
        self.sign_as(road, self.staff("president"))

    def sign_as(self, road: Road, signer: str) -> None:
        self.jobs.wait([self.id_of(road)], TO_SIGN)
        found = next(paper for paper in self.call(signer, "papers_to_sign") if paper["dossier"] == self.id_of(road))
        if found["state"] == "failed":
            raise RuntimeError(f"{road.number}: {found['fault']}")
        self.unsettled.add(self.id_of(road))
        if found["state"] == "signed":
            return
        shown = self.call(signer, "paper_to_sign", p_paper=found["paper"])
        signature = self.pens.sign(signer, shown["digest"], shown["now"])
        self.call(signer, "sign_paper", p_paper=found["paper"], p_digest=shown["digest"], **signature)

    def settle(self, fault: Callable) -> None:
        """The half day is over: the clock moves on once the worker has done what carries its date. fault(road, refusal)"""
        self.jobs.wait(self.unsettled, BEFORE_THE_CLOCK)
        self.unsettled.clear()

    # After the decision -------------------------------------------------------------------------------------------------------

    def pay(self, road: Road) -> None:
        due = """select id from app.fee_order o where dossier_id = %s and cancelled_at is null
                    and not exists (select from app.payment p where p.fee_order_id = o.id) order by created_at, number"""
        order = next(row[0] for row in self.cast.look(due, self.id_of(road)))
        means = road.rng.choice(["cash", "cash", "card", "cheque"])
        self.by("cashier", "record_payment", p_fee_order=order, p_means=means, p_reference="CHQ 8841" if means == "cheque" else "")

    def inspect(self, road: Road) -> None:
        self.by(
            "inspector",
            "record_inspection",
            p_dossier=self.id_of(road),
            p_finding="conform",
            p_measured={"measured_area": 12},
            p_note="",
        )

    def revoke(self, road: Road) -> None:
        article = "2-18-475 art. 4" if road.procedure == "URB-08" else "57-19 art. 24"
        reason = {"text": "استعمال لغير الغرض المرخص به", "article": article, "ground": "other_use"}
        self.by("president", "revoke", p_dossier=self.id_of(road), p_reasons=[reason])

    def withdraw(self, road: Road) -> None:
        self.call(road.applicant, "withdraw", p_dossier=self.id_of(road), p_reason="تأجيل المشروع")

    def appeal(self, road: Road) -> None:
        grounds = "الأشغال المطلوبة لا تمس الواجهة كما تبين الصور المرفقة."
        self.call(road.applicant, "appeal", p_dossier=self.id_of(road), p_level="president", p_grounds=grounds)
