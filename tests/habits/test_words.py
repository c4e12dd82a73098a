"""Habits of words: every visible one stands in the locales, in both languages, and none stands there for nothing."""

import ast
import re

import yaml

from components.permits.texts import catalogue
from tests.habits.sources import PRODUCT, docstrings, files, name, python, text, tree

ARABIC = re.compile("[\u0600-\u06ff]")
PLACE = re.compile(r"\{(\w+)[^}]*\}")
# Names and signs that are the same in every language.
SAME = re.compile(r"^[\W\d_]*$|^[\w.]+@[\w.]+$")


def sentences():
    for key, entry in catalogue().items():
        for lang in ("fr", "ar"):
            forms = entry.get(lang) if isinstance(entry, dict) else None
            for sentence in forms.values() if isinstance(forms, dict) else [forms]:
                yield key, lang, sentence


def test_every_entry_has_both_languages():
    for key, lang, sentence in sentences():
        assert isinstance(sentence, str) and sentence.strip(), f"{key} has no {lang}"


def test_each_language_is_written_in_its_script():
    for key, lang, sentence in sentences():
        bare = PLACE.sub("", sentence)
        if SAME.match(bare) or bare in LATIN_IN_BOTH:
            continue
        assert bool(ARABIC.search(bare)) == (lang == "ar"), f"{key} ({lang}): {sentence}"


# What keeps Latin letters in Arabic: addresses, units, codes.
LATIN_IN_BOTH = {"Français", "العربية", "OpenStreetMap", "PDF", "QR"}


def test_both_languages_name_the_same_values():
    for key, entry in catalogue().items():
        names = {}
        for lang in ("fr", "ar"):
            forms = entry[lang] if isinstance(entry[lang], dict) else {"other": entry[lang]}
            names[lang] = set(PLACE.findall(forms["other"]))
            for form, sentence in forms.items():  # a form may leave the count out: one, two
                assert names[lang] - {"count"} <= set(PLACE.findall(sentence)) <= names[lang], f"{key} ({lang}, {form})"
        assert names["fr"] - {"count"} == names["ar"] - {"count"}, key


def used():
    """Keys written whole in the code, and the beginnings of those put together there."""
    whole, begun = set(), set()
    for path in python(*PRODUCT):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole |= set(re.findall(r"\b[a-z_]+\.\w+\b", node.value))
                begun |= {f"{start}\0" for start in re.findall(r"^[a-z_]+\.\w*_$|^[a-z_]+\.$", node.value)}
            elif isinstance(node, ast.JoinedStr):
                parts = "".join(part.value if isinstance(part, ast.Constant) else "\0" for part in node.values)
                if re.match(r"[a-z_]+\.", parts):
                    begun.add(parts)
                elif re.fullmatch(r"\0_[a-z_]{4,}", parts):  # the end of a key whose subject is put before it elsewhere
                    begun.add(f"\0.{parts}")
    return whole, begun


def named():
    """(file, key) of every t("...") and translate("...")."""
    for path in python(*PRODUCT):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
                called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if called in ("t", "translate"):
                    yield path, node.args[0].value


def test_every_key_that_the_code_names_exists():
    missing = [f"{name(path)}: {key}" for path, key in named() if key not in catalogue()]
    assert not missing, "\n".join(missing)


def test_every_key_is_used():
    whole, begun = used()
    patterns = [re.compile(r"\w+".join(map(re.escape, start.split("\0"))) + "$") for start in begun]
    idle = [
        key for key in catalogue() if key not in whole and not any(pattern.match(key) for pattern in patterns) and not spoken_elsewhere(key)
    ]
    assert not idle, f"{len(idle)} keys nobody speaks: {idle}"


def spoken_elsewhere(key):
    """Keys that data name: codes of refusals, kinds of mails, events, roles and states, words of the shell's script."""
    subject, word = key.split(".", 1)
    return (
        re.fullmatch(r"[I-OQ-W][A-Z]{3}[0-9]", word)
        or subject in ("streamlit",)
        or f'"{word}"' in everything()
        or f"'{word}'" in everything()
    )


