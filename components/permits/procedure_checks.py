"""What a JSON Schema cannot say about a definition. Pure: a definition in, faults out.

Expects a definition that already fits assets/procedures/schema.json.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from components.permits.procedure_circuit import circuit_faults, clock_faults
from components.permits.procedure_committee import committee_faults

NUMBERS = {"integer", "decimal", "amount"}
WITHOUT_ANSWER = {"heading", "help", "document"}
PRINTED_AS_TEXT = {"text", "long_text"}
# Placeholders of the papers beside the answers and the terms: what 66_papers.sql knows of every decision.
PAPER_WORDS = {
    "owner",
    "place",
    "commune",
    "procedure",
    "number",
    "dossier_number",
    "decision_number",
    "deposited_on",
    "complete_on",
    "today",
    "fee_total",
    "validity_months",
}
# Those that only a committee gives: the day of its minutes, the end of a deferral.
COMMITTEE_WORDS = {"minutes_on", "effective_on"}
COMPARISONS = {"equals", "not_equals", "in", "contains", "within", "gt", "gte", "lt", "lte"}


@dataclass(frozen=True)
class Fault:
    file: str
    path: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.path, self.message) if part)


class _Names:
    """What the definition declares, by name."""

    def __init__(self, definition: dict):
        self.steps = definition["steps"]
        self.fields = {field["id"]: field for step in self.steps for field in step["fields"]}
        self.order = {field: place for place, field in enumerate(self.fields)}
        self.answers = {name: field for name, field in self.fields.items() if field["type"] not in WITHOUT_ANSWER}
        self.settings = {setting["id"]: setting for setting in definition["settings"]}
        self.slots = {document["slot"] for document in definition["documents"]}
        self.slots |= {name for name, field in self.fields.items() if field["type"] == "document"}
        self.terms = {term["field"]["id"]: term["field"] for term in definition["decision_terms"]}
        self.sources = definition["sources"]

    def columns(self, table: str) -> dict:
        return {column["id"]: column for column in self.answers.get(table, {}).get("columns", [])}


def check(definition: dict, file: str = "") -> list[Fault]:
    names = _Names(definition)
    found = [
        *_unique(definition),
        *_fields(definition, names),
        *_conditions(definition, names),
        *_citations(definition, names),
        *_settings(definition, names),
        *clock_faults(definition),
        *circuit_faults(definition),
        *committee_faults(definition),
        *_fees(definition, names),
        *_papers(definition, names),
        *_personal(definition, names),
    ]
    return [Fault(file, path, message) for path, message in found]


def _unique(definition: dict) -> Iterator[tuple[str, str]]:
    lists = {
        "steps": [step["id"] for step in definition["steps"]],
        "fields": [field["id"] for step in definition["steps"] for field in step["fields"]]
        + [term["field"]["id"] for term in definition["decision_terms"]],
        "documents": [document["slot"] for document in definition["documents"]]
        + [field["id"] for step in definition["steps"] for field in step["fields"] if field["type"] == "document"],
        "settings": [setting["id"] for setting in definition["settings"]],
        "rules": [rule["id"] for rule in definition["rules"]],
        "fees": [fee["id"] for fee in definition["fees"]],
        "circuit/steps": [step["id"] for step in definition["circuit"]["steps"]],
        "requests/reasons": [reason["code"] for reason in definition["requests"]["reasons"]],
    }
    for path, field in _all_fields(definition):
        if "options" in field:
            lists[f"{path}/options"] = [option["value"] for option in field["options"]]
        if "columns" in field:
            lists[f"{path}/columns"] = [column["id"] for column in field["columns"]]
    for path, ids in lists.items():
        for name, count in Counter(ids).items():
            if count > 1:
                yield path, f"'{name}' is declared {count} times"


def _all_fields(definition: dict) -> Iterator[tuple[str, dict]]:
    """Every field with its path: the applicant's, the columns of tables, those of the circuit, the terms, the inspections."""
    groups = [(f"steps/{step['id']}", step["fields"]) for step in definition["steps"]]
    groups += [(f"circuit/{step['id']}", step.get("fields", [])) for step in definition["circuit"]["steps"]]
    groups += [("decision_terms", [term["field"] for term in definition["decision_terms"]])]
    groups += [("follow_up/inspection", definition.get("follow_up", {}).get("inspection", {}).get("fields", []))]
    for path, fields in groups:
        for field in fields:
            yield f"{path}/{field['id']}", field
            for column in field.get("columns", []):
                yield f"{path}/{field['id']}/{column['id']}", column


