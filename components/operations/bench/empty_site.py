"""The sites that a page of ours is compared with: `python -m components.operations.bench.empty_site same|bare --port N`.

same: this site, its frame and session, in which the measured pages are empty but for one call. bare: a single script that reads the
session, which is its one call, and shows nothing. Both with the launcher's lifespan and frozen memory.
"""

import argparse
import tempfile
from pathlib import Path

import streamlit as st

import app

MEASURED = {"queue", "committee_desk"}
BARE = "from components.ui import session\n\nsession.begin()\n"
EMPTY_PAGE = """
from components.permits.client import call
from components.ui.session import require_person

call(require_person().client, "me")
"""
SAME = """
from pathlib import Path
from components.ui import site

site.ROOT = Path({root!r})
site.main()
"""


def same(place: Path) -> str:
    """A main script like the site's own, on a copy of its pages in which the measured ones are empty."""
    (place / "assets").symlink_to(app.ROOT / "assets")
    (place / "pages").mkdir()
    for page in (app.ROOT / "pages").glob("*.py"):
        code = EMPTY_PAGE if page.stem in MEASURED else page.read_text(encoding="utf-8")
        (place / "pages" / page.name).write_text(code, encoding="utf-8")
    return SAME.format(root=str(place))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("same", "bare"))
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        script = Path(directory) / "main" / "main_script.py"  # not beside pages/, or Streamlit would run those alone
        script.parent.mkdir()
        script.write_text(same(Path(directory)) if options.kind == "same" else BARE, encoding="utf-8")
        st.App(script, lifespan=app.lifespan).run(config={"server.port": options.port})
