"""What the documents promise exists: commands, links, pictures, environment variables, accounts."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest

from components.operations.demonstration import people

ROOT = Path(__file__).resolve().parents[2]
GUIDES = [ROOT / "README.md", ROOT / "docs/operations.md"]
FOLDERS = ("assets", "components", "docs", "pages", "sql", "tests")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.md"))])
PYTHON = sorted([*ROOT.glob("*.py"), *(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))])
# Set by the system or by test tools, no setting of ours.
SYSTEM = {"PATH", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "PYTHONPATH", "PYTHONSAFEPATH", "PYTEST_CURRENT_TEST"}
READ = re.compile(r"""(?:environ\.get\(|environ\[|getenv\()\s*["']([A-Z_]+)["']""")
NAME = re.compile(r"""["']((?:SUPABASE|SHUBBAK|SMTP|PUBLIC|DATABASE)_[A-Z_]+|PG_BIN)["']""")


def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def named(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def documented_variables() -> set[str]:
    section = text_of(ROOT / "docs/operations.md").split("\n## Environment\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `([A-Z_]+)`", section, re.MULTILINE))


def anchors(file: Path) -> set[str]:
    """The anchors that headings get: lower case, no punctuation, hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", text_of(file), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_word_of_make_that_a_document_names_exists():
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    asked = {(named(file), word) for file in DOCUMENTS for word in re.findall(r"(?:^ {4}|`)make ([a-z]+)", text_of(file), re.MULTILINE)}
    assert {("README.md", "run"), ("README.md", "test")} <= asked
    assert sorted(pair for pair in asked if pair[1] not in targets) == []


def test_the_readme_names_every_word_of_make():
    targets = set(re.findall(r"^([a-z]+):.*##", text_of(ROOT / "Makefile"), re.MULTILINE)) - {"help"}
    assert sorted(word for word in targets if f"make {word}" not in text_of(ROOT / "README.md")) == []


def test_every_module_that_a_document_or_the_makefile_runs_exists():
    files = [*DOCUMENTS, ROOT / "Makefile"]
    asked = {(named(file), module) for file in files for module in re.findall(r"-m ((?:components|tests)[\w.]*\w)", text_of(file))}
    assert ("README.md", "components.operations.worker") in asked
    missing = sorted(pair for pair in asked if find_spec(pair[1]) is None)
    assert missing == []
    packages = {module for _, module in asked if find_spec(module).submodule_search_locations}
    assert sorted(module for module in packages if find_spec(f"{module}.__main__") is None) == []


def test_every_option_that_a_guide_shows_is_known_to_its_command():
    shown = {
        (module, option)
        for file in GUIDES
        for module, rest in re.findall(r"python -m (components[\w.]*\w)([^`\n]*)", text_of(file))
        for option in re.findall(r"(--[a-z-]+)", rest)
    }
    assert ("components.local", "--port") in shown
    helps = {module: help_of(module) for module, _ in shown}
    assert sorted(pair for pair in shown if pair[1] not in helps[pair[0]]) == []


def help_of(module: str) -> str:
    return subprocess.run([sys.executable, "-m", module, "--help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_link_and_picture_of_a_document_leads_somewhere(document):
    # Code holds no links of ours: fenced, in backquotes, or indented.
    prose = re.sub(r"```.*?```|`[^`\n]*`|^ {4}.*?$", "", text_of(document), flags=re.DOTALL | re.MULTILINE)
    targets = re.findall(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"", prose)
    dead = []
    for target in (first or second for first, second in targets):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = unquote(target).partition("#")
        file = (document.parent / path).resolve() if path else document
        if not file.exists() or (anchor and anchor not in anchors(file)):
            dead.append(target)
    assert dead == []


def test_every_picture_of_a_screen_is_shown_in_the_readme():
    readme = text_of(ROOT / "README.md")
    assert [named(picture) for picture in sorted(ROOT.glob("docs/screens/*.png")) if named(picture) not in readme] == []


def test_every_path_that_a_document_names_exists():
    """`sql/...`, `assets/...` and the like in backquotes; `CODE` stands for the code of a procedure."""
    wrong = []
    for document in [*GUIDES, *ROOT.glob("docs/*.md"), *ROOT.glob("docs/decisions/*.md")]:
        for path in re.findall(r"`((?:sql|assets|components|pages|tests|docs|\.streamlit)/[\w./*-]*)`", text_of(document)):
            if "CODE" not in path and not any(ROOT.glob(path.rstrip("/"))):
                wrong.append((named(document), path))
    assert wrong == []


def test_every_environment_variable_that_the_code_reads_is_documented():
    read = {name for file in PYTHON for name in [*READ.findall(text_of(file)), *NAME.findall(text_of(file))]}
    assert {"SUPABASE_URL", "SHUBBAK_HOME", "PG_BIN"} <= read
    assert sorted(read - SYSTEM - documented_variables()) == []


def test_every_documented_environment_variable_is_read_by_the_code():
    code = "\n".join(text_of(file) for file in PYTHON if file != Path(__file__).resolve())
    assert sorted(name for name in documented_variables() if not re.search(rf"""["']{name}["']""", code)) == []


def test_every_variable_of_ours_that_the_guides_show_is_in_the_list():
    shown = {name for file in GUIDES for name in re.findall(r"\b((?:SUPABASE|SHUBBAK|SMTP|PUBLIC|DATABASE)_[A-Z_]+)\b", text_of(file))}
    assert sorted(shown - documented_variables()) == []


def test_the_readme_lists_the_accounts_of_the_demonstration():
    readme = text_of(ROOT / "README.md")
    accounts = [*people.APPLICANTS, *people.STAFF]
    assert [name for name in accounts if f"`{name}@demonstration.example`" not in readme and f"`{name}@`" not in readme] == []
    assert people.email("clerk") == "clerk@demonstration.example"
    assert f"`{people.PASSWORD}`" in readme and f"`{people.PIN}`" in readme


def test_the_decisions_are_numbered_dated_and_listed():
    files = sorted(ROOT.glob("docs/decisions/[0-9]*.md"))
    assert [file.name[:4] for file in files] == [f"{number:04}" for number in range(1, len(files) + 1)]
    index = text_of(ROOT / "docs/decisions/README.md")
    for file in files:
        title, _, status = text_of(file).split("\n")[:3]
        assert title.startswith(f"# {file.name[:4]}. ")
        assert re.match(r"20\d\d-\d\d-\d\d · (accepted|proposed|replaced)", status), file.name
        assert f"({file.name})" in index
        assert all(f"**{part}.**" in text_of(file) for part in ("Context", "Decision", "Consequences")), file.name


def test_the_changelog_begins_with_this_version():
    version = re.search(r'^version = "(.+)"', text_of(ROOT / "pyproject.toml"), re.MULTILINE)[1]
    assert re.search(r"^## (\S+)", text_of(ROOT / "CHANGELOG.md"), re.MULTILINE)[1] == version