def _fields(definition: dict, names: _Names) -> Iterator[tuple[str, str]]:
    for path, field in _all_fields(definition):
        if "pattern" in field:
            try:
                re.compile(field["pattern"])
            except re.error as error:
                yield path, f"the pattern is not a regular expression: {error}"
            if "pattern_help" not in field:
                yield path, "a pattern needs pattern_help, which says in words what is expected"
            if field["type"] != "text":
                yield path, "only a text has a pattern"
        if "min" in field and "max" in field and field["min"] > field["max"]:
            yield path, f"min {field['min']} is above max {field['max']}"
        if {"min", "max"} & field.keys() and field["type"] not in NUMBERS | {"date"}:
            yield path, "only numbers and dates have min and max"
        if field.get("rows_min", 0) > field.get("rows_max", 200):
            yield path, "rows_min is above rows_max"
        columns = {column["id"]: column for column in field.get("columns", [])}
        for total in field.get("totals", []):
            if columns.get(total, {}).get("type") not in NUMBERS:
                yield path, f"the total '{total}' is not a column of numbers"
        seen: set[str] = set()
        for column in field.get("columns", []):
            for factor in column.get("product_of", []):
                if factor not in seen or columns[factor]["type"] not in NUMBERS:
                    yield f"{path}/{column['id']}", f"product_of names '{factor}', which is not an earlier column of numbers"
            seen.add(column["id"])
    for index, alternative in enumerate(definition["owner_name"]):
        for name in alternative["fr"] + alternative["ar"]:
            if names.answers.get(name, {}).get("type") not in PRINTED_AS_TEXT:
                yield f"owner_name/{index}", f"'{name}' is not a text that is asked"
    for name in definition["dossier_title"]:
        if names.answers.get(name, {}).get("type") not in PRINTED_AS_TEXT:
            yield "dossier_title", f"'{name}' is not a text that is asked"
    for index, rule in enumerate(definition["rules"]):
        for name in rule["fields"]:
            if name not in names.fields:
                yield f"rules/{rule['id']}", f"fields/{index} names '{name}', which is not asked"
    for path, field in _all_fields(definition):
        default = field.get("default")
        if isinstance(default, dict) and not (default.get("field") in names.answers or default.get("setting") in names.settings):
            yield path, "the default names nothing"
    for term in definition["decision_terms"]:
        replaced = term.get("replaces")
        if replaced and names.answers.get(replaced, {}).get("type") != term["field"]["type"]:
            yield f"decision_terms/{term['field']['id']}", f"it replaces '{replaced}', which is not an answer of the same type"


