"""Files that hold no campaign: each is told what it is, or what was found in it, and how the command ends."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.errors import ConfigError, ExitCode, InputError
from pipeline.load.stage import load
from pipeline.settings.config import read_config
from support.program import mlds
from support.workbooks import HEAD, ROW, converted, row, table, xlsx


def none_declared(role: str) -> Sequence[str]:
    """Return the headers that config.toml declares: none."""
    return ()


def refusal(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        load(path, none_declared)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"Produit;Prix\r\nPomme;3\r\n", "« Produit », « Prix »"),
        (b"Produit,Prix\nPomme,3\nPoire,4\n", "« Produit », « Prix »"),
        (b"a\tb\tc\n1\t2\t3\n", "« a », « b », « c »"),
        (b"\xef\xbb\xbfProduit;Pr\xc3\xa9vu;Stock;Date\r\nPomme;3;4;2026\r\n", "« Produit », « Prévu », « Stock », « Date »"),
    ],
)  # fmt: skip
def test_a_csv_with_unknown_headers_is_told_what_was_found(content: bytes, found: str, tmp_path: Path) -> None:
    said = refusal(tmp_path / "autre.csv", content)
    assert f"Première ligne remplie : {found}" in said
    assert "n’est pas un classeur" not in said


def test_a_long_first_line_is_cut(tmp_path: Path) -> None:
    said = refusal(tmp_path / "t.xlsx", xlsx([[], [f"Colonne {number} {'x' * 60}" for number in range(30)]]))
    assert said.count("« Colonne") == 12
    assert ", …. Il faut" in said


def test_a_text_without_columns_is_no_workbook(tmp_path: Path) -> None:
    assert "n’est pas un classeur Excel" in refusal(tmp_path / "t.csv", b"Bonjour,\r\nvoici le tableau.\r\n")


def test_flat_files_of_libreoffice_are_told_apart(tmp_path: Path) -> None:
    (flat,) = converted(tmp_path, "fods", table(ROW))
    said = refusal(tmp_path / "campagne.fods", flat)
    assert "Ouvrez-le dans LibreOffice, enregistrez-le au format .xlsx ou .ods" in said
    letter = flat.replace(b"opendocument.spreadsheet", b"opendocument.text")
    assert "LibreOffice" not in refusal(tmp_path / "lettre.fodt", letter)


def test_a_workbook_with_headers_and_no_row_ends_with_code_1(project: Path) -> None:
    (project / "vide.xlsx").write_bytes(xlsx([HEAD]))
    done = mlds("verifier", "vide.xlsx", cwd=project)
    assert done.returncode == ExitCode.ROWS_LEFT
    assert "n’a aucune ligne sous ses en-têtes" in " ".join(done.stderr.split())
    assert "mlds produire" not in done.stderr
    vacant = row(referent_nom="À pourvoir", referent_prenom="", referent_civilite="")
    (project / "vacant.xlsx").write_bytes(table(vacant))
    assert mlds("verifier", "vacant.xlsx", cwd=project).returncode == ExitCode.OK


@pytest.mark.parametrize("written", ["2026/2027", "2026 - 2027", "2026–2027", " 2026-2027 "])
def test_a_school_year_may_be_written_otherwise_in_config_toml(written: str, project: Path) -> None:
    path = project / "config.toml"
    settings = path.read_text(encoding="utf-8")
    path.write_text(settings.replace('annee_scolaire = "2026-2027"', f'annee_scolaire = "{written}"'), encoding="utf-8")
    config = read_config(path)
    assert (config.campagne.annee_scolaire, config.dossier_annee.name) == ("2026-2027", "2026-2027")


@pytest.mark.parametrize("written", ["2026/2028", "2026", "2026:2027", "../2026-2027", "26/27"])
def test_another_school_year_is_refused(written: str, project: Path) -> None:
    path = project / "config.toml"
    settings = path.read_text(encoding="utf-8")
    path.write_text(settings.replace('annee_scolaire = "2026-2027"', f'annee_scolaire = "{written}"'), encoding="utf-8")
    with pytest.raises(ConfigError, match="deux années qui se suivent"):
        read_config(path)
