"""Habits of the code: which part may know which, how long a file may grow, what stands at its head."""

import ast
import re

from tests.habits.sources import PRODUCT, ROOT, files, module, name, python, text, tree

# Arrows run one way (docs of the design): whoever stands left may import whoever stands right.
MAY_IMPORT = {
    "app": {"components.local", "components.operations", "components.ui", "components.permits"},
    "pages": {"components.ui", "components.permits", "pages"},
    "components.ui": {"components.ui", "components.permits"},
    "components.operations": {"components.operations", "components.permits", "components.local"},
    "components.permits": {"components.permits"},
    "components.local": {"components.local"},
}
# With their reason. The launcher alone decides whether a local backend runs; these commands keep or fill that backend's home.
EXCEPTIONS = {
    ("components.local", "components.operations"): "the embedded service deploys sql/ into the database that it has just made",
}
# The bench runs the site's own pages and speaks its protocol: it stands beside the house and measures all of it.
BENCH = ROOT / "components" / "operations" / "bench"
LONGEST = 450


def part(module_name):
    return next((word for word in MAY_IMPORT if module_name == word or module_name.startswith(word + ".")), None)


def imports(path):
    """Every module of ours that a file imports, also inside functions."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}: import as components.x.y, not relative"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_domain_knows_no_screen():
    for folder in ("components/permits", "components/operations", "components/local"):
        for path in python(folder):
            if BENCH in path.parents:
                continue
            assert not any(word.split(".")[0] == "streamlit" for word in imports(path)), f"{name(path)} imports streamlit"


def test_arrows_between_the_parts_run_one_way():
    wrong = []
    for path in python(*PRODUCT):
        if BENCH in path.parents:
            continue
        here = part(module(path))
        for imported in imports(path):
            there = part(imported)
            if there and there not in MAY_IMPORT[here] and (here, there) not in EXCEPTIONS:
                wrong.append(f"{name(path)} imports {imported}")
    assert not wrong, "\n".join(wrong)


def test_files_do_not_import_each_other_in_circles():
    paths = {module(path): path for path in python(*PRODUCT)}
    arrows = {here: set() for here in paths}
    for here, path in paths.items():
        for node in tree(path).body:  # what runs while the file loads
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                named = (
                    [a.name for a in node.names]
                    if isinstance(node, ast.Import)
                    else [f"{node.module}.{a.name}" for a in node.names] + [node.module]
                )
                arrows[here] |= {word for word in named if word in paths and word != here}
    done, way = set(), []

    def walk(here):
        assert here not in way, "circle: " + " -> ".join([*way[way.index(here) :], here])
        if here not in done:
            way.append(here)
            for there in sorted(arrows[here]):
                walk(there)
            way.pop()
            done.add(here)

    for here in sorted(arrows):
        walk(here)


def test_no_file_is_too_long():
    found = [*python(*PRODUCT, "tests"), *files("**/*.sql", "sql"), *files("*.css", "assets"), *files("*.js", "assets")]
    long = [f"{name(path)}: {lines} lines" for path in found if (lines := text(path).count("\n")) > LONGEST]
    assert not long, "\n".join(long)


def test_the_domain_prints_nothing():
    speaks_to_its_parent = "components/permits/documents/inspect.py"  # its answer travels over standard output
    for path in python("components/permits", "components/ui", "pages"):
        if name(path) == speaks_to_its_parent:
            continue
        calls = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        assert not any(call.func.id == "print" for call in calls), f"{name(path)} prints"


def test_rules_and_access_files_say_first_what_they_are():
    for path in files("*.sql", "sql/rules", "sql/access", "sql/tables", "sql/seed", "sql/local"):
        assert text(path).startswith("-- "), f"{name(path)} has no header"


def test_every_table_has_its_row_security_and_its_access_table_in_one_file():
    access = {path: text(path) for path in files("*.sql", "sql/access")}
    tables = {
        line.split("create table ")[1].split("if not exists ")[-1].split()[0].rstrip("(")
        for path in files("*.sql", "sql/tables")
        for line in text(path).splitlines()
        if line.startswith("create table app.")
    }
    assert len(tables) > 40
    for table in sorted(tables):
        homes = [path for path, content in access.items() if f"alter table {table} enable row level security" in content]
        assert len(homes) == 1, f"{table}: {len(homes)} access files"
        header = text(homes[0]).split("alter table")[0]
        assert table.removeprefix("app.") in header, f"{name(homes[0])} does not name {table} in its header"


def test_days_are_those_of_morocco():
    """The session's zone and the machine's are not: the day of an instant is read at time zone 'Africa/Casablanca', or from app.today."""
    hasty = re.compile(r"\b(current_date|localtimestamp|now\(\)::date|\w+_at::date|\w+::timestamp [-+])")
    found = [f"{name(path)}: {word}" for path in files("*.sql", "sql/rules", "sql/access") for word in hasty.findall(text(path))]
    found += [f"{name(path)}: date.today()" for path in python(*PRODUCT) if "date.today()" in text(path)]
    assert not found, "\n".join(found)


def test_every_python_file_of_the_product_says_what_it_is():
    for path in python(*PRODUCT):
        if text(path).strip():
            assert ast.get_docstring(tree(path)), f"{name(path)} has no docstring"


def test_the_repository_speaks_of_the_product_alone():
    """Whatever the machine: no text names the directory it was written in, or a place outside the repository."""
    outside = re.compile(r"(?<![\w/.])(?:\.\./)+[\w-][\w./-]*")
    for path in [*python(*PRODUCT), *files("**/*.sql", "sql"), *files("**/*.md", "docs"), *files("*.md", ".")]:
        said = text(path)
        assert str(ROOT) not in said, f"{name(path)} names the directory of a machine"
        for relative in outside.findall(said):
            assert (path.parent / relative).resolve().is_relative_to(ROOT), f"{name(path)} points outside, to {relative}"
