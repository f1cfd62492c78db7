from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from pipeline.bundle.differences import Comparaison, Depuis, Detail, Difference, Genre
from pipeline.errors import OutputError
from pipeline.model import Retrait, Severity
from pipeline.settings.config import Config
from pipeline.summarize.anomalies import anomalies_xlsx
from pipeline.summarize.machine import rapport_json
from pipeline.summarize.page import LIST_MAX, rapport_html
from pipeline.summarize.stage import summarize
from pipeline.summarize.summary import Summary
from pipeline.summarize.workbook import recapitulatif
from pipeline.uai import key_of
from pipeline.xlsx.comments import AUTHOR
from support.invented_runs import of_file, summary_of
from support.rows import GOOD, HEADERS

FORMULA = "=cmd|'/c calc'!A0"
ROWS: list[dict[str, Any]] = [
    GOOD,
    GOOD | {"referent_nom": FORMULA},
    GOOD | {"uai": "0779999B", "referent_nom": "<script>alert(1)</script>"},
    GOOD | {"referent_nom": "  À pourvoir", "referent_prenom": "", "referent_civilite": ""},
    GOOD,
    GOOD
    | {
        "uai": f"0939999{key_of('0939999')}",
        "commune": "Villemomble",
        "referent_fonction": "@CPE",
        "etablissement": "Lycée +Bel",
        "referent_prenom": "Zoé",
        "imp": "1/4",
        "montant": 312.5,
    },
]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """The rows above as the user's workbook, a formula in a last column of its first row."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Référents"
    for place, header in enumerate(HEADERS.values(), 1):
        sheet.cell(4, place, header)
    for line, row in enumerate(ROWS, 5):
        for place, role in enumerate(HEADERS, 1):
            sheet.cell(line, place, row[role])
            if isinstance(row[role], str):
                sheet.cell(line, place).data_type = "s"
    sheet.cell(5, 14, "=L5*2").number_format = "0.00"
    sheet.column_dimensions["B"].width = 37
    path = tmp_path / "classeur.xlsx"
    book.save(path)
    return path


@pytest.fixture
def summary(config: Config, workbook: Path, tmp_path: Path) -> Summary:
    """What a whole run over those rows gives, its bundles invented."""
    changed = Difference(
        Genre.MODIFIEE, "0771357Y", "=Collège", "Mme Anne Un", "Mme Anne Un", (Detail("montant", "625,00 €", "<b>"),)
    )
    since = Comparaison("77", Depuis.ENVOI, datetime(2026, 9, 3, 8), (changed,))
    return of_file(replace(summary_of(ROWS, config, tmp_path), differences=(since,)), workbook)


def test_the_page_tells_what_changed_since_the_sending(summary: Summary) -> None:
    page = Reader(rapport_html(summary).decode())
    assert "DSDEN 77\u00a0: 1\u00a0modifiée depuis l’envoi du 3\u00a0septembre\u00a02026" in page.text
    assert "montant\u00a0: 625,00 € → <b>" in page.text
    assert "Ce qui a changé" not in Reader(rapport_html(replace(summary, differences=())).decode()).text


class Reader(HTMLParser):
    """Collects the tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_four_reports_are_written_and_the_same_each_time(summary: Summary, tmp_path: Path) -> None:
    names = summarize(summary, tmp_path / "un")
    assert sorted(names) == ["anomalies.xlsx", "rapport.html", "rapport.json", "recapitulatif.xlsx"]
    assert {path.name for path in (tmp_path / "un").iterdir()} == set(names)
    summarize(summary, tmp_path / "deux")
    assert all((tmp_path / "un" / name).read_bytes() == (tmp_path / "deux" / name).read_bytes() for name in names)


def test_a_report_that_cannot_be_written_is_said_under_its_own_name(summary: Summary, tmp_path: Path) -> None:
    (tmp_path / "pret").mkdir()
    (tmp_path / "pret/recapitulatif.xlsx").mkdir()
    with pytest.raises(OutputError, match=r"2026-2027/recapitulatif\.xlsx » : un dossier porte déjà le nom"):
        summarize(summary, tmp_path / "pret")


def test_no_date_of_today_is_left_in_the_workbooks(summary: Summary) -> None:
    for data in (recapitulatif(summary), anomalies_xlsx(summary)):
        with ZipFile(BytesIO(data)) as archive:
            assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            dates = re.findall(rb"<dcterms:\w+[^>]*>([^<]+)", archive.read("docProps/core.xml"))
        assert dates == [b"2026-09-01T00:00:00Z"] * 2


