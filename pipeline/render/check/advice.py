"""Titles, headings and lists: real ones, that a screen reader can tell, or faked with bold, spaces and dashes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pipeline.render.check.examined import Examined
from pipeline.render.check.faults import LETTRE, PROPRIETES, Code, Fault, Place
from pipeline.render.check.paragraphs import Paragraph, W
from pipeline.render.check.syntax import TAG

_LONGEST_HEADING = 80
_ITEM = re.compile(r"\s*(?:[-–—•·*▪◦●○■□►➢➔✓]|o(?=\s)|\d{1,2}[.)]|[a-z]\))\s+\S")
_SPACED = re.compile(r"[ \u00a0]{5,}|\t{3,}|^\t\t|-{5,}|={5,}|\*{5,}")


def untitled(examined: Examined) -> Iterator[Fault]:
    """Yield an empty title in the document's properties: an accessible PDF must have one."""
    if not examined.title:
        what = "le titre est vide, alors qu’un PDF accessible doit en avoir un"
        yield Fault(Code.TITRE_DU_DOCUMENT, Place(PROPRIETES), what, "Dans Word : Fichier, Informations, Titre.")


def no_heading(examined: Examined) -> Iterator[Fault]:
    """Yield a letter without any heading."""
    if not any(examined.styles.is_heading(one.element) for one in examined.body):
        what = "aucun paragraphe n’est un titre pour un lecteur d’écran"
        yield Fault(Code.TITRE, LETTRE, what, "Donnez au titre de la lettre le style « Titre 1 » de Word.")


def fake_headings(examined: Examined) -> Iterator[Fault]:
    """Yield what is made to look like a heading by hand: a short line, bold, underlined or in capitals, over a text."""
    shown = [one for one in examined.body if one.text.strip()]
    for one, following in pairwise(shown):
        plain = TAG.sub("", one.text).strip()
        styled = examined.styles.is_heading(one.element) or examined.styles.is_list(one.element)
        if (
            len(plain.split()) > 1
            and len(plain) <= _LONGEST_HEADING
            and not plain.endswith((".", ",", ";"))
            and len(following.text) > _LONGEST_HEADING
            and not styled
            and _stands_out(one)
        ):
            what = "cette ligne imite un titre par sa seule mise en forme"
            yield Fault(Code.FAUX_TITRE, one.place, what, "Donnez-lui un style « Titre » de Word.")


def fake_lists(examined: Examined) -> Iterator[Fault]:
    """Yield what is made to look like an item of a list with a dash, a sign or a number typed at its head."""
    for one in examined.body:
        if _ITEM.match(one.text) and not examined.styles.is_list(one.element):
            what = "cette ligne imite une liste avec un signe tapé au clavier"
            yield Fault(Code.FAUSSE_LISTE, one.place, what, "Effacez le signe et prenez la liste à puces de Word.")


def spaced_out(examined: Examined) -> Iterator[Fault]:
    """Yield what is put in its place with spaces, tabs or a line of dashes."""
    for one in examined.all_paragraphs:
        if _SPACED.search(TAG.sub("", one.text)):
            what = "ce texte est mis en place avec des espaces, des tabulations ou des tirets"
            yield Fault(Code.ESPACES, one.place, what, "Employez l’alignement, le retrait ou la bordure de Word.")


def _stands_out(one: Paragraph) -> bool:
    runs = [run for run, text in one.runs if re.search(r"\w", text)]
    return any(all(_has(run, name) for run in runs) for name in ("b", "u")) or TAG.sub("", one.text).isupper()


def _has(run: Any, name: str) -> bool:
    found = run.find(f"{W}rPr/{W}{name}")
    return found is not None and found.get(f"{W}val") not in ("0", "false", "none", "off")
