"""Mail: what is told leaves once, in both languages, and waits when the server is away."""

import re
import threading
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from psycopg.types.json import Jsonb

from components.operations.mail import MailServer, compose
from components.permits import texts
from components.permits.client import call, make_client
from components.permits.letters import link_of, words_of
from tests.worker.conftest import WORKER
from tests.world import PASSWORD, refused

FATIMA = "citizen Fatima"


class Inbox:
    """A real mail server on 127.0.0.1, and what it received."""

    def __init__(self, port=0, refuses=""):
        self.received, self.refuses, self.lock = [], refuses, threading.Lock()
        self.controller = Controller(self, hostname="127.0.0.1", port=port or free_port())
        self.port = self.controller.port

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refuses and self.refuses in address:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        with self.lock:
            self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def __enter__(self):
        self.controller.start()
        return self

    def __exit__(self, *_):
        self.controller.stop()

    def server(self):
        return MailServer(f"smtp://127.0.0.1:{self.port}", "Shubbak <no-reply@example.test>")


def free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tell(world, person=FATIMA, template="deposited", language="ar", **data):
    """A mail written by an act; its id."""
    values = {"number": "TRD-2026-REF-000001", "procedure_fr": "Réfection", "procedure_ar": "رخصة الإصلاح", "legal_end": "2026-12-05"}
    return world.owner.value(
        "insert into app.outbox (recipient, person_id, language, template, data) values (%s, %s, %s, %s, %s) returning id",
        world.email(person), world.person(person), language, template, Jsonb(values | data),
    )  # fmt: skip


def mail(world, identifier):
    return world.owner.rows("select * from app.outbox where id = %s", identifier)[0]


def parts_of(message):
    return message.get_body(("plain",)).get_content(), message.get_body(("html",)).get_content()


# What leaves

def test_a_mail_speaks_the_persons_language_first_and_the_other_below(open_world, worker):
    tell(open_world)
    with Inbox() as inbox:
        worker(inbox.server()).run(once=True)
    # The worker may have other mail to send; Fatima gets this one.
    (message,) = [mail for mail in inbox.received if mail["To"] == open_world.email(FATIMA)]
    assert "TRD-2026-REF-000001" in message["Subject"] and "الملف" in message["Subject"]
    text, page = parts_of(message)
    assert text.index("دجنبر 2026") < text.index("5 décembre 2026")
    assert page.index('dir="rtl"') < page.index('lang="fr" dir="ltr"') and "http://localhost:8501/" in page


def test_the_mail_server_down_then_up(open_world, worker):
    identifier = tell(open_world)
    inbox = Inbox()
    one = worker(inbox.server())
    one.run(once=True)
    row = mail(open_world, identifier)
    assert (row["sent_at"], row["attempts"], row["token"]) == (None, 0, None), "it waits, untried and free"
    with inbox:
        one.next_mail = 0
        one.run(once=True)
    assert mail(open_world, identifier)["sent_at"] and len(inbox.received) == 1


