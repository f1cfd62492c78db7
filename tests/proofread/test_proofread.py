"""Stage 6: the text of a cell comes back from the PDF as it was, or the letter is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from pikepdf import Dictionary, Name, Pdf

from pipeline.convert.stage import convert
from pipeline.proofread.stage import Reading, is_printed, proofread
from pipeline.render.check.typeface import strangers
from support.word_letters import never, require_libreoffice, write_letter

# Printed as they are, and found again.
PRINTED = {
    "accents": "Éloïse Ñuñez-Œuvray",
    "apostrophes": "d'Almeida d’Almeida",
    "majuscules": "ÇA ÀÉÈÙ",
    "montant": "1\u202f250,00\u00a0€",
    "signes": 'Durand & Fils <A> "B"',
    "espaces": "a  b   c",
    "ligatures": "office affiné fluffy",
    "ligature-écrite": "ﬁnesse",
    "accents-décomposés": "E\u0301loi\u0308se",
    "trait-insécable": "Jean\u2011Noël",
    "trait-conditionnel": "col\u00adlège",
    "invisibles": "a\u200bb\u200dc",
    "grec": "Ελένη",
    "cyrillique": "Наталья",
    "vietnamien": "Nguyễn Thị",
    "mot-très-long": "x" * 147,
    "nom-très-long": "Saint-Jean-Pied-de-Port " * 8,
    "accolades": "école {{x}}",
    "exposants": "n° 1er x²",
}
# No font of the machine has them, or the order of the words changes: refused rather than sent wrong.
REFUSED = {
    "hors-police": "A\ue000B",
    "chinois-privé": "\U00100000",
    "sens-inversé": "a\u202eb",
    "arabe": "محمد علي",
}
PAGES = " ".join(f"mot{number}" for number in range(900))


@pytest.fixture(scope="session")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each text printed in a letter of its own; « pages » runs over three pages with a header and a footer."""
    folder = tmp_path_factory.mktemp("lettres")
    texts = PRINTED | REFUSED | {"reste": "{{ referent.nom }} et None", "simple": "Lettre à Anne"}
    sources = [write_letter(folder / f"{name}.docx", f"M. {text}, fin") for name, text in texts.items()]
    sources.append(write_letter(folder / "pages.docx", PAGES, header="Académie", footer="Une copie à la DSDEN"))
    (folder / "pdf").mkdir()
    made = convert(sources, require_libreoffice(), folder / "pdf", lambda _source, _pdf, _fonts: None, never)
    return {source.stem: pdf for source, pdf in made.items()}


@pytest.mark.parametrize("name", PRINTED)
def test_text_comes_back(pdfs: dict[str, Path], name: str) -> None:
    reading = proofread(pdfs[name], [("le texte", PRINTED[name])], pages_max=1)
    assert reading.faults == ()
    assert reading.pages == 1
    assert "LiberationSans" in reading.fonts


@pytest.mark.parametrize("name", REFUSED)
def test_text_that_is_not_printed_right_is_refused(pdfs: dict[str, Path], name: str) -> None:
    assert proofread(pdfs[name], [("le texte", REFUSED[name])], pages_max=1).faults


def test_a_missing_glyph_is_named(pdfs: dict[str, Path]) -> None:
    assert "« \ue000 »" in " ".join(proofread(pdfs["hors-police"], [], pages_max=1).faults)


def test_a_blank_sign_is_not_taken_for_another_that_is_missing(tmp_path: Path) -> None:
    """Accents may be glyphs of their own in a font: the codes of a text are then not the numbers of its glyphs."""
    # Spaces have no outline, and neither has glyph 0 in this font; the two parts of « é » come between them.
    source = write_letter(tmp_path / "serif.docx", "été 01\u202f2345vwx", font="Liberation Serif")
    (tmp_path / "pdf").mkdir()
    made = convert([source], require_libreoffice(), tmp_path / "pdf", lambda _source, _pdf, _fonts: None, never)
    assert proofread(made[source], [], pages_max=1).faults == ()