def test_rapport_json_counts_every_row_once(summary: Summary) -> None:
    report = json.loads(rapport_json(summary, {}))
    assert list(report) == [
        "classeur",
        "origine",
        "fait_le",
        "annee_scolaire",
        "lignes",
        "lots",
        "rectificatifs",
        "differences",
        "fichiers",
        "colonnes",
        "anomalies",
    ]
    assert report["lignes"] == {"lues": 6, "lettres": 2, "a_pourvoir": 1, "rejetees": 2, "ignorees": 1}
    assert report["differences"] == [
        {
            "dsden": "77",
            "depuis": "envoi",
            "quand": "2026-09-03T08:00:00",
            "changements": [
                {
                    "genre": "modifiée",
                    "uai": "0771357Y",
                    "etablissement": "=Collège",
                    "referent_avant": "Mme Anne Un",
                    "referent": "Mme Anne Un",
                    "details": [{"champ": "montant", "avant": "625,00 €", "apres": "<b>"}],
                }
            ],
        }
    ]
    assert report["lots"][1] == {
        "dsden": "93",
        "fichier": "DSDEN-93_2026-2027.zip",
        "lettres": 1,
        "montant_total": "312.50",
        "octets": 36_000,
        "sha256": "ab" * 32,
    }
    assert [one["ligne"] for one in report["anomalies"]] == sorted(one["ligne"] for one in report["anomalies"])
    assert set(report["anomalies"][0]) == {
        "feuille", "ligne", "colonne", "code", "gravite", "message", "uai", "etablissement", "referent", "verifie",
    }  # fmt: skip
    errors = {one["ligne"] for one in report["anomalies"] if one["gravite"] == "erreur"}
    assert errors == {ref.line for ref in summary.verdict.rejected}


def test_recapitulatif_holds_tables_totals_and_text_that_stays_text(summary: Summary) -> None:
    data = recapitulatif(summary)
    book, values = openpyxl.load_workbook(BytesIO(data)), openpyxl.load_workbook(BytesIO(data), data_only=True)
    assert book.sheetnames == ["Synthèse", "Lettres", "À pourvoir", "À corriger", "Différences"]
    letters = values["Lettres"]
    assert [letters["A2"].value, letters["C3"].value, letters["H3"].value] == ["77", "Lycée +Bel", "@CPE"]
    assert (letters["J3"].value, letters["K3"].value, letters["L3"].value) == (0.25, 312.5, "0939999N_Exemple_Zoe.pdf")
    assert letters["K4"].value == 937.5
    assert book["Lettres"]["K4"].value == "=SUBTOTAL(109,Lettres[Montant annuel brut])"
    assert [cell.value for cell in values["Synthèse"][6]] == ["93", "DSDEN de la Seine-Saint-Denis", 1, 312.5, 0, 0]
    formulas = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert all(re.match(r"=(SUBTOTAL\(109|COUNTIFS|SUMIFS)", formula) for formula in formulas)
    changed = [cell.value for cell in values["Différences"][2]]
    assert changed[1:5] == ["77", "0771357Y", "=Collège", "modifiée"]
    assert changed[7] == "montant : 625,00 € → <b>"
    said = [row[-1].value for row in values["À corriger"].iter_rows(min_row=2)]
    assert len(said) == 2
    assert FORMULA in said[0]


def test_anomalies_keeps_the_workbook_and_marks_each_faulty_cell(summary: Summary) -> None:
    book = openpyxl.load_workbook(BytesIO(anomalies_xlsx(summary)))
    assert book.sheetnames == ["À corriger", "Référents", "Nettoyage"]
    sheet = book["Référents"]
    assert [sheet.cell(5, place).value for place in range(1, 13)] == list(GOOD.values())
    assert sheet.column_dimensions["B"].width == 37
    assert (sheet["H6"].value, sheet["H6"].data_type, bool(sheet["H6"].quotePrefix)) == (FORMULA, "s", True)
    for anomaly in summary.of(Severity.ERREUR):
        cell = sheet[anomaly.cell]
        assert anomaly.message in cell.comment.text
        assert cell.fill.fgColor.rgb == "FFFFC7CE"
    assert sheet["H5"].comment is None
    listed = book["À corriger"]
    assert listed["F2"].value == FORMULA
    assert listed["F2"].data_type == "s"
    links = [cell.hyperlink.location for (cell,) in listed.iter_rows(min_row=2, min_col=5, max_col=5)]
    assert links[0] == "'Référents'!H6"
    assert [bool(sheet.sheet_view.tabSelected) for sheet in book.worksheets] == [True, False, False]
    changes = [tuple(cell.value for cell in row) for row in book["Nettoyage"].iter_rows(min_row=2)]
    assert [row[1] for row in changes] == [change.cell for change in summary.changes]


