"""Habits of refusals: one code, one meaning, one pair of sentences."""

import re
from collections import Counter

import yaml

from tests.habits.sources import CODE, PRODUCT, ROOT, files, name, python, text

SAID = re.compile(r"app\.say\('([^']+)',\s*'((?:[^']|'')+)',\s*'((?:[^']|'')+)'\)")
RULES = files("*.sql", "sql/rules")
ARABIC = re.compile("[\u0600-\u06ff]")
# Codes that Python alone gives: sentences of the way there, of papers and signatures, of letters.
LOCALES = files("*.yaml", "assets/locales")


def said():
    """(file, code, fr, ar) of every declaration."""
    return [(path, *found) for path in RULES for found in SAID.findall(text(path))]


def written():
    """Codes that have their sentences in the locales: {code: file}."""
    found = {}
    for path in LOCALES:
        for key in yaml.safe_load(text(path)) or {}:
            if CODE.fullmatch(str(key)):
                assert key not in found, f"{key} stands in {found.get(key)} and in {path.name}"
                found[key] = path.name
    return found


def test_every_declaration_is_read_by_this_test():
    assert len(said()) == sum(len(re.findall(r"app\.say\('", text(path))) for path in RULES) > 80


def test_a_code_is_declared_once():
    twice = [code for code, count in Counter(code for _, code, _, _ in said()).items() if count > 1]
    assert not twice, f"the later declaration would overwrite the sentence of the earlier: {twice}"


def test_codes_have_a_form_that_no_sqlstate_of_the_database_has():
    for path, code, _, _ in said():
        assert CODE.fullmatch(code), f"{name(path)}: {code}"


def test_every_refusal_has_both_sentences_in_their_own_script_with_the_same_values():
    for path, code, fr, ar in said():
        assert fr.strip() and not ARABIC.search(fr), f"{name(path)}: {code} in French"
        assert ARABIC.search(ar), f"{name(path)}: {code} in Arabic"
        values = [{re.sub("_(fr|ar)$", "", value) for value in re.findall(r"\{(\w+)\}", sentence)} for sentence in (fr, ar)]
        assert values[0] == values[1], f"{name(path)}: {code} names other values"


def test_every_code_that_sql_uses_is_declared():
    declared = {code for _, code, _, _ in said()}
    for path in [*RULES, *files("*.sql", "sql/access")]:
        used = set(re.findall(r"'([I-OQ-W][A-Z]{3}[0-9])'", text(path))) - {"QQQQ0"}  # undoes a trial, is never shown
        assert used <= declared, f"{name(path)}: {used - declared}"


def test_every_declared_code_is_used():
    everything = " ".join([*(SAID.sub("", text(path)) for path in RULES), *(text(path) for path in python(*PRODUCT))])
    everything = "\n".join(line for line in everything.splitlines() if not line.lstrip().startswith("--"))
    unused = [code for _, code, _, _ in said() if code not in everything and not (code.startswith("SCAN") and "SCAN" in everything)]
    assert not unused, unused


def test_codes_of_the_database_and_of_the_way_there_differ():
    both = {code for _, code, _, _ in said()} & set(written())
    assert not both, f"one code, two meanings: {both}"


def test_every_code_that_python_or_a_test_names_exists():
    known = {code for _, code, _, _ in said()} | set(written())
    # Codes invented on purpose: by the suite that tries any SQLSTATE.
    invented = {"tests/contract/test_functions.py": {"IDEN9", "QUOT1"}}
    for path in [*python(*PRODUCT), *python("tests")]:
        if path.parent.name == "habits":
            continue
        named = set(re.findall(r"[\"']([I-OQ-W][A-Z]{3}[0-9])[\"']", text(path))) - invented.get(name(path), set())
        assert named <= known, f"{name(path)}: {sorted(named - known)}"


def test_the_header_of_a_rules_file_tells_no_code_that_it_does_not_know():
    known = {code for _, code, _, _ in said()}
    for path in RULES:
        head = text(path).split("\n\n")[0].split("select app.say")[0].split("create ")[0]
        assert {code for code in CODE.findall(head) if code not in ("UTF8",)} <= known, f"{name(path)}: {set(CODE.findall(head)) - known}"
    assert (ROOT / "sql").is_dir()
