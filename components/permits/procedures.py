"""Procedure definitions: read from YAML, checked, made canonical.

A definition is one YAML file per version (assets/procedures/README.md). `schema.json` says what may stand where; the checks here and in
`procedure_checks.py` say what a schema cannot: that a condition names a question asked before, that the circuit has an end, that no
period exceeds the law. The database checks the structure once more when a definition is loaded (app.load_procedure).
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator

from components.permits.procedure_checks import Fault, check

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "procedures"


class BrokenDefinition(Exception):
    """A definition that must not be loaded. `faults` lists every fault: file, path, sentence."""

    def __init__(self, faults: list[Fault]):
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


class _Loader(yaml.SafeLoader):
    """YAML without its traps: a repeated key is an error, dates and yes/no words stay text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _mapping_without_repeats(loader: _Loader, node: yaml.MappingNode) -> dict:
    mapping: dict = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in mapping:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", key_node.start_mark)
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_without_repeats)


def files(folder: Path = FOLDER) -> list[Path]:
    """The definitions that the repository carries, one file per version, in order."""
    return sorted(folder.glob("*.v*.yaml"))


def read(path: Path) -> dict:
    """A file's definition as data, unchecked. Raises BrokenDefinition when it is not a YAML mapping."""
    return parse(path.read_text("utf-8"), path.name)


def parse(text: str, file: str = "") -> dict:
    """The same for a text; `file` only names it in the faults."""
    try:
        definition = yaml.load(text, Loader=_Loader)  # noqa: S506 (a SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise BrokenDefinition([Fault(file, where, getattr(error, "problem", None) or "this is not YAML")]) from error
    if not isinstance(definition, dict):
        raise BrokenDefinition([Fault(file, "", "a definition is a mapping of keys to values")])
    return definition


def faults(definition: dict, file: str = "") -> list[Fault]:
    """Every fault of a definition. The checks that need its structure run only on one that has the right structure."""
    schema = json.loads((FOLDER / "schema.json").read_text("utf-8"))
    shape = [
        Fault(file, "/".join(str(part) for part in error.absolute_path), _plain(error))
        for error in Draft202012Validator(schema).iter_errors(definition)
    ]
    if shape:
        return sorted(shape, key=lambda fault: fault.path)
    found = check(definition, file)
    if file and Path(file).name != f"{definition['code']}.v{definition['version']}.yaml":
        found.append(Fault(file, "code", f"the file should be named {definition['code']}.v{definition['version']}.yaml"))
    return found


def load(path: Path) -> dict:
    """A sound definition, or BrokenDefinition with every fault."""
    definition = read(path)
    found = faults(definition, path.name)
    if found:
        raise BrokenDefinition(found)
    return definition


def canonical(value: object) -> str:
    """One text per JSON value: the form PostgreSQL gives to jsonb (keys by length, then by bytes), which app.digest hashes."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
        return "{" + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(canonical(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def digest(definition: dict) -> str:
    """SHA-256 of the canonical text, in hexadecimal: what freezes a version."""
    return hashlib.sha256(canonical(definition).encode()).hexdigest()


def _plain(error) -> str:
    """The schema's message, short: a union of conditions otherwise prints half the file."""
    if error.validator == "oneOf":
        return f"{str(error.instance)[:120]} is not a form that this place allows"
    return error.message[:300]
