"""The hall where a committee sits, for tests of its rules: five members write, sign and are believed, without bytes.

What the worker would answer is written as its answer (`app.opinion_checked`, ...), as tests/filing.py does for files; everything that
people do goes through their functions. The calendar of sessions: tests/sitting.py.

dossier = building.seated(world, "citizen Fatima", "Ait Iaaza", "URB-02")    before the committee (tests/building.py)
opinion = give(world, AGENCY, dossier, "favourable")                       written, signed, found valid
paper = minutes(world, dossier)                                            drawn, ready to be signed
sign_minutes(world, AGENCY, paper)                                         prepared, signed, embedded
publish(world, decide(world, dossier, "grant"))                            decided; drawn, signed by the president, published
"""

import uuid

from psycopg.types.json import Jsonb

PLACE, PROVINCE = "Ait Iaaza", "Taroudannt"
SECRETARY, PRESIDENT, WORKER = f"secretary of {PROVINCE} province", f"president of {PLACE}", "worker of the kingdom"
COMMUNE, STATE, AGENCY, NETWORK, TELECOM = MEMBERS = (
    f"member commune of {PLACE}", f"member province of {PROVINCE}", f"member agency of {PROVINCE}", f"member network of {PROVINCE}",
    f"member telecom of {PROVINCE}",
)  # fmt: skip
CMS, DIGEST = "QUJD" * 100, "ab" * 32
ITEM = {"text": "Élargir l'escalier à 1,20 m", "article": "règlement de sécurité, art. 14", "lift_by": "applicant"}


def people(world, *who):
    for name in who or (SECRETARY, PRESIDENT, *MEMBERS):
        world.person(name)


def role_of(who):
    return who.removeprefix("second ").split(" of ")[0].replace(" ", "_")


def key(world, who):
    """A certified key of this person; its id."""
    held = "select id from app.signing_key where person_id = %s and revoked_at is null"
    made = """insert into app.signing_key (person_id, sealed_key, certificate_pem, expires_at)
              values (%s, 'sealed', 'pem', now() + interval '1 year') returning id"""
    return world.owner.value(held, world.person(who)) or world.owner.value(made, world.person(who))


def seats(world, dossier):
    """The seats of the running round, by role."""
    return {row["role"]: row for row in world.owner.rows("select * from app.seats_of(%s)", dossier)}


def draft(world, who, dossier, outcome="favourable", reasons="", article="", items=()):
    """The answer of draft_opinion; what an outcome needs it has by default."""
    reasons = reasons or ("Conforme au plan" if outcome in ("favourable", "not_concerned") else "Le recul n'est pas respecté")
    if outcome not in ("favourable", "not_concerned"):
        article = article or "PA, art. 12"
        items = items or ([ITEM] if outcome != "unfavourable" else ())
    seat = seats(world, dossier)[role_of(who)]["id"]
    with world.acting_as(who) as member:
        return member.call(
            "draft_opinion", p_seat=seat, p_outcome=outcome, p_reasons=reasons, p_article=article, p_items=list(items)
        )  # fmt: skip


def sign(world, who, drafted):
    said = {"p_opinion": drafted["opinion"], "p_digest": drafted["digest"], "p_cms": CMS, "p_key": key(world, who)}
    with world.acting_as(who) as member:
        return member.call("sign_opinion", **said)["signature"]


def judge(world, signature, ok=True):
    """What the worker answers about the signature of an opinion."""
    result = {"ok": True} if ok else {"ok": False, "code": "SEAL2", "fault": "Autre texte / نص آخر"}
    world.owner.value("select app.opinion_checked(%s, %s)", signature, Jsonb(result))


def give(world, who, dossier, outcome="favourable", **said):
    """An opinion written, signed and found valid; its id."""
    drafted = draft(world, who, dossier, outcome, **said)
    judge(world, sign(world, who, drafted))
    return drafted["opinion"]


def body(world):
    return world.organisation("secretary", f"{PROVINCE} province")


def set_rules(world, **rules):
    with world.acting_as(SECRETARY) as secretary:
        secretary.call("set_committee", p_organisation=body(world), p_settings=rules)


def convene(world, *dossiers):
    """A session of the province's committee, its members called; its id."""
    held_at = world.owner.value("select app.body_now(%s) + interval '3 days'", body(world))
    with world.acting_as(SECRETARY) as secretary:
        session = secretary.call("plan_session", p_organisation=body(world), p_held_at=held_at, p_place="Salle de la province")
        secretary.call("set_agenda", p_session=session, p_dossiers=list(dossiers))
        secretary.call("convene_session", p_session=session)
    return session


def hold(world, session, *absent):
    """The sitting takes place, with everybody but the absent roles."""
    with world.acting_as(SECRETARY) as secretary:
        for member in secretary.call("session_page", p_session=session)["members"]:
            secretary.call(
                "mark_attendance", p_session=session, p_role=member["role"], p_organisation=member["organisation"]["id"],
                p_status="absent" if member["role"] in absent else "present", p_person=member["people"][0]["id"],
            )  # fmt: skip
        secretary.call("open_session", p_session=session)
        secretary.call("close_session", p_session=session)


