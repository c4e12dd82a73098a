"""docs/access.md from expected.yaml, which the tests hold against the catalogue: python -m tests.access.matrix"""

from pathlib import Path

import yaml

EXPECTED = Path(__file__).with_name("expected.yaml")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "access.md"
HEAD = """# Who can and who cannot

Written by `python -m tests.access.matrix` from `tests/access/expected.yaml`; the tests compare that file with the database's
catalogue and with what real people reach. Nobody writes a table: every write is a function.

*Readers*: clerk, instructor, president, delegate, inspector, cashier, governor and the administrators of the commune, of its
province and of the kingdom. *File staff*: those of them who handle the file, without inspector, cashier and governor. *Parties*:
the owner and their mandataries, agents among them. *Services*: those consulted on the public domain; where one of them stands
alone (technical), it is the one that was asked. *Committee*: those who sit on the building permit of the scene (commune, province,
urban agency and, called to this one project, civil protection) and the secretary of the province, where it sits; where one member
stands alone, it is the author of that draft, note or signature. *All committees*: every member's function and every secretary, here,
in the neighbouring commune and in another province.
"""


def page(expected):
    words = {word: word.replace("_", " ") for word in ("signed_in", "file_staff")}
    told = lambda people: ", ".join(words.get(word, word.replace("_", " ")) for word in people) or "nobody"  # noqa: E731
    lines = [HEAD, "## Rows", "", "| Row | Seen by |", "|---|---|"]
    lines += [f"| {label} | {told(people)} |" for label, people in expected["rows"].items()]
    lines += ["", "## Functions", "", "| Function | Open to |", "|---|---|"]
    lines += [f"| `{name}` | {told(people)} |" for name, people in expected["functions"].items()]
    lines += [
        "",
        "## Columns",
        "",
        "Tables of schema `app`, which is not exposed; the roles of the API may ask these, and row security answers.",
        "",
        "| Table | anon | authenticated |",
        "|---|---|---|",
    ]
    lines += [
        f"| {table} | {rights.get('anon', '-')} | {rights.get('authenticated', '-')} |" for table, rights in expected["tables"].items()
    ]
    return "\n".join(lines) + "\n"


def expected():
    return yaml.safe_load(EXPECTED.read_text(encoding="utf-8"))


if __name__ == "__main__":
    PAGE.write_text(page(expected()), encoding="utf-8")