def test_anomalies_given_back_takes_its_old_marks_away(summary: Summary, tmp_path: Path) -> None:
    again = tmp_path / "anomalies.xlsx"
    again.write_bytes(anomalies_xlsx(summary))
    book = openpyxl.load_workbook(again)
    book["Référents"]["H5"].comment = openpyxl.comments.Comment("Ancien", AUTHOR)
    book.save(again)
    second = of_file(summary, again)
    book = openpyxl.load_workbook(BytesIO(anomalies_xlsx(second)))
    assert book.sheetnames == ["À corriger", "Référents", "Nettoyage"]
    assert book["Référents"]["H5"].comment is None
    assert book["Référents"]["H6"].comment.text.count("Erreur") == 1


def test_formulas_keep_the_results_they_had(summary: Summary) -> None:
    path = summary.workbook
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = re.sub(rb"(<f>L5\*2</f>)<v ?/?>(</v>)?", rb"\1<v>1250</v>", parts[sheet])
    with ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    data = BytesIO(anomalies_xlsx(of_file(summary, path)))
    assert openpyxl.load_workbook(data)["Référents"]["N5"].value == "=L5*2"
    assert openpyxl.load_workbook(data, data_only=True)["Référents"]["N5"].value == 1250


def test_a_workbook_that_is_no_longer_the_one_read_is_laid_out_at_the_same_addresses(summary: Summary) -> None:
    summary.workbook.write_bytes(b"not a workbook at all")
    book = openpyxl.load_workbook(BytesIO(anomalies_xlsx(summary)))
    assert book.sheetnames == ["À corriger", "Référents", "Nettoyage"]
    sheet = book["Référents"]
    assert [sheet.cell(4, place).value for place in range(1, 13)] == list(HEADERS.values())
    assert (sheet["H6"].value, sheet["H6"].data_type) == (FORMULA, "s")
    assert sheet["H8"].value == "  À pourvoir"
    assert "Erreur" in sheet["H6"].comment.text


def test_a_fault_inside_merged_cells_is_marked_on_their_first_one(summary: Summary) -> None:
    book = openpyxl.load_workbook(summary.workbook)
    book["Référents"].merge_cells("G6:H6")
    book.save(summary.workbook)
    marked = openpyxl.load_workbook(BytesIO(anomalies_xlsx(of_file(summary, summary.workbook))))["Référents"]
    assert "Erreur" in marked["G6"].comment.text


def test_the_page_answers_first_escapes_cells_and_asks_nothing_of_the_network(summary: Summary) -> None:
    page = rapport_html(summary).decode()
    reader = Reader(page)
    assert "<script>alert(1)</script>" in reader.text
    assert ("html", {"lang": "fr"}) in reader.tags
    assert not [
        attrs for _, attrs in reader.tags if re.match(r"(https?:)?//", (attrs.get("href") or attrs.get("src") or ""))
    ]
    assert not {tag for tag, _ in reader.tags} & {"link", "iframe"}
    assert all((attrs["src"] or "").startswith("data:image/png;base64,") for tag, attrs in reader.tags if tag == "img")
    assert all("scope" in attrs for tag, attrs in reader.tags if tag == "th")
    levels = [int(tag[1]) for tag, _ in reader.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    identities = [attrs["id"] for _, attrs in reader.tags if "id" in attrs]
    assert len(identities) == len(set(identities))
    answer = reader.text[reader.text.index("compte rendu du") :]
    assert re.search(
        r"lundi 14\sseptembre\s2026 à 10\sh\s05\s+2 lettres prêtes\s+2 lignes à corriger, sans lettre\s", answer
    )
    assert page.index("Que faire maintenant") < page.index('id="vue"') < page.index('id="corriger"')
    hrefs = {attrs["href"] for tag, attrs in reader.tags if tag == "a"}
    assert {
        "anomalies.xlsx",
        "recapitulatif.xlsx",
        "lots/DSDEN-77_2026-2027.zip",
        "lettres/DSDEN-77/0779999A_Exemple_Anne.pdf",
    } <= hrefs
    assert all(
        (attrs["href"] or "").startswith("#") or attrs["href"] in hrefs for tag, attrs in reader.tags if tag == "a"
    )


def test_the_browser_may_run_the_script_of_the_page_and_no_other(summary: Summary) -> None:
    page = rapport_html(summary).decode()
    for name in ("style", "script"):
        (text,) = re.findall(rf"<{name}>(.*?)</{name}>", page, re.DOTALL)
        digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name}-src &#39;sha256-{digest}&#39;" in page
    (policy,) = [attrs["content"] for tag, attrs in Reader(page).tags if "http-equiv" in attrs]
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    # In order for it to hold for all that follows.
    assert page.index("Content-Security-Policy") < page.index("<style>")


