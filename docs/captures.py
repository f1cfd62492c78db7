"""Make the pictures of docs/images, and docs/en_bref.png for the README, from the sample: `make captures`.

All show real results. The browser of the tests takes the page and lays out what needs Excel or a mail program to be
seen (a marked sheet with its comment, a draft); LibreOffice prints the summary; the terminal is kept as SVG.
"""

from __future__ import annotations

import base64
import contextlib
import email
import email.policy
import io
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from html import escape
from pathlib import Path

import openpyxl
import pypdfium2
from openpyxl.cell import Cell
from PIL import Image, ImageChops, ImageOps
from PIL.Image import Quantize
from playwright.sync_api import Browser
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console

RACINE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(RACINE / "tests"))

from pipeline.campaign.starter import lay  # noqa: E402
from pipeline.cli.envoyer import send_bundles  # noqa: E402
from pipeline.cli.produire import show_production  # noqa: E402
from pipeline.cli.screen import Terminal  # noqa: E402
from pipeline.progress import Clock  # noqa: E402
from pipeline.run import Request, produce  # noqa: E402
from pipeline.send.stage import Demande  # noqa: E402
from pipeline.settings.config import read_config  # noqa: E402
from support import chromium  # noqa: E402 — the tests have LibreOffice and the browser at hand
from support.workbooks import converted  # noqa: E402

IMAGES = RACINE / "docs/images"
COLONNES = 100
COULEURS = 160
"""A page of text needs no more, and its picture is then half as large."""
LIGNES, COLONNES_LUES = range(4, 22), "ABIJM"
"""What is shown of anomalies.xlsx: its headers and first rows, the columns that fit."""
VOLETS = (
    ("anomalies", 520, "1. What is wrong, in your own workbook"),
    ("lettre", 430, "2. The letter, read back"),
    ("brouillon", 480, "3. The message, one for each DSDEN"),
)
_STYLE = """<!DOCTYPE html><meta charset="utf-8"><style>
body{margin:0;background:#fff;font:14px Arial,"Liberation Sans",sans-serif;width:max-content}
table{border-collapse:collapse}td,th{border:1px solid #d0d3d9;padding:3px 7px;white-space:nowrap;font-weight:normal}
th{background:#eef0f3;color:#555;text-align:center}.nombre{text-align:right}.tete td{font-weight:bold}
.note{position:absolute;right:0;top:100%;z-index:1;width:290px;white-space:normal;text-align:left;
background:#ffffe1;border:1px solid #777;padding:8px;box-shadow:3px 3px 5px #0003}
.coin{position:relative;background-image:linear-gradient(225deg,#c00 6px,transparent 6px)}
.courriel{width:600px;border:1px solid #bbb}.courriel dl{margin:0;padding:10px 14px;background:#f3f4f7}
dt{float:left;width:62px;color:#666}dd{margin:0 0 4px 62px}
.courriel pre{margin:0;padding:14px;font:inherit;white-space:pre-wrap}
.piece{border:1px solid #bbb;border-radius:4px;padding:2px 8px;background:#fff}
.volets{display:flex;gap:22px;padding:14px;align-items:flex-start}
figure{margin:0}figcaption{font-size:17px;padding:0 0 8px}
figure div{height:430px;overflow:hidden;border:1px solid #bbb}figure img{display:block}
</style>"""
_POLICE = re.compile(r"\s*@font-face \{\{.*?\}\}", re.DOTALL)
"""Rich would fetch its typeface from elsewhere; whoever looks has one of their own."""


class _SansBarre(Terminal):
    """A terminal without its moving bars: a picture holds the lines that stay."""

    def start(self, name: str, total: int | None = None) -> None:
        self._name, self._began = name, time.monotonic()


def main() -> None:
    """Work in a new folder, as somebody who begins, and leave only the pictures."""
    if manque := chromium.why_not():
        sys.exit(manque)
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as dossier, contextlib.chdir(dossier):
        lay(Path(dossier))
        _terminal("terminal_produire", "mlds produire exemple.xlsx", _produire)
        _brouillons(Path(dossier, "config.toml"))
        sortie = Path(dossier, "sortie/2026-2027")
        _lettre(min((sortie / "lettres/DSDEN-77").glob("*.pdf")))
        _feuille(sortie / "recapitulatif.xlsx", Path(dossier) / "impression")
        with chromium.running() as browser:
            with chromium.opened(browser, sortie / "rapport.html") as (page, _):
                _garder(page.screenshot(), IMAGES / "rapport_1280.png")
            _dessiner(browser, _anomalies(sortie / "anomalies.xlsx"), IMAGES / "anomalies.png")
            _dessiner(browser, _brouillon(sortie / "brouillons/DSDEN-77_2026-2027.eml"), IMAGES / "brouillon.png")
            _dessiner(browser, _volets(), IMAGES.parent / "en_bref.png")
    for image in (*sorted(IMAGES.iterdir()), IMAGES.parent / "en_bref.png"):
        print(f"{image.relative_to(RACINE)}  {image.stat().st_size / 1000:.0f} Ko")


def _produire(terminal: Terminal) -> None:
    request = Request(Path("exemple.xlsx"))
    show_production(produce(read_config(Path("config.toml")), request, datetime.now(), terminal), False, terminal)


