"""Which fields a template reads: another text in any other one changes nothing in the letters that it makes."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from jinja2 import nodes
from lxml import etree

from pipeline.files import sha256
from pipeline.render.docx import environment, sources_of
from pipeline.render.other_columns import Autres

Lectures = frozenset[tuple[str, ...]]
"""Fields by their path: `("imp", "montant")`, `("autres", "Observations")`, `("equipe",)` for all that it holds."""

_SCHOOL = ("uai", "nom", "le_nom", "Le_nom", "de_nom", "a_nom")
ALWAYS: Lectures = frozenset(
    [
        ("annee_scolaire",),
        *(("etablissement", name) for name in _SCHOOL),
        *(("referent", name) for name in ("prenom", "nom", "nom_complet")),
        ("chef", "nom_complet"),
        ("dsden", "courriel"),
        *(("imp", name) for name in ("nombre", "montant")),
    ]
)
"""What every letter is known by and proofread for, whatever its template reads."""


def lectures_of(path: Path) -> Lectures:
    """Return the fields that a template reads, more rather than fewer: in doubt, a field counts as read.

    Raises GabaritError when it is no Word document, jinja2.TemplateSyntaxError when its tags cannot be read.
    """
    return ALWAYS.union(*(paths_in(source) for source in sources_of(path)))


def paths_in(source: str) -> Lectures:
    """Return the paths that the tags of a text read; a name that a loop makes is among them, and is no field."""
    return frozenset(_paths(environment().parse(source)))


def _paths(node: nodes.Node) -> Iterator[tuple[str, ...]]:
    """Yield what a node reads: of `imp.montant` the amount alone, of `imp` by itself all of it."""
    key = _key(node)
    if key is not None and isinstance(node.node, nodes.Name):  # type: ignore[attr-defined]
        yield (node.node.name, key)  # type: ignore[attr-defined]
        return
    asked = _asked_person(node)
    if asked is not None:
        yield (asked.name, "civilite")
    if isinstance(node, nodes.Name):
        yield (node.name,)
    for child in node.iter_child_nodes():
        if child is not asked:
            yield from _paths(child)


def _asked_person(node: nodes.Node) -> nodes.Name | None:
    """Return the person that a filter makes a word agree with: their civilité is read, and nothing else of them."""
    if isinstance(node, nodes.Filter) and node.name == "accord" and node.args and isinstance(node.args[0], nodes.Name):
        return node.args[0]
    return None


def _key(node: nodes.Node) -> str | None:
    """Return what `….montant` or `…["montant"]` names, None for anything else."""
    if isinstance(node, nodes.Getattr):
        return node.attr
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
        return node.arg.value
    return None


def kept(fields: Mapping[str, Any], lectures: Lectures) -> dict[str, Any]:
    """Return those of a letter's fields that are read, in the same shape."""
    read = _read_of(lectures)
    return {name: _part(value, read[name]) for name, value in fields.items() if name in read}


@cache
def _read_of(lectures: Lectures) -> dict[str, tuple[str, ...] | None]:
    """Return, by the name of a field, which parts of it are read, sorted; None where all of it is."""
    names = {path[0] for path in lectures}
    return {
        name: None if (name,) in lectures else tuple(sorted(path[1] for path in lectures if path[0] == name))
        for name in names
    }


def _part(value: Any, keys: tuple[str, ...] | None) -> Any:
    """Return what some keys give of a group of fields; no IMP stays no IMP, a list stays whole."""
    if keys is None:
        return value
    if isinstance(value, Autres):
        return Autres({key: value[key] for key in keys if key in value})
    return {key: value[key] for key in keys if key in value} if isinstance(value, Mapping) else value


_APART = re.compile(r"docProps/.*|\[Content_Types\]\.xml|_rels/\.rels|word/webSettings\.xml")
"""Parts that no letter shows: the properties, which say who saved the file and when, and what leads to the parts."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MARKS = {f"{_W14}paraId", f"{_W14}textId"}
_NOISE = {
    f"{_W}{name}" for name in ("proofErr", "lastRenderedPageBreak", "rsids", "zoom", "proofState", "view", "noProof")
}
"""What Word notes for itself when it saves: which session wrote what, where pages ended, how far it was proofread."""


def contents_digest(template: bytes) -> str:
    """Return a digest (sha256) of a template's parts, each as what it says; that of its bytes where it is no zip."""
    try:
        with ZipFile(io.BytesIO(template)) as archive:
            names = [name for name in sorted(set(archive.namelist())) if not _APART.fullmatch(name)]
            parts = [f"{name}\n{sha256(_said(name, archive.read(name)))}\n" for name in names]
        return sha256("".join(parts).encode())
    except (BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        return sha256(template)


def _said(name: str, data: bytes) -> bytes:
    """Return a part without what Word notes for itself, however its XML is written."""
    if not name.endswith((".xml", ".rels")):
        return data
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return data
    for one in list(root.iter(*_NOISE)):
        parent = one.getparent()
        if parent is not None:
            parent.remove(one)
    for one in root.iter(etree.Element):
        for mark in [key for key in one.attrib if key in _MARKS or str(key).startswith(f"{_W}rsid")]:
            del one.attrib[mark]
    return bytes(etree.tostring(root, method="c14n2", with_comments=False))