def test_two_workers_send_each_mail_once(open_world, worker):
    identifiers = [tell(open_world, number=f"TRD-{n}") for n in range(30)]
    with Inbox() as inbox:
        threads = [threading.Thread(target=worker(inbox.server()).run, args=(True,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(inbox.received) == 30 == len({message["Message-ID"] for message in inbox.received})
    assert all(mail(open_world, each)["attempts"] == 1 for each in identifiers)


def test_a_mail_sent_by_a_worker_that_died_before_saying_so_can_be_recognised(open_world, worker):
    identifier = tell(open_world)
    with Inbox() as inbox:
        one = worker(inbox.server())
        with open_world.acting_as(WORKER) as dying:
            (taken,) = dying.call("worker_mails", p_limit=5)
            assert dying.call("worker_mails", p_limit=5) == [], "held mails are not given out"
        server = inbox.server().open()
        server.send_message(compose(taken, "http://localhost:8501", inbox.server().sender))
        server.close()
        open_world.owner.run("update app.outbox set held_until = now() - interval '1 second'")
        one.run(once=True)
    first, second = inbox.received
    assert first["Message-ID"] == second["Message-ID"] and mail(open_world, identifier)["sent_at"]


def test_a_refused_address_is_tried_again_later_then_given_up_and_said(open_world, worker):
    administrator = open_world.person("administrator of the kingdom")
    identifier = tell(open_world)
    with Inbox(refuses="@example.test") as inbox:
        for attempt in range(1, 7):
            worker(inbox.server()).run(once=True)
            row = mail(open_world, identifier)
            assert row["attempts"] == attempt and row["sent_at"] is None and "550" in row["fault"]
            worker(inbox.server()).run(once=True)
            assert mail(open_world, identifier)["attempts"] == attempt, "not at once"
            open_world.owner.run("update app.outbox set held_until = now() - interval '1 second'")
    assert mail(open_world, identifier)["fault"] and inbox.received == []
    told = open_world.owner.rows("select data from app.notice where kind = 'mail_failed' and person_id = %s", administrator)
    assert [row["data"]["mail"] for row in told] == [identifier]


@pytest.mark.parametrize("address", ["nobody", "a b@c d", "x@y\r\nBcc: all@example.test"])
def test_an_address_that_is_none_hurts_no_other_mail(open_world, worker, address):
    broken, sound = tell(open_world), tell(open_world)
    open_world.owner.run("update app.outbox set recipient = %s where id = %s", address, broken)
    with Inbox() as inbox:
        worker(inbox.server()).run(once=True)
    assert mail(open_world, sound)["sent_at"] and not mail(open_world, broken)["sent_at"]
    assert all(message["Bcc"] is None for message in inbox.received)


def test_what_people_typed_can_neither_add_a_header_nor_markup(open_world, worker):
    tell(open_world, template="claim", by="Omar\r\nBcc: all@example.test <script>alert(1)</script>", procedure_ar="x\nX-Evil: 1", code="C")
    with Inbox() as inbox:
        worker(inbox.server()).run(once=True)
    (message,) = inbox.received
    assert message["Bcc"] is None and message["X-Evil"] is None
    assert "<script>" not in parts_of(message)[1]


def test_without_a_mail_server_mails_stay_in_the_outbox(open_world, worker):
    identifier = tell(open_world)
    worker().run(once=True)
    assert mail(open_world, identifier)["sent_at"] is None and mail(open_world, identifier)["token"] is None


# Accounts

def test_the_recovery_mail_of_the_embedded_backend_opens_the_account_once(open_world, worker):
    open_world.person(FATIMA)
    open_world.client("nobody").auth.reset_password_for_email(open_world.email(FATIMA))
    with Inbox() as inbox:
        worker(inbox.server()).run(once=True)
    (message,) = inbox.received
    token = re.search(r"http://localhost:8501/session/confirm\?token_hash=(\S+)&type=recovery", parts_of(message)[0])[1]
    session = make_client().auth.verify_otp({"token_hash": token, "type": "recovery"}).session
    assert session.user.email == open_world.email(FATIMA)
    assert "token_hash" not in mail(open_world, open_world.owner.value("select max(id) from app.outbox"))["data"], "sent secrets are wiped"
    assert open_world.client(FATIMA) and PASSWORD


# The demonstration's mailbox

def test_the_mailbox_opens_in_a_demonstration_only(open_world):
    tell(open_world, template="recovery", token_hash="abc")
    nobody = open_world.client("nobody")
    open_world.owner.run("delete from app.setting where key = 'demonstration'")
    with refused("MAIL9") as said:
        call(nobody, "demonstration_mailbox")
    assert said.fr and said.ar
    open_world.owner.run("insert into app.setting (key, value) values ('demonstration', 'true')")
    try:
        (shown,) = call(nobody, "demonstration_mailbox")
    finally:
        open_world.owner.run("delete from app.setting where key = 'demonstration'")
    assert shown["recipient"] == open_world.email(FATIMA) and "token_hash=abc" in link_of(shown, "")


# Words

def told_kinds(backend):
    """Every template that an act may write, read from the functions themselves."""
    import psycopg

    with psycopg.connect(backend.database_url) as connection:
        rows = connection.execute("select prosrc from pg_proc where pronamespace in ('app'::regnamespace, 'public'::regnamespace)")
        bodies = [row[0] for row in rows]
    found = set()
    for body in bodies:
        found |= set(re.findall(r"app\.notify_parties\([^,]+, '(\w+)'", body))
        found |= set(re.findall(r"app\.(?:notify|notify_role)\([^,]+, [^,]+, '(\w+)'", body))
        found |= set(re.findall(r"app\.tell_administrators\([^,]+, '(\w+)'", body))
    return found


def test_everything_that_is_told_has_words_of_its_own(backend):
    kinds = told_kinds(backend)
    assert {"task", "returned", "granted"} <= kinds
    assert sorted(kind for kind in kinds if not texts.has(f"mails.{kind}_subject") or not texts.has(f"mails.{kind}_body")) == []


def test_each_mail_can_be_written_in_both_languages_whatever_its_data_lack():
    templates = [key.removeprefix("mails.").removesuffix("_subject") for key in texts.catalogue() if re.match(r"mails\..*_subject$", key)]
    assert len(templates) > 30
    for template in [*templates, "something new"]:
        row = {"id": 1, "recipient": "a@example.test", "language": "fr", "template": template, "data": {}, "dossier": None,
               "created_at": "2026-01-02T03:04:05+00:00"}  # fmt: skip
        assert compose(row, "https://shubbak.example", "Shubbak <no-reply@example.test>", True)["Subject"]
        for lang in ("fr", "ar"):
            words = words_of(row, lang)
            assert words.subject and "{" not in words.subject + "".join(words.paragraphs)


def test_a_convocation_says_when_and_leads_to_the_session():
    data = {"session": "5b0c", "held_at": "2026-12-03T09:00:00+00:00", "place": "Salle", "number": "1"}
    mail = {"template": "convened", "dossier": "d0", "agent": True, "data": data}
    assert link_of(mail, "https://permits.example.ma") == "https://permits.example.ma/session?id=5b0c"
    assert "3 décembre 2026 à " in words_of(mail, "fr").subject and "3 دجنبر 2026" in words_of(mail, "ar").subject
