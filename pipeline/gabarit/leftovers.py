"""What a template still carries of the work on it: tracked changes, comments, fields where nothing fills them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from pipeline.french import pluriel
from pipeline.gabarit.examined import Examined
from pipeline.gabarit.faults import LETTRE, Code, Fault
from pipeline.gabarit.paragraphs import P, W, paragraphs_of
from pipeline.gabarit.syntax import TAG

AUTHOR = "Vérification du gabarit"
"""Who signs the comments of the annotated copy: they are known by it, and renewed."""

COMMENTS = "word/comments.xml"
_CHANGES = (
    *("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "numberingChange"),
    *("rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "trPrChange", "tcPrChange", "tblGridChange"),
)
_NEVER_FILLED = ("word/endnotes", "word/charts/", "word/diagrams/data")


def tracked_changes(examined: Examined) -> Iterator[Fault]:
    """Yield the paragraphs that hold a tracked change: LibreOffice would print it, struck through or in colour."""
    names = tuple(f"{W}{name}" for name in _CHANGES)
    held = {next(node.iterancestors(P), None) for root in _roots(examined) for node in root.iter(*names)}
    remedy = "Dans Word : Révision, Accepter, Accepter toutes les modifications."
    for one in examined.all_paragraphs:
        if one.element in held:
            yield Fault(Code.SUIVI, one.place, "une modification suivie n’est ni acceptée ni refusée", remedy)
    if None in held:
        what = "une mise en page suivie (tableau ou section) n’est ni acceptée ni refusée"
        yield Fault(Code.SUIVI, LETTRE, what, remedy)


def comments(examined: Examined) -> Iterator[Fault]:
    """Yield the comments left in; those of an annotated copy are told together, since they are renewed."""
    if COMMENTS not in examined.members:
        return
    every = {one.get(f"{W}id"): one for one in etree.fromstring(examined.members[COMMENTS]).iter(f"{W}comment")}
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


def never_filled(examined: Examined) -> Iterator[Fault]:
    """Yield the tags of parts that are printed as they are: notes at the end, charts, diagrams."""
    for name, data in examined.members.items():
        if name.startswith(_NEVER_FILLED) and name.endswith(".xml"):
            root = etree.fromstring(data)
            for one in paragraphs_of(name, root):
                for tag in TAG.findall(one.written):
                    what = "les champs ne sont pas remplis à cet endroit"
                    yield Fault(Code.HORS_PORTEE, one.place, what, "Mettez ce champ dans la lettre elle-même.", tag)


def _roots(examined: Examined) -> Iterator[Any]:
    """Yield the root of each part that paragraphs were read from, so that their elements are the same."""
    for part in examined.filled:
        first = next(iter(examined.paragraphs(part.name)), None)
        if first is not None:
            yield first.element.getroottree().getroot()