def test_a_missing_text_is_named(pdfs: dict[str, Path]) -> None:
    faults = proofread(pdfs["simple"], [("le nom du référent", "Zoé Martin")], pages_max=1).faults
    assert len(faults) == 1
    assert "le nom du référent (« Zoé Martin »)" in faults[0]


def test_an_empty_text_is_a_fault(pdfs: dict[str, Path]) -> None:
    assert "est vide" in proofread(pdfs["simple"], [("le nom du chef", " \u00a0")], pages_max=1).faults[0]


def test_text_over_two_pages_is_found_between_footer_and_header(pdfs: dict[str, Path]) -> None:
    assert proofread(pdfs["pages"], [("le texte", PAGES)], pages_max=9).faults == ()


def test_text_over_two_pages_must_be_whole(pdfs: dict[str, Path]) -> None:
    assert proofread(pdfs["pages"], [("le texte", PAGES.replace("mot450", "mot"))], pages_max=9).faults


def test_too_many_pages_are_refused(pdfs: dict[str, Path]) -> None:
    reading = proofread(pdfs["pages"], [], pages_max=1)
    assert reading.pages > 1
    assert f"{reading.pages} pages au lieu de 1" in reading.faults[0]


def test_leftovers_of_a_template_are_refused(pdfs: dict[str, Path]) -> None:
    faults = " ".join(proofread(pdfs["reste"], [], pages_max=1).faults)
    assert all(mark in faults for mark in ("« {{ »", "« }} »", "« None »"))


def test_a_person_may_be_called_none(pdfs: dict[str, Path]) -> None:
    expected = [("le texte", "{{ referent.nom }} et None")]
    assert proofread(pdfs["reste"], expected, pages_max=1).faults == ()


def test_what_is_not_a_pdf_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"rien")
    for path in (tmp_path / "a.pdf", tmp_path / "absent.pdf"):
        reading = proofread(path, [], pages_max=1)
        assert (reading.pages, len(reading.faults)) == (0, 1)
        assert "illisible" in reading.faults[0]


def test_a_font_that_is_not_embedded_is_refused(tmp_path: Path) -> None:
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        font = Dictionary(Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name("/ABCDEF+Marianne-Bold"))
        pdf.pages[0].Resources = Dictionary(Font=Dictionary(F1=pdf.make_indirect(font)))
        pdf.save(tmp_path / "a.pdf")
    reading = proofread(tmp_path / "a.pdf", [], pages_max=1)
    assert reading == Reading(1, frozenset({"Marianne-Bold"}), reading.faults)
    assert "« Marianne-Bold » n’est pas contenue" in reading.faults[0]


@pytest.mark.parametrize(
    ("text", "whole", "found"),
    [
        ("Anne Exemple", "à Mme Anne\r\nExemple, pour", True),
        ("Anne Exemple", "à Marianne Exemple", False),
        ("Anne", "Anneau", False),
        ("250,00 €", "1\u202f250,00\u00a0€", False),
        ("250,00 €", "1\u00a0250,00\u00a0€", False),
        ("1\u202f250,00\u00a0€", "taux de 1\u202f250,00\u00a0€.", True),
        ("625,00 €", "en 2026 625,00 €", True),
        ("Jean-Noël", "Jean\ufffe\r\nNoël", True),
        ("collège", "col\ufffe\r\nlège", True),
        ("Jean-Noël", "Jean Noël", False),
        ("dupont", "Dupont", False),
        ("A.B", "AxB", False),
        ("(x)", "a (x) b", True),
    ],
)
def test_texts_are_compared_up_to_white_space_only(text: str, whole: str, found: bool) -> None:
    assert is_printed(text, " ".join(whole.split()), whole) is found


def test_fonts_that_the_template_does_not_name() -> None:
    used = {"LiberationSans-Bold", "ArialMT", "OpenSymbol", "DejaVuSans"}
    assert strangers(["Liberation Sans", "Arial"], used) == {"DejaVuSans"}
