"""Sheets that hold a table and are left out: by their name, their year, out of Excel's sight; each is said."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from struct import pack

import pytest

from pipeline.errors import ConfigError, ExitCode, InputError
from pipeline.load.notices import of_reading
from pipeline.load.stage import load
from pipeline.settings.config import read_config
from pipeline.table import SHEET, Table
from support.program import mlds
from support.workbooks import HEAD, Rows, book, converted, heads, patched, row, text_table, xlsx
from support.xlsb import Xlsb

A, B = [HEAD, row()], [HEAD, row(uai="0939999N", referent_nom="Autre")]
YEAR = "2026-2027"
PUT_ASIDE = [
    "Ancien", "Anciens", "ancienne liste", "Liste (ancienne)", "Brouillon", "BROUILLONS", "brouillon 2", "Archive", "Archives 77",
    "archivé", "Sauvegarde", "sauvegarde du 12 sept", "Référents - Copie", "Copie de Référents", "Référents (copie)", "Ne pas utiliser",
    "NE PAS TOUCHER", "ne plus utiliser", "À supprimer", "Vieux", "Anc.", "à ignorer", "Année dernière", "Historique", "Test", "Référents N-1", "Référents_old",
    "V1", "v2 ancienne", "Version 3", "tmp", "SVG", "Histo", "histo_77", "old", "bak",
]  # fmt: skip
READ = [
    "Référents", "77", "Seine-et-Marne", "Liste n°1", "Feuil1", "Ancenis", "Attestations", "Copieux", "2026-2027", "26-27", "Rentrée 2026",
    "36-37", "16-17", "Mission 2027", "Villeneuve-le-Vieil", "Testard", "Liste_2", "Référents V2", "Val-de-Marne V1", "Histoire", "Temps partiel", "RS26",
]  # fmt: skip


def none_declared(role: str) -> Sequence[str]:
    """Return the headers that config.toml declares: none."""
    return ()


def read(tmp_path: Path, sheets: Mapping[str, Rows], annee: str = YEAR, a_lire: Sequence[str] = ()) -> Table:
    path = tmp_path / "campagne.xlsx"
    path.write_bytes(book(sheets))
    return load(path, none_declared, annee, a_lire)


def sheets_of(table: Table) -> list[str]:
    return list(dict.fromkeys(table.rows[SHEET]))


@pytest.mark.parametrize("name", PUT_ASIDE)
def test_a_sheet_put_aside_by_its_name_is_left_out_and_said(name: str, tmp_path: Path) -> None:
    table = read(tmp_path, {"Référents": A, name: B})
    assert sheets_of(table) == ["Référents"]
    (said,) = table.notices
    assert said.startswith(f"Attention : la feuille « {name} » n’a pas été lue : ")
    assert f'feuilles_a_lire = ["{name}"]' in said
    assert sheets_of(read(tmp_path, {"Référents": A, name: B}, a_lire=[name.upper()])) == ["Référents", name]


@pytest.mark.parametrize("name", READ)
def test_another_name_is_read(name: str, tmp_path: Path) -> None:
    assert sheets_of(read(tmp_path, {"Deux": A, name: B})) == ["Deux", name]


@pytest.mark.parametrize(
    "name",
    [
        "2025-2026",
        "2025-26",
        "25-26",
        "Rentrée 2025",
        "Référents 2024",
        "2025_2026",
        "2027-2028",
        "2019-2020",
        "RS25",
        "RS 25",
        "Rentrée 25",
    ],
)
@pytest.mark.parametrize("own", ["2026-2027", "Référents"])
def test_a_sheet_of_another_year_beside_one_of_the_campaign_is_left_out(name: str, own: str, tmp_path: Path) -> None:
    table = read(tmp_path, {name: B, own: A})
    assert sheets_of(table) == [own]
    assert "d’une autre année que 2026-2027" in table.notices[0]
    assert sheets_of(read(tmp_path, {name: B, own: A}, a_lire=[name])) == [name, own]


def test_a_title_tells_the_year_of_a_sheet_too(tmp_path: Path) -> None:
    table = read(tmp_path, {"77": [["Référents, année 2025-2026"], *B], "93": [["Référents 2026-2027"], *A]})
    assert sheets_of(table) == ["93"]
    both = {"77": [["Comparé à 2025-2026"], ["Année 2026-2027"], *B], "93": A}
    assert sheets_of(read(tmp_path, both)) == ["77", "93"]


@pytest.mark.parametrize(
    "title", ["2025 2026", "25/26", "Référents 25-26", "N-1", "Liste N - 1", "RS25", "année 2025/26"]
)
def test_a_title_may_shorten_the_year(title: str, tmp_path: Path) -> None:
    assert sheets_of(read(tmp_path, {"77": [[title], *B], "93": A})) == ["93"]
    (said,) = read(tmp_path, {"77": [[title], *B]}).notices
    assert "parle de 2025-2026, mais la campagne de config.toml est 2026-2027" in said


@pytest.mark.parametrize(
    "title",
    [
        "26/27",
        "2026 2027",
        "2026-2027 (rappel N-1 en M)",
        "77/78",
        "les 25-26 septembre",
        "25/26/2026",
        "25/09",
        "n° 1",
    ],
)
def test_another_title_is_no_other_year(title: str, tmp_path: Path) -> None:
    table = read(tmp_path, {"77": [[title], *B], "93": A})
    assert (sheets_of(table), table.notices) == (["77", "93"], ())


@pytest.mark.parametrize("name", ["V1", "tmp", "SVG", "Histo", "RS25"])
def test_such_a_sheet_alone_is_read(name: str, tmp_path: Path) -> None:
    assert sheets_of(read(tmp_path, {name: A})) == [name]


def test_one_year_all_over_leaves_no_sheet_out_and_is_said(tmp_path: Path) -> None:
    table = read(tmp_path, {"2025-2026": A, "25-26 suite": B})
    assert len(sheets_of(table)) == 2
    assert "mais la campagne de config.toml est 2026-2027" in table.notices[0]
    assert sheets_of(read(tmp_path, {"2025-2026": A, "2026-2027": B}, annee="")) == ["2025-2026", "2026-2027"]


def test_a_sheet_left_out_may_lack_a_column(tmp_path: Path) -> None:
    faulty = [heads(chef="Supérieur"), row()]
    for name in ("Brouillon", "2025-2026"):
        assert sheets_of(read(tmp_path, {"Référents": A, name: faulty})) == ["Référents"]


def secret(kind: str) -> bytes:
    """Return a workbook of this kind whose second sheet cannot be shown by Excel's menus."""
    content = book({"Référents": A, "Vues": B}, lambda made: setattr(made["Vues"], "sheet_state", "veryHidden"))
    usual, macro = "openxmlformats-officedocument.spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main"
    return patched(content, lambda xml: xml.replace(usual, macro) if kind == "xlsm" else xml, "[Content_Types].xml")


