"""The worker: `python -m components.operations.worker [--once] [--until-stdin-closes] [--kinds check_file,...]`.

It claims jobs, sends mail and lets the day's acts happen. Several may run: a job and a mail are held by one of them at a time
(sql/rules/75_worker.sql). Killed at any moment, it loses nothing: what it held is taken again a minute later.

Environment: SUPABASE_URL and key, SHUBBAK_WORKER_EMAIL and SHUBBAK_WORKER_PASSWORD (or worker.json in SHUBBAK_HOME), PUBLIC_URL,
SMTP_URL (mails stay in the outbox without it), SHUBBAK_MAIL_FROM.
"""

import argparse
import gc
import logging
import os
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

from postgrest.exceptions import APIError

from components.operations import jobs
from components.operations.jobs.keeping import authority_of
from components.operations.mail import MailRefused, MailServer, ServerAway, compose, mail_server, send
from components.operations.workshop import AWAY, NoAccount, Workshop, open_workshop
from components.permits import authority
from components.permits.refusals import Refusal

log = logging.getLogger("shubbak.worker")

IDLE = 0.5  # seconds between two looks for jobs; HTTP has no notifications
TICK = 30
MAIL_LOOK = 2
MAIL_PAUSE = 15  # after the mail server could not be reached
LONGEST_PAUSE = 10  # while the backend is away
JOBS_AT_ONCE, MAILS_AT_ONCE = 2, 20
COLLECTED = (50_000, 20, 20)  # drawing a paper makes many small objects and few circles: a fifth of its time was collecting
HELPER_IDLE = 0.12  # of a helper for a few kinds of jobs, while somebody waits
MEMORY = 3 * 1024**3  # a file made to unfold endlessly fails alone, not the machine


class Worker:
    """kinds: a helper for these jobs alone, without days and mails and hardly idle; else everything."""

    def __init__(
        self,
        shop: Workshop,
        server: MailServer | None = None,
        public_url: str | None = None,
        kinds: tuple[str, ...] | None = None,
        at_once: int = JOBS_AT_ONCE,
    ):
        self.shop, self.server, self.kinds, self.at_once = shop, server, kinds, at_once
        self.public_url = public_url or os.environ.get("PUBLIC_URL") or "http://localhost:8501"
        self.stopping = False
        self.next_tick = self.next_mail = 0.0
        self.demonstration: bool | None = None

    def stop(self, *_) -> None:
        self.stopping = True

    def run(self, once: bool = False) -> None:
        """Until told to stop; with `once`, until there is nothing left to do. Raises NoAccount."""
        pause = 1.0
        while not self.stopping:
            try:
                did = self.round()
                pause = 1.0
            except Refusal as refusal:
                if refusal.code not in AWAY:
                    raise
                if once:
                    raise
                pause = self.wait_out(refusal.code, pause)
                continue
            except APIError as error:
                # A deploy replaces the functions under our feet; anything lasting shows in the log.
                if once:
                    raise
                pause = self.wait_out(error.code, pause)
                continue
            if once and not did:
                return
            if not did:
                self.wait(HELPER_IDLE if self.kinds else IDLE)

    def round(self) -> bool:
        """One look at everything; says whether there was something to do."""
        did = self.do_jobs() > 0
        if self.kinds:
            return did
        now = time.monotonic()
        if now >= self.next_tick:
            more = self.tick()
            self.next_tick = now if more else now + TICK
            did = did or more
        if self.server and now >= self.next_mail:
            self.next_mail = now + MAIL_LOOK
            if self.send_mails():
                self.next_mail, did = now, True
        return did

    def wait_out(self, code: str, pause: float) -> float:
        log.warning("away code=%s pause=%.0f", code, pause)
        self.wait(pause)
        return min(pause * 2, LONGEST_PAUSE)

    def wait(self, seconds: float) -> None:
        # In slices, so that a signal is heard at once on every system.
        end = time.monotonic() + seconds
        while not self.stopping and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, 0.25))

    # -- jobs -----------------------------------------------------------------------------------------------------------------

    def do_jobs(self) -> int:
        taken = self.shop.ask("worker_claim", p_kinds=list(self.kinds or jobs.KINDS), p_limit=self.at_once)
        for place, job in enumerate(taken):
            if self.stopping:
                for left in taken[place:]:
                    self.report(left, "worker_back")
                break
            self.do_job(job)
        return len(taken)

    def do_job(self, job: dict) -> None:
        began = time.monotonic()
        try:
            result = jobs.do(job["kind"], self.shop.ask("worker_job_data", p_job=job["id"]), self.shop)
        except Refusal as refusal:
            if refusal.code in AWAY:
                raise  # the hold lapses by itself and somebody does the job again
            self.fail(job, refusal.code)
            return
        except NoAccount:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one job's data bring about, the others must go on; kept with the job
            self.fail(job, where(error))
            return
        try:
            done = self.report(job, "worker_done", p_result=result)
        except APIError as error:
            self.fail(job, f"result not applied: {error.code}")
            return
        if done:
            said = result.get("code") or ("fault" if result.get("fault") else "ok")
            log.info("done kind=%s job=%s ms=%.0f result=%s", job["kind"], job["id"], (time.monotonic() - began) * 1000, said)

    def fail(self, job: dict, fault: str) -> None:
        log.warning("failed kind=%s job=%s attempt=%s fault=%s", job["kind"], job["id"], job["attempts"], fault)
        self.report(job, "worker_failed", p_fault=fault)

    def report(self, job: dict, function: str, **params) -> bool:
        """Tell the database; False when another worker holds the job by now, or when the result was refused."""
        try:
            self.shop.ask(function, p_job=job["id"], p_token=job["token"], **params)
        except Refusal as refusal:
            if refusal.code in AWAY:
                raise
            log.warning("refused act=%s kind=%s job=%s code=%s", function, job["kind"], job["id"], refusal.code)
            if refusal.code != "MOVE1" and function == "worker_done":
                self.fail(job, f"result refused: {refusal.code}")
            return False
        return True

    # -- days -----------------------------------------------------------------------------------------------------------------

    def tick(self) -> bool:
        self.announce()
        did = self.shop.ask("worker_tick")
        for fault in did.get("faults", []):
            log.error("tick act=%s dossier=%s code=%s", fault["act"], fault.get("dossier", "-"), fault["code"])
        counts = {key: value for key, value in did.items() if isinstance(value, int) and not isinstance(value, bool) and value}
        if counts:
            log.info("tick %s", " ".join(f"{key}={value}" for key, value in counts.items()))
        return bool(did.get("more"))

    def announce(self) -> None:
        """Let anybody check signatures and daily digests, and papers print the site's address."""
        folder = authority_of(self.shop)
        self.shop.ask(
            "worker_announce",
            p_certificates=authority.trust_roots(folder),
            p_digest_key=authority.digest_public_key(folder),
            p_public_url=self.public_url,
        )

    # -- mail -----------------------------------------------------------------------------------------------------------------

    def send_mails(self) -> int:
        mails = self.shop.ask("worker_mails", p_limit=MAILS_AT_ONCE)
        if not mails:
            return 0
        if self.demonstration is None:
            self.demonstration = bool(self.shop.ask("me")["demonstration"])
        sent = 0
        try:
            server = self.server.open()
            try:
                for mail in mails:
                    if self.stopping:
                        break
                    self.send_mail(server, mail)
                    sent += 1
            finally:
                server.close()
        except ServerAway as away:
            log.warning("mail server away fault=%s waiting=%s", away, len(mails) - sent)
            self.next_mail = time.monotonic() + MAIL_PAUSE
        if sent < len(mails):
            self.shop.ask("worker_mails_back", p_tokens=[mail["token"] for mail in mails[sent:]])
        return sent

    def send_mail(self, server, mail: dict) -> None:
        fault = None
        try:
            send(server, compose(mail, self.public_url, self.server.sender, self.demonstration))
        except MailRefused as refused:
            fault = str(refused)
        except ValueError:
            fault = "the address is not one"
        try:
            self.shop.ask("worker_mail_sent", p_id=mail["id"], p_token=mail["token"], p_fault=fault)
        except Refusal as refusal:
            if refusal.code != "MOVE1":
                raise
        level = logging.WARNING if fault else logging.INFO
        log.log(level, "mail id=%s template=%s result=%s", mail["id"], mail["template"], fault or "sent")


