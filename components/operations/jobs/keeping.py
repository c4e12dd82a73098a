"""Where papers and the authority's keys are kept, and how a job says no."""

import hashlib
from pathlib import Path

from components.permits import authority


def keep_paper(shop, data: dict, pdf: bytes, draft: bool = False) -> str:
    """Store a paper and return its key. Named by its digest: when two workers draw one paper, neither overwrites the other's file."""
    path = f"{data['dossier']}/{data['paper']}.{hashlib.sha256(pdf).hexdigest()[:16]}{'.draft' if draft else ''}.pdf"
    shop.keep("papers", path, pdf, "application/pdf")
    return path


def refused(said) -> dict:
    """The result of a job whose matter is worth nothing. said: a Verdict or a SealFault."""
    return {"ok": False, "code": said.code, "fault": f"{said.sentence('fr')} / {said.sentence('ar')}"}


def authority_of(shop) -> Path:
    """The demonstration authority's directory, made at first need."""
    directory = shop.home / "authority"
    authority.make(directory)
    return directory
