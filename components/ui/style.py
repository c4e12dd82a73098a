"""The first HTML of each page, its language and direction, and the words of Streamlit itself in both languages.

Streamlit has no right-to-left mode and no translations. The stylesheet (assets/style.css) repairs direction under
html[dir=rtl]; the script (assets/shell.js) follows the mark that each run leaves in the page and replaces Streamlit's
own English (assets/locales/streamlit.yaml) by exact match.
"""

import json
from functools import lru_cache
from hashlib import sha256
from html import escape
from pathlib import Path

import streamlit as st
import yaml
from streamlit import file_util

from components.permits.texts import LOCALES, translate
from components.ui.words import language

ASSETS = Path(__file__).resolve().parents[2] / "assets"


def direction(lang: str) -> str:
    return "rtl" if lang == "ar" else "ltr"


@lru_cache(maxsize=1)
def shell_script() -> str:
    words = yaml.safe_load((LOCALES / "streamlit.yaml").read_text(encoding="utf-8"))
    return f"const WORDS = {json.dumps(words, ensure_ascii=False)};\n" + (ASSETS / "shell.js").read_text(encoding="utf-8")


def version(content: bytes) -> str:
    return sha256(content).hexdigest()[:12]


@lru_cache(maxsize=2)
def first_html(lang: str) -> str:
    """Streamlit's own index page with our head: language, direction, title, icon, stylesheet, script; no inline script."""
    index = (Path(file_util.get_static_dir()) / "index.html").read_text(encoding="utf-8")
    head, body = index.split("</head>")[0], index.split("</head>")[1]
    wanted = ('src="./static', 'href="./static/js', 'href="./static/css')
    modules = "\n".join(line for line in head.splitlines() if any(part in line for part in wanted))
    if modules.count("<script") != 1 or '<div id="root"></div>' not in body:
        raise RuntimeError("the index page of this Streamlit version has another form: adapt components/ui/style.py")
    font = "arabic-arabic" if lang == "ar" else "latin"
    without_script = "".join(
        f'<p lang="{code}" dir="{direction(code)}">{escape(translate("shell.no_script", code))}</p>' for code in ("fr", "ar")
    )
    style, script = version((ASSETS / "style.css").read_bytes()), version(shell_script().encode())
    return f"""<!DOCTYPE html>
<html lang="{lang}" dir="{direction(lang)}">
<head>
<meta charset="UTF-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="description" content="{escape(translate("shell.description", lang))}" />
<title>{escape(translate("common.site_name", lang))}</title>
<link rel="icon" type="image/svg+xml" href="/assets/logo.svg" />
<link rel="preload" as="font" type="font/woff2" crossorigin href="/assets/fonts/web/ibm-plex-sans-{font}-400-normal.woff2" />
<script src="/assets/shell.js?v={script}"></script>
{modules.replace("./static", "/static")}
<link rel="stylesheet" href="/assets/style.css?v={style}" />
</head>
<body>
<noscript>{without_script}</noscript>
<div id="root"></div>
</body>
</html>"""


def mark_language() -> None:
    """Tells the open page which language this run speaks; assets/shell.js changes lang, dir and the cookie."""
    st.html(f'<span class="shubbak-language" data-language="{language()}"></span>')