def _conditions(definition: dict, names: _Names) -> Iterator[tuple[str, str]]:
    everything = set(names.answers)
    earlier: set[str] = set()
    for step in names.steps:
        yield from _condition(step.get("only_if"), f"steps/{step['id']}/only_if", names, earlier)
        for field in step["fields"]:
            path = f"steps/{step['id']}/{field['id']}"
            yield from _condition(field.get("only_if"), f"{path}/only_if", names, earlier)
            yield from _condition(field.get("required"), f"{path}/required", names, everything)
            before: set[str] = set()
            columns = names.columns(field["id"])
            for column in field.get("columns", []):
                known = {name: columns[name] for name in before}
                yield from _condition(column.get("only_if"), f"{path}/{column['id']}/only_if", names, earlier, known)
                yield from _condition(column.get("required"), f"{path}/{column['id']}/required", names, everything, columns)
                before.add(column["id"])
            if field["type"] not in WITHOUT_ANSWER:
                earlier = earlier | {field["id"]}
    for document in definition["documents"]:
        yield from _condition(document.get("when"), f"documents/{document['slot']}/when", names, everything)
    for rule in definition["rules"]:
        yield from _condition(rule["when"], f"rules/{rule['id']}/when", names, everything)
    for fee in definition["fees"]:
        yield from _condition(fee.get("only_if"), f"fees/{fee['id']}/only_if", names, everything)
    for seat in definition.get("committee", {}).get("seats", []):
        yield from _condition(seat.get("when"), f"committee/seats/{seat['role']}/when", names, everything)
    for copy in definition["copies"]:
        yield from _condition(copy.get("when"), f"copies/{copy['to']}/when", names, everything)
    for index, alternative in enumerate(definition["owner_name"]):
        yield from _condition(alternative.get("only_if"), f"owner_name/{index}/only_if", names, everything)
    for kind, paper in definition["output"].items():
        for index, passage in enumerate(_passages(paper)):
            yield from _condition(passage.get("only_if"), f"output/{kind}/{index}/only_if", names, everything | set(names.terms))


def _condition(condition, path: str, names: _Names, fields: set[str], columns: dict | None = None) -> Iterator[tuple[str, str]]:
    if condition is None or isinstance(condition, bool):
        return
    for word in ("all", "any"):
        for index, part in enumerate(condition.get(word, [])):
            yield from _condition(part, f"{path}/{word}/{index}", names, fields, columns)
    if "not" in condition:
        yield from _condition(condition["not"], f"{path}/not", names, fields, columns)
    if "table" in condition:
        if condition["table"] not in fields or not names.columns(condition["table"]):
            yield path, f"'{condition['table']}' is not a table asked before"
        else:
            inner = condition.get("some", condition.get("every"))
            yield from _condition(inner, f"{path}/rows", names, fields, names.columns(condition["table"]))
    if "sum" in condition:
        yield from _sum(condition["sum"], path, names, fields)
    if "document" in condition and condition["document"] not in names.slots:
        yield path, f"no document has the slot '{condition['document']}'"
    asked = _subject(condition, path, names, fields, columns)
    yield from asked["faults"]
    for word in COMPARISONS & condition.keys():
        yield from _operand(condition[word], word, asked["declared"], path, names, fields, columns)


def _subject(condition: dict, path: str, names: _Names, fields: set[str], columns: dict | None) -> dict:
    """What is compared: its declaration when found, and a fault when not."""
    if "field" in condition:
        name = condition["field"]
        declared = names.answers.get(name) or names.terms.get(name)
        return {"declared": declared, "faults": [] if name in fields else [(path, f"'{name}' is not a question asked before this point")]}
    if "column" in condition:
        declared = (columns or {}).get(condition["column"])
        return {"declared": declared, "faults": [] if declared else [(path, f"'{condition['column']}' is not a column here")]}
    if "lookup" in condition:
        return {"declared": None, "faults": [(path, words) for words in _lookup(condition["lookup"], names, fields)]}
    if "setting" in condition:
        known = condition["setting"] in names.settings
        return {"declared": None, "faults": [] if known else [(path, f"no setting is named '{condition['setting']}'")]}
    return {"declared": None, "faults": []}


def _operand(operand, word: str, declared: dict | None, path: str, names: _Names, fields: set[str], columns: dict | None):
    if isinstance(operand, dict):
        if "field" in operand and operand["field"] not in fields:
            yield path, f"'{operand['field']}' is not a question asked before this point"
        if "column" in operand and operand["column"] not in (columns or {}):
            yield path, f"'{operand['column']}' is not a column here"
        if "lookup" in operand:
            yield from ((path, words) for words in _lookup(operand["lookup"], names, fields))
        if "times" in operand and "plus" in operand:
            yield path, "a number is multiplied, a date is moved: not both"
        for setting in (operand.get("setting"), *(v["setting"] for v in operand.get("plus", {}).values() if isinstance(v, dict))):
            if setting and setting not in names.settings:
                yield path, f"no setting is named '{setting}'"
        return
    if word in ("in", "within") and not isinstance(operand, list):
        yield path, f"'{word}' compares with a list"
    if not declared:
        return
    options = {option["value"] for option in declared.get("options", [])}
    for value in operand if isinstance(operand, list) else [operand]:
        if options and value not in options:
            yield path, f"'{value}' is not an option of '{declared['id']}'"
        if declared["type"] == "yes_no" and not isinstance(value, bool):
            yield path, f"'{declared['id']}' is answered by true or false"


