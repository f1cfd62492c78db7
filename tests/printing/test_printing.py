"""Stages 4 to 6 together: whatever a cell holds, it comes back unchanged from the PDF or the row is rejected."""

from __future__ import annotations

import itertools
import unicodedata
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline.clean.stage import clean
from pipeline.convert.engine import find_engine
from pipeline.printing.letters import Printed, Stock, made_of, print_letters
from pipeline.printing.store import Store
from pipeline.render.variants import modeles_of
from pipeline.settings.config import Config
from pipeline.validate.stage import validate
from support.rows import GOOD, table_of
from support.year import uai

SCHOOLS = [
    "Collège Durand & Fils <annexe>", "Collège {{ referent.nom }}", "Collège {% if x %}", "Collège « Œuvre » n° 3",
    "Collège 100 % #1 ~ \\n $&", "Collège d'Été – l’École", "LYCEE " + "A B C D E F G H I J " * 7, "Collège 日本",
    "Collège العربية", "Collège 😀", "Collège ﬁn ﬂeuve", "Collège A\u2011B", "Collège ½ ¼ ¾ €", "Collège Đỗ Nguyễn",
    "Collège None nan", "Collège Ωμέγα", "Collège Чехов", "Collège ]]> <!-- --> &amp; &#65;", "Collège a\u0301e\u0302", "X" * 300,
]  # fmt: skip
NAMES = [
    "Null",
    "None",
    "d'Almeida",
    "Œdipe-Ÿ",
    "Nguyễn",
    "Иванов",
    "孫",
    "Le Bris-Kerhervé-Dupont-Martin-De La Tour",
    "ﬁ",
]


class Silent:
    """Progress that shows nothing."""

    def start(self, name: str, total: int | None = None) -> None:
        """Do nothing."""

    def advance(self, count: int = 1) -> None:
        """Do nothing."""

    def done(self, text: str) -> None:
        """Do nothing."""


def printed_texts(printed: Printed) -> dict[int, str]:
    """Return the text of each right letter, by line, without white space nor what only guides line breaks."""
    texts = {}
    for document in printed.documents:
        with pypdfium2.PdfDocument(document.pdf) as pdf:
            texts[document.letter.row.line] = bare("".join(page.get_textpage().get_text_range() for page in pdf))
    return texts


def bare(text: str) -> str:
    """Return a text without its spaces, nor what typography changes: a letter writes « d’Été » for « d'Été »."""
    kept = unicodedata.normalize("NFKC", text.replace("\ufffe", "-").replace("\u2011", "-").replace("\u00ad", ""))
    return "".join(kept.replace("'", "’").split())


def print_rows(rows: list[dict[str, Any]], config: Config, work: Path) -> tuple[set[int], Printed]:
    verdict = validate(clean(table_of(rows)).table, config)
    wanted = [(letter, modeles_of(config.gabarit)[0]) for letter in verdict.letters]
    stock = Stock(Store(work / "reserve"), ())
    engine = find_engine("libreoffice")
    printed = print_letters(wanted, made_of(wanted, config, engine), engine, work, stock, Silent())
    lines = {letter.row.line for letter in verdict.letters}
    assert lines == {document.letter.row.line for document in printed.documents} | {
        row.line for row in printed.failures
    }
    return lines, printed


def test_awkward_texts_come_back_or_are_refused(config: Config, tmp_path: Path) -> None:
    rows = [GOOD | {"etablissement": nom} for nom in SCHOOLS] + [GOOD | {"referent_nom": nom} for nom in NAMES]
    # A school each: a letter names the other référents of its own, and no font here may have what one is called.
    _, printed = print_rows([row | {"uai": uai(at)} for at, row in enumerate(rows)], config, tmp_path)
    texts = printed_texts(printed)
    for document in printed.documents:
        text = texts[document.letter.row.line]
        assert bare(document.letter.etablissement.nom) in text
        assert bare(document.letter.referent.nom_complet) in text
    assert all(anomaly.message.strip() for anomaly in printed.failures.values())
    # Ordinary French never fails, whatever the signs.
    right = {document.letter.etablissement.nom for document in printed.documents}
    assert {
        "Collège Durand & Fils <annexe>",
        "Collège « Œuvre » n° 3",
        "Collège None nan",
    } <= right


@pytest.mark.parametrize("letters", [0, 1])
def test_few_letters(config: Config, tmp_path: Path, letters: int) -> None:
    lines, printed = print_rows([GOOD] * letters, config, tmp_path)
    assert len(lines) == len(printed.documents) == letters
    assert printed.notices == ()


@settings(
    max_examples=6, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.text(min_size=1, max_size=40), min_size=10, max_size=20))
def test_any_text_comes_back_or_is_refused(
    config: Config, tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    cells = ("etablissement", "commune", "chef", "referent_nom", "referent_prenom")
    # In a school of its own: its letter names no colleague whose name cannot be printed.
    rows = [GOOD | {"uai": "0939001D"}] + [
        GOOD | {cell: "Ab " + text} for cell, text in zip(itertools.cycle(cells), texts)
    ]
    _, printed = print_rows(rows, config, tmp_path_factory.mktemp("textes"))
    found = printed_texts(printed)
    assert printed.documents, "the ordinary row at least is printed"
    for document in printed.documents:
        letter, shown = document.letter, found[document.letter.row.line]
        said = (letter.etablissement.nom, letter.etablissement.commune, letter.chef.nom, letter.referent.nom_complet)
        assert all(bare(text) in shown for text in said)
