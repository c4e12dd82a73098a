"""What happens to a demonstration dossier, day by day, until the fate it was given.

A commune's dossiers are lived together: the clock of the commune moves forward one working day at a time, and within a day
everybody acts in the order of a real one (filing in the morning, payments at the end). `Road` is one dossier's diary.
"""
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock
from random import Random
from zoneinfo import ZoneInfo

from components.operations.demonstration import people
from components.operations.demonstration.answers import REQUESTS, ice
from components.operations.demonstration.files import paper, photograph
from components.permits import signing
from components.permits.client import stored
from components.permits.refusals import Refusal

CASABLANCA = ZoneInfo("Africa/Casablanca")
WAIT_SECONDS = 120

# How dossiers end, and how many of each in a hundred.
FATES = {
    "delivered": 26, "inspected": 4, "revoked": 2, "refused": 7, "appealed": 2, "to_pay": 7, "to_sign": 5, "to_decide": 7, "in_study": 9,
    "asked": 6, "answered": 4, "returned": 3, "incomplete": 5, "new": 7, "withdrawn": 3, "draft": 3,
}


@dataclass
class Road:
    """One dossier: who files it, where, when, and what becomes of it."""

    procedure: str
    commune: dict
    day: date
    fate: str
    rng: Random
    applicant: str = "citizen"
    dossier: str = ""
    number: str = ""
    diary: dict[date, list[tuple[int, Callable]]] = field(default_factory=dict)

    def on(self, day: date, hour: int, act: Callable) -> None:
        self.diary.setdefault(day, []).append((hour, act))


def working_day(day: date, days: int = 0) -> date:
    """The day itself or the next one that is not a week-end, then so many working days later. Holidays do not matter to a diary."""
    while True:
        while day.weekday() > 4:
            day += timedelta(days=1)
        if days == 0:
            return day
        day, days = day + timedelta(days=1), days - 1


