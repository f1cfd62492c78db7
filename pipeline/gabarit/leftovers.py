"""What a template still carries of the work on it: tracked changes and comments."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from pipeline.french.words import pluriel
from pipeline.render.check.examined import Examined
from pipeline.render.check.faults import LETTRE, Code, Fault
from pipeline.render.check.paragraphs import P, W
from pipeline.render.docx import numbered

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
    """Yield the comments left in; those of an annotated copy are told together, since they are renewed."""
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
