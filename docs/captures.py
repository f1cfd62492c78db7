"""Make the pictures of docs/images: the real page, letter, sheet and terminal, from the sample. `make captures`.

The page is drawn by the browser of the tests, the sheet by LibreOffice; the terminal is what the commands print, kept
as SVG.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops, ImageOps
from PIL.Image import Quantize
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console

RACINE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(RACINE / "tests"))

import classeurs  # noqa: E402 — beside the tests, which have LibreOffice and the browser at hand
import navigateur  # noqa: E402

from pipeline.campaign.starter import lay  # noqa: E402
from pipeline.cli.envoyer import send_bundles  # noqa: E402
from pipeline.cli.produire import show_production  # noqa: E402
from pipeline.cli.screen import Terminal  # noqa: E402
from pipeline.progress import Clock  # noqa: E402
from pipeline.run import Request, produce  # noqa: E402
from pipeline.send.stage import Demande  # noqa: E402
from pipeline.settings.config import read_config  # noqa: E402

IMAGES = RACINE / "docs/images"
COLONNES = 100
COULEURS = 160
"""A page of text needs no more, and its picture is then half as large."""
_POLICE = re.compile(r"\s*@font-face \{\{.*?\}\}", re.DOTALL)
"""Rich would fetch its typeface from elsewhere; whoever looks has one of their own."""


class _SansBarre(Terminal):
    """A terminal without its moving bars: a picture holds the lines that stay."""

    def start(self, name: str, total: int | None = None) -> None:
        self._name, self._began = name, time.monotonic()


def main() -> None:
    """Work in a new folder, as somebody who begins, and leave only the pictures."""
    if manque := navigateur.why_not():
        sys.exit(manque)
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as dossier, contextlib.chdir(dossier):
        lay(Path(dossier))
        _terminal("terminal_produire", "mlds produire exemple.xlsx", _produire)
        _terminal("terminal_envoyer", "mlds envoyer", _envoyer)
        _page(Path(dossier) / "sortie/2026-2027/rapport.html")
        _lettre(min(Path(dossier, "sortie/2026-2027/lettres/DSDEN-77").glob("*.pdf")))
        _feuille(Path(dossier) / "sortie/2026-2027/recapitulatif.xlsx", Path(dossier) / "impression")
    for image in sorted(IMAGES.iterdir()):
        print(f"{image.relative_to(RACINE)}  {image.stat().st_size / 1000:.0f} Ko")


def _produire(terminal: Terminal) -> None:
    request = Request(Path("exemple.xlsx"))
    show_production(produce(read_config(Path("config.toml")), request, datetime.now(), terminal), False, terminal)


def _envoyer(terminal: Terminal) -> None:
    clock = Clock(lambda: datetime.now().astimezone(), time.sleep, time.monotonic)
    send_bundles(read_config(Path("config.toml")), Demande(), clock, terminal)


def _terminal(nom: str, commande: str, lancer: Callable[[Terminal], None]) -> None:
    """Keep what a command prints, under the line that was typed."""
    console = Console(file=io.StringIO(), record=True, width=COLONNES, highlight=False, force_terminal=True)
    console.print(f"[bold]$ {commande}[/bold]")
    with _SansBarre(console) as terminal:
        lancer(terminal)
    svg = console.export_svg(title="Terminal", code_format=_POLICE.sub("", CONSOLE_SVG_FORMAT), unique_id=nom)
    (IMAGES / f"{nom}.svg").write_text(svg.replace("Fira Code, ", ""), encoding="utf-8")


def _page(rapport: Path) -> None:
    """Take the top of the page at both widths, then its search at work."""
    with navigateur.running() as browser:
        for largeur in (navigateur.WIDE, navigateur.NARROW):
            with navigateur.opened(browser, rapport, largeur) as (page, _):
                _garder(page.screenshot(), f"rapport_{largeur}")
        with navigateur.opened(browser, rapport) as (page, _):
            page.get_by_role("searchbox").fill("college cachan")
            page.locator("#lots").evaluate("titre => scrollTo(0, titre.getBoundingClientRect().top + scrollY - 20)")
            _garder(page.screenshot(), "rapport_recherche")


def _feuille(classeur: Path, dossier: Path) -> None:
    """Take the first sheet as it is printed, without what surrounds it."""
    (pdf,) = classeurs.converted(dossier, "pdf", classeur.read_bytes())
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=1.35).to_pil()
    feuille = page.crop((0, 70, page.width, 740))
    marges = ImageChops.difference(feuille, Image.new("RGB", feuille.size, "white"))
    png = io.BytesIO()
    feuille.crop(marges.getbbox()).save(png, "png")
    _garder(png.getvalue(), "recapitulatif")


def _lettre(pdf: Path) -> None:
    """Take a letter as it is printed, framed: its paper is white on a white page."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=1.2).to_pil().convert("RGB")
    png = io.BytesIO()
    ImageOps.expand(page, 1, "#BFBFBF").save(png, "png")
    _garder(png.getvalue(), "lettre")


def _garder(png: bytes, nom: str) -> None:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(COULEURS, method=Quantize.MEDIANCUT, dither=0).save(IMAGES / f"{nom}.png", optimize=True)


if __name__ == "__main__":
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    main()