def where(error: Exception) -> str:
    """The kind of an error and its place in the code; its words may hold somebody's data."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename] or frames
    return f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m components.operations.worker", description="Jobs, mails and the day's acts.")
    parser.add_argument("--once", action="store_true", help="do everything that waits, then end")
    parser.add_argument("--kinds", help="a helper that does these kinds of jobs only, commas between them, the first ones first")
    parser.add_argument("--at-once", type=int, default=JOBS_AT_ONCE, help=f"jobs taken at a time (default {JOBS_AT_ONCE})")
    parser.add_argument("--until-stdin-closes", action="store_true", help="stop when standard input ends: the parent is gone")
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(asctime)s worker %(message)s")
    log.setLevel(logging.INFO)
    try:
        kinds = tuple(options.kinds.split(",")) if options.kinds else None
        if unknown := set(kinds or ()) - jobs.KINDS.keys():
            parser.error(f"no such jobs: {', '.join(sorted(unknown))}; there are {', '.join(jobs.KINDS)}")
        worker = Worker(open_workshop(), None if kinds else mail_server(), kinds=kinds, at_once=options.at_once)
        signal.signal(signal.SIGTERM, worker.stop)
        signal.signal(signal.SIGINT, worker.stop)
        if options.until_stdin_closes:
            threading.Thread(target=_wait_for_parent, args=(worker,), daemon=True).start()
        _be_modest(patient=not kinds)
        gc.set_threshold(*COLLECTED)
        log.info("started once=%s mail=%s", options.once, bool(worker.server))
        worker.run(options.once)
    except NoAccount as error:
        print(error, file=sys.stderr)
        return 2
    except Refusal as refusal:
        print(f"{refusal.code}: {refusal.fr}", file=sys.stderr)
        return 1
    log.info("stopped")
    return 0


def _be_modest(patient: bool) -> None:
    """Pages come first, and one file must not eat the machine. Windows has neither call."""
    if os.name == "nt":
        return
    if patient:
        os.nice(5)
    if sys.platform.startswith("linux"):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _wait_for_parent(worker: Worker) -> None:
    try:
        while sys.stdin.buffer.read(1024):
            pass
    except (OSError, ValueError):
        pass
    worker.stop()


if __name__ == "__main__":
    sys.exit(main())
