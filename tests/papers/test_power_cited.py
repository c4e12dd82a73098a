"""The visible seal of a signed paper cites the act that gave the power, in both languages, whoever holds the pen."""

import unicodedata

import pytest
import yaml

from components.permits.documents.seal import draw_seal
from tests.browser.conftest import ROOT
from tests.papers import samples
from tests.papers.programs import outside_the_page, words

LETTERS = yaml.safe_load((ROOT / "assets" / "templates" / "letters.yaml").read_text(encoding="utf-8"))
SIGNER = LETTERS["signer"]
CAPACITIES = [name.removesuffix("_power") for name in SIGNER if name.endswith("_power") and name.removesuffix("_power") in SIGNER]
# Names as long as real ones; the longest number and text that the register takes (44_powers_acts.sql, 44_vacancies.sql).
NAMES = {"fr": "Moulay Abderrahmane Aït Bihi El Idrissi", "ar": "مولاي عبد الرحمان أيت بيهي الإدريسي"}
TEXTS = {
    "fr": "décision du gouverneur de la province de Taroudannt portant intérim de la commune"[:80],
    "ar": "قرار عامل إقليم تارودانت القاضي بتكليف نائب للرئيس",
}
NUMBER = "SG/DAU/BO/2026/0000012/2026/CT/095410101"
CITED = {
    "deputy": ("Par intérim", "بالنيابة"),
    "interim": ("par intérim", "بالنيابة"),
    "delegation": ("Par délégation", "بتفويض"),
    "delegation_deputy": ("suppléance", "نيابةرقم"),
    "governor_deputy": ("Par intérim", "بالنيابة"),
    "governor_interim": ("Par intérim", "بالنيابة"),
    "president": ("113-14", "113.14"),
    "governor": ("55-19", "55.19"),
}


def test_every_capacity_of_the_register_has_its_words():
    assert set(CAPACITIES) == set(CITED)


@pytest.mark.parametrize("capacity", CAPACITIES)
def test_the_seal_cites_the_act(tmp_path, capacity):
    values = {lang: {"absent": NAMES[lang], "text": TEXTS[lang], "order_no": NUMBER, "order_date": "01/03/2026",
                     "deputy_order_no": NUMBER, "deputy_order_date": "02/03/2026"} for lang in ("fr", "ar")}  # fmt: skip
    data = samples.permit()
    data["signer"] |= {
        "name_fr": NAMES["fr"],
        "name_ar": NAMES["ar"],
        "quality": SIGNER[capacity],
        "power": {lang: SIGNER[f"{capacity}_power"][lang].format(**values[lang]) for lang in ("fr", "ar")},
    }
    seal = tmp_path / "seal.pdf"
    seal.write_bytes(draw_seal(data))
    text = " ".join(unicodedata.normalize("NFKC", words(seal)).split())
    french, arabic = CITED[capacity]
    assert french in text and arabic in text.replace(" ", ""), text  # poppler parts letters that do not join
    cited = SIGNER[f"{capacity}_power"]["fr"].count("order_no}")
    assert text.replace(" ", "").count(NUMBER) == 2 * cited, "in each language"
    assert outside_the_page(seal, 2) == []
