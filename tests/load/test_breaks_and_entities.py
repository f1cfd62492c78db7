"""Breaks pasted from Word and codes of web pages, in the cells and the headers of a workbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.clean.stage import clean
from pipeline.load.stage import load
from pipeline.settings.config import Config
from pipeline.validate.stage import validate
from support.rows import GOOD, HEADERS, table_of
from support.workbooks import HEAD, row, text_table, xlsx

BREAKS = ["_x000B_", "_x000b_", "_x000C_", "_x001E_", "\x85", "\u2028", "\u2029", " \u2028 ", "_x0085_", "_x2028_"]


def cleaned(role: str, text: str) -> str:
    return str(clean(table_of([GOOD | {role: text}])).table.rows.iloc[0][role])


@pytest.mark.parametrize("break_", [*BREAKS, "\x0b", "\x0c", "\x1c", "_x000B__x000B_"])
@pytest.mark.parametrize(
    ("role", "before", "after", "read"),
    [
        ("referent_nom", "LE", "GOFF", "Le Goff"), ("chef", "LE", "BIHAN", "Le Bihan"),
        ("etablissement", "Collège", "Jean Moulin", "Collège Jean Moulin"), ("commune", "Le", "Mans", "Le Mans"),
        ("referent_fonction", "Professeur", "d’EPS", "Professeur d’EPS"),
    ],
)  # fmt: skip
def test_a_break_is_one_space(role: str, before: str, after: str, read: str, break_: str) -> None:
    assert cleaned(role, f"{before}{break_}{after}") == read


@pytest.mark.parametrize("break_", BREAKS)
def test_a_break_in_a_workbook_parts_the_words_of_cells_headers_and_free_columns(
    tmp_path: Path, config: Config, break_: str
) -> None:
    head = [
        *(f"Nom{break_}référent" if text == HEADERS["referent_nom"] else text for text in HEAD),
        f"Libre{break_}ment",
    ]
    path = tmp_path / "campagne.xlsx"
    path.write_bytes(xlsx([head, [*row(referent_nom=f"LE{break_}GOFF"), f"a{break_}b"]]))
    done = clean(load(path, config.classeur.headers_of)).table
    assert validate(done, config).letters[0].referent.nom == "Le Goff"
    assert done.rows["autre:Libre ment"].tolist() == ["a b"]


def test_a_break_in_a_csv(tmp_path: Path, config: Config) -> None:
    path = tmp_path / "campagne.csv"
    path.write_bytes(text_table([HEAD, row(referent_nom="LE\u2028GOFF"), row(referent_nom="LE\x0bBIHAN")]))
    letters = validate(clean(load(path, config.classeur.headers_of)).table, config).letters
    assert [letter.referent.nom for letter in letters] == ["Le Goff", "Le Bihan"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Lyc&eacute;e Chaptal", "Lycée Chaptal"), ("Durand &amp; Fils", "Durand & Fils"), ("l&#39;Elorn", "l'Elorn"),
        ("l&#x2019;Elorn", "l’Elorn"), ("l&rsquo;Elorn", "l’Elorn"), ("Lyc&amp;eacute;e", "Lycée"), ("Lyc&eacutee", "Lycée"),
        ("&Eacute;mile&nbsp;Zola", "Émile Zola"), ("Le&#11;Goff", "Le Goff"), ("Le&#8203;Goff", "LeGoff"), ("l\x92Elorn", "l’Elorn"),
        ("C&oelig;ur", "Cœur"), ("l&#146;Elorn", "l’Elorn"),
        ("Durand & Fils", "Durand & Fils"), ("R&D ; suite", "R&D ; suite"), ("A&B;C", "A&B;C"), ("&copy", "&copy"),
    ],
)  # fmt: skip
def test_codes_of_web_pages(written: str, read: str) -> None:
    assert cleaned("etablissement", written) == read
    again = clean(clean(table_of([GOOD | {"etablissement": written}])).table)
    assert again.changes == ()


def test_what_was_decoded_is_in_the_log() -> None:
    (change,) = clean(table_of([GOOD | {"etablissement": "Lyc&eacute;e Chaptal"}])).changes
    assert (change.cell, change.before, change.after, change.rule) == (
        "B5", "Lyc&eacute;e Chaptal", "Lycée Chaptal", "codes de page web décodés",
    )  # fmt: skip


def test_headers_of_a_web_export_are_read(tmp_path: Path, config: Config) -> None:
    path = tmp_path / "campagne.xlsx"
    head = [text.replace("É", "&Eacute;").replace("é", "&eacute;").replace("'", "&#39;") for text in HEAD]
    path.write_bytes(xlsx([head, row()]))
    assert len(validate(clean(load(path, config.classeur.headers_of)).table, config).letters) == 1
