"""Papers of silence and of appeals: the governor's head, the words that attest, and what somebody typed."""

import pytest

from components.permits.documents import check, render
from tests.papers import samples
from tests.papers.programs import outside_the_page, say, words


def attestation():
    data = samples.permit() | {"kind": "attestation", "issuer": "province", "tables": [], "lists": []}
    data["title"] = {"fr": "Attestation de silence valant approbation", "ar": "إشهاد بالسكوت المعتبر بمثابة موافقة"}
    data["place"] = {"fr": data["commune"]["province_fr"], "ar": data["commune"]["province_ar"]}
    data["signer"] |= {"quality": {"fr": "Le Gouverneur", "ar": "العامل"}}
    return data


def appeal(grounds):
    return samples.request() | {
        "kind": "appeal",
        "lists": [{"title": {"fr": "Moyens", "ar": "الأسباب"}, "items": [{"fr": grounds, "ar": grounds}]}],
    }


def printed(data, folder):
    file = folder / f"{data['kind']}.pdf"
    file.write_bytes(render(data))
    return file


def test_an_attestation_has_the_head_of_the_province_and_attests(tmp_path):
    data = attestation()
    file = printed(data, tmp_path)
    text = words(file)
    assert "Wilaya de la région" in text and "Atteste ce qui suit" in text and "Arrête ce qui suit" not in text
    assert f"Commune de {data['commune']['name_fr']}" not in text and f"Commune d’{data['commune']['name_fr']}" not in text
    assert "ولاية" in text and outside_the_page(file, margin=45) == []
    assert "No syntax or stream encoding errors" in say("qpdf", "--check", str(file))


@pytest.mark.parametrize("missing", ["visas", "considerations", "articles", "signer", "place"])
def test_an_attestation_without_what_the_annex_demands_is_not_printed(missing):
    data = attestation()
    del data[missing]
    assert missing in " ".join(fault.path for fault in check(data))


def test_a_letter_sealed_by_the_province_says_so(tmp_path):
    data = samples.request() | {"kind": "silence_letter", "issuer": "province", "considerations": [{"fr": "Je vous prie.", "ar": "يرجى."}]}
    text = words(printed(data, tmp_path))
    assert "scellé électroniquement par la province" in text and "par la commune" not in text


def test_what_somebody_typed_does_not_keep_their_appeal_from_being_printed(tmp_path):
    text = words(printed(appeal("Sans réponse 🙁, voir {photos}."), tmp_path))
    assert "[U+1F641]" in text and "{photos}" in text
