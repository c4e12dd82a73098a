"""The committee as a definition draws it: who sits and why, which plans the permit stamps, what the members may ask for.

Pure: a definition that fits assets/procedures/schema.json in, (path, sentence) out.
"""

from __future__ import annotations

from collections.abc import Iterator

# Law 12-90, art. 45; law 25-90, art. 9.
LONGEST_DEFERRAL = 24
# What a committee may lead the president to, beside a grant or a refusal, and the part of `committee` that says for how long.
ASKED_OF_THE_APPLICANT = ("modification", "deferral")


def committee_faults(definition: dict) -> Iterator[tuple[str, str]]:
    committee, steps = definition.get("committee"), definition["circuit"]["steps"]
    if (committee is None) != all(step["kind"] != "committee" for step in steps):
        yield "committee", "a committee and a step of kind 'committee' go together"
    if committee is None:
        yield from _without_committee(definition)
        return
    yield from _seats(committee)
    months = committee["deferral"]["max_months"]
    if months > LONGEST_DEFERRAL:
        yield "committee/deferral", f"{months} months exceed the {LONGEST_DEFERRAL} of law 12-90, art. 45"
    if committee["deferral"]["consult"] not in {seat["role"] for seat in committee["seats"]}:
        yield "committee/deferral", f"'{committee['deferral']['consult']}' is consulted but has no seat"
    if "sits_at" not in {setting["id"] for setting in definition["settings"]}:
        yield "committee/sits_at", "a commune cannot say where its committee sits: add the setting 'sits_at'"
    for kind in ("minor", "modification"):
        if kind not in definition["requests"]["articles"]:
            yield "requests/articles", f"the committee may ask for a '{kind}' that no article supports"
    yield from _plans(definition)


def _without_committee(definition: dict) -> Iterator[tuple[str, str]]:
    if "plans" in definition:
        yield "plans", "only the plans of a procedure with a committee are stamped"
    for step in definition["circuit"]["steps"]:
        for kind in ASKED_OF_THE_APPLICANT:
            if kind in step.get("decisions", []):
                yield f"circuit/{step['id']}", f"the decision '{kind}' needs a committee"


def _seats(committee: dict) -> Iterator[tuple[str, str]]:
    roles = [seat["role"] for seat in committee["seats"]]
    for role in sorted({role for role in roles if roles.count(role) > 1}):
        yield "committee/seats", f"'{role}' has {roles.count(role)} seats"
    if not any(seat.get("binding") and seat["need"] == "permanent" and "when" not in seat for seat in committee["seats"]):
        yield "committee/seats", "no permanent seat is binding on every dossier (113-14, art. 101: the urban agency's)"
    for seat in committee["seats"]:
        if seat["need"] == "occasional" and "when" not in seat:
            yield f"committee/seats/{seat['role']}", "an occasional seat says when a text demands it ('when')"


def _plans(definition: dict) -> Iterator[tuple[str, str]]:
    documents = {document["slot"]: document for document in definition["documents"]}
    for slot in definition.get("plans", []):
        if slot not in documents:
            yield "plans", f"no document has the slot '{slot}'"
        elif documents[slot]["supplied_by"] != "applicant":
            yield "plans", f"'{slot}' is not a file of the applicant: nothing can be stamped"
    if not definition.get("plans"):
        yield "plans", "the permit stamps plans as final: name their slots"
    for slot, document in documents.items():
        if "signed_by" in document and slot not in definition.get("plans", []):
            yield f"documents/{slot}", "it is signed by a professional but is not among the plans"
        if "signed_by" in document and document.get("types") != ["application/pdf"]:
            yield f"documents/{slot}", "only a PDF carries the signature of its author"