def test_a_corrective_bundle_is_told_under_the_full_one_and_not_counted_twice(summary: Summary) -> None:
    full = summary.lots[0]
    name = f"DSDEN-{full.dsden}_2026-2027_rectificatif-2.zip"
    corrective = replace(
        full, path=Path(name), numero=2, retraits=(Retrait("x.pdf", "0779998Z", "Collège", "M. Paul Modèle", ""),)
    )
    page = rapport_html(replace(summary, rectificatifs=(corrective,))).decode()
    table = Reader(page[page.index('<table class="empile lots"') : page.index('id="pourvoir"')]).text
    told = " ".join(table.replace("\u00a0", " ").split())
    assert re.search(r"77, Seine-et-Marne DSDEN-77_2026-2027\.zip 1 625,00 € 36 Ko la DSDEN a déjà reçu un lot", told)
    assert f"rectificatif n° 2, avec 1 retrait {name} 1 625,00 € 36 Ko pas encore envoyéce.77mlds" in told
    assert "Total des lots complets2 lots2937,50 €" in told
    assert page.count("<!--envoi:77-->") == 1


def test_the_charts_and_the_list_tell_the_letters(summary: Summary) -> None:
    page = rapport_html(summary).decode()
    bars = re.findall(
        r'<th scope="row">([^<]+).*?valeur">(\d+)<.*?width="([\d.]+)".*?valeur">(.*?)<.*?width="([\d.]+)"', page, re.S
    )
    assert [(name, count, part) for name, count, part, *_ in bars] == [
        ("77, Seine-et-Marne", "1", "100.0"),
        ("93, Seine-Saint-Denis", "1", "100.0"),
        ("94, Val-de-Marne", "0", "0.0"),
        ("quart de taux", "1", "100.0"),
        ("demi-taux", "1", "100.0"),
    ]
    assert [part for *_, part in bars] == ["100.0", "50.0", "0.0", "50.0", "100.0"]
    listed = re.findall(r'<tr data-dsden="(\d+)" data-taux="([^"]+)"><th scope="row">(.*?)</th>', page)
    assert listed == [("77", "demi-taux", "Mme Anne Exemple"), ("93", "quart de taux", "Mme Zoé Exemple")]


def test_a_mere_verification_promises_no_bundle(summary: Summary) -> None:
    checked = replace(summary, documents=(), lots=())
    text = Reader(rapport_html(checked).decode()).text
    assert "lettres peuvent être produites" in text
    assert "mlds produire" in text
    assert "lettres prêtes" not in text
    assert json.loads(rapport_json(checked, {}))["lots"] == []


def test_a_long_list_is_cut_in_the_page_and_says_so(summary: Summary) -> None:
    many = tuple(replace(summary.changes[0], after=f"valeur {number}") for number in range(LIST_MAX + 1))
    text = Reader(rapport_html(replace(summary, changes=many, notices=("Une police manque.",))).decode()).text
    assert f"valeur {LIST_MAX - 1}" in text
    assert f"valeur {LIST_MAX}" not in text
    assert "la liste entière est dans anomalies.xlsx" in text
    assert "Une police manque." in text


def test_what_was_read_and_may_surprise_is_said_in_the_page_and_not_in_the_json(summary: Summary) -> None:
    told = replace(summary, table=replace(summary.table, unread=("Consignes",), notices=("Deux feuilles ont servi.",)))
    text = Reader(rapport_html(told).decode()).text
    assert "Deux feuilles ont servi." in text
    assert "«\u00a0Consignes\u00a0»" in text
    assert rapport_json(told, {}) == rapport_json(summary, {})


def test_a_run_of_one_dsden_says_so_and_shows_no_other(summary: Summary) -> None:
    one = replace(summary, dsden=("77",), notices=("Une police manque.",))
    assert [sentence[:48] for sentence in one.facts] == [
        "Ce passage ne porte que sur la DSDEN 77 : les lo",
        "Feuille lue – Référents : 6\u00a0lignes.",
    ]
    assert one.warnings == ("Une police manque.",)
    page = rapport_html(one).decode()
    assert "Seine-et-Marne" in page
    assert "Val-de-Marne" not in page
    synthese = openpyxl.load_workbook(BytesIO(recapitulatif(one)))["Synthèse"]
    assert [row[0] for row in synthese.iter_rows(min_row=4, max_row=6, values_only=True)] == ["DSDEN", "77", "Total"]
