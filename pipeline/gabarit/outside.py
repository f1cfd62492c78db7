"""What a template would fetch from outside the file while it is converted; a hyperlink fetches nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from pipeline.gabarit.word_fields import placed_fields
from pipeline.render.check.examined import Examined
from pipeline.render.check.faults import FICHIER, Code, Fault, Place
from pipeline.render.check.paragraphs import part_name, place_of

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_PICTURES = ("{urn:schemas-microsoft-com:vml}imagedata", "{urn:schemas-microsoft-com:vml}fill")
_ADDRESS = re.compile(r"[a-zA-Z]+:|[/\\]")
_OUTSIDE_FIELDS = frozenset(
    {
        *("INCLUDEPICTURE", "INCLUDETEXT", "INCLUDE", "IMPORT", "LINK", "RD"),
        *("DDEAUTO", "DDE", "DATABASE", "MACROBUTTON"),
    }
)


def attached_template(examined: Examined) -> Iterator[Fault]:
    """Yield the Word template that the file is attached to: opening a letter would look for it."""
    if any(rel.get("Type", "").endswith("/attachedTemplate") for _, rel in _relationships(examined)):
        remedy = "Détachez-le (Développeur, Modèle de document)."
        yield Fault(Code.MODELE_ATTACHE, FICHIER, "ce gabarit dépend d’un modèle Word attaché", remedy)


def outside_links(examined: Examined) -> Iterator[Fault]:
    """Yield the pictures and objects that are links to something outside the file."""
    for name, rel in _relationships(examined):
        kind, target = rel.get("Type", ""), rel.get("Target", "")
        if rel.get("TargetMode") == "External" and not kind.endswith(("/hyperlink", "/attachedTemplate")):
            yield _link(_user_of(examined, name, rel.get("Id", "")), target)
    for name, node in _nodes(examined, *_PICTURES):
        target = node.get("src") or ""
        if _ADDRESS.match(target):
            yield _link(place_of(name, node), target)


def outside_fields(examined: Examined) -> Iterator[Fault]:
    """Yield Word's own fields that bring in another file, or start another program."""
    for place, field in placed_fields(examined.members):
        if field.name in _OUTSIDE_FIELDS:
            what = f"le champ Word « {field.code} » va chercher un contenu hors du fichier"
            yield Fault(Code.LIEN_EXTERNE, place, what, "Supprimez-le.")


def _link(place: Place, target: str) -> Fault:
    what = f"ce gabarit va chercher « {target} » hors du fichier"
    remedy = "Collez l’image ou l’objet dans le document, sans lien vers un fichier."
    return Fault(Code.LIEN_EXTERNE, place, what, remedy)


def _relationships(examined: Examined) -> Iterator[tuple[str, Any]]:
    """Yield every relationship with the name of the part that it starts from."""
    for name, data in examined.members.items():
        if name.endswith(".rels"):
            for rel in etree.fromstring(data).iter(_RELATIONSHIP):
                yield name.replace("_rels/", "").removesuffix(".rels"), rel


def _nodes(examined: Examined, *tags: str) -> Iterator[tuple[str, Any]]:
    for name, data in examined.members.items():
        if name.startswith("word/") and name.endswith(".xml") and (b"imagedata" in data or b"fill" in data):
            for node in etree.fromstring(data).iter(*tags):
                yield name, node


def _user_of(examined: Examined, name: str, identifier: str) -> Place:
    """Return the place of what uses a relationship, the part when nothing does."""
    if name.endswith(".xml") and name in examined.members:
        for node in etree.fromstring(examined.members[name]).iter():
            if any(key.startswith(_R) and value == identifier for key, value in node.attrib.items()):
                return place_of(name, node)
    return Place(part_name(name)) if name.startswith("word/") and part_name(name) else FICHIER
