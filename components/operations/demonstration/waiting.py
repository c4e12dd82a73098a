"""Waiting for the worker: the load looks into the list of jobs, which costs nobody anything, and goes on when its own are done."""

import time
from collections.abc import Callable, Iterable

import psycopg

PATIENCE = 120  # seconds that the worker may take over one paper or file
FILES = ("check_file",)
# Done before the clock of a commune moves on: what they write carries its day.
BEFORE_THE_CLOCK = ("check_opinion", "draw_minutes", "prepare_seat", "embed_seat", "seal_minutes", "stamp_plan", "embed_signature")
TO_SIGN = ("stamp_plan", "prepare_paper")


class Jobs:
    """The jobs of some dossiers, as the owner of the database sees them. One connection for all threads, which take turns."""

    def __init__(self, database: str):
        self.connection = psycopg.connect(database, autocommit=True, prepare_threshold=1)

    def wait(self, dossiers: Iterable[str], kinds: tuple[str, ...]) -> None:
        """Until none of these kinds is left to do for them."""
        which = list(dossiers)
        if which:
            until(lambda: not self.left(which, kinds), pause=0.02, longest=0.2)

    def left(self, dossiers: list[str], kinds: tuple[str, ...]) -> bool:
        return self.connection.execute(
            """select exists (select from app.job
                               where state in ('waiting', 'running') and dossier_id = any (%s::uuid[]) and kind = any (%s))""",
            (dossiers, list(kinds)),
        ).fetchone()[0]

    def close(self) -> None:
        self.connection.close()


def until(found: Callable, pause: float = 0.05, longest: float = 0.5):
    """What `found` answers, once it answers something; a little longer between two looks each time."""
    end = time.monotonic() + PATIENCE
    while not (answer := found()):
        if time.monotonic() > end:
            raise TimeoutError("the worker has not answered: is one running, and what does its log say?")
        time.sleep(pause)
        pause = min(pause * 1.5, longest)
    return answer