class Commune:
    """The people behind one counter, and the clock on their wall."""

    def __init__(self, cast: people.Cast, commune: dict, is_main: bool):
        self.cast, self.commune, self.is_main, self.key = cast, commune, is_main, None
        self.documents: dict[str, dict] = {}

    def staff(self, role: str) -> str:
        if self.is_main:
            return role
        return f"president.{self.commune['code']}" if role in ("president", "delegate") else f"agent.{self.commune['code']}"

    def call(self, who: str, function: str, **params):
        return self.cast.call(who, function, **params)

    def by(self, role: str, function: str, **params):
        return self.cast.call(self.staff(role), function, **params)

    def set_clock(self, day: date | None, hour: int = 9) -> None:
        at = None if day is None else datetime.combine(day, clock(hour, 12), CASABLANCA).isoformat()
        self.call("administrator", "set_demonstration_clock", p_commune=self.commune["id"], p_at=at)

    # What people do -----------------------------------------------------------------------------------------------------

    def file(self, road: Road, deposit: bool = True, leave_out: bool = False) -> None:
        """Fill the form, attach the papers, deposit. `leave_out` keeps an expected paper back."""
        company = people.COMPANY | {"ice": ice(Random(7))} if road.applicant == "company_member" else None
        answers = REQUESTS[road.procedure](road.rng, self.commune, road.day, company)
        channel = "online" if road.applicant else "counter"
        who = road.applicant or self.staff("clerk")
        started = self.call(who, "start_draft", p_commune=self.commune["id"], p_procedure=road.procedure, p_channel=channel, p_token=str(uuid.UUID(int=road.rng.getrandbits(128))))
        road.dossier = started["id"]
        state = self.call(who, "save_draft", p_dossier=road.dossier, p_changes=answers, p_base=0, p_editor="demonstration")
        for slot in state["demanded"]:
            if slot["need"] == "required" or (slot["need"] == "expected" and not leave_out):
                self.attach(who, road, slot)
        if deposit:
            receipt = self.patiently(lambda: self.call(who, "deposit", p_dossier=road.dossier, p_token=str(uuid.UUID(int=road.rng.getrandbits(128)))), "LOOK1")
            road.number = receipt["number"]

    def attach(self, who: str, road: Road, slot: dict) -> None:
        picture = "photo" in slot["slot"]
        content = photograph(road.rng.randint(0, 7)) if picture else paper(slot["label"]["fr"])
        name, mime = (f"{slot['slot']}.jpg", "image/jpeg") if picture else (f"{slot['slot']}.pdf", "application/pdf")
        path = f"{road.dossier}/{slot['slot']}/{uuid.UUID(int=road.rng.getrandbits(128))}"
        stored(self.cast.client(who).storage.from_("dossiers").upload, path, content, {"content-type": mime})
        self.call(who, "register_document", p_dossier=road.dossier, p_slot=slot["slot"], p_path=path, p_file_name=name, p_size=len(content))

    def complete(self, road: Road) -> None:
        """The missing papers arrive and the file becomes complete."""
        who = road.applicant or self.staff("clerk")
        page = self.call(who, "draft_page", p_dossier=road.dossier)
        for slot in page["demanded"]:
            if slot["need"] == "expected" and not slot["have"]:
                self.attach(who, road, slot)
        self.patiently(lambda: self.call(who, "complete_deposit", p_dossier=road.dossier), "LOOK1")

    def transmit(self, road: Road) -> None:
        page = self.page(road, "clerk")
        for document in page["documents"]:
            if not document.get("removed_at"):
                self.by("clerk", "set_verdict", p_document=document["id"], p_verdict="conform")
        action = "transmit" if road.procedure == "URB-08" else "consult"
        self.by("clerk", "act", p_dossier=road.dossier, p_action=action, p_data={} if action == "transmit" else {"road_confirmed": "communal"})

    def opinions(self, road: Road, who: tuple[str, ...] = people.SERVICES) -> None:
        for task in self.page(road, "clerk")["tasks"]:
            if task["role"] in who and not task["closed_at"]:
                outcome = "unfavourable" if road.fate in ("refused", "appealed") and task["role"] == "traffic" else road.rng.choice(["favourable"] * 5 + ["with_reservations", "not_concerned"])
                reasons = {"unfavourable": "Le trottoir restant ne laisse pas passer un fauteuil roulant.", "with_reservations": "Laisser libre l'accès au regard d'assainissement."}
                self.by(task["role"], "give_opinion", p_task=task["id"], p_outcome=outcome, p_reasons=reasons.get(outcome, ""),
                        p_article="57-19 art. 15" if outcome == "unfavourable" else "", p_measured={"measured_area": 12} if task["role"] == "technical" else {})

    def report(self, road: Road) -> None:
        proposal = "refusal" if road.fate in ("refused", "appealed") else "grant"
        action = "report" if road.procedure == "URB-08" else "draft"
        self.by("instructor", "act", p_dossier=road.dossier, p_action=action,
                p_data={"report": "الأشغال المطلوبة خفيفة ولا تمس العناصر الحاملة ولا الواجهة. Étude sur place sans remarque." if proposal == "grant" else
                        "La demande ne respecte pas les conditions de la procédure.", "proposal": proposal})

    def ask(self, road: Road) -> None:
        slot = "title" if road.procedure == "URB-08" else "sketch"
        self.by("instructor" if road.procedure == "URB-08" else "clerk", "ask_applicant", p_dossier=road.dossier, p_kind="replace",
                p_items=[{"target": slot, "action": "replace", "reason": "unreadable", "note": "الصفحة الثانية غير مقروءة"}], p_note="")

    def told(self, road: Road) -> None:
        request = next(r for r in self.page(road, "clerk")["requests"] if not r.get("closed_as"))
        self.call(road.applicant or self.staff("clerk"), "acknowledge_request", p_request=request["id"], **({} if road.applicant else {"p_how": "hand"}))

    def answer(self, road: Road) -> None:
        who = road.applicant or self.staff("clerk")
        request = next(r for r in self.page(road, "clerk")["requests"] if not r.get("closed_as"))
        for item in request["items"]:
            self.attach(who, road, {"slot": item["target"], "label": {"fr": "Nouvelle copie"}})
        self.patiently(lambda: self.call(who, "answer_request", p_request=request["id"], p_note="تم تعويض الوثيقة."), "LACK5", "LOOK1")

    def decide(self, road: Road) -> None:
        refusal = road.fate in ("refused", "appealed")
        reserved = not refusal and road.rng.random() < 0.2
        terms = {} if road.procedure == "URB-08" or refusal else self.terms(road)
        self.by("president", "decide", p_dossier=road.dossier,
                p_kind="refusal" if refusal else "grant_with_reservations" if reserved else "grant",
                p_reasons=[{"text": "تتجاوز الأشغال نطاق رخصة الإصلاح" if road.procedure == "URB-08" else "لا يسمح عرض الرصيف بالاحتلال المطلوب",
                            "article": "12-90 art. 40" if road.procedure == "URB-08" else "57-19 art. 15"}] if refusal else [],
                p_reservations=[{"text": "تنجز الأشغال نهارا دون إزعاج الجيران."}] if reserved else [], p_terms=terms)

    def terms(self, road: Road) -> dict:
        deciding = next(act for act in self.page(road, "president")["acts"] if act["verb"] == "decide")
        asked = {term["field"]["id"]: term["answer"] for term in deciding["terms"] if term.get("answer") is not None}
        return asked | {"revision_rate": 10, "revision_years": 5, "sidewalk_to_leave": 1.5,
                "payment_terms": "ربع سنوي، خلال الشهر الأول من كل ربع سنة.", "works_allowed": "طاولات وكراسي ومظلات متنقلة.",
                "restoration": "إزالة جميع التجهيزات وتنظيف المكان عند نهاية المدة."}

    def sign(self, road: Road) -> None:
        """The president reads and signs; the day goes on once the worker has published the act."""
        signer = self.staff("president")

        def ready():
            paper = next((p for p in self.call(signer, "papers_to_sign") if p["dossier"] == road.dossier), None)
            if paper and paper["state"] == "failed":
                raise RuntimeError(f"{road.number}: {paper['fault']}")
            return paper and paper["state"] == "ready" and paper

        found = self.until(ready)
        paper = self.call(signer, "paper_to_sign", p_paper=found["paper"])
        held = self.key or self.call(signer, "my_signing_key")
        self.key = held
        cms = signing.sign_digest(held["sealed_key"], people.PIN, held["certificate_pem"], paper["digest"], datetime.fromisoformat(paper["now"]))
        self.call(signer, "sign_paper", p_paper=found["paper"], p_digest=paper["digest"], p_cms=cms, p_key=held["id"])
        self.until(lambda: all(p["paper"] != found["paper"] for p in self.call(signer, "papers_to_sign")))

    def pay(self, road: Road) -> None:
        order = next(act for act in self.page(road, "cashier")["acts"] if act["verb"] == "record_payment")
        means = road.rng.choice(["cash", "cash", "card", "cheque"])
        self.by("cashier", "record_payment", p_fee_order=order["id"], p_means=means, p_reference="CHQ 8841" if means == "cheque" else "")

    def inspect(self, road: Road) -> None:
        self.by("inspector", "record_inspection", p_dossier=road.dossier, p_finding="conform", p_measured={"measured_area": 12}, p_note="")

    def revoke(self, road: Road) -> None:
        article = "2-18-475 art. 4" if road.procedure == "URB-08" else "57-19 art. 24"
        self.by("president", "revoke", p_dossier=road.dossier, p_reasons=[{"text": "استعمال لغير الغرض المرخص به", "article": article, "ground": "other_use"}])

    def withdraw(self, road: Road) -> None:
        self.call(road.applicant, "withdraw", p_dossier=road.dossier, p_reason="تأجيل المشروع")

    def appeal(self, road: Road) -> None:
        self.call(road.applicant, "appeal", p_dossier=road.dossier, p_level="president", p_grounds="الأشغال المطلوبة لا تمس الواجهة كما تبين الصور المرفقة.")

    def page(self, road: Road, role: str) -> dict:
        return self.by(role, "dossier_page", p_dossier=road.dossier)

    # Waiting for the worker ---------------------------------------------------------------------------------------------

    @staticmethod
    def patiently(act: Callable, *codes: str):
        """Try again while the refusal is one of `codes`: the worker is still looking at the files."""
        end = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                return act()
            except Refusal as refusal:
                if refusal.code not in codes or time.monotonic() > end:
                    raise
                time.sleep(0.1)

    @staticmethod
    def until(found: Callable):
        end = time.monotonic() + WAIT_SECONDS
        while not (answer := found()):
            if time.monotonic() > end:
                raise TimeoutError("the worker has not answered")
            time.sleep(0.1)
        return answer


