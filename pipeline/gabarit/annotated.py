"""A copy of a template with each fault as a Word comment at its place."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from pipeline.campaign.folder import workspace
from pipeline.errors import TemplateError
from pipeline.files import output_error, published
from pipeline.render.check.advice import AUTHOR
from pipeline.render.check.faults import Code, Fault
from pipeline.render.docx import open_docx, read_bytes

_CLOSED = (Code.ILLISIBLE, Code.TROP_GROS)
_INITIALS = "mlds"
_NAMES = {"erreur": "Erreur", "avertissement": "À revoir"}


def write_annotated(path: Path, faults: Sequence[Fault], target: Path) -> Path | None:
    """Write the annotated copy of a template and return it.

    None when there is nothing to say, or when the file cannot be opened to say it. Raises OutputError.
    """
    if not faults or any(fault.code in _CLOSED for fault in faults):
        return None
    try:
        content = annotated(path, faults)
    except TemplateError:
        return None
    with workspace(target.parent, "mlds modele") as work:
        draft = work / target.name
        try:
            draft.write_bytes(content)
        except OSError as error:
            raise output_error(target, error) from error
        with published([(draft, target)], work / "remplace"):
            return target


def annotated(path: Path, faults: Iterable[Fault]) -> bytes:
    """Return the template with a comment for each fault; those of a former check are taken out first.

    Word allows comments in the body only: a fault of a header, a footer, a note or the whole letter is told at the
    first paragraph, with its place.
    """
    document = open_docx(path, read_bytes(path)).docx
    _remove_ours(document)
    body = document.element.body
    paragraphs = list(body.iter(qn("w:p"))) or [document.add_paragraph()._p]
    for fault in faults:
        anchor = fault.place.anchor
        place = "" if anchor is not None else f"{fault.place}\n"
        text = f"{_NAMES[fault.severity]} – {place}{fault.explained}"
        comment = document.comments.add_comment(text, author=AUTHOR, initials=_INITIALS)
        comment._comment_elm.attrib.pop(qn("w:date"), None)  # the same faults give the same comments
        _hang(paragraphs[anchor or 0], str(comment.comment_id))
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _hang(paragraph: Any, identifier: str) -> None:
    """Put a comment's marks around a whole paragraph, whatever it holds."""
    properties = paragraph.find(qn("w:pPr"))
    paragraph.insert(
        0 if properties is None else paragraph.index(properties) + 1, _mark("commentRangeStart", identifier)
    )
    reference = OxmlElement("w:r")
    reference.append(_mark("commentReference", identifier))
    paragraph.extend([_mark("commentRangeEnd", identifier), reference])


def _mark(name: str, identifier: str) -> Any:
    mark = OxmlElement(f"w:{name}")
    mark.set(qn("w:id"), identifier)
    return mark


def _remove_ours(document: Document) -> None:
    """Take out the comments of a former check, and their marks."""
    ours = [comment for comment in document.comments if comment.author == AUTHOR]
    identifiers = {str(comment.comment_id) for comment in ours}
    for comment in ours:
        comment._comment_elm.getparent().remove(comment._comment_elm)
    for name in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        for mark in list(document.element.body.iter(qn(f"w:{name}"))):
            if mark.get(qn("w:id")) in identifiers:
                holder = mark.getparent()
                holder.remove(mark)
                if holder.tag == qn("w:r") and not [one for one in holder if one.tag != qn("w:rPr")]:
                    holder.getparent().remove(holder)
