"""A story is code under sentences: each step says in both languages what somebody does, then does it.

    with story("La citoyenne dépose sa demande.", "تودع المواطنة طلبها."):
        ...

When the test ends, the sentences must be those of docs/stories/<name>.md; SHUBBAK_WRITE_STORIES=1 writes them instead.
"""

import os
from contextlib import contextmanager

from components.permits import signatures
from components.permits.client import call

PIN = "582913"
HEAD = "<!-- Written by the tests in tests/stories: SHUBBAK_WRITE_STORIES=1 make test -->\n"


class Story:
    def __init__(self, world, worker, name, folder):
        self.world, self._worker, self.name, self.folder = world, worker, name, folder
        self.lines, self._clients, self.failed = [], {}, False

    @contextmanager
    def __call__(self, french, arabic):
        self.lines.append((french, arabic))
        try:
            yield
        except BaseException:
            self.failed = True
            raise

    def title(self, french, arabic):
        self.heading = (french, arabic)

    def client(self, who):
        """The signed-in client of a person of the world, kept for the story."""
        if who not in self._clients:
            self._clients[who] = self.world.client(who)
        return self._clients[who]

    def do(self, who, function, **params):
        return call(self.client(who), function, **params)

    def worker_works(self):
        self._worker().run(once=True)

    def enrol(self, who):
        """A signing key for somebody who will sign, certified by the demonstration authority."""
        if not signatures.key(self.client(who)):
            signatures.enrol(self.client(who), PIN)
            self.worker_works()

    def sign(self, who, dossier):
        """Read the act that waits, sign it, let the worker judge and publish it."""
        self.worker_works()
        (line,) = [paper for paper in signatures.waiting(self.client(who)) if paper["dossier"] == str(dossier)]
        signatures.sign(self.client(who), signatures.read(self.client(who), line["paper"]), PIN)
        self.worker_works()

    def paper(self, dossier, kind):
        """The latest paper of a kind, with its bytes, as an applicant downloads it."""
        row = self.world.owner.rows(
            "select * from app.paper where dossier_id = %s and kind = %s order by created_at desc limit 1", dossier, kind
        )[0]
        return row

    def text(self):
        fr, ar = self.heading
        steps = "\n".join(
            f'{number}. {french}\n\n   <p dir="rtl" lang="ar">{arabic}</p>\n' for number, (french, arabic) in enumerate(self.lines, 1)
        )
        return f'{HEAD}\n# {fr}\n\n<p dir="rtl" lang="ar"><strong>{ar}</strong></p>\n\n{steps}'

    def close(self):
        if self.failed or not self.lines:
            return
        file = self.folder / f"{self.name}.md"
        if os.environ.get("SHUBBAK_WRITE_STORIES"):
            file.write_text(self.text(), encoding="utf-8")
        assert file.exists() and file.read_text(encoding="utf-8") == self.text(), (
            f"docs/stories/{file.name} tells another story: SHUBBAK_WRITE_STORIES=1"
        )
