"""What a template would fetch from outside the file while it is converted; a hyperlink fetches nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from pipeline.gabarit.examined import Examined
from pipeline.gabarit.faults import FICHIER, Code, Fault, Place
from pipeline.gabarit.paragraphs import P, W, paragraphs_of, part_name

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_INSTRUCTION, _SIMPLE_FIELD = f"{W}instrText", f"{W}fldSimple"
_PICTURES = ("{urn:schemas-microsoft-com:vml}imagedata", "{urn:schemas-microsoft-com:vml}fill")
_ADDRESS = re.compile(r"[a-zA-Z]+:|[/\\]")
_OUTSIDE_FIELD = re.compile(r"\s*(INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|LINK|DDEAUTO|DDE|DATABASE|MACROBUTTON)\b")


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
            yield _link(_place_of(name, node), target)


def outside_fields(examined: Examined) -> Iterator[Fault]:
    """Yield Word's own fields that bring in another file, or start another program."""
    for name, node in _nodes(examined, _INSTRUCTION, _SIMPLE_FIELD):
        target = node.text if node.tag == _INSTRUCTION else node.get(f"{W}instr")
        if _OUTSIDE_FIELD.match(target or ""):
            what = f"le champ Word « {target.strip()} » va chercher un contenu hors du fichier"
            yield Fault(Code.LIEN_EXTERNE, _place_of(name, node), what, "Supprimez-le.")


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
        if name.startswith("word/") and name.endswith(".xml") and _may_hold(data):
            for node in etree.fromstring(data).iter(*tags):
                yield name, node


def _may_hold(data: bytes) -> bool:
    return any(word in data for word in (b"instrText", b"fldSimple", b"imagedata", b"fill"))


def _user_of(examined: Examined, name: str, identifier: str) -> Place:
    """Return the place of what uses a relationship, the part when nothing does."""
    if name.endswith(".xml") and name in examined.members:
        for node in etree.fromstring(examined.members[name]).iter():
            if any(key.startswith(_R) and value == identifier for key, value in node.attrib.items()):
                return _place_of(name, node)
    return Place(part_name(name)) if name.startswith("word/") and part_name(name) else FICHIER


def _place_of(name: str, node: Any) -> Place:
    """Return the place of the paragraph that holds a node."""
    holder = next(node.iterancestors(P), None)
    body = node.getroottree().getroot()
    for one in paragraphs_of(name, body):
        if one.element is holder:
            return one.place
    return Place(part_name(name))