def minutes(world, dossier, keeper=SECRETARY):
    """The minutes, drawn by the worker and ready for their signers; their id."""
    with world.acting_as(keeper) as secretary:
        paper = secretary.call("draw_minutes", p_dossier=dossier)
    fields = {str(row["id"]): f"Seat{n}" for n, row in enumerate(seats(world, dossier).values(), 1)} | {"seal": "Seal"}
    drawn = {"storage_path": f"{dossier}/{paper}.0.pdf", "docx_path": f"{dossier}/{paper}.docx", "pages": 2, "fields": fields}
    world.owner.value("select app.paper_rendered(%s, %s)", paper, Jsonb(drawn))
    return paper


def prepare(world, who, paper):
    """What the member is shown to sign, once the worker has prepared it."""
    with world.acting_as(who) as member:
        asked = member.call("prepare_minutes", p_paper=paper)
        if asked["state"] == "preparing":
            dossier = world.owner.value("select dossier_id from app.paper where id = %s", paper)
            prepared = {"path": f"{dossier}/{asked['signature']}.pdf", "document_digest": uuid.uuid4().hex * 2, "state": {}}
            world.owner.value("select app.seat_prepared(%s, %s)", asked["signature"], Jsonb(prepared))
        return member.call("prepare_minutes", p_paper=paper)


def put_signature(world, who, prepared):
    said = {"p_signature": prepared["signature"], "p_digest": prepared["digest"], "p_cms": CMS, "p_key": key(world, who)}
    with world.acting_as(who) as member:
        member.call("sign_minutes", **said)


def embed(world, prepared, ok=True):
    """What the worker answers about a member's signature on the minutes."""
    path = prepared["path"].removesuffix(".pdf") + ".signed.pdf"
    result = {"ok": True, "storage_path": path, "file_digest": DIGEST} if ok else {"ok": False, "code": "SEAL3", "fault": "Fausse / مزورة"}
    world.owner.value("select app.seat_embedded(%s, %s)", prepared["signature"], Jsonb(result))


def sign_minutes(world, who, paper):
    prepared = prepare(world, who, paper)
    put_signature(world, who, prepared)
    embed(world, prepared)


def seal(world, paper):
    """The secretariat seals, the worker stamps: the dossier goes to its decision."""
    with world.acting_as(SECRETARY) as secretary:
        secretary.call("seal_minutes", p_paper=paper)
    stamped = {"ok": True, "storage_path": f"{paper}.sealed.pdf", "file_digest": DIGEST}
    world.owner.value("select app.minutes_sealed(%s, %s)", paper, Jsonb(stamped))


def through(world, dossier, **opinions):
    """All opinions given (role=outcome, else favourable), minutes signed by all and sealed: the decision is due. Returns the minutes."""
    who = {role: next(name for name in MEMBERS if role_of(name) == role) for role in seats(world, dossier)}
    for role, name in who.items():
        give(world, name, dossier, opinions.get(role, "favourable"))
    paper = minutes(world, dossier)
    for name in who.values():
        sign_minutes(world, name, paper)
    seal(world, paper)
    return paper


def decide(world, dossier, kind, **said):
    """Decided by the president; the decision's id."""
    with world.acting_as(PRESIDENT) as president:
        return president.call("decide", p_dossier=dossier, p_kind=kind, **said)["decision"]


def stamp_plans(world, decision):
    for plan in world.owner.rows("select id from app.paper where decision_id = %s and kind = 'plan'", decision):
        stamped = {"storage_path": f"{plan['id']}.pdf", "file_digest": uuid.uuid4().hex * 2}
        world.owner.value("select app.paper_rendered(%s, %s)", plan["id"], Jsonb(stamped))


def publish(world, decision):
    """Its plans stamped, its paper drawn, signed by the president and found valid; the paper's id."""
    stamp_plans(world, decision)
    paper = world.owner.value("select id from app.paper where decision_id = %s and needs = 'signature'", decision)
    drawn = {"prepared": {"document_digest": DIGEST}, "storage_path": f"{paper}.pdf"}
    world.owner.value("select app.paper_rendered(%s, %s)", paper, Jsonb(drawn))
    with world.acting_as(PRESIDENT) as president:
        president.call("sign_paper", p_paper=paper, p_digest=DIGEST, p_cms=CMS, p_key=key(world, PRESIDENT))
    signed = {"ok": True, "storage_path": f"{paper}.pdf", "file_digest": DIGEST}
    world.owner.value("select app.signature_embedded(%s, %s)", paper, Jsonb(signed))
    return paper


def file(world, dossier):
    """The dossier's row."""
    return world.owner.rows("select * from app.dossier where id = %s", dossier)[0]


def papers(world, dossier, kind):
    return world.owner.rows("select * from app.paper where dossier_id = %s and kind = %s order by created_at, id", dossier, kind)