def _sum(name: str, path: str, names: _Names, fields: set[str]) -> Iterator[tuple[str, str]]:
    table, column = name.split(".")
    if table not in fields or names.columns(table).get(column, {}).get("type") not in NUMBERS:
        yield path, f"'{name}' is not a column of numbers of a table asked before"


def _lookup(lookup: dict, names: _Names, fields: set[str]) -> Iterator[str]:
    setting = names.settings.get(lookup["setting"], {})
    if lookup["answer"] not in fields:
        yield f"'{lookup['answer']}' is not a question asked before this point"
    if setting.get("type") != "map" or setting.get("options_of") != lookup["answer"]:
        yield f"'{lookup['setting']}' is not a map over the options of '{lookup['answer']}'"


def _citations(definition: dict, names: _Names) -> Iterator[tuple[str, str]]:
    """Each citation begins with the key of a legal text declared in 'sources'."""

    def walk(value, path: str) -> Iterator[tuple[str, str]]:
        if isinstance(value, dict):
            for key, inner in value.items():
                if key in ("article", "source", "basis") and isinstance(inner, str):
                    if inner.split(" art. ")[0] not in names.sources:
                        yield f"{path}/{key}", f"'{inner}' cites a text that 'sources' does not declare"
                else:
                    yield from walk(inner, f"{path}/{key}" if path else key)
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                yield from walk(inner, f"{path}/{index}")

    yield from walk(definition, "")
    for kind, article in definition["requests"]["articles"].items():
        if article.split(" art. ")[0] not in names.sources:
            yield f"requests/articles/{kind}", f"'{article}' cites a text that 'sources' does not declare"


def _settings(definition: dict, names: _Names) -> Iterator[tuple[str, str]]:
    for setting in definition["settings"]:
        path, default = f"settings/{setting['id']}", setting["default"]
        options = {option["value"] for option in names.answers.get(setting.get("options_of"), {}).get("options", [])}
        if "options_of" in setting and not options:
            yield path, f"'{setting['options_of']}' is not a question with options"
            continue
        numbers = list(default.values()) if isinstance(default, dict) else [default]
        match setting["type"]:
            case "map":
                if not isinstance(default, dict) or set(default) != options:
                    yield path, "the default must give one number for each option"
            case "choices":
                if not isinstance(default, list) or not set(default) <= options:
                    yield path, "the default must be a list of options"
                numbers = []
            case "choice":
                if default not in [option["value"] for option in setting["options"]]:
                    yield path, "the default is not one of its options"
                numbers = []
            case "yes_no" | "text":
                if not isinstance(default, bool if setting["type"] == "yes_no" else str):
                    yield path, "the default has another type"
                numbers = []
        for number in numbers:
            if isinstance(number, bool) or not isinstance(number, (int, float)):
                yield path, f"{number!r} is not a number"
            elif not setting.get("min", number) <= number <= setting.get("max", number):
                yield path, f"the default {number} is outside {setting.get('min')} to {setting.get('max')}"


def _fees(definition: dict, names: _Names) -> Iterator[tuple[str, str]]:
    earlier: set[str] = set()
    for fee in definition["fees"]:
        path = f"fees/{fee['id']}"
        factors = fee["formula"] + [fee[word] for word in ("at_least", "at_most") if word in fee]
        for factor in factors:
            yield from _factor(factor, path, names)
        for name in fee.get("period", {}).get("quarters", []):
            if names.answers.get(name, {}).get("type") != "date":
                yield path, f"'{name}' is not a date that is asked"
        for name in set(fee.get("less", [])) - earlier:
            yield path, f"it is less '{name}', which is not an earlier fee"
        earlier.add(fee["id"])
    until = definition["validity"].get("until_answer")
    if until and names.answers.get(until, {}).get("type") != "date":
        yield "validity/until_answer", f"'{until}' is not a date that is asked"