def _brouillons(reglages: Path) -> None:
    """Write the drafts, with the settings that they need."""
    texte = reglages.read_text(encoding="utf-8").replace('nom_expediteur = ""', 'nom_expediteur = "Rectorat, MLDS"')
    texte = texte.replace('expediteur = ""\nnom', 'expediteur = "mlds@ac-exemple.fr"\nnom')
    reglages.write_text(texte.replace('decide_par = ""', 'decide_par = "essai"'), encoding="utf-8")
    clock = Clock(lambda: datetime.now().astimezone(), time.sleep, time.monotonic)
    with Terminal(Console(file=io.StringIO())) as terminal:
        send_bundles(read_config(reglages), Demande(brouillons=True), clock, terminal)


def _terminal(nom: str, commande: str, lancer: Callable[[Terminal], None]) -> None:
    """Keep what a command prints, under the line that was typed."""
    console = Console(file=io.StringIO(), record=True, width=COLONNES, highlight=False, force_terminal=True)
    console.print(f"[bold]$ {commande}[/bold]")
    with _SansBarre(console) as terminal:
        lancer(terminal)
    svg = console.export_svg(title="Terminal", code_format=_POLICE.sub("", CONSOLE_SVG_FORMAT), unique_id=nom)
    (IMAGES / f"{nom}.svg").write_text(svg.replace("Fira Code, ", ""), encoding="utf-8")


def _anomalies(classeur: Path) -> str:
    """Return the marked sheet as Excel shows it, the comment of a faulty amount open."""
    feuille = openpyxl.load_workbook(classeur)["Référents"]
    ouverte = next(f"M{numero}" for numero in LIGNES if feuille[f"M{numero}"].comment)
    lettres = "".join(f"<th>{lettre}</th>" for lettre in COLONNES_LUES)
    lignes = "".join(
        f"<tr class='{'tete' if numero == LIGNES[0] else ''}'><th>{numero}</th>"
        + "".join(_case(feuille[f"{lettre}{numero}"], ouverte) for lettre in COLONNES_LUES)
        for numero in LIGNES
    )
    return f"<table><tr><th></th>{lettres}</tr>{lignes}</table>"


def _case(case: Cell, ouverte: str) -> str:
    texte = f"{case.value:n}".replace(".", ",") if isinstance(case.value, float) else str(case.value or "")
    genre = "nombre" if isinstance(case.value, int | float) else ""
    if case.comment is None:
        return f'<td class="{genre}">{escape(texte[:34])}</td>'
    dite = escape(case.comment.text.split("\n\n—")[0])
    note = f'<div class="note">{dite}</div>' if case.coordinate == ouverte else ""
    fond = f"background-color:#{case.fill.fgColor.rgb[2:]}"
    return f'<td class="{genre} coin" style="{fond}">{escape(texte)}{note}</td>'


def _brouillon(fichier: Path) -> str:
    """Return a draft as a mail program shows it: its head, its attachment, its text."""
    message = email.message_from_bytes(fichier.read_bytes(), policy=email.policy.default)
    tete = {"De": message["From"], "À": message["To"], "Objet": message["Subject"]}
    lignes = "".join(f"<dt>{nom}</dt><dd>{escape(str(valeur))}</dd>" for nom, valeur in tete.items())
    noms = (escape(piece.get_filename()) for piece in message.iter_attachments())
    pieces = "".join(f'<span class="piece">{nom}</span>' for nom in noms)
    texte = escape(message.get_body().get_content().strip())
    return f'<div class="courriel"><dl>{lignes}<dt>Joint</dt><dd>{pieces}</dd></dl><pre>{texte}</pre></div>'


def _volets() -> str:
    """Return the three pictures side by side, each under the words that say what it shows."""
    volets = (
        f'<figure><figcaption>{titre}</figcaption><div><img width="{largeur}" src="data:image/png;base64,'
        f'{base64.b64encode((IMAGES / f"{nom}.png").read_bytes()).decode()}"></div></figure>'
        for nom, largeur, titre in VOLETS
    )
    return f'<div class="volets">{"".join(volets)}</div>'


def _dessiner(browser: Browser, corps: str, image: Path) -> None:
    """Have the browser draw a page, and keep what is on it."""
    page = browser.new_page(viewport={"width": 1500, "height": 900})
    page.set_content(_STYLE + corps)
    _garder(page.locator("body").screenshot(), image)
    page.close()


def _feuille(classeur: Path, dossier: Path) -> None:
    """Take the first sheet as it is printed, without what surrounds it."""
    (pdf,) = converted(dossier, "pdf", classeur.read_bytes())
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=1.35).to_pil()
    feuille = page.crop((0, 70, page.width, 740))
    marges = ImageChops.difference(feuille, Image.new("RGB", feuille.size, "white"))
    png = io.BytesIO()
    feuille.crop(marges.getbbox()).save(png, "png")
    _garder(png.getvalue(), IMAGES / "recapitulatif.png")


def _lettre(pdf: Path) -> None:
    """Take a letter as it is printed, framed: its paper is white on a white page."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=1.2).to_pil().convert("RGB")
    png = io.BytesIO()
    ImageOps.expand(page, 1, "#BFBFBF").save(png, "png")
    _garder(png.getvalue(), IMAGES / "lettre.png")


def _garder(png: bytes, image: Path) -> None:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(COULEURS, method=Quantize.MEDIANCUT, dither=0).save(image, optimize=True)


if __name__ == "__main__":
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    main()
