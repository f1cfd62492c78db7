"""Titles, headings and lists: real ones, that a screen reader can tell, or faked with bold, spaces and dashes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from lxml import etree

from pipeline.french.words import pluriel
from pipeline.render.check.examined import Examined
from pipeline.render.check.faults import LETTRE, PROPRIETES, Code, Fault, Place
from pipeline.render.check.paragraphs import P, Paragraph, W
from pipeline.render.check.syntax import ODD_QUOTES, STRING, TAG
from pipeline.render.docx import numbered

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


AUTHOR = "Vérification du gabarit"
"""Who signs the comments of the annotated copy: they are known by it, and renewed."""

_CHANGES = (
    *("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "numberingChange"),
    *("rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "trPrChange", "tcPrChange"),
)
"""Not `tblGridChange`, which prints nothing: Google Docs leaves one in each of its tables."""


def tracked_changes(examined: Examined) -> Iterator[Fault]:
    """Yield the paragraphs that hold a tracked change: LibreOffice would print it, struck through or in colour."""
    names = tuple(f"{W}{name}" for name in _CHANGES)
    held = {next(node.iterancestors(P), None) for root in examined.roots.values() for node in root.iter(*names)}
    remedy = "Dans Word : Révision, Accepter, Accepter toutes les modifications."
    for one in examined.all_paragraphs:
        if one.element in held:
            yield Fault(Code.SUIVI, one.place, "une modification suivie n’est ni acceptée ni refusée", remedy)
    if None in held:
        what = "une mise en page suivie (tableau ou section) n’est ni acceptée ni refusée"
        yield Fault(Code.SUIVI, LETTRE, what, remedy)


def comments(examined: Examined) -> Iterator[Fault]:
    """Yield the comments left in; those of an annotated copy count as one, since they are renewed."""
    written = numbered(examined.members, "comments")
    if written is None:
        return
    every = {one.get(f"{W}id"): one for one in etree.fromstring(written).iter(f"{W}comment")}
    ours = 0
    for paragraph in examined.body:
        for reference in paragraph.element.iter(f"{W}commentReference"):
            comment = every.get(reference.get(f"{W}id"))
            if comment is None or next(reference.iterancestors(P)) is not paragraph.element:
                continue
            if comment.get(f"{W}author") == AUTHOR:
                ours += 1
                continue
            said = " ".join("".join(comment.itertext()).split())
            what = f"un commentaire est resté : « {said} »"
            yield Fault(Code.COMMENTAIRE, paragraph.place, what, "Supprimez-le, une fois traité (Révision, Supprimer).")
    if ours:
        count = pluriel(ours, "commentaire d’une vérification précédente", "commentaires d’une vérification précédente")
        what, remedy = f"ce document contient {count}", "Supprimez-les, ou reprenez votre propre gabarit."
        yield Fault(Code.ANNOTATION, LETTRE, what, remedy)


_SCHOOL_YEAR = re.compile(r"(?<![\w@.])((?:19|20)\d\d)(\s?[-\u2011–—/]\s?)((?:19|20)?\d\d)(?![\w-])")
_YEAR = re.compile(r"(?<![\w@])(?:19|20)\d\d(?![\w@]|[.,]\d|\s?€|\s?euros)")


def other_years(examined: Examined) -> Iterator[Fault]:
    """Yield the years in plain text that are not the campaign's; the visas and the référentiel have their own."""
    campaign = str(examined.sample["annee_scolaire"])
    allowed = [str(text) for text in (*examined.sample["visas"], examined.sample["referentiel"])]
    places = [(one.place, one.text) for one in examined.all_paragraphs]
    places.append((Place(PROPRIETES, examined.title), examined.title))
    for place, shown in places:
        text = _without(TAG.sub(" ", shown), allowed)
        for start, between, end in _SCHOOL_YEAR.findall(text):
            if int(end[-2:]) == (int(start) + 1) % 100 and f"{start}-{start[:2]}{end[-2:]}" != campaign:
                what = f"l’année « {start}{between}{end} » est tapée en clair, alors que la campagne est {campaign}"
                yield Fault(Code.ANNEE_SCOLAIRE, place, what, "Écrivez le champ « {{ annee_scolaire }} ».")
        years = set(_YEAR.findall(_SCHOOL_YEAR.sub(" ", text))) - set(campaign.split("-"))
        for year in sorted(years):
            what = f"l’année « {year} » n’est pas celle de la campagne ({campaign})"
            remedy = "Vérifiez que ce texte est encore en vigueur. Les textes cités ont leur place dans config.toml."
            yield Fault(Code.ANNEE_DE_TEXTE, place, what, remedy)


def curly_quotes(examined: Examined) -> Iterator[Fault]:
    """Yield the tags whose quotes Word has bent: they are read as straight ones, but only by this program's care."""
    for one in examined.all_paragraphs:
        for tag in TAG.findall(one.written):
            bare = STRING.sub("", tag)
            if re.search("[“”‘’]", bare) and not ODD_QUOTES.search(bare):
                what = "cette balise contient des guillemets courbes ; ils sont lus comme des guillemets droits"
                remedy = 'Tapez des guillemets droits ("), et annulez avec Ctrl-Z ce que Word met à la place.'
                yield Fault(Code.GUILLEMETS_COURBES, one.place, what, remedy, tag)


def _without(text: str, allowed: list[str]) -> str:
    """Return a text without the quotations that config.toml allows."""
    line = " ".join(text.split())
    for quotation in allowed:
        line = line.replace(" ".join(quotation.split()), " ")
    return line
