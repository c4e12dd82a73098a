"""What a committee does in a story: it is convened, its members write and sign their opinions, the minutes are signed and sealed."""

from datetime import timedelta

from components.permits import committee, signatures
from tests.stories.telling import PIN

FAVOURABLE = ("favourable", "Conforme au plan d'aménagement.", "", [])


def seat_of(story, dossier, role):
    """The seat of the running round."""
    return story.world.owner.value(
        "select id from app.seat where dossier_id = %s and role = %s order by round desc limit 1", dossier, role
    )


def convened(story, secretary, body, dossiers, rules=None, days=3):
    """A session in some days, with these dossiers, its members called; its id."""
    client = story.client(secretary)
    if rules:
        committee.set_rules(client, body, {"notice_hours": 48} | rules)
    held_at = story.world.owner.value("select app.body_now(%s)", body) + timedelta(days=days)
    session = committee.plan(client, body, held_at, "Salle des réunions, province", "")
    committee.set_agenda(client, session, [str(dossier) for dossier in dossiers])
    committee.convene(client, session)
    return session


def says(story, who, dossier, role, outcome=FAVOURABLE[0], reasons=FAVOURABLE[1], article="", items=()):
    """A member writes an opinion and signs its frozen text; the worker judges the signature."""
    client = story.client(who)
    draft = committee.draft_opinion(client, seat_of(story, dossier, role), outcome, reasons, article, list(items))
    committee.sign_opinion(client, draft, PIN)
    story.worker_works()


def signs_minutes(story, who, dossier):
    client = story.client(who)
    (line,) = [line for line in committee.minutes_to_sign(client) if line["dossier"] == str(dossier)]
    committee.prepare_minutes(client, line["paper"], wait=0)
    story.worker_works()
    committee.sign_minutes(client, committee.prepare_minutes(client, line["paper"], wait=0), PIN)
    story.worker_works()


def sat(story, secretary, dossier, opinions):
    """The whole of a sitting without surprises: opinions {role: (who, outcome, reasons, article, items)}, minutes drawn, signed, sealed."""
    for role, (who, *said) in opinions.items():
        story.enrol(who)
        says(story, who, dossier, role, *said)
    paper = committee.draw_minutes(story.client(secretary), dossier)
    story.worker_works()
    for who, *_ in opinions.values():
        signs_minutes(story, who, dossier)
    committee.seal_minutes(story.client(secretary), paper)
    story.worker_works()
    return paper


def signed_by(story, who, dossier):
    """Plans stamped, then the act drawn, read and signed."""
    story.enrol(who)
    for _ in range(3):
        story.worker_works()
    (line,) = [paper for paper in signatures.waiting(story.client(who)) if paper["dossier"] == str(dossier)]
    signatures.sign(story.client(who), signatures.read(story.client(who), line["paper"]), PIN)
    story.worker_works()
