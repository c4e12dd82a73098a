"""The way of a dossier as a definition draws it: periods within the law, steps that are reached and that reach an end.

Pure: a definition that fits assets/procedures/schema.json in, (path, sentence) out.
"""

from __future__ import annotations

from collections.abc import Iterator

# Law 55-19, art. 16: sixty days at most, thirty for acts on the investment list.
LEGAL_LIMIT, INVESTMENT_LIMIT = 60, 30


def clock_faults(definition: dict) -> Iterator[tuple[str, str]]:
    limit = INVESTMENT_LIMIT if definition.get("investment") else LEGAL_LIMIT
    clock = definition["clocks"]["legal"]
    # Five working days make seven days of the calendar.
    days = clock["days"] * 7 / 5 if clock["counted"] == "working_days" else clock["days"]
    if days > limit:
        yield "clocks/legal", f"{clock['days']} {clock['counted']} exceed the {limit} days of law 55-19, art. 16"
    if clock["on_request"] == "restart":
        yield "clocks/legal", "law 55-19 suspends the period, it never starts it again"


def circuit_faults(definition: dict) -> Iterator[tuple[str, str]]:
    steps = {step["id"]: step for step in definition["circuit"]["steps"]}
    start = definition["circuit"]["start"]
    if start not in steps:
        yield "circuit/start", f"no step is named '{start}'"
        return
    ways: dict[str, set[str]] = {}
    for step in steps.values():
        path = f"circuit/{step['id']}"
        after = step.get("next", [])
        targets = set(after.values()) if isinstance(after, dict) else {after} if after else set()
        targets |= {action["to"] for action in step.get("actions", [])}
        for target in sorted(targets - steps.keys()):
            yield path, f"it leads to '{target}', which is not a step"
        ways[step["id"]] = targets & steps.keys()
        noted = {field["id"] for field in step.get("fields", [])}
        for action in step.get("actions", []):
            for name in action.get("needs_fields", []):
                if name not in noted:
                    yield f"{path}/{action['id']}", f"it needs '{name}', which the step does not ask"
            if action.get("tone") == "danger" and "note" not in action.get("needs", []):
                yield f"{path}/{action['id']}", "an act against the applicant needs reasons: add the need 'note'"
        yield from _decisions(step, steps, definition)
    reached = _reach({start}, ways)
    for name in steps.keys() - reached:
        yield f"circuit/{name}", "no way leads to this step"
    ends = {name for name, step in steps.items() if step["kind"] == "done"}
    for name in reached - ends:
        if not _reach({name}, ways) & ends:
            yield f"circuit/{name}", "no way leads from this step to an end"
    kinds = {step["kind"] for step in steps.values()}
    for kind in ("decision", "signature", "done"):
        if kind not in kinds:
            yield "circuit", f"it has no step of kind '{kind}'"


# Where a signed decision must lead: to the end of a refusal, back before the committee, or back to the decision once the deferral is over.
ENDS = {
    "refusal": (lambda step: step["state"] == "REFUSED", "a signed refusal must end in the state REFUSED"),
    "modification": (lambda step: step["kind"] == "committee", "a signed request for modified plans must lead back to the committee"),
    "deferral": (lambda step: step["kind"] == "decision", "a signed deferral must lead back to a decision"),
}


def _decisions(step: dict, steps: dict, definition: dict) -> Iterator[tuple[str, str]]:
    """Each decision that may be taken leads, once signed, to its own place, and has its paper; a refusal states its reasons by article."""
    if step["kind"] != "decision":
        return
    signature = steps.get(step["next"] if isinstance(step["next"], str) else "", {})
    after = signature.get("next")
    for kind in step["decisions"]:
        target = after.get(kind) if isinstance(after, dict) else after
        right, words = ENDS.get(kind, (lambda _: True, ""))
        if signature.get("kind") != "signature" or target not in steps:
            yield f"circuit/{step['id']}", f"the decision '{kind}' leads nowhere once signed"
        elif not right(steps[target]):
            yield f"circuit/{step['id']}", words
        paper = "permit" if kind.startswith("grant") else kind
        if paper not in definition["output"]:
            yield f"output/{paper}", f"the decision '{kind}' has no paper"
    if "refusal" in step["decisions"] and not any("article" in passage for passage in definition["output"]["refusal"]["articles"]):
        yield "output/refusal", "a refusal cites the article that demands its reasons (55-19 art. 18)"


def _reach(begin: set[str], ways: dict[str, set[str]]) -> set[str]:
    reached, front = set(begin), set(begin)
    while front:
        front = set().union(*(ways[name] for name in front)) - reached
        reached |= front
    return reached
