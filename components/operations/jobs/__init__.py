"""The worker's jobs, one file a kind: `do(data, shop) -> result`.

data: the answer of public.worker_job_data; result: what public.worker_done applies in the database. A job may be done twice (a
worker died between the deed and its report), so each is written so that the second time changes nothing. A fault that another
attempt cannot mend is a result ({"fault": ...}); anything raised is tried again.
"""

from importlib import import_module

# kind of job: its file. A paper to be sealed and one to be signed are drawn alike; they are two kinds so that a president who
# waits to sign is not queued behind receipts.
KINDS = {
    "check_file": "check_file",
    "prepare_paper": "render_paper",
    "embed_signature": "embed_signature",
    "render_paper": "render_paper",
    "issue_certificate": "issue_certificate",
    "sign_digest": "sign_digest",
    "delete_files": "delete_files",
}


def do(kind: str, data: dict, shop) -> dict:
    # Imported when first needed: drawing and signing libraries are heavy, and the site starts at the same moment.
    return import_module(f"components.operations.jobs.{KINDS[kind]}").do(data, shop)
