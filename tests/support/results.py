"""What must be true of any results folder: each bundle its own département, each PDF its own letter."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pypdfium2
from openpyxl import load_workbook

from pipeline.french.words import typographic

LEFTOVERS = re.compile(r"\{\{|\}\}|\{%|\bNone\b|\bnan\b|·fe|\(e\)")
DOUBLE_FORM = re.compile(r"\b[Ii]l ou elle\b")


def report_of(folder: Path) -> dict[str, Any]:
    """Return rapport.json."""
    report: dict[str, Any] = json.loads((folder / "rapport.json").read_text(encoding="utf-8"))
    return report


def pdf_texts(path: Path) -> dict[str, str]:
    """Return the text of each PDF of a bundle, white space made single; U+FFFE is pdfium's hyphen at a line's end."""
    texts = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".pdf"):
                with pypdfium2.PdfDocument(archive.read(name)) as pdf:
                    texts[name] = " ".join(
                        " ".join(page.get_textpage().get_text_range() for page in pdf)
                        .replace("\ufffe\r\n", "-")
                        .split()
                    )
    return texts


def check_bundles(folder: Path) -> None:
    """Check that each bundle holds the letters of its own département and nothing else, and `lettres/` the same."""
    for lot in report_of(folder)["lots"]:
        with zipfile.ZipFile(folder / "lots" / lot["fichier"]) as archive:
            names = archive.namelist()
            manifest = json.loads(archive.read("manifeste.json"))
            letters = {name: archive.read(name) for name in names if name.endswith(".pdf")}
        own = folder / "lettres" / f"DSDEN-{lot['dsden']}"
        assert {f"lettres/{path.name}": path.read_bytes() for path in own.iterdir()} == letters
        assert len(letters) == lot["lettres"] == manifest["lettres"]
        assert all(name.startswith(f"lettres/0{lot['dsden']}") for name in letters)
        assert sorted(set(names) - set(letters)) == ["manifeste.json", f"recapitulatif_DSDEN-{lot['dsden']}.xlsx"]


def check_letters(folder: Path) -> None:
    """Check that each PDF shows the référent, school, UAI and amount of its line of the summary, and no leftover."""
    sheet = load_workbook(folder / "recapitulatif.xlsx")["Lettres"]
    header, *rows = list(sheet.iter_rows(values_only=True))
    letters = [dict(zip(header, row, strict=True)) for row in rows if row[0] and row[-1]]
    texts: dict[str, str] = {}
    for path in (folder / "lots").glob("*.zip"):
        texts |= pdf_texts(path)
    assert len(letters) == len(texts) == report_of(folder)["lignes"]["lettres"]
    for letter in letters:
        text = texts[f"lettres/{letter['Fichier']}"]
        assert typographic(f"{letter['Prénom']} {letter['Nom']}") in text
        assert typographic(" ".join(letter["Établissement"].split())) in text
        assert letter["UAI"] in text
        amount = f"{letter['Montant annuel brut']:,.2f} €".replace(",", " ").replace(".", ",")
        assert amount in text or "sans indemnité" in text
        assert LEFTOVERS.search(text) is None
        assert DOUBLE_FORM.search(text) is None or not letter["Civilité"]