def write_diary(road: Road, place: Commune, today: date) -> None:
    """Lays the road out in days. Every date stays at or before today; a fate that needs more time than there is stops on the way."""
    odp = road.procedure == "ECO-09"
    d = working_day(road.day)

    def step(days: int, hour: int, act: Callable) -> bool:
        nonlocal d
        d = working_day(d, days)
        if d > today:
            return False
        road.on(d, hour, lambda: act(road))
        return True

    if road.fate == "draft":
        step(0, 9, lambda r: place.file(r, deposit=False))
        return
    late_paper = road.fate in ("incomplete", "returned")
    step(0, 9, lambda r: place.file(r, leave_out=late_paper))
    if late_paper or road.fate == "new":
        return
    if road.fate == "withdrawn":
        step(2, 16, place.withdraw)
        return
    if not step(road.rng.randint(0, 1), 11, place.transmit):
        return
    if odp:
        if road.fate == "in_study":
            step(road.rng.randint(1, 3), 12, lambda r: place.opinions(r, people.SERVICES[:4]))
            return
        if road.fate in ("asked", "answered"):
            return
        step(road.rng.randint(2, 5), 12, place.opinions)
    elif road.fate in ("asked", "answered"):
        step(1, 12, place.ask)
        step(1, 13, place.told)
        if road.fate == "answered":
            step(3, 13, place.answer)
        return
    if road.fate == "in_study" or not step(road.rng.randint(1, 2), 14, place.report) or road.fate == "to_decide":
        return
    if not step(road.rng.randint(0, 1), 15, place.decide) or road.fate == "to_sign":
        return
    step(0, 16, place.sign)
    if road.fate == "appealed":
        step(6, 16, place.appeal)
    if road.fate in ("refused", "appealed", "to_pay") or not step(road.rng.randint(1, 4), 17, place.pay):
        return
    if road.fate == "inspected":
        step(8, 10, place.inspect)
    if road.fate == "revoked":
        step(10, 10, place.revoke)
        step(0, 16, place.sign)
