"""The awkward workbooks, each ending in the right letters or the right sentence, and nothing altered in silence."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from pipeline.clean.stage import clean
from pipeline.errors import ExitCode, InputError
from pipeline.load.stage import load
from pipeline.model import Letter
from pipeline.render.fields import fields_of
from pipeline.settings.config import Config
from pipeline.table import LINE, OTHER, SHEET, Table, as_text
from pipeline.validate.stage import validate
from support import workbooks as c
from support.awkward import CASES
from support.awkward.expected import TO_SAVE, A, Case, L, N, S, Saved
from support.program import mlds

READABLE = [one for one in CASES if any(isinstance(item, L) for item in one.wanted)]


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Saved], bytes]:
    """What LibreOffice makes of the workbooks to be saved in another format: one call a format, when first needed."""
    made: dict[str, list[bytes]] = {}

    def content(one: Saved) -> bytes:
        if one.format not in made:
            made[one.format] = c.converted(tmp_path_factory.mktemp("office"), one.format, *TO_SAVE[one.format])
        return one.change(made[one.format][one.number])

    return content


def put(one: Case, folder: Path, office: Callable[[Saved], bytes]) -> Path:
    path = folder / one.file
    if isinstance(one.content, bytes | Saved):
        path.write_bytes(one.content if isinstance(one.content, bytes) else office(one.content))
    else:
        one.content(path)
    return path


def printed(letter: Letter, config: Config) -> L:
    """Return what a letter prints, its no-break spaces made plain."""
    fields = fields_of(letter, config)
    imp = fields["imp"]
    what = f"{imp['nombre']} IMP, {imp['montant']}" if imp else "sans IMP"
    texts = (
        letter.etablissement.uai,
        letter.etablissement.nom,
        fields["chef"]["nom_complet"],
        fields["referent"]["nom_complet"],
        what,
    )
    return L(*(re.sub("[\u00a0\u202f]", " ", text) for text in texts))


def texts_of(letter: Letter) -> dict[str, str]:
    """Return what a letter says word for word, by the column that says it."""
    ecole, chef, referent = letter.etablissement, letter.chef, letter.referent
    texts = {
        "uai": ecole.uai, "etablissement": ecole.nom, "commune": ecole.commune,
        "chef_civilite": chef.civilite, "chef": chef.nom, "chef_prenom": chef.prenom, "chef_fonction": chef.fonction,
        "referent_civilite": referent.civilite, "referent_nom": referent.nom, "referent_prenom": referent.prenom,
        "referent_fonction": referent.fonction,
    }  # fmt: skip
    return {role: text for role, text in texts.items() if text} | {
        OTHER + header: text for header, text in letter.autres.items()
    }


def cells_of(path: Path, read: Table) -> Callable[[str, str, int, str], object]:
    """Return what gives a cell as it is in the file: another library where it can, else the table as it was loaded."""
    rows = {(row[SHEET], row[LINE]): row for row in read.rows.to_dict("records")}
    try:
        own = load_workbook(BytesIO(path.read_bytes()), data_only=True)
    except Exception:  # not an .xlsx, or one that this library refuses
        return lambda sheet, role, line, cell: rows[sheet, line][role]
    return lambda sheet, role, line, cell: (
        own[sheet][cell].value if sheet in own.sheetnames else rows[sheet, line][role]
    )


def wanted(one: Case, kind: type) -> list[Any]:
    return [item for item in one.wanted if isinstance(item, kind)]


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.what)
def test_an_awkward_workbook(one: Case, tmp_path: Path, config: Config, office: Callable[[Saved], bytes]) -> None:
    path = put(one, tmp_path, office)
    if sentences := wanted(one, S):
        with pytest.raises(InputError, match=sentences[0].words) as caught:
            load(path, config.classeur.headers_of, config.campagne.annee_scolaire)
        assert str(caught.value).startswith((str(path), "Feuille «"))
        return
    read = load(path, config.classeur.headers_of, config.campagne.annee_scolaire)
    verdict = validate(clean(read).table, config)
    assert [printed(letter, config) for letter in verdict.letters] == wanted(one, L)
    assert sorted(A(said.code, said.cell) for said in verdict.anomalies) == sorted(wanted(one, A))
    notices = [notice.replace("\u00a0", " ") for notice in read.notices]
    assert len(notices) == len(wanted(one, N)), notices
    for notice in wanted(one, N):
        assert any(re.search(notice.words, said) for said in notices), notices


@pytest.mark.parametrize("one", READABLE, ids=lambda one: one.what)
def test_what_a_letter_prints_is_in_its_cell_or_said(
    one: Case, tmp_path: Path, config: Config, office: Callable[[Saved], bytes]
) -> None:
    path = put(one, tmp_path, office)
    read = load(path, config.classeur.headers_of, config.campagne.annee_scolaire)
    cleaned = clean(read)
    verdict = validate(cleaned.table, config)
    cell_of = cells_of(path, read)
    said = {(anomaly.row, anomaly.cell) for anomaly in verdict.anomalies}
    made = {(change.row, change.cell): change.after for change in cleaned.changes}
    cut = {(change.row, change.cell) for change in cleaned.changes if change.rule == "fonction séparée du nom"}
    for letter in verdict.letters:
        columns = {**cleaned.table.columns[letter.row.sheet], **read.columns[letter.row.sheet]}
        for role, text in texts_of(letter).items():
            if role not in columns:
                role = "referent"  # « NOM Prénom » in one cell
            place = (letter.row, f"{columns[role].letter}{letter.row.line}") if role in columns else (letter.row, "")
            own = as_text(cell_of(letter.row.sheet, role, letter.row.line, place[1])) if place[1] else ""
            assert text == own or place in said or text in made.get(place, "") or (place in cut and text in own), role


def test_the_table_is_long_and_each_case_says_what_it_is() -> None:
    assert len(CASES) >= 80
    assert len({one.what for one in CASES}) == len(CASES)
    assert all(one.wanted for one in CASES)


BY_NAME = {one.what: one for one in CASES}


@pytest.mark.parametrize(
    ("what", "code", "words"),
    [
        ("csv cp1252", ExitCode.OK, "Feuille lue – t : 1 ligne."),
        ("montant '12 50'", ExitCode.ROWS_LEFT, "« 12 50 » ne se lit pas comme un montant."),
        ("bombe d’entités", ExitCode.INPUT, "ce classeur est abîmé ou incomplet"),
        ("une colonne indispensable manque", ExitCode.INPUT, "rubrique [classeur.colonnes] (clé chef)"),
        ("dossier", ExitCode.INPUT, "c’est un dossier, pas un classeur."),
    ],
)
def test_the_command_says_it_in_french_without_a_traceback(
    what: str, code: ExitCode, words: str, tmp_path: Path, office: Callable[[Saved], bytes]
) -> None:
    path = put(BY_NAME[what], tmp_path, office)
    done = mlds("verifier", path, "--sortie", tmp_path / "sortie")
    told = " ".join(done.stderr.split())
    assert done.returncode == code, told
    assert words in told
    assert "Traceback" not in told
    assert done.stdout == ""


def test_a_column_that_is_not_recognised_is_named_in_the_settings(
    project: Path, tmp_path: Path, office: Callable[[Saved], bytes]
) -> None:
    path = put(BY_NAME["une colonne indispensable manque"], tmp_path, office)
    settings = project / "config.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        text.replace("[classeur.colonnes]", '[classeur.colonnes]\nchef = "Supérieur"'), encoding="utf-8"
    )
    done = mlds("verifier", path, cwd=project)
    assert done.returncode == ExitCode.OK, done.stderr
    assert re.search("Supérieur +│ +le chef d’établissement", done.stderr)