def everything():
    return " ".join(
        text(path)
        for path in [*python(*PRODUCT), *files("**/*.sql", "sql"), *files("*.js", "assets"), *files("**/*.yaml", "assets/procedures")]
    )


# Calls of Streamlit whose first words a visitor reads.
SHOWN = {
    "title",
    "header",
    "subheader",
    "markdown",
    "write",
    "caption",
    "text",
    "info",
    "warning",
    "error",
    "success",
    "button",
    "link_button",
    "download_button",
    "form_submit_button",
    "page_link",
    "toast",
    "metric",
    "expander",
    "popover",
    "tabs",
    "radio",
    "selectbox",
    "multiselect",
    "text_input",
    "text_area",
    "number_input",
    "date_input",
    "checkbox",
    "toggle",
    "file_uploader",
    "segmented_control",
    "pills",
    "spinner",
    "status",
    "badge",
    "dialog",
    "html",
}
VISIBLE_KEYWORDS = {"label", "help", "placeholder", "caption", "text"}


# What somebody may type, written as it is in every language: a number, a code, an address.
EXAMPLE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*|[a-z]+@[a-z.]+")


def literals(node):
    """Strings with letters in an argument: whole, or the fixed parts of an f-string."""
    parts = node.values if isinstance(node, ast.JoinedStr) else node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]
    for part in parts:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            # Mark-up, material icons and names of colours are not words.
            bare = re.sub(r"<[^>]*>?|[^<]*>|:material/\w*:?|:\w+\[|:?\w*-(?:background|badge)\[|&\w+;", "", part.value)
            if re.search(r"[A-Za-z\u00c0-\u024f\u0600-\u06ff]{2}", bare) and not EXAMPLE.fullmatch(part.value):
                yield part.value


def test_no_page_shows_a_word_that_stands_in_the_code():
    found = []
    for path in python("pages", "components/ui"):
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in SHOWN
                and is_streamlit(node.func.value)
            ):
                shown = node.args[:1] + [word.value for word in node.keywords if word.arg in VISIBLE_KEYWORDS]
                found += [f"{name(path)}:{node.lineno} {value!r}" for argument in shown for value in literals(argument)]
    assert not found, "\n".join(found)


def is_streamlit(node):
    """st.x, st.sidebar.x, and columns or containers, which are variables."""
    return not isinstance(node, ast.Constant) and getattr(node, "id", "") not in ("re", "log")


def test_no_french_or_arabic_in_python():
    """Content stands in YAML and SQL. Letters of the scripts are the matter of the parts that set type."""
    letters = re.compile("[\u0620-\u06ffàâçéèêëîïôûùœÀÂÇÉÈÊÎÔÛ]")
    setting = (
        "components/permits/documents/",  # sets type: letters of the scripts are its matter
        "components/operations/demonstration/",  # invented people and places
        "components/operations/bench",  # invented dossiers to measure
        "components/permits/authority.py",  # a certificate has one name, in Latin letters
        "components/permits/texts.py",  # tells the scripts apart
    )
    found = []
    for path in python(*PRODUCT):
        if name(path).startswith(setting):
            continue
        documentation = docstrings(tree(path))
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in documentation and letters.search(node.value):
                found.append(f"{name(path)}:{node.lineno} {node.value[:60]!r}")
    assert not found, "\n".join(found)


def test_yaml_sentences_are_read_as_they_are_written():
    """An unquoted `oui`, number or colon would arrive as something else."""
    for path in files("*.yaml", "assets/locales"):
        for key, entry in (yaml.safe_load(text(path)) or {}).items():
            assert isinstance(key, str) and isinstance(entry, dict) and set(entry) == {"fr", "ar"}, f"{path.name}: {key}"
