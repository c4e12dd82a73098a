"""The worker's jobs, one file a kind: `do(data, shop) -> result`.

data: the answer of public.worker_job_data; result: what public.worker_done applies in the database. A job may be done twice (a
worker died between the deed and its report), so each is written so that the second time changes nothing. A fault that another
attempt cannot mend is a result ({"fault": ...}); anything raised is tried again.
"""

from importlib import import_module

# Kind of job: its file. The first named is done first: somebody waits for it before going on. A paper to be signed and one to be
# sealed are drawn alike; they are two kinds so that a president who waits to sign is not queued behind receipts.
KINDS = {
    "check_file": "check_file",
    "issue_certificate": "issue_certificate",
    "check_opinion": "check_opinion",
    "embed_seat": "embed_seat",
    "prepare_seat": "prepare_seat",
    "embed_signature": "embed_signature",
    "seal_minutes": "seal_minutes",
    "prepare_paper": "render_paper",
    "draw_minutes": "draw_minutes",
    "render_paper": "render_paper",
    "stamp_plan": "stamp_plan",
    "sign_digest": "sign_digest",
    "delete_files": "delete_files",
}


def do(kind: str, data: dict, shop) -> dict:
    # Imported when first needed: drawing and signing libraries are heavy, and the site starts at the same moment.
    return import_module(f"components.operations.jobs.{KINDS[kind]}").do(data, shop)
