"""The files of the project, read once."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"\b[I-OQ-W][A-Z]{3}[0-9]\b")


def files(pattern, *folders):
    return [path for folder in folders for path in sorted((ROOT / folder).glob(pattern)) if "__pycache__" not in path.parts]


def python(*folders):
    """Python files of folders or single files, tests never unless asked."""
    found = [ROOT / folder for folder in folders if folder.endswith(".py")]
    return found + files("**/*.py", *[folder for folder in folders if not folder.endswith(".py")])


PRODUCT = ("app.py", "components", "pages")


def name(path):
    return path.relative_to(ROOT).as_posix()


@cache
def text(path):
    return path.read_text(encoding="utf-8")


@cache
def tree(path):
    return ast.parse(text(path), filename=str(path))


def module(path):
    return name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def docstrings(node):
    """Nodes that are documentation: never seen by a visitor."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, (ast.Module, ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)) and part.body:
            first = part.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
                found.add(first.value)
    return found
