"""The worker's jobs, one file a kind: `do(data, shop) -> result`.

data: the answer of public.worker_job_data; result: what public.worker_done applies in the database. A job may be done twice (a
worker died between the deed and its report), so each is written so that the second time changes nothing. A fault that another
attempt cannot mend is a result ({"fault": ...}); anything raised is tried again.
"""

from importlib import import_module

KINDS = ("check_file", "render_paper", "embed_signature", "issue_certificate", "sign_digest", "delete_files")


def do(kind: str, data: dict, shop) -> dict:
    # Imported when first needed: drawing and signing libraries are heavy, and the site starts at the same moment.
    return import_module(f"components.operations.jobs.{kind}").do(data, shop)
