"""The forms of building permits as applicants meet them: screens open, the tax explains itself, large projects are told where to go."""

import pytest

from tests import building, filing
from tests.pages.test_filing import button, fine, html, kept, row, said, visit, world  # noqa: F401 (fixtures)

COMMUNE = "Ait Makhlouf"
ELSEWHERE = "Tizgzaouine"  # small projects only
FATIMA = "citizen Fatima"


@pytest.mark.parametrize("lang", ["fr", "ar"])
@pytest.mark.parametrize("procedure", ["URB-03", "URB-02"])
def test_every_screen_of_the_form_opens(world, visit, procedure, lang):  # noqa: F811
    dossier = building.draft(world, FATIMA, COMMUNE, procedure)
    for screen in ("applicant", "mandate", "land", "project", "figures", "professionals", "tax", "declarations", "documents", "check"):
        assert said(visit("filing", FATIMA, lang, id=dossier, screen=screen))


def test_the_check_shows_the_tax_with_its_square_metres(world, visit):  # noqa: F811
    app = visit("filing", FATIMA, "fr", id=building.draft(world, FATIMA, COMMUNE), screen="check")
    assert "97 + 96 + 2 × 2 = 197 m²" in said(app) and "925,00 DH" in said(app)


def test_a_project_too_large_for_the_form_is_told_so_and_cannot_be_deposited(world, visit):  # noqa: F811
    app = visit("filing", FATIMA, "fr", id=building.draft(world, FATIMA, COMMUNE, levels_above=4), screen="check")
    assert "déposez-le comme grand projet" in html(app) + said(app) and button(app, "deposit").disabled


def test_a_project_too_large_for_the_form_goes_on_as_a_large_one_with_its_answers_and_files(world, visit):  # noqa: F811
    dossier = building.draft(world, FATIMA, COMMUNE, levels_above=4)
    building.offer(world, COMMUNE, "URB-02")
    document = filing.attach(world, FATIMA, dossier, "masse")
    before = kept(world, dossier)
    app = fine(button(visit("filing", FATIMA, "fr", id=dossier, screen="check"), "instead_URB-02").click().run())
    assert row(world, dossier)["procedure_code"] == "URB-02" and kept(world, dossier) == before
    assert "grand projet" in app.title[0].value and "Vos réponses et vos fichiers sont gardés" in said(app) + html(app)
    assert "déposez-le comme grand projet" not in html(app) + said(app)
    with world.acting_as(FATIMA) as owner:
        assert [file["id"] for file in owner.call("draft_page", p_dossier=dossier)["documents"]] == [str(document)]


def test_where_large_projects_are_not_received_the_form_sends_to_the_counter(world, visit):  # noqa: F811
    dossier = building.draft(world, FATIMA, ELSEWHERE, levels_above=4)
    app = visit("filing", FATIMA, "fr", id=dossier, screen="check")
    assert "ne reçoit pas ici la demande qui convient" in said(app)
    assert not [one for one in app.button if one.key == "instead_URB-02"]


@pytest.mark.parametrize("lang, words", [("fr", "Agence urbaine"), ("ar", "الوكالة الحضرية")])
def test_the_public_sheet_says_who_studies_and_what_is_small(world, visit, lang, words):  # noqa: F811
    place = building.offer(world, COMMUNE, "URB-03")
    app = fine(visit("catalogue", None, lang, commune=place, procedure="URB-03"))
    shown = said(app) + html(app)
    assert words in shown and "500 " in shown and "{" not in shown
