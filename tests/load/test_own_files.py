"""What this program makes is no workbook of a campaign: given back to it, each file is told for what it is."""

from __future__ import annotations

import hashlib
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.bundle.sheets import lot_sheet
from pipeline.bundle.stage import plan, write_lots
from pipeline.clean.stage import clean
from pipeline.errors import InputError
from pipeline.load.stage import load
from pipeline.model import Document
from pipeline.settings.config import Config
from pipeline.validate.stage import validate
from pipeline.xlsx.own_sheets import CLEANING, SIGN, TO_CORRECT
from support import workbooks as c
from support.program import ROOT, mlds
from support.rows import GOOD, table_of


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of a mere check."""
    folder = tmp_path_factory.mktemp("sortie")
    mlds("verifier", ROOT / "data/sample.xlsx", "--sortie", folder)
    return folder / "verification/2026-2027"


@pytest.fixture
def bundle(tmp_path: Path, config: Config) -> Path:
    """The bundle of one DSDEN, its letter invented."""
    (letter,) = validate(clean(table_of([GOOD])).table, config).letters
    pdf = tmp_path / "lettre.pdf"
    pdf.write_bytes(b"%PDF-1.7")
    (lot,) = write_lots(
        plan([Document(letter, pdf, 1, hashlib.sha256(pdf.read_bytes()).hexdigest())]), config, tmp_path / "lots"
    )
    return tmp_path / "lots" / lot.path.name


def refusal(path: Path, config: Config) -> str:
    with pytest.raises(InputError) as caught:
        load(path, config.classeur.headers_of, config.campagne.annee_scolaire)
    return str(caught.value).removeprefix(f"{path} : ")


@pytest.mark.parametrize("headers", [TO_CORRECT, CLEANING])
def test_a_list_of_the_control_saved_alone_is_told(headers: tuple[str, ...], tmp_path: Path, config: Config) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(";".join([*headers, SIGN]) + "\nErreur;Feuil1;5;RNE;A5;077;Corrigez\n", encoding="utf-8-sig")
    assert refusal(path, config).startswith("c’est une liste d’anomalies.xlsx, fichier fait par ce programme")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("recapitulatif.xlsx", "c’est un récapitulatif fait par ce programme"),
        ("rapport.html", "c’est un compte rendu fait par ce programme"),
        ("rapport.json", "c’est un compte rendu fait par ce programme"),
    ],
)
def test_a_report_is_told(checked: Path, name: str, what: str, config: Config) -> None:
    said = refusal(checked / name, config)
    assert said.startswith(what)
    assert said.endswith("Indiquez votre classeur.")


def test_a_bundle_and_what_it_holds_are_told(bundle: Path, tmp_path: Path, config: Config) -> None:
    assert refusal(bundle, config).startswith("c’est un lot fait par ce programme")
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path / "lot")
    assert refusal(tmp_path / "lot/recapitulatif_DSDEN-77.xlsx", config).startswith("c’est un récapitulatif")
    assert refusal(tmp_path / "lot/manifeste.json", config).startswith("c’est un compte rendu")


def test_a_summary_saved_as_text_is_told_too(tmp_path: Path, config: Config) -> None:
    (letter,) = validate(clean(table_of([GOOD])).table, config).letters
    content = lot_sheet(config, "77", [("lettres/x.pdf", Document(letter, Path("x.pdf"), 1, ""))])
    (tmp_path / "r.csv").write_bytes(c.converted(tmp_path, "csv", content)[0])
    assert refusal(tmp_path / "r.csv", config).startswith("c’est un récapitulatif")


def test_the_journal_is_told(tmp_path: Path, config: Config) -> None:
    with closing(sqlite3.connect(tmp_path / "journal.sqlite")) as journal:
        journal.execute("create table passages (n)")
    assert "comme le journal de ce programme" in refusal(tmp_path / "journal.sqlite", config)


def test_the_column_of_files_alone_makes_no_summary(make_workbook: Callable[..., Path], config: Config) -> None:
    path = make_workbook([[*c.HEAD, "Fichier", "DSDEN"], [*c.ROW, "x.pdf", "77"]])
    assert len(load(path, config.classeur.headers_of).rows) == 1