@pytest.mark.parametrize("kind", ["xlsx", "xlsm"])
def test_a_sheet_that_the_menus_cannot_show_is_left_out(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"campagne.{kind}"
    path.write_bytes(secret(kind))
    table = load(path, none_declared, YEAR)
    assert sheets_of(table) == ["Référents"]
    assert "« Vues » n’a pas été lue : elle est cachée, et les menus d’Excel" in table.notices[0]
    assert sheets_of(load(path, none_declared, YEAR, ["Vues"])) == ["Référents", "Vues"]


def test_neither_is_it_in_an_xls(tmp_path: Path) -> None:
    (content,) = converted(tmp_path, "xls", book({"Référents": A, "Vues": B}))
    name = b"\x04\x00Vues"
    at = content.index(name)
    assert content[at - 2] == 0, "the sheet is visible: [MS-XLS] 2.4.28, hsState"
    path = tmp_path / "campagne.xls"
    path.write_bytes(content[: at - 2] + pack("B", 2) + content[at - 1 :])
    assert sheets_of(load(path, none_declared, YEAR)) == ["Référents"]


def test_nor_in_an_xlsb(tmp_path: Path) -> None:
    path = tmp_path / "campagne.xlsb"
    path.write_bytes(Xlsb(A, state=2).content())
    with pytest.raises(InputError, match="« Référents » : elle est cachée"):
        load(path, none_declared, YEAR)
    path.write_bytes(Xlsb(A, state=1).content())
    assert sheets_of(load(path, none_declared, YEAR)) == ["Référents"]


def test_nothing_left_stops_the_run_and_says_how_to_read_it(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, {"Copie": A, "Brouillon": B, "Lisez-moi": [["bonjour"]]})
    said = str(caught.value)
    assert "toutes les feuilles qui ont un tableau sont mises de côté (« Copie » : son nom dit" in said
    assert 'feuilles_a_lire = ["Copie", "Brouillon"]' in said


def test_a_file_named_on_the_command_line_is_read_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "copie 2025-2026.csv"
    path.write_bytes(text_table(A))
    assert len(load(path, none_declared, YEAR).rows) == 1
    path = tmp_path / "copie.xlsx"
    path.write_bytes(xlsx(A))
    assert len(load(path, none_declared, YEAR).rows) == 1


def test_a_sheet_that_config_toml_calls_in_vain_is_said(tmp_path: Path) -> None:
    (said,) = read(tmp_path, {"Référents": A}, a_lire=["Copie"]).notices
    assert "demande de lire la feuille « Copie »" in said


def test_a_name_with_quotes_is_written_as_toml_wants(tmp_path: Path) -> None:
    (said,) = read(tmp_path, {"Référents": A, 'Copie "bis"': B}).notices
    assert 'feuilles_a_lire = ["Copie \\"bis\\""]' in said


def test_each_sheet_read_is_named_with_its_rows_and_the_columns_not_read(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        {
            "77": [[*HEAD, "Bassin"], [*row(), "Nord"]],
            "93": [HEAD, row(), row()],
            "94": [[*HEAD, "Bassin"], [*row(), "Sud"]],
        },
    )
    assert [said.replace("\u00a0", " ") for said in of_reading(table)] == [
        "Feuilles lues – 77 : 1 ligne, 93 : 2 lignes, 94 : 1 ligne.",
        "Colonnes non lues (sauf par un gabarit qui les nomme), feuilles « 77 » et « 94 » : « Bassin » (M).",
    ]


def test_the_terminal_and_the_report_say_it(project: Path) -> None:
    (project / "campagne.xlsx").write_bytes(book({"Référents": [[*HEAD, "Bassin"], [*row(), "Nord"]], "Sauvegarde": B}))
    done = mlds("verifier", "campagne.xlsx", cwd=project)
    assert done.returncode == ExitCode.OK, done.stderr
    folder = project / "sortie/verification/2026-2027"
    page = html.unescape((folder / "rapport.html").read_text(encoding="utf-8"))
    for said in ("Feuille lue – Référents : 1 ligne", "« Bassin » (M)", "la feuille « Sauvegarde » n’a pas été lue"):
        assert said in " ".join(done.stderr.split())
        assert said in " ".join(page.split())
    assert json.loads((folder / "rapport.json").read_text(encoding="utf-8"))["lignes"]["lues"] == 1


def test_config_toml_is_strict_about_the_sheets_to_read(project: Path) -> None:
    path = project / "config.toml"
    settings = path.read_text(encoding="utf-8")
    path.write_text(settings.replace("feuilles_a_lire = []", 'feuilles_a_lire = "Copie"'), encoding="utf-8")
    with pytest.raises(ConfigError, match="feuilles_a_lire"):
        read_config(path)
    path.write_text(settings.replace("feuilles_a_lire = []", 'feuilles_a_lire = ["Copie"]'), encoding="utf-8")
    assert read_config(path).classeur.feuilles_a_lire == ("Copie",)
