"""What people do about building permits: applicants, clerks, the committee's members at their desks, the president, the governor."""

from collections.abc import Callable
from concurrent.futures import Executor
from datetime import timedelta
from random import Random
from uuid import UUID

from components.operations.demonstration import people
from components.operations.demonstration.answers import ice
from components.operations.demonstration.buildings import REQUESTS
from components.operations.demonstration.committee_plan import SMALL
from components.operations.demonstration.counter import Counter
from components.operations.demonstration.opinions import AGENCY, ANSWER, MESSAGE, REMARKS, REPLY, opinion_of
from components.operations.demonstration.roads import Road
from components.operations.demonstration.waiting import BEFORE_THE_CLOCK
from components.permits.refusals import Refusal

IN_SESSION = "member_commune"  # gives its opinion in the sitting, the others at their desks before it
MISSING = {"escalated": ("member_province",), "postponed": ("member_province", AGENCY)}  # who gives none
PAPERS_OF_A_DRAFT = 3


class BuildingCounter(Counter):
    """A counter that receives building permits too. together: runs the signatures of several minutes side by side."""

    def __init__(self, *of_a_counter, together: Executor):
        super().__init__(*of_a_counter)
        self.together = together
        self.minutes_due: list[Road] = []

    def member(self, role: str) -> str:
        return role if self.is_main or role != "member_commune" else f"member.{self.commune['code']}"

    # Filing -------------------------------------------------------------------------------------------------------------------

    def fill_in(self, road: Road) -> None:
        if road.procedure not in REQUESTS:
            return super().fill_in(road)
        company = people.COMPANY | {"ice": ice(Random(7))} if road.applicant == "company_member" else None
        kept_back = road.fate in ("incomplete", "returned")
        answers = REQUESTS[road.procedure](road.rng, self.commune, road.day, road.applicant, company, kept_back)
        road.levels = max(answers.get("levels_above", 1), 1)
        who, dossier = self.applicant(road), self.id_of(road)
        state = self.call(who, "save_draft", p_dossier=dossier, p_changes=answers, p_base=0, p_editor="demonstration")
        wanted = [slot for slot in state["demanded"] if slot["need"] == "required" or (slot["need"] == "expected" and not kept_back)]
        for slot in wanted[:PAPERS_OF_A_DRAFT] if road.fate == "draft" else wanted:
            self.attach(road, slot["slot"], slot["label"]["fr"])

    def transmit(self, road: Road) -> None:
        if road.procedure not in REQUESTS:
            return super().transmit(road)
        confirmed = "small" if road.procedure == SMALL else "large"
        self.by("clerk", "act", p_dossier=self.id_of(road), p_action="transmit", p_data={"class_confirmed": confirmed})

    def ask(self, road: Road) -> None:
        if road.procedure not in REQUESTS:
            return super().ask(road)
        item = {"target": "masse", "action": "replace", "reason": "wrong_scale", "note": "المقياس غير مبين على التصميم"}
        road.request = self.by("clerk", "ask_applicant", p_dossier=self.id_of(road), p_kind="replace", p_items=[item], p_note="")

    def answer(self, road: Road) -> None:
        """New versions of what was asked for, in place of the old ones."""
        if road.procedure not in REQUESTS:
            return super().answer(road)
        kept = "select slot, id from app.document where dossier_id = %s and removed_at is null order by version"
        current = dict(self.cast.look(kept, self.id_of(road)))
        request = self.open_request(road)
        for item in request["items"]:
            self.attach(road, item["target"], f"{item['target']} 2", version=2, replaces=current[item["target"]])
        self.answer_with(road, request, "تم إيداع النسخة المعدلة.")

    # Members at their desks ---------------------------------------------------------------------------------------------------

    def members_speak(self, road: Road) -> None:
        """All opinions, but for those that wait for the sitting."""
        waits = (IN_SESSION, *MISSING.get(road.fate, ())) if road.sitting else ()
        self.give(road, [seat for seat in self.seats(road) if seat[1] not in waits])

    def some_members_speak(self, road: Road) -> None:
        seats = self.seats(road)
        self.give(road, seats[: road.rng.randint(1, len(seats) - 1)])

    def seats(self, road: Road) -> list[tuple]:
        """(seat, role, round, whether it has spoken) of the running round."""
        return self.cast.look(
            """select s.id, s.role, s.round, exists (select from app.opinion o where o.seat_id = s.id and o.state <> 'draft')
                 from app.seat s
                where s.dossier_id = %s and s.organisation_id is not null
                  and s.round = (select max(r.round) from app.seat r where r.dossier_id = s.dossier_id)
                order by s.need desc, s.role""",
            self.id_of(road),
        )

    def give(self, road: Road, seats: list[tuple]) -> None:
        self.unsettled.add(self.id_of(road))
        for seat, role, round_, has_spoken in seats:
            if not has_spoken:
                self.give_one(road, seat, role, round_)

    def give_one(self, road: Road, seat: UUID, role: str, round_: int) -> None:
        """A member writes an opinion and signs it."""
        who, (outcome, reasons, article, items) = self.member(role), opinion_of(road, role, round_)
        draft = self.call(who, "draft_opinion", p_seat=seat, p_outcome=outcome, p_reasons=reasons, p_article=article, p_items=items)
        signature = self.pens.sign(who, draft["digest"], draft["now"])
        self.call(who, "sign_opinion", p_opinion=draft["opinion"], p_digest=draft["digest"], **signature)

    def remark(self, road: Road) -> None:
        """The agency and the commune pin remarks on the plans; one note is private."""
        documents = dict(self.cast.look("select slot, id from app.document where dossier_id = %s and removed_at is null", self.id_of(road)))
        for number, (slot, page, x, y, body, audience) in enumerate(REMARKS):
            if slot in documents:
                who = self.member("member_commune") if number == 1 else AGENCY
                where = {"p_document": documents[slot], "p_page": page, "p_x": x, "p_y": y}
                self.call(who, "add_remark", p_dossier=self.id_of(road), p_body=body, p_audience=audience, **where)
        for who, body in ((AGENCY, MESSAGE), (self.secretary(road), REPLY)):
            self.call(who, "post_message", p_dossier=self.id_of(road), p_thread="committee", p_body=body)

    def answer_remarks(self, road: Road) -> None:
        pinned = "select id from app.remark where dossier_id = %s and audience = 'architect' and answered_at is null order by at limit %s"
        for (remark,) in self.cast.look(pinned, self.id_of(road), 1 + road.place % 2):
            self.call(self.applicant(road), "answer_remark", p_remark=remark, p_answer=ANSWER)

    # The secretariat ----------------------------------------------------------------------------------------------------------

    def secretary(self, road: Road) -> str:
        """Whoever keeps the secretariat of the committee that this dossier is before."""
        at = "select kind from app.organisation where id = app.seating_body(%s)"
        if self.cast.look(at, self.id_of(road)) == [("province",)]:
            return "secretary"
        return "commune_secretary" if self.is_main else self.staff("secretary")

    def ask_complement(self, road: Road) -> None:
        item = {"target": "masse", "note": "يرجى بيان اتجاه الشمال وقياسات الارتداد."}
        self.call(self.secretary(road), "ask_complement", p_dossier=self.id_of(road), p_items=[item], p_note="")

    def minutes(self, road: Road) -> None:
        """Minutes are drawn and signed at the end of the half day, those of several dossiers side by side."""
        self.minutes_due.append(road)

    def settle(self, fault: Callable) -> None:
        super().settle(fault)
        due, self.minutes_due = self.minutes_due, []

        def one(road: Road) -> None:
            try:
                self.write_minutes(road)
            except Refusal as refusal:
                if not road.taken_up:
                    fault(road, refusal)

        list(self.together.map(one, due))

    def write_minutes(self, road: Road) -> None:
        """Drawn, signed by as many members as the rule demands (by one only, when they shall wait), sealed."""
        dossier, secretary = self.id_of(road), self.secretary(road)
        drawn = """select id, (data #>> '{sealing,needed}')::int, app.signed_seats(id) from app.paper
                    where dossier_id = %s and kind = 'minutes' and state in ('requested', 'ready')"""
        if not self.cast.look(drawn, dossier):
            self.call(secretary, "draw_minutes", p_dossier=dossier)
        self.jobs.wait([dossier], BEFORE_THE_CLOCK)
        ((paper, needed, signed),) = self.cast.look(drawn, dossier)
        unsigned = """select s.role from app.seat s
                       where s.dossier_id = %s and s.round = (select max(r.round) from app.seat r where r.dossier_id = s.dossier_id)
                         and not exists (select from app.seat_signature g where g.seat_id = s.id and g.paper_id = %s and g.state = 'valid')
                       order by s.need desc, s.role"""
        roles = [role for (role,) in self.cast.look(unsigned, dossier, paper)]
        if road.fate == "signatures":
            needed = 1
            if road.place % 2:  # not always the same member has signed
                roles.reverse()
        for role in roles[: max(needed - signed, 0)]:
            self.sign_minutes(self.member(role), paper, dossier)
        if road.fate != "signatures":
            self.call(secretary, "seal_minutes", p_paper=paper)
            self.jobs.wait([dossier], BEFORE_THE_CLOCK)

    def sign_minutes(self, who: str, paper: UUID, dossier: str) -> None:
        self.call(who, "prepare_minutes", p_paper=paper)
        self.jobs.wait([dossier], BEFORE_THE_CLOCK)
        prepared = self.call(who, "prepare_minutes", p_paper=paper)
        signature = self.pens.sign(who, prepared["digest"], prepared["now"])
        self.call(who, "sign_minutes", p_signature=prepared["signature"], p_digest=prepared["digest"], **signature)
        self.jobs.wait([dossier], BEFORE_THE_CLOCK)

    # Decision -----------------------------------------------------------------------------------------------------------------

    def decide(self, road: Road) -> None:
        """By what the opinions allow: reservations are written into the permit, changes asked for as they were demanded."""
        if road.procedure not in REQUESTS:
            return super().decide(road)
        self.by("president", "decide", p_dossier=self.id_of(road), **self.decision(road))
        self.unsettled.add(self.id_of(road))

    def decision(self, road: Road) -> dict:
        if road.fate in ("refused", "appealed", "appealed_again"):
            return {"p_kind": "refusal", "p_reasons": [{"text": "العلو يتجاوز المسموح به في تصميم التهيئة.", "article": "12-90 art. 43"}]}
        if road.fate in ("modification", "modified"):
            asked = """select i - 'lift_by' from app.opinion o, jsonb_array_elements(o.items) as i
                        where o.dossier_id = %s and o.state = 'given' and o.outcome = 'modification'"""
            return {"p_kind": "modification", "p_requested": [change for (change,) in self.cast.look(asked, self.id_of(road))]}
        if road.fate == "deferred":
            reason = {"text": "Plan d'aménagement en cours d'approbation dans ce secteur.", "article": "12-90 art. 45"}
            return {"p_kind": "deferral", "p_reasons": [reason], "p_until": (road.sitting + timedelta(days=240)).isoformat()}
        open_ones = "select jsonb_build_object('text', text, 'article', article, 'opinion', opinion, 'item', item, 'lifted', false)"
        written = [line for (line,) in self.cast.look(f"{open_ones} from app.open_reservations(%s)", self.id_of(road))]
        return {"p_kind": "grant_with_reservations" if written else "grant", "p_reservations": written}

    # Silence ------------------------------------------------------------------------------------------------------------------

    def claim(self, road: Road) -> None:
        self.call(road.applicant, "claim_silence", p_dossier=self.id_of(road))

    def refer(self, road: Road) -> None:
        self.call(road.applicant, "ask_attestation", p_dossier=self.id_of(road))

    def ask_explanations(self, road: Road) -> None:
        self.call("governor", "ask_explanations", p_dossier=self.id_of(road), p_number=f"{1200 + road.place % 100}/2026")

    def explain(self, road: Road) -> None:
        text = "تأخر البت بسبب ضغط الملفات خلال هذه الفترة؛ والملف مستوف للشروط."
        self.by("president", "explain_silence", p_dossier=self.id_of(road), p_text=text)

    def attest(self, road: Road) -> None:
        self.call("governor", "attest_silence", p_dossier=self.id_of(road))

    def sign_attestation(self, road: Road) -> None:
        self.sign_as(road, "governor")

    # Appeals, revocation --------------------------------------------------------------------------------------------------------

    def appeal(self, road: Road) -> None:
        if road.procedure not in REQUESTS:
            return super().appeal(road)
        grounds = "Le plan d'aménagement admet cette hauteur dans la zone du projet, comme le montre la note de renseignements jointe."
        self.call(road.applicant, "appeal", p_dossier=self.id_of(road), p_level="president", p_grounds=grounds)

    def appeal_to_the_governor(self, road: Road) -> None:
        grounds = "لم يجب السيد الرئيس عن الطعن داخل الأجل؛ ويسمح تصميم التهيئة بهذا العلو."
        self.call(road.applicant, "appeal", p_dossier=self.id_of(road), p_level="governor", p_grounds=grounds)

    def revoke(self, road: Road) -> None:
        if road.procedure not in REQUESTS:
            return super().revoke(road)
        reason = {"text": "رخصة محصل عليها بناء على وثيقة غير صحيحة", "article": "12-90 art. 40", "ground": "illegality"}
        self.by("president", "revoke", p_dossier=self.id_of(road), p_reasons=[reason])
