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
# Names as long as real ones; the number of an order as town halls write it.
NAMES = {"fr": "Moulay Abderrahmane Aït Bihi El Idrissi", "ar": "مولاي عبد الرحمان أيت بيهي الإدريسي"}
TEXTS = {"fr": "décision du gouverneur de la province de Taroudannt", "ar": "قرار عامل إقليم تارودانت"}
CITED = {
    "deputy": ("Par intérim", "بالنيابة"),
    "interim": ("par intérim", "بالنيابة"),
    "delegation": ("Par délégation", "بتفويض"),
    "delegation_deputy": ("par intérim", "بالنيابة"),
    "governor_deputy": ("Par intérim", "بالنيابة"),
    "governor_interim": ("Par intérim", "بالنيابة"),
    "president": ("113-14", "113.14"),
    "governor": ("55-19", "55.19"),
}


def test_every_capacity_of_the_register_has_its_words():
    assert set(CAPACITIES) == set(CITED)


@pytest.mark.parametrize("capacity", CAPACITIES)
def test_the_seal_cites_the_act(tmp_path, capacity):
    values = {lang: {"absent": NAMES[lang], "text": TEXTS[lang], "order_no": "12/2026", "order_date": "01/03/2026",
                     "deputy_order_no": "7/2026", "deputy_order_date": "02/03/2026"} for lang in ("fr", "ar")}  # fmt: skip
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
    if "{order_no}" in SIGNER[f"{capacity}_power"]["fr"]:
        assert text.count("12/2026") == 2, "once in each language"
    if "deputy_order" in SIGNER[f"{capacity}_power"]["fr"]:
        assert text.count("7/2026") >= 2
    assert outside_the_page(seal, 2) == []