def _factor(factor: dict, path: str, names: _Names) -> Iterator[tuple[str, str]]:
    """A factor of a formula, or one of the terms that a factor adds up."""
    if "answer" in factor and names.answers.get(factor["answer"], {}).get("type") not in NUMBERS:
        yield path, f"'{factor['answer']}' is not an answer in numbers"
    if "setting" in factor and names.settings.get(factor["setting"], {}).get("type") not in NUMBERS:
        yield path, f"'{factor['setting']}' is not a setting in numbers"
    if "sum" in factor:
        yield from _sum(factor["sum"], path, names, set(names.answers))
        yield from _condition(factor.get("where"), f"{path}/where", names, set(names.answers), names.columns(factor["sum"].split(".")[0]))
    if "lookup" in factor:
        yield from ((path, words) for words in _lookup(factor["lookup"], names, set(names.answers)))
    each = factor.get("round_each")
    if isinstance(each, dict) and names.settings.get(each["setting"], {}).get("type") != "yes_no":
        yield path, f"'{each['setting']}' is not a setting answered by yes or no"
    yield from _condition(factor.get("only_if"), f"{path}/only_if", names, set(names.answers))
    for term in factor.get("add", []):
        yield from _factor(term, path, names)


def _papers(definition: dict, names: _Names) -> Iterator[tuple[str, str]]:
    known = names.answers.keys() | names.terms.keys() | PAPER_WORDS | (COMMITTEE_WORDS if "committee" in definition else set())
    settings = {f"setting.{name}" for name in names.settings}
    for kind, paper in definition["output"].items():
        titles = [("title", paper["title"])] if "title" in paper else []
        for index, passage in [*titles, *enumerate(_passages(paper))]:
            for lang in ("fr", "ar"):
                for name in _placeholders(passage[lang]):
                    if name not in known:
                        yield f"output/{kind}/{index}/{lang}", f"{{{name}}} stands for nothing"
            if set(_placeholders(passage["fr"])) != set(_placeholders(passage["ar"])):
                yield f"output/{kind}/{index}", "the two languages do not use the same placeholders"
        for name in paper.get("table", []):
            if name not in names.answers:
                yield f"output/{kind}/table", f"'{name}' is not asked"
    for rule in definition["rules"]:
        for lang in ("fr", "ar"):
            for name in _placeholders(rule["message"][lang]):
                if name not in settings:
                    yield f"rules/{rule['id']}/{lang}", f"{{{name}}} stands for nothing"


def _passages(paper: dict) -> list[dict]:
    return paper.get("considerations", []) + paper.get("articles", [])


def _placeholders(text: str) -> list[str]:
    return re.findall(r"\{([^{}]*)\}", text)


def _personal(definition: dict, names: _Names) -> Iterator[tuple[str, str]]:
    groups = definition["personal_data"]
    for name, group in groups.items():
        setting = group["retention"].get("setting")
        if setting and names.settings.get(setting, {}).get("type") != "integer":
            yield f"personal_data/{name}", f"'{setting}' is not a setting in years"
    for path, field in _all_fields(definition):
        if "personal" in field and field["personal"] not in groups:
            yield path, f"'{field['personal']}' is not declared in personal_data"
        if field["type"] in ("cin", "phone", "email") and "personal" not in field:
            yield path, "an identity or contact answer says which personal data it is ('personal')"
    for name in definition["public"]:
        field = names.answers.get(name)
        if field is None:
            yield "public", f"'{name}' is not asked"
        elif "personal" in field and not groups.get(field["personal"], {}).get("shown_publicly"):
            yield "public", f"'{name}' is personal and may not be shown to strangers"
