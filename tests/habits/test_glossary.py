"""The glossary knows every word of the schema: tables, roles, states."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = "\n".join(file.read_text(encoding="utf-8") for file in sorted(ROOT.glob("sql/tables/*.sql")))
LINES = [line for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
WORDS = {line.split("`")[1]: [cell.strip() for cell in line.strip("|").split("|")] for line in LINES}


def listed(column: str, table: str) -> set[str]:
    """The values that a check allows for a column."""
    body = SCHEMA.split(f"create table app.{table} (")[1].split("\n);")[0]
    return set(re.findall(r"'(\w+)'", re.search(rf"check \({column} in \((.*?)\)\)", body, re.DOTALL)[1]))


def test_every_table_stands_in_the_glossary():
    tables = set(re.findall(r"^create table (?:if not exists )?app\.(\w+)", SCHEMA, re.MULTILINE))
    assert len(tables) > 40
    assert sorted(tables - WORDS.keys()) == []


def test_every_role_stands_in_the_glossary():
    roles = listed("role", "membership") | set(yaml.safe_load((ROOT / "assets/locales/roles.yaml").read_text(encoding="utf-8")))
    assert {"clerk", "president", "worker"} <= roles
    assert sorted(roles - WORDS.keys()) == []


def test_every_state_of_a_dossier_stands_in_the_glossary():
    states = listed("state", "dossier")
    assert {"DRAFT", "DELIVERED"} <= states
    assert sorted(states - WORDS.keys()) == []


def test_every_word_of_the_schema_has_its_arabic_and_its_french():
    halves = {word: (re.search("[\u0600-\u06ff]", cells[1]), re.search("[a-zA-Z]", cells[2])) for word, cells in WORDS.items()}
    assert [word for word, found in halves.items() if not all(found)] == []


def test_the_glossary_names_no_table_that_is_gone():
    section = (ROOT / "docs/glossary.md").read_text(encoding="utf-8").split("## Tables")[1].split("## ")[0]
    named = set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE))
    assert sorted(named - set(re.findall(r"create table (?:if not exists )?app\.(\w+)", SCHEMA))) == []
